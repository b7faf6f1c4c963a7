"""The files that other systems read: against the schemas of those systems, and what their scripts do."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

import prefit
from prefit.errors import UsageError
from prefit.workflows import SYSTEMS, write_workflow

ROOT = Path(prefit.__file__).parents[2]
SAMPLE = ROOT / "data_samples" / "adult_income.parquet"


def read(path: Path) -> Any:
    """Read YAML."""
    return YAML(typ="safe").load(path.read_text())


def schema(name: str) -> dict[str, Any]:
    """Return a schema that check-jsonschema brings: those of GitHub and GitLab as SchemaStore keeps them."""
    folder = files("check_jsonschema").joinpath("builtin_schemas", "vendor")
    return dict(json.loads(folder.joinpath(f"{name}.json").read_text()))


def step(name: str) -> dict[str, Any]:
    """Return a step of the action by its id."""
    return next(step for step in read(ROOT / "action.yml")["runs"]["steps"] if step.get("id") == name)


def test_the_action_is_one() -> None:
    """GitHub would refuse another file."""
    jsonschema.validate(read(ROOT / "action.yml"), schema("github-actions"))


def test_no_input_of_the_action_is_pasted_into_a_script() -> None:
    """An expression inside a script is a command waiting to happen."""
    scripts = [step["run"] for step in read(ROOT / "action.yml")["runs"]["steps"] if "run" in step]
    assert len(scripts) == 3
    assert not any("${{" in script for script in scripts)


def test_the_key_of_the_cache_holds_no_comma(tmp_path: Path) -> None:
    """The cache refuses one, and extras are separated by commas; what it restores from is more and more general."""
    inputs = {"EXTRAS": "postgresql,excel", "GITHUB_OUTPUT": str(tmp_path / "outputs")}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    subprocess.run(["bash", "-e", "-c", step("pip")["run"]], env=os.environ | inputs | {"PATH": path}, check=True)
    assert "extras=postgresql-excel\n" in (tmp_path / "outputs").read_text()
    [cache] = [step["with"] for step in read(ROOT / "action.yml")["runs"]["steps"] if "cache" in step.get("uses", "")]
    assert "inputs.extras" not in str(cache)
    assert all(cache["key"].startswith(prefix) for prefix in cache["restore-keys"].split("\n") if prefix)


def test_outputs_of_the_action_are_those_that_prefit_writes() -> None:
    """A name that nobody writes would be empty for ever."""
    outputs = read(ROOT / "action.yml")["outputs"]
    assert set(outputs) == {"verdict", "exit-code", "failed", "warnings", "not-run"}
    assert all(output["value"] == f"${{{{ steps.check.outputs.{name} }}}}" for name, output in outputs.items())


def test_the_script_of_the_action_judges(tmp_path: Path) -> None:
    """Run as the runner runs it: arguments a line each, hostile ones inert, the exit code that of prefit."""
    inputs = {
        "DATA": str(SAMPLE),
        "TARGET": "income",
        "ARGUMENTS": "--level=quick\n--name\n$(touch hacked); data\n",
        "OUTPUT": "out put",
        "FORMAT": "json,junit",
        "GITHUB_OUTPUT": str(tmp_path / "outputs"),
        "GITHUB_ACTIONS": "true",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step("check")["run"]], env=os.environ | inputs, cwd=tmp_path, check=False
    )
    assert done.returncode == 0
    assert {path.name for path in tmp_path.iterdir()} == {"out put", "outputs"}
    assert json.loads((tmp_path / "out put" / "report.json").read_text())["dataset"]["name"] == "$(touch hacked); data"
    assert "verdict=ready\n" in (tmp_path / "outputs").read_text()


def test_the_hook_of_pre_commit_is_one() -> None:
    """With all that pre-commit asks for, and a command that exists."""
    [hook] = read(ROOT / ".pre-commit-hooks.yaml")
    assert {"id", "name", "entry", "language"} <= set(hook)
    assert hook["entry"] == "prefit check"
    assert hook["pass_filenames"] is False


@pytest.mark.parametrize("system", SYSTEMS)
def test_init_writes_a_job_that_its_system_takes(
    system: str, run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From an empty folder to a gate: a configuration and a workflow that uses it."""
    monkeypatch.chdir(tmp_path)
    assert run("init", SAMPLE, "--target", "income", "--ci", system).code == 0
    job = read(tmp_path / SYSTEMS[system])
    jsonschema.Draft7Validator(schema({"github": "github-workflows", "gitlab": "gitlab-ci"}[system])).validate(job)
    steps = job["jobs"]["prefit"]["steps"] if system == "github" else [job["prefit"]]
    settings = [step.get("env", step.get("variables", {})) for step in steps]
    assert {"PREFIT_DATA": str(SAMPLE), "PREFIT_CONFIG": "prefit.toml"}.items() <= max(settings, key=len).items()
    assert f"prefit=={prefit.__version__}" in (tmp_path / SYSTEMS[system]).read_text()


