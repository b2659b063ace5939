"""quod: state a mathematical claim once; prove it, attack it, check implementations against it.

This module holds the words that a `spec/` module is written with; the harness itself is imported only when it runs.
"""

from typing import TYPE_CHECKING

from quod.lang.claim import Claim, Definition, Source, claim, definition
from quod.lang.domains import (
    AtLeast,
    Below,
    Bit,
    Closed,
    Density,
    Family,
    Function,
    Integer,
    Interval,
    Matrix,
    Natural,
    NonNegative,
    Open,
    Permutation,
    Positive,
    PositiveInteger,
    Real,
    ScalarField,
    Sequence,
    Simplex,
    Vector,
    VectorField,
    exists,
    forall,
)
from quod.lang.expression import Expression, Formula, LanguageError, piecewise
from quod.lang.mathematics import (
    D,
    Integral,
    Max,
    Min,
    Prod,
    Q,
    Sum,
    acos,
    all_of,
    almost_everywhere,
    any_of,
    asin,
    atan,
    cbrt,
    cos,
    differentiable,
    eq,
    erf,
    exp,
    family,
    floor,
    function,
    iff,
    implies,
    inner,
    integrable,
    is_gradient,
    log,
    maximum,
    minimum,
    norm,
    norm_squared,
    pi,
    sin,
    sqrt,
    tan,
    zero,
)

if TYPE_CHECKING:
    from quod.conform import implements
    from quod.provers.script import proves


def __getattr__(name: str) -> object:
    """The words of impl/ and proofs/ modules, which load an engine: `implements` and `proves`."""
    if name == "proves":
        from quod.provers.script import proves

        return proves
    if name == "implements":
        from quod.conform import implements

        return implements
    raise AttributeError(f"module 'quod' has no attribute {name!r}")


__version__ = "0.1.0"
__all__ = [
    "AtLeast",
    "Below",
    "Bit",
    "Claim",
    "Closed",
    "D",
    "Definition",
    "Density",
    "Expression",
    "Family",
    "Formula",
    "Function",
    "Integer",
    "Integral",
    "Interval",
    "LanguageError",
    "Matrix",
    "Max",
    "Min",
    "Natural",
    "NonNegative",
    "Open",
    "Permutation",
    "Positive",
    "PositiveInteger",
    "Prod",
    "Q",
    "Real",
    "ScalarField",
    "Sequence",
    "Simplex",
    "Source",
    "Sum",
    "Vector",
    "VectorField",
    "acos",
    "all_of",
    "almost_everywhere",
    "any_of",
    "asin",
    "atan",
    "cbrt",
    "claim",
    "cos",
    "definition",
    "differentiable",
    "eq",
    "erf",
    "exists",
    "exp",
    "family",
    "floor",
    "forall",
    "function",
    "iff",
    "implements",
    "implies",
    "inner",
    "integrable",
    "is_gradient",
    "log",
    "maximum",
    "minimum",
    "norm",
    "norm_squared",
    "pi",
    "piecewise",
    "proves",
    "sin",
    "sqrt",
    "tan",
    "zero",
]
