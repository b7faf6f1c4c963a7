"""What prefit measures can be asked for in a user's own Checkpoint of Great Expectations, and in a suite of prefit."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from prefit import suites

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # deprecations inside Great Expectations
    import great_expectations as gx

    from prefit.integrations import great_expectations as measured

N_ROWS = 600
Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="module")
def clean() -> pd.DataFrame:
    """Return rows with a label that two numbers and a word foretell in part."""
    draw = np.random.default_rng(5)
    frame = pd.DataFrame(draw.normal(size=(N_ROWS, 4)), columns=list("abcd"))
    frame["word"] = draw.choice(["red", "green", "blue"], N_ROWS)
    frame["label"] = np.where(frame["a"] + frame["b"] + draw.normal(scale=0.8, size=N_ROWS) > 0, "yes", "no")
    frame["side"] = frame["a"] - frame["c"] > 0
    return frame


def one_rare_class(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave two rows of a class."""
    rows = np.flatnonzero(frame["label"] == "yes")
    return frame.drop(index=frame.index[rows[2:]])


def one_class(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave one class."""
    return frame[frame["label"] == "no"]


def conflicting(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the features of 30 rows to 30 others, with the other label."""
    twins = frame.head(30).assign(label=lambda rows: rows["label"].map({"yes": "no", "no": "yes"}))
    return pd.concat([frame, twins])


def repeated(frame: pd.DataFrame) -> pd.DataFrame:
    """Repeat 30 rows."""
    return pd.concat([frame, frame.head(30)])


def leaking(frame: pd.DataFrame) -> pd.DataFrame:
    """Add a column that is written after the label is known."""
    return frame.assign(refund=(frame["label"] == "yes") * np.arange(1.0, len(frame) + 1))


def leaking_by_gaps(frame: pd.DataFrame) -> pd.DataFrame:
    """Add a column that is filled in for one class only."""
    return frame.assign(closed=frame["c"].where(frame["label"] == "yes"))


def mostly_missing(frame: pd.DataFrame) -> pd.DataFrame:
    """Take away two thirds of a column."""
    return frame.assign(c=frame["c"].where(np.arange(len(frame)) % 3 == 0))


def mostly_zero(frame: pd.DataFrame) -> pd.DataFrame:
    """Add many columns that are nearly always zero."""
    flags = {f"flag{number}": (np.arange(len(frame)) % 50 == number) * 1.0 for number in range(8)}
    return frame.assign(**flags)


def mislabelled(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a tenth of the rows the other side."""
    return frame.assign(side=frame["side"] ^ (np.random.default_rng(1).random(len(frame)) < 0.1))


def overfed(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave few rows, and give them many columns to learn by heart."""
    few = frame.head(100).reset_index(drop=True)
    extra = np.random.default_rng(0).normal(size=(len(few), 60))
    return few.join(pd.DataFrame(extra, columns=[f"extra{number}" for number in range(60)]))


CASES: list[tuple[type, dict[str, Any], Change]] = [
    (measured.ExpectTargetClassShareToBeBetween, {"target": "label"}, one_rare_class),
    (measured.ExpectTargetClassShareToBeBetween, {"target": "label", "min_value": 0, "max_value": 1}, one_class),
    (measured.ExpectTargetClassShareToBeBetween, {"target": "label", "min_value": 0.0}, one_rare_class),
    (measured.ExpectTargetConflictShareToBeLessThan, {"target": "label"}, conflicting),
    (measured.ExpectDuplicateRowShareToBeLessThan, {}, repeated),
    (measured.ExpectColumnsNotToLeakTarget, {"target": "label"}, leaking),
    (measured.ExpectColumnsNotToLeakTarget, {"target": "label"}, leaking_by_gaps),
    (measured.ExpectColumnsNotToBeSparse, {}, mostly_missing),
    (measured.ExpectColumnsNotToBeSparse, {"target": "label"}, mostly_zero),
    (measured.ExpectLearningCurveGapToBeLessThan, {"target": "label", "model": ["linear"], "budget": "5s"}, overfed),
    (measured.ExpectLabelNoiseRateToBeLessThan, {"target": "side"}, mislabelled),
]


def judged(frame: pd.DataFrame, *expectations: Any) -> list[Any]:
    """Run a Checkpoint of these expectations on a frame."""
    context = gx.get_context(mode="ephemeral")
    batch = (
        context.data_sources.add_pandas("mine").add_dataframe_asset("rows").add_batch_definition_whole_dataframe("all")
    )
    suite = context.suites.add(gx.ExpectationSuite(name="suite", expectations=list(expectations)))
    definition = gx.ValidationDefinition(name="definition", data=batch, suite=suite)
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(
            name="checkpoint",
            validation_definitions=[context.validation_definitions.add(definition)],
            result_format="COMPLETE",
        )
    )
    [result] = checkpoint.run(batch_parameters={"dataframe": frame}).run_results.values()
    by_type = {id(outcome): outcome for outcome in result.results}
    assert len(by_type) == len(expectations)
    return list(result.results)


@pytest.mark.parametrize(("kind", "arguments", "change"), CASES, ids=lambda value: getattr(value, "__name__", ""))
def test_a_checkpoint_passes_clean_rows_and_fails_planted_faults(
    clean: pd.DataFrame, kind: type, arguments: dict[str, Any], change: Change
) -> None:
    """The same expectation holds before the fault and not after it, and says what it observed."""
    [before] = judged(clean, kind(**arguments))
    [after] = judged(change(clean), kind(**arguments))
    assert (before.success, after.success) == (True, False)
    for outcome in (before, after):
        assert isinstance(outcome.result["observed_value"], int | float)
        assert outcome.result["details"]
        json.dumps(outcome.to_json_dict())


def test_details_say_where_to_look(clean: pd.DataFrame) -> None:
    """A number alone helps nobody to mend the rows."""
    [leak] = judged(leaking(clean), measured.ExpectColumnsNotToLeakTarget(target="label"))
    [rows] = judged(repeated(clean), measured.ExpectDuplicateRowShareToBeLessThan())
    [sparse] = judged(mostly_missing(clean), measured.ExpectColumnsNotToBeSparse())
    assert leak.result["details"]["columns"] == ["refund"]
    assert "'refund' predicts it with skill" in leak.result["details"]["findings"][0]["message"]
    assert set(rows.result["details"]["positions"]) <= set(range(N_ROWS, N_ROWS + 30))
    assert rows.result["observed_value"] == pytest.approx(30 / 630, abs=1e-3)
    assert sparse.result["details"]["mostly_missing"] == {"c": pytest.approx(2 / 3)}


def test_the_index_of_the_frame_does_not_matter(clean: pd.DataFrame) -> None:
    """Frames of users are filtered and sorted."""
    shuffled = repeated(clean).sample(frac=1, random_state=0)
    [outcome] = judged(shuffled, measured.ExpectDuplicateRowShareToBeLessThan())
    positions = outcome.result["details"]["positions"]
    assert shuffled.duplicated().to_numpy()[positions].all()


@pytest.mark.parametrize(
    ("expectation", "complaint"),
    [
        (measured.ExpectTargetClassShareToBeBetween(target="lable"), "Did you mean 'label'"),
        (measured.ExpectTargetClassShareToBeBetween(target="a"), "target 'a' must hold classes for"),
        (measured.ExpectTargetConflictShareToBeLessThan(target="a"), "target 'a' must hold classes for"),
        (measured.ExpectTargetConflictShareToBeLessThan(target="nope"), "'nope' is not a column"),
        (measured.ExpectColumnsNotToLeakTarget(target="nope"), "'nope' is not a column"),
        (measured.ExpectColumnsNotToBeSparse(target="nope"), "'nope' is not a column"),
        (measured.ExpectLabelNoiseRateToBeLessThan(target="nope"), "'nope' is not a column"),
        (measured.ExpectLabelNoiseRateToBeLessThan(target="a"), "must be one of classes"),
        (measured.ExpectLearningCurveGapToBeLessThan(target="nope"), "'nope' is not a column"),
        (measured.ExpectLearningCurveGapToBeLessThan(target="label", model=["lstm"]), "lstm"),
        (measured.ExpectLearningCurveGapToBeLessThan(target="label", budget="soon"), "budget"),
    ],
)
def test_arguments_that_do_not_fit_the_rows_are_errors(clean: pd.DataFrame, expectation: Any, complaint: str) -> None:
    """Neither a pass nor a plain failure: the result says what is wrong."""
    [outcome] = judged(clean, expectation)
    assert not outcome.success
    assert complaint in json.dumps(outcome.to_json_dict()["exception_info"])


def test_rows_that_are_too_few_to_look_for_leaks_are_an_error(clean: pd.DataFrame) -> None:
    """What could not be looked for is not absent."""
    [outcome] = judged(clean.head(3), measured.ExpectColumnsNotToLeakTarget(target="label"))
    assert not outcome.success
    assert 'raised_exception": true' in json.dumps(outcome.to_json_dict()["exception_info"])


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (measured.ExpectTargetClassShareToBeBetween, {}),
        (measured.ExpectTargetClassShareToBeBetween, {"target": "label", "min_value": -0.1}),
        (measured.ExpectDuplicateRowShareToBeLessThan, {"max_value": 5}),
        (measured.ExpectColumnsNotToBeSparse, {"max_zeros": 0.5}),
        (measured.ExpectLearningCurveGapToBeLessThan, {"target": "label", "task": "ranking"}),
    ],
)
def test_arguments_that_fit_no_rows_are_refused(kind: type, arguments: dict[str, Any]) -> None:
    """They are refused where they are written."""
    with pytest.raises(ValueError, match="validation error"):
        kind(**arguments)


