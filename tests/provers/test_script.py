"""Proof scripts: what they show, and what they say when a step fails."""

from __future__ import annotations

import time

import pytest

from quod import Below, Positive, PositiveInteger, Real, Sum, claim, eq, exp, forall, log, proves
from quod.kernel import certificate
from quod.kernel.theorem import RULES
from quod.kernel.verdict import goal_of
from quod.lang.domains import Family
from quod.provers import solver
from quod.provers.portfolio import prove
from quod.provers.session import Session


def verdict_of(statement, script=None):
    made = claim(source="test")(statement)
    if script is not None:
        proves(made)(script)
    return made, *prove(made, time.monotonic() + 60)


def test_a_certificate_proves_the_statement_and_its_definedness_and_nothing_else():
    def positive_sum(n: PositiveInteger, a: Family("n", Positive)):
        """Half the sum."""
        return Sum(lambda i: a[i] / 2, n) <= Sum(a, n)

    def script(goal, n, a):
        with goal.each(0, n) as i:
            goal.have(a[i] / 2 <= a[i])
        goal.sum(goal.last())

    made, verdict, text = verdict_of(positive_sum, script)
    assert verdict.kind == "PROVED" and verdict.method == "script" and not verdict.trusts
    theorem = certificate.replay(text)
    assert theorem.conclusion is goal_of(made.statement) and not theorem.hypotheses


def test_a_failing_step_says_what_was_to_be_shown_what_was_known_and_where_it_fails():
    def product(x: Positive, y: Positive):
        """Too much."""
        return x * y <= x**2

    def script(goal, x, y):
        goal.have(y <= x)

    _, verdict, text = verdict_of(product, script)
    assert verdict.kind == "UNKNOWN" and text is None
    assert "this step was not shown\n  to show:\n    y ≤ x\n  known:\n    0 < x\n    0 < y\n" in verdict.reason
    assert "by algebra alone it does not follow, for instance where\n    " in verdict.reason


def test_scripts_that_use_each_other_are_refused():
    def first(x: Real):
        """First."""
        return exp(x) > log(exp(x))

    def second(x: Real):
        """Second."""
        return exp(x) > x

    one, two = claim(source="test")(first), claim(source="test")(second)
    proves(one)(lambda goal, x: goal.by(two, x))
    proves(two)(lambda goal, x: goal.by(one, x))
    verdict, _ = prove(one, time.monotonic() + 10)
    assert verdict.kind == "UNKNOWN" and "use each other" in verdict.reason


def test_what_is_undefined_somewhere_is_not_proved():
    def reciprocal(x: Real):
        """True with 1/0 = 0, and undefined at 0."""
        return 1 / x**2 >= 0

    _, verdict, _ = verdict_of(reciprocal)
    assert verdict.kind == "UNKNOWN" and "defined" in verdict.reason


def test_a_bounded_induction_is_no_proof_for_all():
    def members(n: PositiveInteger, a: Family("n")):
        """All equal to the first."""
        return forall(Below(n), lambda i: eq(a[i], a[0]))

    def script(goal, n, a):
        goal.have(eq(a[0], a[0]))

    _, verdict, _ = verdict_of(members, script)
    assert verdict.kind == "UNKNOWN"


@pytest.mark.parametrize("fails", [True, False])
def test_an_answer_of_z3_is_trusted_by_name(fails):
    def cubic(x: Positive):
        """x³ + x."""
        return x**3 + x > (1 if fails else 0)

    made = claim(source="test")(cubic)
    session = Session()
    known = session.apply("assume", made.hypotheses[0])
    found = solver.prove(session, made.conclusion, (known,))
    assert found is None if fails else found is not None and found.theorem.trusts <= {"z3", "z3, cvc5 agree"}
    assert "oracle" in RULES
