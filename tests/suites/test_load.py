"""Reading a suite: everything that would not be judged is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from prefit.errors import UsageError
from prefit.suites.load import load_suite

NOT_NULL = {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "age"}}


def written(folder: Path, content: Any, name: str = "people.json") -> Path:
    """Write a suite; text as it is, anything else as JSON."""
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_entries_keep_their_order_kwargs_and_severity(tmp_path: Path) -> None:
    """A suite is read as it stands; an entry without severity is critical, as in Great Expectations."""
    suite = load_suite(written(tmp_path, {"name": "s", "expectations": [NOT_NULL | {"severity": "info"}, NOT_NULL]}))
    assert suite.name == "s"
    assert [entry.severity for entry in suite.entries] == ["info", "critical"]
    assert suite.entries[0].kwargs == {"column": "age"}


def test_suites_before_1_0_are_converted(tmp_path: Path) -> None:
    """The old spellings mean the same thing, and their formatting options are left out."""
    old = {
        "expectation_suite_name": "old",
        "data_asset_type": "Dataset",
        "meta": {"great_expectations_version": "0.18"},
        "expectations": [
            {
                "expectation_type": "expect_column_to_exist",
                "kwargs": {"column": "age", "result_format": "BASIC"},
                "meta": {},
            }
        ],
    }
    suite = load_suite(written(tmp_path, old))
    assert (suite.name, suite.entries[0].expectation) == ("old", "expect_column_to_exist")
    assert suite.entries[0].kwargs == {"column": "age"}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{'name': 1}", "must be readable JSON; got Expecting property name"),
        ('{"expectations": [], "expectations": []}', "the key 'expectations' twice"),
        ([], "must be an object with a list of 'expectations'; got a list"),
        ({"expectation": [NOT_NULL]}, "got an object with the keys 'expectation'"),
        ({"name": "s", "expectations": []}, "must hold an expectation; got none, so nothing would be judged"),
        ({"expectations": ["expect_column_to_exist"]}, "expectation 1 of .* must be an object"),
        ({"expectations": [{"kwargs": {"column": "age"}}]}, "must name its 'type'; got None"),
        ({"expectations": [NOT_NULL, NOT_NULL | {"severty": "info"}]}, "expectation 2 of .* Did you mean 'severity'"),
        ({"expectations": [NOT_NULL | {"severity": "warn"}]}, "got 'warn'. .* Did you mean 'warning'"),
        ({"expectations": [NOT_NULL | {"kwargs": ["age"]}]}, "must have its arguments in an object 'kwargs'"),
        ({"expectations": [NOT_NULL | {"expectation_type": "expect_column_to_exist"}]}, "got old and new keys"),
        ({"expectations": [NOT_NULL | {"kwargs": {"a": [{"$PARAMETER": "p"}]}}]}, "got the suite parameter 'p'"),
    ],
)
def test_what_would_not_be_judged_is_refused(tmp_path: Path, content: Any, complaint: str) -> None:
    """Nothing in a suite is passed over in silence."""
    with pytest.raises(UsageError, match=complaint):
        load_suite(written(tmp_path, content))


def test_bytes_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    """A suite in another encoding would be judged by the wrong categories."""
    path = tmp_path / "s.json"
    path.write_bytes('{"name": "Zürich"}'.encode("latin-1"))
    with pytest.raises(UsageError, match="bytes that are not UTF-8 at 11"):
        load_suite(path)


def test_a_missing_suite_is_refused(tmp_path: Path) -> None:
    """A mistyped path does not mean 'no expectations'."""
    with pytest.raises(UsageError, match="got nothing there"):
        load_suite(tmp_path / "nowhere.json")


@pytest.mark.parametrize("dataset", ["people", "people.csv"])
def test_a_folder_gives_the_suite_of_the_data_set(tmp_path: Path, dataset: str) -> None:
    """The name of the data set is looked for with and without its extension."""
    written(tmp_path, {"expectations": [NOT_NULL]})
    assert load_suite(tmp_path, dataset=dataset).name == "people"


def test_a_folder_without_the_suite_says_what_is_there(tmp_path: Path) -> None:
    """The near name is offered."""
    written(tmp_path, {"expectations": [NOT_NULL]})
    with pytest.raises(UsageError, match=r"must hold 'peple.json'; got people.json. Did you mean 'people.json'"):
        load_suite(tmp_path, dataset="peple.csv")


def test_a_folder_without_any_suite_is_refused(tmp_path: Path) -> None:
    """An empty folder is not an empty suite."""
    with pytest.raises(UsageError, match="got no JSON or YAML file"):
        load_suite(tmp_path, dataset="people")
