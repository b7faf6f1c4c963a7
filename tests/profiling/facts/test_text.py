"""What texts look like."""

from __future__ import annotations

import pytest
from tests.profiling.tables import profile_of

from prefit.profiling.values import TextFacts


def facts_of(values: list[str | None]) -> TextFacts:
    """Describe one text column."""
    facts = profile_of(values).text
    assert isinstance(facts, TextFacts)
    return facts


@pytest.mark.parametrize(
    "text",
    ["0", "-1", "+3.5", ".5", "1e-9", " 12 ", "1,234,567.8", "1.234,5", "12,5", "1 234", "$1,200.50", "99 €", "45%"],
)
def test_reads_as_a_number(text: str) -> None:
    """As people write numbers."""
    assert facts_of([text]).numeric_fraction == 1.0


@pytest.mark.parametrize("text", ["02134", "12a", "1-2", "1.2.3", "A1", "five", "0x1F", "12:30", "--5", "e5", "."])
def test_does_not_read_as_a_number(text: str) -> None:
    """A leading zero marks a code."""
    assert facts_of([text]).numeric_fraction == 0.0


@pytest.mark.parametrize(
    "text",
    [
        *("2024-02-29", "2024/2/9", "29.02.2024", "2/29/2024", "29/02/24", "2024-02", "12:30", "12:30:05"),
        *("2024-02-29T12:30:00Z", "2024-02-29 12:30:00.123456", "2024-02-29 12:30:00+01:00", "01/31/2015 12:47:54 PM"),
        *("29 Feb 2024", "29-Feb-24", "February 29, 2024", "Feb 2024"),
    ],
)
def test_reads_as_a_date(text: str) -> None:
    """In the usual orders, or a time of day."""
    facts = facts_of([text])
    assert (facts.date_fraction, facts.numeric_fraction) == (1.0, 0.0)


@pytest.mark.parametrize("text", ["2024-13-01", "32.01.2024", "2024", "1.2.3", "may", "March on", "10-20", "555-1234"])
def test_does_not_read_as_a_date(text: str) -> None:
    """There is no thirteenth month, and a year is a number."""
    assert facts_of([text]).date_fraction == 0.0


def test_a_column_of_eight_digit_dates_holds_dates() -> None:
    """As a number, the last of a month and the first of the next would lie 70 apart."""
    facts = facts_of(["19910108", "20240229", "19991231"])
    assert (facts.date_fraction, facts.numeric_fraction) == (1.0, 0.0)


def test_numbers_that_could_be_dates_now_and_then_are_numbers() -> None:
    """Most of the others could not."""
    assert facts_of(["19910108", "54120877", "98314400"]).numeric_fraction == 1.0


def test_fractions_are_weighted_by_rows() -> None:
    """A pattern is matched once per distinct value and counted for all its rows."""
    facts = facts_of(["7"] * 6 + ["2020-01-01"] * 2 + ["yes", "word", None, "", " "])
    assert facts.n_values == 10
    assert facts.kind_fractions == {"number": 0.6, "date": 0.2, "boolean": 0.1, "text": 0.1}


@pytest.mark.parametrize(
    "text", ["caf\ufffd", "cafÃ©", "donâ€™t", "Â£5", "ï»¿id", "a\x00b", "a\x1bb", "a\x85b", "SÃ£o"]
)
def test_damaged_texts_are_found(text: str) -> None:
    """Replacement characters, mojibake of both kinds and control characters."""
    assert facts_of([text, "fine"]).damaged_fraction == 0.5


@pytest.mark.parametrize(
    "text", ["café", "SÃO PAULO", "don\u2019t", "£5", "tab\tand\nnewline", "日本語", "Âge", "naïve"]
)
def test_sound_texts_are_not_damaged(text: str) -> None:
    """Accents, capitals with a tilde, tabs and other scripts are fine."""
    assert facts_of([text]).damaged_fraction == 0.0


def test_spellings_of_missing_are_counted_apart() -> None:
    """They are no values: the rest is all numbers."""
    facts = facts_of(["?"] * 3 + ["N/A", " Unknown ", "5", "6"])
    assert (facts.disguised[0].value, facts.disguised[0].count) == ("?", 3)
    assert {entry.value for entry in facts.disguised} == {"?", "N/A", " Unknown "}
    assert (facts.n_values, facts.numeric_fraction) == (2, 1.0)


@pytest.mark.parametrize("text", ["Na", "No", "other", "nonesuch", "0", "Nana"])
def test_words_that_only_resemble_a_missing_value_are_values(text: str) -> None:
    """Sodium is one."""
    assert facts_of([text]).disguised == ()


def test_a_column_of_nothing_but_spellings_of_missing_has_no_values() -> None:
    """All of them are disguised."""
    facts = facts_of(["NA", "NA", "null"])
    assert (facts.n_values, facts.kind_fractions) == (0, {})
    assert len(facts.disguised) == 2


def test_variants_of_a_category_are_grouped() -> None:
    """Case, white space and Unicode form; the most frequent spelling first."""
    facts = facts_of(["Berlin"] * 3 + ["berlin", " BERLIN ", "Zürich", "Zu\u0308rich", "Paris", "\uff30aris", "Rome"])
    groups = [[(entry.value, entry.count) for entry in group.values] for group in facts.variants]
    assert groups[0][0] == ("Berlin", 3)
    assert {frozenset(value for value, _ in group) for group in groups} == {
        frozenset({"Berlin", "berlin", " BERLIN "}),
        frozenset({"Zürich", "Zu\u0308rich"}),
        frozenset({"Paris", "\uff30aris"}),
    }


def test_many_different_texts_are_no_categories() -> None:
    """Variants are looked for where there are at most a thousand values."""
    assert facts_of([f"Word {i}" for i in range(600)] + [f"word {i}" for i in range(600)]).variants == ()


def test_long_texts_are_searched_too() -> None:
    """For damage, but they are neither numbers nor dates."""
    facts = facts_of(["1" * 1_000, "x" * 10_000 + "\ufffd"])
    assert (facts.numeric_fraction, facts.damaged_fraction) == (0.0, 0.5)
