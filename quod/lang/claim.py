"""@definition and @claim: one Python function, traced once, becomes a closed term with a name, a sentence and a source."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from quod.lang import terms as t
from quod.lang.binding import abstract
from quod.lang.domains import Domain
from quod.lang.expression import Expression, Formula, LanguageError, Scalar, to_formula, to_node, wrap
from quod.lang.sorts import Arrow, is_subsort

TRACING_ERRORS = (
    *(LanguageError, t.TermError, NameError, TypeError, AttributeError),
    *(ValueError, ArithmeticError, LookupError, RecursionError),
)
"""What the body of a definition or claim may raise while it is traced: the claim is broken, the others still run."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from: a short citation, and the place in it."""

    citation: str
    place: str = ""

    def __call__(self, place: str) -> Source:
        """The same source at a place: `ift6135("1c")`."""
        return Source(self.citation, place)

    def __str__(self) -> str:
        return printable(f"{self.citation}, {self.place}" if self.place else self.citation)


@dataclass(frozen=True, slots=True)
class Place:
    """A file and a line."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A quantified variable of a claim or an argument of a definition."""

    name: str
    domain: Domain
    variable: t.Variable


@dataclass(frozen=True, eq=False)
class Definition:
    """A defined function: call it on expressions to write a term. `node` is the named λ, `body` the right-hand side over `parameters`."""

    id: str
    sentence: str
    parameters: tuple[Parameter, ...]
    body: t.Node
    node: t.Named
    place: Place

    def __call__(self, *arguments: Scalar) -> Any:
        if len(arguments) != len(self.parameters):
            names = ", ".join(parameter.name for parameter in self.parameters)
            raise LanguageError(f"{self.id} takes {len(self.parameters)} arguments ({names}), got {len(arguments)}")
        node: t.Node = self.node
        for argument in arguments:
            node = t.Apply(node, to_node(argument))
        return wrap(node)

    def as_expression(self) -> Expression:
        """The definition itself as a function, for D(sigmoid) or a family argument."""
        return Expression(self.node)


@dataclass(frozen=True, eq=False)
class Claim:
    """A statement: for all `parameters`, the `hypotheses` imply `conclusion`; `statement` is all of it as one closed proposition.

    `tight` lists points (values by parameter name) where the bound is touched. `expect` is the verdict required for a green run.
    `error` is None, or why the claim could not be read; then `statement` is false and nothing can be green.
    """

    id: str
    topic: str
    sentence: str
    source: Source
    parameters: tuple[Parameter, ...]
    hypotheses: tuple[t.Node, ...]
    conclusion: t.Node
    statement: t.Node
    place: Place
    tight: tuple[Mapping[str, t.Node], ...] = ()
    expect: str = "PROVED"
    error: str | None = None

    @property
    def name(self) -> str:
        """The id without its topic."""
        return self.id.rpartition(".")[2]

    @property
    def digest(self) -> str:
        """Hexadecimal digest of the meaning: the statement with its definitions, and what is expected of it."""
        points = "".join(f"{name}={point[name].key.hex()};" for point in self.tight for name in sorted(point))
        return hashlib.blake2b(f"{self.statement.key.hex()}|{points}|{self.expect}|{self.error}".encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, eq=False)
class Attachment:
    """A function that belongs to a definition (its implementation) or to a claim (its proof script): `target` is the id of that."""

    kind: str
    target: str
    function: Callable[..., Any]
    place: Place


@dataclass
class Collection:
    """What importing the modules of a project has declared so far, in order."""

    claims: list[Claim] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)


_collection: ContextVar[Collection | None] = ContextVar("quod_collection", default=None)


@contextmanager
def collecting() -> Iterator[Collection]:
    """Gathers every claim and definition declared inside the block."""
    collection = Collection()
    token = _collection.set(collection)
    try:
        yield collection
    finally:
        _collection.reset(token)


def attach(kind: str, target: Definition | Claim, function: Callable[..., Any]) -> None:
    """Declares that `function` is an "implementation" of a definition or a "proof" of a claim; for the decorators that do so."""
    expected = {"implementation": Definition, "proof": Claim}[kind]
    if not isinstance(target, expected):
        wanted = f"expected a {expected.__name__.lower()} of spec/, got {target!r}"
        raise LanguageError(f"{_place(function)}: {kind} {function.__name__}: {wanted}")
    collection = _collection.get()
    if collection is not None:
        collection.attachments.append(Attachment(kind, target.id, function, _place(function)))


def _place(function: Callable[..., Any]) -> Place:
    code = function.__code__
    file = Path(code.co_filename)
    try:
        shown = str(file.relative_to(Path.cwd()))
    except ValueError:
        shown = str(file)
    return Place(shown, code.co_firstlineno)


def _identify(function: Callable[..., Any]) -> tuple[str, str]:
    """(topic, id): the module path without its package, and the function's name."""
    module = function.__module__
    topic = module.partition(".")[2] or module
    return topic, f"{topic}.{function.__name__}"


def _sentence(function: Callable[..., Any]) -> str:
    return printable(" ".join((inspect.getdoc(function) or "").split("\n\n")[0].split()))


