"""Terms compiled to Python functions over the numbers of `quod.attack.arithmetic`: each shared subterm is computed once.

Values of variables: numbers; for function sorts callables of one argument; for vectors tuples of numbers of one length.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from quod.attack import arithmetic
from quod.attack.differentiation import derivative
from quod.attack.integration import integrate
from quod.lang import terms as t
from quod.lang.binding import instantiate, unfold
from quod.lang.sorts import INTEGER, VECTOR

MAX_RANGE = 20_000
"""A sum or product over more indices is not evaluated."""


class Unsupported(ValueError):
    """A term that this reading cannot evaluate; the message says which."""


def indices(lower: Any, upper: Any) -> range:
    """The integers lower ≤ i < upper."""
    first, last = arithmetic.index(lower), arithmetic.index(upper)
    if last - first > MAX_RANGE:
        raise arithmetic.Undecided(f"a range of {last - first} indices is too long to evaluate")
    return range(first, last)


def repeated(product: bool, term: Callable[[], Any], lower: Any, upper: Any) -> Any:
    """The product or sum of equal terms over lower ≤ i < upper."""
    count = arithmetic.index(upper) - arithmetic.index(lower)
    if count <= 0:
        return 1 if product else 0
    if count > MAX_RANGE:
        raise arithmetic.Undecided(f"a range of {count} indices is too long to evaluate")
    return term() ** count if product else term() * count


def extreme(values: list[Any], sign: int) -> Any:
    """The least (sign = 1) or greatest (−1) of numbers; NaN of none."""
    best: Any = None
    for value in values:
        if best is None:
            best = value
            continue
        known = arithmetic.at_most(sign * best, sign * value)
        if known is None:
            best = arithmetic._ball(best).min(arithmetic._ball(value)) if sign == 1 else arithmetic._ball(best).max(arithmetic._ball(value))
        elif not known:
            best = value
    return arithmetic.NAN if best is None else best


def scale(factor: Any, vector: Any) -> Any:
    """factor · vector; 0 stands for the zero vector of any dimension."""
    return tuple(factor * x for x in vector) if isinstance(vector, tuple) else 0


def add_vectors(*vectors: Any) -> Any:
    """The sum of vectors."""
    there = [vector for vector in vectors if isinstance(vector, tuple)]
    return tuple(sum(parts[1:], parts[0]) for parts in zip(*there, strict=True)) if there else 0


def inner(left: Any, right: Any) -> Any:
    """⟨left, right⟩ of coordinates."""
    return sum((x * y for x, y in zip(left, right, strict=True)), 0) if isinstance(left, tuple) and isinstance(right, tuple) else 0


_GLOBALS: dict[str, Any] = {
    "indices": indices,
    "index": arithmetic.index,
    "extreme": extreme,
    "repeated": repeated,
    "scale": scale,
    "add_vectors": add_vectors,
    "inner": inner,
    "inverse": arithmetic.inverse,
    "pi": arithmetic.pi,
    "integrate": integrate,
    "at_most": arithmetic.at_most,
    "less": arithmetic.less,
    "equal": arithmetic.equal,
    "choose": arithmetic.choose,
    "every": arithmetic.every,
    "some": arithmetic.some,
    "NAN": arithmetic.NAN,
    **{f"f_{name}": function for name, function in arithmetic.ELEMENTARY.items()},
}


class _Block:
    """Lines of code of one Python scope; `known` names what is computed in it, `binders` the bound variables, innermost last."""

    def __init__(self, outer: _Block | None, binders: tuple[str, ...], indent: int) -> None:
        self.outer, self.binders, self.indent = outer, binders, indent
        self.known: dict[t.Node, str] = {}
        self.lines: list[str] = []

    def find(self, node: t.Node) -> str | None:
        block: _Block | None = self
        while block is not None:
            if node in block.known and (block.binders == self.binders or not node.loose):
                return block.known[node]
            block = block.outer
        return None


class _Writer:
    """Writes the code of one function."""

    def __init__(self, names: dict[t.Variable, str]) -> None:
        self.names = names
        self.constants: dict[str, Any] = {}
        self.count = 0

    def fresh(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def emit(self, node: t.Node, block: _Block) -> str:
        found = block.find(node)
        if found is not None:
            return found
        code = self.code(node, block)  # type: ignore[arg-type]
        if code.isidentifier() or code.isdigit():
            return code
        name = self.fresh()
        block.lines.append(f"{' ' * block.indent}{name} = {code}")
        block.known[node] = name
        return name

    def inside(self, block: _Block, body: t.Node, bound: str | None) -> tuple[str, list[str]]:
        """(name of the result, lines) of `body` in a scope of its own, one level further in."""
        inner_block = _Block(block, (*block.binders, bound) if bound else block.binders, block.indent + 1)
        result = self.emit(body, inner_block)
        return result, inner_block.lines

    def function(self, body: t.Lambda, block: _Block) -> str:
        """The name of a local Python function that computes a λ."""
        name, bound = self.fresh(), self.fresh()
        result, lines = self.inside(block, body.body, bound)
        block.lines += [f"{' ' * block.indent}def {name}({bound}):", *lines, f"{' ' * (block.indent + 1)}return {result}"]
        return name

    def thunk(self, body: t.Node, block: _Block) -> str:
        found = block.find(body)
        name = self.fresh()
        result, lines = (found, []) if found else self.inside(block, body, None)
        block.lines += [f"{' ' * block.indent}def {name}():", *lines, f"{' ' * (block.indent + 1)}return {result}"]
        return name

    def loop(self, node: t.Fold, block: _Block) -> str:
        lower, upper = self.emit(node.lower, block), self.emit(node.upper, block)
        bound, total, pad = self.fresh(), self.fresh(), " " * block.indent
        vectors = node.body.body.sort == VECTOR
        if node.kind in ("sum", "prod") and not vectors and all(index > 0 for index, _ in node.body.body.loose):
            bound_name = self.thunk(instantiate(node.body, t.Number(0)), block)
            return f"repeated({node.kind == 'prod'}, {bound_name}, {lower}, {upper})"
        start = {"sum": "0", "prod": "1"}.get(node.kind, "[]")
        result, lines = self.inside(block, node.body.body, bound)
        step = {"sum": f"{total} + {result}", "prod": f"{total} * {result}"}.get(node.kind, f"[*{total}, {result}]")
        step = f"add_vectors({total}, {result})" if vectors else step
        block.lines += [f"{pad}{total} = {start}", f"{pad}for {bound} in indices({lower}, {upper}):", *lines, f"{pad} {total} = {step}"]
        return total if node.kind in ("sum", "prod") else f"extreme({total}, {1 if node.kind == 'min' else -1})"

    def code(self, node: t.AnyNode, block: _Block) -> str:
        match node:
            case t.Number(value):
                return self.number(value)
            case t.Constant(name):
                return "pi()" if name == "pi" else "0"
            case t.Variable():
                return self.names[node]
            case t.Bound(index, _):
                return block.binders[-1 - index]
            case t.Lambda():
                return self.function(node, block)
            case t.Named(_, body):
                return self.emit(body, block)
            case t.Apply(function, argument):
                given = self.emit(argument, block)
                return f"{self.emit(function, block)}({f'index({given})' if argument.sort == INTEGER else given})"
            case t.Add(args) | t.Mul(args):
                names = [self.emit(arg, block) for arg in args]
                if node.sort == VECTOR:
                    return f"add_vectors({', '.join(names)})"
                return (" + " if isinstance(node, t.Add) else " * ").join(names)
            case t.Scale() | t.Inner():
                return f"{type(node).__name__.lower()}({', '.join(self.emit(child, block) for child in node.children)})"
            case t.Inverse(arg):
                return f"inverse({self.emit(arg, block)})"
            case t.Power(base, exponent):
                return f"{self.emit(base, block)} ** {exponent}" if exponent else "1"
            case t.Elementary(name, arg):
                return f"f_{name}({self.emit(arg, block)})"
            case t.IfThenElse(condition, then, otherwise):
                return f"choose({self.emit(condition, block)}, {self.thunk(then, block)}, {self.thunk(otherwise, block)})"
            case t.Fold():
                return self.loop(node, block)
            case t.Integral(body):
                return self.integral(body, block)
            case t.Derivative(body, point):
                return self.emit(derivative(body, point), block)
            case _:
                return self.condition(node, block)

    def number(self, value: Any) -> str:
        if value.denominator == 1:
            return str(value.numerator) if value >= 0 else f"({value.numerator})"
        return self.constant(arithmetic.exact(value))

    def integral(self, body: t.Lambda, block: _Block) -> str:
        """The integrand goes as a term, with the values of its variables: densities know how to be integrated."""
        if body.loose:
            raise Unsupported("an integral that depends on an index cannot be evaluated")
        name = self.constant(body)
        table = ", ".join(f"{self.constant(variable)}: {self.names[variable]}" for variable in sorted(body.variables, key=lambda v: v.name))
        return f"integrate({name}, {{{table}}})"

    def constant(self, value: Any) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def condition(self, node: t.AnyNode, block: _Block) -> str:
        """Code of a proposition inside a term: True, False, or None where it is not known."""
        match node:
            case t.Compare(relation, left, right) if left.sort != VECTOR:
                name = {"<=": "at_most", "<": "less", "=": "equal"}[relation]
                return f"{name}({self.emit(left, block)}, {self.emit(right, block)})"
            case t.And(args) | t.Or(args):
                names = ", ".join(self.emit(arg, block) for arg in args)
                return f"{'every' if isinstance(node, t.And) else 'some'}([{names}])"
            case t.Not(arg):
                return f"(lambda a: None if a is None else not a)({self.emit(arg, block)})"
            case t.Implies(hypothesis, conclusion):
                return self.emit(t.Or((t.Not(hypothesis), conclusion)), block)
            case _:
                raise Unsupported(f"a {type(node).__name__} inside a term cannot be evaluated")


def compile_terms(nodes: tuple[t.Node, ...], variables: tuple[t.Variable, ...]) -> Callable[..., tuple[Any, ...]]:
    """A Python function of the variables' values that gives the values of `nodes`.

    It may raise Undecided. Raises Unsupported for terms without such a reading.
    """
    writer = _Writer({variable: f"x{position}" for position, variable in enumerate(variables)})
    block = _Block(None, (), 1)
    try:
        results = [writer.emit(unfold(node), block) for node in nodes]
    except KeyError as error:
        raise Unsupported(f"a value for {error} is missing") from error
    header = f"def compiled({', '.join(f'x{position}' for position in range(len(variables)))}):"
    source = "\n".join([header, *block.lines, f" return ({', '.join(results)},)"])
    scope = {**_GLOBALS, **writer.constants}
    exec(compile(source, "<compiled term>", "exec"), scope)  # noqa: S102 - written above; no text of a user is in it
    return scope["compiled"]  # type: ignore[no-any-return]
