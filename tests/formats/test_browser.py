"""The page in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.formats.samples import REPORT, hostile, wide, without_target

from prefit.report import Report

REPORTS = {"rich": REPORT, "without target": without_target(), "hostile": hostile(), "wide": wide(300)}
MISSING = "chromium is not installed: these tests need a real browser. Install it with: apt-get install chromium"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, MISSING
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


class Visit:
    """A page opened from its file, and everything that it did on its own."""

    def __init__(
        self, browser: Browser, report: Report, directory: Path, *, width: int = 1280, scheme: str = "light"
    ) -> None:
        [file] = report.save(directory, ["html"])
        self.page: Page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
        self.noise: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.noise.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.noise.append(str(error)))
        self.page.on("dialog", lambda dialog: self.noise.append(dialog.message))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(file.as_uri())
        self.requests.remove(file.as_uri())


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_is_quiet(browser: Browser, tmp_path: Path, name: str) -> None:
    """No message in the console, no dialog, and no request but for the file itself."""
    visit = Visit(browser, REPORTS[name], tmp_path)
    assert visit.noise == []
    assert visit.requests == []
    visit.page.close()


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("width", [390, 768, 1280])
def test_the_page_never_scrolls_sideways(browser: Browser, tmp_path: Path, name: str, width: int) -> None:
    """Nothing is wider than the window, on a phone or elsewhere; wide tables scroll in themselves."""
    visit = Visit(browser, REPORTS[name], tmp_path, width=width)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    visit.page.close()


def test_hostile_names_are_only_text(browser: Browser, tmp_path: Path) -> None:
    """No element comes from a name, and no style hides the page."""
    page = Visit(browser, hostile(), tmp_path).page
    assert page.locator("script, img, iframe, [onmouseover], [onerror]").count() == 0
    assert page.locator("style").count() == 1
    assert page.locator("h1").is_visible()
    assert "<script>alert(1)</script>" in page.locator(".dataset").inner_text()
    page.close()


def test_verdict_and_counts_are_on_the_first_screen(browser: Browser, tmp_path: Path) -> None:
    """On a phone as well, without scrolling."""
    page = Visit(browser, REPORT, tmp_path, width=390).page
    bottom = page.locator(".counts").bounding_box()
    assert bottom
    assert bottom["y"] + bottom["height"] <= 800
    page.close()


def test_dark_mode_is_dark(browser: Browser, tmp_path: Path) -> None:
    """The page follows the colour scheme of the reader."""
    colours = []
    for scheme in ("light", "dark"):
        page = Visit(browser, REPORT, tmp_path, scheme=scheme).page
        colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.close()
    assert colours == ["rgb(245, 246, 248)", "rgb(17, 20, 26)"]


def test_print_unfolds_what_is_folded(browser: Browser, tmp_path: Path) -> None:
    """On paper nobody can open a fold: passed checks and figures are printed."""
    page = Visit(browser, REPORT, tmp_path).page
    assert not page.locator(".passed").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".passed").is_visible()
    assert not page.locator("nav").is_visible()
    page.close()


def test_no_table_is_cut_off_on_paper(browser: Browser, tmp_path: Path) -> None:
    """Paper does not scroll: every table fits the width of a page."""
    page = Visit(browser, REPORT, tmp_path, width=700).page
    page.emulate_media(media="print")
    cut = "[...document.querySelectorAll('.scroll')].filter(box => box.scrollWidth > box.clientWidth + 1).length"
    assert page.evaluate(cut) == 0
    page.close()
