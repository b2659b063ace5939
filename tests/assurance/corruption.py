"""Corruptions of certificates: each takes the parsed JSON and a source of randomness, and changes one thing in place.

Logical certificates are lists of steps (see `quod.kernel.certificate`); the parameter of a step `one_variable` is a certificate of the
decision procedure, JSON in a string, with corruptions of its own.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from quod.kernel.axioms import FACTS
from quod.kernel.theorem import RULES

Data = dict[str, Any]
Corruption = Callable[[Data, random.Random], bool]
"""Changes the certificate and returns True, or False where it has nothing to change."""

RELATIONS = ("<", "<=", "=")
FUNCTIONS = ("exp", "log", "sqrt", "cbrt", "sin", "cos", "tan", "atan", "asin", "acos", "erf", "floor", "cot", "")
SWAPPED = {"And": "Or", "Or": "And", "ForAll": "Exists", "Exists": "ForAll", "Add": "Mul", "Mul": "Add", "Inverse": "Not", "Not": "Inverse",
           "Integrable": "Integral", "AlmostEverywhere": "ForAll", "Derivative": "Differentiable", "Implies": "And"}
WRONG: tuple[Any, ...] = (
    *("0", "1", "-1/2", "", "R", ">ZR", "exp", "\ud800", "9" * 5000, "1e999999999", "NaN"),
    *(0, 1, -1, 2, 10**30, -(10**30), 2**63, 2**64, True, False, None, 0.5, 1.0, -0.0, 1e308, float("inf"), float("nan")),
    *([], [[]], {}, {"t": 0}, {"t": -1}, {"q": "1/0"}, {"q": "1/2"}, [0] * 40, {"is": []}),
)


def moved(value: Fraction, rng: random.Random) -> Fraction:
    """A number near `value`, or otherwise like it."""
    step = Fraction(rng.choice((1, -1)), 10 ** rng.choice((0, 0, 1, 3, 6, 12)))
    return rng.choice((value + step, -value, 2 * value, value / 2, Fraction(0), 1 / value if value else step, value * (1 + step)))


def rows_of(data: Data, *names: str) -> list[list[Any]]:
    """The rows of the table of terms whose class is one of `names`."""
    return [row for row in data["terms"] if row[0] in names]


def changed_constant(data: Data, rng: random.Random) -> bool:
    """A number in a term."""
    rows = rows_of(data, "Number")
    if rows:
        row = rng.choice(rows)
        row[1] = str(moved(Fraction(row[1]), rng))
    return bool(rows)


def changed_coefficient(data: Data, rng: random.Random) -> bool:
    """A rational or integer parameter of a step, wherever it is nested."""
    found = [(box, key) for step in data["steps"] for box, key in places(step[1]) if _is_number(box[key]) and key != "t"]
    if found:
        box, key = rng.choice(found)
        if isinstance(box[key], int):
            box[key] += rng.choice((-1, 1, 2, -2 * box[key]))
        else:
            moving = moved(Fraction(box[key]), rng)
            box[key] = f"{moving.numerator}/{moving.denominator}"
    return bool(found)


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return value.count("/") == 1 and value.replace("/", "").replace("-", "").isdigit() and not value.endswith("/0")
    return isinstance(value, int) and not isinstance(value, bool)


def places(data: Any) -> list[tuple[Any, Any]]:
    """All (container, key) pairs inside parsed JSON, outermost first."""
    found, stack = [], [data]
    while stack:
        box = stack.pop()
        for key in list(box) if isinstance(box, dict) else range(len(box)) if isinstance(box, list) else ():
            found.append((box, key))
            stack.append(box[key])
    return found


def changed_relation(data: Data, rng: random.Random) -> bool:
    """A comparison made strict, weak, an equation, or turned around."""
    rows = rows_of(data, "Compare")
    if rows:
        row = rng.choice(rows)
        if rng.random() < 0.6:
            row[1] = rng.choice([relation for relation in RELATIONS if relation != row[1]])
        else:
            row[2], row[3] = row[3], row[2]
    return bool(rows)


def renamed(data: Data, rng: random.Random) -> bool:
    """A free variable called otherwise, or of another sort; a bound one counted from another binder; a domain or a definition changed."""
    rows = rows_of(data, "Variable", "Bound", "Lambda", "Named")
    if rows:
        row = rng.choice(rows)
        if row[0] == "Bound":
            row[1] = max(0, row[1] + rng.choice((-1, 1, 2)))
        elif row[0] == "Lambda" or (row[0] == "Variable" and rng.random() < 0.4):
            row[1 if row[0] == "Lambda" else 2] = rng.choice(("R", "Z", "V", "P", ">ZR", ">RR", ">ZZ"))
        else:
            row[1] = rng.choice(("x", "y", "n", row[1] + "'", *(other[1] for other in rows if isinstance(other[1], str))))
    return bool(rows)


def changed_node(data: Data, rng: random.Random) -> bool:
    """A node of another class, function, kind of fold or exponent."""
    rows = [row for row in data["terms"] if row[0] in SWAPPED or row[0] in ("Elementary", "Fold", "Power", "Constant")]
    if rows:
        row = rng.choice(rows)
        match row[0]:
            case "Elementary":
                row[1] = rng.choice(FUNCTIONS)
            case "Fold":
                row[1] = rng.choice(("sum", "prod", "min", "max"))
            case "Power":
                row[2] += rng.choice((-1, 1, 2))
            case "Constant":
                row[1] = "zero" if row[1] == "pi" else "pi"
            case _:
                row[0] = SWAPPED[row[0]]
    return bool(rows)


def changed_child(data: Data, rng: random.Random) -> bool:
    """A subterm replaced by another one, two swapped, one doubled or left out."""
    number = rng.randrange(1, max(len(data["terms"]), 2))
    if number >= len(data["terms"]):
        return False
    row = data["terms"][number]
    box = next((field for field in row if isinstance(field, list) and field), row)
    plain = 2 if row[0] == "Power" else None
    slots = [k for k, field in enumerate(box) if isinstance(field, int) and (box is not row or k != plain)]
    if not slots:
        return False
    slot = rng.choice(slots)
    match rng.randrange(4):
        case 0:
            box[slot] = rng.randrange(number)
        case 1:
            other = rng.choice(slots)
            box[slot], box[other] = box[other], box[slot]
        case 2 if box is not row:
            box.pop(slot)
        case 3 if box is not row:
            box.append(box[slot])
        case _:
            box[slot] = max(0, box[slot] + rng.choice((-1, 1)))
    return True


def changed_root(data: Data, rng: random.Random) -> bool:
    """A parameter that is a term refers to another term, or to one that is not there."""
    roots = data["roots"]
    if roots:
        roots[rng.randrange(len(roots))] = rng.choice((rng.randrange(len(data["terms"])), rng.choice(roots), len(data["terms"]), -1))
    return bool(roots)


def _sources(data: Data, rng: random.Random) -> list[Any]:
    return rng.choice([step for step in data["steps"] if step[2]] or [[None, [], []]])[2]


def changed_premise(data: Data, rng: random.Random) -> bool:
    """A premise is another step's theorem, off by one, left out, given twice, or two of them swapped."""
    premises = _sources(data, rng)
    if not premises:
        return False
    slot = rng.randrange(len(premises))
    match rng.randrange(5):
        case 0:
            premises[slot] += rng.choice((-1, 1))
        case 1:
            premises[slot] = rng.randrange(len(data["steps"]))
        case 2:
            premises.pop(slot)
        case 3:
            premises.insert(slot, rng.choice(premises))
        case _:
            rng.shuffle(premises)
    return True


