"""What a node knows of itself, and the quick ways of substitution, against the definitions written down plainly."""

from __future__ import annotations

import copy
import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quod.lang import node, serial
from quod.lang import terms as t
from quod.lang.binding import instantiate, rebuild, shift, unfold
from quod.lang.sorts import INTEGER, PROPOSITION, REAL, VECTOR, Arrow, Atomic, Sort
from tests.strategies import nodes


def below(term: t.Node) -> list[t.Node]:
    """The term and its subterms, each once."""
    found = [term]
    for part in found:
        found += [child for child in part.children if child not in found]
    return found


def loose(term: t.Node) -> set[tuple[int, Sort]]:
    """The bound variables whose λ lies outside, by definition."""
    if isinstance(term, t.Bound):
        return {(term.index, term.sort)}
    inner = set().union(*(loose(child) for child in term.children))
    return {(index - 1, sort) for index, sort in inner if index > 0} if isinstance(term, t.Lambda) else inner


def moved(term: t.Node, by: int, above: int) -> t.Node:
    """`shift`, by definition."""
    if isinstance(term, t.Bound):
        return t.Bound(term.index + by, term.sort) if term.index >= above else term
    inner = above + isinstance(term, t.Lambda)
    return rebuild(term, tuple(moved(child, by, inner) for child in term.children))


def put(term: t.Node, argument: t.Node, depth: int = 0) -> t.Node:
    """The body of a λ with an argument for its variable, by definition."""
    if isinstance(term, t.Bound):
        if term.index == depth:
            return moved(argument, depth, 0)
        return t.Bound(term.index - 1, term.sort) if term.index > depth else term
    inner = depth + isinstance(term, t.Lambda)
    return rebuild(term, tuple(put(child, argument, inner) for child in term.children))


def unfolded(term: t.Node) -> t.Node:
    """The term without definitions, by definition."""
    return unfolded(term.body) if isinstance(term, t.Named) else rebuild(term, tuple(map(unfolded, term.children)))


@given(nodes())
def test_a_node_knows_its_variables(term: t.Node) -> None:
    for part in below(term):
        assert part.loose == loose(part)
        assert part.reach == 1 + max((index for index, _ in loose(part)), default=-1)
        assert part.variables == {inner for inner in below(part) if isinstance(inner, t.Variable)}
        assert part.depth == 1 + max((child.depth for child in part.children), default=0)


@given(nodes())
def test_a_plain_node_has_nothing_to_unfold(term: t.Node) -> None:
    redex = any(isinstance(part, t.Apply) and isinstance(part.function, t.Lambda) for part in below(term))
    assert term.plain == (not redex and not any(isinstance(part, t.Named) for part in below(term)))


@given(nodes(), st.integers(0, 3), st.integers(0, 2))
def test_shift_is_what_it_is_defined_to_be(term: t.Node, by: int, above: int) -> None:
    for part in below(term):
        assert shift(part, by, above) is moved(part, by, above)


@given(nodes(), st.tuples(nodes(REAL, depth=2), nodes(INTEGER, depth=2), nodes(VECTOR, depth=2)))
def test_instantiation_is_what_it_is_defined_to_be(term: t.Node, values: tuple[t.Node, ...]) -> None:
    for part in below(term):
        for value in values:
            if isinstance(part, t.Lambda) and part.domain == value.sort:
                assert instantiate(part, value) is put(part.body, value)


_memory: dict[tuple[t.Node, int], t.Node] = {}


@given(nodes())
def test_unfolding_is_what_it_is_defined_to_be_with_and_without_memory(term: t.Node) -> None:
    assert unfold(term) is unfold(term, _memory) is unfolded(term)


@given(nodes())
def test_a_node_is_made_once(term: t.Node) -> None:
    assert type(term)(*(getattr(term, name) for name in term.__match_args__)) is term
    assert copy.deepcopy(term) is term


def test_equal_sorts_are_one_object() -> None:
    assert Atomic("ℝ") is REAL
    assert Arrow(INTEGER, Arrow(REAL, REAL)) is Arrow(INTEGER, Arrow(REAL, REAL))
    for sort in (REAL, PROPOSITION, Arrow(INTEGER, Arrow(VECTOR, REAL))):
        assert copy.deepcopy(sort) is sort
    assert Arrow(INTEGER, REAL) != Arrow(REAL, INTEGER)


def test_the_table_of_nodes_forgets_what_nobody_holds() -> None:
    gc.collect()
    before = len(node._interned)
    made = [t.Power(t.Add((t.Number(k), t.Number(k + 1))), 3) for k in range(1000, 1200)]
    assert len(node._interned) >= before + 400
    del made
    gc.collect()
    assert len(node._interned) <= before


@pytest.mark.parametrize("values", [[-1], [3], [True], ["0"], [0.0], [None], [0, 1, 2, 3]])
def test_indices_are_natural_numbers_below_the_size(values: list[object]) -> None:
    assert not serial.indices(values, 3)
    assert serial.indices([0, 2, 1], 3)
    assert serial.indices([], 0)
