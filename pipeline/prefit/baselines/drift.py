"""How a table differs from an earlier one, from the profiles in two reports: no row of either is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from prefit.baselines.content import Content
from prefit.baselines.ranks import rank_difference, ranks
from prefit.baselines.shares import share_difference, table
from prefit.checks.intervals import proportion
from prefit.checks.splits.kinds import value_kind
from prefit.checks.splits.unseen import unseen_values
from prefit.evidence.comparisons import BaselineDrift, ColumnDrift, Measure
from prefit.probes.questions import NOTHING, Difference, absolute_difference

__all__ = ["baseline_drift"]

CATEGORIES = ("categorical", "boolean")
RUNNING = ("id-like", "datetime")
"""Kinds of columns whose values go on from one table to the next by nature."""


def baseline_drift(before: Content, after: Content, *, left_out: Sequence[str] = ()) -> BaselineDrift:
    """Compare the columns of two reports.

    Parameters
    ----------
    before, after : Content
        Of the later one only ``dataset``, ``columns`` and ``environment`` are looked at.
    left_out : sequence of str
        Columns that the later one leaves out on purpose.
    """
    old, new = _columns(before, left_out), _columns(after, left_out)
    changed = {
        name: kinds
        for name in old
        if name in new
        and _filled(old[name])
        and _filled(new[name])
        and len(set(kinds := _kinds(old[name], new[name]))) > 1
    }
    target = after.entries["dataset"]["target"]
    label = target if target == before.entries["dataset"]["target"] else None
    shown = (before.shown, after.shown)
    compared = [
        _column(old[name], new[name], shown=shown, label=name == label)
        for name in new
        if name in old and name not in changed
    ]
    return BaselineDrift(
        created=str(before.entries["created"]),
        columns=tuple(_adjusted(compared)),
        gone=tuple(name for name in old if name not in new),
        added=tuple(name for name in new if name not in old),
        changed=changed,
    )


def _columns(content: Content, left_out: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    return {
        column["name"]: column
        for column in content.entries["columns"]
        if column["role"] != "dropped" and column["name"] not in left_out
    }


def _filled(column: Mapping[str, Any]) -> bool:
    return bool(column["rows"] > column["missing"])


def _kinds(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, str]:
    return value_kind(old["type"]), value_kind(new["type"])


def _column(old: Mapping[str, Any], new: Mapping[str, Any], *, shown: tuple[bool, bool], label: bool) -> ColumnDrift:
    """Compare one column; the chances are not yet those among many columns."""
    measure, distance = _distance(old, new, shown)
    missing = _missing(old, new)
    drift = ColumnDrift(
        column=new["name"],
        label=label,
        measure=measure,
        distance=distance.value,
        low=distance.low,
        high=distance.high,
        chance=1.0 if distance.p is None else distance.p,
        missing=missing.value,
        missing_low=missing.low,
        missing_high=missing.high,
        missing_chance=1.0 if missing.p is None else missing.p,
        shift=_shift(old, new),
        runs_on=not label and (new["kind"] in RUNNING or old["kind"] in RUNNING),
    )
    return _with_new_categories(drift, old, new, shown) if measure == "shares" else drift


def _distance(
    old: Mapping[str, Any], new: Mapping[str, Any], shown: tuple[bool, bool]
) -> tuple[Measure | None, Difference]:
    """Compare shares of categories where both list them, else the order of numbers or of the lengths of texts."""
    tables = [table(column, shown=seen) for column, seen in zip((old, new), shown, strict=True)]
    numbers = value_kind(new["type"]) == "numbers"
    counted = new["kind"] in CATEGORIES and old["kind"] in CATEGORIES
    if counted and tables[0] is not None and tables[1] is not None and min(map(_n_present, (old, new))) >= 1:
        return "shares", share_difference(tables[0], tables[1])
    known = ranks(old), ranks(new)
    if known[0] is None or known[1] is None:
        return None, NOTHING
    return ("values" if numbers else "lengths"), rank_difference(known[0], known[1])


def _n_present(column: Mapping[str, Any]) -> int:
    return int(column["rows"] - column["missing"])


def _missing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    counts, totals = (old["missing"], new["missing"]), (old["rows"], new["rows"])
    if sum(counts) == 0 or min(totals) == 0:
        return Difference(0.0, 0.0, 0.0, None)
    return absolute_difference(counts, totals)


def _shift(old: Mapping[str, Any], new: Mapping[str, Any]) -> float | None:
    medians = [(column["quantiles"] or {}).get("0.5") for column in (old, new)]
    if medians[0] is None or medians[1] is None or not old["std"]:
        return None
    return float((medians[1] - medians[0]) / old["std"])


def _with_new_categories(
    drift: ColumnDrift, old: Mapping[str, Any], new: Mapping[str, Any], shown: tuple[bool, bool]
) -> ColumnDrift:
    """Count the categories that only one of the two has, where all of the other are listed."""
    before, after = table(old, shown=shown[0]), table(new, shown=shown[1])
    assert before is not None
    assert after is not None
    n_gone = sum(name not in after.counts for name in before.counts) if after.complete else 0
    if not before.complete:
        return replace(drift, n_gone=n_gone)
    unseen = unseen_values(before.counts, after.counts)
    return replace(
        drift,
        n_gone=n_gone,
        n_new=len(unseen.values),
        new_rows=unseen.n_rows / after.n_present,
        new_low=proportion(unseen.n_rows, after.n_present)[0],
        new_chance=unseen.probability,
    )


def _adjusted(compared: Sequence[ColumnDrift]) -> Iterable[ColumnDrift]:
    """Turn the chances into false discovery rates among all columns; the label is judged by itself."""
    from scipy.stats import false_discovery_control

    features = [drift for drift in compared if not drift.label]
    if not features:
        return compared
    rates = false_discovery_control([p for drift in features for p in (drift.chance, drift.missing_chance)])
    pairs = dict(zip((drift.column for drift in features), np.asarray(rates).reshape(-1, 2).tolist(), strict=True))
    return [
        drift if drift.label else replace(drift, chance=pairs[drift.column][0], missing_chance=pairs[drift.column][1])
        for drift in compared
    ]
