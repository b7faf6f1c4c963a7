from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import jsonschema
import numpy as np
import pytest
from tests.formats.samples import HOSTILE_NAMES, hostile, wide, with_metric, without_target

from prefit.finding import Finding, Status
from prefit.formats.json import dump, render, schema
from prefit.report import Report


def refuse_constant(text: str) -> None:
    """Refuse NaN and Infinity, which are no JSON."""
    raise AssertionError(text)


def parse(text: str) -> dict[str, Any]:
    """Parse strict JSON."""
    parsed: dict[str, Any] = json.loads(text, parse_constant=refuse_constant)
    return parsed


def test_the_schema_is_a_valid_schema() -> None:
    """The shipped file is a JSON Schema of draft 2020-12."""
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$schema"].endswith("2020-12/schema")


@pytest.mark.parametrize("make", [without_target, with_metric, hostile, lambda: wide(50)])
def test_reports_of_all_kinds_fit_the_schema(make: Any, report: Report) -> None:
    """A report with everything, without a target, of a wide table and of hostile names."""
    validator = jsonschema.Draft202012Validator(schema())
    validator.validate(parse(render(report)))
    validator.validate(parse(render(make())))


@pytest.mark.parametrize("entry", ["dataset", "forecast", "expectations"])
def test_the_schema_refuses_what_it_does_not_know(report: Report, entry: str) -> None:
    """A new entry has to be described before it can be written."""
    content = parse(render(report))
    content[entry]["surprise"] = 1
    with pytest.raises(jsonschema.ValidationError, match="surprise"):
        jsonschema.validate(content, schema())


def test_a_missing_entry_is_refused(report: Report) -> None:
    """Every documented entry is there, null where nothing was measured."""
    content = parse(render(report))
    del content["label_noise"]
    with pytest.raises(jsonschema.ValidationError, match="label_noise"):
        jsonschema.validate(content, schema())


@pytest.mark.parametrize(
    ("status", "change", "code"),
    [
        ("warn", {}, 0),
        ("warn", {"strict": True}, 1),
        ("warn", {"history": {"error": "m"}}, 2),
        ("skip", {}, 3),
    ],
)
def test_the_exit_code_is_an_entry(report: Report, status: Status, change: dict[str, Any], code: int) -> None:
    """The verdict alone does not say whether the gate is open."""
    found = replace(report, findings=(Finding(check="outliers", status=status, message="m"),), **change)
    assert parse(render(found))["exit_code"] == found.exit_code == code


def test_numbers_that_are_not_finite_become_null(report: Report) -> None:
    """NaN and infinity are no JSON."""
    column = dict(report.columns[0]) | {"mean": float("nan"), "std": np.float64("inf"), "minimum": -float("inf")}
    written = parse(render(replace(report, columns=[column])))["columns"][0]
    assert (written["mean"], written["std"], written["minimum"]) == (None, None, None)
    jsonschema.validate(parse(render(replace(report, columns=[column]))), schema())


def test_equal_content_gives_equal_bytes(report: Report) -> None:
    """The order in which a mapping was filled does not show below the first level."""
    backwards = dict(reversed(list(report.dataset.items())))
    assert render(replace(report, dataset=backwards)) == render(report)


def test_names_survive_exactly_and_steer_nothing() -> None:
    """Hostile names come back as they were; the text itself holds no character that steers a terminal."""
    text = render(hostile())
    assert [column["name"] for column in parse(text)["columns"]] == list(HOSTILE_NAMES)
    assert all(char.isprintable() or char == "\n" for char in text)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("0.1000000000000000000001"), "0.1000000000000000000001"),
        (2**63, 2**63),
        (np.int64(7), 7),
        (dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "2026-01-02T00:00:00+00:00"),
        (b"\xff", "ff"),
        ("\ud800", "\\ud800"),
        ((1, 2.5), [1, 2.5]),
    ],
)
def test_values_of_cells_keep_their_digits(value: object, written: object) -> None:
    """With --show-values, minima and frequent values of all types get through."""
    assert parse(dump({"value": value})) == {"value": written}


def test_what_is_no_data_is_refused() -> None:
    """An object is not written as its address."""
    with pytest.raises(TypeError, match="plain data; got object"):
        dump({"value": object()})
