"""Untrusted input is read or refused: seeds and random changes of them through every target, without the coverage-guided fuzzer.

`benchmarks/fuzz_parsers.py` runs the same targets for as long as one likes; what it found stands in test_findings.py.
"""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quod.lang import serial, smtlib_reader
from tests.fuzzing import targets
from tests.fuzzing.mutation import change
from tests.fuzzing.seeds import SEEDS
from tests.fuzzing.targets import TARGETS

QUICK = tuple(name for name in TARGETS if name != "prove")


@pytest.mark.parametrize("target", TARGETS)
def test_the_seeds_are_read(target: str) -> None:
    for seed in SEEDS[target]():
        TARGETS[target](seed)


@pytest.mark.parametrize("target", QUICK)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_changed_inputs_are_read_or_refused(target: str, data: st.DataObject) -> None:
    seeds = SEEDS[target]()
    seed, donor = (data.draw(st.sampled_from(seeds)) for _ in range(2))
    dice = data.draw(st.randoms(use_true_random=False, note_method_calls=False))
    TARGETS[target](change(seed, dice, donor))


@pytest.mark.parametrize("target", QUICK)
@settings(max_examples=25, deadline=None)
@given(data=st.one_of(st.binary(max_size=300), st.text("()[]{}\"|;:#,.-0123456789abxletRQ \n", max_size=300).map(str.encode)))
def test_any_bytes_are_read_or_refused(target: str, data: bytes) -> None:
    TARGETS[target](data)


def test_the_same_dice_change_an_input_in_the_same_way() -> None:
    for target in QUICK:
        first, second = (change(SEEDS[target]()[0], random.Random(7), SEEDS[target]()[-1]) for _ in range(2))
        assert first == second


def _findings(target: str, tries: int) -> int:
    dice, seeds, found = random.Random(1), SEEDS[target](), 0
    for _ in range(tries):
        try:
            TARGETS[target](change(dice.choice(seeds), dice, dice.choice(seeds)))
        except (RecursionError, ValueError, ArithmeticError, AssertionError):
            found += 1
    return found


def test_a_reader_that_recurses_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def depth(expression: object) -> int:
        return 1 + max((depth(item) for item in getattr(expression, "items", ())), default=0)

    evaluate = smtlib_reader._Reader.evaluate

    def planted(self: smtlib_reader._Reader, expression: smtlib_reader.Expression) -> object:
        depth(expression)
        return evaluate(self, expression)

    monkeypatch.setattr(smtlib_reader._Reader, "evaluate", planted)
    assert _findings("smtlib", 300) > 0


def test_a_number_that_python_cannot_print_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serial, "_rational", lambda value: Fraction(value) if isinstance(value, str) else None)
    assert _findings("terms", 400) > 0


def test_a_checker_that_accepts_everything_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "check", lambda proof, hypotheses, goal: frozenset())
    assert _findings("tower", 300) > 0


def test_a_ledger_without_checksums_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from quod import ledger

    monkeypatch.setattr(ledger, "_seal", lambda *parts: b"\0" * 16)
    monkeypatch.setattr(targets, "_PRISTINE", [])
    dice = random.Random(3)
    content_size = 40_000
    found = 0
    for _ in range(150):
        changes = f"[[{dice.randrange(content_size)}, \"{dice.randrange(256):02x}\"]]".encode()
        try:
            TARGETS["ledger-file"](changes)
        except AssertionError:
            found += 1
    assert found > 0
