"""The user's own estimators that learn by ``partial_fit``: probed step by step, as the training of a network is."""

from prefit.probes.own_steps.feeding import learns_by_steps
from prefit.probes.own_steps.probe import probe_steps

__all__ = ["learns_by_steps", "probe_steps"]
