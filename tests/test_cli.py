"""The command line: what it prints, what it writes, and how it exits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Outcome

from prefit import __version__

Run = Callable[..., Outcome]
SAMPLES = Path(__file__).parent.parent / "data_samples"
SUITES = Path(__file__).parent.parent / "expectations"
VERDICTS = {
    ("adult_income.parquet", "income"): {"ready"},
    ("penguins.jsonl", "species"): {"ready", "at_risk"},
    ("abalone.feather", "rings"): {"ready", "at_risk"},
    ("sick_thyroid.parquet", "diagnosis"): {"at_risk"},
    ("bechdel_movies.csv", "binary"): {"not_ready"},
    ("heart_disease_dirty.csv", "disease"): {"not_ready"},
    ("wine_quality_train.parquet", "quality"): {"ready", "at_risk"},
}


@pytest.mark.parametrize(("sample", "target"), VERDICTS)
def test_every_sample_gets_a_sensible_verdict(run: Run, tmp_path: Path, sample: str, target: str) -> None:
    """A quick check of each sample says what its README says, and writes all files."""
    output = tmp_path / "readiness"
    outcome = run(
        "check", SAMPLES / sample, "--target", target, "--level", "quick", "--expectations", SUITES, "-o", output
    )
    report = json.loads((output / "report.json").read_text())
    assert report["verdict"] in VERDICTS[sample, target], report["reason"]
    assert outcome.code == (1 if report["verdict"] == "not_ready" else 0)
    assert {path.name for path in output.iterdir()} == {"index.html", "report.json", "summary.md"}
    assert outcome.err == ""


def test_strict_fails_at_risk(run: Run) -> None:
    """With ``--strict`` a warning is an exit code."""
    arguments = ("check", SAMPLES / "sick_thyroid.parquet", "--target", "diagnosis", "--level", "quick")
    assert run(*arguments).code == 0
    assert run(*arguments, "--strict").code == 1


def test_test_data_are_compared(run: Run, tmp_path: Path) -> None:
    """``--test`` adds the checks of the splits."""
    run("check", SAMPLES / "wine_quality_train.parquet", "--target", "quality", "--task", "regression",
        "--level", "quick", "--test", SAMPLES / "wine_quality_test.parquet", "-o", tmp_path)  # fmt: skip
    report = json.loads((tmp_path / "report.json").read_text())
    status = {finding["check"]: finding["status"] for finding in report["findings"]}
    assert status["split-overlap"] in ("warn", "fail")
    assert status["schema-mismatch"] == status["split-drift"] == "pass"


def test_config_of_the_folder_is_used(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ``prefit.toml`` where the command runs sets its options; the command line wins."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prefit.toml").write_text('target = "species"\nlevel = "quick"\nskip = ["integrity"]\n')
    assert "species" in run("check", SAMPLES / "penguins.jsonl").out
    assert "island" in run("check", SAMPLES / "penguins.jsonl", "--target", "island").out


def test_plan_is_taken_key_by_key(run: Run, tmp_path: Path) -> None:
    """A plan that must fail is warned of, and its probe stands in the report; a budget so small allows no trial."""
    plan = ("--plan", "depth=12", "--plan", "activation=sigmoid", "--plan", "epochs=1", "--budget", "6s")
    outcome = run(
        "check", SAMPLES / "sick_thyroid.parquet", "--target", "diagnosis", *plan, "--only", "training", "-o", tmp_path
    )
    training = json.loads((tmp_path / "report.json").read_text())["training"]
    assert (training["plan"]["depth"], training["plan"]["activation"]) == (12, "sigmoid")
    assert training["risks"]["vanishing_gradient"] > 0.5
    assert "the budget is too small for a trial" in training["advice"]["initialization"]["why"]
    assert outcome.code == 3


def test_plan_that_makes_no_sense_is_refused(run: Run) -> None:
    """Before any row is read, with the key that was meant."""
    outcome = run("check", "nowhere.parquet", "--target", "y", "--plan", "dept=3")
    assert outcome.code == 2
    assert "Did you mean 'depth'" in outcome.err


def test_profile_prints_and_writes_the_columns(run: Run, tmp_path: Path) -> None:
    """One line per column, and ``profile.json`` on request."""
    outcome = run("profile", SAMPLES / "penguins.jsonl", "-o", tmp_path)
    assert outcome.code == 0
    assert "bill_length_mm" in outcome.out
    content = json.loads((tmp_path / "profile.json").read_text())
    assert content["dataset"]["rows"] == 344


def test_explain_prints_the_page_of_a_check(run: Run) -> None:
    """The page has its sections; an unknown id is refused with the nearest one."""
    assert "When it may be a false alarm" in run("explain", "target-leakage").out
    outcome = run("explain", "target-leak")
    assert outcome.code == 2
    assert "Did you mean 'target-leakage'?" in outcome.err


def test_init_writes_a_configuration(run: Run, tmp_path: Path) -> None:
    """It is written once, and not over an edited one."""
    path = tmp_path / "prefit.toml"
    assert run("init", SAMPLES / "penguins.jsonl", "--target", "species", "-o", path).code == 0
    assert run("init", SAMPLES / "penguins.jsonl", "-o", path).code == 2


def test_quiet_prints_the_verdict_only(run: Run) -> None:
    """One short block for logs."""
    outcome = run("check", SAMPLES / "penguins.jsonl", "--target", "species", "--level", "quick", "--quiet")
    lines = outcome.out.strip().splitlines()
    assert len(lines) <= 6  # the reason is cut at 400 characters
    assert "exit code" in lines[-1]
    assert "→" not in outcome.out


def test_debug_shows_the_traceback(run: Run, tmp_path: Path) -> None:
    """Only when it is asked for."""
    assert "Traceback" in run("check", tmp_path / "none.csv", "--debug").err


def test_module_is_the_command() -> None:
    """``python -m prefit`` prints the version as ``prefit`` does."""
    done = subprocess.run([sys.executable, "-m", "prefit", "--version"], capture_output=True, text=True, check=True)
    assert __version__ in done.stdout


@pytest.mark.parametrize(("given", "expected"), [({}, "20"), ({"OPENBLAS_THREAD_TIMEOUT": "26"}, "26")])
def test_threads_of_blas_sleep_while_they_have_nothing_to_do(given: dict[str, str], expected: str) -> None:
    """Set before numpy is loaded, in the process of the command alone; what the user has set stays."""
    code = """
import atexit, os, sys
atexit.register(lambda: print(os.environ["OPENBLAS_THREAD_TIMEOUT"], "numpy" in sys.modules))
from prefit import cli
sys.argv = ["prefit", "--version"]
cli.main()
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS")} | given
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.splitlines()[-1] == f"{expected} False"


def test_a_crash_of_a_library_says_where() -> None:
    """It takes the process with it: the exit code is the signal's, and the stack is on standard error."""
    code = """
import os, signal
from prefit import cli
cli.commands.main = lambda *_, **__: os.kill(os.getpid(), signal.SIGSEGV)
cli.main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGSEGV
    assert "Segmentation fault" in done.stderr
    assert "prefit/cli.py" in done.stderr