@pytest.mark.parametrize(("target", "code"), [("binary", 1), ("year", 0)])
def test_the_job_fails_where_the_data_are_not_ready(
    target: str, code: int, run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The script of the job, run as it stands in the file."""
    monkeypatch.chdir(tmp_path)
    data = ROOT / "data_samples" / "bechdel_movies.csv"
    run("init", data, "--target", target, "--ci", "gitlab")
    job = read(tmp_path / SYSTEMS["gitlab"])["prefit"]
    monkeypatch.setenv("PREFIT_DATA", job["variables"]["PREFIT_DATA"])
    monkeypatch.setenv("PREFIT_CONFIG", job["variables"]["PREFIT_CONFIG"])
    [script] = job["script"]
    words = [os.path.expandvars(word) for word in shlex.split(script)]
    assert words[:2] == ["prefit", "check"]
    assert run(*words[1:], "--level", "quick").code == code
    assert (tmp_path / job["artifacts"]["reports"]["junit"]).is_file()


def test_a_configuration_that_is_there_stays(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has one wants the job only."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prefit.toml").write_text('target = "income"\n')
    outcome = run("init", SAMPLE, "--ci", "github")
    assert outcome.out.startswith("written: .github/workflows/prefit.yml.")
    assert (tmp_path / "prefit.toml").read_text() == 'target = "income"\n'


def test_a_job_that_is_there_stays_unless_forced(
    run: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found before the data are read, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".gitlab-ci.yml").write_text("mine: {}\n")
    outcome = run("init", SAMPLE, "--ci", "gitlab")
    assert outcome.code == 2
    assert "ci gitlab must not replace '.gitlab-ci.yml'" in outcome.err
    assert {path.name for path in tmp_path.iterdir()} == {".gitlab-ci.yml"}


def test_a_uri_is_taken_from_a_secret(tmp_path: Path) -> None:
    """It may hold a login, and the file will be committed."""
    path = write_workflow("github", "postgresql://me:secret@db/x?table=t", tmp_path, config="prefit.toml")
    assert "secret@db" not in path.read_text()
    assert 'PREFIT_DATA: "${{ secrets.PREFIT_DATA }}"' in path.read_text()


@pytest.mark.parametrize("name", ["${{ github.token }}", "$HOME/x.csv"])
def test_a_path_that_the_system_would_evaluate_is_refused(name: str, tmp_path: Path) -> None:
    """It would be another path there, or a command."""
    with pytest.raises(UsageError, match=r"data must not hold a \$ for a CI file"):
        write_workflow("github", name, tmp_path, config="prefit.toml")


@pytest.mark.parametrize("name", ['a"b: c.csv', "# no comment.csv", "two\nlines.csv", "{x}.csv"])
def test_odd_names_stay_names(name: str, tmp_path: Path) -> None:
    """YAML reads back what was given."""
    job = read(write_workflow("gitlab", name, tmp_path, config="prefit.toml"))
    assert job["prefit"]["variables"]["PREFIT_DATA"] == name


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(
    ("data", "extra"),
    [
        ("postgresql://me@db/x?table=t", "[postgresql]"),
        ("book.xlsx?sheet=May", "[excel]"),
        ("s3://shop/2026.ods", "[excel]"),
        ("books", "[excel]"),
        ("old.arff.gz", "[arff]"),
        ("lake", "[delta]"),
        ("delta+s3://shop/orders", "[delta]"),
        ("iceberg://shop/sales.orders", "[iceberg]"),
        ("sqlite:///shop.db?table=orders", ""),
        ("s3://shop/orders", ""),
        ("train.parquet", ""),
    ],
)
def test_the_job_installs_what_reads_the_data(
    data: str, extra: str, system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra every run would end as an input that cannot be read."""
    monkeypatch.chdir(tmp_path)
    Path("lake", "_delta_log").mkdir(parents=True)
    Path("books").mkdir()
    Path("books", "may.xlsx").write_bytes(b"PK\x03\x04")
    text = write_workflow(system, data, tmp_path, config="prefit.toml").read_text()
    assert f'install "prefit{extra}=={prefit.__version__}"' in text


def test_an_unknown_system_is_refused_with_those_that_exist(tmp_path: Path) -> None:
    """The nearest name is proposed."""
    with pytest.raises(UsageError, match=r"ci must be a system that prefit knows; got 'githib'.*'github'"):
        write_workflow("githib", "a.csv", tmp_path, config="prefit.toml")