def test_a_batch_of_sql_is_refused_in_words(tmp_path: Path) -> None:
    """It is no failure of the data."""
    context = gx.get_context(mode="ephemeral")
    source = context.data_sources.add_sqlite("mine", connection_string=f"sqlite:///{tmp_path / 'rows.db'}")
    frame = pd.DataFrame({"a": [1, 2], "label": ["x", "y"]})
    frame.to_sql("rows", source.get_engine(), index=False)
    batch = source.add_table_asset("rows", table_name="rows").add_batch_definition_whole_table("all").get_batch()
    outcome = batch.validate(measured.ExpectDuplicateRowShareToBeLessThan())
    source.get_engine().dispose()
    source.get_execution_engine().engine.dispose()
    assert not outcome.success
    said = json.dumps(outcome.to_json_dict()["exception_info"])
    assert "batch must be one of pandas; got one of SQL. Read the rows" in said


def test_a_suite_is_written_as_json_and_read_again() -> None:
    """Types, arguments and severities come back, once the module is imported."""
    expectations = [kind(**arguments, severity="warning") for kind, arguments, _ in CASES]
    written = json.dumps(gx.ExpectationSuite(name="suite", expectations=expectations).to_json_dict())
    read = gx.ExpectationSuite(**json.loads(written)).expectations
    assert [type(expectation) for expectation in read] == [kind for kind, _, _ in CASES]
    assert [expectation.configuration.kwargs for expectation in read] == [
        expectation.configuration.kwargs for expectation in expectations
    ]
    assert {str(expectation.severity.value) for expectation in read} == {"warning"}


