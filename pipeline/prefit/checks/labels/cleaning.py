"""What dropping the rows with wrong labels, or correcting them, does to the score."""

from __future__ import annotations

from prefit.evidence.labels import LabelNoise
from prefit.finding import Effect

__all__ = ["advice", "effect"]


def effect(noise: LabelNoise) -> Effect | None:
    """Return the effect of the better of both, None where it was not measured."""
    return max((each for each in (noise.dropped, noise.relabelled) if each), key=lambda each: each.delta, default=None)


def advice(noise: LabelNoise) -> str:
    """Say what both do to the score of rows that look clean; nothing where it was not measured."""
    if noise.dropped is None or noise.relabelled is None:
        return ""
    dropped, relabelled = _change(noise.dropped), _change(noise.relabelled)
    return f". Without them balanced accuracy changes by {dropped}, with the suggested labels by {relabelled}."


def _change(effect: Effect) -> str:
    return f"{effect.delta:+.3f} ({effect.low:+.3f} to {effect.high:+.3f})"
