"""Choosing claims: by id, topic or glob, and by an expression over words with `and`, `or`, `not` and parentheses, as pytest's -k."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Protocol, TypeVar

_TOKEN = re.compile(r"\s*(?:(?P<sign>[()])|(?P<word>[^\s()]+))")
_MAX_NESTING = 50
Test = Callable[[str], bool]


class Named(Protocol):
    """What can be selected: a claim, or a record of one."""

    @property
    def id(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def name(self) -> str: ...


Entry = TypeVar("Entry", bound=Named)


class SelectionError(Exception):
    """Nothing is selected, or an expression cannot be read. The message says what was expected, what came, and the fix."""


def select(claims: Mapping[str, Entry], selectors: Iterable[str] = (), expression: str | None = None) -> tuple[Entry, ...]:
    """The claims that match any of `selectors` (all, if there are none) and the expression, in source order.

    A selector is an id, a claim's name, a topic, or a glob over ids. Raises SelectionError if one matches nothing, or nothing is left.
    """
    selectors = tuple(selectors)
    chosen = set(claims) if not selectors else set()
    for selector in selectors:
        matching = {id for id, claim in claims.items() if _matches(selector, claim)}
        if not matching:
            raise SelectionError(f"no claim matches {selector!r}; {_hint(selector, claims)}")
        chosen |= matching
    if expression is not None:
        test = parse(expression)
        chosen = {id for id in chosen if test(id)}
    if not chosen:
        what = f"-k {expression!r} matches none of the claims" if expression is not None else "the project has no claims"
        raise SelectionError(
            f"{what}, so nothing would be checked; fix: `quod list` shows what there is, `quod new TOPIC.NAME` starts a claim"
        )
    return tuple(claim for id, claim in claims.items() if id in chosen)


def _matches(selector: str, claim: Named) -> bool:
    if any(sign in selector for sign in "*?["):
        return fnmatchcase(claim.id, selector)
    return selector in (claim.id, claim.topic, claim.name) or claim.topic.startswith(f"{selector}.")


def _hint(selector: str, claims: Mapping[str, Named]) -> str:
    from difflib import get_close_matches

    names = {name: id for id, claim in claims.items() for name in (claim.topic, claim.name, id)}
    close = get_close_matches(selector, names, n=1, cutoff=0.5)
    if close:
        return f"fix: did you mean {close[0]}?"
    return "fix: `quod list` shows the ids; a selector is an id, a topic or a glob such as 'activations.*slope*'"


def parse(expression: str) -> Test:
    """The test on an id that `expression` stands for: a word is true where the id contains it, in any case of letters.

    Raises SelectionError.
    """
    tokens = [match.group("sign") or match.group("word") for match in _TOKEN.finditer(expression)]
    reader = _Reader(expression, [*tokens, ""])
    test = reader.either(0)
    if reader.next != "":
        reader.refuse("`and`, `or` or the end")
    return test


class _Reader:
    """Recursive descent over the tokens of one expression; `not` binds tighter than `and`, `and` tighter than `or`."""

    def __init__(self, expression: str, tokens: list[str]) -> None:
        self.expression, self.tokens = expression, tokens

    @property
    def next(self) -> str:
        return self.tokens[0]

    def refuse(self, expected: str) -> None:
        got = repr(self.next) if self.next else "the end"
        raise SelectionError(
            f"-k {self.expression!r}: expected {expected}, got {got}; fix: write words joined by and, or, not, such as 'slope and not tanh'"
        )

    def either(self, depth: int) -> Test:
        tests = [self.both(depth)]
        while self.next == "or":
            self.tokens.pop(0)
            tests.append(self.both(depth))
        return lambda id: any(test(id) for test in tests)

    def both(self, depth: int) -> Test:
        tests = [self.single(depth)]
        while self.next == "and":
            self.tokens.pop(0)
            tests.append(self.single(depth))
        return lambda id: all(test(id) for test in tests)

    def single(self, depth: int) -> Test:
        if depth > _MAX_NESTING:
            self.refuse(f"at most {_MAX_NESTING} levels of not and parentheses")
        if self.next in ("", ")", "and", "or"):
            self.refuse("a word, `not` or `(`")
        token = self.tokens.pop(0)
        if token == "not":
            inner = self.single(depth + 1)
            return lambda id: not inner(id)
        if token == "(":
            group = self.either(depth + 1)
            if self.next != ")":
                self.refuse("`)`")
            self.tokens.pop(0)
            return group
        return lambda id: token.casefold() in id.casefold()
