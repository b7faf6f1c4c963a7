"""How many labels are wrong, and which."""

from prefit.probes.labels.amounts import amount_noise
from prefit.probes.labels.noise import label_noise

__all__ = ["amount_noise", "label_noise"]
