"""The user's own PyTorch module, probed as a built-in plan is; torch is loaded only here."""

from prefit.probes.own_network.probe import probe_network

__all__ = ["probe_network"]
