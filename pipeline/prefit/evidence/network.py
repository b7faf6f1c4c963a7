"""What a probe of the user's own network finds out before it is trained: values, no computation."""

from __future__ import annotations

from dataclasses import dataclass

from prefit.evidence.training import PlanProbe, RiskCause

__all__ = ["NetworkProbe"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkProbe:
    """A network that the user brought, on the first batches of the data.

    Attributes
    ----------
    name : str
    failure : str or None
        Why it cannot be trained on these data: what it raised and where, a wrong shape, or outputs that are no numbers.
    layers : tuple of str
        Names of the layers with weights, as the module calls them, in the order in which a batch passes them.
    constant_outputs : bool
        Whether all rows get the same output before any step.
    probabilities : bool
        Whether the outputs for classes are probabilities already, so that the usual loss would squash them twice.
    frozen : int
        Parameters that no gradient reaches.
    range_test : tuple of (float, float)
        Rate and loss while the rate grows.
    stopped : bool
        Whether the clock ended the probing before all steps were taken.
    probe : PlanProbe or None
        Loss, gradients, units and a short run, measured as for a built-in plan; None where it failed.
    causes : tuple of RiskCause
        Of its risks, with the changes of the plan that were probed to remove them.
    """

    name: str
    failure: str | None = None
    layers: tuple[str, ...] = ()
    constant_outputs: bool = False
    probabilities: bool = False
    frozen: int = 0
    range_test: tuple[tuple[float, float], ...] = ()
    stopped: bool = False
    probe: PlanProbe | None = None
    causes: tuple[RiskCause, ...] = ()
