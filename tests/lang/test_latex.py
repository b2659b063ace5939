"""LaTeX: the constructs of the Unicode text, in commands that amsmath knows."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from quod.lang import terms as t
from quod.lang.binding import abstract
from quod.lang.latex import to_latex
from quod.lang.sorts import INTEGER, REAL
from tests.lang.test_text import READS
from tests.strategies import nodes

BY_TEXT = dict(READS)


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("sigmoid′(x) ≤ 1/4", r"\operatorname{sigmoid}'\left(x\right) \le \frac{1}{4}"),
        ("−Σ_{i<n} p[i]·log p[i] ≤ log n", r"-\sum_{i < n} {p}_{i} \cdot \log {p}_{i} \le \log n"),
        ("∫ f(t)·log f(t) dt", r"\int_{\mathbb{R}} f\left(t\right) \cdot \log f\left(t\right) \, \mathrm{d}t"),
        ("∀1 ≤ i < n + 1. 0 < p[i]", r"\forall 1 \le i < n + 1.\; 0 < {p}_{i}"),
        ("∀x ∈ (0, 1]. x = y", r"\forall x \in \left(0, 1\right].\; x = y"),
        ("d/dt(t²·y)|_{t=x + 1}", r"\left.\frac{\mathrm{d}}{\mathrm{d}t} \left({t}^{2} \cdot y\right)\right|_{t = x + 1}"),
        ("(Σ_{i<n} p[i])/n", r"\frac{\sum_{i < n} {p}_{i}}{n}"),
        ("x − (y + 1)", r"x - \left(y + 1\right)"),
        ("∇F = G", r"\nabla F = G"),
        ("¬(x = y ∧ x < y)", r"\lnot \left(x = y \land x < y\right)"),
    ],
)
def test_a_construct_in_latex(text: str, latex: str) -> None:
    assert to_latex(BY_TEXT[text]) == latex


def test_names_become_commands_or_are_escaped() -> None:
    names = {"mu": r"\mu", "σ": r"\sigma", "x0": "x_{0}", "eta_1": r"\eta_{1}", "width": r"\operatorname{width}",
             "pi": r"\operatorname{pi}",
             "a_b": r"\mathrm{a\_b}", "x′": "x'"}
    for name, latex in names.items():
        assert to_latex(t.Variable(name, REAL)) == latex
    deep: t.Node = t.TRUE
    for _ in range(6):
        deep = t.ForAll(t.Lambda(INTEGER, deep))
    assert to_latex(deep) == r"\forall i, j, k, l, m, i_{1} \in \mathbb{Z}.\; \top"


@settings(max_examples=60)
@given(nodes())
def test_braces_and_delimiters_are_balanced_and_everything_is_ascii(node: t.Node) -> None:
    latex = to_latex(node)
    assert latex.isascii()
    assert latex.count("{") == latex.count("}")
    assert len(re.findall(r"\\left", latex)) == len(re.findall(r"\\right(?!arrow)", latex))
    assert latex.count(r"\begin{cases}") == latex.count(r"\end{cases}")


def test_a_bound_variable_has_no_name_here_either() -> None:
    x, z = t.Variable("x", REAL), t.Variable("z", REAL)
    assert to_latex(abstract(x, t.Power(x, 2))) == to_latex(abstract(z, t.Power(z, 2))) == r"x \mapsto {x}^{2}"
