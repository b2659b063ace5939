"""Mutation testing: which changes are made, and that a condition left out, a trust forgotten and a survivor without a word are found."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.assurance.mutants import mutants
from tests.assurance.mutate import ROOT, SURVIVORS, explained, explanations

SOURCE = '''
"""A module."""

from elsewhere import rule

LIMIT: int = 64


@rule
def sum_up(low: int, high: int | None = 3) -> str:
    """Words."""
    if low < high and high is not None:
        raise KernelError(f"{low} is not below {high}")
    expect(low >= 0, "a message")
    used = shown(low, "<=", "sum_up") | laws(high)
    used |= laws(low)
    return derive(t.Compare("<=", low, high), (low, high), trusts=used | {"named_law"})
'''

CHANGES = """
64 → 63
if low < high and high is not None → never
low < high and high is not None → low < high or high is not None
low < high and high is not None → high is not None
low < high and high is not None → low < high
low < high → low <= high
high is not None → high is None
raise KernelError(f'{low} is not below {high}') → nothing
expect(low >= 0, 'a message') → nothing
low >= 0 → low > 0
0 → 1
shown(low, '<=', 'sum_up') | laws(high) → shown(low, '<=', 'sum_up')
shown(low, '<=', 'sum_up') | laws(high) → laws(high)
used |= laws(low) → nothing
used |= laws(low) → not kept
t.Compare('<=', low, high) → t.Compare('<=', high, low)
'<=' → '<'
used | {'named_law'} → used
used | {'named_law'} → {'named_law'}
'named_law' → 'named_law~'
""".strip().splitlines()


def test_each_change_is_one_slip_of_the_pen() -> None:
    made = list(mutants("module.py", SOURCE))
    changes = {mutant.change for mutant in made}
    assert set(CHANGES) <= changes, set(CHANGES) - changes
    derived = [change for change in changes if change.startswith("derive")]
    assert len(derived) == 3
    assert not any("message" in change and "~" in change for change in changes)
    assert not any("Words" in change or "sum_up~" in change or "elsewhere" in change for change in changes)
    assert len({mutant.name for mutant in made}) == len(made)


def test_every_mutant_compiles_and_is_another_program() -> None:
    plain = compile(SOURCE, "module.py", "exec")
    for mutant in mutants("module.py", SOURCE):
        assert mutant.compiled("module.py") != plain, mutant.name
        assert mutant.line > 0


def test_names_do_not_depend_on_lines() -> None:
    later = {mutant.name for mutant in mutants("module.py", "X = 0\n\n" + SOURCE)}
    assert {mutant.name for mutant in mutants("module.py", SOURCE)} <= later


def test_every_explanation_names_a_reason() -> None:
    found = explanations()
    assert found
    for name, reason in found.items():
        assert name.count(" | ") >= 2, name
        assert reason.partition(":")[0] in ("equivalent", "performance", "completeness"), name
        assert (ROOT / "quod" / "kernel" / name.partition(" | ")[0]).exists(), f"{SURVIVORS.name} explains a file that is gone: {name}"


def test_an_explanation_covers_what_it_says() -> None:
    known = {"a.py | f | [x] → *": "equivalent: here"}
    assert explained("a.py | f | [x] → y", known)
    assert not explained("a.py | g | [x] → y", known)


@pytest.mark.parametrize(
    "pattern", ["fold_empty | *in ('sum', 'prod')* → nothing", "fold_empty | derive(*→*(), trusts=used)", "module | 0 → 1"]
)
def test_mutants_of_the_kernel_are_killed(pattern: str) -> None:
    """A side condition left out, a premise forgotten, and a constant outside of every function."""
    done = mutate("-k", pattern, "--tests", "tests/kernel/test_side_conditions.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 mutants, 1 killed" in done.stdout


def test_a_pattern_that_names_nothing_is_an_error() -> None:
    assert mutate("-k", "no such thing").returncode == 2


def test_a_survivor_without_an_explanation_is_an_error() -> None:
    """Tests that look at nothing of the kind let the condition be left out."""
    done = mutate("-k", "fold_empty | *in ('sum', 'prod')* → nothing", "--tests", "tests/kernel/test_several_variables.py")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "folds.py | fold_empty | expect(fold.kind in ('sum', 'prod')" in done.stdout


def mutate(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.assurance.mutate", "--files", "folds.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
