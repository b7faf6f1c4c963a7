"""The page and the screen of a comparison."""

from __future__ import annotations

import io
import json
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console
from tests.formats.sample_baseline import COMPARISON, hostile_comparison
from tests.formats.samples import HOSTILE_NAMES

from prefit.errors import UsageError
from prefit.formats import comparison, comparison_screen, write_comparison
from prefit.formats.json import schema

PARTS = {"body", "div", "footer", "head", "header", "html", "link", "main", "meta", "nav", "section", "style", "title"}
TEXTS = {"a", "b", "bdi", "caption", "code", "h1", "h2", "h3", "i", "li", "p", "small", "span", "time", "ul"}
TABLES = {"table", "tbody", "td", "th", "thead", "tr"}
ALLOWED = PARTS | TEXTS | TABLES | {"circle", "path", "svg", "symbol", "use"}
"""Every element that the page is made of."""


class Elements(HTMLParser):
    """Every element of a page, and every attribute that could act or load something."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.acting: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.names.add(tag)
        self.acting += [
            (name, value)
            for name, value in attrs
            if name.startswith("on") or (name in ("src", "href") and not (value or "").startswith(("#", "data:,")))
        ]


def screen(content: dict[str, object]) -> str:
    """Return the screen of a comparison, 100 columns wide."""
    return comparison_screen.render(content, console=Console(width=100, file=io.StringIO()))


def test_page_shows_both_sides_and_what_changed() -> None:
    """Verdicts, findings by fate, schema, forecast and drift."""
    page = comparison.render(COMPARISON)
    for words in ("Not ready", "Ready", "30 % of <code>hours</code>", "zip_code", "boosting", "1 new in 2 %", "-0.100"):
        assert words.replace("-0", "−0") in page or words in page, words  # noqa: RUF001 - a minus sign is shown


@pytest.mark.parametrize("content", [COMPARISON, hostile_comparison(HOSTILE_NAMES)], ids=["rich", "hostile"])
def test_page_is_inert(content: dict[str, object]) -> None:
    """No script, no handler, nothing loaded, and a policy that would stop it."""
    page = comparison.render(content)
    elements = Elements()
    elements.feed(page)
    assert elements.names <= ALLOWED
    assert elements.acting == []
    assert "default-src 'none'" in page
    assert not {"\x1b", "\u202e"} & set(page)


def test_screen_names_what_is_new_and_what_moved() -> None:
    """Worst first, with figures."""
    text = screen(COMPARISON)
    assert "1 new · 1 worse · 2 known · 1 gone · 1 not judged again" in text
    assert "NEW" in text
    assert "income (target)" in text
    assert "27 % to 35 %" in text


def test_screen_cannot_be_steered() -> None:
    """No control character of either report reaches the terminal."""
    text = screen(hostile_comparison(HOSTILE_NAMES))
    assert not {"\x1b", "\u202e", "\r"} & set(text)


def test_both_files_or_none_are_written(tmp_path: Path) -> None:
    """A folder that cannot be written is refused, and named."""
    written = write_comparison(COMPARISON, tmp_path / "both", comparison.render(COMPARISON))
    assert [path.name for path in written] == ["comparison.html", "comparison.json"]
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="output must be a directory"):
        write_comparison(COMPARISON, tmp_path / "file", "page")


@pytest.mark.parametrize("content", [COMPARISON, hostile_comparison(HOSTILE_NAMES)], ids=["rich", "hostile"])
def test_comparisons_fit_their_schema(content: dict[str, object], tmp_path: Path) -> None:
    """What is written is what the shipped schema describes, and nothing else."""
    write_comparison(content, tmp_path, "")
    written = json.loads((tmp_path / "comparison.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema("comparison"))
    jsonschema.Draft202012Validator(schema("comparison")).validate(written)
    with pytest.raises(jsonschema.ValidationError, match="surprise"):
        jsonschema.validate(written | {"surprise": 1}, schema("comparison"))


def test_both_schemas_mean_the_same_by_the_same_name() -> None:
    """A definition that the report has too is that of the report."""
    report, both = schema()["$defs"], schema("comparison")["$defs"]
    assert {name: both[name] for name in both if name in report} == {
        name: report[name]
        for name in ("count", "fraction", "number_or_null", "text_or_null", "estimate", "column_drift")
    }
