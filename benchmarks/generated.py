"""Answers on generated problems against an independent search: python -m benchmarks.generated [COUNT] [--seed N] [--seconds S].

Mutated theorems (constants moved by 10⁻³ … 10⁻¹², hypotheses dropped, comparisons and signs turned) and random terms. `unsat` is wrong
if a point found by mpmath contradicts it, `sat` if mpmath says that its witness is none.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from benchmarks.evaluation import Evaluation, Undefined, digits
from benchmarks.hunting import MANY, Hunt
from benchmarks.theorems import THEOREMS, problem
from quod.lang.binding import rebuild, unfold
from quod.lang.closures import Unsupported
from quod.lang.smtlib import satisfiability
from quod.lang.smtlib_reader import read_problem
from quod.lang.sorts import REAL
from quod.lang.terms import Add, Compare, Elementary, IfThenElse, Inverse, Mul, Node, Not, Number, Power, Variable
from quod.processes import Finished, Limits, Pool, Task

BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"
KINDS = ("constants moved", "hypothesis dropped", "sign turned", "random terms", "theorem itself")
TRIES = 160
"""Points at which a search for a counterexample begins."""


@dataclass(frozen=True)
class Sample:
    """`assertions`: the hypotheses, then the denied conclusion."""

    kind: str
    origin: str
    variables: tuple[Variable, ...]
    assertions: tuple[Node, ...]

    def text(self) -> str:
        """The problem in SMT-LIB. Raises Unsupported."""
        return satisfiability(self.assertions)


def samples(count: int, seed: int) -> Iterator[Sample]:
    """That many problems, the same for the same seed."""
    rng = random.Random(seed)
    stock = {name: read_problem(problem(name), name) for name in THEOREMS}
    for number in range(count):
        kind = KINDS[number % 4] if number >= len(stock) or seed != 1 else KINDS[4]
        if kind == "random terms":
            yield _random(rng)
            continue
        name = sorted(stock)[number] if kind == KINDS[4] else rng.choice(sorted(stock))
        base = stock[name]
        *hypotheses, denial = (unfold(assertion) for assertion in base.assertions)
        if kind == "constants moved":
            hypotheses, denial = [_moved(h, rng, 0.1) for h in hypotheses], _moved(denial, rng, 0.6)
        elif kind == "hypothesis dropped" and hypotheses:
            del hypotheses[rng.randrange(len(hypotheses))]
        elif kind != KINDS[4]:
            denial = _turned(denial, rng)
        yield Sample(kind, name, base.variables, (*hypotheses, denial))


def _moved(node: Node, rng: random.Random, rate: float) -> Node:
    if isinstance(node, Number):
        step = Fraction(rng.choice((1, -1)), 10 ** rng.randint(3, 12))
        return Number(node.value + step) if rng.random() < rate else node
    return rebuild(node, tuple(_moved(child, rng, rate) for child in node.children))


def _turned(node: Node, rng: random.Random) -> Node:
    """One comparison turned, or one term of a sum negated."""
    match node:
        case Not(Compare(relation, left, right)) if rng.random() < 0.4 and relation != "=":
            return Not(Compare(relation, right, left))
        case Add(args):
            k = rng.randrange(len(args))
            return Add((*args[:k], Mul((Number(-1), args[k])), *args[k + 1 :]))
        case IfThenElse() | Number() | Variable():
            return node
    if not node.children:
        return node
    k = rng.randrange(len(node.children))
    return rebuild(node, tuple(_turned(child, rng) if i == k else child for i, child in enumerate(node.children)))


def _random(rng: random.Random) -> Sample:
    variables = tuple(Variable(name, REAL) for name in ("x", "y")[: rng.choice((1, 1, 2))])
    bounds: list[Node] = []
    for v in variables:
        low = Fraction(rng.randint(-3, 1))
        if rng.random() < 0.8:
            bounds.append(Compare("<=", Number(low), v))
        if rng.random() < 0.5:
            bounds.append(Compare("<=", v, Number(low + rng.randint(1, 4))))
    left, right = _term(rng, variables, rng.randint(1, 3)), _term(rng, variables, 1)
    if rng.random() < 0.5:
        right = _extreme(left, variables, bounds, rng) or right
    goal = Compare("<=", left, right) if rng.random() < 0.5 else Compare("<", right, left)
    return Sample("random terms", "", variables, (*bounds, Not(goal)))


def _extreme(term: Node, variables: Sequence[Variable], bounds: Sequence[Node], rng: random.Random) -> Node | None:
    """A number just above or below the least sampled value of the term."""
    hunt = Hunt(variables, [*bounds, Compare("<", term, Number(0))])
    best = None
    context = digits(15)
    for _ in range(60):
        point = {v: context.mpf(rng.uniform(-3, 5)) for v in variables}
        try:
            evaluation = Evaluation(context, point, 0)
            if all(evaluation.margin(b) >= 0 for b in hunt.assertions[:-1]):
                value = float(evaluation.value(term))
                best = value if best is None or value > best else best
        except Undefined:
            continue
    if best is None or abs(best) > 1e6:
        return None
    return Number(Fraction(best).limit_denominator(10**5) + Fraction(rng.choice((0, 1)), 10**rng.randint(4, 8)))


def _term(rng: random.Random, variables: Sequence[Variable], depth: int) -> Node:
    if depth == 0 or rng.random() < 0.1:
        return rng.choice((*variables, *variables, Number(rng.randint(-3, 3)), Number(Fraction(rng.randint(1, 9), rng.randint(2, 9)))))
    arg = _term(rng, variables, depth - 1)
    positive = Add((Number(1), Power(arg, 2)))
    match rng.randrange(12):
        case 0:
            return Add((arg, _term(rng, variables, depth - 1)))
        case 1:
            return Add((arg, Mul((Number(-1), _term(rng, variables, depth - 1)))))
        case 2:
            return Mul((arg, _term(rng, variables, depth - 1)))
        case 3:
            return Power(arg, rng.randint(2, 3))
        case 4:
            return Elementary("exp", Mul((Number(Fraction(rng.choice(("1/2", "-1", "1", "-2")))), arg)))
        case 5:
            return Inverse(Add((Number(1), Elementary("exp", Mul((Number(-1), arg))))))
        case 6:
            return Elementary(rng.choice(("log", "sqrt")), positive)
        case 7:
            return Inverse(positive)
        case 8:
            return IfThenElse(Compare("<=", Number(0), arg), arg, Mul((Number(-1), arg)))
        case 9:
            return Elementary("log", arg)
        case 10:
            return Elementary(rng.choice(("sin", "cos")), rng.choice(list(variables)))
    return Elementary(rng.choice(("atan", "cbrt", "atan")), arg)


def judged(sample: Sample, answer: str, witness: dict[str, str] | None, rng: random.Random) -> str:
    """proved, refuted, touched (refuted where numbers agree to 60 digits), unseen (no rational witness), unknown, false, undefined, wrong.

    false: unknown, though the search sees a counterexample; undefined: unknown, and the conclusion has no value at some point.
    """
    if answer == "sat":
        seen = _witnessed(sample, witness or {})
        if seen is None:
            return "touched" if _witnessed(sample, witness or {}, True) else "unseen"
        return "refuted" if seen else "wrong"
    hunt = Hunt(sample.variables, sample.assertions)
    found = hunt.counterexample(rng, TRIES)
    if answer == "unsat":
        return "proved" if found is None else "wrong"
    return "false" if found is not None else "undefined" if hunt.is_undefined(rng, TRIES) else "unknown"


def _witnessed(sample: Sample, witness: dict[str, str], touch: bool = False) -> bool | None:
    try:
        exact = {v: Fraction(witness.get(v.name, "0")) for v in sample.variables}
    except ValueError:
        return None
    truths = []
    for many in (MANY, 2 * MANY):
        context = digits(many)
        at = {v: context.mpf(x.numerator) / x.denominator for v, x in exact.items()}
        evaluation = Evaluation(context, at, context.mpf(10) ** (-many // 2), touch)
        try:
            each = [evaluation.truth(a) for a in sample.assertions]
            truths.append(all(each))
        except Undefined:
            return None
    return truths[0] if truths[0] == truths[1] else None


def answers(chosen: Sequence[Sample], seconds: float, jobs: int) -> Iterator[tuple[Sample, dict[str, Any], float]]:
    """quod's answer to each sample, in processes of its own, with the seconds it took."""
    tasks = []
    for number, sample in enumerate(chosen):
        try:
            tasks.append(Task("quod.commands.prove:attempt", (sample.text(), f"generated {number}", seconds), key=number))
        except Unsupported:
            continue
    with Pool(jobs, Limits(20 * seconds + 10, 2 << 30), preload=("quod.provers.problems",)) as pool:
        for task, outcome in pool.run(tasks):
            value = outcome.value if isinstance(outcome, Finished) else {"answer": "unknown", "reason": outcome.reason}
            yield chosen[int(str(task.key))], value, outcome.seconds if isinstance(outcome, Finished) else seconds


