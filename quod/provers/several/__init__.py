"""Inequalities in several real variables: one variable after the other is removed by the sign of a derivative."""
