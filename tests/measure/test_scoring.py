"""Scores of every row at the level deep: the right rows, the same bytes from wherever, and never a silent lack."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import distributed
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from tests.profiling.tables import profile

import prefit
from prefit.config import make_options
from prefit.errors import InputError
from prefit.formats.label_issues import render
from prefit.measure import scoring
from prefit.measure.labels import measure_labels
from prefit.measure.scoring import everywhere
from prefit.probes.labels import amounts, noise
from prefit.resident import OverMemory
from prefit.sources import open_source
from prefit.task import Task

N_ROWS, N_SAMPLED = 1_500, 300
WORDS = ("free prize call now", "see you at home", "win cash today", "running late sorry")


@pytest.fixture(autouse=True)
def few_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have most rows of a small table be no rows of the sample."""
    monkeypatch.setattr(noise, "MAX_ROWS", N_SAMPLED)
    monkeypatch.setattr(amounts, "MAX_ROWS", N_SAMPLED)


@pytest.fixture(scope="module")
def table() -> pa.Table:
    """Numbers, a category and a text that tell a label, of which every tenth is another one, and an amount."""
    rng = np.random.default_rng(0)
    x, kind = rng.normal(size=(N_ROWS, 2)), rng.integers(0, 4, N_ROWS)
    right = (x[:, 0] + 2 * (kind % 2) > 1).astype(int)
    label = np.where(np.arange(N_ROWS) % 10 == 7, 1 - right, right)
    amount = np.exp(3 + x[:, 0] + 0.1 * rng.normal(size=N_ROWS)) * np.where(np.arange(N_ROWS) % 40 == 9, 1e3, 1.0)
    return pa.table(
        {
            "a": x[:, 0],
            "b": x[:, 1],
            "colour": np.array(["red", "green", "blue", "grey"])[kind],
            "note": [f"{WORDS[place]} {row}" for row, place in enumerate(kind)],
            "label": np.array(["no", "yes"])[label],
            "amount": amount,
        }
    )


def of(table: pa.Table, target: str) -> pa.Table:
    """Leave the other target out."""
    return table.drop_columns(["amount" if target == "label" else "label"])


def issues(data: Any, target: str = "label", **options: Any) -> bytes:
    """Return the file of a check of the labels alone."""
    report = prefit.check(data, target=target, level="deep", only=["label-errors"], show_values=True, **options)
    assert report.label_issues is not None, [finding.message for finding in report.findings]
    assert report.label_noise is not None
    assert report.label_noise["rows_of_rate"] <= N_SAMPLED
    return render(report.label_issues)


def read(content: bytes) -> Any:
    """Return the file as a frame by row number."""
    return pq.read_table(pa.BufferReader(content)).to_pandas().set_index("row").sort_index()


@pytest.fixture(scope="module")
def files(table: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same rows as one Parquet file, as three of row groups of several sizes, and as two CSV files."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("one", "three", "csv")}
    pq.write_table(table, folders["one"] / "all.parquet")
    for number, start in enumerate((0, 20, 900)):
        rows = table.slice(start, (20, 900, N_ROWS)[number] - start)
        pq.write_table(rows, folders["three"] / f"{number}.parquet", row_group_size=170)
    for number, start in enumerate((0, 700)):
        pyarrow.csv.write_csv(table.slice(start, (700, N_ROWS)[number] - start), folders["csv"] / f"{number}.csv")
    return folders


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Start two worker processes of a cluster as a user would."""
    started = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
    )
    with started, distributed.Client(started, set_as_default=False) as client:
        yield client


@pytest.fixture
def each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have small files be no part of a larger batch."""
    monkeypatch.setattr("prefit.engines.pieces.TINY_BYTES", 0)


@pytest.mark.usefixtures("each_alone")
def test_file_has_the_same_bytes_wherever_the_rows_come_from(
    table: pa.Table, files: dict[str, Path], cluster: Any
) -> None:
    """Of one file, of three, of CSV, of memory; by one process, by two, and on a cluster of the user."""
    drop = ["amount"]
    expected = issues(files["one"], drop=drop, workers=1)
    assert issues(files["three"], drop=drop, workers=2) == expected
    assert issues(files["three"], drop=drop, engine=cluster) == expected
    assert issues(files["csv"], drop=drop, workers=1) == expected
    assert issues(table, drop=drop) == expected


@pytest.mark.usefixtures("each_alone")
def test_values_have_the_same_bytes_however_they_are_cut(files: dict[str, Path]) -> None:
    """Predictions of numbers and how they are judged do not depend on the batch."""
    drop = ["label"]
    assert issues(files["three"], "amount", drop=drop, workers=1) == issues(files["one"], "amount", drop=drop)


def test_rows_are_numbered_on_from_file_to_file(table: pa.Table, files: dict[str, Path]) -> None:
    """What is told of a row is what the table has there, and most of what was spoilt is found."""
    found = read(issues(files["csv"], drop=["amount"]))
    assert found.index.tolist() == list(range(N_ROWS))
    assert found["given"].tolist() == table["label"].to_pylist()
    act = found.index[found["tier"] == "act"]
    assert np.mean(act % 10 == 7) > 0.7
    assert len(act) > 100


def test_lines_that_are_no_rows_are_not_counted(table: pa.Table, tmp_path: Path) -> None:
    """The number of a row is that of the rows that could be read."""
    pyarrow.csv.write_csv(table.drop_columns(["amount", "note"]), tmp_path / "all.csv")
    lines = (tmp_path / "all.csv").read_text().splitlines()
    lines[500:500] = ['1.0,2.0,"red","yes",9,9,9']
    (tmp_path / "all.csv").write_text("\n".join(lines) + "\n")
    found = read(issues(tmp_path / "all.csv"))
    assert found["given"].tolist() == table["label"].to_pylist()


def damaging(path: Path) -> Callable[[str, float], None]:
    """Return a progress that damages a file as soon as wrong labels are looked for."""

    def heard(stage: str, share: float) -> None:
        if stage == "wrong labels" and share == 0.0:
            content = bytearray(path.read_bytes())
            content[4:400] = bytes(396)
            path.write_bytes(content)

    return heard


def test_partition_that_breaks_after_the_profile_is_named_and_the_verdict_cannot_tell(
    table: pa.Table, tmp_path: Path
) -> None:
    """There are no scores at all rather than those of the rows that are left."""
    for number in range(3):
        pq.write_table(of(table, "label").slice(500 * number, 500), tmp_path / f"{number}.parquet", compression="none")
    chosen: Any = {"only": ["label-errors"], "level": "deep", "progress": damaging(tmp_path / "1.parquet")}
    report = prefit.check(tmp_path, target="label", **chosen)
    skipped = next(finding for finding in report.findings if finding.check == "label-errors")
    assert (skipped.status, report.verdict, report.exit_code) == ("skip", "cannot_tell", 3)
    assert "1.parquet" in skipped.message
    assert "use the level standard" in skipped.message
    assert report.label_issues is None


def test_partition_that_the_profile_could_not_read_costs_its_rows_alone(table: pa.Table, tmp_path: Path) -> None:
    """The others are scored under their own numbers."""
    for number in range(3):
        pq.write_table(of(table, "label").slice(500 * number, 500), tmp_path / f"{number}.parquet", compression="none")
    damaging(tmp_path / "1.parquet")("wrong labels", 0.0)
    found = read(issues(tmp_path))
    assert found.index.tolist() == [*range(500), *range(1_000, N_ROWS)]
    assert found["given"].tolist() == table["label"].take(pa.array(found.index)).to_pylist()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (lambda rows: rows.slice(0, N_ROWS - 1), "got 1,499 rows after 1,500"),
        (
            lambda rows: rows.take(pa.array(np.arange(N_ROWS)[::-1])),
            r"of the 300 that models have learnt from 1\d\d in",
        ),
    ],
    ids=["fewer", "in another order"],
)
def test_rows_that_are_others_when_they_are_read_again_are_not_scored(table: pa.Table, changed: Any, told: str) -> None:
    """A query may give them in another order, and a source need not notice."""
    rows = of(table, "label")
    seen, options = profile(rows, "label"), make_options({"target": "label", "level": "deep"})
    with pytest.raises(InputError, match=told):
        measure_labels(seen, task_of(seen), options, open_source(changed(rows)))


