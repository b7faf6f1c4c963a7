"""How many labels are wrong, and which, as an entry of a report and as a table."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from prefit.entries.amounts import amount_issues, amount_noise
from prefit.evidence.amounts import AmountNoise
from prefit.evidence.labels import REASONS, TIERS, LabelNoise
from prefit.pseudonyms import pseudonym

if TYPE_CHECKING:
    import pyarrow as pa

    from prefit.evidence import (
        Evidence,
    )


__all__ = ["LABEL_ISSUES", "label_issues", "label_noise"]


LABEL_ISSUES = "label_issues.parquet"
"""File that holds every row whose label was looked at."""


def label_noise(evidence: Evidence) -> dict[str, Any] | None:
    """Return how many labels are wrong, None where they were not looked at."""
    noise = evidence.label_noise
    if noise is None:
        return None
    if isinstance(noise, AmountNoise):
        return amount_noise(noise) | {"file": LABEL_ISSUES}
    names = _class_names(evidence, noise)
    return {
        "rate": {"mean": noise.mean, "low": noise.low, "high": noise.high},
        "ambiguity": noise.ambiguity,
        "rows_flagged": int((noise.suspects.tier == TIERS.index("act")).sum()),
        "rows_scored": len(noise.suspects.positions),
        "transitions": [
            asdict(pair) | {"true": names[pair.true], "given": names[pair.given]} for pair in noise.transitions
        ],
        "effects": {
            "drop": None if noise.dropped is None else asdict(noise.dropped),
            "relabel": None if noise.relabelled is None else asdict(noise.relabelled),
        },
        "file": LABEL_ISSUES,
    }


def label_issues(evidence: Evidence) -> pa.Table | None:
    """Return every row whose label was looked at, most suspicious first; None where none was.

    Labels are named by pseudonyms, and numbers left out, unless values may be shown.
    """
    noise = evidence.label_noise
    if noise is None:
        return None
    if isinstance(noise, AmountNoise):
        return amount_issues(noise, show_values=evidence.show_values)
    import pyarrow as pa

    suspects, names = noise.suspects, _class_names(evidence, noise)
    return pa.table(
        {
            "row": suspects.positions,
            "given": pa.DictionaryArray.from_arrays(suspects.given, names),
            "suggested": pa.DictionaryArray.from_arrays(suspects.suggested, names),
            "score": suspects.score,
            "tier": pa.DictionaryArray.from_arrays(suspects.tier, list(TIERS)),
            "reason": pa.DictionaryArray.from_arrays(suspects.reason, list(REASONS)),
        }
    )


def _class_names(evidence: Evidence, noise: LabelNoise) -> list[str]:
    target = evidence.task.target or ""
    return [str(value) if evidence.show_values else pseudonym(value, target) for value in noise.classes]