def _parameters(function: Callable[..., Any]) -> tuple[tuple[Parameter, ...], list[t.Node]]:
    parameters: list[Parameter] = []
    hypotheses: list[t.Node] = []
    scope: dict[str, Expression] = {}
    annotations = inspect.get_annotations(function, eval_str=True)
    for name in inspect.signature(function).parameters:
        domain = annotations.get(name)
        if not isinstance(domain, Domain):
            raise LanguageError(f"parameter {name} needs a domain, such as `{name}: Real`; got {domain!r}")
        variable = t.Variable(name, domain.sort)
        expression = Expression(variable)
        hypotheses.extend(hypothesis.node for hypothesis in domain.hypotheses(expression, scope))
        scope[name] = expression
        parameters.append(Parameter(name, domain, variable))
    return tuple(parameters), hypotheses


def definition(function: Callable[..., Any]) -> Definition:
    """Declares a defined function. Its parameters carry domains as annotations, its docstring says what it is.

    Raises LanguageError, naming the definition and its place, if the body is not a term of the language.
    """
    _, name = _identify(function)
    place = _place(function)
    try:
        parameters, _ = _parameters(function)
        value = function(*(wrap(parameter.variable) for parameter in parameters))
        body = value.node if isinstance(value, Formula) else to_node(value)
        node = body
        for parameter in reversed(parameters):
            node = abstract(parameter.variable, node)
        made = Definition(name, _sentence(function), parameters, body, t.Named(name, node), place)
    except TRACING_ERRORS as error:
        raise LanguageError(f"{place}: definition {name}: {_explain(error)}") from error
    collection = _collection.get()
    if collection is not None:
        collection.definitions.append(made)
    return made


def claim(
    bare: Callable[..., Any] | None = None,
    /,
    *,
    source: Source | str = "",
    tight: Mapping[str, Scalar] | list[Mapping[str, Scalar]] | None = None,
    expect: str = "PROVED",
) -> Any:
    """Declares a claim: the parameters are quantified over their domains, the body is the statement, the docstring its sentence.

    `source` says where it comes from, `tight` names points where the bound is touched, `expect` the verdict that a green run needs
    ("PROVED", or "SAMPLED" where no proof is known). A claim that names no source, or whose body cannot be read, has `error` set.
    """

    def declare(function: Callable[..., Any]) -> Claim:
        made = _read(function, source if isinstance(source, Source) else Source(source), tight, expect)
        collection = _collection.get()
        if collection is not None:
            collection.claims.append(made)
        return made

    return declare if bare is None else declare(bare)


def _read(function: Callable[..., Any], source: Source, tight: Any, expect: str) -> Claim:
    topic, name = _identify(function)
    place = _place(function)
    sentence = _sentence(function)
    try:
        if expect not in ("PROVED", "SAMPLED"):
            raise LanguageError(f"expect is 'PROVED' or 'SAMPLED', got expect={expect!r}")
        if not str(source):
            raise LanguageError('a claim names its source: @claim(source="author, year, theorem"), or source="ours"')
        if not sentence:
            raise LanguageError("a claim needs a docstring: the sentence that a person reads")
        parameters, hypotheses = _parameters(function)
        conclusion = to_formula(function(*(wrap(parameter.variable) for parameter in parameters))).node
        while isinstance(conclusion, t.Implies):
            hypotheses.extend(conclusion.hypothesis.args if isinstance(conclusion.hypothesis, t.And) else (conclusion.hypothesis,))
            conclusion = conclusion.conclusion
        statement = close(parameters, hypotheses, conclusion)
        points = tuple(_point(point, parameters) for point in ([] if tight is None else [tight] if isinstance(tight, Mapping) else tight))
    except TRACING_ERRORS as error:
        return Claim(name, topic, sentence, source, (), (), t.FALSE, t.FALSE, place, (), expect, _explain(error))
    return Claim(name, topic, sentence, source, parameters, tuple(hypotheses), conclusion, statement, place, points, expect)


def close(parameters: tuple[Parameter, ...], hypotheses: list[t.Node], conclusion: t.Node) -> t.Node:
    """∀ parameters: hypotheses ⇒ conclusion, each hypothesis an implication of its own."""
    for hypothesis in reversed(hypotheses):
        conclusion = t.Implies(hypothesis, conclusion)
    for parameter in reversed(parameters):
        conclusion = t.ForAll(abstract(parameter.variable, conclusion))
    if conclusion.variables:
        raise LanguageError(f"the statement has free variables {sorted(v.name for v in conclusion.variables)}")
    return conclusion


def _point(point: Mapping[str, Scalar], parameters: tuple[Parameter, ...]) -> Mapping[str, t.Node]:
    unknown = sorted(set(point) - {parameter.name for parameter in parameters})
    if unknown:
        raise LanguageError(f"tight names {unknown}, which are no parameters; expected some of {[p.name for p in parameters]}")
    nodes = {name: to_node(value) for name, value in point.items()}
    for parameter in parameters:
        node = nodes.get(parameter.name)
        if node is not None and not is_subsort(node.sort, parameter.variable.sort):
            raise LanguageError(
                f"tight gives {parameter.name} a value of sort {node.sort}; expected {parameter.variable.sort}"
                + ("; write family(lambda i: …)" if isinstance(parameter.variable.sort, Arrow) else "")
            )
    return MappingProxyType(nodes)


def printable(text: str) -> str:
    """`text` as a file and a terminal can hold it: control characters and halves of characters replaced."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _explain(error: Exception) -> str:
    """What went wrong, in words for the author of the claim."""
    if isinstance(error, LanguageError | t.TermError):
        return printable(str(error))
    if isinstance(error, NameError):
        return printable(f"unknown name: {error}; import it from quod or define it with @definition")
    return printable(f"{type(error).__name__}: {error}")
