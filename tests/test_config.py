"""The options of a run and the configuration files that set them."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefit.config import find_config, load_config, make_options, merged
from prefit.errors import InputNotFound, UsageError
from prefit.evidence import Requirement
from prefit.option_values import parse_seconds


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("1.5m", 90), ("2 min", 120), ("1h", 3600), (12.5, 12.5)]
)
def test_budget_takes_the_usual_units(text: str | float, seconds: float) -> None:
    """A budget is a number of seconds, or a number with a unit."""
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "0s", "-5", "5 parsecs"])
def test_budget_that_is_no_duration_is_refused(text: str) -> None:
    """The message shows what was given and what to write."""
    with pytest.raises(UsageError, match=r"budget must be a duration above 0; got .*60s"):
        parse_seconds(text)


def test_requirement_is_parsed() -> None:
    """White space does not matter."""
    assert make_options({"target": "y", "require": "r2 >= 0.5"}).require == Requirement(metric="r2", minimum=0.5)


def test_requirement_of_an_error_is_a_maximum() -> None:
    """Of an error less is better, and its unit is that of the target."""
    found = make_options({"target": "y", "require": "rmse <= 2.5e3"}).require
    assert found == Requirement(metric="rmse", maximum=2500.0)
    assert found is not None
    assert (found.limit, found.said) == (2500.0, "rmse<=2500")


@pytest.mark.parametrize("text", ["skill>=0.8", "r2>0.5", "0.8", "r2>=1.5", "rmse>=3", "roc_auc<=0.9", "mae<=-1"])
def test_requirement_that_cannot_be_forecast_is_refused(text: str) -> None:
    """Only metrics that prefit forecasts, only values that exist, and only the side that is better."""
    with pytest.raises(UsageError, match="require"):
        make_options({"target": "y", "require": text})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tarjet": "y"}, "option 'tarjet' does not exist.*Did you mean 'target'"),
        ({"level": "deeep"}, "level must be one of the known ones; got 'deeep'.*Did you mean 'deep'"),
        ({"model": ["forrest"]}, "Did you mean 'forest'"),
        ({"columns": {"zip": "categoric"}}, "kind of column 'zip'.*Did you mean 'categorical'"),
        ({"seed": True}, "seed must be a whole number"),
        ({"seed": 2**32}, "seed must be a whole number of at least 0 and at most 2,147,483,647"),
        ({"planned_rows": 0}, "planned_rows must be a whole number of at least 1"),
        ({"metric": "auc", "target": "y"}, "metric must be one of the known ones; got 'auc'.*roc_auc"),
        ({"metric": "roc_auc"}, "metric is about a score and needs a target"),
        ({"metric": "roc_auc", "target": "y", "level": "quick"}, "metric needs learning curves"),
        ({"metric": "mae", "target": "y", "require": "rmse<=3"}, "got rmse<=3 beside metric mae"),
        ({"drop": 3}, "drop must be a list of names"),
        ({"expectations": 3}, "expectations must be the path of a suite"),
        ({"waivers": 3}, "waivers must be a list of tables"),
        ({"waivers": [{"check": "id-column", "reason": "r", "owner": "o", "columns": 3}]}, "columns must be a list"),
        ({"target": "y", "group": "y"}, "must be different columns"),
        ({"target": "y", "drop": ["y"]}, "cannot be dropped as well"),
        ({"group": "g"}, "needs a target"),
        ({"show_values": "yes"}, "show_values must be true or false"),
        ({"name": ""}, "name must be the name of a data set; got an empty text"),
        ({"history": ""}, "history must be the URL of a database; got an empty text"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, object], message: str) -> None:
    """Each message names the option, what was given, and the way out."""
    with pytest.raises(UsageError, match=message):
        make_options(options)


def test_none_means_not_given() -> None:
    """An option that is None keeps its default."""
    assert make_options({"level": None, "seed": 7}).level == "standard"


def test_config_file_sets_options_by_their_names(tmp_path: Path) -> None:
    """The tables of columns, checks and CSV are read as they are."""
    path = tmp_path / "prefit.toml"
    path.write_text('target = "y"\n[columns]\nzip = "categorical"\n[checks.missing-values]\nmax_fraction = 0.6\n')
    options = make_options(load_config(path))
    assert options.target == "y"
    assert options.columns == {"zip": "categorical"}
    assert options.checks == {"missing-values": {"max_fraction": 0.6}}


def test_unknown_config_key_is_refused_with_the_near_name(tmp_path: Path) -> None:
    """A misspelt key must not be ignored."""
    path = tmp_path / "prefit.toml"
    path.write_text('levle = "quick"\n')
    with pytest.raises(UsageError, match=r"key 'levle' does not exist.*Did you mean 'level'"):
        load_config(path)


def test_broken_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    """The message of the TOML parser names the line."""
    path = tmp_path / "prefit.toml"
    path.write_text("level = \n")
    with pytest.raises(UsageError, match=r"must be readable TOML; got: .*line 1"):
        load_config(path)


def test_missing_config_is_refused(tmp_path: Path) -> None:
    """A configuration that was asked for must be there."""
    with pytest.raises(InputNotFound, match="is not there"):
        load_config(tmp_path / "none.toml")


def test_folder_is_no_configuration(tmp_path: Path) -> None:
    """No line of it can be mended."""
    with pytest.raises(UsageError, match=r"must be a file that can be read; got: Is a directory\. Name another"):
        load_config(tmp_path)


def test_pyproject_without_a_table_of_prefit_is_refused(tmp_path: Path) -> None:
    """Who names such a file would run without the options that were meant."""
    pyproject = tmp_path / "pyproject.toml"
    for content, got in (("[tool]\nprefit = 3\n", "3"), ("tool = 3\n", "None"), ("[tool.other]\n", "None")):
        pyproject.write_text(content)
        with pytest.raises(UsageError, match=rf"must have a table of prefit; got {got}\. Write it as \[tool\.prefit\]"):
            load_config(pyproject)


def test_pyproject_is_found_only_where_it_speaks_of_prefit(tmp_path: Path) -> None:
    """``[tool.prefit]`` has the same keys; ``prefit.toml`` goes before it."""
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text("[project]\nname = 'x'\n")
    assert find_config(tmp_path) is None
    pyproject.write_text("[tool.prefit]\nseed = 3\n")
    assert find_config(tmp_path) == pyproject
    assert load_config(pyproject) == {"seed": 3}
    (tmp_path / "prefit.toml").write_text("seed = 4\n")
    assert find_config(tmp_path) == tmp_path / "prefit.toml"


def test_table_of_training_is_the_plan(tmp_path: Path) -> None:
    """What ``[training]`` says is the plan of the run."""
    path = tmp_path / "prefit.toml"
    path.write_text('[training]\ndepth = 5\nscaling = "none"\n')
    plan = make_options(load_config(path)).plan
    assert (plan.depth, plan.scaling, plan.optimizer) == (5, "none", "adam")


def test_plan_of_the_command_line_wins_key_by_key() -> None:
    """What is given replaces its own keys of the file, and no others."""
    plan = make_options(merged({"plan": {"depth": 5, "width": 8}}, {"plan": ("depth=2",), "target": None})).plan
    assert (plan.depth, plan.width) == (2, 8)
