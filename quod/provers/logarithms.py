"""What algebra may know of a logarithm: log(a·b/c) = log a + log b − log c for positive factors, log a = 2·log √a,
log e^x = x, e^(log a) = a.

Each is derived from the axioms log e^x = x and e^(log x) = x: with S = Σ ± log aₖ, e^S is the argument, so its logarithm is S.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quod.kernel.normal import polynomial_of
from quod.kernel.polynomial import Polynomial, exponent_of, to_node
from quod.lang import terms as t
from quod.lang.binding import abstract, fresh
from quod.lang.sorts import REAL

if TYPE_CHECKING:
    from quod.provers.arithmetic import Arithmetic
    from quod.provers.session import Fact

ZERO = t.Number(0)


def learn(arithmetic: Arithmetic, node: t.Elementary, raised: bool, depth: int) -> None:
    """Adds to the facts what is known of the logarithm `node`; `raised` says that it stands in an exponent."""
    session, argument = arithmetic.session, node.arg
    factors = factors_of(argument)
    if factors is None:
        return
    if raised and len(factors) == 1:
        positive = arithmetic.sub(t.Compare("<", ZERO, argument), depth)
        if positive is not None:
            arithmetic.facts.append(session.chain(session.specialise(session.apply("axiom", "exp_log"), argument), positive))
    if isinstance(argument, t.Elementary) and argument.name == "sqrt":
        node, factors = t.Elementary("log", argument.arg), [(argument, 2)]
    if factors != [(argument, 1)]:
        equation = _expanded(arithmetic, node, factors, depth)
        if equation is not None:
            arithmetic.facts.append(equation)


def factors_of(argument: t.Node) -> list[tuple[t.Node, int]] | None:
    """The argument as a product of powers: (factor, exponent), an exponential by its exponent and 0; None if it is a sum.

    Of a sum whose terms share factors, such as (1 − x)/(1 − y), the rest is one factor.
    """
    polynomial = polynomial_of(argument)
    if len(polynomial) != 1:
        return _shared_factors(polynomial)
    ((monomial, coefficient),) = polynomial.items()
    found = [_factor(base, power) for base, power in monomial[0]]
    found += [(t.Number(part), sign) for part, sign in ((coefficient.numerator, 1), (coefficient.denominator, -1)) if part != 1]
    if monomial[1] is not None:
        found.append((to_node(exponent_of(monomial)), 0))
    return found


def _factor(base: t.Node, power: int) -> tuple[t.Node, int]:
    return (base.arg, -power) if isinstance(base, t.Inverse) else (base, power)


def _shared_factors(polynomial: Polynomial) -> list[tuple[t.Node, int]] | None:
    powers = [dict(monomial[0]) for monomial in polynomial]
    shared = {base: min(power.get(base, 0) for power in powers) for base in (powers[0] if powers else ())}
    factors = [(base, power) for base, power in shared.items() if power]
    if not factors:
        return None
    rest = {
        (tuple((base, power - shared.get(base, 0)) for base, power in monomial[0] if power > shared.get(base, 0)), monomial[1]): value
        for monomial, value in polynomial.items()
    }
    return [(to_node(rest), 1), *(_factor(base, power) for base, power in factors)]


def _expanded(arithmetic: Arithmetic, node: t.Elementary, factors: list[tuple[t.Node, int]], depth: int) -> Fact | None:
    """log ∏ aₖ^eₖ = Σ eₖ·log aₖ, once every aₖ is shown to be positive."""
    session = arithmetic.session
    known: list[Fact] = []
    terms: list[t.Node] = [ZERO, ZERO]
    for factor, exponent in factors:
        if not exponent:
            terms.append(factor)
            continue
        positive = arithmetic.sub(t.Compare("<", ZERO, factor), depth)
        if positive is None:
            return None
        known.append(session.chain(session.specialise(session.apply("axiom", "exp_log"), factor), positive))
        if isinstance(factor, t.Elementary) and factor.name == "sqrt":
            known += arithmetic.square_root(factor.arg, depth)
        if exponent < 0:
            known += [positive, session.apply("inverse", factor, positive)]
        terms.append(t.Mul((t.Number(exponent), t.Elementary("log", factor))))
    total = t.Add(terms)
    from quod.provers.arithmetic import Arithmetic

    power = Arithmetic(session, known, (), 1.0).prove(t.Compare("=", t.Elementary("exp", total), node.arg), 4)
    if power is None:
        return None
    place = fresh("u", REAL, node.variables)
    context = abstract(place, t.Compare("=", t.Elementary("log", place), total))
    return session.apply("rewrite", context, power, session.specialise(session.apply("axiom", "log_exp"), total))
