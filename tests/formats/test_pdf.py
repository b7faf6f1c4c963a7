from __future__ import annotations

from pathlib import Path

import pytest

from prefit.errors import UsageError
from prefit.formats import parse_formats, pdf
from prefit.report import Report


def test_chromium_prints_the_page(report: Report) -> None:
    """The file is a PDF of some pages."""
    content = pdf.render(report)
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") >= 2
    assert b"%%EOF" in content[-16:]


def test_a_machine_without_chromium_is_told_before_the_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The message says what to install and what does the same."""
    monkeypatch.setattr("shutil.which", lambda _command: None)
    with pytest.raises(UsageError, match=r"needs an installed Chromium .* got none on the path\. Install one .* html"):
        parse_formats("html,pdf")


def test_a_named_browser_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one is not taken instead."""
    monkeypatch.setenv("PREFIT_CHROMIUM", "/no/such/browser")
    with pytest.raises(UsageError, match="PREFIT_CHROMIUM='/no/such/browser', which is no program"):
        pdf.find_browser()


def test_a_browser_that_does_not_print_is_named(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last words are in the message."""
    monkeypatch.setenv("PREFIT_CHROMIUM", "false")
    with pytest.raises(UsageError, match=r"got from '.*false': exit code 1\. Set PREFIT_CHROMIUM"):
        pdf.render(report)
