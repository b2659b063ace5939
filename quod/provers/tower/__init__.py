"""The decision procedure for real inequalities in one variable: exp, log, arctan, roots, trigonometric functions, unbounded domains."""

from quod.provers.tower.decision import Proved, Refuted, Undecided, decide

__all__ = ["Proved", "Refuted", "Undecided", "decide"]
