"""Mutated theorems and random statements: no verdict of the decision procedure contradicts a search in 200-bit balls."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "tower_fuzz.py"


def script() -> ModuleType:
    """The benchmark's generator and its independent search."""
    spec = importlib.util.spec_from_file_location("tower_fuzz", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["tower_fuzz"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", range(4))
def test_no_verdict_is_contradicted(seed: int) -> None:
    fuzz = script()
    verdicts = [(sample, *fuzz.verdict(sample, 1.0)) for sample in fuzz.samples(40, 1000 + seed)]
    assert not [(sample, why) for sample, name, why in verdicts if name in ("wrong", "unchecked")]
    assert sum(name in ("proved", "refuted") for _, name, _ in verdicts) > 30
