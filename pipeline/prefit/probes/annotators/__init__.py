"""What several annotators say of the same items."""

from prefit.probes.annotators.annotation import annotation

__all__ = ["annotation"]
