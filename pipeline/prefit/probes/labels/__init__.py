"""How many labels are wrong, and which."""

from prefit.probes.labels.noise import label_noise

__all__ = ["label_noise"]
