"""Suites are read from JSON and YAML alike, and nothing in their files is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefit.errors import UsageError
from prefit.suites import load_suite

YAML = """
name: people
expectations:
  - type: expect_column_values_to_be_in_set   # codes of the register
    severity: warning
    kwargs: {column: country, value_set: [no, de, "1"]}
  - type: expect_column_max_to_be_between
    kwargs:
      column: born
      max_value: 2026-01-01
"""


@pytest.mark.parametrize("suffix", ["yaml", "yml"])
def test_yaml_says_what_json_says(tmp_path: Path, suffix: str) -> None:
    """Norway is a text, and so is a date."""
    file = tmp_path / f"people.{suffix}"
    file.write_text(YAML)
    first, second = load_suite(file).entries
    assert (first.severity, first.kwargs["value_set"]) == ("warning", ["no", "de", "1"])
    assert (second.severity, second.kwargs["max_value"]) == ("critical", "2026-01-01")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("expectations: [", "must be readable YAML; got .* in line 1"),
        ("expectations: []\nexpectations: []", "got found duplicate key"),
        ("a: &a [1]\nb: &b [*a, *a]", "got an object with the keys 'a', 'b'"),
        ("a: !!python/object/apply:os.system ['true']", "got could not determine a constructor"),
        ("a: &a [*a]", "got more nested values than can be read"),
        ("{1: 2}", "got a key that is no text"),
        ("a: .nan", "got nan, which JSON cannot say"),
        ("a: !!binary aGVsbG8=", "which JSON cannot say"),
        ("--- {}\n--- {}", "but found another document"),
        ("", "got nothing"),
    ],
)
def test_yaml_that_is_no_suite_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    """No code is run, no key is dropped, and no number is made up."""
    file = tmp_path / "people.yaml"
    file.write_text(text)
    with pytest.raises(UsageError, match=complaint):
        load_suite(file)


def test_names_that_unfold_to_billions_are_refused(tmp_path: Path) -> None:
    """A few lines of YAML can mean more values than there is memory."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 12)]
    file = tmp_path / "people.yaml"
    file.write_text("\n".join(lines))
    with pytest.raises(UsageError, match="got more than 1,000,000 values"):
        load_suite(file)


def test_json_without_end_is_refused(tmp_path: Path) -> None:
    """A file of brackets is no internal error."""
    file = tmp_path / "people.json"
    file.write_text("[" * 100_000)
    with pytest.raises(UsageError, match="got more nested values than can be read"):
        load_suite(file)


@pytest.mark.parametrize("suffix", ["json", "yaml", "yml"])
def test_a_folder_may_hold_either(tmp_path: Path, suffix: str) -> None:
    """The name of the data set decides, not the format."""
    (tmp_path / f"people.{suffix}").write_text('{"expectations": [{"type": "expect_column_to_exist", "kwargs": {}}]}')
    assert load_suite(tmp_path, dataset="people.parquet").path.endswith(suffix)


def test_two_suites_of_one_data_set_are_refused(tmp_path: Path) -> None:
    """Which of them is meant cannot be known."""
    for suffix in ("json", "yaml"):
        (tmp_path / f"people.{suffix}").write_text("{}")
    with pytest.raises(UsageError, match=r"got people.json and people.yaml\. Name the file itself"):
        load_suite(tmp_path, dataset="people")


def test_suite_that_is_neither_file_nor_folder_is_refused() -> None:
    """A device or a pipe is no file that can be read twice."""
    with pytest.raises(UsageError, match="must be a JSON or YAML file, or a folder of them; got something else"):
        load_suite(Path("/dev/null"))
