"""The form of what a ledger or a worker hands over, before anything else looks at it: records of checks, runs, surveys.

A ledger may come from elsewhere, with checksums that fit. Whatever does not have the form counts as absent.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeGuard

from quod.rows import CHECKS

VERDICTS = ("PROVED", "REFUTED", "SAMPLED", "UNKNOWN", "VACUOUS", "CONFLICT", "ERROR")
MAX_NESTING = 20
MAX_BITS = 10_000
"""Python writes no integer of more than 4300 digits."""

_Test = Callable[[Any], bool]


def clean(data: Any, depth: int = 0) -> Any:
    """`data` as JSON can hold it and a terminal can show it: no control characters, no halves of characters; NaN and infinities in words.

    What is nested too deeply, or no JSON at all, becomes its text.
    """
    match data:
        case None | bool():
            return data
        case int():
            return data if data.bit_length() <= MAX_BITS else f"a number of {data.bit_length()} bits"
        case float():
            return data if math.isfinite(data) else str(data)
        case str():
            return "".join(character if _is_plain(character) else "\N{REPLACEMENT CHARACTER}" for character in data)
        case list() | tuple() if depth < MAX_NESTING:
            return [clean(item, depth + 1) for item in data]
        case dict() if depth < MAX_NESTING:
            return {clean(str(name)): clean(item, depth + 1) for name, item in data.items()}
        case _:
            return clean(repr(data)[:1000])


def is_record(data: Any) -> TypeGuard[dict[str, Any]]:
    """Whether this is the record of a check, as `quod/report/schema.json` describes it."""
    return isinstance(data, dict) and all(name in data and test(data[name]) for name, test in _RECORD.items()) and _is_clean(data)


def is_run(data: Any) -> TypeGuard[dict[str, Any]]:
    """Whether this is what `quod verify` keeps of a run."""
    return isinstance(data, dict) and all(name in data and test(data[name]) for name, test in _RUN.items()) and _is_clean(data)


def is_survey(data: Any) -> TypeGuard[dict[str, Any]]:
    """Whether this is what `quod.checks.look` says of a project."""
    return isinstance(data, dict) and all(name in data and test(data[name]) for name, test in _SURVEY.items()) and _is_clean(data)


def _is_plain(character: str) -> bool:
    return character.isprintable() or character in "\n\t"


def _is_clean(data: Any) -> bool:
    """Whether `clean` would change nothing."""
    stack = [(data, 0)]
    while stack:
        part, depth = stack.pop()
        if isinstance(part, str):
            if not all(map(_is_plain, part)):
                return False
        elif isinstance(part, dict | list):
            if depth == MAX_NESTING:
                return False
            stack += [(item, depth + 1) for item in (part if isinstance(part, list) else [*part, *part.values()])]
        elif isinstance(part, float) and not math.isfinite(part):
            return False
    return True


def _text(data: Any) -> bool:
    return isinstance(data, str)


def _seconds(data: Any) -> bool:
    return isinstance(data, int | float) and not isinstance(data, bool) and 0 <= data < 1e12


def _texts(data: Any) -> bool:
    return isinstance(data, list) and all(map(_text, data))


def _table(values: _Test) -> _Test:
    return lambda data: isinstance(data, dict) and all(map(values, data.values()))


def _one_of(choices: tuple[str, ...]) -> _Test:
    return lambda data: isinstance(data, str) and data in choices


def _optional(test: _Test) -> _Test:
    return lambda data: data is None or test(data)


def _is_row(data: Any) -> bool:
    known = isinstance(data, dict) and all(name in data and test(data[name]) for name, test in _ROW.items())
    return known and all(data.get(check) is None or is_record(data[check]) for check in CHECKS)


def _is_problem(data: Any) -> bool:
    match data:
        case [str(), int(), str(), str()]:
            return True
    return False


def _whole(data: Any) -> bool:
    return isinstance(data, int)


_RECORD: dict[str, _Test] = {
    "verdict": _one_of(VERDICTS),
    "reason": _text,
    "method": _text,
    "trusts": _texts,
    "assumes": _texts,
    "witness": _optional(_table(_text)),
    "figures": _table(lambda value: True),
    "seed": _optional(_whole),
    "seconds": _seconds,
}
_ROW: dict[str, _Test] = {
    **dict.fromkeys(("id", "topic", "sentence", "source", "place", "digest", "reason", "method"), _text),
    "expect": _one_of(("PROVED", "SAMPLED")),
    "verdict": _one_of(VERDICTS),
    "green": lambda value: isinstance(value, bool),
    "trusts": _texts,
    "assumes": _texts,
    "seconds": _seconds,
}
_RUN: dict[str, _Test] = {
    "quod": _text,
    "ended": lambda value: isinstance(value, int | float),
    "exit": _whole,
    "settings": _table(lambda value: isinstance(value, int | float | str)),
    "problems": _texts,
    "rows": lambda value: isinstance(value, list) and all(map(_is_row, value)),
}
_SURVEY: dict[str, _Test] = {
    "implementations": _table(_texts),
    "scripts": _table(_texts),
    "problems": lambda value: isinstance(value, list) and all(map(_is_problem, value)),
}