def run(count: int, seed: int, seconds: float, jobs: int = 1, verbose: bool = False) -> tuple[Counter[tuple[str, str]], list[str]]:
    """How often each (kind, judgement) came, and the wrong answers."""
    tally: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    for number, (sample, value, _) in enumerate(answers(list(samples(count, seed)), seconds, jobs)):
        verdict = judged(sample, str(value.get("answer")), value.get("witness"), random.Random(number))
        tally[sample.kind, verdict] += 1
        if verdict == "wrong":
            wrong.append(f"{value.get('answer')} {value.get('witness') or ''} of {sample.origin}\n{sample.text()}")
            print("WRONG:", wrong[-1], flush=True)
        elif verbose and verdict in ("unknown", "false", "unseen"):
            print(f"{verdict}: {sample.kind}, {sample.origin}: {value.get('reason')}\n{sample.text()}", flush=True)
        if number % 100 == 99:
            print(number + 1, dict(Counter(name for (_, name), n in tally.items() for _ in range(n))), flush=True)
    return tally, wrong


def report(tally: Counter[tuple[str, str]], count: int, seed: int, seconds: float) -> str:
    """The figures as Markdown."""
    columns = ("proved", "refuted", "touched", "unseen", "undefined", "unknown", "false", "wrong")
    heads = ("proved", "refuted", "refuted by equality", "refuted, irrational", "undefined", "unknown", "unknown, yet false", "wrong")
    lines = [
        f"{time.strftime('%Y-%m-%d')}; {sum(tally.values())} of {count} problems of seed {seed}; {seconds:g} CPU seconds each.",
        "",
        f"| | {' | '.join(heads)} |",
        f"|---|{'---:|' * len(heads)}",
    ]
    lines += [f"| {kind} | {' | '.join(str(tally[kind, c]) for c in columns)} |" for kind in KINDS]
    lines.append(f"| all | {' | '.join(str(sum(tally[kind, c] for kind in KINDS)) for c in columns)} |")
    return "\n".join(lines)


def main() -> int:
    """Runs, prints the figures, and puts them into a page where asked; 1 if anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generated", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("count", nargs="?", type=int, default=2000, help="how many problems (2000)")
    parser.add_argument("--seed", type=int, default=1, help="the seed (1)")
    parser.add_argument("--seconds", type=float, default=2.0, help="CPU seconds per problem (2)")
    parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
    parser.add_argument("--page", help=f"a page with the marks {BEGIN} and {END}")
    parser.add_argument("-v", action="store_true", help="print what stays unknown")
    options = parser.parse_args()
    tally, wrong = run(options.count, options.seed, options.seconds, options.jobs, options.v)
    said = report(tally, options.count, options.seed, options.seconds)
    print(said)
    if options.page:
        page = Path(options.page)
        head, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
        page.write_text(f"{head}{BEGIN}\n\n{said}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
