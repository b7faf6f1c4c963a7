"""Tests of runs with several annotators: what is reported, hidden and refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import prefit
from prefit.config import load_config, make_options
from prefit.errors import UsageError
from prefit.formats.label_issues import render
from prefit.task import Annotators

CHECK = "annotator-disagreement"
NAMES = ("ann", "bob", "eve")
Columns = dict[str, Any]


def table(n_rows: int = 300, *, careless: bool = False) -> Columns:
    """Return two features, and the labels of three people, one of whom may throw a coin."""
    random = np.random.default_rng(0)
    true = random.integers(0, 2, n_rows)
    columns: Columns = {"length": true + random.normal(size=n_rows), "weight": random.normal(size=n_rows)}
    for name, share in zip(NAMES, (0.02, 0.02, 0.5 if careless else 0.02), strict=True):
        columns[name] = np.where(random.random(n_rows) < share, 1 - true, true).astype(str)
    return columns | {"species": true.astype(str)}


def test_annotators_are_compared_and_are_no_features() -> None:
    """Without a target the consensus is suggested for every row."""
    report = prefit.check(pa.table(table()), annotators="ann, bob, eve", level="quick")
    assert report.annotators is not None
    assert report.annotators["alpha"]["mean"] > 0.7
    assert [each["labels"] for each in report.annotators["annotators"]] == [300] * 3
    assert report.label_issues is not None
    assert report.label_issues["given"].null_count == report.label_issues.num_rows == 300
    roles = {column["name"]: column["role"] for column in report.columns}
    assert {name for name, role in roles.items() if role == "annotator"} == set(NAMES)
    assert [found.status for found in report.findings if found.check == CHECK] == ["pass"]


def test_careless_annotator_is_warned_of() -> None:
    """Who throws a coin among three is named."""
    report = prefit.check(pa.table(table(careless=True)), annotators=NAMES, level="quick", only=[CHECK])
    assert any("Annotator 'eve' is right in" in found.message for found in report.findings)


def test_target_is_held_against_the_consensus() -> None:
    """Rows whose label all annotators contradict come first, for that reason."""
    columns = table()
    columns["species"][:12] = np.where(columns["species"][:12] == "1", "0", "1")
    report = prefit.check(pa.table(columns), target="species", annotators=NAMES, level="quick", show_values=True)
    assert report.label_issues is not None
    issues = report.label_issues.to_pandas()
    act = issues[issues.tier == "act"]
    assert len(set(act.row) & set(range(12))) >= 10
    assert len(set(act.row) - set(range(12))) <= 3  # two of three may be wrong by chance
    assert set(act.reason) == {"annotators"}
    assert (act.given != act.suggested).all()
    assert any("contradict 'species' in" in found.message for found in report.findings if found.check == CHECK)


def test_reason_of_the_annotators_joins_those_of_the_models() -> None:
    """At the level standard each row is listed once, whoever doubts it."""
    columns = table()
    columns["species"][:12] = np.where(columns["species"][:12] == "1", "0", "1")
    chosen = ["label-errors", CHECK]
    report = prefit.check(pa.table(columns), target="species", annotators=NAMES, only=chosen, budget="5s")
    assert report.label_issues is not None
    assert sorted(report.label_issues["row"].to_pylist()) == list(range(300))
    assert report.label_issues["reason"].to_pylist().count("annotators") >= 8


@pytest.mark.parametrize("level", ["standard", "deep"])
def test_file_has_the_same_types_whoever_doubts_a_row(level: str) -> None:
    """Whoever reads it need not ask how it was made."""
    columns = table()
    chosen: Columns = {"target": "species", "level": level, "budget": "2s"}
    found = [
        prefit.check(pa.table(columns), only=["label-errors"], drop=NAMES, **chosen),
        prefit.check(pa.table(columns), only=["label-errors", CHECK], annotators=NAMES, **chosen),
        prefit.check(pa.table(columns), only=[CHECK], annotators=NAMES, **chosen),
    ]
    files = [pq.read_schema(pa.BufferReader(render(report.label_issues))) for report in found if report.label_issues]
    assert len(files) == 3
    assert files[0].equals(files[1])
    assert files[0].equals(files[2])


@pytest.mark.parametrize("kind", [int, bool, float])
@pytest.mark.parametrize("shown", [False, True])
def test_class_has_one_name_whoever_doubts_it(kind: type, shown: bool) -> None:
    """The annotators' labels are read as texts, those of the target as what they are."""
    columns = table()
    columns["species"][:12] = np.where(columns["species"][:12] == "1", "0", "1")
    columns["species"] = columns["species"].astype(int).astype(kind)
    columns |= {name: columns[name].astype(int).astype(kind) for name in NAMES}
    chosen = {"only": ["label-errors", CHECK], "task": "classification", "budget": "2s", "show_values": shown}
    report = prefit.check(pa.table(columns), target="species", annotators=NAMES, **chosen)
    assert report.label_issues is not None
    assert "annotators" in report.label_issues["reason"].to_pylist()
    assert len(set(report.label_issues["given"].to_pylist())) == 2
    assert len(set(report.label_issues["suggested"].to_pylist())) == 2


def test_table_of_annotations_names_nobody() -> None:
    """Who annotated is a cell value there."""
    columns = table()
    rows = {
        "image": np.tile(np.arange(300), 3),
        "who": np.repeat(NAMES, 300),
        "answer": np.concatenate([columns[name] for name in NAMES]),
        "length": np.tile(columns["length"], 3),
    }
    report = prefit.check(pa.table(rows), annotators="image:who:answer", level="quick")
    assert report.annotators is not None
    told = {each["name"] for each in report.annotators["annotators"]}
    assert len(told) == 3
    assert not told & set(NAMES)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a,b , c", Annotators(columns=("a", "b", "c"))),
        (["a,b", "c"], Annotators(columns=("a,b", "c"))),
        ("x:y:z", Annotators(columns=("x", "y", "z"), long=True)),
        ({"item": "x", "annotator": "y", "label": "z"}, Annotators(columns=("x", "y", "z"), long=True)),
    ],
)
def test_annotators_are_columns_or_a_table_of_annotations(given: Any, expected: Annotators) -> None:
    """As text, as a list, or as a table of the configuration."""
    assert make_options({"annotators": given}).annotators == expected


def test_configuration_file_has_a_table_for_annotations(tmp_path: Any) -> None:
    """Its keys are item, annotator and label."""
    path = tmp_path / "prefit.toml"
    path.write_text('[annotators]\nitem = "i"\nannotator = "a"\nlabel = "l"\n')
    assert make_options(load_config(path)).annotators == Annotators(columns=("i", "a", "l"), long=True)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"annotators": "ann"}, "two different columns or more; got 'ann'"),
        ({"annotators": "ann,ann"}, "two different columns or more"),
        ({"annotators": {"item": "a"}}, "keys item, annotator and label"),
        ({"annotators": 3}, "annotators must be a list of names"),
        ({"annotators": "ann,bo"}, "annotators: 'bo' is not a column; .*bob"),
        ({"annotators": "ann,bob", "target": "bob"}, "'bob' has another role"),
        ({"annotators": "ann,bob", "drop": ["ann"]}, "'ann' has another role"),
        ({"annotators": NAMES, "target": "length"}, "which is a number"),
        ({"annotators": NAMES, "skip": [CHECK]}, "annotators needs checks that look at it"),
    ],
)
def test_options_that_make_no_sense_are_refused(given: Columns, message: str) -> None:
    """With what is wrong, and what to write."""
    with pytest.raises(UsageError, match=message):
        prefit.check(pa.table(table(60)), level="quick", **given)