@pytest.mark.parametrize(("kind", "arguments", "_"), CASES)
def test_each_says_in_a_sentence_what_must_hold(kind: type, arguments: dict[str, Any], _: Change) -> None:
    """Data Docs show it with the limits, those by default included."""
    expectation = kind(**arguments)
    expectation.render()
    [content] = expectation.rendered_content
    [legacy] = kind._prescriptive_renderer(configuration=expectation.configuration)  # type: ignore[attr-defined]
    for template, params in (
        (content.value.template, content.value.params),
        (legacy.string_template["template"], legacy.string_template["params"]),
    ):
        names = {word.strip(".,").removeprefix("$") for word in template.split() if word.startswith("$")}
        assert names == set(params) <= set(arguments)
        assert template.endswith(".")


def test_prefit_check_judges_them_in_a_suite(tmp_path: Path, clean: pd.DataFrame) -> None:
    """They need no import there, and their figures quote no value."""
    entries = [
        {"type": "expect_columns_not_to_leak_target", "kwargs": {"target": "label"}, "severity": "warning"},
        {"type": "expect_target_class_share_to_be_between", "kwargs": {"target": "label"}},
        {"type": "expect_duplicate_row_share_to_be_less_than", "kwargs": {}},
        {"type": "expect_target_class_share_to_be_between", "kwargs": {"target": "lable"}},
        {"type": "expect_column_to_exist", "kwargs": {"column": "refund"}},
    ]
    path = tmp_path / "suite.json"
    path.write_text(json.dumps({"expectations": entries}))
    leak, share, repeats, misspelt, exists = suites.run_suite(pa.table(leaking(clean)), path).results
    assert (leak.success, leak.observed, leak.severity) == (False, 1, "warning")
    assert (share.success, share.observed) == (True, pytest.approx(0.4, abs=0.1))
    assert (repeats.success, repeats.observed, exists.success) == (True, 0.0, True)
    assert "'lable' is not a column; columns: " in str(misspelt.error)


