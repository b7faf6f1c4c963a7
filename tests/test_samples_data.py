"""The samples are what their README says, and their suites find the faults that it names."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

import prefit
from prefit.evidence import SuiteResult
from prefit.suites import run_suite

pytestmark = pytest.mark.filterwarnings("ignore:heart_disease_dirty. 2 malformed lines are left out")

ROOT = Path(__file__).parents[1]
SAMPLES, SUITES = ROOT / "data_samples", ROOT / "expectations"
README = (SAMPLES / "README.md").read_text(encoding="utf-8")
LISTED = {
    name: (int(n_rows), int(n_columns), target)
    for name, n_rows, n_columns, target in re.findall(
        r"^\| `(\S+)` \| (\d+) \| (\d+) \| `(\w+)` \|", README, re.MULTILINE
    )
}
BROKEN = {
    "abalone.feather": ["length"],
    "bechdel_movies.csv": ["imdb", "title"],
    "heart_disease_dirty.csv": ["trestbps", "chol", "chol", "thalach", "oldpeak", "fbs", "slope", "ca", "thal"],
    "sick_thyroid.parquet": ["age", "TBG"],
    "wine_quality_train.parquet": ["fixed_acidity"],
}
"""Columns of the expectations that do not hold, in suite order; the first column where there are several."""


@cache
def table(name: str) -> pa.Table:
    """Read a sample as prefit does."""
    return prefit.open_source(SAMPLES / name).to_table()


@cache
def result(name: str) -> SuiteResult:
    """Run the suite of a sample."""
    return run_suite(table(name), SUITES, name=name)


def first_column(kwargs: dict[str, object], column: str | None) -> object:
    """Return the column of an expectation, or the first of several."""
    columns = kwargs.get("column_list")
    return column or kwargs.get("column_A") or (columns[0] if isinstance(columns, list) else None)


def test_the_readme_lists_every_sample_and_no_other() -> None:
    """A sample without origin and licence must not be shipped."""
    shipped = {file.name for file in SAMPLES.iterdir()} - {"README.md"}
    assert set(LISTED) == shipped
    assert all(f"## {name}" in README or f", {name}" in README for name in shipped)
    assert sum((SAMPLES / name).stat().st_size for name in shipped) < 1_000_000


def test_notice_names_every_sample() -> None:
    """Their licences ask for attribution."""
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert [name for name in LISTED if name not in notice] == []


def test_every_sample_has_a_suite_and_every_suite_a_sample() -> None:
    """The folder `expectations` serves the folder `data_samples`."""
    assert {file.stem for file in SUITES.iterdir()} == {Path(name).stem for name in LISTED}


@pytest.mark.parametrize("name", LISTED)
def test_size_and_target_are_as_listed(name: str) -> None:
    """The README does not drift from the files."""
    n_rows, n_columns, target = LISTED[name]
    assert (table(name).num_rows, table(name).num_columns) == (n_rows, n_columns)
    assert table(name)[target].null_count == 0


@pytest.mark.parametrize("name", LISTED)
def test_the_suite_breaks_only_where_the_sample_has_a_known_fault(name: str) -> None:
    """Every expectation is judged; those that do not hold are known."""
    results = result(name).results
    assert [one.error for one in results if one.error] == []
    assert len(results) >= 10
    assert [first_column(dict(one.kwargs), one.column) for one in results if not one.success] == BROKEN.get(name, [])


def test_broken_expectations_point_at_the_rows() -> None:
    """The snail that is wider than long is in row 1210."""
    broken = [one for one in result("abalone.feather").results if not one.success]
    assert [(one.positions, one.severity) for one in broken] == [((1210,), "info")]


def test_the_imbalanced_sample_has_a_small_minority() -> None:
    """Between 2 and 8 per cent."""
    diagnosis = table("sick_thyroid.parquet")["diagnosis"]
    assert 0.02 < pc.sum(pc.equal(diagnosis, "sick")).as_py() / len(diagnosis) < 0.08


@pytest.mark.parametrize(("column", "marks"), [("clean_test", r"^ok$"), ("test", r"^ok"), ("code", r"PASS$")])
def test_the_leaking_columns_decide_the_target(column: str, marks: str) -> None:
    """They are made from the answer."""
    films = table("bechdel_movies.csv")
    assert pc.match_substring_regex(films[column], marks).equals(pc.equal(films["binary"], "PASS"))


def test_the_dirty_sample_is_dirty() -> None:
    """Latin-1 bytes, semicolons, and two lines that do not have 16 fields."""
    raw = (SAMPLES / "heart_disease_dirty.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    fields = [line.count(b";") + 1 for line in raw.splitlines()]
    assert {number: n for number, n in enumerate(fields, 1) if n != 16} == {401: 18, 702: 9}
    assert "Zürich/Basel" in table("heart_disease_dirty.csv")["site"].unique().to_pylist()


def test_test_rows_are_training_rows_too() -> None:
    """96 of the 400 test wines, as the README says."""
    train, test = (table(f"wine_quality_{part}.parquet").to_pylist() for part in ("train", "test"))
    known = {tuple(row.values()) for row in train}
    assert sum(tuple(row.values()) in known for row in test) == 96
