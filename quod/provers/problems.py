"""SMT-LIB problems: `unsat` with a replayed proof, `sat` with a verified model, or `unknown` with the reason.

x/0 is an arbitrary number in SMT-LIB and 0 in the kernel; a proof therefore also shows that every operation stays inside its domain.
"""

from __future__ import annotations

import time
from typing import Any

from quod.kernel import certificate
from quod.kernel.theorem import KernelError
from quod.kernel.tower import CertificateError, check
from quod.kernel.verdict import goal_of
from quod.lang import terms as t
from quod.lang.binding import abstract, unfold
from quod.lang.smtlib_reader import Problem, read_problem
from quod.lang.sorts import REAL
from quod.lang.text import to_text
from quod.provers import clock, descent, explanation, models, tower
from quod.provers.automation import Automation
from quod.provers.one_variable import in_fragment
from quod.provers.session import OutOfTime, Session

GLANCE, GLANCED = 0.2, 200
"""Seconds and points for a model before a proof is searched for."""


def decide(text: str, name: str, deadline: float) -> dict[str, Any]:
    """{expected, answer, method, trusts, reason, witness, seconds} for the problem in `text`; `deadline` is in time.monotonic() seconds.

    Raises SmtError, naming file and line, if the text is no problem of the language.
    """
    started = time.monotonic()
    problem = read_problem(text, name)
    deadline = clock.before(deadline)
    stood: list[str] = []
    found = (
        _one_variable(problem, deadline, stood)
        or _model(problem, min(deadline, clock.now() + GLANCE), GLANCED)
        or _descent(problem)
        or _refute(problem, deadline)
        or _model(problem, deadline)
        or _answer("unknown", reason=_why(problem, stood))
    )
    return {"expected": problem.expected, **found, "seconds": round(time.monotonic() - started, 4)}


def _answer(
    answer: str, method: str = "", trusts: frozenset[str] = frozenset(), reason: str = "", witness: dict[str, str] | None = None
) -> dict[str, Any]:
    return {"answer": answer, "method": method, "trusts": sorted(trusts), "reason": reason, "witness": witness}


def statement_of(problem: Problem) -> t.Node:
    """∀ variables. the assertions contradict each other: the last one, if it is a denial, becomes the conclusion."""
    *first, last = problem.assertions or (t.TRUE,)
    conclusion: t.Node = last.arg if isinstance(last, t.Not) else t.Not(last)
    for assertion in reversed(first):
        conclusion = t.Implies(assertion, conclusion)
    for variable in reversed(problem.variables):
        conclusion = t.ForAll(abstract(variable, conclusion))
    return conclusion


def _refute(problem: Problem, deadline: float) -> dict[str, Any] | None:
    """The answer unsat, if the assertions are proved to contradict each other."""
    session = Session(clock.now() + 0.7 * (deadline - clock.now()))
    automation = Automation(session, effort=1.0, analytic=True)
    statement = statement_of(problem)
    try:
        parts = []
        for part in goal_of(statement).args:
            fact = automation.statement(part)
            if fact is None:
                return None
            parts.append(fact)
        theorem = certificate.replay(session.certificate(session.apply("conjunction", *parts)))
    except (OutOfTime, KernelError, t.TermError):
        return None
    if theorem.conclusion is not goal_of(statement) or theorem.hypotheses:
        return None
    return _answer("unsat", " + ".join(sorted(automation.engines)) or "normal form", theorem.trusts)


def _one_variable(problem: Problem, deadline: float, stood: list[str]) -> dict[str, Any] | None:
    """What the decision procedure says of a problem in at most one real variable; its proofs show definedness themselves.

    Where it says nothing, `stood` gets its reason.
    """
    variables = sorted({v for assertion in problem.assertions for v in assertion.variables}, key=lambda v: v.name)
    if len(variables) > 1 or any(v.sort != REAL for v in variables) or not all(map(in_fragment, problem.assertions)):
        return None
    *first, last = problem.assertions or (t.TRUE,)
    goal = last.arg if isinstance(last, t.Not) else t.Not(last)
    outcome = tower.decide(variables[0] if variables else None, first, goal, clock.now() + 0.8 * (deadline - clock.now()))
    match outcome:
        case tower.Proved(proof):
            try:
                trusts = check(proof, first, goal)
            except CertificateError as error:
                stood.append(f"a proof was found that the kernel refuses: {error}")
                return None
            return _answer("unsat", "one-variable decision", trusts)
        case tower.Refuted(witness, how):
            value = to_text(witness) if isinstance(witness, t.Node) else str(witness)
            return _answer(
                "sat", f"one-variable decision, confirmed by {how}", frozenset(("FLINT",)), witness={v.name: value for v in variables}
            )
        case tower.Undecided(reason):
            stood.append(reason)
    return None


def _model(problem: Problem, deadline: float, points: int = 4000) -> dict[str, Any] | None:
    found = models.find(problem.variables, [unfold(assertion) for assertion in problem.assertions], deadline, points)
    return None if found is None else _answer("sat", "search, confirmed in balls", frozenset(("FLINT",)), witness=found)


def _descent(problem: Problem) -> dict[str, Any] | None:
    """A point where floats see the conclusion fail, if balls confirm it."""
    *first, last = problem.assertions or (t.TRUE,)
    goal = last.arg if isinstance(last, t.Not) else t.Not(last)
    found = models.confirmed(
        problem.variables, [unfold(assertion) for assertion in problem.assertions], descent.candidates(problem.variables, first, goal)
    )
    return None if found is None else _answer("sat", "descent, confirmed in balls", frozenset(("FLINT",)), witness=found)


def _why(problem: Problem, stood: list[str]) -> str:
    *first, last = problem.assertions or (t.TRUE,)
    goal = last.arg if isinstance(last, t.Not) else t.Not(last)
    return explanation.why(problem.variables, first, goal, stood[0] if stood else "")
