"""Cases: data sets as they are and spoilt, each cut into rows that the gate is given and rows that nobody sees."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

__all__ = ["KINDS", "Case", "Entry", "cases", "entries"]

UNSEEN_SHARE = 0.3
"""Share of the rows that nobody sees: 3/7 as many as are given."""

MOST_UNSEEN = 20_000
FEWEST_GIVEN = 30
FEWEST_UNSEEN = 40

Random = np.random.Generator


@dataclass(frozen=True, slots=True)
class Entry:
    """A data set of the corpus; data sets of one `family` come from the same base data."""

    name: str
    file: Path
    target: str
    task: str
    family: str
    rows: int
    features: int


@dataclass(frozen=True, slots=True)
class Case:
    """Rows that the gate is given, and rows of the same source that it never sees."""

    entry: Entry
    kind: str
    given: pa.Table
    unseen: pa.Table


def entries(corpus: Path) -> list[Entry]:
    """Read ``manifest.jsonl``: one JSON line per data set with these names, and with ``file``."""
    lines = (corpus / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    names = [field.name for field in fields(Entry) if field.name != "file"]
    return [
        Entry(file=corpus / line["file"], **{name: line[name] for name in names}) for line in map(json.loads, lines)
    ]


def cases(entry: Entry, kinds: tuple[str, ...], seed: int = 0) -> Iterator[Case]:
    """Make those of the kinds of cases that a data set allows."""
    table = _learnable(pq.read_table(entry.file), entry)
    for kind in kinds:
        random = np.random.default_rng([seed, zlib.crc32(f"{entry.name} {kind}".encode())])
        made = KINDS[kind](table, entry, random)
        if made is None:
            continue
        spoilt, n_given = made
        order = random.permutation(spoilt.num_rows)
        n_given = min(n_given, round(spoilt.num_rows * (1 - UNSEEN_SHARE)))
        given, unseen = order[:n_given], order[n_given:][:MOST_UNSEEN]
        if min(len(given) - FEWEST_GIVEN, len(unseen) - FEWEST_UNSEEN) >= 0:
            yield Case(entry, kind, spoilt.take(pa.array(np.sort(given))), spoilt.take(pa.array(np.sort(unseen))))


def _learnable(table: pa.Table, entry: Entry) -> pa.Table:
    """Return the rows with a target, without classes of a single row."""
    labels = table[entry.target]
    if entry.task == "regression":
        return table.filter(pc.fill_null(pc.is_finite(labels.cast(pa.float64())), False))
    table = table.filter(pc.is_valid(labels))
    counts = pc.value_counts(table[entry.target])
    often = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    return table.filter(pc.is_in(table[entry.target], value_set=often))


Made = tuple[pa.Table, int] | None
"""A spoilt table and the most rows of it that are given; None where the data set does not allow it."""


def _original(table: pa.Table, _entry: Entry, _random: Random) -> Made:
    return table, table.num_rows


def _few_rows(table: pa.Table, _entry: Entry, _random: Random) -> Made:
    """Give 150 rows only."""
    return (table, 150) if table.num_rows >= 500 else None


def _permuted_labels(table: pa.Table, entry: Entry, random: Random) -> Made:
    """Leave no signal at all."""
    labels = table[entry.target].take(pa.array(random.permutation(table.num_rows)))
    return _with_target(table, entry, labels), table.num_rows


def _noisy_labels(table: pa.Table, entry: Entry, random: Random) -> Made:
    """Replace 30 % of the labels by those of other rows."""
    place = np.arange(table.num_rows)
    wrong = np.flatnonzero(random.random(table.num_rows) < 0.3)
    place[wrong] = random.integers(0, table.num_rows, len(wrong))
    return _with_target(table, entry, table[entry.target].take(pa.array(place))), table.num_rows


def _rare_class(table: pa.Table, entry: Entry, random: Random) -> Made:
    """Leave so few rows of the smaller one of two classes that they are 1 %."""
    if entry.task != "classification" or pc.count_distinct(table[entry.target]).as_py() != 2:
        return None
    codes = np.asarray(table[entry.target].combine_chunks().dictionary_encode().indices)
    minority = int(np.bincount(codes).argmin())
    rare, frequent = np.flatnonzero(codes == minority), np.flatnonzero(codes != minority)
    n_rare = round(len(frequent) / 99)
    if not 4 <= n_rare < len(rare):
        return None
    rows = np.sort(np.concatenate([frequent, random.permutation(rare)[:n_rare]]))
    return table.take(pa.array(rows)), len(rows)


def _noise_columns(table: pa.Table, _entry: Entry, random: Random) -> Made:
    """Add 100 columns of noise, and give 400 rows."""
    if table.num_rows < 600:
        return None
    for i in range(100):
        table = table.append_column(f"noise {i}", pa.array(random.normal(size=table.num_rows)))
    return table, 400


KINDS: dict[str, Callable[[pa.Table, Entry, Random], Made]] = {
    "original": _original,
    "150 rows": _few_rows,
    "permuted labels": _permuted_labels,
    "30 % label noise": _noisy_labels,
    "1 % minority": _rare_class,
    "100 noise columns on 400 rows": _noise_columns,
}


def _with_target(table: pa.Table, entry: Entry, labels: pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(entry.target), entry.target, labels)
