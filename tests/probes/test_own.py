"""The user's own estimator, probed like a family."""

from __future__ import annotations

import sys
from typing import Any, Self

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from tests.probes.tables import amount_task, label_task, labelled, measured

import prefit
from prefit.evidence import FAMILIES
from prefit.own.model import own_model
from prefit.probes import learning_curves
from prefit.probes.problem import make_problem
from prefit.probes.trial import run_trial


class Picky:
    """Remembers what it was given, and predicts the most frequent class."""

    seen: Any = None

    def fit(self, rows: Any, target: Any) -> Self:
        """Remember."""
        type(self).seen = (rows, target)
        return self

    def predict(self, rows: Any) -> Any:
        """Answer with class 0."""
        return np.zeros(len(rows))


class Broken(Picky):
    """Fails when it is fitted."""

    def fit(self, rows: Any, target: Any) -> Self:
        """Fail."""
        raise ValueError(f"cannot stand {rows.shape[1]} columns")


class Talkative(Picky):
    """Prints, warns, and draws from numpy's global generator."""

    def predict(self, rows: Any) -> Any:
        """Draw lots."""
        sys.stdout.write("hello")
        return np.random.randint(0, 2, len(rows))  # noqa: NPY002 - what user code does


def trial(estimator: Any, **options: Any) -> Any:
    """Train an own estimator once on a small table."""
    model = own_model(estimator)
    problem = make_problem(labelled(), label_task(), given=True)
    train, test = problem.take(np.arange(160)), problem.take(np.arange(160, 240))
    return run_trial(train, test, (model.name,), 0, {model.name: model}, **options)[0]


def test_an_estimator_is_given_numbers_without_gaps() -> None:
    """Categories are encoded as for the families, and missing values replaced by the median."""
    assert trial(Picky()).failure is None
    rows, target = Picky.seen
    assert np.isfinite(rows).all()
    assert rows.shape == (160, 6)
    assert set(target) == {0, 1}


def test_a_pipeline_is_given_the_columns_of_the_table() -> None:
    """It encodes them itself, by their names."""
    encode = make_column_transformer((OneHotEncoder(), ["colour"]), (StandardScaler(), ["signal"]))
    made = trial(make_pipeline(encode, LogisticRegression()))
    assert made.held_out.value > 0.8


def test_classes_are_numbered_in_the_order_of_their_labels() -> None:
    """As `LabelEncoder` does, so that 0 and 1, or no and yes, stay what they are."""
    trial(Picky())
    problem = make_problem(labelled(), label_task())
    said = labelled().column("label").to_pandas()
    assert (Picky.seen[1] == (said[:160] == "yes")).all()
    assert problem.n_classes == 2


def test_a_failure_says_where_in_the_users_file_it_arose() -> None:
    """With the message of the error, and the line."""
    assert "ValueError when trained on 160 rows: cannot stand 6 columns (test_own.py, line" in trial(Broken()).failure


def test_what_an_estimator_prints_stays_off_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output is the report's."""
    trial(Talkative())
    assert capsys.readouterr().out == ""


def test_an_estimator_without_a_seed_of_its_own_scores_the_same_again() -> None:
    """Also where it draws from the global generator, which is left as it was."""
    np.random.seed(5)  # noqa: NPY002
    first = trial(Talkative()).held_out
    second = trial(Talkative()).held_out
    after = np.random.random()  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    assert first.value == second.value
    assert after == np.random.random()  # noqa: NPY002


@pytest.mark.parametrize(("answer", "said"), [([0, 1], "one value for each of 160 rows"), ([9] * 160, "from 0 to 1")])
def test_answers_of_another_form_are_a_failure(answer: list[int], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than a score of something."""
    monkeypatch.setattr(Picky, "predict", lambda *_: answer)
    assert said in trial(Picky()).failure


def test_an_own_estimator_has_a_curve_and_is_chosen() -> None:
    """It is forecast beside all four families."""
    found = learning_curves(measured(150), amount_task(), chosen=("Ridge",), own=[own_model(Ridge())], budget_seconds=1)
    assert set(found.curves) == {*FAMILIES, "Ridge"}
    assert found.chosen == "Ridge"
    assert found.forecasts["Ridge"].held_out.mean > 0.9


def test_underfitting_compares_with_prefits_families() -> None:
    """An estimator that is better than all of them does not make them underfit."""

    class Oracle(Picky):
        def predict(self, rows: Any) -> Any:
            return (rows["signal"] + (rows["colour"] == "red") > 0.2).astype(int)

    alone = learning_curves(labelled(120), label_task(), budget_seconds=1)
    pipeline = make_pipeline("passthrough", Oracle())
    both = learning_curves(labelled(120), label_task(), own=[own_model(pipeline)], budget_seconds=1)
    assert isinstance(labelled().to_pandas(), pd.DataFrame)
    assert both.forecasts["linear"].risks.underfitting == pytest.approx(
        alone.forecasts["linear"].risks.underfitting, abs=0.15
    )


def test_an_estimator_that_fails_is_a_finding() -> None:
    """It is the one that was named, so that the check fails; the families were probed all the same."""
    report = prefit.check(labelled(120), target="label", model=Broken(), budget="2s", only=["model-failed"])
    (finding,) = report.findings
    assert finding.status == "fail"
    assert "'Broken': ValueError when trained on" in finding.message
    assert "(test_own.py, line" in finding.message
    assert set(FAMILIES) <= set(report.to_dict()["forecast"]["families"])


def test_error_of_a_library_names_no_place_in_prefit() -> None:
    """Only what the user wrote is a place to look at."""
    failure = trial(LogisticRegression(C=-1.0)).failure
    assert "InvalidParameterError" in failure
    assert ".py" not in failure
