"""The rules of natural deduction, of equality, and of induction over the integers."""

from __future__ import annotations

from quod.kernel.normal import canonical, laws
from quod.kernel.theorem import Theorem, derive, expect, need, rule
from quod.lang import terms as t
from quod.lang.binding import abstract, apply, instantiate, shift
from quod.lang.sorts import INTEGER


def same(left: t.Node, right: t.Node) -> bool:
    """True if both have one normal form."""
    return left is right or canonical(left) is canonical(right)


def shown(theorem: Theorem, proposition: t.Node, where: str) -> frozenset[str]:
    """The laws needed to read `theorem` as `proposition`; refuses the rule if it says something else."""
    if theorem.conclusion is proposition:
        return frozenset()
    expect(same(theorem.conclusion, proposition), where + ": expected a theorem that {}, got {}", proposition, theorem.conclusion)
    return laws(theorem.conclusion, proposition)


@rule
def assume(proposition: t.Node) -> Theorem:
    """p ⊢ p."""
    return derive(proposition, add=(proposition,))


@rule
def convert(proposition: t.Node, premise: Theorem) -> Theorem:
    """From p conclude q where both have one normal form: ring identities, unfolding, β, double negation."""
    return derive(proposition, (premise,), trusts=shown(premise, proposition, "convert"))


@rule
def reflexive(proposition: t.Node) -> Theorem:
    """⊢ p where the normal form of p is true: identities of the ordered field, true numeric comparisons."""
    expect(canonical(proposition) is t.TRUE, "reflexive: {} is not an identity of the normal form", proposition)
    return derive(proposition, trusts=laws(proposition))


@rule
def discharge(hypothesis: t.Node, premise: Theorem) -> Theorem:
    """From Γ, p ⊢ q conclude Γ ⊢ p ⇒ q."""
    return derive(t.Implies(hypothesis, premise.conclusion), (premise,), drop=(hypothesis,))


@rule
def modus_ponens(implication: Theorem, premise: Theorem) -> Theorem:
    """From p ⇒ q and p conclude q."""
    node = need(implication.conclusion, t.Implies, "modus_ponens")
    return derive(node.conclusion, (implication, premise), trusts=shown(premise, node.hypothesis, "modus_ponens"))


@rule
def generalise(variable: t.Node, premise: Theorem) -> Theorem:
    """From Γ ⊢ p conclude Γ ⊢ ∀x. p, where x is a variable that is not free in Γ."""
    x = need(variable, t.Variable, "generalise")
    for hypothesis in premise.hypotheses:
        expect(x not in hypothesis.variables, "generalise: {} is free in the hypothesis {}", x, hypothesis)
    return derive(t.ForAll(abstract(x, premise.conclusion)), (premise,))


@rule
def specialise(term: t.Node, premise: Theorem) -> Theorem:
    """From ∀x. p conclude p with a closed-off term for x."""
    return derive(instantiate(need(premise.conclusion, t.ForAll, "specialise").body, term), (premise,))


@rule
def conjunction(*premises: Theorem) -> Theorem:
    """From p, q, … conclude p ∧ q ∧ …."""
    return derive(t.And(premise.conclusion for premise in premises), premises)


@rule
def project(index: int, premise: Theorem) -> Theorem:
    """From p₀ ∧ p₁ ∧ … conclude pᵢ."""
    args = need(premise.conclusion, t.And, "project").args
    expect(0 <= index < len(args), f"project: there is no member {index} of {len(args)}")
    return derive(args[index], (premise,))


@rule
def disjunction(whole: t.Node, premise: Theorem) -> Theorem:
    """From p conclude a disjunction that has p as a member."""
    args = need(whole, t.Or, "disjunction").args
    expect(premise.conclusion in args, "disjunction: the premise is no member")
    return derive(whole, (premise,))


@rule
def cases(alternatives: Theorem, *branches: Theorem) -> Theorem:
    """From p ∨ q ∨ …, and r under each of them, conclude r."""
    args = need(alternatives.conclusion, t.Or, "cases").args
    expect(len(args) == len(branches) > 0, f"cases: {len(args)} alternatives, {len(branches)} branches")
    conclusion = branches[0].conclusion
    closed = []
    for alternative, branch in zip(args, branches, strict=True):
        expect(branch.conclusion is conclusion, "cases: the branches show different things")
        closed.append(discharge(alternative, branch))
    return derive(conclusion, (alternatives, *closed))


