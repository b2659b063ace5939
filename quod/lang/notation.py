"""How mathematics looks in Unicode: pieces of text, how tightly each binds, and the layout of every construct.

`quod.lang.text` recognises constructs (a difference, a quotient, a bounded quantifier) and asks a `Notation` to lay them out;
another notation overrides the constructs that look different in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from typing import ClassVar

from quod.lang.sorts import REAL, Arrow, Sort


class Level(IntEnum):
    """How tightly a piece of text holds together; PREFIX is open to its right, as `log x` and `Σ a` are."""

    BINDER = 0
    IMPLICATION = 1
    JUNCTION = 2
    NEGATION = 3
    COMPARISON = 4
    SUM = 5
    QUOTIENT = 6
    PRODUCT = 7
    PREFIX = 8
    POWER = 9
    ATOM = 10


@dataclass(frozen=True, slots=True)
class Quantified:
    """The parts of a quantified proposition, so that neighbours over one domain can be written together."""

    symbol: str
    names: tuple[str, ...]
    domain: str
    body: Piece


@dataclass(frozen=True, slots=True)
class Piece:
    """Text and how tightly it binds.

    `negated`: what stands behind the minus sign, if the text starts with one. `closed`: a spelling of level POWER, for `log x`
    the spelling `log(x)`.
    """

    text: str
    level: Level
    negated: Piece | None = None
    closed: str | None = None
    quantified: Quantified | None = None


_MAX_BITS = 12_000  # Python prints integers of at most 4300 digits
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_BRACKETS = {"sqrt": "√", "cbrt": "∛"}
_PREFIX = {"log": "log", "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin", "acos": "arccos", "atan": "arctan"}


class Notation:
    """Plain Unicode. Every method takes pieces and returns the piece of the whole."""

    tokens: ClassVar[dict[str, str]] = {}
    """Spellings that replace the Unicode signs in another notation."""

    def sign(self, unicode_sign: str) -> str:
        """The spelling of an operator or relation sign in this notation."""
        return self.tokens.get(unicode_sign, unicode_sign)

    def parentheses(self, text: str) -> str:
        """`text` between parentheses."""
        return f"({text})"

    def wrap(self, piece: Piece, level: Level) -> str:
        """The text of `piece`, between parentheses if it binds less tightly than `level`."""
        if piece.level >= level:
            return piece.text
        if piece.closed is not None and level <= Level.POWER:
            return piece.closed
        return self.parentheses(piece.text)

    def fresh(self, base: str, number: int) -> str:
        """The name of a bound variable after the usual letters have run out."""
        return base + str(number).translate(_SUBSCRIPTS)

    def symbol(self, name: str) -> Piece:
        """A variable, constant or definition."""
        return Piece(name, Level.ATOM)

    def number(self, value: Fraction) -> Piece:
        """An exact rational."""
        if max(value.numerator.bit_length(), value.denominator.bit_length()) > _MAX_BITS:
            return Piece("…", Level.ATOM)
        if value < 0:
            return self.negative(self.number(-value))
        if value.denominator == 1:
            return Piece(str(value.numerator), Level.ATOM)
        return self.quotient([self.number(Fraction(value.numerator))], [self.number(Fraction(value.denominator))])

    def negative(self, piece: Piece) -> Piece:
        """−a."""
        return Piece(self.sign("−") + self.wrap(piece, Level.QUOTIENT), Level.SUM, negated=piece)

    def add(self, pieces: Sequence[Piece]) -> Piece:
        """a + b − c."""
        text = self.wrap(pieces[0], Level.SUM)
        for piece in pieces[1:]:
            sign, magnitude = ("+", piece) if piece.negated is None else ("−", piece.negated)
            text += f" {self.sign(sign)} {self.wrap(magnitude, Level.QUOTIENT)}"
        return Piece(text, Level.SUM)

    def product(self, pieces: Sequence[Piece]) -> Piece:
        """a·b·c; of one factor: that factor."""
        if len(pieces) == 1:
            return pieces[0]
        texts = [self.wrap(piece, Level.POWER) for piece in pieces[:-1]] + [self.wrap(pieces[-1], Level.PREFIX)]
        return Piece(self.sign("·").join(texts), Level.PRODUCT)

    def quotient(self, over: Sequence[Piece], under: Sequence[Piece]) -> Piece:
        """a·b/(c·d); `over` may be empty."""
        top = self.sign("·").join(self.wrap(piece, Level.POWER) for piece in over) or "1"
        bottom = self.product(under)
        return Piece(f"{top}/{self.wrap(bottom, Level.POWER)}", Level.QUOTIENT)

    def power(self, base: Piece, exponent: Piece | int) -> Piece:
        """A power with a literal or a symbolic exponent."""
        below = self.wrap(base, Level.ATOM)
        if isinstance(exponent, int):
            return Piece(below + str(exponent).translate(_SUPERSCRIPTS), Level.POWER)
        return Piece(f"{below}^{self.wrap(exponent, Level.ATOM)}", Level.POWER)

    def call(self, function: Piece, arguments: Sequence[Piece]) -> Piece:
        """f(a, b)."""
        inside = ", ".join(piece.text for piece in arguments)
        return Piece(self.wrap(function, Level.ATOM) + self.parentheses(inside), Level.ATOM)

    def entry(self, family: Piece, indices: Sequence[Piece]) -> Piece:
        """p[i], A[i, j]."""
        return Piece(f"{self.wrap(family, Level.ATOM)}[{', '.join(piece.text for piece in indices)}]", Level.ATOM)

    def elementary(self, name: str, argument: Piece) -> Piece:
        """An elementary function of one argument."""
        if name == "floor":
            return Piece(f"⌊{argument.text}⌋", Level.ATOM)
        if name in _BRACKETS:
            return Piece(_BRACKETS[name] + self.wrap(argument, Level.ATOM), Level.POWER)
        word = self.sign(_PREFIX.get(name, name))
        closed = word + self.parentheses(argument.text)
        if name not in _PREFIX:
            return Piece(closed, Level.ATOM)
        if argument.level == Level.ATOM:
            return Piece(f"{word} {argument.text}", Level.PREFIX, closed=closed)
        return Piece(closed, Level.POWER)

    def cases(self, parts: Sequence[tuple[Piece, Piece]], otherwise: Piece) -> Piece:
        """Values with their conditions, the first that holds counting, and the value where none holds."""
        rows = [f"{value.text} if {condition.text}" for value, condition in parts]
        return Piece("{" + "; ".join([*rows, f"{otherwise.text} otherwise"]) + "}", Level.ATOM)

    def absolute(self, piece: Piece) -> Piece:
        """|a|."""
        return Piece(f"|{piece.text}|", Level.ATOM)

    def extremum(self, kind: str, pieces: Sequence[Piece]) -> Piece:
        """min(a, b) or max(a, b)."""
        return Piece(self.sign(kind) + self.parentheses(", ".join(piece.text for piece in pieces)), Level.ATOM)

    def norm_squared(self, piece: Piece) -> Piece:
        """‖v‖²."""
        return Piece(f"‖{piece.text}‖²", Level.POWER)

    def inner(self, left: Piece, right: Piece) -> Piece:
        """⟨v, w⟩."""
        return Piece(f"{self.sign('⟨')}{left.text}, {right.text}{self.sign('⟩')}", Level.ATOM)

    def fold(self, kind: str, name: str, lower: Piece | None, upper: Piece, body: Piece) -> Piece:
        """Σ ∏ min max over `lower` ≤ name < `upper`; `lower` is None for 0."""
        symbol = {"sum": "Σ", "prod": "∏"}.get(kind, kind)
        start = "" if lower is None else self.wrap(lower, Level.SUM) + self.sign("≤")
        span = (start + name + self.sign("<") + self.wrap(upper, Level.SUM)).replace(" + ", "+").replace(" − ", "−")
        return Piece(f"{self.sign(symbol)}_{{{span}}} {self.wrap(body, Level.QUOTIENT)}", Level.PREFIX)

    def integral(self, name: str, body: Piece) -> Piece:
        """∫ … dt over the real line."""
        return Piece(f"{self.sign('∫')} {self.wrap(body, Level.QUOTIENT)} d{name}", Level.PREFIX)

    def primes(self, function: Piece, order: int, point: Piece) -> Piece:
        """f′(x), f″(x)."""
        marks = "′″‴"[order - 1] if order <= 3 else f"⁽{str(order).translate(_SUPERSCRIPTS)}⁾"
        return Piece(self.wrap(function, Level.ATOM) + marks + self.parentheses(point.text), Level.ATOM)

    def derivative(self, name: str, body: Piece, point: Piece) -> Piece:
        """d/dt(…) at t = point."""
        return Piece(f"d/d{name}({body.text})|_{{{name}={point.text}}}", Level.PREFIX)

    def maps_to(self, name: str, body: Piece) -> Piece:
        """t ↦ …."""
        return Piece(f"{name} {self.sign('↦')} {body.text}", Level.BINDER)

    def compare(self, relation: str, left: Piece, right: Piece) -> Piece:
        """a ≤ b, with one of the signs = ≠ ≤ <."""
        return Piece(f"{self.wrap(left, Level.SUM)} {self.sign(relation)} {self.wrap(right, Level.SUM)}", Level.COMPARISON)

    def junction(self, symbol: str, pieces: Sequence[Piece]) -> Piece:
        """P ∧ Q, P ∨ Q; of none ⊤ or ⊥; of one: that one."""
        if not pieces:
            return Piece(self.sign("⊤" if symbol == "∧" else "⊥"), Level.ATOM)
        if len(pieces) == 1:
            return pieces[0]
        return Piece(f" {self.sign(symbol)} ".join(self.wrap(piece, Level.NEGATION) for piece in pieces), Level.JUNCTION)

    def negation(self, piece: Piece) -> Piece:
        """¬P."""
        spelled = piece.text if piece.level == Level.ATOM else self.parentheses(piece.text)
        return Piece(self.sign("¬") + spelled, Level.NEGATION)

    def implication(self, hypothesis: Piece, conclusion: Piece) -> Piece:
        """P ⇒ Q, associated to the right."""
        right = conclusion.text if conclusion.level <= Level.IMPLICATION else self.wrap(conclusion, Level.JUNCTION)
        return Piece(f"{self.wrap(hypothesis, Level.JUNCTION)} {self.sign('⇒')} {right}", Level.IMPLICATION)

    def equivalence(self, left: Piece, right: Piece) -> Piece:
        """P ⇔ Q."""
        text = f"{self.wrap(left, Level.JUNCTION)} {self.sign('⇔')} {self.wrap(right, Level.JUNCTION)}"
        return Piece(text, Level.IMPLICATION)

    def sort(self, sort: Sort) -> str:
        """The name of a sort."""
        if isinstance(sort, Arrow):
            domain = self.sort(sort.domain)
            left = self.parentheses(domain) if isinstance(sort.domain, Arrow) else domain
            return f"{left} {self.sign('→')} {self.sort(sort.codomain)}"
        return self.sign(sort.symbol)

    def membership(self, sort: Sort) -> str:
        """The part of a quantifier behind its names: ` ∈ ℝ`, `: ℝ → ℝ`."""
        return f": {self.sort(sort)}" if isinstance(sort, Arrow) else f" {self.sign('∈')} {self.sort(sort)}"

    def interval(self, lower: Piece, upper: Piece, closed: tuple[bool, bool]) -> str:
        """The part of a quantifier behind its names: ` ∈ [0, 1)`."""
        left, right = "[" if closed[0] else "(", "]" if closed[1] else ")"
        return f" {self.sign('∈')} {left}{lower.text}, {upper.text}{right}"

    def bound(self, relation: str, limit: Piece) -> str:
        """The part of a quantifier behind its names: ` < n`."""
        return f" {self.sign(relation)} {self.wrap(limit, Level.SUM)}"

    def quantifier(self, symbol: str, name: str, domain: str, body: Piece, before: str = "") -> Piece:
        """∀x ∈ ℝ. P; with `before`, ∀1 ≤ i < n. P. Neighbours over one domain are written ∀x, y ∈ ℝ. P."""
        names: tuple[str, ...] = (name,)
        inner = body.quantified
        if inner is not None and not before and (inner.symbol, inner.domain) == (symbol, domain):
            names, body = (name, *inner.names), inner.body
        text = f"{self.sign(symbol)}{before}{', '.join(names)}{domain}{self.sign('.')} {body.text}"
        return Piece(text, Level.BINDER, quantified=None if before else Quantified(symbol, names, domain, body))

    def span(self, lower: Piece, relation: str) -> str:
        """The part of a quantifier before its name: `1 ≤ `."""
        return f"{self.wrap(lower, Level.SUM)} {self.sign(relation)} "

    def almost_everywhere(self, name: str, body: Piece) -> Piece:
        """P for all reals outside a null set."""
        return Piece(f"for almost every {name}{self.membership(REAL)}: {body.text}", Level.BINDER)

    def integrable(self, function: Piece) -> Piece:
        """f is integrable."""
        return Piece(f"{self.wrap(function, Level.SUM)} is integrable", Level.COMPARISON)

    def differentiable(self, function: Piece, point: Piece) -> Piece:
        """f is differentiable at x."""
        return Piece(f"{self.wrap(function, Level.SUM)} is differentiable at {self.wrap(point, Level.SUM)}", Level.COMPARISON)

    def gradient(self, function: Piece, field: Piece, on_reals: bool) -> Piece:
        """∇F = G; on the real line F′ = G."""
        name = self.wrap(function, Level.ATOM)
        left = f"{name}′" if on_reals else self.sign("∇") + name
        return Piece(f"{left} = {self.wrap(field, Level.SUM)}", Level.COMPARISON)
