"""The operator: a gate between the task that makes data and the one that trains on them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, NoReturn

from prefit.integrations.airflow import command
from prefit.integrations.airflow.compat import (
    AirflowException,
    AirflowFailException,
    AirflowSkipException,
    BaseOperator,
    ObjectStoragePath,
)

__all__ = ["PrefitOperator"]

_USAGE_OR_INPUT = 2


class PrefitOperator(BaseOperator):  # type: ignore[misc, unused-ignore]
    """Judge data before a training, and fail where it will not work.

    Parameters
    ----------
    data : str
        Path, glob, folder or URI, as on the command line. Templated, as are all options that are texts.
    target : str, optional
        Column to predict.
    options : mapping, optional
        The other options of ``prefit.check`` and of the command line, by their names in Python:
        ``{"group": "patient", "level": "quick", "drop": ["id"], "strict": True, "plan": {"depth": 2}}``.
    report : str, optional
        Where the report is kept: a folder (relative to `cwd`), or the URI of one in an object store (``s3://...``),
        written by Airflow's own object storage.
    report_conn_id : str, optional
        Connection of Airflow for that store.
    python : str, optional
        Interpreter of the environment that prefit is installed in; default that of Airflow. With an environment of its
        own (``/opt/prefit/bin/python``) prefit's libraries and those of Airflow never meet.
    soft_fail : bool, default False
        Whether data that are *not ready*, and those of which prefit *cannot tell*, skip what follows instead of failing
        the run. Data that cannot be read and wrong options fail all the same.
    retry_unreadable : bool, default False
        Whether data that cannot be read are worth another try, as `retries` allow.
    env : mapping, optional
        Variables for the process, such as credentials of a store; it has those of the worker too, but ``PYTHONPATH``
        and ``PYTHONHOME``.
    cwd : str, optional
        Its working directory, where a ``prefit.toml`` is found; default that of the worker.
    **kwargs
        As for any operator.

    Notes
    -----
    The value of the task (XCom) is a small dict: ``verdict``, ``reason``, ``exit_code``, ``counts``, ``dataset`` and
    ``report``, the place of the report. It is there when the gate fails, too.

    A verdict does not change by trying again: the task fails at once, whatever `retries` say. A process that was
    killed, an interpreter that is not there or a store that does not answer are worth a retry and take one.
    """

    template_fields: Sequence[str] = ("data", "target", "options", "report", "python", "env", "cwd")
    template_fields_renderers: ClassVar[dict[str, str]] = {"options": "json", "env": "json"}
    ui_color: ClassVar[str] = "#d9ead3"

    def __init__(
        self,
        *,
        data: str,
        target: str | None = None,
        options: Mapping[str, Any] | None = None,
        report: str | None = None,
        report_conn_id: str | None = None,
        python: str | None = None,
        soft_fail: bool = False,
        retry_unreadable: bool = False,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.data = data
        self.target = target
        self.options = dict(options or {})
        self.report = report
        self.report_conn_id = report_conn_id
        self.python = python
        self.soft_fail = soft_fail
        self.retry_unreadable = retry_unreadable
        self.env = dict(env or {})
        self.cwd = cwd
        self._process: subprocess.Popen[str] | None = None

    def execute(self, context: Any) -> dict[str, Any]:
        """Run the check and return its summary.

        Raises
        ------
        AirflowFailException
            If the data are not ready, or prefit cannot tell, or cannot read them.
        AirflowSkipException
            Instead, with `soft_fail`, of the first two.
        AirflowException
            If it could not be run to its end, which is worth a retry.
        """
        with self._folder() as folder:
            outcome = self._run(folder)
            if not outcome.is_judged:
                self._refuse(outcome)
            saved = self._saved(folder)
        summary = outcome.summary(saved)
        if outcome.exit_code == 0:
            return summary
        context["ti"].xcom_push(key="return_value", value=summary)
        told = f"prefit: {summary['verdict'].replace('_', ' ')}: {summary['reason']}"
        told += f" Report: {saved}" if saved else ""
        raise AirflowSkipException(told) if self.soft_fail else AirflowFailException(told)

    def on_kill(self) -> None:
        """End the process when the task is cleared or runs out of time."""
        if self._process is not None:
            command.ended(self._process)

    def _run(self, folder: Path) -> command.Outcome:
        options = {"target": self.target} | self.options
        python = self.python or sys.executable
        try:
            return command.run(
                python,
                command.arguments(self.data, str(folder), options),
                folder,
                env=self.env,
                cwd=self.cwd,
                on_line=self.log.info,
                on_start=lambda process: setattr(self, "_process", process),
            )
        except OSError as error:
            raise AirflowException(f"prefit could not be started by {python}: {error}") from error

    def _refuse(self, outcome: command.Outcome) -> NoReturn:
        told = f"prefit ended with exit code {outcome.exit_code} and without a verdict: {outcome.message}"
        if outcome.exit_code == _USAGE_OR_INPUT and not self.retry_unreadable:
            raise AirflowFailException(told)
        raise AirflowException(told)

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        """Give the folder that the report is written to: the one that is asked for if it is on this machine."""
        if self.report and "://" not in self.report:
            kept = Path(self.cwd or "", self.report).absolute()  # as the process sees it, and all that follow
            kept.mkdir(parents=True, exist_ok=True)
            yield kept
            return
        with tempfile.TemporaryDirectory(prefix="prefit-") as folder:
            yield Path(folder)

    def _saved(self, folder: Path) -> str | None:
        if not self.report:
            return None
        if "://" not in self.report:
            return str(folder)
        place = ObjectStoragePath(self.report, conn_id=self.report_conn_id)
        place.mkdir(parents=True, exist_ok=True)
        for path in sorted(path for path in folder.iterdir() if path.is_file()):
            (place / path.name).write_bytes(path.read_bytes())
        return self.report
