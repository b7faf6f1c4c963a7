from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

TABLES = """
import pyarrow as pa

READY = pa.table({"a": range(200), "b": [0.5, 1.5, 2.5, 0.25] * 50})
AT_RISK = READY.append_column("same", pa.array([1] * 200))
FAILING = pa.table({"a": [1] * 200, "b": [2] * 200})
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project of somebody who tests with pytest, warnings as errors."""
    pytester.makepyfile(tables=TABLES)
    pytester.makeini("[pytest]\nfilterwarnings = error\n")
    return pytester


def gate(project: pytest.Pytester, call: str, *arguments: str) -> pytest.RunResult:
    """Run one test that makes a call."""
    project.makepyfile(f"import tables\n\ndef test_data(prefit_ready):\n    assert {call}.verdict\n")
    return project.runpytest_subprocess("-p", "no:randomly", *arguments)


def test_data_that_are_ready_pass(project: pytest.Pytester) -> None:
    """At risk is no failure, as on the command line."""
    gate(project, "prefit_ready(tables.AT_RISK, level='quick')").assert_outcomes(passed=1)


def test_at_risk_fails_under_strict(project: pytest.Pytester) -> None:
    """The message is the report on one screen, not a traceback."""
    result = gate(project, "prefit_ready(tables.AT_RISK, level='quick', strict=True)")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([" AT RISK *", "*2 warnings*exit code 1"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_the_configuration_of_the_project_counts(project: pytest.Pytester) -> None:
    """Options of prefit.toml are those of the test, unless it says otherwise."""
    project.path.joinpath("prefit.toml").write_text('strict = true\nlevel = "quick"\n')
    gate(project, "prefit_ready(tables.AT_RISK)").assert_outcomes(failed=1)
    gate(project, "prefit_ready(tables.AT_RISK, strict=False)").assert_outcomes(passed=1)


def test_wrong_usage_is_an_error_of_the_test(project: pytest.Pytester) -> None:
    """A target that does not exist is not a data set that is not ready."""
    result = gate(project, "prefit_ready(tables.READY, target='lable')")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["prefit: target 'lable' is not a column*"])
    result.stdout.no_fnmatch_line("*gate.py*")


def test_reports_are_kept_and_verdicts_recorded(project: pytest.Pytester, tmp_path: Path) -> None:
    """One folder per test, and a property in the JUnit file of pytest, which is no warning."""
    arguments = ("--prefit-output", str(tmp_path), "--junit-xml", str(tmp_path / "junit.xml"), "-W", "error")
    gate(project, "prefit_ready(tables.AT_RISK, level='quick')", *arguments).assert_outcomes(passed=1)
    [folder] = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert json.loads((folder / "report.json").read_text())["verdict"] == "at_risk"
    assert '<property name="prefit_verdict" value="at_risk"' in (tmp_path / "junit.xml").read_text()


def test_each_call_in_a_test_keeps_its_report(project: pytest.Pytester, tmp_path: Path) -> None:
    """A second data set does not replace the report of the first."""
    calls = "[prefit_ready(data, level='quick') for data in (tables.AT_RISK, tables.READY)][0]"
    gate(project, calls, "--prefit-output", str(tmp_path)).assert_outcomes(passed=1)
    folders = sorted(path for path in tmp_path.iterdir() if path.is_dir())
    columns = [len(json.loads((folder / "report.json").read_text())["columns"]) for folder in folders]
    assert columns == [3, 2]


def test_the_plugin_loads_nothing_until_a_test_asks(project: pytest.Pytester) -> None:
    """Whoever has prefit installed pays nothing for it in other tests."""
    project.makepyfile(
        "import sys\n\ndef test_light():\n    assert not {'numpy', 'pyarrow', 'prefit.gate'} & set(sys.modules)\n"
    )
    project.runpytest_subprocess().assert_outcomes(passed=1)