def test_deadline_in_mid_scoring_is_told(table: pa.Table) -> None:
    """With the level that needs no second pass."""
    rows = of(table, "label")
    seen, options = profile(rows, "label"), make_options({"target": "label", "level": "deep"})
    with pytest.raises(InputError, match=r"before the deadline; .* Raise --deadline\. Or use the level standard"):
        measure_labels(seen, task_of(seen), options, open_source(rows), until=time.monotonic() - 1)


def test_rows_the_annotators_contradict_are_listed_once_among_all_rows(table: pa.Table) -> None:
    """What people say of the sampled rows stands beside what models say of every row."""
    right = np.array(table["label"].to_pylist())
    right[7::10] = np.where(right[7::10] == "yes", "no", "yes")
    people = {name: pa.array(right) for name in ("ann", "bob", "eve")}
    for name, labels in people.items():
        table = table.append_column(name, labels)
    found = prefit.check(
        of(table, "label"),
        target="label",
        annotators=tuple(people),
        level="deep",
        only=["label-errors", "annotator-disagreement"],
        show_values=True,
    ).label_issues
    assert found is not None
    frame = found.to_pandas().set_index("row").sort_index()
    assert frame.index.tolist() == list(range(N_ROWS))
    assert frame.index[frame["reason"] == "annotators"].tolist() == list(range(7, N_ROWS, 10))
    assert (frame["suggested"] == right)[7::10].all()


def task_of(seen: Any) -> Task:
    """Return what is to be predicted of a table."""
    kinds: Any = {"a": "numeric", "b": "numeric", "colour": "categorical", "note": "text", "label": "categorical"}
    assert set(seen.columns) == set(kinds)
    return Task(target="label", kind="classification", features=("a", "b", "colour"), kinds=kinds)


def test_memory_is_for_as_many_workers_as_it_has_room_for(table: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """Much leaves all that are asked for, less leaves fewer, and what is not enough for one is refused."""
    monkeypatch.setattr(scoring, "resident_bytes", lambda: 300_000_000)
    pass_over_rows = SimpleNamespace(work_bytes=130e6, effort=1.0, n_rows=1_000_000)

    def n_workers(memory: str, engine: str = "local") -> int | None:
        options = make_options({"target": "label", "memory": memory, "workers": 4, "engine": engine})
        return scoring._workers([], pass_over_rows, options)  # type: ignore[arg-type]

    assert n_workers("9GB") == 4
    assert n_workers("1800MB") in (2, 3)
    assert n_workers("700MB") == 1
    assert n_workers("700MB", "dask://scheduler:8786") == 4  # their memory is that of other machines
    with pytest.raises(OverMemory, match="memory must do for the scores of all 1,000,000 rows; got 330 MB, and"):
        n_workers("330MB")


def test_other_levels_score_the_sample_alone(table: pa.Table) -> None:
    """They read no row again."""
    seen = profile(of(table, "label"), "label")
    options = make_options({"target": "label", "level": "standard"})
    assert everywhere(seen, options, open_source(of(table, "label")), until=math.inf) is None
