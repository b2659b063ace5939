"""quod: state a mathematical claim once; prove it, attack it, check implementations against it.

This module holds the words that a `spec/` module is written with; the harness itself is imported only when it runs.
"""

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
    floor,
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

__version__ = "0.1.0"
__all__ = [name for name in dir() if not name.startswith("_") and name != "lang"]
