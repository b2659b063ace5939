"""S-expressions of SMT-LIB 2.6 (Barrett, Fontaine, Tinelli 2017, section 3): tokens, nesting and where each one stands.

The input is not trusted: reading is iterative and bounded in characters, symbols and nesting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

MAX_CHARACTERS = 16 << 20
MAX_SYMBOLS = 1_000_000
MAX_NESTING = 2500
"""Parentheses nest deeper than terms may, because `let` adds a level of text and none of meaning."""

_SHOWN = 40
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+|;[^\n]*)
    |(?P<open>\()|(?P<close>\))
    |(?P<decimal>[0-9]+\.[0-9]+)|(?P<numeral>[0-9]+)
    |(?P<hex>\#x[0-9a-fA-F]+)|(?P<binary>\#b[01]+)
    |(?P<string>"[^"]*(?:""[^"]*)*")
    |(?P<keyword>:[a-zA-Z0-9~!@$%^&*_+=<>.?/-]+)
    |(?P<symbol>[a-zA-Z~!@$%^&*_+=<>.?/-][a-zA-Z0-9~!@$%^&*_+=<>.?/-]*)
    |\|(?P<quoted>[^|\\]*)\|""",
    re.VERBOSE,
)


class SmtError(ValueError):
    """SMT-LIB text that cannot be read: `NAME:line:column: expected …, got …; fix: …`."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text and the name a person knows it by."""

    name: str
    text: str

    def place(self, offset: int) -> str:
        """The line and column (both from 1) of a character."""
        line_start = self.text.rfind("\n", 0, offset) + 1
        return f"{self.text.count(chr(10), 0, offset) + 1}:{offset - line_start + 1}"

    def refuse(self, offset: int, expected: str, got: str, fix: str) -> NoReturn:
        """Raises SmtError for what stands at `offset`."""
        raise SmtError(f"{self.name}:{self.place(offset)}: expected {expected}, got {got}; fix: {fix}")


@dataclass(frozen=True, slots=True)
class Atom:
    """A token; `kind` is numeral, decimal, hex, binary, string, keyword or symbol; `text` is without the bars of a quoted symbol."""

    kind: str
    text: str
    offset: int

    def __str__(self) -> str:
        return shorten(self.text)


@dataclass(frozen=True, slots=True)
class Group:
    """A parenthesised list; `offset` is where it opens."""

    items: tuple[Expression, ...]
    offset: int

    def __str__(self) -> str:
        first = self.items[0] if self.items else None
        return f"({first} …)" if isinstance(first, Atom) else "(…)" if first else "()"


Expression = Atom | Group


def shorten(text: str) -> str:
    """`text` in quotes, cut where it is long."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def _tokens(source: Source) -> Iterator[Atom]:
    position, count, text = 0, 0, source.text
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            _refuse_character(source, position)
        kind = match.lastgroup or ""
        if kind != "space":
            count += 1
            if count > MAX_SYMBOLS:
                source.refuse(position, f"at most {MAX_SYMBOLS} symbols", "more", "split the problem")
            yield Atom("symbol" if kind == "quoted" else kind, match[kind], position)
        position = match.end()


def _refuse_character(source: Source, position: int) -> NoReturn:
    character = source.text[position]
    if character in '"|':
        source.refuse(position, f"a closing {character}", "the end of the text", f"close what opens here with {character}")
    source.refuse(position, "a parenthesis, symbol or number", shorten(character), "write it in SMT-LIB 2.6, odd names between |bars|")


def read_expressions(source: Source) -> Iterator[Expression]:
    """The top-level expressions of a text, one after the other.

    Raises SmtError on malformed, huge or deeply nested text.
    """
    if len(source.text) > MAX_CHARACTERS:
        source.refuse(0, f"at most {MAX_CHARACTERS} characters", str(len(source.text)), "split the problem")
    opened: list[tuple[int, list[Expression]]] = []
    for token in _tokens(source):
        finished: Expression = token
        if token.kind == "open":
            if len(opened) == MAX_NESTING:
                source.refuse(token.offset, f"at most {MAX_NESTING} nested parentheses", "more", "name inner terms with define-fun")
            opened.append((token.offset, []))
            continue
        if token.kind == "close":
            if not opened:
                source.refuse(token.offset, "a command", "a closing parenthesis", "remove it, or open it before")
            offset, items = opened.pop()
            finished = Group(tuple(items), offset)
        if opened:
            opened[-1][1].append(finished)
        else:
            yield finished
    if opened:
        opening = source.place(opened[-1][0])
        source.refuse(len(source.text), "a closing parenthesis", "the end of the text", f"close what opens at {opening}")
