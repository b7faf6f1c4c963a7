"""The process that the operator of Airflow starts, without Airflow."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from prefit.integrations.airflow.command import Outcome, arguments, ended, run
from prefit.integrations.airflow.provider import get_provider_info

Shell = Callable[[str], Outcome]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Run a shell script in place of Python; ``report`` is the path of the report."""

    def started(script: str) -> Outcome:
        python = tmp_path / "python"
        python.write_text(f'#!/bin/sh\nreport="{tmp_path}/report.json"\n{script}\n')
        python.chmod(0o755)
        return run(str(python), ["check"], tmp_path, on_line=lambda _line: None)

    return started


def test_check_is_run_by_the_interpreter(tmp_path: Path) -> None:
    """Its lines are told as they come, and its report is read."""
    (tmp_path / "d.csv").write_text("a\n" + "1\n" * 50)
    lines: list[str] = []
    args = arguments(str(tmp_path / "d.csv"), str(tmp_path / "out"), {"level": "quick"})
    outcome = run(sys.executable, args, tmp_path / "out", on_line=lines.append)
    assert outcome.is_judged, outcome
    assert outcome.summary(None)["dataset"]["rows"] == 50
    assert any("constant-column" in line for line in lines)


def test_arguments_are_not_in_the_list_of_processes(shell: Shell) -> None:
    """A password in a URI would be seen by all who may list processes."""
    outcome = shell('echo "$@" | grep -q check && exit 9; grep -q check && exit 7')
    assert outcome.exit_code == 7


@pytest.mark.parametrize(
    ("script", "judged"),
    [
        ("exit 0", False),
        ("exit 1", False),
        ("""echo '{"verdict": "ready"}' > "$report"; exit 0""", True),
        ("""echo '{"verdict": "not_ready"}' > "$report"; exit 1""", True),
        ("""echo '{"verdict": "at_risk"}' > "$report"; exit 1""", True),
        ("""echo '{"verdict": "cannot_tell"}' > "$report"; exit 3""", True),
        ("""echo '{"verdict": "ready"}' > "$report"; exit 4""", False),
        ("""echo '{"verdict": "ready"}' > "$report"; kill -9 $$""", False),
        ("""echo '{"verdict": "not_ready"}' > "$report"; exit 0""", False),
        ("""echo '{"verd' > "$report"; exit 0""", False),
    ],
)
def test_verdict_takes_a_report_and_its_exit_code(shell: Shell, script: str, judged: bool) -> None:
    """Python itself ends with 1 when prefit is not installed: that is no verdict, nor is a report of a broken run."""
    assert shell(script).is_judged is judged


def test_report_of_an_earlier_run_is_no_verdict(shell: Shell, tmp_path: Path) -> None:
    """What lies in the folder from before is removed."""
    (tmp_path / "report.json").write_text(json.dumps({"verdict": "ready"}))
    assert not shell("exit 0").is_judged


def test_last_words_are_kept(shell: Shell) -> None:
    """What prefit says weighs more than what comes after it."""
    assert shell("echo 'prefit: no such file' >&2; echo more; exit 2").message == "no such file"
    assert shell("echo 'No module named prefit' >&2; exit 1").message == "No module named prefit"
    assert shell("exit 5").message == "it said nothing"


def test_modules_of_the_worker_are_not_those_of_the_process(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path of Airflow's own modules stays with Airflow."""
    monkeypatch.setenv("PYTHONPATH", "/airflow/plugins")
    assert shell('[ -z "$PYTHONPATH" ] || exit 9; exit 6').exit_code == 6


def test_whatever_ends_the_wait_ends_the_process(tmp_path: Path) -> None:
    """The timeout of Airflow is no Exception, and comes while a line is awaited."""

    class TaskTimeout(BaseException):
        pass

    def expire(_number: int, _frame: object) -> None:
        raise TaskTimeout

    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec sleep 30\n")
    python.chmod(0o755)
    started: list[subprocess.Popen[str]] = []
    earlier = signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    began = time.monotonic()
    try:
        with pytest.raises(TaskTimeout):
            run(str(python), [], tmp_path, on_line=lambda _line: None, on_start=started.append)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, earlier)
    assert started[0].returncode == -signal.SIGTERM
    assert time.monotonic() - began < 20


def test_process_and_its_children_are_ended() -> None:
    """Also those that it started, and those that do not listen."""
    script = "trap '' TERM; sleep 600 & echo $!; wait; wait"
    process = subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    child = os.pidfd_open(int(process.stdout.readline()))
    ended(process, patience_s=0.2)
    process.stdout.close()
    assert process.returncode == -9
    is_over, _, _ = select.select([child], [], [], 30)  # readable when the process has ended, whoever waits for it
    os.close(child)
    assert is_over


def test_provider_names_what_it_has() -> None:
    """Airflow reads these without importing the operator."""
    info = get_provider_info()
    assert info["package-name"] == "prefit"
    assert [found["name"] for found in info["task-decorators"]] == ["prefit"]
