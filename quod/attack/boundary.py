"""The edges of a claim: instances at the corners of its domain, decided in exact arithmetic and balls; and a witness that it has any."""

from __future__ import annotations

import time

from quod.attack.arithmetic import Outcome, OutOfTime, Undecided, equal, until, working
from quod.attack.confirm import Court
from quod.attack.corners import Corner, corners, place
from quod.attack.differentiation import NotDifferentiated
from quod.attack.evaluation import Unsupported, compile_terms
from quod.attack.findings import Finding
from quod.attack.fuzz import satisfiable
from quod.attack.inequalities import stated
from quod.attack.planning import make_plan
from quod.attack.proving import sentence
from quod.attack.strategies import CannotGenerate, Plan, Point
from quod.lang.claim import Claim
from quod.provers import clock

BITS = 174
SECONDS, DEEP_SECONDS = 1.0, 10.0
"""CPU seconds for the corners of one claim."""
WITNESS_SECONDS = 1.0
"""Seconds for a point where the hypotheses hold; most take a hundredth of that."""
TRIES, DEEP_TRIES = 3, 40
"""How often a corner is filled in until the hypotheses hold."""
STUCK = (Unsupported, NotDifferentiated, CannotGenerate, Undecided)


def boundary(claim: Claim, deadline: float, seed: int = 0, *, deep: bool = False) -> list[Finding]:
    """A finding for each corner of the domain where the hypotheses hold: "still true", "attained" where a bound holds with equality,
    "refuted" with the instance as a witness, "undecided" where the instance is undefined or not decided. `deadline`: of time.monotonic.
    """
    if claim.error is not None:
        return []
    stop = min(clock.before(deadline), clock.now() + (DEEP_SECONDS if deep else SECONDS))
    found: dict[tuple[str, ...], Finding] = {}
    try:
        plan = make_plan(claim)
        court = Court(plan, BITS)
        for corner in corners(plan):
            if clock.now() > stop:
                break
            finding = _at(plan, court, corner, seed, stop, DEEP_TRIES if deep else TRIES)
            if finding is not None:
                found.setdefault(tuple((finding.witness or {}).values()), finding)
    except STUCK as reason:
        return [*found.values(), Finding("boundary", "corners of the domain", "undecided", f"instances cannot be evaluated: {reason}")]
    return list(found.values())


def _at(plan: Plan, court: Court, corner: Corner, seed: int, stop: float, tries: int) -> Finding | None:
    """What the claim says in a corner; None where no instance was found there."""
    for attempt in range(tries):
        if clock.now() > stop:
            return None
        try:
            with until(time.monotonic() + max(stop - clock.now(), 0)):
                made = place(plan, corner, seed + attempt)
                if made is None:
                    return None
                point, chosen = made
                if court.admits(point, BITS) not in (Outcome.FALSE, Outcome.OPEN):
                    return _judged(plan, court, corner, point, chosen)
        except (OutOfTime, *STUCK, RecursionError):
            continue
    return None


def _judged(plan: Plan, court: Court, corner: Corner, point: Point, chosen: dict[str, str]) -> Finding:
    subject = f"{corner.subject}: {sentence(chosen)}"
    outcome = court.holds(point)
    witness = point.shown(plan.variables)  # after the judgement, which draws the members of sequences that it needs
    match outcome:
        case Outcome.FALSE if court.violated(point):
            return Finding("boundary", subject, "refuted", f"false at {sentence(witness)}, confirmed in balls", witness)
        case Outcome.TRUE | Outcome.SAMPLED | Outcome.TOUCHED if _equal(plan, point):
            return Finding("boundary", subject, "attained", "holds there, with equality", witness)
        case Outcome.TRUE:
            return Finding("boundary", subject, "still true", "holds there", witness)
        case Outcome.SAMPLED:
            return Finding("boundary", subject, "still true", "holds there for every instance of its quantifiers that was tried", witness)
        case Outcome.TOUCHED:
            return Finding("boundary", subject, "still true", f"holds there, or its sides differ by less than 2^−{BITS // 2}", witness)
        case _:
            return Finding("boundary", subject, "undecided", "undefined there, or not decided by exact arithmetic and balls", witness)


def _equal(plan: Plan, point: Point) -> bool:
    """Whether the sides of a bound are exactly equal at the point."""
    for bound in stated(plan):
        try:
            with working(BITS):
                lower, upper = compile_terms((bound.lower, bound.upper), plan.variables)(*point.values)
                if equal(lower, upper):
                    return True
        except STUCK:
            continue
    return False


def vacuity(claim: Claim, deadline: float, seed: int = 0, *, deep: bool = False) -> list[Finding]:
    """One finding: "proved" with a point where every hypothesis is decided to hold, exactly as it is shown; else "undecided"."""
    if claim.error is not None:
        return []
    seconds = DEEP_SECONDS if deep else WITNESS_SECONDS
    subject = "the hypotheses can hold" if claim.hypotheses else "there are no hypotheses"
    stop = min(deadline, time.monotonic() + seconds)
    witness = satisfiable(claim, seed, stop) if claim.hypotheses else {}
    if witness is not None:
        where = sentence(witness) or "every point"
        return [Finding("vacuity", subject, "proved", f"decided in exact arithmetic and balls: all of them hold at {where}", witness)]
    witness = satisfiable(claim, seed, min(deadline, time.monotonic() + seconds), sampled=True)
    if witness is not None:
        detail = "as far as sampling shows, all of them hold at a point: a quantified one was tried at some instances only"
        return [Finding("vacuity", subject, "undecided", detail, witness)]
    return [Finding("vacuity", subject, "undecided", "no point was found where all hypotheses are seen to hold")]
