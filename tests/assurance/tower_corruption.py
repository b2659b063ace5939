"""Corruptions of certificates of the one-variable decision procedure (`quod.kernel.tower.certificate` says how they are written)."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tests.assurance.corruption import WRONG, Data, moved, nested, places, transplanted

CLAIMS = ("known", "ball", "terms", "descartes", "bounded", "product", "split", "chain")
KINDS = ("exp", "log", "root", "atan", "sin", "cos", "tan", "erf", "pi", "circle", "root2", "root3", "")


def _where(data: Any, wanted: Callable[[Any], bool]) -> list[tuple[Any, Any]]:
    return [(box, key) for box, key in places(data) if wanted(box[key])]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value.lstrip("-").replace("/", "", 1).isdigit() and not value.endswith("/0")


def _is_step(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and value[0] in ("ends", "new", "hint", "angle", "sign")


def moved_point(data: Data, rng: random.Random) -> bool:
    """A point, a constant or an end of an interval."""
    found = _where(data, _is_text)
    if found:
        box, key = rng.choice(found)
        box[key] = str(moved(Fraction(box[key]), rng))
    return bool(found)


def moved_integer(data: Data, rng: random.Random) -> bool:
    """A coefficient or exponent of a polynomial, a degree, an order, a size, an index, or a number of turns."""
    found = _where(data, lambda value: isinstance(value, int) and not isinstance(value, bool))
    if found:
        box, key = rng.choice(found)
        box[key] = rng.choice((box[key] + 1, box[key] - 1, -box[key], 0, box[key] + 2, 10 * box[key]))
    return bool(found)


def other_claim(data: Data, rng: random.Random) -> bool:
    """A claim of another kind; the sides of an expansion exchanged; an end of an interval made infinite."""
    found = _where(data, lambda value: isinstance(value, list) and bool(value) and value[0] in CLAIMS)
    if not found:
        return False
    box, key = rng.choice(found)
    claim = box[key]
    if claim[0] == "chain" and len(claim) == 6 and rng.random() < 0.7:
        slot = rng.choice((4, 5))
        claim[slot] = ("right" if claim[4] == "left" else "left") if slot == 4 else rng.choice((None, 1, 2, 3, 8))
    elif claim[0] == "descartes" and rng.random() < 0.7:
        claim[rng.choice((1, 2))] = rng.choice((None, "0", "1", "-1"))
    else:
        box[key] = rng.choice((["known"], ["terms"], ["ball", []], ["descartes", None, None], [rng.choice(CLAIMS), *claim[1:]]))
    return True


def other_proof(data: Data, rng: random.Random) -> bool:
    """A true goal for a false hypothesis, or the other way; another hypothesis or condition; branches exchanged."""
    found = [box for box, key in places(data) if isinstance(box, dict) and key in ("true", "false", "case", "invert", "tangent", "period")]
    if not found:
        return False
    proof = rng.choice(found)
    if "true" in proof:
        del proof["true"]
        proof["false"] = rng.randrange(3)
    elif "false" in proof and rng.random() < 0.6:
        del proof["false"]
        proof["true"] = True
    elif "false" in proof:
        proof["false"] += rng.choice((-1, 1))
    elif "case" in proof and rng.random() < 0.5:
        proof["case"] += rng.choice((-1, 1))
    elif "case" in proof:
        proof["then"], proof["else"] = proof["else"], proof["then"]
    else:
        proof[rng.choice(("invert", "tangent", "period"))] = next(iter(proof.values()))
    return True


def changed_cover(data: Data, rng: random.Random) -> bool:
    """The proofs at points or on gaps exchanged, left out or repeated; a point left out."""
    covers = [box for box, key in places(data) if isinstance(box, dict) and key == "gaps"]
    if not covers:
        return False
    cover = rng.choice(covers)
    part = cover[rng.choice(("at", "gaps", "gaps", "points"))]
    if not part:
        return False
    slot = rng.randrange(len(part))
    match rng.randrange(4):
        case 0:
            rng.shuffle(part)
        case 1:
            part.pop(slot)
        case 2:
            part.insert(slot, json.loads(json.dumps(rng.choice(part))))
        case _ if cover["at"]:
            place = rng.randrange(len(cover["at"]))
            for name in ("points", "at", "gaps"):
                cover[name].pop(place)
    return True


def changed_tape(data: Data, rng: random.Random) -> bool:
    """A step of a tape left out, repeated, moved, or for another function."""
    tapes = [box[key] for box, key in places(data) if key == "tape" and isinstance(box[key], list) and box[key]]
    if not tapes:
        return False
    tape = rng.choice(tapes)
    slot, other = rng.randrange(len(tape)), rng.randrange(len(tape))
    match rng.randrange(4):
        case 0:
            tape.pop(slot)
        case 1:
            tape.insert(slot, json.loads(json.dumps(tape[other])))
        case 2:
            tape[slot], tape[other] = tape[other], tape[slot]
        case _ if len(tape[slot]) > 1:
            tape[slot][1] = rng.choice(KINDS) if isinstance(tape[slot][1], str) else [[rng.choice((1, -1)), rng.randrange(3)]]
    return True


def changed_polynomial(data: Data, rng: random.Random) -> bool:
    """A polynomial with its sign turned, a term left out or added, or 0."""
    found = _where(data, lambda value: isinstance(value, list) and bool(value) and all(isinstance(term, list) and term for term in value)
                   and all(isinstance(number, int) for term in value for number in term))
    if not found:
        return False
    box, key = rng.choice(found)
    poly = box[key]
    match rng.randrange(4):
        case 0:
            box[key] = [[-term[0], *term[1:]] for term in poly]
        case 1:
            poly.pop(rng.randrange(len(poly)))
        case 2:
            poly.append([rng.choice((1, -1, 2)), *(rng.randrange(3) for _ in range(rng.randrange(4)))])
        case _:
            box[key] = []
    return True


def forged_claim(data: Data, rng: random.Random) -> bool:
    """A sign that nobody proved, of a simple polynomial, by a claim made up."""
    tapes = [box[key] for box, key in places(data) if key == "tape" and isinstance(box[key], list)]
    if not tapes:
        return False
    one, x = [[1]], [[1, 1]]
    claim = rng.choice((["terms"], ["known"], ["descartes", None, "0"], ["ball", ["0"]], ["product", []], ["product", [[[], 1, ["terms"]]]],
                        ["split", ["0"], [["terms"], ["terms"]]], ["bounded", [["terms"], ["terms"]]], ["product", [[x, 2, ["terms"]]]],
                        ["chain", one, ["terms"], ["terms"], rng.choice(("left", "right")), rng.choice((None, 1, 4))]))
    poly = rng.choice((x, [[1, 2]], [[1, 1], [-1]], [[1, 0, 1]], [[1, 0, 1], [-1]], [[1, 1], [-1, 0, 1]]))
    tape = rng.choice(tapes)
    tape.insert(rng.randrange(len(tape) + 1), ["sign", poly, claim])
    return True


def forged_hint(data: Data, rng: random.Random) -> bool:
    """A form of a function that is made up, for an argument that is used or not."""
    steps = [box[key] for box, key in _where(data, _is_step) if box[key][0] in ("hint", "new", "angle")]
    tapes = [box[key] for box, key in places(data) if key == "tape" and isinstance(box[key], list)]
    if not tapes:
        return False
    one, x = [[1]], [[1, 1]]
    num, den = (rng.choice(steps)[2], one) if steps and rng.random() < 0.6 else (x, one)
    turned = {"is": [], "eighths": rng.randrange(-9, 9)}
    form = rng.choice(({"is": []}, {"is": [[x, 1]]}, {"is": [[[[2]], 1]]}, turned, {"opaque": True, "is": []}))
    step = rng.choice((["hint", rng.choice(KINDS), num, den, form], ["new", rng.choice(KINDS), num, den, rng.choice((0, 2, 3))],
                       ["angle", num, den, rng.randrange(-1, 9), rng.randrange(-9, 9)], ["ends"]))
    tape = rng.choice(tapes)
    tape.insert(rng.randrange(len(tape) + 1), step)
    return True


def confused(data: Data, rng: random.Random) -> bool:
    """Something of another JSON type than what belongs there."""
    box, key = rng.choice(places(data))
    box[key] = json.loads(json.dumps(rng.choice(WRONG)))
    return True


TOWER: tuple[Callable[[Data, random.Random], bool], ...] = (
    *(moved_point, moved_integer, other_claim, other_proof, changed_cover, changed_tape, changed_polynomial, forged_claim, forged_hint),
    *(confused, transplanted, nested),
)


def inside(data: Data, rng: random.Random) -> str | None:
    """Corrupts the certificate inside one step `one_variable`; the name of what was done, or None."""
    steps = [step for step in data["steps"] if step[0] == "one_variable"]
    if not steps:
        return None
    step, change = rng.choice(steps), rng.choice(TOWER)
    proof = json.loads(step[1][1])
    if not change(proof, rng):
        return None
    step[1][1] = json.dumps(proof)
    return change.__name__
