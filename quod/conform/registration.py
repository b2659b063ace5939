"""The decorator with which impl/ modules say what they compute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from quod.lang.claim import Definition, attach
from quod.lang.expression import LanguageError

Function = TypeVar("Function", bound=Callable[..., Any])


def implements(definition: Definition, ulp: float | None = None) -> Callable[[Function], Function]:
    """Declares a function that computes `definition`: positional arguments in the definition's order, families as arrays.

    `ulp`: the largest error it promises, in units in the last place. Without a promise it is held to what evaluating the definition's
    own formula with rounded operations guarantees, see `quod.conform.measuring`.
    """
    if isinstance(ulp, bool) or not (ulp is None or (isinstance(ulp, int | float) and ulp >= 0)):
        raise LanguageError(f"ulp is a number of units in the last place, at least 0, got ulp={ulp!r} ({type(ulp).__name__})")

    def declare(function: Function) -> Function:
        attach("implementation", definition, function)
        function.quod_definition = definition  # type: ignore[attr-defined]
        function.quod_ulp = ulp  # type: ignore[attr-defined]
        return function

    return declare
