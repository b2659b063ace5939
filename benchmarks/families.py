"""Problems with a parameter, for plots: the tightness of a bound, the number of variables, the depth of nesting. All are theorems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """`problem` gives the SMT-LIB text at each of the `parameters`; `title` names the theorem in a plot."""

    name: str
    axis: str
    title: str
    parameters: Sequence[int]
    problem: Callable[[int], str]


SLACK = "slack 10⁻ᵏ (∞: 0)"
VARIABLES = "number of variables"
DEPTH = "depth of nesting"
EXPONENTS = (2, 5, 10, 15, 20, 25, 30, 35, 40, 0)
"""Slack 10^−k; 0 stands for no slack at all, drawn at the end."""


def text(names: Sequence[str], hypotheses: Sequence[str], goal: str) -> str:
    """A problem that is unsat if and only if the hypotheses imply the goal."""
    lines = ["(set-info :status unsat)", "(set-logic QF_NRA)"]
    lines += [f"(declare-const {name} Real)" for name in names]
    lines += [f"(assert {hypothesis})" for hypothesis in hypotheses]
    return "\n".join([*lines, f"(assert (not {goal}))", "(check-sat)"]) + "\n"


def slack(exponent: int) -> str:
    """10^−k as a term; 0 for k = 0."""
    return f"(/ 1 1{'0' * exponent})" if exponent else "0"


def total(parts: Sequence[str]) -> str:
    """The sum of the parts."""
    return parts[0] if len(parts) == 1 else f"(+ {' '.join(parts)})"


def nested(depth: int, shape: str, innermost: str = "x") -> str:
    """`shape` with {} replaced by itself, `depth` times."""
    term = innermost
    for _ in range(depth):
        term = shape.format(term)
    return term


def _names(count: int) -> list[str]:
    return [f"x{k}" for k in range(1, count + 1)]


def _sigmoid(k: int) -> str:
    return text(["x"], [], f"(<= (/ (exp x) (^ (+ 1 (exp x)) 2)) (+ (/ 1 4) {slack(k)}))")


def _arctangent(k: int) -> str:
    return text(["x"], [], f"(<= (arctan x) (+ (/ real.pi 2) {slack(k)}))")


def _pinsker(k: int) -> str:
    divergence = "(+ (* p (log (/ p q))) (* (- 1 p) (log (/ (- 1 p) (- 1 q)))))"
    bounds = ["(< 0 p)", "(< p 1)", "(< 0 q)", "(< q 1)"]
    return text(["p", "q"], bounds, f"(<= (* 2 (^ (- p q) 2)) (+ {divergence} {slack(k)}))")


def _softplus(k: int) -> str:
    return text(["x", "y"], [], f"(<= (log (+ (exp x) (exp y))) (+ (max x y) (log 2) {slack(k)}))")


def _jensen(n: int) -> str:
    names = _names(n)
    mean = f"(/ {total(names)} {n})"
    return text(names, [], f"(<= (exp {mean}) (/ {total([f'(exp {x})' for x in names])} {n}))")


def _entropy(n: int) -> str:
    names = _names(n)
    divergence = total([f"(* {x} (log {x}))" for x in names])
    return text(names, [*(f"(< 0 {x})" for x in names), f"(= {total(names)} 1)"], f"(<= (- (log {n})) {divergence})")


def _separable(n: int) -> str:
    names = _names(n)
    return text(names, [], f"(<= (+ {n} {total(names)}) {total([f'(exp {x})' for x in names])})")


def _gaussian(n: int) -> str:
    names = _names(n)
    squares = total([f"(* {x} {x})" for x in names])
    return text(names, [], f"(<= (exp (- {squares})) (/ 1 (+ 1 {squares})))")


def _of_depth(shape: str) -> Callable[[int], str]:
    return lambda d: text(["x"], ["(<= 0 x)"], f"(<= {nested(d, shape)} x)")


FAMILIES = (
    Family("slack-sigmoid", SLACK, "σ′ ≤ 1/4 + slack", EXPONENTS, _sigmoid),
    Family("slack-arctangent", SLACK, "arctan x ≤ π/2 + slack", EXPONENTS, _arctangent),
    Family("slack-pinsker", SLACK, "2(p − q)² ≤ KL + slack", EXPONENTS, _pinsker),
    Family("slack-softplus", SLACK, "log(eˣ + eʸ) ≤ max + log 2 + slack", EXPONENTS, _softplus),
    Family("variables-jensen", VARIABLES, "exp of a mean ≤ mean of exp", range(1, 7), _jensen),
    Family("variables-entropy", VARIABLES, "entropy ≤ log n", range(1, 7), _entropy),
    Family("variables-separable", VARIABLES, "Σ(1 + xᵢ) ≤ Σ exp xᵢ", range(1, 7), _separable),
    Family("variables-gaussian", VARIABLES, "exp(−|x|²) ≤ 1/(1 + |x|²)", range(1, 7), _gaussian),
    Family("depth-tanh", DEPTH, "tanh(tanh(…x)) ≤ x", range(1, 7), _of_depth("(tanh {})")),
    Family("depth-log", DEPTH, "log(1 + log(1 + …x)) ≤ x", range(1, 7), _of_depth("(log (+ 1 {}))")),
    Family("depth-arctangent", DEPTH, "arctan(arctan(…x)) ≤ x", range(1, 7), _of_depth("(arctan {})")),
    Family("depth-root", DEPTH, "√(1 + √(1 + …x²)) − 1 ≤ 1 + x", range(1, 7), lambda d: text(
        ["x"], ["(<= 0 x)"], f"(<= {nested(d, '(sqrt (+ 1 {}))', '(* x x)')} (+ 2 x))"
    )),
)
