"""From a profile to a suite that the next batch of the same source should meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from prefit.errors import InputError
from prefit.profiling.arrays import as_numpy, storage_of
from prefit.profiling.values import ColumnProfile, Profile
from prefit.suites.suggest import common, frequencies, numbers, relations, texts
from prefit.suites.suggest.entry import Column, Suggested
from prefit.suites.suggest.margins import Batches
from prefit.suites.suggest.suite import SuggestedSuite
from prefit.task import ColumnKind

__all__ = ["infer_suite"]

_ROW_FACTOR = 20
_MIN_RUNNING = 30
_RUNNING = 0.99
_OF_COLUMN = (
    common.storage,
    common.missing,
    common.unique,
    common.value_set,
    frequencies.common_value,
    numbers.quantities,
    texts.texts,
)


def infer_suite(
    profile: Profile,
    kinds: Mapping[str, ColumnKind],
    *,
    name: str,
    batch_rows: int | None = None,
    time: str | None = None,
    drop: Sequence[str] = (),
    with_values: bool = True,
) -> SuggestedSuite:
    """Infer the expectations that the next batch of the same source should meet.

    Parameters
    ----------
    profile : Profile
        Of all rows. Nothing else is looked at.
    kinds : mapping of str to ColumnKind
        What each column is.
    name : str
        Of the suite.
    batch_rows : int, optional
        Rows of the batches that the suite is to judge; default from a tenth of the rows of the profile to as many.
    time : str, optional
        Column that runs on from batch to batch, as a clock does.
    drop : sequence of str
        Columns of which nothing is said but that they are there.
    with_values : bool, default True
        Whether values of texts may be listed.

    Returns
    -------
    SuggestedSuite
        Rules of the table, then of each column in table order, then of pairs of columns.

    Raises
    ------
    InputError
        If parts of the data could not be read: limits of what is left would be too narrow.
    """
    if profile.unread:
        raise InputError(
            f"data {name!r} must be readable as a whole to infer a suite; got {len(profile.unread):,} of "
            f"{profile.n_partitions:,} parts unread, the first {profile.unread[0].name!r}. Mend or leave out these."
        )
    batches = Batches.of(profile.n_rows, batch_rows)
    columns = [
        Column(
            profile=column,
            kind=kinds[column_name],
            sample=profile.sample.table.column(column_name),
            batches=batches,
            is_target=column_name == profile.target,
            runs_on=column_name == time or _runs_on(column, profile.sample.table.column(column_name)),
            with_values=with_values,
        )
        for column_name, column in profile.columns.items()
        if column_name not in drop
    ]
    sizes = f"{batches.smallest:,} to {batches.largest:,}" if batches.smallest < batches.largest else f"{batch_rows:,}"
    return SuggestedSuite(
        name=name,
        entries=(*_of_table(profile, batches), *_of_columns(columns), *relations.pairs(columns),
                 *relations.compound_key(columns, profile)),
        notes=(
            f"Suggested by prefit from {profile.n_rows:,} rows, for batches of {sizes} rows from the same source. "
            "Review it: what these rows do not show, no rule knows."
        ),
        rows=profile.n_rows,
    )  # fmt: skip


def _of_table(profile: Profile, batches: Batches) -> Iterator[Suggested]:
    names = list(profile.columns)
    yield Suggested(
        expectation="expect_table_columns_to_match_set",
        kwargs={"column_set": names, "exact_match": True},
        severity="critical",
        rule="columns",
        notes=f"The {len(names):,} columns, in any order.",
    )
    fewest, most = max(1, batches.smallest // (_ROW_FACTOR // 2)), batches.largest * _ROW_FACTOR
    yield Suggested(
        expectation="expect_table_row_count_to_be_between",
        kwargs={"min_value": fewest, "max_value": most},
        severity="info",
        rule="rows",
        notes=f"{profile.n_rows:,} rows seen. How large a batch is, one batch cannot tell: the limits are wide.",
    )


def _of_columns(columns: Sequence[Column]) -> Iterator[Suggested]:
    for column in columns:
        for rules in _OF_COLUMN:
            yield from rules(column)
        if column.is_target:
            yield from frequencies.class_shares(column)


def _runs_on(column: ColumnProfile, sample: pa.ChunkedArray) -> bool:
    """Whether the values hardly ever turn back from row to row, and hardly ever repeat for long."""
    if storage_of(sample.type) != "number" or column.distinct.estimate < _MIN_RUNNING:
        return False
    values = as_numpy(sample.combine_chunks().drop_null().cast(pa.float64(), safe=False))
    steps = np.diff(values)
    steps = steps[steps != 0]
    if len(steps) < _MIN_RUNNING:
        return False
    return bool(max((steps > 0).mean(), (steps < 0).mean()) >= _RUNNING)
