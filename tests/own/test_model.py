"""Finding and making the user's own estimator."""

from pathlib import Path

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from prefit.errors import UsageError
from prefit.option_values import CONVERTERS
from prefit.own.model import OwnModel, load_reference, own_model


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write a module into a working directory that is not on the path, and return its name."""
    name = f"own_{tmp_path.name.rstrip('0123456789')}_models"
    (tmp_path / f"{name}.py").write_text(
        "from sklearn.linear_model import LogisticRegression\n"
        "ready = LogisticRegression(C=0.5)\n"
        "def make():\n    return LogisticRegression(C=2.0)\n"
        "def broken():\n    raise RuntimeError('no licence')\n"
        "def nothing():\n    return 7\n"
        "number = 7\n"
    )
    monkeypatch.chdir(tmp_path)
    return name


def test_a_module_of_the_working_directory_is_found(module: str) -> None:
    """An installed command has no working directory on its path."""
    assert load_reference(f"{module}:number") == 7


@pytest.mark.parametrize(("attribute", "strength"), [("ready", 0.5), ("make", 2.0), ("LogisticRegression", 1.0)])
def test_instances_functions_and_classes_make_an_estimator(module: str, attribute: str, strength: float) -> None:
    """All three may be named."""
    made = own_model(f"{module}:{attribute}").make()
    assert made.get_params()["C"] == strength


def test_every_training_gets_an_estimator_of_its_own() -> None:
    """What was fitted on one fold does not reach another."""
    given = LogisticRegression()
    model = own_model(given)
    assert model.make() is not given
    assert model.make() is not model.make()


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("no_such_module:make", "module 'no_such_module' must be in the working directory"),
        ("MODULE:mak", "'mak' does not exist there; it has: .*Did you mean 'make'"),
        ("MODULE:broken", r"RuntimeError: no licence \(.*line 6, in broken\)"),
        ("MODULE:nothing", "must be an estimator with fit and predict, .*; got int"),
        ("MODULE:number", "must be an estimator with fit and predict, .*; got int"),
        ("MODULE:", "must read package.module:attribute"),
    ],
)
def test_what_cannot_be_made_is_refused_by_name(module: str, reference: str, said: str) -> None:
    """The error says what is wrong with the reference, before any row is read."""
    with pytest.raises(UsageError, match=said):
        own_model(reference.replace("MODULE", module))


def test_a_module_with_an_error_says_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The place is that in the user's file."""
    (tmp_path / "faulty_own_model.py").write_text("import math\nmath.sqrt(-1)\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"ValueError: .*\(faulty_own_model.py, line 2"):
        load_reference("faulty_own_model:make")


def test_a_module_that_needs_another_one_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The module is there; what it imports is not."""
    (tmp_path / "needy_own_model.py").write_text("import not_installed_here\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="'needy_own_model' needs 'not_installed_here'"):
        load_reference("needy_own_model:make")


def test_estimators_are_named_by_their_class_and_told_apart() -> None:
    """A pipeline goes by its last step."""
    models = CONVERTERS["model"]("model", [LogisticRegression(), make_pipeline(StandardScaler(), LogisticRegression())])
    assert [model.name for model in models] == ["LogisticRegression", "LogisticRegression 2"]


def test_families_and_own_estimators_may_be_named_together() -> None:
    """A single one needs no list."""
    assert CONVERTERS["model"]("model", "linear") == ("linear",)
    named, own = CONVERTERS["model"]("model", ["forest", LogisticRegression])
    assert (named, own.name) == ("forest", "LogisticRegression")
    assert isinstance(own, OwnModel)


def test_a_misspelt_family_is_no_module() -> None:
    """Without a colon it can only be a family."""
    with pytest.raises(UsageError, match="Did you mean 'boosting'"):
        CONVERTERS["model"]("model", ["bosting"])
