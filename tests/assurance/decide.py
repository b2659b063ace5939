"""Puts random propositions whose truth is known to every prover: is one of them ever answered wrongly?

    python -m tests.assurance.decide [propositions] [seed]

Prints a table of right answers and of no answers by prover and family, and every wrong answer; the exit code is 1 if there is one.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from quod.kernel.theorem import KernelError
from quod.lang import terms as t
from quod.lang.binding import instantiate
from quod.lang.claim import Claim, Place, Source
from quod.lang.closures import Unsupported
from quod.lang.smtlib import to_smtlib
from quod.lang.sorts import REAL
from quod.lang.text import to_text
from quod.provers import clock, one_variable, portfolio, problems, tower
from quod.provers.automation import Automation
from quod.provers.session import OutOfTime, Session
from tests.assurance import truth
from tests.assurance.propositions import FAMILIES, Proposition, proposition

SECONDS = 1.0
"""CPU seconds for one answer of one prover."""

Answer = bool | None
"""True: proved; False: refuted; None: no answer."""
Prover = Callable[[t.Node], Answer]


def by_portfolio(statement: t.Node) -> Answer:
    """The whole portfolio, with definedness and the replay of the certificate."""
    claim = Claim("assurance.random", "assurance", "", Source(""), (), (), statement, statement, Place("", 0))
    verdict, _ = portfolio.prove(claim, time.monotonic() + SECONDS)
    return True if verdict.kind == "PROVED" else None


def by_last_resort(statement: t.Node) -> Answer:
    """The automation that may also take Z3's word."""
    try:
        fact = Automation(Session(clock.now() + SECONDS), effort=0.5, last_resort=True).statement(statement)
    except (OutOfTime, KernelError, t.TermError):
        return None
    return True if fact is not None and fact.prop is statement and not fact.theorem.hypotheses else None


def by_decision(statement: t.Node) -> Answer:
    """The one-variable decision procedure alone, its proofs checked."""
    if not isinstance(statement, t.ForAll) or isinstance(statement.body.body, t.ForAll) or statement.body.domain != REAL:
        return None
    x = t.Variable("x", statement.body.domain)
    goal, hypotheses = instantiate(statement.body, x), []
    while isinstance(goal, t.Implies):
        hypotheses.append(goal.hypothesis)
        goal = goal.conclusion
    if not all(map(one_variable.in_fragment, (*hypotheses, goal))):
        return None
    outcome = tower.decide(x, hypotheses, goal, clock.now() + SECONDS)
    if isinstance(outcome, tower.Proved):
        problems.check(outcome.certificate, hypotheses, goal)
        return True
    return False if isinstance(outcome, tower.Refuted) else None


def by_smtlib(statement: t.Node) -> Answer:
    """`quod prove` on the statement's problem: unsat, sat or unknown."""
    try:
        text = to_smtlib(statement)
    except Unsupported:
        return None
    answer = problems.decide(text, "random", time.monotonic() + SECONDS)["answer"]
    return {"unsat": True, "sat": False}.get(str(answer))


def by_fuzzing(statement: t.Node) -> Answer:
    """The attack; points never prove anything."""
    return False if truth.judged((), statement, examples=60, seconds=SECONDS).verdict == truth.FALSE else None


PROVERS: Mapping[str, Prover] = {
    "portfolio": by_portfolio,
    "with Z3": by_last_resort,
    "one variable": by_decision,
    "SMT-LIB": by_smtlib,
    "fuzzing": by_fuzzing,
}


@dataclass
class Tally:
    """Answers by prover, family and truth: "right", "none" or "wrong"; the wrong ones in words."""

    answers: Counter[tuple[str, str, bool, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def count(self, what: str, prover: str | None = None, family: str | None = None) -> int:
        """How many answers were `what`."""
        return sum(n for (p, f, _, w), n in self.answers.items() if w == what and prover in (None, p) and family in (None, f))


def judge(chosen: Proposition, provers: Mapping[str, Prover], tally: Tally) -> None:
    """Asks every prover, and notes its answer."""
    for name, prover in provers.items():
        answer = prover(chosen.statement)
        what = "none" if answer is None else "right" if answer is chosen.true else "wrong"
        tally.answers[name, chosen.family, chosen.true, what] += 1
        if what == "wrong":
            claimed = "proved" if answer else "refuted"
            tally.wrong.append(f"{name} {claimed} what is {str(chosen.true).lower()} ({chosen.family}): {to_text(chosen.statement)}")


def run(count: int, seed: int, provers: Mapping[str, Prover] = PROVERS, family: str | None = None, progress: bool = False) -> Tally:
    """The answers to `count` propositions."""
    tally = Tally()
    for number in range(count):
        judge(proposition(random.Random(f"{seed}/{number}"), family), provers, tally)
        if progress and (number + 1) % 200 == 0:
            print(f"{number + 1}: {len(tally.wrong)} wrong, {time.process_time():.0f} s of CPU time", file=sys.stderr, flush=True)
    return tally


def main() -> int:
    """Asks, and prints the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    tally = run(count, seed, progress=True)
    print(f"{count} propositions, seed {seed}, {SECONDS:g} s of CPU time for each answer; {time.process_time():.0f} s in all")
    print(f"{'prover':14} {'true: proved':>13} {'no answer':>10} {'false: refuted':>15} {'no answer':>10} {'wrong':>6}")
    for name in PROVERS:
        row = {(true, what): sum(n for (p, _, tr, w), n in tally.answers.items() if (p, tr, w) == (name, true, what))
               for true in (True, False) for what in ("right", "none", "wrong")}
        wrong = row[True, "wrong"] + row[False, "wrong"]
        print(f"{name:14} {row[True, 'right']:13} {row[True, 'none']:10} {row[False, 'right']:15} {row[False, 'none']:10} {wrong:6}")
    print("true ones proved by the portfolio, by family:", {
        family: f"{sum(n for (p, f, tr, w), n in tally.answers.items() if (p, f, tr, w) == ('portfolio', family, True, 'right'))}"
                f"/{sum(n for (p, f, tr, _), n in tally.answers.items() if (p, f, tr) == ('portfolio', family, True))}"
        for family in FAMILIES
    })
    print(*tally.wrong, sep="\n")
    print(f"{len(tally.wrong)} wrong answers")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
