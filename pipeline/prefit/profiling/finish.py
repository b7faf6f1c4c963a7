"""Turn the state of a fold into the profile: all that the checks will know of the data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from prefit.profiling.accumulators import RowSample
from prefit.profiling.accumulators.gram import MAX_COLUMNS, numeric_names
from prefit.profiling.arrays import Keys, as_numpy, storage_of
from prefit.profiling.facts import (
    Numbers,
    cuts,
    cuts_of_lengths,
    histogram,
    numeric_facts,
    strong_correlations,
    text_facts,
)
from prefit.profiling.plan import Plan
from prefit.profiling.scales import Scale
from prefit.profiling.state import ColumnState, State
from prefit.profiling.tally import Tally
from prefit.profiling.values import ColumnProfile, DistinctCount, Profile, ValueCount

__all__ = ["finish"]

_MAX_TOP = 100


def finish(state: State, plan: Plan, *, threads: int = 1) -> Profile:
    """Return the profile of the rows that were folded into a state.

    Parameters
    ----------
    state : State
        The sum of the states of all partitions.
    plan : Plan
        The plan that they were folded by.
    threads : int, default 1
        How many columns are worked on at once.

    Returns
    -------
    Profile
        What is not exact says so, or is documented as measured on the row sample.
    """
    sample, hashes = state.sample.value(), state.row_hashes.canonical()
    state = replace(state, sample=RowSample.empty(plan))  # it is copied, and what nobody else holds is freed
    classes = state.support.order
    column = partial(_column, classes=classes)
    given = (plan.schema.names, state.columns, sample.table.columns, plan.column_scales)
    with ThreadPoolExecutor(threads) as pool:  # most of the time goes into sorting, which lets other threads run
        found = tuple((pool.map if threads > 1 else map)(column, *given))
    histograms = state.histograms.value(plan, classes)
    supervised = plan.target is not None
    counts = [column.counts for column in state.columns]
    n_missing = [of.n_null + of.n_nan + of.n_empty + of.n_blank for of in counts]
    return Profile(
        n_rows=state.fingerprint.n_rows,
        columns={column.name: replace(column, class_histogram=histograms.get(column.name)) for column in found},
        target=plan.target,
        sample=sample,
        class_sample=state.class_sample.value() if supervised else None,
        class_counts=_class_counts(state, plan),
        duplicates=hashes.duplicates(),
        conflicts=hashes.conflicts() if supervised else None,
        n_empty_rows=state.empty_rows.n,
        n_hollow_rows=state.support.n_hollow,
        class_support=state.support.value(plan),
        correlations=strong_correlations(
            sample.table, state.gram.value(), complete=len(sample.positions) == state.fingerprint.n_rows
        ),
        n_uncompared=max(0, len(numeric_names(plan)) - MAX_COLUMNS),
        co_missing=state.co_missing.value(plan.schema.names, n_missing, state.fingerprint.n_rows),
        malformed=state.malformed.value(),
        fingerprint=state.fingerprint.value(plan),
        row_keys=hashes.rows.keys,
        row_keys_exact=hashes.rows.exact,
        feature_keys=hashes.feature_table.keys,
        feature_keys_exact=hashes.feature_table.exact,
    )


def _column(name: str, state: ColumnState, sample: pa.ChunkedArray, planned: Scale, *, classes: Keys) -> ColumnProfile:
    counts, moments = state.counts, state.moments.value(planned)
    least, greatest = state.extremes.value(sample.type)
    keys = state.keys.canonical()
    known, complete = keys.tally(), len(sample) == counts.n_rows
    sampled = Tally.of_column(sample) if known is None or not complete else known
    scale = counts.n_rows / max(len(sample), 1)
    top = sampled.most_frequent(_MAX_TOP, scale=scale) if known is None else known.most_frequent(_MAX_TOP)
    distinct = keys.distinct(counts.n_rows - counts.n_null - counts.n_nan)
    if complete:  # the sample holds every row, which is more than the keys do
        n_distinct = float(len(sampled.values))
        distinct = DistinctCount(n_distinct, n_distinct, n_distinct, exact=True)
    storage = storage_of(sample.type)
    numbers = Numbers.of(sampled) if storage in ("number", "decimal") else None
    return ColumnProfile(
        name=name,
        type=str(sample.type),
        n_rows=counts.n_rows,
        n_null=counts.n_null,
        n_nan=counts.n_nan,
        n_infinite=counts.n_infinite,
        n_zero=counts.n_zero,
        n_negative=counts.n_negative,
        n_empty=counts.n_empty,
        n_blank=counts.n_blank,
        minimum=least,
        maximum=greatest,
        mean=moments.mean,
        std=moments.std,
        skewness=moments.skewness,
        kurtosis=moments.kurtosis,
        distinct=distinct,
        top=top,
        top_exact=known is not None or complete,
        lengths=state.lengths.value(),
        histogram=None if numbers is None else histogram(numbers),
        text=text_facts(sampled, sampled if known is None else known) if storage == "text" else None,
        numeric=None if numbers is None else numeric_facts(numbers),
        class_table=keys.class_table(classes),
        cuts=cuts(numbers) if numbers is not None else cuts_of_lengths(sampled) if storage == "text" else None,
    )


def _class_counts(state: State, plan: Plan) -> tuple[ValueCount, ...] | None:
    """Return the classes and their row counts; empty and blank texts are missing labels, and no class."""
    if plan.target is None or state.class_sample.overflown:
        return None
    place = plan.schema.names.index(plan.target)
    tally: Tally | None = state.columns[place].keys.tally()
    if tally is None:
        return None
    if storage_of(tally.values.type) == "text":
        tally = tally.where(as_numpy(pc.binary_length(pc.utf8_trim_whitespace(tally.values))) > 0)
    return tally.most_frequent(plan.max_classes)