def changed_parameter(data: Data, rng: random.Random) -> bool:
    """A parameter of a step is another term, left out, given twice, swapped with another, or nested."""
    parameters = rng.choice([step[1] for step in data["steps"] if step[1]] or [[]])
    if not parameters:
        return False
    slot = rng.randrange(len(parameters))
    match rng.randrange(5):
        case 0:
            parameters[slot] = {"t": rng.randrange(len(data["roots"]) + 1)}
        case 1:
            parameters.pop(slot)
        case 2:
            parameters.insert(slot, rng.choice(parameters))
        case 3:
            parameters[slot] = [parameters[slot]]
        case _:
            rng.shuffle(parameters)
    return True


def other_rule(data: Data, rng: random.Random) -> bool:
    """A step by another rule or another axiom; mostly one that takes the same number of things."""
    step = rng.choice(data["steps"])
    if step[0] == "axiom" and rng.random() < 0.5:
        step[1] = [rng.choice((*FACTS, "derivatives", "FLINT", "z3"))]
        return True
    before = step[0]
    step[0] = rng.choice((*sorted(RULES), *(other[0] for other in data["steps"]), "", "__class__", "trust_me"))
    return bool(step[0] != before)


def dropped_step(data: Data, rng: random.Random) -> bool:
    """A step is left out; what used it uses a premise of it, or whatever now has its number."""
    steps = data["steps"]
    gone = rng.randrange(len(steps))
    _, _, premises = steps.pop(gone)
    if rng.random() < 0.7:
        instead = premises[0] if premises else max(gone - 1, 0)
        for step in steps[gone:]:
            step[2] = [instead if k == gone else k - (k > gone) for k in step[2]]
    return bool(steps)


