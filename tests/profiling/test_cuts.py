"""The profile is the same, bit by bit, whatever the partitions, the batches and the order in which states are added."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.profiling.exactly import differences
from tests.profiling.strategies import TYPES, as_array
from tests.profiling.tables import Slice, cut

from prefit.profiling import Plan, Profile, State, finish, first_rows, fold, make_plan

_SMALL = {"sample_rows": 8, "class_rows": 2, "max_classes": 3, "key_capacity": 4, "row_capacity": 5, "value_bytes": 64}
"""Capacities that a few rows exceed."""


def plan_of(table: pa.Table, parts: list[Slice], *, target: str | None, **sizes: Any) -> Plan:
    """Plan as the gate does."""
    return replace(make_plan(table.schema, target=target, first_rows=first_rows(parts)), **sizes)


def whole(table: pa.Table, **planned: Any) -> Profile:
    """Profile a table in one part."""
    plan = plan_of(table, [Slice(table)], **planned)
    return finish(fold(Slice(table), plan), plan)


@dataclass(frozen=True)
class Way:
    """How a table is worked through: where it is cut, by which worker each part is folded, and in which order.

    A worker carries its state on from part to part; `order` says in which order the workers' states are added.
    """

    cuts: tuple[int, ...]
    batch_rows: int
    workers: tuple[int, ...]
    order: tuple[int, ...]

    def profile(self, table: pa.Table, **planned: Any) -> Profile:
        """Profile a table that way; the plan is made from the first rows of the parts."""
        parts = cut(table, *self.cuts, batch_rows=self.batch_rows)
        plan = plan_of(table, parts, **planned)
        states: dict[int, State] = {}
        for part, worker in zip(parts, self.workers, strict=True):
            states[worker] = fold(part, plan, onto=states.get(worker))
        return finish(reduce(add, [states[worker] for worker in self.order if worker in states]), plan)


@st.composite
def ways(draw: st.DrawFn, n_rows: int) -> Way:
    """Draw up to four cuts and three workers."""
    cuts = sorted(draw(st.lists(st.integers(0, n_rows), max_size=4)))
    workers = draw(st.lists(st.integers(0, 2), min_size=len(cuts) + 1, max_size=len(cuts) + 1))
    order = draw(st.permutations(range(3)))
    return Way(tuple(cuts), draw(st.sampled_from([1, 3, 65_536])), tuple(workers), tuple(order))


@st.composite
def tables(draw: st.DrawFn) -> pa.Table:
    """Draw up to three columns of any type, and a label; there may be no row."""
    n_rows = draw(st.integers(0, 24))
    names = draw(st.lists(st.sampled_from(sorted(TYPES)), min_size=1, max_size=3, unique=True))
    columns = {}
    for name in [*names, "string"]:
        type_, values = TYPES[name]
        few = st.sampled_from(draw(st.lists(values, min_size=1, max_size=4)))
        entry = st.one_of(draw(st.sampled_from([values, few])), st.none())
        column = as_array(draw(st.lists(entry, min_size=n_rows, max_size=n_rows)), type_)
        columns["y" if name in columns or len(columns) == len(names) else name] = column
    return pa.table(columns)


@settings(max_examples=150, deadline=None)
@given(table=tables(), data=st.data())
def test_every_way_through_a_table_gives_its_profile(table: pa.Table, data: st.DataObject) -> None:
    """Tables of all types, with capacities that are exceeded and with those that are not."""
    way = data.draw(ways(table.num_rows))
    target = data.draw(st.sampled_from(["y", None]))
    for sizes in ({}, _SMALL):
        assert differences(whole(table, target=target, **sizes), way.profile(table, target=target, **sizes)) == []


@pytest.mark.parametrize("seed", range(3))
def test_every_way_through_many_rows_gives_their_profile(seed: int) -> None:
    """Where batches are full, sketches overflow and sums round; the number of rows known or not."""
    rng = np.random.default_rng(seed)
    n_rows = 30_000
    table = pa.table({
        "scaled": rng.normal(1e6, 1e-3, n_rows),
        "heavy": pa.array(rng.standard_cauchy(n_rows) ** 3, mask=rng.random(n_rows) < 0.1),
        "half": rng.normal(size=n_rows).astype(np.float16),
        "big": rng.integers(-(2**62), 2**62, n_rows),
        "word": np.char.add("w", rng.zipf(1.3, n_rows).clip(max=10**9).astype(str)),
        "near": rng.normal(1e6, 1e-3, n_rows).round(3),
        "y": rng.choice(["a", "b", "c"], n_rows, p=[0.9, 0.08, 0.02]),
    })  # fmt: skip
    sizes: dict[str, Any] = {"sample_rows": 2_000, "class_rows": 50, "key_capacity": 500, "row_capacity": 3_000}
    expected = whole(table, target="y", **sizes)
    cuts = tuple(sorted(int(place) for place in rng.integers(0, n_rows, 7)))
    workers, order = rng.integers(0, 3, 8), rng.permutation(3)
    for batch_rows in (997, 65_536):
        way = Way(cuts, batch_rows, tuple(workers.tolist()), tuple(order.tolist()))
        assert differences(expected, way.profile(table, target="y", **sizes)) == []
        assert differences(expected, way.profile(table, target="y", **sizes, n_rows=n_rows)) == []
