"""One fuzz point of a typical univariate claim at 50 digits, against the same check as a plain Hypothesis test over mpmath.

Run: python benchmarks/fuzz_point.py. Both sides run alternately in one process; printed are the medians in microseconds per point, over
whole runs: generating the points, judging them, and everything that Hypothesis does. The claim is σ′ ≤ 1/4.
"""

from __future__ import annotations

import statistics
import time
from fractions import Fraction

import mpmath
from hypothesis import given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from quod import D, Q, Real, claim, definition, exp
from quod.attack.fuzz import fuzz

ROUNDS = 7
POINTS = 2000
PLAIN_POINTS = 400
SLACK = mpmath.mpf(10) ** -45
"""Without it the plain test refutes the theorem near 0, by rounding; quod needs none."""


@definition
def sigmoid(x: Real):
    """The logistic function."""
    return 1 / (1 + exp(-x))


@claim(source="benchmark", tight={"x": 0})
def slope_is_at_most_a_quarter(x: Real):
    """The sigmoid's slope never exceeds 1/4."""
    return D(sigmoid)(x) <= Q(1, 4)


def plain(seed: int) -> None:
    """The check as a person writes it with Hypothesis and mpmath: one example, one point."""

    @seeded(seed)
    @settings(max_examples=PLAIN_POINTS, database=None, deadline=None)
    @given(st.fractions(min_value=-1000, max_value=1000))
    def test(x: Fraction) -> None:
        with mpmath.workdps(50):
            t = mpmath.exp(-mpmath.mpf(x.numerator) / x.denominator)
            assert t / (1 + t) ** 2 <= mpmath.mpf(1) / 4 + SLACK

    test()


def main() -> None:
    """Prints both medians and their ratio."""
    ours, theirs = [], []
    for seed in range(ROUNDS):
        started = time.perf_counter()
        verdict = fuzz(slope_is_at_most_a_quarter, seed=seed, digits=50, examples=POINTS)
        figures = verdict.figures
        judged = figures["points"] + figures["touched"]
        ours.append((time.perf_counter() - started) / judged * 1e6)
        started = time.perf_counter()
        plain(seed)
        theirs.append((time.perf_counter() - started) / PLAIN_POINTS * 1e6)
    quod, other = statistics.median(ours), statistics.median(theirs)
    print(f"quod fuzz                 {quod:8.1f} µs per point")
    print(f"plain Hypothesis + mpmath {other:8.1f} µs per point")
    print(f"ratio                     {other / quod:8.1f}")


if __name__ == "__main__":
    main()
