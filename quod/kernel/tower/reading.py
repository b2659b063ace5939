"""Terms and propositions read in the tower of a cell. Every partial operation is shown to be inside its domain on the whole cell."""

from __future__ import annotations

from quod.kernel.tower.angles import atan, circle, tangent
from quod.kernel.tower.cell import Cell
from quod.kernel.tower.field import CertificateError, Quotient
from quod.lang.sorts import REAL
from quod.lang.terms import (
    Add,
    And,
    Compare,
    Constant,
    Elementary,
    IfThenElse,
    Implies,
    Inverse,
    Mul,
    Node,
    Not,
    Number,
    Or,
    Power,
    Variable,
)


class Undefined(CertificateError):
    """A partial operation is used outside its domain, everywhere on a cell."""


class Reader:
    """The reading of terms in one variable as functions on `cell`."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.memory: dict[Node, Quotient] = {}
        self.truths: dict[Node, bool] = {}

    def read(self, node: Node) -> Quotient:
        """The function that `node` is on the cell. Raises Undefined, or CertificateError where something is not proved."""
        if node not in self.memory:
            self.memory[node] = self._read(node)
        return self.memory[node]

    def _read(self, node: Node) -> Quotient:
        field = self.cell.field
        match node:
            case Number(value):
                return field.number(value)
            case Constant("pi"):
                return self.cell.extend("pi", None)
            case Variable(_, sort) if sort == REAL and not self.cell.point:
                return field.symbol(0)
            case Add(args):
                total = field.number(0)
                for arg in args:
                    total = total + self.read(arg)
                return total
            case Mul(args):
                total = field.number(1)
                for arg in args:
                    total = total * self.read(arg)
                return total
            case Power(base, exponent):
                return self.read(base) ** exponent if exponent else field.number(1)
            case Inverse(arg):
                term = self.read(arg)
                if self.cell.sign(term.num) == 0:
                    raise Undefined("a division by 0")
                return field.number(1) / term
            case IfThenElse(condition, then, otherwise):
                return self.read(then if self.truth(condition) else otherwise)
            case Elementary(name, arg):
                return self._elementary(name, self.read(arg))
        raise CertificateError(f"a term of this kind has no reading in one real variable: {type(node).__name__}")

    def _elementary(self, name: str, u: Quotient) -> Quotient:
        cell, number = self.cell, self.cell.field.number
        match name:
            case "exp":
                return cell.exp(u)
            case "log":
                if cell.sign_of(u) != 1:
                    raise Undefined("a logarithm of a number that is not positive")
                return cell.log(u)
            case "sqrt":
                if cell.sign_of(u) < 0:
                    raise Undefined("a square root of a negative number")
                return cell.root(2, u)
            case "cbrt":
                return -cell.root(3, -u) if cell.sign_of(u) < 0 else cell.root(3, u)
            case "atan":
                return atan(cell, u)
            case "asin":
                return self._arcsine(u)
            case "acos":
                return cell.extend("pi", None) / number(2) - self._arcsine(u)
            case "erf":
                return cell.erf(u)
            case "sin" | "cos":
                return circle(cell, u)[name == "sin"]
            case "tan":
                cosine, sine = tangent(cell, u)
                if cell.sign(cosine.num) == 0:
                    raise Undefined("a tangent at one of its poles")
                return sine / cosine
        raise CertificateError(f"the function {name!r} has no reading in the tower")

    def _arcsine(self, u: Quotient) -> Quotient:
        number = self.cell.field.number
        rest = number(1) - u * u
        sign = self.cell.sign_of(rest)
        if sign < 0:
            raise Undefined("an arcsine of a number beyond ±1")
        if sign == 0:
            return self.cell.extend("pi", None) / number(2 * self.cell.sign_of(u))
        return atan(self.cell, u / self.cell.root(2, rest))

    def truth(self, proposition: Node) -> bool:
        """Whether `proposition` holds everywhere on the cell, or nowhere. Read from left to right, as far as needed."""
        if proposition not in self.truths:
            self.truths[proposition] = self._truth(proposition)
        return self.truths[proposition]

    def _truth(self, proposition: Node) -> bool:
        match proposition:
            case Compare(relation, left, right):
                term = self.read(left) - self.read(right)
                weak = None if relation == "=" else self.cell.weak_sign(term)
                if weak is not None and (weak < 0) == (relation == "<="):
                    return weak < 0
                sign = self.cell.sign_of(term)
                return sign == 0 or (sign < 0 and relation != "=") if relation != "<" else sign < 0
            case And(args):
                return all(self.truth(arg) for arg in args)
            case Or(args):
                return any(self.truth(arg) for arg in args)
            case Not(arg):
                return not self.truth(arg)
            case Implies(hypothesis, conclusion):
                return not self.truth(hypothesis) or self.truth(conclusion)
        raise CertificateError(f"a proposition of this kind has no reading in one real variable: {type(proposition).__name__}")
