"""The entry ``annotators`` of ``report.json``, and the consensus beside the labels that were looked at."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from prefit.evidence.annotation import Annotation
from prefit.evidence.labels import LabelNoise
from prefit.pseudonyms import pseudonym

if TYPE_CHECKING:
    import pyarrow as pa

    from prefit.evidence import Evidence

__all__ = ["annotators", "with_consensus"]

REVIEWED = 0.8
"""Probability of the consensus below which an item without a label should be looked at."""


def annotators(evidence: Evidence) -> dict[str, Any] | None:
    """Return how far the annotators agree and how good each is, None where none were named."""
    found = evidence.annotation
    if found is None:
        return None
    return {
        "alpha": None if math.isnan(found.alpha) else {"mean": found.alpha, "low": found.low, "high": found.high},
        "items": found.n_items,
        "labels": found.n_labels,
        "annotators": [
            {
                "name": _name(each.name, found, evidence),
                "labels": each.n_labels,
                "accuracy": {"mean": each.accuracy, "low": each.low, "high": each.high},
            }
            for each in found.annotators
        ],
        "contradicted": None if (found.consensus.given < 0).all() else int(found.contradicted.sum()),
    }


def with_consensus(issues: pa.Table | None, evidence: Evidence) -> pa.Table | None:
    """Add the rows whose label the annotators contradict to the labels that were looked at, most suspicious first.

    Without a target of classes every annotated row is an issue of its own: the consensus is what is suggested.
    """
    found = evidence.annotation
    if found is None or evidence.task.kind == "regression":
        return issues
    import pyarrow as pa
    import pyarrow.compute as pc

    own = _issues(found, evidence)
    if issues is None:
        return _encoded(own)
    told = own.filter(pc.equal(own["reason"], "annotators"))
    others = issues.cast(pa.schema([(name, own.schema.field(name).type) for name in issues.column_names]))
    others = others.filter(pc.invert(pc.is_in(others["row"], value_set=told["row"].combine_chunks())))
    return _encoded(pa.concat_tables([told, others]).sort_by([("score", "descending"), ("row", "ascending")]))


def _encoded(issues: pa.Table) -> pa.Table:
    """Give columns of few texts the type that they have without annotators."""
    for place, field in enumerate(issues.schema):
        if field.name in ("given", "suggested", "tier", "reason"):
            issues = issues.set_column(place, field.name, issues[field.name].dictionary_encode())
    return issues


def _issues(found: Annotation, evidence: Evidence) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    consensus = found.consensus
    names = np.array(_class_names(found, evidence), dtype=object)
    labelled = consensus.given >= 0
    score = np.where(labelled, 1 - np.nan_to_num(consensus.given_posterior), 1 - consensus.posterior)
    unsure = ~labelled & (consensus.posterior < REVIEWED)
    tier = np.where(found.contradicted, "act", np.where(unsure, "review", "ok"))
    order = np.lexsort((consensus.positions, -score))
    given = names[np.maximum(consensus.given, 0)]
    given[~labelled] = None
    return pa.table(
        {
            "row": consensus.positions[order],
            "given": pa.array(given[order], pa.string()),
            "suggested": pa.array(names[consensus.label][order], pa.string()),
            "score": score[order].astype(np.float64),
            "tier": pa.array(tier[order], pa.string()),
            "reason": pa.array(np.where(found.contradicted | unsure, "annotators", "")[order], pa.string()),
        }
    )


def _class_names(found: Annotation, evidence: Evidence) -> list[str]:
    """Name the classes as the labels that were looked at are named: by values of the target, not by their texts."""
    columns = () if evidence.task.annotators is None else evidence.task.annotators.columns
    target, noise = evidence.task.target, evidence.label_noise
    known: tuple[object, ...] = ()
    if target is not None:
        known = tuple(entry.value for entry in reversed(evidence.profile.columns[target].top))
    if isinstance(noise, LabelNoise):
        known += noise.classes
    values = {_text(value): value for value in known}
    typed = [values.get(str(text), text) for text in found.classes]
    return [str(value) if evidence.show_values else pseudonym(value, target or columns[-1]) for value in typed]


def _text(value: object) -> str:
    """Return a value of the target as the annotators' labels are read: trimmed, whole numbers without a point."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        import pyarrow as pa

        return str(int(value)) if value.is_integer() else str(pa.scalar(value).cast(pa.string()))
    return str(value).strip()


def _name(name: object, found: Annotation, evidence: Evidence) -> str:
    if not found.long or evidence.show_values:
        return str(name)
    columns = () if evidence.task.annotators is None else evidence.task.annotators.columns
    return pseudonym(name, columns[1])
