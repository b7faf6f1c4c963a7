"""The entry ``label_noise`` of ``report.json``, and the rows that were looked at, of a target that is a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefit.evidence.amounts import REASONS, AmountNoise
from prefit.evidence.labels import TIERS

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["amount_issues", "amount_noise"]


def amount_noise(noise: AmountNoise) -> dict[str, Any]:
    """Return how many values of the target are wrong."""
    return {
        "rate": {"mean": noise.mean, "low": noise.low, "high": noise.high},
        "ambiguity": None,
        "rows_flagged": int((noise.suspects.tier == TIERS.index("act")).sum()),
        "rows_scored": len(noise.suspects.positions),
    }


def amount_issues(noise: AmountNoise, *, show_values: bool) -> pa.Table:
    """Return every row that was looked at, most suspicious first, without the values unless they may be shown."""
    import pyarrow as pa

    suspects, hidden = noise.suspects, pa.nulls(len(noise.suspects.positions), pa.float64())
    return pa.table(
        {
            "row": suspects.positions,
            "given": pa.array(suspects.given) if show_values else hidden,
            "suggested": pa.array(suspects.suggested, from_pandas=True) if show_values else hidden,
            "score": suspects.score,
            "tier": pa.DictionaryArray.from_arrays(suspects.tier, list(TIERS)),
            "reason": pa.DictionaryArray.from_arrays(suspects.reason, list(REASONS)),
        }
    )
