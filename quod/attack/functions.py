"""Sampled functions of one real: densities standardised to given moments, and simple smooth functions."""

from __future__ import annotations

import random
from typing import Any

KINDS = ("normal", "step", "mixture")


def density(rng: random.Random, kind: str, moments: Any) -> Any:
    return None


def demanded_moments(plan: Any, variable: Any, values: Any) -> Any:
    return None


def real_function(rng: random.Random, kind: str) -> Any:
    return None
