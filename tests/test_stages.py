"""The stages that can be called alone, and the first configuration."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

import prefit
from prefit.config import load_config, make_options
from prefit.errors import UsageError
from prefit.initial import write_config
from prefit.stages import describe


def test_profile_needs_no_target(signal: pa.Table) -> None:
    """The profile is of every row and every column."""
    profile = prefit.profile(signal)
    assert profile.n_rows == 600
    assert profile.columns["c"].n_null == signal["c"].null_count
    assert profile.class_counts is None


def test_learning_curves_stand_alone(signal: pa.Table) -> None:
    """They forecast the planned training."""
    curves = prefit.learning_curves(signal, target="label", budget="4s", planned_rows=5_000)
    assert curves.planned_rows == 5_000
    assert set(curves.forecasts) == {"linear", "boosting", "forest", "neural"}


def test_learning_curves_have_no_quick_level(signal: pa.Table) -> None:
    """Level quick makes no curves, so asking for them there is a mistake."""
    with pytest.raises(UsageError, match="level must be standard or deep"):
        prefit.learning_curves(signal, target="label", level="quick")


def test_public_names_are_there() -> None:
    """Everything in ``__all__`` can be had, and has a docstring."""
    for name in prefit.__all__:
        assert getattr(prefit, name) is not None
        assert name == "__version__" or getattr(prefit, name).__doc__
    assert set(dir(prefit)) == set(prefit.__all__)


def test_unknown_name_is_an_attribute_error() -> None:
    """A misspelt name behaves as in any module."""
    with pytest.raises(AttributeError, match="no attribute 'chek'"):
        _ = prefit.chek


def test_first_configuration_can_be_read_back(signal: pa.Table, tmp_path: Path) -> None:
    """What ``prefit init`` writes is a configuration with the inferred kinds, whatever the names."""
    odd = signal.rename_columns(['a\n"]', "emoji 🎉", "c", "colour", "label"])
    path = write_config(odd, tmp_path / "prefit.toml", target="label")
    options = make_options(load_config(path))
    assert options.target == "label"
    assert options.columns == {column["name"]: column["kind"] for column in describe(odd, target="label")["columns"]}


def test_first_configuration_replaces_nothing(signal: pa.Table, tmp_path: Path) -> None:
    """A file that somebody has edited is kept unless told otherwise."""
    path = tmp_path / "prefit.toml"
    path.write_text("seed = 1\n")
    with pytest.raises(UsageError, match="must not exist yet"):
        write_config(signal, path)
    assert path.read_text() == "seed = 1\n"
    write_config(signal, path, force=True)
    assert "[columns]" in path.read_text()


def test_training_risks_stand_alone(signal: pa.Table) -> None:
    """The default plan is fine on clean data, and a learning rate of 1,000 is not: its cause is named."""
    fine = prefit.training_risks(signal, target="label", budget="6s")
    assert max(fine.risks.exploding_gradient, fine.risks.flat_loss) < 0.3
    assert fine.advice.learning_rate.planned == 1e-3
    wild = {"learning_rate": 1000.0, "optimizer": "sgd"}
    lost = prefit.training_risks(signal, target="label", plan=wild, budget="6s")
    assert lost.risks.exploding_gradient > 0.7
    assert "learning rate" in lost.evidence.causes[0].cause


def test_label_noise_stands_alone(signal: pa.Table) -> None:
    """It looks at the sampled rows, and at the level deep at all; either way no label of clean data is wrong."""
    found = prefit.label_noise(signal, target="label", level="deep")
    assert sorted(found.suspects.positions) == list(range(signal.num_rows))
    assert found.low < 0.005


@pytest.mark.parametrize(("given", "message"), [({"level": "quick"}, "level must be"), ({"target": "a"}, "of classes")])
def test_label_noise_needs_classes_and_models(signal: pa.Table, given: dict[str, str], message: str) -> None:
    """A number has other errors, and the level quick fits nothing to find them."""
    with pytest.raises(UsageError, match=message):
        prefit.label_noise(signal, **{"target": "label"} | given)
