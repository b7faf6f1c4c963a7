"""GitHub Actions: the summary of a step, annotations and outputs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from prefit.errors import UsageError
from prefit.formats import markdown
from prefit.formats.visible import clip, visible
from prefit.formats.wording import by_check, in_history
from prefit.report import Report
from prefit.verdict import worst_first

__all__ = ["annotate", "is_here", "write_step"]

MAX_ANNOTATIONS = 10
"""Of each kind that GitHub shows for a step."""
MAX_TEXT = 1000
_COMMANDS = {"fail": "error", "error": "error", "skip": "error", "warn": "warning"}


def is_here(environment: Mapping[str, str]) -> bool:
    """Whether this process runs in a step of GitHub Actions."""
    return environment.get("GITHUB_ACTIONS") == "true"


def annotate(report: Report) -> list[str]:
    """Return workflow commands that mark what failed, did not run, or warns.

    Findings of one check are one annotation; GitHub shows ten errors and ten warnings of a step, and what is beyond
    them is counted in the last. Waived findings give none.

    Examples
    --------
    >>> from prefit import check
    >>> import pyarrow as pa
    >>> annotate(check(pa.table({"a": [1] * 100, "b": range(100)}), level="quick"))[0].split(" ")[0]
    '::warning'
    """
    live = [finding for finding in worst_first(report.findings) if finding.waived is None]
    grouped: dict[str, list[str]] = {"error": [], "warning": []}
    for finding, alike in by_check(live):
        if finding.status in _COMMANDS:
            more = f" And {alike} more of this kind." if alike else ""
            advice = f" {finding.remedy}" if finding.remedy else ""
            did = " did not run" if finding.status in ("skip", "error") else ""
            title = f"prefit: {finding.check}{did}"
            kind = _COMMANDS[finding.status]
            grouped[kind].append(f"::{kind} title={_property(title)}::{_data(finding.message + more + advice)}")
    if report.history is not None and report.history["error"] is not None:
        grouped["error"].insert(0, f"::error title={_property('prefit: history')}::{_data(in_history(report.history))}")
    return [line for lines in grouped.values() for line in _at_most(lines)]


def write_step(report: Report, environment: Mapping[str, str]) -> None:
    """Append to the summary and the outputs of the step, where the runner has named files for them.

    The outputs are ``verdict``, ``exit-code``, ``failed``, ``warnings`` and ``not-run``.

    Raises
    ------
    UsageError
        If the runner's files cannot be written.
    """
    counts = report.counts
    outputs = {
        "verdict": report.verdict,
        "exit-code": report.exit_code,
        "failed": counts["fail"],
        "warnings": counts["warn"],
        "not-run": counts["skip"] + counts["error"],
    }
    said = "".join(f"{name}={value}\n" for name, value in outputs.items())
    for variable, text in (("GITHUB_STEP_SUMMARY", markdown.render(report)), ("GITHUB_OUTPUT", said)):
        if environment.get(variable):
            _append(Path(environment[variable]), text, variable)


def _append(file: Path, text: str, variable: str) -> None:
    try:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise UsageError(
            f"{variable} must name a file that can be written; got {error.strerror}. Unset it where this is no step of "
            "GitHub Actions."
        ) from None


def _at_most(lines: list[str]) -> list[str]:
    if len(lines) <= MAX_ANNOTATIONS:
        return lines
    beyond = len(lines) - MAX_ANNOTATIONS + 1
    kind = lines[0].split(" ", 1)[0]
    return [*lines[: MAX_ANNOTATIONS - 1], f"{kind} title=prefit::And {beyond} more, in the summary of the step."]


def _data(text: str) -> str:
    """Escape the message of a command: the runner decodes these three and nothing else."""
    return clip(visible(text), MAX_TEXT).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
