"""A term in LaTeX (amsmath), with the same constructs put back as in the Unicode text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from quod.lang.notation import Level, Notation, Piece
from quod.lang.sorts import REAL
from quod.lang.terms import Node
from quod.lang.text import write

_GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega"
_LETTERS = dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK.split(), strict=True))
_CAPITAL_NAMES = "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
_CAPITALS = dict(zip("ΓΔΘΛΞΠΣΦΨΩ", _CAPITAL_NAMES.split(), strict=True))
_COMMANDS = frozenset((*_LETTERS.values(), *_CAPITALS.values())) - {"omicron"}
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SPECIAL = re.compile(r"[\\{}$&#^_%~]")
_NAME = re.compile(r"(?P<word>[^\W\d_]+)_?(?P<index>[0-9₀-₉]*)(?P<primes>[′']*)")
_WORDS = {"log": r"\log", "sin": r"\sin", "cos": r"\cos", "tan": r"\tan", "asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan"}

_TOKENS = {
    "−": "-",
    "·": r" \cdot ",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "∧": r"\land",
    "∨": r"\lor",
    "¬": r"\lnot ",
    "⇒": r"\Rightarrow",
    "⇔": r"\Leftrightarrow",
    "∀": r"\forall ",
    "∃": r"\exists ",
    "∈": r"\in",
    "ℝ": r"\mathbb{R}",
    "ℤ": r"\mathbb{Z}",
    "Prop": r"\mathrm{Prop}",
    "→": r"\to",
    "↦": r"\mapsto",
    "Σ": r"\sum",
    "∏": r"\prod",
    "min": r"\min",
    "max": r"\max",
    "⊤": r"\top",
    "⊥": r"\bot",
    "⟨": r"\left\langle ",
    "⟩": r"\right\rangle",
    ".": r".\;",
}


def to_latex(term: Node) -> str:
    r"""`term` in LaTeX's mathematics mode, such as `\forall x \in \mathbb{R}.\; \operatorname{sigmoid}'\left(x\right) \le \frac{1}{4}`."""
    return write(term, _Latex())


class _Latex(Notation):
    tokens: ClassVar[dict[str, str]] = _TOKENS

    def parentheses(self, text: str) -> str:
        return rf"\left({text}\right)"

    def fresh(self, base: str, number: int) -> str:
        return f"{base}{number}"

    def symbol(self, name: str) -> Piece:
        found = _NAME.fullmatch(name)
        if found is None:
            return Piece(rf"\mathrm{{{_SPECIAL.sub(_escape, name)}}}", Level.ATOM)
        word = found["word"]
        command = _LETTERS.get(word) or _CAPITALS.get(word) or (word if word != "pi" else "")
        shown = rf"\{command}" if command in _COMMANDS else word if len(word) == 1 else rf"\operatorname{{{word}}}"
        index = found["index"].translate(_SUBSCRIPTS)
        return Piece(shown + (f"_{{{index}}}" if index else "") + "'" * len(found["primes"]), Level.ATOM)

    def quotient(self, over: Sequence[Piece], under: Sequence[Piece]) -> Piece:
        top = self.product(over).text if over else "1"
        return Piece(rf"\frac{{{top}}}{{{self.product(under).text}}}", Level.POWER)

    def power(self, base: Piece, exponent: Piece | int) -> Piece:
        raised = str(exponent) if isinstance(exponent, int) else exponent.text
        return Piece(f"{{{self.wrap(base, Level.ATOM)}}}^{{{raised}}}", Level.POWER)

    def entry(self, family: Piece, indices: Sequence[Piece]) -> Piece:
        return Piece(f"{{{self.wrap(family, Level.ATOM)}}}_{{{', '.join(piece.text for piece in indices)}}}", Level.ATOM)

    def elementary(self, name: str, argument: Piece) -> Piece:
        match name:
            case "exp":
                return Piece(f"e^{{{argument.text}}}", Level.POWER)
            case "sqrt":
                return Piece(rf"\sqrt{{{argument.text}}}", Level.ATOM)
            case "cbrt":
                return Piece(rf"\sqrt[3]{{{argument.text}}}", Level.ATOM)
            case "floor":
                return Piece(rf"\left\lfloor {argument.text} \right\rfloor", Level.ATOM)
        word = _WORDS.get(name, rf"\operatorname{{{name}}}")
        closed = word + self.parentheses(argument.text)
        if name in _WORDS and argument.level == Level.ATOM:
            return Piece(f"{word} {argument.text}", Level.PREFIX, closed=closed)
        return Piece(closed, Level.POWER)

    def cases(self, parts: Sequence[tuple[Piece, Piece]], otherwise: Piece) -> Piece:
        rows = [rf"{value.text} & \text{{if }} {condition.text}" for value, condition in parts]
        rows.append(rf"{otherwise.text} & \text{{otherwise}}")
        lines = r" \\ ".join(rows)
        return Piece(rf"\begin{{cases}} {lines} \end{{cases}}", Level.ATOM)

    def absolute(self, piece: Piece) -> Piece:
        return Piece(rf"\left|{piece.text}\right|", Level.ATOM)

    def norm_squared(self, piece: Piece) -> Piece:
        return Piece(rf"{{\left\|{piece.text}\right\|}}^{{2}}", Level.POWER)

    def fold(self, kind: str, name: str, lower: Piece | None, upper: Piece, body: Piece) -> Piece:
        symbol = self.sign({"sum": "Σ", "prod": "∏"}.get(kind, kind))
        start = "" if lower is None else rf"{self.wrap(lower, Level.SUM)} \le "
        span = f"{start}{self.symbol(name).text} < {self.wrap(upper, Level.SUM)}"
        return Piece(f"{symbol}_{{{span}}} {self.wrap(body, Level.QUOTIENT)}", Level.PREFIX)

    def integral(self, name: str, body: Piece) -> Piece:
        return Piece(rf"\int_{{\mathbb{{R}}}} {self.wrap(body, Level.QUOTIENT)} \, \mathrm{{d}}{self.symbol(name).text}", Level.PREFIX)

    def primes(self, function: Piece, order: int, point: Piece) -> Piece:
        marks = "'" * order if order <= 3 else f"^{{({order})}}"
        return Piece(self.wrap(function, Level.ATOM) + marks + self.parentheses(point.text), Level.ATOM)

    def derivative(self, name: str, body: Piece, point: Piece) -> Piece:
        variable = self.symbol(name).text
        inner = rf"\frac{{\mathrm{{d}}}}{{\mathrm{{d}}{variable}}} {self.parentheses(body.text)}"
        return Piece(rf"\left.{inner}\right|_{{{variable} = {point.text}}}", Level.PREFIX)

    def maps_to(self, name: str, body: Piece) -> Piece:
        return super().maps_to(self.symbol(name).text, body)

    def quantifier(self, symbol: str, name: str, domain: str, body: Piece, before: str = "") -> Piece:
        return super().quantifier(symbol, self.symbol(name).text, domain, body, before)

    def interval(self, lower: Piece, upper: Piece, closed: tuple[bool, bool]) -> str:
        left, right = "[" if closed[0] else "(", "]" if closed[1] else ")"
        return rf" \in \left{left}{lower.text}, {upper.text}\right{right}"

    def almost_everywhere(self, name: str, body: Piece) -> Piece:
        return Piece(rf"\text{{for almost every }} {self.symbol(name).text}{self.membership(REAL)}\colon\ {body.text}", Level.BINDER)

    def integrable(self, function: Piece) -> Piece:
        return Piece(rf"{self.wrap(function, Level.SUM)} \text{{ is integrable}}", Level.COMPARISON)

    def differentiable(self, function: Piece, point: Piece) -> Piece:
        where = self.wrap(point, Level.SUM)
        return Piece(rf"{self.wrap(function, Level.SUM)} \text{{ is differentiable at }} {where}", Level.COMPARISON)

    def gradient(self, function: Piece, field: Piece, on_reals: bool) -> Piece:
        name = self.wrap(function, Level.ATOM)
        left = f"{name}'" if on_reals else rf"\nabla {name}"
        return Piece(f"{left} = {self.wrap(field, Level.SUM)}", Level.COMPARISON)


def _escape(found: re.Match[str]) -> str:
    return {"\\": r"\backslash ", "^": r"\hat{}", "~": r"\sim "}.get(found[0], rf"\{found[0]}")
