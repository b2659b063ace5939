"""Integrals over ℝ of what is built from sampled densities."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from quod.attack.arithmetic import NAN
from quod.lang import terms as t


def integrate(body: t.Lambda, integrand: Callable[[Any], Any], functions: Mapping[str, Any]) -> Any:
    """∫ integrand over ℝ."""
    return NAN
