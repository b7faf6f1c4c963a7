"""Remedies with a price: a change for each cause found, tried on the same folds as the training without it."""

from prefit.probes.remedies.trying import Situation, try_remedies

__all__ = ["Situation", "try_remedies"]
