"""The laws of a commutative monoid, for every accumulator and every Arrow type."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import astuple, dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.profiling.strategies import columns

from prefit.profiling import Plan, State
from prefit.profiling import accumulators as acc
from prefit.profiling.accumulators.bottom_k import KeyTable
from prefit.profiling.arrays import plain_type
from prefit.profiling.batches import TableBatch
from prefit.profiling.bins import NO_BINS, Bins
from prefit.profiling.scales import Scale
from prefit.profiling.values import MalformedRow


@dataclass(frozen=True)
class Monoid:
    """An accumulator: its identity, its state of one batch, and what of a state must not depend on the cut."""

    identity: Callable[[Plan], Any]
    of: Callable[[TableBatch], Any]
    view: Callable[[Any], Any]


def of_column(accumulator: Any) -> Callable[[TableBatch], Any]:
    """Look at the column ``x`` of a batch."""
    return lambda batch: accumulator.from_batch(batch.columns["x"])


def keys_view(table: KeyTable) -> Any:
    """Show all of a table of keys."""
    columns = {name: column.tolist() for name, column in table.columns.items() if len(table.keys)}
    return table.ceiling, table.keys.tolist(), columns


def sample_view(sample: Any) -> Any:
    """Show sampled rows."""
    return None if sample is None else (sample.positions.tolist(), text(sample.table.to_pylist()))


def support_view(support: acc.Support) -> Any:
    """Show the counts of every class."""
    return support.overflown, support.n_hollow, *(x.tolist() for x in (support.classes, support.n_rows, support.counts))


def hashes_view(hashes: acc.RowHashes) -> Any:
    """Show both tables, with no key waiting."""
    settled = hashes.canonical()
    return keys_view(settled.rows), keys_view(settled.features)


def key_sample_view(sample: acc.KeySample) -> Any:
    """Show keys, values and classes, with nothing waiting."""
    sample = sample.canonical()
    values = None if sample.values is None else text(sample.values.to_pylist())
    return keys_view(sample.table), values, sample.classes.tolist(), sample.overflown


def text(value: Any) -> str:
    """Compare by text: NaN equals NaN, and 0.0 equals -0.0."""
    return repr(value).replace("-0.0", "0.0")


def state_view(state: State) -> Any:
    """Show every part of a state."""
    of_columns = [
        [MONOIDS[name].view(part) for name, part in zip(COLUMN_PARTS, parts_of(column), strict=True)]
        for column in state.columns
    ]
    return of_columns, [MONOIDS[name].view(getattr(state, name)) for name in TABLE_PARTS]


def parts_of(column: Any) -> list[Any]:
    """Take a column state apart."""
    return [getattr(column, name) for name in COLUMN_PARTS]


COLUMN_PARTS = ("counts", "extremes", "moments", "keys", "lengths")
TABLE_PARTS = (
    "row_hashes", "sample", "class_sample", "empty_rows", "support", "gram", "co_missing", "histograms",
    "fingerprint", "malformed",
)  # fmt: skip
MONOIDS: dict[str, Monoid] = {
    "counts": Monoid(lambda _: acc.Counts(), of_column(acc.Counts), astuple),
    "extremes": Monoid(lambda _: acc.Extremes(), of_column(acc.Extremes), astuple),
    "moments": Monoid(lambda _: acc.Moments(), of_column(acc.Moments), astuple),
    "lengths": Monoid(lambda _: acc.Lengths(), of_column(acc.Lengths), astuple),
    "keys": Monoid(
        lambda plan: acc.KeySample.empty(plan, plain_type(plan.schema.field("x").type)),
        lambda batch: acc.KeySample.from_batch(batch.columns["x"], batch.plan, batch.classes),
        key_sample_view,
    ),
    "row_hashes": Monoid(acc.RowHashes.empty, acc.RowHashes.from_batch, hashes_view),
    "sample": Monoid(acc.RowSample.empty, acc.RowSample.from_batch, lambda s: (s.ceiling, sample_view(s.value()))),
    "class_sample": Monoid(acc.ClassSample.empty, acc.ClassSample.from_batch, lambda s: sample_view(s.value())),
    "empty_rows": Monoid(lambda _: acc.EmptyRows(), acc.EmptyRows.from_batch, astuple),
    "support": Monoid(acc.Support.empty, acc.Support.from_batch, support_view),
    "gram": Monoid(acc.Gram.empty, acc.Gram.from_batch, lambda s: [part.tolist() for part in s._arrays()]),
    "co_missing": Monoid(
        acc.CoMissing.empty, acc.CoMissing.from_batch, lambda s: (s.columns.tolist(), s.counts.tolist())
    ),
    "histograms": Monoid(
        acc.Histograms.empty,
        acc.Histograms.from_batch,
        lambda s: (s.overflown, s.classes.tolist(), s.totals.tolist(), s.counts.tolist()),
    ),
    "fingerprint": Monoid(lambda _: acc.Fingerprint(), acc.Fingerprint.from_batch, astuple),
    "malformed": Monoid(
        lambda _: acc.Malformed(),
        lambda batch: acc.Malformed.from_rows([MalformedRow(int(line), "f", "?") for line in batch.positions]),
        lambda s: (s.count, s.examples),
    ),
    "state": Monoid(State.empty, lambda batch: State.empty(batch.plan).extended(batch), state_view),
}
every_monoid = pytest.mark.parametrize("monoid", MONOIDS.values(), ids=MONOIDS.keys())


def plan_of(x: pa.Array) -> Plan:
    """Plan with capacities so small that a few rows exceed them."""
    schema = pa.schema([("x", x.type), ("y", pa.string())])
    bins = (Bins(Scale(0.0, 1, known=True), -32), NO_BINS)
    sizes = {"sample_rows": 6, "class_rows": 2, "max_classes": 3, "key_capacity": 4, "row_capacity": 5}
    return Plan(schema=schema, target="y", bins=bins, **sizes)


def batch_of(x: pa.Array, first: int, last: int, plan: Plan) -> TableBatch:
    """Rows `first` to `last` with a label of up to four values, one of them missing."""
    labels = [["a", "b", None, "c", "d"][hash_ % 5 if len(x) % 2 else hash_ % 3] for hash_ in range(first, last)]
    rows = pa.RecordBatch.from_arrays([x[first:last], pa.array(labels, pa.string())], plan.schema.names)
    return TableBatch(rows, first, plan)


cuts = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted)


def parts(x: pa.Array, where: list[float]) -> list[tuple[int, int]]:
    """Cut rows at two shares of their number."""
    edges = [0, *(round(share * len(x)) for share in where), len(x)]
    return list(pairwise(edges))


@every_monoid
@settings(max_examples=60, deadline=None)
@given(x=columns(), where=cuts)
def test_any_split_in_any_order_equals_the_whole(monoid: Monoid, x: pa.Array, where: list[float]) -> None:
    """Three parts give what one batch gives, however they are bracketed and whichever comes first."""
    plan = plan_of(x)
    a, b, c = (monoid.of(batch_of(x, first, last, plan)) for first, last in parts(x, where))
    whole = monoid.view(monoid.of(batch_of(x, 0, len(x), plan)))
    assert monoid.view((a + b) + c) == whole
    assert monoid.view(a + (b + c)) == whole
    assert monoid.view(c + (b + a)) == whole


@every_monoid
@settings(max_examples=25, deadline=None)
@given(x=columns())
def test_the_identity_changes_nothing(monoid: Monoid, x: pa.Array) -> None:
    """Identity plus a state is the state, from both sides; two identities make one."""
    plan = plan_of(x)
    nothing, state = monoid.identity(plan), monoid.of(batch_of(x, 0, len(x), plan))
    assert monoid.view(nothing + state) == monoid.view(state)
    assert monoid.view(state + nothing) == monoid.view(state)
    assert monoid.view(nothing + nothing) == monoid.view(nothing)


@every_monoid
@settings(max_examples=25, deadline=None)
@given(x=columns(), where=cuts)
def test_a_sum_leaves_its_parts_alone(monoid: Monoid, x: pa.Array, where: list[float]) -> None:
    """Parts have the same bytes after a sum, and a state is the same after a trip through pickle."""
    plan = plan_of(x)
    a, b, _ = (monoid.of(batch_of(x, first, last, plan)) for first, last in parts(x, where))
    before = pickle.dumps((a, b))
    merged = a + b
    assert pickle.dumps((a, b)) == before
    assert monoid.view(pickle.loads(pickle.dumps(merged))) == monoid.view(merged)


@settings(max_examples=60, deadline=None)
@given(x=columns(), where=cuts)
def test_extending_skips_only_what_the_sum_would_leave_out(x: pa.Array, where: list[float]) -> None:
    """A state that is extended batch by batch equals the sum of the states of the batches."""
    plan = plan_of(x)
    extended, summed = State.empty(plan), State.empty(plan)
    for first, last in parts(x, where):
        batch = batch_of(x, first, last, plan)
        extended, summed = extended.extended(batch), summed + State.empty(plan).extended(batch)
    assert state_view(extended) == state_view(summed)


@every_monoid
def test_a_state_stops_growing(monoid: Monoid) -> None:
    """After 80 batches of rows that all differ a state is no larger than after 40."""
    x = pa.array(np.random.default_rng(0).normal(size=8_000))
    plan = plan_of(x)
    state, sizes = monoid.identity(plan), []
    for first in range(0, 8_000, 100):
        state = state + monoid.of(batch_of(x, first, first + 100, plan))
        sizes.append(len(pickle.dumps(state)))
    assert max(sizes[40:]) <= 1.1 * max(sizes[:40]) + 64
