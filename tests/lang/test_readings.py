"""One random term, all of its readings: they agree, and what is written is read back.

`pytest tests/lang/test_readings.py --hypothesis-profile=nightly -s` tries 10⁵ terms and prints how many comparisons that were. There is no
parser of the text and LaTeX forms, so of these only that they can be written is tried.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import z3
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from quod.lang import terms as t
from quod.lang.balls import compile_balls
from quod.lang.closures import Unsupported
from quod.lang.exact import compile_exact
from quod.lang.floats import compile_floats
from quod.lang.latex import to_latex
from quod.lang.precise import compile_precise
from quod.lang.serial import from_json, to_json
from quod.lang.smtlib import satisfiability
from quod.lang.smtlib_reader import read_problem
from quod.lang.sorts import INTEGER, PROPOSITION, REAL
from quod.lang.text import to_text
from tests.lang.test_evaluation import BITS, agrees, fraction, is_known
from tests.strategies import NUMERIC, SCALARS, numeric, values

NIGHTLY = settings.default is not None and settings.default.max_examples >= 10_000
PARTS, TERMS, MODELS = (10, 10_000, 200) if NIGHTLY else (1, 100, 15)
"""How often a test is repeated with another seed, and with how many terms or propositions each time."""

RATIONAL = st.sampled_from((REAL, INTEGER, PROPOSITION)).flatmap(lambda sort: numeric(sort, elementary=("floor",)))
ANY = st.sampled_from((REAL, INTEGER, PROPOSITION)).flatmap(numeric)
MODES = settings(deadline=None, database=None, phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck))
counts: Counter[str] = Counter()


@pytest.fixture(scope="module", autouse=True)
def figures() -> Iterator[None]:
    """Prints how often each comparison was made."""
    yield
    print(f"\n{dict(counts)}")


def check_readings(term: t.Node, environment: Mapping[t.Variable, Any]) -> None:
    """Exact, mpmath's and floating values lie in balls of as many bits as they allow (see `test_evaluation` for the margins)."""
    counts["terms"] += 1
    point = [environment[variable] for variable in NUMERIC]
    ball = compile_balls(term, NUMERIC)
    fine = ball(point, BITS)
    if not is_known(fine):
        counts["undefined"] += 1
        return
    try:
        exact = compile_exact(term, NUMERIC)(point)
        assert agrees(exact, fine)
        counts["exact in ball"] += 1
    except Unsupported:
        pass
    precise = compile_precise(term, NUMERIC)(point, math.ceil(2 * BITS * math.log10(2)))
    if precise is not None and precise == precise:
        assert agrees(precise if isinstance(precise, bool) else fraction(precise), fine, relative=2.0**-BITS)
        counts["mpmath in ball"] += 1
    coarse, number = ball(point, 40), compile_floats(term, NUMERIC, np.float64)(point)
    if is_known(coarse) and (isinstance(number, int) or math.isfinite(number)):
        value = fraction(number if isinstance(number, int) else float(number))
        assert agrees(value, coarse, relative=2.0**-38, absolute=float(np.finfo(np.float32).tiny))
        counts["float in ball"] += 1


def check_writings(term: t.Node, environment: Mapping[t.Variable, Any]) -> None:
    """JSON gives the very same term back, SMT-LIB a proposition of the same meaning."""
    table, indices = to_json([term])
    assert from_json(table)[indices[0]] is term
    counts["read back from JSON"] += 1
    assert to_text(term) and to_latex(term)
    counts["written as text and LaTeX"] += 1
    if term.sort != PROPOSITION:
        return
    try:
        problem = read_problem(satisfiability([term]), "written")
    except Unsupported:
        return
    point = [environment[variable] for variable in SCALARS]
    ours, theirs = (compile_balls(p, SCALARS)(point, 200) for p in (term, t.And(problem.assertions)))
    assert ours is None or theirs is None or ours is theirs
    counts["read back from SMT-LIB"] += 1


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("kind", ["rational", "any"])
def test_all_readings_of_a_term_agree(kind: str, part: int) -> None:
    @seed(part)
    @settings(MODES, max_examples=TERMS // 2)
    @given(RATIONAL if kind == "rational" else ANY, values())
    def tried(term: t.Node, environment: Mapping[t.Variable, Any]) -> None:
        check_readings(term, environment)
        check_writings(term, environment)

    tried()


def model(proposition: t.Node) -> list[Fraction] | None:
    """Rational values for SCALARS at which Z3 says that the proposition holds; None if it found none in short time."""
    solver = z3.Solver()
    solver.set("rlimit", 30_000)
    solver.from_string(satisfiability([proposition]))
    if solver.check() != z3.sat:
        return None
    found = {str(d): solver.model()[d] for d in solver.model().decls() if d.arity() == 0}
    point: list[Fraction] = []
    for variable in SCALARS:
        value = found.get(variable.name, z3.IntVal(0))
        if not (z3.is_rational_value(value) or z3.is_int_value(value)):
            return None
        point.append(Fraction(value.as_fraction() if z3.is_rational_value(value) else value.as_long()))
    return point


@pytest.mark.parametrize("part", range(PARTS))
def test_a_model_of_z3_is_one_when_it_is_evaluated_exactly(part: int) -> None:
    @seed(part)
    @settings(MODES, max_examples=MODELS)
    @given(numeric(PROPOSITION, depth=3, elementary=("floor",)))
    def tried(proposition: t.Node) -> None:
        try:
            point = model(proposition)
            holds = point is None or compile_exact(proposition, SCALARS)(
                [value if v.sort == REAL else int(value) for v, value in zip(SCALARS, point, strict=True)]
            )
        except (Unsupported, t.TermError):  # not quantifier-free arithmetic; or a division by 0, which is anything to Z3
            return
        assert holds
        counts["models confirmed"] += point is not None

    tried()
