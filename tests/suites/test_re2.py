"""A pattern finds in DuckDB what it finds in Python, or is not handed to DuckDB."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefit import suites
from prefit.suites.re2 import for_duckdb

TEXTS = ["", "a", "A", "ab", "a\n", "a\nb", "\n", "5", "٣", "½", "é", "É", "ß", "_", "a b", "\x0b", "\xa0", "\x1c", "]"]
TEXTS += [
    "2026-01-01",
    "me@example.org",
    "AB-123",
    "日本",
    "e\u0301",
    "-",
    "\\",
    ".",
    "^",
    "$",
    "x{,2}",
    "a\u2028b",
    "\x08",
]
PATTERNS = [
    "^a$", "^$", "a$|b", "(a$)", "^.$", "a.b", r"^\d$", r"^\D$", r"\w+", r"^\W$", r"^\s$", r"^\S+$", r"^[\w.-]+$",
    r"^[^\d]$",
    r"[\s]", r"^a\Z", r"\Aa", "(?i)^É$", "(?i)a", "(?P<x>a)b", "(?:a|b)+", r"^[A-Z]{2}-\d{3}$", r"^\d{4}-\d{2}-\d{2}$",
    r"^[^@]+@[a-z.]+$", "[]]", "[^]a]", r"\.", r"\$", r"\\", "^[-a]$", r"\x61", r"[\b]", "a*?", "b|", "[a-c]{1,2}$",
]  # fmt: skip


def found(pattern: str, text: str) -> bool:
    """Return whether DuckDB finds the pattern."""
    row = duckdb.execute("SELECT regexp_matches(?, ?)", [text, pattern]).fetchone()
    assert row is not None
    return bool(row[0])


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_finds_what_it_finds_in_python(pattern: str) -> None:
    """Digits, letters and blanks of all scripts, and line ends at the end of a text."""
    translated = for_duckdb(pattern)
    assert translated is not None
    assert [found(translated, text) for text in TEXTS] == [re.search(pattern, text) is not None for text in TEXTS]


@pytest.mark.parametrize(
    "pattern",
    ["a(?=b)", "(?<!a)b", r"(a)\1", "(?P<x>a)(?P=x)", r"\bage\b", "(?m)^a", "x{,2}", r"\u00e9", r"[\W]", "a$b"],
)
def test_what_re2_cannot_say_is_left_to_python(pattern: str) -> None:
    """None, so that pandas judges."""
    assert for_duckdb(pattern) is None


@given(
    st.from_regex(r"\A(\[[a-c\\d.^-]{1,3}\]|[a-c.]|\\[dwsDWS]|\(a\|b\)){1,4}[$]?\Z"),
    st.text("abc1 ٣é\n-.^d", max_size=5),
)
def test_drawn_patterns_find_what_they_find_in_python(pattern: str, text: str) -> None:
    """Whatever is put together of these parts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of signs that may come to mean something in brackets
        try:
            expected = re.search(pattern, text) is not None
        except re.error:
            return
    translated = for_duckdb(pattern)
    assert translated is None or found(translated, text) == expected


def test_a_suite_is_judged_by_either(tmp_path: Path) -> None:
    """A look-ahead is judged in memory, and all else by SQL, with one outcome."""
    patterns = [r"^\d+$", r"^(?=\d)\d*$"]
    entries = [
        {"type": "expect_column_values_to_match_regex", "kwargs": {"column": "text", "regex": pattern}}
        for pattern in patterns
    ]
    path = tmp_path / "suite.json"
    path.write_text(json.dumps({"expectations": entries}))
    results = suites.run_suite(pa.table({"text": ["12", "٣", "x", None]}), path).results
    assert [(result.error, result.positions) for result in results] == [(None, (2,))] * 2
