"""Changes to inputs that keep most of their structure, so that they reach beyond the first check of a parser.

Every change is drawn from the `random.Random` that is passed: the same source gives the same input again.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

WORDS = (
    *("assert", "declare-const", "declare-fun", "define-fun", "define-const", "set-info", "check-sat", "exit", "push", "let", "!", "_"),
    *("forall", "Real", "Int", "Bool", "true", "false", "real.pi", "pi", "+", "-", "*", "/", "div", "mod", "to_int", "is_int", "<", "="),
    *("<=", "distinct", "not", "and", "or", "xor", "=>", "ite", "exp", "log", "sqrt", "cbrt", "atan", "tan", "abs", "min", "max", "pow"),
    *("^", ":status", ":named", "x", "y", "|odd name|", '"text"', "#xff", "#b101", "0", "1", "2", "0.5", "1e999999999", "10000"),
    "9" * 4400,
)
LONG = "a number of too many digits"
"""Stands for 9…9, which Python can neither read nor write as JSON."""
LEAVES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 3, 64, 255, 256, 10_000, 20_000, 2**31, 2**63, -(2**63), LONG, 0.5, 1e308, "", "0", "1/2"),
    *("-1/3", "1/0", "1e999999999", "9" * 4400, "pi", "R", "Z", ">RR", "x", "\x1b[2J", "\ud800"),
    *([], {}, [[]], [[1, 1]], {"t": 0}, {"q": "1/2"}),
)
_TOKEN = re.compile(r'\|[^|]*\||"[^"]*"|[()]|[^\s()|"]+')
_CONSTANTS = {"NaN": "a NaN", "Infinity": "an infinity", "-Infinity": "an infinity"}

Path = tuple[int | str, ...]


def change_json(data: Any, dice: random.Random, donor: Any = None) -> Any:
    """`data` (JSON data, changed in place) after one to four changes; `donor` lends parts of another input."""
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        places = list(_places(data))
        if not places:
            return _leaf(dice)
        path = dice.choice(places)
        holder = data
        for step in path[:-1]:
            holder = holder[step]
        _change_entry(holder, path[-1], dice, [_at(data, dice.choice(places)), _any_part(donor, dice)])
    return data


def _change_entry(holder: Any, key: Any, dice: random.Random, parts: Sequence[Any]) -> None:
    value = holder[key]
    match dice.randrange(8):
        case 0 | 1:
            holder[key] = copy.deepcopy(dice.choice(parts))
        case 2:
            holder[key] = _leaf(dice)
        case 3:
            del holder[key]
        case 4 if isinstance(holder, list):
            holder.insert(key, copy.deepcopy(value))
        case 5 if isinstance(holder, list) and len(holder) > 1:
            other = dice.randrange(len(holder))
            holder[key], holder[other] = holder[other], holder[key]
        case 6:
            for _ in range(dice.choice((1, 3, 60, 900))):
                value = [value]
            holder[key] = value
        case _:
            holder[key] = _nudge(value, dice)


def _nudge(value: Any, dice: random.Random) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return dice.choice((value + 1, value - 1, -value, 2 * value, value * 10**9 if value < 10**40 else 0))
        case str():
            place = dice.randint(0, len(value))
            return value[:place] + dice.choice(("", "0", "/", "-", "x", ">", "R")) + value[place + dice.randint(0, 1) :]
        case list() if value:
            return [copy.deepcopy(part) for _ in range(dice.choice((2, 3, 50))) for part in value]
        case _:
            return _leaf(dice)


def _leaf(dice: random.Random) -> Any:
    return copy.deepcopy(dice.choice(LEAVES))


def _places(data: Any) -> Iterator[Path]:
    """The paths of everything inside `data`, nothing below the 60th level."""
    stack: list[tuple[Path, Any]] = [((), data)]
    while stack:
        path, part = stack.pop()
        entries = enumerate(part) if isinstance(part, list) else part.items() if isinstance(part, dict) else ()
        for key, value in entries:
            yield (*path, key)
            if len(path) < 60:
                stack.append(((*path, key), value))


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _any_part(data: Any, dice: random.Random) -> Any:
    places = list(_places(data))
    return _at(data, dice.choice(places)) if places else _leaf(dice)


def change_text(text: str, dice: random.Random, donor: str = "") -> str:
    """S-expressions after one to four changes of tokens and groups; `donor` lends groups of another text."""
    tokens = _TOKEN.findall(text)
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        if not tokens:
            return dice.choice(WORDS)
        start = dice.randrange(len(tokens))
        end = _end(tokens, start)
        _TEXT_CHANGES[dice.randrange(len(_TEXT_CHANGES))](tokens, start, end, dice, _TOKEN.findall(donor))
    return " ".join(tokens)


def _end(tokens: Sequence[str], start: int) -> int:
    """The end of the token or balanced group that starts there."""
    depth = 0
    for place in range(start, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[place], 0)
        if depth <= 0:
            return place + 1
    return len(tokens)


def _replace_word(tokens: list[str], start: int, end: int, dice: random.Random, donor: list[str]) -> None:
    tokens[start] = dice.choice(WORDS)


def _replace_group(tokens: list[str], start: int, end: int, dice: random.Random, donor: list[str]) -> None:
    other = dice.randrange(len(tokens))
    tokens[start:end] = tokens[other : _end(tokens, other)]


def _borrow(tokens: list[str], start: int, end: int, dice: random.Random, donor: list[str]) -> None:
    if donor:
        other = dice.randrange(len(donor))
        tokens[start:end] = donor[other : _end(donor, other)]


def _remove(tokens: list[str], start: int, end: int, dice: random.Random, donor: list[str]) -> None:
    del tokens[start : dice.choice((start + 1, end))]


def _repeat(tokens: list[str], start: int, end: int, dice: random.Random, donor: list[str]) -> None:
    tokens[start:start] = tokens[start:end] * dice.choice((1, 2, 40))


def _nest(tokens: list[str], start: int, end: int, dice: random.Random, donor: list[str]) -> None:
    times = dice.choice((1, 2, 5, 300, 2000))
    tokens[start:end] = ["(", dice.choice(WORDS)] * times + tokens[start:end] + [")"] * times


def _double(tokens: list[str], start: int, end: int, dice: random.Random, donor: list[str]) -> None:
    """A tower of lets, each of which uses the one before twice: exponentially long once it is written out."""
    times, operator = dice.choice((1, 8, 40)), dice.choice(("+", "*", "and", "pow", "max", "/"))
    opening = ["(", "let", "(", "(", "x", "(", operator, "x", "x", ")", ")", ")"]
    tokens[start:end] = opening * times + tokens[start:end] + [")"] * times


_TEXT_CHANGES: tuple[Callable[[list[str], int, int, random.Random, list[str]], None], ...] = (
    *(_replace_word, _replace_word, _replace_group, _replace_group, _borrow, _remove, _repeat, _nest, _double),
)


def change(data: bytes, dice: random.Random, donor: bytes = b"") -> bytes:
    """An input of any target after a few changes: as JSON if it is that, else as S-expressions."""
    text = data.decode(errors="replace")
    try:
        value = json.loads(text, parse_constant=_CONSTANTS.__getitem__)
    except (ValueError, RecursionError):
        return change_text(text, dice, donor.decode(errors="replace")).encode(errors="replace")
    try:
        lent = json.loads(donor) if donor else None
    except (ValueError, RecursionError):
        lent = None
    try:
        return json.dumps(change_json(value, dice, lent)).replace(f'"{LONG}"', "9" * 4400).encode()
    except (RecursionError, ValueError):  # nested too deeply, or a number grown too long, for Python to write
        return data
