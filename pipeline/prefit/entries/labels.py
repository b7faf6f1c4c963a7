"""How many labels are wrong, and which, as an entry of a report and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from prefit.evidence import amounts, labels
from prefit.evidence.amounts import AmountNoise
from prefit.evidence.labels import LabelNoise
from prefit.evidence.suspects import TIERS
from prefit.pseudonyms import pseudonym

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from prefit.evidence import Evidence

__all__ = ["LABEL_ISSUES", "label_issues", "label_noise"]

LABEL_ISSUES = "label_issues.parquet"
"""File that holds every row whose label was looked at."""


def label_noise(evidence: Evidence) -> dict[str, Any] | None:
    """Return how many labels are wrong, None where they were not looked at."""
    noise = evidence.label_noise
    if noise is None:
        return None
    suspects = noise.suspects
    entry = {
        "rate": {"mean": noise.mean, "low": noise.low, "high": noise.high},
        "ambiguity": None,
        "rows_flagged": int(suspects.of_tier("act").sum()),
        "wrong_of_flagged": float(suspects.score[suspects.of_tier("act")].sum()),
        "rows_to_review": int(suspects.of_tier("review").sum()),
        "rows_scored": suspects.n_rows,
        "rows_of_rate": noise.n_rows,
    }
    if isinstance(noise, LabelNoise):
        entry |= _of_classes(noise, _class_names(evidence, noise))
    return entry | {"file": LABEL_ISSUES}


def _of_classes(noise: LabelNoise, names: Sequence[str]) -> dict[str, Any]:
    """Return what is said of classes alone."""
    return {
        "ambiguity": noise.ambiguity,
        "transitions": [
            asdict(pair) | {"true": names[pair.true], "given": names[pair.given]} for pair in noise.transitions
        ],
        "effects": {
            "drop": None if noise.dropped is None else asdict(noise.dropped),
            "relabel": None if noise.relabelled is None else asdict(noise.relabelled),
        },
    }


def label_issues(evidence: Evidence) -> pa.Table | None:
    """Return every row whose label was looked at, most suspicious first; None where none was.

    Labels are named by pseudonyms, and numbers left out, unless values may be shown.
    """
    noise = evidence.label_noise
    if noise is None:
        return None
    import pyarrow as pa

    suspects = noise.suspects
    if isinstance(noise, AmountNoise):
        reasons: Sequence[str] = amounts.REASONS
        hidden = None if evidence.show_values else pa.nulls(suspects.n_rows, pa.float64())
        given = pa.array(suspects.given) if hidden is None else hidden
        suggested = pa.array(suspects.suggested, from_pandas=True) if hidden is None else hidden
    else:
        reasons, names = labels.REASONS, _class_names(evidence, noise)
        given, suggested = _named(suspects.given, names), _named(suspects.suggested, names)
    return pa.table(
        {
            "row": suspects.positions,
            "given": given,
            "suggested": suggested,
            "score": pa.array(suspects.score, pa.float64()),
            "tier": _named(suspects.tier, TIERS),
            "reason": _named(suspects.reason, reasons),
        }
    )


def _named(places: NDArray[Any], names: Sequence[str]) -> pa.DictionaryArray:
    """Name what stands at places of a list; the type is that of any column of few texts."""
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), list(names))


def _class_names(evidence: Evidence, noise: LabelNoise) -> list[str]:
    target = evidence.task.target or ""
    return [str(value) if evidence.show_values else pseudonym(value, target) for value in noise.classes]
