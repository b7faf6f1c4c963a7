"""Where the outcome of a run goes: a folder, standard output, the terminal, and the CI system that runs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from prefit.errors import UsageError
from prefit.formats import DEFAULT, FORMATS, check_directory, parse_formats, render
from prefit.report import Report
from prefit.screen import printable, say

__all__ = ["STDOUT", "check_output", "publish"]

STDOUT = "-"
"""The ``--output`` that stands for standard output."""


def check_output(output: str | None, formats: str | None) -> tuple[str, ...]:
    """Refuse an output that cannot be written, before the work begins; return the formats to write.

    Parameters
    ----------
    output : str or None
        A folder, or ``"-"`` for standard output, which takes one format: ``report.json`` unless another is named.
    formats : str or None
        As ``--format`` takes it.

    Raises
    ------
    UsageError
        If a format does not exist, cannot be made here or has no output to go to, or the folder cannot be written.
    """
    if output == "":
        raise UsageError("output must be a folder or -; got an empty text. Name one, or leave --output out.")
    if output is None and formats is not None:
        raise UsageError(f"format says what --output is to hold; got {formats!r} and no output. Add --output DIR or -.")
    if output != STDOUT:
        wanted = parse_formats(DEFAULT if formats is None else formats)
        if output is not None:
            check_directory(Path(output))
        return wanted
    if sys.stdout is None:
        raise UsageError("output - needs standard output; got none, as it is closed. Open it, or name a folder.")
    wanted = parse_formats("json" if formats is None else formats)
    if len(wanted) > 1:
        raise UsageError(f"output - takes one format; got {', '.join(wanted)}. Choose one of {', '.join(FORMATS)}.")
    return wanted


def publish(report: Report, output: str | None, formats: Sequence[str], *, quiet: bool, verbose: bool) -> None:
    """Write the files of a report, print it, and tell GitHub Actions where that runs prefit.

    Raises
    ------
    UsageError
        If a file cannot be written.
    """
    from prefit.integrations import github

    if output == STDOUT:
        content = render(report, formats[0])
        if isinstance(content, bytes):
            click.echo(content, nl=False)
        else:
            say(content, nl=False, form=formats[0])
    else:
        from prefit.formats import terminal

        written = report.save(output, formats) if output else []
        say(terminal.render(report, quiet=quiet, verbose=verbose, written=written), nl=False)
    if github.is_here(os.environ):
        github.write_step(report, os.environ)
        for line in github.annotate(report):
            click.echo(line, err=True)
    if report.history is not None and report.history["error"] is not None:
        say(f"prefit: {printable(report.history['error'])}", err=True)
    if sys.stdout is not None:  # which a service may have closed
        sys.stdout.flush()
