"""The entry ``training.networks`` of ``report.json``: what was seen of the user's own networks."""

from __future__ import annotations

from typing import Any

from prefit.entries.plain import finite
from prefit.evidence.network import NetworkProbe

__all__ = ["network_entry"]


def network_entry(found: NetworkProbe) -> dict[str, Any]:
    """Return one network as plain data."""
    probe = found.probe
    return {
        "name": found.name,
        "failure": found.failure,
        "layers": list(found.layers),
        "constant_outputs": found.constant_outputs,
        "probabilities": found.probabilities,
        "frozen": found.frozen,
        "range_test": [[rate, loss] for rate, loss in found.range_test],
        "stopped": found.stopped,
        "first_loss": None if probe is None else finite(probe.losses[0][1]),
        "reference": None if probe is None else probe.reference,
        "one_batch": None if probe is None else finite(probe.one_batch),
        "dead": None if probe is None else [layer.dead for layer in probe.layers],
        "gradient": None if probe is None else [finite(layer.gradient_norm) for layer in probe.layers],
    }
