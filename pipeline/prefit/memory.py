"""What memory a run will take, told before it starts, and how batches and workers are chosen so that it keeps to it.

The estimate is made from the first rows, from what the files say of their size, and from the plan of the fold. Its
constants were measured on tables that are long, wide, of long texts and of embeddings; they lean to too much.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace

import pyarrow as pa

from prefit.config import Options
from prefit.engines.local import n_paying
from prefit.profiling import Partition, Plan
from prefit.profiling.arrays import plain, storage_of
from prefit.profiling.limits import BATCH_BYTES, MAX_BATCH_ROWS, batches_of, known_row_bytes
from prefit.resident import OverMemory, in_words, release, resident_bytes, room_of

__all__ = ["fitted", "reading", "trainings"]

_LEAST_BATCH = 1 << 20
_PAYING_ROWS = 16_384
"""Another worker pays if its batches have so many rows: what is done once for each batch outweighs small ones."""

_FORETOLD = 15e6
"""How much another run may have taken more before it is asked again."""

_MARGIN = 1.12
"""How much more than estimated may be taken of what is not there yet."""

_WORKER_BYTES = 90e6
_DASK_WORKER_BYTES, _DASK_BYTES = 150e6, 150e6
"""What a process takes before it has read a row: the interpreter, and the libraries that it needs."""

_LIBRARIES = {"skrub": 200e6, "great_expectations": 90e6}
_DATABASE_BYTES = 200e6
"""What judging a suite takes at least; what needs more is not judged, and the report says so."""

_READER_BYTES = 2.75e6
"""What the open reader of a column takes at most, beside its batch."""

_KEY_BYTES, _HASH_BYTES = 24, 200
_MOST_NUMBERS = 500
_FEW_TEXTS, _LONG_BYTES, _BLANKS = 100, 24, 0.7
_NEAR_TEXT, _NEAR_VECTORS, _NEAR_NUMBERS = 8e6, 64e6, 32e6


def reading(options: Options) -> AbstractContextManager[None]:
    """Have what is opened and looked at in the block read in batches that the promised memory has room for."""
    return nullcontext() if options.memory is None else batches_of(_first_batch(options.memory))


def _first_batch(memory: int) -> int:
    return max(_LEAST_BATCH, min(BATCH_BYTES, memory // 32))


@dataclass(frozen=True, kw_only=True)
class _Table:
    """The shape of a table, as far as is known before it is read; sizes in bytes."""

    row: float
    texts: float
    prose: float
    vectors: float
    n_numbers: int
    n_columns: int
    n_rows: float
    n_classes: int
    partition: float

    @classmethod
    def of(cls, plan: Plan, partitions: Sequence[Partition], first: Sequence[pa.RecordBatch]) -> _Table:
        n_first = sum(batch.num_rows for batch in first)
        widths = [
            sum(_bytes_of(batch.column(name)) for batch in first if name in batch.schema.names) / max(n_first, 1)
            for name in plan.schema.names
        ]
        kinds = [storage_of(type_) for type_ in plan.sample_schema.types]
        sizes = [partition.size_bytes for partition in partitions]
        row = max(sum(widths), known_row_bytes(plan.schema))
        if plan.n_rows and all(sizes):
            row = max(row, sum(sizes) / plan.n_rows)
        texts = sum(width for width, kind in zip(widths, kinds, strict=True) if kind in ("text", "binary"))
        prose = sum(width for width, name in zip(widths, plan.schema.names, strict=True) if _may_be_prose(first, name))
        vectors = sum(width for width, kind in zip(widths, kinds, strict=True) if kind == "nested")
        wider = row - sum(widths)  # what comes later has more to a row: long texts most likely
        return cls(
            row=row,
            texts=texts + wider if texts or not vectors else texts,
            prose=prose + wider if texts or not vectors else prose,
            vectors=vectors + wider if vectors and not texts else vectors,
            n_numbers=sum(kind in ("number", "boolean", "decimal", "temporal") for kind in kinds),
            n_columns=len(kinds),
            n_rows=plan.n_rows or (max(n_first, 1) if n_first < 8_192 else 1e12),
            n_classes=_n_classes(plan, first),
            partition=max(sizes, default=0),
        )


def _bytes_of(array: pa.Array) -> int:
    if pa.types.is_dictionary(array.type):  # what its texts take where every row has its own
        return int(array.nbytes if len(array) == 0 else array.dictionary_decode().nbytes)
    return int(array.nbytes)


def _may_be_prose(first: Sequence[pa.RecordBatch], name: str) -> bool:
    """Whether the first rows have many different texts in a column, and these are long or of several words."""
    batches = [batch.column(name) for batch in first if batch.num_rows and name in batch.schema.names]
    if not batches or storage_of(batches[0].type) not in ("text", "binary"):
        return False
    texts = pa.chunked_array([plain(values).cast(pa.binary()) for values in batches]).unique().drop_null()
    if len(texts) < min(_FEW_TEXTS, sum(map(len, batches)) / 2):
        return False
    n_bytes = sum(len(text.as_py()) for text in texts)
    n_blanks = sum(text.as_py().count(b" ") for text in texts)
    return n_bytes > _LONG_BYTES * len(texts) or n_blanks > _BLANKS * len(texts)


def _n_classes(plan: Plan, first: Sequence[pa.RecordBatch]) -> int:
    if plan.target is None or not first:
        return 0
    found = len(pa.chunked_array([batch.column(plan.target) for batch in first]).unique())
    return found if found <= plan.table_classes else 0


@dataclass(frozen=True)
class _Need:
    """What a run will take, in bytes: `base` is there already."""

    table: _Table
    plan: Plan
    options: Options
    base: float

    def with_margin(self, estimate: float) -> float:
        """Return an estimate with what it may be short of."""
        return self.base + _MARGIN * (estimate - self.base)

    @property
    def sample(self) -> float:
        return min(self.table.n_rows, self.plan.sample_rows) * self.table.row

    @property
    def state(self) -> float:
        table, plan = self.table, self.plan
        width = min(table.row / table.n_columns, 256)
        keys = min(table.n_rows, plan.key_capacity) * (_KEY_BYTES + 8 * (table.n_classes + 1) + width) * table.n_columns
        hashes = min(table.n_rows, plan.row_capacity) * _HASH_BYTES
        gram = 64 * min(table.n_numbers, _MOST_NUMBERS) ** 2
        classes = min(table.n_rows, 65_536, plan.class_rows * (table.n_classes or (256 if plan.target else 0)))
        held = 9 / 8 if table.n_rows > plan.sample_rows else 1.0
        return self.sample * held + keys + hashes + gram + classes * table.row

    def folding(self, batch_bytes: float) -> float:
        """What is taken beside the state while a batch is read and folded."""
        table = self.table
        rows = min(table.n_rows, MAX_BATCH_ROWS, max(1.0, batch_bytes / table.row))
        batch = rows * table.row
        readers = min(table.n_columns * _READER_BYTES, 2.5 * table.partition)
        cells = rows * (20 * table.n_columns + 400)
        return 2.5 * batch + cells + readers

    @property
    def finishing(self) -> float:
        """What is taken beside the state to make the profile of it, or to leave rows out of the sample."""
        rows = min(self.table.n_rows, self.plan.sample_rows)
        share = (self.table.texts + self.table.vectors) / self.table.row
        return self.sample * (1 + 3 * share) + rows * 1_000 + 60e6

    def profile(self, n_workers: int, batch_bytes: float) -> float:
        """What is taken until the profile is there."""
        dask = self.options.engine == "dask"
        folding = self.folding(batch_bytes)
        if n_workers <= 1 and not dask:
            return self.base + self.state + max(folding, self.finishing)
        start = _DASK_WORKER_BYTES if dask else _WORKER_BYTES
        at_work = n_workers * (start + folding + self.state)
        shipped = n_workers * (start + self.state) + 3 * self.state + self.finishing
        return self.base + max(at_work, shipped) + (_DASK_BYTES if dask else 0.0)

    @property
    def probes(self) -> float:
        """What the probes of the level take, with the profile and the libraries, in one process."""
        table, options = self.table, self.options
        rows = min(table.n_rows, self.plan.sample_rows)
        held = self.base + self.sample * 1.25 + _library("skrub")
        text, prose, vectors = table.texts * rows, table.prose * rows, table.vectors * rows
        numbers = 8 * table.n_numbers * rows
        near = 50 * min(prose, _NEAR_TEXT) + 9 * min(vectors, _NEAR_VECTORS) + 8 * min(numbers, _NEAR_NUMBERS) + text
        frames = 1.5 * numbers + 4 * vectors + 2.5 * text
        trained = 0.0
        if options.target is not None and options.level != "quick":
            trained = 3 * numbers + 5 * vectors + 4 * text + rows * 1500
        suite = 0.0
        if options.expectations is not None:
            suite = _library("great_expectations") + _DATABASE_BYTES
        if options.target is None:
            frames = 0.0
        return held + max(near, frames, trained, suite) + 100e6


def _library(name: str) -> float:
    return 0.0 if name in sys.modules else _LIBRARIES[name]


def fitted(
    plan: Plan,
    partitions: Sequence[Partition],
    first: Sequence[pa.RecordBatch],
    options: Options,
    *,
    probed: bool = False,
) -> tuple[Plan, int | None]:
    """Choose the size of the batches and the number of workers so that the run keeps below the promised memory.

    Parameters
    ----------
    plan : Plan
    partitions : sequence of Partition
    first : sequence of pyarrow.RecordBatch
        The first rows.
    options : Options
        Without `memory` nothing is changed.
    probed : bool, default False
        Whether probes will follow.

    Returns
    -------
    plan : Plan
        With `batch_bytes`.
    workers : int or None

    Raises
    ------
    OverMemory
        If it will take more however it is read.
    """
    if options.memory is None:
        return plan, options.workers
    release()
    table = _Table.of(plan, partitions, first)
    need = _Need(table, plan, options, float(resident_bytes()))
    cluster = options.engine not in ("local", "dask")
    room = room_of(options.memory)
    wanted = 1 if cluster else options.workers or n_paying(partitions)
    probes = need.with_margin(need.probes) if probed else 0.0
    for n_workers in range(wanted, 0, -1):
        least_batch = _LEAST_BATCH if n_workers == 1 else max(_LEAST_BATCH, table.row * min(_PAYING_ROWS, table.n_rows))
        batch_bytes = _first_batch(options.memory)
        while batch_bytes >= least_batch and probes <= room:
            if need.with_margin(need.profile(n_workers, batch_bytes)) <= room:
                return replace(plan, batch_bytes=batch_bytes), options.workers if cluster else n_workers
            batch_bytes //= 2
    profile = need.with_margin(need.profile(1, _LEAST_BATCH))
    raise OverMemory(_refusal(options, profile, probes))


def _refusal(options: Options, profile: float, probes: float) -> str:
    got = options.memory or 0
    enough = needed = max(profile, probes) + _FORETOLD
    while room_of(int(enough)) < needed + 3 * (_first_batch(int(enough)) - _first_batch(got)):  # larger first batches
        enough += 1e6
    enough = -(-enough // 10e6) * 10e6
    quick = "use --level quick, " if probes > profile and options.level != "quick" else ""
    return (
        f"memory must do for these data; got {in_words(got)}, and about {in_words(enough)} are needed. Give --memory "
        f"{enough / 1e6:.0f}MB, {quick}or leave columns out, those of long texts or lists first."
    )


@contextmanager
def trainings(options: Options) -> Iterator[None]:
    """Have the trainings of the block run in this process, one after the other, where memory is promised.

    What is read once more in the block is read in batches that there is room for.
    """
    if options.memory is None:
        yield
        return
    import joblib

    with joblib.parallel_config("sequential"), reading(options):
        yield
