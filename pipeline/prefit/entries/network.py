"""The entry ``training.networks`` of ``report.json``: what was seen of the user's own networks and estimators."""

from __future__ import annotations

from typing import Any

from prefit.entries.plain import finite
from prefit.evidence.network import NetworkProbe, StepTrace

__all__ = ["network_entry"]


def network_entry(found: NetworkProbe, *, judged: bool) -> dict[str, Any]:
    """Return one network, or one estimator that learns by steps, as plain data.

    Parameters
    ----------
    found : NetworkProbe
    judged : bool
        Whether the risks of the training are those of this one.
    """
    probe, trace = found.probe, found.trace
    return {
        "name": found.name,
        "kind": found.kind,
        "judged": judged,
        "failure": found.failure,
        "layers": list(found.layers),
        "constant_outputs": found.constant_outputs,
        "probabilities": found.probabilities,
        "frozen": found.frozen,
        "range_test": [[rate, loss] for rate, loss in found.range_test],
        "stopped": found.stopped,
        "first_loss": None if probe is None else finite(probe.losses[0][1]),
        "reference": trace.reference if trace is not None else None if probe is None else probe.reference,
        "one_batch": finite(trace.one_batch)
        if trace is not None
        else None
        if probe is None
        else finite(probe.one_batch),
        "dead": None if probe is None else [layer.dead for layer in probe.layers],
        "gradient": None if probe is None else [finite(layer.gradient_norm) for layer in probe.layers],
        "trace": None if trace is None else _trace(trace),
    }


def _trace(trace: StepTrace) -> dict[str, Any]:
    return {
        "loss": trace.loss,
        "rows_a_call": trace.rows_a_call,
        "losses": [{"step": step, "loss": finite(loss)} for step, loss in trace.losses],
        "without_inputs": finite(trace.without_inputs),
        "updates": [finite(update) for update in trace.updates],
    }
