"""Terms compiled to flat Python functions: one assignment for each subterm, shared ones once, each as far out as its variables allow.

The source names operations only (`exp`, `fold_sum`, `at_most`, …); a reading supplies them, and with them the kind of number. Both
branches of an if-then-else and all parts of a connective are computed, so operations must not raise: outside its domain a number
is NaN, and a proposition that depends on it is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

from quod.lang import terms as t
from quod.lang.binding import unfold
from quod.lang.closures import Unsupported
from quod.lang.ranges import integer_range
from quod.lang.sorts import INTEGER, PROPOSITION, REAL, VECTOR, Arrow

MAX_BINDERS = 60
"""Python itself refuses to nest functions much deeper."""

_CHOOSE = {PROPOSITION: "choose_proposition", VECTOR: "choose_vector"}
_RELATIONS = {"=": "equal", "<=": "at_most", "<": "less"}


@dataclass(eq=False, slots=True)
class _Block:
    """The code of one Python function; `level` is the number of λs around it, `real_level` of those over ℝ."""

    argument: str
    outer: _Block | None = None
    level: int = 0
    real_level: int = 0
    lines: list[str] = field(default_factory=list)
    known: dict[t.Node, str] = field(default_factory=dict)
    opened: dict[t.Lambda, _Block] = field(default_factory=dict)

    def out(self, steps: int) -> _Block:
        block = self
        for _ in range(steps):
            block = block.outer or block
        return block

    def home(self, node: t.Node) -> _Block:
        """The outermost block in which all bound variables of `node` are known."""
        return self.out(min((index for index, _ in node.loose), default=self.level))


Item = tuple[t.Node, _Block]


def compile_source(term: t.Node, variables: Sequence[t.Variable], operations: Mapping[str, Any]) -> Callable[..., Any]:
    """The Python function of the values of `variables`, in their order, that computes `term` with `operations`.

    Raises Unsupported for what has no name among the operations, and TermError for a variable without a value.
    """
    plain = unfold(term)
    missing = plain.variables - set(variables)
    if missing or plain.loose:
        names = sorted(variable.name for variable in missing) or ["a bound variable"]
        raise t.TermError(f"a term can only be evaluated if all its variables have values; missing: {', '.join(names)}")
    writer = _Writer(operations)
    root = _Block("")
    arguments = [f"x{position}" for position in range(len(variables))]
    root.known.update(zip(variables, arguments, strict=True))
    result = writer.write(plain, root)
    source = "\n".join([f"def compiled({', '.join(arguments)}):", *(f" {line}" for line in root.lines), f" return {result}"])
    scope = {**operations, **writer.constants}
    exec(compile(source, "<term>", "exec"), scope)  # noqa: S102 - the source consists of names made here, never of anything a user spelled
    return scope["compiled"]  # type: ignore[no-any-return]


class _Writer:
    def __init__(self, operations: Mapping[str, Any]) -> None:
        self.operations = operations
        self.constants: dict[str, Any] = {}
        self.count = 0

    def fresh(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def constant(self, value: Any) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def write(self, root: t.Node, outermost: _Block) -> str:
        """Writes the lines that compute `root`, iteratively, and returns the name of its value."""
        stack: list[Item] = [(root, outermost)]
        while stack:
            node, block = stack[-1]
            home = block.home(node)
            if node in home.known:
                stack.pop()
                continue
            waiting = [(child, inner) for child, inner in self.parts(node, home, block) if child not in inner.home(child).known]
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            if isinstance(node, t.Bound):
                home.known[node] = home.argument
            elif isinstance(node, t.Lambda):
                home.known[node] = self.close(node, home, block)
            elif isinstance(node, t.Number) and node.sort == INTEGER:
                home.known[node] = self.constant(int(node.value))
            else:
                name = self.fresh()
                home.lines.append(f"{name} = {self.code(node, home, block)}")  # type: ignore[arg-type]
                home.known[node] = name
        return outermost.known[root]

    def parts(self, node: t.Node, home: _Block, block: _Block) -> list[Item]:
        """What has to be written before `node`."""
        if isinstance(node, t.Lambda):
            return [(node.body, self.open(node, block))]
        if isinstance(node, t.ForAll | t.Exists):
            found = integer_range(node)
            if found is None:
                raise Unsupported("evaluation", node, "the quantifier has no finite integer range")
            return [(found.lower, block), (found.upper, block), (found.body, block)]
        return [(child, block) for child in node.children]

    def open(self, node: t.Lambda, block: _Block) -> _Block:
        if node not in block.opened:
            if block.level >= MAX_BINDERS:
                raise Unsupported("evaluation", node, f"more than {MAX_BINDERS} binders are nested")
            argument = self.fresh()
            inner = _Block(argument, block, block.level + 1, block.real_level + (node.domain == REAL))
            inner.known[t.Bound(0, node.domain)] = argument
            block.opened[node] = inner
        return block.opened[node]

    def close(self, node: t.Lambda, home: _Block, block: _Block) -> str:
        inner, name = block.opened[node], self.fresh()
        home.lines += [f"def {name}({inner.argument}):", *(f" {line}" for line in inner.lines), f" return {self.name(node.body, inner)}"]
        return name

    def name(self, node: t.Node, block: _Block) -> str:
        return block.home(node).known[node]

    def real(self, node: t.Node, block: _Block) -> str:
        """The code of a scalar as a real number."""
        if node.sort != INTEGER:
            return self.name(node, block)
        if isinstance(node, t.Number):
            return self.constant(self.operations["whole"](int(node.value)))
        return f"real({self.name(node, block)})"

    def call(self, node: t.Node, operation: str, *arguments: str) -> str:
        if operation not in self.operations:
            raise Unsupported("evaluation", node, f"there is no operation {operation} for this kind of number")
        return f"{operation}({', '.join(arguments)})"

    def code(self, node: t.AnyNode, home: _Block, block: _Block) -> str:
        scalar = self.real if node.sort == REAL else self.name
        match node:
            case t.Number(value):
                return f"ratio({self.constant(value.numerator)}, {self.constant(value.denominator)})"
            case t.Constant(name):
                return "pi()" if name == "pi" else "()"
            case t.Apply(function, argument):
                to_real = isinstance(function.sort, Arrow) and function.sort.domain == REAL
                code = f"{self.name(function, block)}({(self.real if to_real else self.name)(argument, block)})"
                return f"real({code})" if node.sort == REAL else code
            case t.Add(args) if node.sort == VECTOR:
                return self.call(node, "add_vectors", *(self.name(arg, block) for arg in args))
            case t.Add(args) if node.sort == INTEGER:
                return self.call(node, "plus", *(self.name(arg, block) for arg in args))
            case t.Add(args):
                return " + ".join(scalar(arg, block) for arg in args)
            case t.Mul(args) if node.sort == REAL:
                return " * ".join(scalar(arg, block) for arg in args)
            case t.Mul(args):
                return self.call(node, "times", *(self.name(arg, block) for arg in args))
            case t.Scale(factor, vector):
                return self.call(node, "scale", self.real(factor, block), self.name(vector, block))
            case t.Inner(left, right):
                return self.call(node, "inner", self.name(left, block), self.name(right, block))
            case t.Inverse(arg):
                return self.call(node, "inverse", self.real(arg, block))
            case t.Power(base, exponent):
                return self.call(node, "power", scalar(base, block), str(exponent))
            case t.Elementary("floor", arg):
                return self.call(node, "floor", self.name(arg, block))
            case t.Elementary(name, arg):
                return self.call(node, name, self.real(arg, block))
            case t.IfThenElse(condition, then, otherwise):
                choose = "choose_function" if isinstance(node.sort, Arrow) else _CHOOSE.get(node.sort, "choose")
                return self.call(node, choose, self.name(condition, block), scalar(then, block), scalar(otherwise, block))
            case t.Fold(kind, lower, upper, body):
                fold = "fold_vectors" if node.sort == VECTOR else f"fold_{kind}"
                return self.call(node, fold, *(self.name(part, block) for part in (lower, upper, body)))
            case t.Integral(body):
                return self.call(node, "integral", self.name(body, block), str(home.real_level))
            case t.Derivative(body, point):
                return self.call(node, "derivative", self.name(body, block), self.real(point, block))
            case t.Variable() | t.Bound() | t.Lambda() | t.Named():
                raise Unsupported("evaluation", node, "it has no value of its own here")
            case _:
                return self.proposition(node, block)

    def proposition(self, node: t.Proposition, block: _Block) -> str:
        match node:
            case t.Compare(_, left, right) if left.sort == VECTOR:
                return self.call(node, "equal_vectors", self.name(left, block), self.name(right, block))
            case t.Compare(relation, left, right) if not isinstance(left.sort, Arrow):
                read = self.name if left.sort == right.sort else self.real
                return self.call(node, _RELATIONS[relation], read(left, block), read(right, block))
            case t.And(args):
                return self.call(node, "conjunction", *(self.name(arg, block) for arg in args))
            case t.Or(args):
                return self.call(node, "disjunction", *(self.name(arg, block) for arg in args))
            case t.Not(arg):
                return self.call(node, "negation", self.name(arg, block))
            case t.Implies(hypothesis, conclusion):
                return self.call(node, "disjunction", f"negation({self.name(hypothesis, block)})", self.name(conclusion, block))
            case t.ForAll() | t.Exists():
                operation = "for_all" if isinstance(node, t.ForAll) else "exists"
                return self.call(node, operation, *(self.name(part, inner) for part, inner in self.parts(node, block, block)))
            case t.AlmostEverywhere() | t.Integrable() | t.Differentiable() | t.Gradient() | t.Compare():
                raise Unsupported("evaluation", node, "it needs a limit, or all values of a function")
            case _:
                assert_never(node)
