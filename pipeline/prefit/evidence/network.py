"""What a probe of the user's own network finds out before it is trained: values, no computation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from prefit.evidence.training import PlanProbe, RiskCause

__all__ = ["NetworkProbe", "StepTrace"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTrace:
    """The first steps of an estimator that learns by ``partial_fit``; losses are over that of the best constant.

    Attributes
    ----------
    loss : str
        By what it answers: ``cross_entropy`` of probabilities, ``hinge`` of scores or answers, ``mse`` of numbers.
    rows_a_call : int
        Rows that each call was given.
    reference : float
        Loss of the best constant.
    losses : tuple of (int, float)
        Steps and the loss on training rows after them, from 0 where the weights before the first step are known;
        ``inf`` where a weight or the loss is not a number. A linear model takes a step for each row.
    one_batch : float
        Loss after it was given one batch again and again.
    without_inputs : float
        Loss after a run with all inputs zero.
    updates : tuple of float
        How far a step moves the weights of a layer, as a share of them; none where it shows no weights.
    """

    loss: str
    rows_a_call: int
    reference: float
    losses: tuple[tuple[int, float], ...]
    one_batch: float
    without_inputs: float
    updates: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkProbe:
    """A network, or an estimator with ``partial_fit``, that the user brought, on the first batches of the data.

    Attributes
    ----------
    name : str
    kind : {"module", "estimator"}
    failure : str or None
        Why it cannot be trained on these data: what it raised and where, a wrong shape, or outputs that are no numbers.
    layers : tuple of str
        Names of the layers with weights, as the module calls them, in the order in which a batch passes them.
    constant_outputs : bool
        Whether all rows get the same output: of a module before any step, of an estimator after the last one.
    probabilities : bool
        Whether the outputs for classes are probabilities already, so that the usual loss would squash them twice.
    frozen : int
        Parameters that no gradient reaches.
    range_test : tuple of (float, float)
        Rate and loss while the rate grows.
    stopped : bool
        Whether the clock ended the probing before all steps were taken.
    trace : StepTrace or None
        Of an estimator.
    probe : PlanProbe or None
        Loss, gradients, units and a short run, measured as for a built-in plan; None where it failed, and for an
        estimator whose weights cannot be read: its risks are not judged.
    causes : tuple of RiskCause
        Of its risks, with the changes of the plan, or of the estimator, that were probed to remove them.
    unseen : float or None
        Loss over the reference on rows that an estimator was not trained on, where its loss may fall to zero.
    """

    name: str
    kind: Literal["module", "estimator"] = "module"
    failure: str | None = None
    layers: tuple[str, ...] = ()
    constant_outputs: bool = False
    probabilities: bool = False
    frozen: int = 0
    range_test: tuple[tuple[float, float], ...] = ()
    stopped: bool = False
    trace: StepTrace | None = None
    probe: PlanProbe | None = None
    causes: tuple[RiskCause, ...] = ()
    unseen: float | None = None
