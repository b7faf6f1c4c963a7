"""report.pdf: the page on paper, printed by an installed Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from prefit.errors import UsageError
from prefit.formats import html
from prefit.report import Report

__all__ = ["FILE_NAME", "NAME", "find_browser", "render"]

NAME = "pdf"
FILE_NAME = "report.pdf"
VARIABLE = "PREFIT_CHROMIUM"
SECONDS = 120
_COMMANDS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)  # fmt: skip


def render(report: Report) -> bytes:
    """Return the page of a report as a PDF, as Chromium prints it.

    Raises
    ------
    UsageError
        If there is no Chromium, or it does not print.
    """
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="prefit-") as folder:
        page, paper = Path(folder, html.FILE_NAME), Path(folder, FILE_NAME)
        page.write_text(html.render(report), encoding="utf-8")
        command = [
            *(browser, "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-sync"),
            *("--disable-background-networking", "--disable-dev-shm-usage", "--no-pdf-header-footer"),
            *(["--no-sandbox"] if _is_root() else []),
            *(f"--user-data-dir={folder}/profile", f"--print-to-pdf={paper}", page.as_uri()),
        ]
        reason = _run(command)
        if not paper.is_file():
            raise UsageError(
                f"format pdf needs a Chromium that prints; got from {browser!r}: {reason}. Set {VARIABLE} to another "
                "one, or write html: browsers print that page in the same way."
            )
        return paper.read_bytes()


def find_browser() -> str:
    """Return the Chromium to print with: that of ``PREFIT_CHROMIUM``, else the first that is installed.

    Raises
    ------
    UsageError
        If there is none.
    """
    named = os.environ.get(VARIABLE)
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, _COMMANDS)), None)
    if found is None:
        got = f"{VARIABLE}={named!r}, which is no program" if named else "none on the path"
        raise UsageError(
            f"format pdf needs an installed Chromium or Chrome; got {got}. Install one (apt-get install chromium), set "
            f"{VARIABLE} to its path, or write html: browsers print that page in the same way."
        )
    return found


def _run(command: list[str]) -> str:
    """Run the browser; return why it may not have printed."""
    try:
        done = subprocess.run(  # noqa: S603 - the program is the user's browser, and no part of the data is in its arguments
            command, capture_output=True, text=True, errors="replace", timeout=SECONDS, check=False
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        return "no answer in time" if isinstance(error, subprocess.TimeoutExpired) else str(error.strerror)
    lines = done.stderr.strip().splitlines()
    return f"exit code {done.returncode}" + (f", {lines[-1][:200]}" if lines else "")


def _is_root() -> bool:
    """Whether the sandbox of Chromium would refuse to start."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
