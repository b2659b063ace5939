"""Certificates for polynomial systems: found for theorems, verified by arithmetic of their own, never found for what has a solution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction as Q

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quod.provers import clock
from quod.provers.algebra.certificate import Certificate, Constraint, Polynomial, Product, multiply, sum_of, verify
from quod.provers.algebra.membership import express
from quod.provers.algebra.search import find
from quod.provers.algebra.z3_search import Satisfiable, Undecided, Unsatisfiable, ask_z3, evaluate, satisfies


class Poly:
    """A polynomial with operators, for statements that can be read."""

    def __init__(self, terms: Polynomial) -> None:
        self.terms = dict(terms)

    def __add__(self, other: Poly | Q | int) -> Poly:
        return Poly(sum_of([self.terms, _poly(other).terms]))

    def __mul__(self, other: Poly | Q | int) -> Poly:
        return Poly(multiply(self.terms, _poly(other).terms))

    def __sub__(self, other: Poly | Q | int) -> Poly:
        return self + _poly(other) * -1

    def __rsub__(self, other: Poly | Q | int) -> Poly:
        return _poly(other) - self

    def __neg__(self) -> Poly:
        return self * -1

    def __truediv__(self, other: Q | int) -> Poly:
        return self * (1 / Q(other))

    def __pow__(self, exponent: int) -> Poly:
        result = _poly(1)
        for _ in range(exponent):
            result = result * self
        return result

    __radd__, __rmul__ = __add__, __mul__

    def __gt__(self, other: Poly | Q | int) -> Constraint:
        return Constraint((self - other).terms, True)

    def __ge__(self, other: Poly | Q | int) -> Constraint:
        return Constraint((self - other).terms, False)

    def __lt__(self, other: Poly | Q | int) -> Constraint:
        return _poly(other) > self

    def __le__(self, other: Poly | Q | int) -> Constraint:
        return _poly(other) >= self


def _poly(value: Poly | Q | int) -> Poly:
    return value if isinstance(value, Poly) else Poly({(): Q(value)} if value else {})


def total(parts: list[Poly]) -> Poly:
    return Poly(sum_of(part.terms for part in parts))


a, b, c, d, e, f, g, h, k, m, x, y, z, s, t = (Poly({((i, 1),): Q(1)}) for i in range(15))
MANY = [Poly({((i, 1),): Q(1)}) for i in range(100, 116)]
System = tuple[list[Constraint], list[Poly]]


def search(constraints: list[Constraint], equations: list[Poly], seconds: float = 5) -> Certificate | None:
    plain = [equation.terms for equation in equations]
    found = find(constraints, plain, clock.now() + seconds)
    assert found is None or verify(found, constraints, plain)
    return found


TRUE: dict[str, System] = {
    "linear": ([x > y, y > z, z >= x], []),
    "a false strict constant": ([_poly(0) > 0], []),
    "a negative constant": ([_poly(-1) >= 0], []),
    "equations alone": ([], [x * y - 1, x]),
    "x² + 1 = 0": ([], [x**2 + 1]),
    "AM-GM of 2": ([x >= 0, y >= 0, 4 * x * y > (x + y) ** 2], []),
    "AM-GM of 2, roots": ([x >= 0, y >= 0, s >= 0, 2 * s > x + y], [s**2 - x * y]),
    "AM-GM of 3": ([x >= 0, y >= 0, z >= 0, 27 * x * y * z > (x + y + z) ** 3], []),
    "AM-GM of 3, cubes": ([x >= 0, y >= 0, z >= 0, 3 * x * y * z > x**3 + y**3 + z**3], []),
    "AM-GM of 3, on the simplex": ([x >= 0, y >= 0, z >= 0, x * y * z > 1], [x + y + z - 3]),
    "AM-GM of 4": ([a >= 0, b >= 0, c >= 0, d >= 0, 256 * a * b * c * d > (a + b + c + d) ** 4], []),
    "AM-GM of 4, fourth powers": ([4 * a * b * c * d > a**4 + b**4 + c**4 + d**4], []),
    "Cauchy-Schwarz": ([(a * d + b * e + c * f) ** 2 > (a**2 + b**2 + c**2) * (d**2 + e**2 + f**2)], []),
    "triangle inequality": (
        [x >= 0, y >= 0, z >= 0, z > x + y],
        [x**2 - a**2 - b**2, y**2 - c**2 - d**2, z**2 - (a + c) ** 2 - (b + d) ** 2],
    ),
    "Motzkin": ([3 * x**2 * y**2 > x**4 * y**2 + x**2 * y**4 + 1], []),
    "Schur": ([x >= y, y >= z, z >= 0, x * (x - y) * (x - z) + y * (y - x) * (y - z) + z * (z - x) * (z - y) < 0], []),
    "Nesbitt": ([a > 0, b > 0, c > 0, Q(3, 2) > a * d + b * e + c * f], [d * (b + c) - 1, e * (a + c) - 1, f * (a + b) - 1]),
    "Weierstrass' product": ([a >= 0, b >= 0, c >= 0, d >= 0, 1 + a + b + c + d > (1 + a) * (1 + b) * (1 + c) * (1 + d)], []),
    "a product of six numbers below 1": (
        [bound for v in MANY[:6] for bound in (v >= 0, v <= 1)] + [MANY[0] * MANY[1] * MANY[2] * MANY[3] * MANY[4] * MANY[5] > 1],
        [],
    ),
    "Bernoulli's step": ([y >= -1, t >= 0, x >= 1 + t * y, 1 + (t + 1) * y > x * (1 + y)], []),
    "strong convexity, both signs": ([a >= m, b >= m, m > 0, x <= 0, y >= 0, m * (y - x) ** 2 > (y - x) * (b * y - a * x)], []),
    # a, b, c = F at x, y and z = y - s(G(y) - G(x)), G = F', d = <G(x), y-x>, e, f, g = <G(x), G(x)>, <G(x), G(y)>, <G(y), G(y)>, s = 1/L
    "smooth interpolation": (
        [k > 0, c >= a + d - s * (f - e), b - s * (g - f) + s * (e - 2 * f + g) / 2 >= c, a + d + s * (e - 2 * f + g) / 2 > b],
        [s * k - 1],
    ),
    # a = f(x₀), b = f(x₁), c = f(x*), d = |f'(x₀)|², e = <f'(x₀), x*-x₀>, x and y = |x₀-x*|² and |x₁-x*|², s = 1/L
    "one step of gradient descent": (
        [k > 0, d >= 0, a - s * d + k * s**2 * d / 2 >= b, c >= a + e, 2 * s * (b - c) > x - y],
        [s * k - 1, y - x - 2 * s * e - s**2 * d],
    ),
    "gradient descent, telescoped": ([t > 0, k >= 0, y >= 0, x - y >= 2 * t * (a - k * b), a >= k * c, 2 * t * k * (c - b) > x], []),
    "sigmoid's slope is at most 1/4": ([t > 0, s * (1 - s) > Q(1, 4)], [s * (1 + t) - 1]),
    "sigmoid's slope, no sign known": ([s * (1 - s) > Q(1, 4)], [s * (1 + t) - 1]),
    "sigmoid's slope is positive": ([t > 0, s * (1 - s) <= 0], [s * (1 + t) - 1]),
    "only at t = 1, above": ([t > 1], [s * (1 + t) - 1, s * (1 - s) - Q(1, 4)]),
    "only at t = 1, below": ([t > 0, t < 1], [s * (1 + t) - 1, s * (1 - s) - Q(1, 4)]),
    "tanh is less than 1": ([a > 0, b**2 >= 1], [c * a - 1, d * (a + c) - 1, b - (a - c) * d]),
    "an inverse of unknown sign": ([(1 + y) ** 2 >= 1, t > 1], [t * (1 + y) - 1]),
    "an inverse in an inverse": ([a > 0, Q(1, 2) >= c], [b * (1 + a) - 1, c * (1 + b) - 1]),
    "Young's inequality": ([z > 0, x * y > z * x**2 / 2 + y**2 * s / 2], [s * z - 1]),
    "sine plus cosine": ([a + b > c, c > 0], [a**2 + b**2 - 1, c**2 - 2]),
    "x⁵ − 5x + 4 for x > 0": ([x > 0, x**5 - 5 * x + 4 < 0], []),
    "x⁸ − x⁵ + x² − x + 1": ([x**8 - x**5 + x**2 - x + 1 <= 0], []),
    "a common factor": ([a > 0, b >= a, c >= 0, c * (a + b) <= 2, x >= 0, (1 - c * a) ** 2 * x > x], []),
    "a variance": ([a >= 0, b >= 0, c >= 0, (a * x + b * y + c * z) ** 2 > a * x**2 + b * y**2 + c * z**2], [a + b + c - 1]),
    "a sum of 28 squares": (
        [total([MANY[i] * MANY[8 + i] for i in range(8)]) ** 2 > total([v**2 for v in MANY[:8]]) * total([v**2 for v in MANY[8:]])],
        [],
    ),
    "among facts that do not matter": (
        [v**2 >= w for v in MANY[:8] for w in MANY[8:]] + [x >= 0, y >= 0, z >= 0, 3 * x * y * z > x**3 + y**3 + z**3],
        [],
    ),
    # Arthan1C of the MetiTarski collection, with b = sin and c = cos
    "S against sine and cosine": (
        [
            a >= Q(217, 100),
            (1 + a + a**2 + b) * ((1 + a) * (2 - b) + 2 + 4 * a + 2 * c) >= 2 * (1 + a) * (1 + 2 * a + c) ** 2,
        ],
        [b**2 + c**2 - 1],
    ),
}

FALSE: dict[str, System] = {
    "nothing": ([], []),
    "the quadrant": ([x >= 0, y >= 0], []),
    "AM-GM with a wrong constant": ([x >= 0, y >= 0, 3 * x * y >= x**2 + y**2 - 1], []),
    "AM-GM touched": ([x >= 0, y >= 0, 4 * x * y >= (x + y) ** 2], []),
    "AM-GM without a sign": ([256 * a * b * c * d > (a + b + c + d) ** 4], []),
    "Motzkin touched": ([3 * x**2 * y**2 >= x**4 * y**2 + x**2 * y**4 + 1], []),
    "sigmoid's slope reaches 1/4 − 10⁻¹²": ([t > 0, s * (1 - s) > Q(1, 4) - Q(1, 10**12)], [s * (1 + t) - 1]),
    "an inverse of either sign": ([x > y, a >= b], [a * x - 1, b * y - 1]),
    "a circle": ([x >= 0, y >= 0], [x**2 + y**2 - 1]),
    "a cubic just below its maximum": ([x >= 0, x <= 1, x * (1 - x) * (2 - x) > Q(19, 50)], []),
}


@pytest.mark.parametrize("name", TRUE)
def test_a_certificate_is_found(name: str) -> None:
    found = search(*TRUE[name])
    assert found is not None
    assert found.size < 20_000


@pytest.mark.parametrize("name", FALSE)
def test_no_certificate_for_what_has_a_solution(name: str) -> None:
    constraints, equations = FALSE[name]
    assert find(constraints, [equation.terms for equation in equations], clock.now() + 1) is None


AM_GM = TRUE["AM-GM of 2"][0]
PROOF = Certificate((Product(Q(1), (), (2,)), Product(Q(1), ((x - y).terms,), ())))


def test_verify_accepts_the_textbook_proof() -> None:
    assert verify(PROOF, AM_GM, [])


DAMAGE: dict[str, Callable[[Certificate], Certificate]] = {
    "another coefficient": lambda proof: replace(proof, products=(replace(proof.products[0], coefficient=Q(2)), proof.products[1])),
    "a negative coefficient": lambda proof: replace(proof, products=tuple(replace(p, coefficient=-p.coefficient) for p in proof.products)),
    "another square": lambda proof: replace(proof, products=(proof.products[0], replace(proof.products[1], squares=((x + y).terms,)))),
    "nothing strict": lambda proof: replace(proof, products=(replace(proof.products[0], squares=(x.terms,)),)),
    "no products": lambda proof: replace(proof, products=()),
    "a constraint that is not there": lambda proof: replace(proof, products=(Product(Q(1), (), (3,)),)),
    "a constraint counted from the end": lambda proof: replace(proof, products=(Product(Q(1), (), (-1,)), proof.products[1])),
    "an equation that is not there": lambda proof: replace(proof, cofactors=((x.terms, 0),)),
    "a square of zero": lambda proof: replace(proof, products=(Product(Q(1), ({},), (2,)),)),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_verify_refuses_damaged_proofs(kind: str) -> None:
    assert not verify(DAMAGE[kind](PROOF), AM_GM, [])


def test_verify_wants_a_strict_product() -> None:
    assert not verify(PROOF, [*AM_GM[:2], replace(AM_GM[2], strict=False)], [])


def test_hints_name_the_square_that_is_needed() -> None:
    square = x**3 - 5 * x * y**2 + y - 7
    constraints = [-(square**2) - (x - 3 * y) ** 2 > 0]
    found = find(constraints, [], clock.now() + 5, hints=[square.terms, (x - 3 * y).terms])
    assert found is not None
    assert {frozenset(p.terms) for p in (square, x - 3 * y)} <= {frozenset(s) for product in found.products for s in product.squares}


def test_the_search_stops_in_time() -> None:
    constraints = [v * w + v**2 * z >= w - 1 for v in MANY[:8] for w in MANY[8:]]
    start = clock.now()
    assert find(constraints, [], start + 0.3) is None
    assert clock.now() - start < 5


coefficients = st.integers(-3, 3)


def polynomials(degree: int, terms: int) -> st.SearchStrategy[Poly]:
    monomials = st.lists(st.sampled_from([x, y, z]), max_size=degree)
    parts = st.lists(st.tuples(coefficients, monomials), min_size=1, max_size=terms)
    return parts.map(lambda chosen: total([_product([_poly(value), *factors]) for value, factors in chosen]))


def _product(factors: list[Poly]) -> Poly:
    result = _poly(1)
    for factor in factors:
        result = result * factor
    return result


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(polynomials(3, 3), st.booleans()), max_size=4),
    st.lists(polynomials(2, 3), max_size=1),
    st.tuples(coefficients, coefficients, coefficients),
)
def test_systems_with_a_solution_get_no_certificate(parts: list[tuple[Poly, bool]], equal: list[Poly], point: tuple[int, int, int]) -> None:
    place = dict(zip((10, 11, 12), map(Q, point), strict=True))
    constraints = []
    for poly, strict in parts:
        value = evaluate(poly.terms, place)
        constraints.append(poly > value - 1 if strict else poly >= value)
    equations = [(poly - evaluate(poly.terms, place)).terms for poly in equal]
    assert satisfies(place, constraints, equations)
    assert find(constraints, equations, clock.now() + 0.05) is None


PLANTED = [
    (x * y + 1, z - x, y, 1),
    (x**2 - 2 * z, x + 1, x * y - 3, 2),
    (y - 1, 2 * x - y, z**2 + x, 5),
    (x + y + z, z, x * z, 3),
    (x * z - y, 1 - y, 2 * y - z, 1),
]


@pytest.mark.parametrize(("square", "factor", "other", "weight"), PLANTED)
def test_planted_contradictions_are_found(square: Poly, factor: Poly, other: Poly, weight: int) -> None:
    """Both of p ≥ 0 and −p·l − s² > 0, where l ≥ 0 is known, and up to an equation."""
    constraints = [other >= 0, factor >= 0, -(other * factor) * weight - square**2 > 0]
    assert search(constraints, [], 60) is not None
    assert search([other >= 0, factor >= 0, -(s * factor) * weight - square**2 > 0], [s - other], 60) is not None


COMBINATIONS: dict[str, tuple[Poly, list[Poly]]] = {
    "nothing to show": (_poly(0), []),
    "substitution": (x**3 - (y + 1) ** 3, [x - y - 1]),
    "σ′ = σ(1−σ)": (-(s**2) * -t - s * (1 - s), [s * (1 + t) - 1]),
    "tanh′ = 1 − tanh²": (s * (a + c) - (a - c) ** 2 * s**2 - 1 + ((a - c) * s) ** 2, [s * (a + c) - 1, c * a - 1]),
    "1/(1/x) = x": (y - x, [x * s - 1, s * y - 1]),
    "no denominator to clear": (x**2 * y - z, [x * y - z, x * z - z]),
    "squares": (a * x**3 - a * b * x, [x**2 - b]),
    "factors with known inverses stay together": (
        a * b * c * x - y,
        [z - a * b * c * x + a * b * y * s, a * b * s - 1, z, b * t - 1, a * x * y - 1],
    ),
}


@pytest.mark.parametrize("name", COMBINATIONS)
def test_equations_follow_from_equations(name: str) -> None:
    target, equations = COMBINATIONS[name]
    found = express(target.terms, [equation.terms for equation in equations], clock.now() + 5)
    assert found is not None
    assert total([Poly(cofactor) * equations[index] for cofactor, index in found]).terms == target.terms


def test_equations_that_do_not_follow_are_not_shown() -> None:
    assert express((x - 1).terms, [(x**2 - 1).terms], clock.now() + 5) is None
    assert express(x.terms, [(x * y).terms], clock.now() + 5) is None
    assert express((x - y).terms, [], clock.now() + 5) is None


def test_z3_answers() -> None:
    assert ask_z3(*_plain(TRUE["Schur"]), 5) == Unsatisfiable()
    assert ask_z3([x >= 2], [(3 * y - 7).terms, (x - 2).terms], 5) == Satisfiable({10: Q(2), 11: Q(7, 3)}, checked=True)
    assert ask_z3([x > 0], [(x**2 - 2).terms], 5) == Satisfiable({10: None}, checked=False)
    assert ask_z3([_poly(Q(1, 3)) > 0], [], 5) == Satisfiable({}, checked=True)
    assert ask_z3([_poly(0) > 0], [], 5) == Unsatisfiable()
    assert ask_z3([x > 0], [], 0) == Undecided("no time left for z3")


def _plain(system: System) -> tuple[list[Constraint], list[Polynomial]]:
    return system[0], [equation.terms for equation in system[1]]