@rule
def excluded_middle(proposition: t.Node) -> Theorem:
    """⊢ p ∨ ¬p."""
    return derive(t.Or((proposition, t.Not(proposition))))


@rule
def trichotomy(left: t.Node, right: t.Node) -> Theorem:
    """⊢ a < b ∨ a = b ∨ b < a."""
    return derive(t.Or((t.Compare("<", left, right), t.Compare("=", left, right), t.Compare("<", right, left))))


@rule
def absurd(proposition: t.Node, premise: Theorem) -> Theorem:
    """From false conclude anything."""
    expect(canonical(premise.conclusion) is t.FALSE, "absurd: expected false, got {}", premise.conclusion)
    return derive(proposition, (premise,), trusts=laws(premise.conclusion))


@rule
def contradiction(premise: Theorem, denial: Theorem) -> Theorem:
    """From p and ¬p conclude false."""
    return derive(t.FALSE, (premise, denial), trusts=shown(denial, t.Not(premise.conclusion), "contradiction"))


@rule
def witness(whole: t.Node, term: t.Node, premise: Theorem) -> Theorem:
    """From p[a] conclude ∃x. p."""
    instance = instantiate(need(whole, t.Exists, "witness").body, term)
    return derive(whole, (premise,), trusts=shown(premise, instance, "witness"))


@rule
def choose(variable: t.Node, existence: Theorem, premise: Theorem) -> Theorem:
    """From ∃x. p, and Γ, p[y] ⊢ q with y free neither in Γ nor in q, conclude Γ ⊢ q."""
    y, body = need(variable, t.Variable, "choose"), need(existence.conclusion, t.Exists, "choose").body
    expect(y.sort == body.domain, f"choose: the variable has sort {y.sort}, expected {body.domain}")
    instance = instantiate(body, y)
    others = premise.hypotheses - {instance}
    for proposition in (*others, premise.conclusion, existence.conclusion):
        expect(y not in proposition.variables, "choose: {} is free in {}", y, proposition)
    return derive(premise.conclusion, (existence, discharge(instance, premise)))


@rule
def rewrite(context: t.Node, equation: Theorem, premise: Theorem) -> Theorem:
    """From a = b and p[a] conclude p[b]; `context` is λx. p. The equation may be between reals, vectors or functions."""
    place, node = need(context, t.Lambda, "rewrite"), need(equation.conclusion, t.Compare, "rewrite")
    expect(node.relation == "=", "rewrite: expected an equation")
    used = shown(premise, instantiate(place, node.left), "rewrite")
    return derive(instantiate(place, node.right), (equation, premise), trusts=used)


@rule
def extensionality(left: t.Node, right: t.Node, premise: Theorem) -> Theorem:
    """From ∀x. f(x) = g(x) conclude f = g."""
    equation = t.Compare("=", left, right)
    sort = getattr(left.sort, "domain", None)
    expect(sort is not None, "extensionality: expected two functions")
    x = t.Bound(0, sort)  # type: ignore[arg-type]
    pointwise = t.ForAll(t.Lambda(sort, t.Compare("=", apply(shift(left, 1), x), apply(shift(right, 1), x))))  # type: ignore[arg-type]
    return derive(equation, (premise,), trusts=shown(premise, pointwise, "extensionality"))


@rule
def induction(body: t.Node, start: t.Node, base: Theorem, step: Theorem) -> Theorem:
    """From p(start) and ∀n ∈ ℤ. start ≤ n ⇒ p(n) ⇒ p(n+1) conclude ∀n ∈ ℤ. start ≤ n ⇒ p(n); start is an integer."""
    p = need(body, t.Lambda, "induction")
    expect(p.domain == INTEGER and start.sort == INTEGER, "induction: expected an integer variable and an integer start")
    expect(not start.loose and not p.loose, "induction: loose bound variables")
    n = t.Bound(0, INTEGER)
    below = t.Compare("<=", shift(start, 1), n)
    following = instantiate(need(shift(p, 1), t.Lambda, "induction"), t.Add((n, t.Number(1))))
    claim = t.ForAll(t.Lambda(INTEGER, t.Implies(below, t.Implies(p.body, following))))
    used = shown(base, instantiate(p, start), "induction, base") | shown(step, claim, "induction, step")
    return derive(t.ForAll(t.Lambda(INTEGER, t.Implies(below, p.body))), (base, step), trusts=used)
