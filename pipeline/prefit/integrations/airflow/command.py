"""The command line of prefit, run in a process of its own, in the environment of a given interpreter."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Outcome", "arguments", "ended", "run"]

_MAIN = "import json, sys; sys.argv[1:] = json.load(sys.stdin); from prefit.cli import main; main()"
"""Arguments come by standard input: a list of processes shows the command line, and a URI may hold a password."""

_KEPT_LINES = 20
_EXIT_CODES = {"ready": (0,), "at_risk": (0, 1), "not_ready": (1,), "cannot_tell": (3,)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    Attributes
    ----------
    exit_code : int
        That of prefit; negative if a signal ended it.
    report : mapping or None
        The content of ``report.json``; None where none was written, whatever the exit code says.
    message : str
        What it said last.
    """

    exit_code: int
    report: Mapping[str, Any] | None
    message: str

    @property
    def is_judged(self) -> bool:
        """Whether there is a verdict, and the exit code that belongs to it."""
        return self.report is not None and self.exit_code in _EXIT_CODES.get(self.report["verdict"], ())

    def summary(self, saved: str | None) -> dict[str, Any]:
        """Return the few figures that other tasks need; `saved` is where the report is."""
        report = self.report or {}
        kept = {key: report.get("dataset", {}).get(key) for key in ("name", "rows", "columns", "target", "fingerprint")}
        return {
            "verdict": report.get("verdict"),
            "reason": report.get("reason"),
            "exit_code": self.exit_code,
            "counts": report.get("counts"),
            "dataset": kept,
            "report": saved,
        }


def arguments(data: str, output: str, options: Mapping[str, Any]) -> list[str]:
    """Return the arguments of ``prefit check``.

    Options have the names that they have in Python; what is None or False is left out.

    Examples
    --------
    >>> arguments("d.csv", "out", {"target": "y", "drop": ["a", "b"], "strict": True, "plan": {"depth": 2}})
    ['check', '--target=y', '--drop=a', '--drop=b', '--strict', '--plan=depth=2', '--output=out', '--', 'd.csv']
    """
    found = ["check"]
    for name, value in options.items():
        option = f"--{name.replace('_', '-')}"
        if value is None or value is False:
            continue
        if value is True:
            found.append(option)
        elif isinstance(value, Mapping):
            found += [f"{option}={key}={each}" for key, each in value.items()]
        elif isinstance(value, Sequence) and not isinstance(value, str):
            found += [f"{option}={each}" for each in value]
        else:
            found.append(f"{option}={value}")
    return [*found, f"--output={output}", "--", data]


def run(
    python: str,
    args: Sequence[str],
    folder: Path,
    *,
    env: Mapping[str, str] | None = None,
    cwd: str | None = None,
    on_line: Callable[[str], None],
    on_start: Callable[[subprocess.Popen[str]], None] = lambda _process: None,
) -> Outcome:
    """Run prefit and wait for its end; whatever ends the wait ends the process too.

    Parameters
    ----------
    python : str
        Interpreter of the environment that prefit is installed in.
    args : sequence of str
    folder : pathlib.Path
        Where the report is written, as `args` say: an absolute path, which `cwd` does not move.
    env : mapping, optional
        Variables beside those of this process.
    cwd : str, optional
        Working directory.
    on_line : callable
        Told every line that it prints.
    on_start : callable, optional
        Given the process.

    Raises
    ------
    OSError
        If there is no such interpreter.
    """
    written = folder / "report.json"
    written.unlink(missing_ok=True)  # of an earlier run
    process = subprocess.Popen(  # noqa: S603
        [python, "-c", _MAIN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=_environment(env or {}),
        cwd=cwd,
        start_new_session=True,
    )
    last: deque[str] = deque(maxlen=_KEPT_LINES)
    with process:
        try:
            on_start(process)
            _feed(process, json.dumps(list(args)))
            for line in process.stdout or ():
                last.append(line.rstrip())
                on_line(last[-1])
            process.wait()
        except BaseException:  # a timeout of Airflow is no Exception; the end of `with` waits without limit
            ended(process)
            raise
    said = [line.removeprefix("prefit: ") for line in last if line.startswith("prefit: ")]
    return Outcome(process.returncode, _read(written), (said or list(last) or ["it said nothing"])[-1])


def ended(process: subprocess.Popen[str], *, patience_s: float = 10) -> None:
    """End a process and those that it started, first by asking."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience_s)


def _feed(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # it ended before it began: its exit code says so
        process.stdin.write(text)
        process.stdin.close()


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of the process: not those that lead Python to the modules of this one."""
    own = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    return own | {"PYTHONUNBUFFERED": "1"} | dict(given)


def _read(path: Path) -> Mapping[str, Any] | None:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None
