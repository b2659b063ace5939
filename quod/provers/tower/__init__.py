"""The decision procedure for real inequalities in one variable, over bounded and unbounded domains.

Decided, up to zero tests of constants that are named when they fail: towers of exp, log, roots of any order, arctan, arcsine, arccosine,
rational functions, if-then-else (so abs, min, max) and what is made of these; sin, cos and tan of commensurable affine arguments (or
of such arguments of 1/x) on bounded domains, or where the whole statement repeats. Attempted: erf; sin, cos and tan on unbounded
domains (bounds by 1 on the tails) and of other arguments (bounds by 1, balls on compact intervals, derivatives that vanish at isolated
points only). Not decided: touching points without a closed form, floor, and more than one variable. docs/deciding.md tells users.
"""

from quod.provers.tower.decision import Proved, Refuted, Undecided, decide

__all__ = ["Proved", "Refuted", "Undecided", "decide"]
