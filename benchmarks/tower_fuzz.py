"""Attack the one-variable decision procedure: mutated theorems and random terms, against an independent search in 200-bit balls.

    python benchmarks/tower_fuzz.py [problems] [seed]

Prints one line per contradiction (there should be none) and a table of verdicts.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from quod.kernel.tower import CertificateError, check
from quod.lang.balls import compile_balls
from quod.lang.sorts import REAL
from quod.lang.terms import Add, And, Compare, Constant, Elementary, IfThenElse, Implies, Inverse, Mul, Node, Not, Number, Power, Variable
from quod.provers import clock
from quod.provers.tower import Proved, Refuted, decide

X = Variable("x", REAL)
PI = Constant("pi")


def n(value: int | str | Fraction) -> Node:
    """An exact number."""
    return Number(Fraction(value))


def sub(left: Node, right: Node) -> Node:
    """left − right."""
    return Add((left, Mul((n(-1), right))))


def f(name: str, arg: Node) -> Node:
    """An elementary function."""
    return Elementary(name, arg)


def absolute(arg: Node) -> Node:
    """|arg|."""
    return IfThenElse(Compare("<=", n(0), arg), arg, Mul((n(-1), arg)))


def tanh(arg: Node) -> Node:
    """1 − 2/(exp 2a + 1)."""
    return sub(n(1), Mul((n(2), Inverse(Add((f("exp", Mul((n(2), arg))), n(1)))))))


def positive(name: str, arg: Node) -> Node:
    """A partial function made total: its argument is 1 + a²."""
    return f(name, Add((n(1), Power(arg, 2))))


@dataclass(frozen=True)
class Sample:
    """hypotheses ⇒ goal."""

    hypotheses: tuple[Node, ...]
    goal: Node


def at_least(bound: str) -> Node:
    """bound ≤ x."""
    return Compare("<=", n(bound), X)


def theorems() -> list[Sample]:
    """True statements, most of them touched or over unbounded domains."""
    e, log1p, atan = f("exp", X), f("log", Add((n(1), X))), f("atan", X)
    sigmoid = Inverse(Add((n(1), f("exp", Mul((n(-1), X))))))
    above, unit = (Compare("<", n(0), X),), (Compare("<", n(0), X), Compare("<", X, n(1)))
    entropy = Mul((n(-1), Add((Mul((X, f("log", X))), Mul((sub(n(1), X), f("log", sub(n(1), X))))))))
    return [
        Sample((), Compare("<=", Add((n(1), X)), e)),
        Sample((), Compare("<=", Mul((sigmoid, sub(n(1), sigmoid))), n("1/4"))),
        Sample(above, Compare("<=", f("log", X), sub(X, n(1)))),
        Sample((Compare("<", n(-1), X),), Compare("<=", log1p, X)),
        Sample(above, Compare("<", atan, X)),
        Sample((), Compare("<=", atan, Mul((n("1/2"), PI)))),
        Sample(above, Compare("=", Add((atan, f("atan", Inverse(X)))), Mul((n("1/2"), PI)))),
        Sample(above, Compare("<", sub(X, Mul((n("1/3"), Power(X, 3)))), tanh(X))),
        Sample((), Compare("<=", absolute(tanh(X)), n(1))),
        Sample(unit, Compare("<=", entropy, f("log", n(2)))),
        Sample(unit, Compare("<=", Mul((n(4), f("log", n(2)), X, sub(n(1), X))), entropy)),
        Sample((), Compare("<=", n("-2785/10000"), Mul((X, sigmoid)))),
        Sample(above, Compare("<=", f("log", X), Mul((n(2), sub(f("sqrt", X), n(1)))))),
        Sample(above, Compare("<", f("cbrt", Mul((n(2), X))), Mul((n(2), f("cbrt", X))))),
        Sample((at_least("0"),), Compare("<=", f("sin", X), X)),
        Sample((at_least("0"), Compare("<=", X, n(7))), Compare("<=", sub(X, Mul((n("1/6"), Power(X, 3)))), f("sin", X))),
        Sample((), Compare("<=", Add((f("sin", X), f("cos", X))), f("sqrt", n(2)))),
        Sample((), Compare("<=", absolute(sub(e, n(1))), sub(f("exp", absolute(X)), n(1)))),
        Sample((), Compare("<=", Mul((n("1/2"), Add((e, f("exp", Mul((n(-1), X))))))), f("exp", Mul((n("1/2"), Power(X, 2)))))),
        Sample((Compare("<", absolute(X), n(1)),), Implies(Compare("<=", n(0), X), Compare("<=", X, f("asin", X)))),
        Sample((), Compare("<=", f("atan", sub(X, Inverse(Add((n(1), Power(X, 2)))))), f("atan", X))),
        Sample((at_least("0"),), Compare("<=", f("erf", X), Mul((n(2), X, Inverse(f("sqrt", PI)))))),
        Sample(above, And((Compare("<", n(0), f("erf", X)), Compare("<", f("erf", X), n(1))))),
        Sample((), Not(Compare("<", Add((Power(e, 2), n(1))), Mul((n(2), e))))),
    ]


def mutated(node: Node, rng: random.Random, rate: float) -> Node:
    """The statement with some constants moved, functions exchanged or comparisons turned."""
    if isinstance(node, Number) and rng.random() < rate:
        step = Fraction(rng.choice((1, -1)), 10 ** rng.choice((1, 3, 6, 9, 12)))
        return Number(node.value + rng.choice((step, step * 10, Fraction(rng.choice((-1, 1))))))
    if isinstance(node, Compare):
        relation = rng.choice(("<", "<=")) if rng.random() < rate else node.relation
        left, right = mutated(node.left, rng, rate), mutated(node.right, rng, rate)
        return Compare(relation, right, left) if rng.random() < rate / 4 else Compare(relation, left, right)
    if isinstance(node, Elementary):
        name = node.name if rng.random() > rate / 3 else rng.choice(("exp", "atan", "sin", "cos", "erf", "atan"))
        return Elementary(name, mutated(node.arg, rng, rate))
    if isinstance(node, IfThenElse):
        return IfThenElse(mutated(node.condition, rng, 0), mutated(node.then, rng, rate), mutated(node.otherwise, rng, rate))
    if isinstance(node, Add | Mul | And):
        return type(node)(tuple(mutated(arg, rng, rate) for arg in node.args))
    if isinstance(node, Power):
        return Power(mutated(node.base, rng, rate), node.exponent + (rng.random() < rate / 2))
    if isinstance(node, Inverse | Not):
        return type(node)(mutated(node.arg, rng, rate))
    if isinstance(node, Implies):
        return Implies(mutated(node.hypothesis, rng, rate), mutated(node.conclusion, rng, rate))
    return node


def term(rng: random.Random, depth: int) -> Node:
    """A random term, defined on the whole line except for some inverses, logarithms and roots."""
    if depth == 0 or rng.random() < 0.1:
        return rng.choice((X, X, X, n(rng.randint(-3, 3)), n(Fraction(rng.randint(1, 9), rng.randint(2, 9)))))
    arg = term(rng, depth - 1)
    choices = (
        lambda: Add((arg, term(rng, depth - 1))),
        lambda: sub(arg, term(rng, depth - 1)),
        lambda: Mul((arg, term(rng, depth - 1))),
        lambda: Power(arg, rng.randint(2, 3)),
        lambda: f("exp", Mul((n(rng.choice(("1/2", "-1", "1", "-2", "1/3"))), arg))),
        lambda: f("atan", arg),
        lambda: tanh(arg),
        lambda: positive("log", arg),
        lambda: positive("sqrt", arg),
        lambda: Inverse(Add((n(1), Power(arg, 2)))),
        lambda: absolute(arg),
        lambda: f("cbrt", arg),
        lambda: f(rng.choice(("log", "sqrt", "erf", "sin", "cos", "asin")), X),
        lambda: Inverse(arg),
    )
    return rng.choice(choices)()


def random_sample(rng: random.Random) -> Sample:
    """Bounds on the domain and a comparison of two random terms, or of a term and a bound near its range."""
    low = Fraction(rng.randint(-4, 2))
    hypotheses = [Compare(rng.choice(("<", "<=")), Number(low), X)] if rng.random() < 0.7 else []
    if rng.random() < 0.5:
        hypotheses.append(Compare(rng.choice(("<", "<=")), X, Number(low + rng.randint(1, 5))))
    body = term(rng, rng.randint(1, 3))
    other = term(rng, 1) if rng.random() < 0.4 else n(Fraction(rng.randint(-30, 30), 10))
    if rng.random() < 0.5:
        other = extreme(body, hypotheses) or other
    return Sample(tuple(hypotheses), Compare(rng.choice(("<", "<=")), *rng.choice(((body, other), (other, body)))))


def points() -> Iterator[Fraction]:
    """Where a counterexample is looked for."""
    yield from (Fraction(k, 16) for k in range(-96, 97))
    for k in range(1, 40):
        yield from (Fraction(s, 2**k) for s in (1, -1))
        yield from (Fraction(s * 2**k) for s in (1, -1))
        yield from (base + Fraction(s, 10**k) for base in (1, -1) for s in (1, -1) if k < 15)


def extreme(body: Node, hypotheses: Sequence[Node]) -> Node | None:
    """A number close to the largest sampled value."""
    value = compile_balls(body, [X])
    inside = compile_balls(And(tuple(hypotheses)), [X])
    found = [arb(value([x], 100)) for x in points() if abs(x) < 20 and inside([x], 100) is True]
    numbers = [float(b) for b in found if b.is_finite() and abs(b) < 1e6]
    if not numbers:
        return None
    return Number(Fraction(max(numbers)).limit_denominator(10**4) + Fraction(1, 10**5))


def counterexample(sample: Sample) -> Fraction | None:
    """A point at which the statement fails, seen by 200-bit balls that know nothing of the procedure."""
    hypotheses = compile_balls(And(sample.hypotheses), [X])
    goal = compile_balls(sample.goal, [X])
    for x in points():
        if hypotheses([x], 200) is True and goal([x], 200) is False:
            return x
    return None


def verdict(sample: Sample, seconds: float) -> tuple[str, str]:
    """(verdict, contradiction or reason)."""
    outcome = decide(X, sample.hypotheses, sample.goal, clock.now() + seconds)
    if isinstance(outcome, Proved):
        try:
            check(json.loads(json.dumps(outcome.certificate)), sample.hypotheses, sample.goal)
        except CertificateError as error:
            return "unchecked", f"the checker refused: {error}"
        found = counterexample(sample)
        return ("proved", "") if found is None else ("wrong", f"proved, but false at {found}")
    if isinstance(outcome, Refuted):
        if isinstance(outcome.witness, Fraction):
            seen = compile_balls(Implies(And(sample.hypotheses), sample.goal), [X])([outcome.witness], 3000)
            if seen is True:
                return "wrong", f"refuted at {outcome.witness}, but true there"
        return "refuted", ""
    found = counterexample(sample)
    return ("undecided, false" if found is not None else "undecided"), outcome.reason


def samples(count: int, seed: int) -> Iterator[Sample]:
    """Mutated theorems and random statements in turn."""
    rng = random.Random(seed)
    known = theorems()
    for index in range(count):
        if index % 2:
            yield random_sample(rng)
            continue
        base = rng.choice(known)
        rate = rng.choice((0.1, 0.3, 0.5))
        hypotheses = tuple(mutated(h, rng, rate / 2) for h in base.hypotheses if rng.random() > 0.1)
        yield Sample(hypotheses, mutated(base.goal, rng, rate))


def main() -> None:
    """Runs the attack and prints what it found."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    tally: Counter[str] = Counter()
    times = []
    for index, sample in enumerate(samples(count, seed)):
        start = time.perf_counter()
        name, detail = verdict(sample, 3.0)
        times.append(time.perf_counter() - start)
        if times[-1] > 15:
            print(f"{index}: took {times[-1]:.0f} s", flush=True)
        tally[name] += 1
        if name in ("wrong", "unchecked"):
            print(f"{index}: {name}: {detail[:240]}\n    {sample!r}", flush=True)
        elif "-v" in sys.argv and name.startswith("undecided"):
            print(f"{index}: {name}: {detail[:240]}", flush=True)
    times.sort()
    print(dict(tally), f"median {times[len(times) // 2] * 1000:.0f} ms, 95 % {times[len(times) * 95 // 100] * 1000:.0f} ms")


if __name__ == "__main__":
    main()
