"""Patterns: texts match what was found for them, in Python and in RE2 alike."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefit.suites.suggest.patterns import find_pattern

CODE = st.from_regex(r"[A-Z]{2,4}[-./ ({+*?^$|\\][0-9]{1,6}[a-z]?", fullmatch=True)


@given(texts=st.lists(st.one_of(CODE, st.text(max_size=8)), min_size=1, max_size=20))
def test_all_texts_match_their_pattern_in_both_languages(texts: list[str]) -> None:
    """Whatever the characters: punctuation is escaped, other scripts are taken as they are."""
    found = find_pattern(texts)
    if found is not None:
        assert all(re.match(found[1], text) for text in texts)
        plain = pa.array([text for text in texts if "\n" not in text], pa.string())
        assert pc.all(pc.match_substring_regex(plain, found[1])).as_py() is not False


@pytest.mark.parametrize(
    ("texts", "what"),
    [
        (["2026-01-31", "1999-12-01"], "dates (ISO 8601)"),
        (["2026-01-31T10:00:00Z", "2026-01-31 10:00"], "instants (ISO 8601)"),
        (["a@example.org", "b.c@example.co.uk"], "addresses of mail"),
        (["https://example.org/a", "http://b.example"], "addresses of the web"),
        (["-1", "+22"], "whole numbers"),
        (["1.5", "2e-3", ".5"], "numbers"),
        (["10.0.0.1", "192.168.1.20"], "addresses of the internet"),
        (["12:30", "1:05"], "codes"),
    ],
)
def test_known_forms_are_named(texts: list[str], what: str) -> None:
    """The notes say what a column reads as."""
    found = find_pattern(texts)
    assert found is not None
    assert found[0] == what


@pytest.mark.parametrize(
    "texts", [["", "a"], ["some words", "more"], ["word", "longer"], ["--", "--"], ["ab1", "1ab"], ["Zoë-1"]]
)
def test_texts_without_a_form_have_no_pattern(texts: list[str]) -> None:
    """A pattern that anything matches, that only these texts match, or that would hold a letter of theirs, is none."""
    assert find_pattern(texts) is None