def dropped_condition(data: Data, rng: random.Random) -> bool:
    """A step that only guards is passed over: what used the discharged, generalised or specialised theorem uses the one before."""
    guards = ("discharge", "generalise", "specialise", "modus_ponens", "cases", "choose", "inverse", "convert", "integer_step",
              "conjunction")
    found = [number for number, step in enumerate(data["steps"]) if step[0] in guards and step[2]]
    if found:
        number = rng.choice(found)
        instead = rng.choice(data["steps"][number][2])
        for step in data["steps"]:
            step[2] = [instead if k == number else k for k in step[2]]
    return bool(found)


def moved_step(data: Data, rng: random.Random) -> bool:
    """Two steps swapped, neighbours or not, or one repeated in the place of another."""
    steps = data["steps"]
    a, b = rng.randrange(len(steps)), rng.randrange(len(steps))
    if rng.random() < 0.5:
        b = min(a + 1, len(steps) - 1)
    if rng.random() < 0.7:
        steps[a], steps[b] = steps[b], steps[a]
    else:
        steps[a] = json.loads(json.dumps(steps[b]))
    return a != b


def truncated(data: Data, rng: random.Random) -> bool:
    """The last or the first steps are left out."""
    steps, cut = data["steps"], rng.randrange(1, len(data["steps"]) + 1)
    if rng.random() < 0.7:
        del steps[-cut:]
    else:
        del steps[:cut]
        for step in steps:
            step[2] = [max(k - cut, 0) for k in step[2]]
    return True


def other_conclusion(data: Data, rng: random.Random) -> bool:
    """A last step is added: a rule applied to what was shown, with a term of the table or without."""
    last, terms = len(data["steps"]) - 1, [{"t": rng.randrange(len(data["roots"]))} for _ in range(2)] if data["roots"] else []
    premises = [rng.choice((last, last, rng.randrange(last + 1))) for _ in range(rng.randrange(3))]
    data["steps"].append([rng.choice(sorted(RULES)), terms[: rng.randrange(len(terms) + 1)], premises])
    return True


def type_confused(data: Data, rng: random.Random) -> bool:
    """Something of another JSON type than what belongs there."""
    box, key = rng.choice(places(data))
    box[key] = json.loads(json.dumps(rng.choice(WRONG)))
    return True


def nested(data: Data, rng: random.Random) -> bool:
    """Something inside many lists or objects."""
    box, key = rng.choice(places(data))
    depth, value = rng.choice((2, 30, 200, 900)), box[key]
    for _ in range(depth):
        value = [value] if rng.random() < 0.9 else {"t": value}
    box[key] = value
    return True


def transplanted(data: Data, rng: random.Random) -> bool:
    """Something replaced by what stands elsewhere in the certificate."""
    found = places(data)
    (box, key), (other, at) = rng.choice(found), rng.choice(found)
    box[key] = json.loads(json.dumps(other[at]))
    return True


LOGICAL: tuple[Corruption, ...] = (
    *(changed_constant, changed_coefficient, changed_relation, renamed, changed_node, changed_child, changed_root, changed_premise),
    *(changed_parameter, other_rule, dropped_step, dropped_condition, moved_step, truncated, other_conclusion, type_confused, nested),
    transplanted,
)


def damaged_text(text: str, rng: random.Random) -> str:
    """The text itself cut short, with characters changed, left out, doubled, or with a duplicated key."""
    at, end = rng.randrange(len(text)), rng.randrange(len(text) + 1)
    match rng.randrange(6):
        case 0:
            return text[:at]
        case 1:
            return text[:at] + chr(rng.choice((rng.randrange(32, 127), rng.randrange(0x110000)))) + text[at + 1 :]
        case 2:
            return text[:at] + text[at + rng.randrange(1, 9) :]
        case 3:
            return text[: max(at, end)] + text[min(at, end) :]
        case 4:
            key = rng.choice(('"steps":[],', '"terms":[],', '"roots":[0],', '"format":"quod certificate 1",'))
            return text[:-1] + "," + key[:-1] + "}" if rng.random() < 0.5 else "{" + key + text[1:]
        case _:
            digits = [k for k, character in enumerate(text) if character.isdigit()] or [0]
            k = rng.choice(digits)
            return text[:k] + rng.choice("0123456789-") + text[k + 1 :]
