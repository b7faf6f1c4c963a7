"""The page in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from tests.formats.sample_baseline import COMPARISON, hostile_comparison
from tests.formats.sample_training import training
from tests.formats.samples import HOSTILE_NAMES, hostile, wide, with_suspects, without_target

from prefit.formats import comparison
from prefit.report import Report

REPORT = replace(with_suspects(), training=training())
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
        self, browser: Browser, report: Report, directory: Path, *, width: int = 1280, scheme: str = "light", **how: Any
    ) -> None:
        file = report.save(directory, ["html"])[0]
        self.page: Page = browser.new_page(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            **how,  # type: ignore[arg-type]
        )
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
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_no_violation(browser: Browser, tmp_path: Path, name: str, scheme: str, width: int) -> None:
    """Contrast, names, roles and structure, with all that is folded open; axe is let in past the policy of the page."""
    page = Visit(browser, REPORTS[name], tmp_path, width=width, scheme=scheme, bypass_csp=True).page
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    found = Axe().run(page)
    assert found.response["passes"]
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found.response["violations"]] == []
    page.close()


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
    assert page.locator("img, iframe, [onmouseover], [onerror]").count() == 0
    assert page.locator("script").count() == 1
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


def test_columns_are_searched_by_name_kind_and_check(browser: Browser, tmp_path: Path) -> None:
    """Rows that do not match are hidden, and how many are left is said."""
    page = Visit(browser, REPORT, tmp_path).page
    page.get_by_label("Find a column").fill("missing-values")
    assert page.locator("table.columns tbody tr:visible th bdi").all_inner_texts() == ["occupation"]
    assert page.locator("#found").inner_text() == f"1 of {len(REPORT.columns)} columns"
    page.close()


def test_columns_are_sorted_by_a_press_of_a_key(browser: Browser, tmp_path: Path) -> None:
    """Most missing first, least at the second press; the header says so to a screen reader."""
    page = Visit(browser, REPORT, tmp_path).page
    header = page.locator("table.columns thead th").filter(has_text="Missing")
    header.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") == "descending"
    assert page.locator("table.columns tbody bdi").first.inner_text() == "occupation"
    page.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") == "ascending"
    assert page.locator("table.columns tbody bdi").last.inner_text() == "occupation"
    page.close()


def test_without_scripts_the_page_is_whole(browser: Browser, tmp_path: Path) -> None:
    """Every column is there, and no control that does nothing."""
    page = Visit(browser, REPORT, tmp_path, java_script_enabled=False).page
    assert page.locator("table.columns tbody tr:visible").count() == len(REPORT.columns)
    assert not page.locator("#search").is_visible()
    assert page.locator("table.columns thead button").count() == 0
    page.close()


def test_no_other_script_can_run(browser: Browser, tmp_path: Path) -> None:
    """Even where markup got into the page, the policy would not let it act."""
    visit = Visit(browser, REPORT, tmp_path)
    visit.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<svg onload=alert(1)></svg>')")
    visit.page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'alert(2)'}))")
    assert visit.page.evaluate("1") == 1
    assert len(visit.noise) == 2
    assert all("Content Security Policy" in said for said in visit.noise)
    visit.page.close()


def test_links_of_the_page_stay_in_the_frame_of_a_notebook(browser: Browser, tmp_path: Path) -> None:
    """A frame without an address of its own would load the notebook into itself."""
    (tmp_path / "notebook.html").write_text(f"<!doctype html><title>n</title>{REPORT._repr_html_()}")
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.goto((tmp_path / "notebook.html").as_uri())
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="How it was measured").click()
    assert frame.locator("#method-title").is_visible()
    frame.get_by_label("Find a column").fill("age")
    assert "of" in frame.locator("#found").inner_text()
    page.close()


def test_a_page_of_two_thousand_columns_opens_at_once(browser: Browser, tmp_path: Path) -> None:
    """The browser has it laid out and drawn in less work than a second; the clock of a busy machine is not asked."""
    page = Visit(browser, wide(2000), tmp_path).page
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    spent = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
    assert spent["LayoutDuration"] + spent["RecalcStyleDuration"] + spent["ScriptDuration"] < 2.0
    assert page.evaluate("document.querySelectorAll('*').length") < 60_000
    page.close()


@pytest.mark.parametrize("content", [COMPARISON, hostile_comparison(HOSTILE_NAMES)], ids=["rich", "hostile"])
def test_the_page_of_a_comparison_is_quiet_and_open_to_all(
    browser: Browser, tmp_path: Path, content: dict[str, Any]
) -> None:
    """No message, no request, no violation, and nothing wider than a phone."""
    (tmp_path / "comparison.html").write_text(comparison.render(content))
    page = browser.new_page(viewport={"width": 390, "height": 800}, bypass_csp=True)
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("request", lambda request: noise.append(request.url))
    page.goto((tmp_path / "comparison.html").as_uri())
    assert noise == [(tmp_path / "comparison.html").as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert [rule["id"] for rule in Axe().run(page).response["violations"]] == []
    page.close()
