"""Tests of the pages that are made from the checks, and of the script that writes them."""

import importlib.util
import sys
from pathlib import Path

import pytest

from prefit.checks import ALL
from prefit.checks.pages import index, page
from prefit.errors import UsageError

SCRIPT = Path(__file__).parents[2] / "docs" / "generate.py"


@pytest.fixture(scope="module")
def generate():
    """Load docs/generate.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("docs_generate", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["docs_generate"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["docs_generate"]


def test_page_shows_how_to_set_a_limit():
    """The table of limits is followed by an entry for prefit.toml."""
    text = page("class-imbalance")
    assert "| `min_fraction` | `0.1` | Share of the rarest class" in text
    assert "```toml\n[checks.class-imbalance]\nmin_fraction = 0.1\n```" in text


def test_check_without_limits_says_so():
    """One class is one class."""
    assert "## Limits\n\nNone to set." in page("single-class")


def test_unknown_check_is_refused_with_the_nearest():
    """A misspelt id gets the right one."""
    with pytest.raises(UsageError, match="Did you mean 'class-imbalance'"):
        page("class-inbalance")


def test_index_links_every_page():
    """No check is missing from the list."""
    assert all(f"[`{check.id}`]({check.id}.md)" in index() for check in ALL)


def test_shipped_pages_are_those_of_the_checks(generate):
    """docs/checks is never older than the docstrings."""
    assert generate.stale(generate.CHECKS, generate.pages()) == []


def test_check_names_what_is_stale(generate, tmp_path, capsys):
    """A missing, a changed and a foreign page are named, and the exit code is 1."""
    assert generate.main(["--output", str(tmp_path)]) == 0
    assert generate.main(["--check", "--output", str(tmp_path)]) == 0
    (tmp_path / "outliers.md").unlink()
    (tmp_path / "index.md").write_text("old")
    (tmp_path / "gone.md").write_text("a check that is no more")
    assert generate.main(["--check", "--output", str(tmp_path)]) == 1
    named = capsys.readouterr().err
    assert all(name in named for name in ("outliers.md", "index.md", "gone.md"))
    assert "missing-values.md" not in named


def test_writing_repairs_what_is_stale(generate, tmp_path):
    """Pages of checks that are no more are removed."""
    (tmp_path / "gone.md").write_text("a check that is no more")
    generate.main(["--output", str(tmp_path)])
    assert {path.name for path in tmp_path.iterdir()} == set(generate.pages())