def test_prefit_check_runs_them_only_where_the_rows_fit_into_memory(tmp_path: Path) -> None:
    """Otherwise the entry is not run, and says why."""
    path = tmp_path / "suite.json"
    path.write_text('{"expectations": [{"type": "expect_duplicate_row_share_to_be_less_than", "kwargs": {}}]}')
    table = pa.table({"text": [f"{number:0100d}" for number in range(300_000)]})
    [result] = suites.run_suite(table, path, memory_bytes=1).results
    assert (result.success, result.unjudged) == (False, "not_run")


def test_custom_expectations_of_packages_are_found_by_their_entry_points(tmp_path: Path) -> None:
    """A fresh process of prefit knows what installed packages bring, and names what does not load."""
    site = tmp_path / "acme-1.0.dist-info"
    site.mkdir()
    (site / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (site / "entry_points.txt").write_text("[prefit.expectations]\nacme = acme_expectations\nlost = acme_lost\n")
    (tmp_path / "acme_expectations.py").write_text(
        "from great_expectations.expectations.core import ExpectColumnValuesToBeBetween\n"
        "class ExpectColumnValuesToBeAges(ExpectColumnValuesToBeBetween):\n"
        "    min_value: float = 0\n    max_value: float = 120\n"
    )
    kinds = ["expect_column_values_to_be_ages", "expect_column_values_to_be_prices"]
    entries = [{"type": kind, "kwargs": {"column": "age"}} for kind in kinds]
    (tmp_path / "suite.json").write_text(json.dumps({"expectations": entries}))
    code = (
        "import pyarrow as pa; from prefit.suites import run_suite\n"
        f"ages, prices = run_suite(pa.table({{'age': [5, 500]}}), {str(tmp_path / 'suite.json')!r}).results\n"
        "print(ages.error, ages.positions, prices.unjudged); print(prices.error)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    first, second = done.stdout.splitlines()
    assert first == "None (1,) dropped"
    assert "could not be imported: acme_lost (ModuleNotFoundError: No module named 'acme_lost')" in second


def test_importing_prefit_does_not_import_great_expectations() -> None:
    """The module is for those who use it."""
    code = "import sys, prefit, prefit.cli, prefit.integrations; print('great_expectations' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
