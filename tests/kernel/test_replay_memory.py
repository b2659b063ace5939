"""Replaying with a memory checks each step that certificates share once, and believes nothing else."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from quod.kernel import certificate, theorem
from quod.kernel.certificate import replay
from quod.kernel.theorem import KernelError
from quod.kernel.verdict import proved
from quod.lang import terms as t
from quod.lang.sorts import REAL

x = t.Variable("x", REAL)
POSITIVE = t.Compare("<", t.Number(0), x)
NOT_NEGATIVE = t.Compare("<=", t.Number(0), x)


def steps(factor: Any = Fraction(1), index: int = 0) -> str:
    """0 < x ⊢ 0 ≤ x, then 0 < x ⇒ 0 ≤ x."""
    certified = ((factor, (), (index,)), (Fraction(1), (), (-1,)))
    return certificate.write([("assume", (POSITIVE,), ()), ("real", (NOT_NEGATIVE, certified, ()), (0,)), ("discharge", (POSITIVE,), (1,))])


@pytest.fixture
def applied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the rules that are applied from now on."""
    names: list[str] = []

    def counted(name: str, rule: Any) -> Any:
        def apply(*arguments: Any) -> Any:
            names.append(name)
            return rule(*arguments)

        return apply

    for name, rule in list(theorem._rules.items()):
        monkeypatch.setitem(theorem._rules, name, counted(name, rule))
    return names


def test_shared_steps_are_checked_once(applied: list[str]) -> None:
    memory: certificate.Memory = {}
    first = replay(steps(), memory)
    assert applied.count("assume") == 1 and applied.count("real") == 1
    before = len(applied)
    assert replay(steps(), memory) is first
    assert len(applied) == before


def test_without_a_memory_every_step_is_checked_again(applied: list[str]) -> None:
    replay(steps())
    before = len(applied)
    replay(steps())
    assert len(applied) == 2 * before


def test_what_is_false_stays_refused_beside_what_is_remembered() -> None:
    memory: certificate.Memory = {}
    replay(steps(), memory)
    with pytest.raises(KernelError, match="does not add up"):
        replay(steps(Fraction(2)), memory)
    with pytest.raises(KernelError, match="no inequality among the premises"):
        replay(steps(index=1), memory)


def test_an_integer_is_not_the_rational_that_equals_it() -> None:
    memory: certificate.Memory = {}
    replay(steps(), memory)
    changed = json.loads(steps())
    changed["steps"][1][1][1][0][0] = 1
    with pytest.raises(KernelError, match="not a positive rational"):
        replay(json.dumps(changed), memory)


def test_a_step_is_remembered_for_its_very_premises() -> None:
    """The same rule with the same parameters, after a premise with other hypotheses, is another step."""
    memory: certificate.Memory = {}
    assert not replay(steps(), memory).hypotheses
    changed = json.loads(steps())
    changed["steps"][0][1] = changed["steps"][1][1][:1]
    assert replay(json.dumps(changed), memory).hypotheses == {NOT_NEGATIVE}


def test_a_memory_that_lies_makes_no_theorem() -> None:
    """Strangers in the memory are passed over, and a theorem in the wrong place proves what it says and no more."""
    memory: certificate.Memory = {}
    replay(steps(), memory)
    for place in memory:
        memory[place] = "proved"  # type: ignore[assignment]
    found = replay(steps(), memory)
    assert found.conclusion is t.Implies(POSITIVE, NOT_NEGATIVE)
    other = replay(certificate.write([("excluded_middle", (POSITIVE,), ())]))
    swapped = {place: other if place[0] == "discharge" else known for place, known in memory.items()}
    false = t.Compare("<", t.Number(1), t.Number(0))
    with pytest.raises(KernelError, match="not the statement"):
        proved(false, replay(steps(), swapped), "a swapped memory")
