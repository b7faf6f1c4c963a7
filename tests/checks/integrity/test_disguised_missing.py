"""Tests of ``disguised-missing``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers, status

from prefit.checks.integrity.disguised_missing import DisguisedMissing
from prefit.profiling.values import ValueCount

CHECK = DisguisedMissing()


def answers(value: str, count: int, **text):
    """Return a column of a thousand answers, of which `count` are this value."""
    facts = {"n_values": 1000 - count, "disguised": (ValueCount(value, count),), **text}
    return categories("job", [600, 400 - count, count], text=facts)


def test_question_marks_warn():
    """A question mark is no job."""
    found = judged(CHECK, evidence(answers("?", 80)))
    assert (found.status, found.columns, found.measured) == ("warn", ("job",), 0.08)


def test_codes_among_numbers_warn():
    """-999 is no temperature."""
    found = judged(CHECK, evidence(numbers("t", robust={"disguised": (ValueCount(-999, 50),)})))
    assert (found.status, found.columns, found.measured) == ("warn", ("t",), 0.05)


@pytest.mark.parametrize(("count", "expected"), [(4, "pass"), (5, "warn")])
def test_half_a_per_cent_is_the_limit(count, expected):
    """What is wrong in fewer rows costs less than half a point."""
    assert status(CHECK, evidence(answers("?", count))) == expected


def test_every_disguise_in_the_target_counts():
    """In the target a question mark is a class, however rare."""
    assert status(CHECK, evidence(numbers(), target=answers("?", 2))) == "warn"


@pytest.mark.parametrize("word", ["none", "None"])
def test_none_is_an_answer_among_categories(word):
    """No other debtors is an answer to who the other debtors are."""
    assert judged(CHECK, evidence(answers(word, 300))) is None


def test_none_is_missing_among_numbers():
    """In a column of numbers, "none" is none of them."""
    assert status(CHECK, evidence(answers("none", 50, numeric_fraction=1.0))) == "warn"


def test_what_most_rows_say_is_meant():
    """A dash in most rows is the usual case."""
    assert (
        judged(
            CHECK, evidence(categories("c", [700, 300], text={"n_values": 300, "disguised": (ValueCount("-", 700),)}))
        )
        is None
    )


def test_values_are_shown_only_on_request():
    """A spelling is a raw value."""
    assert "'??'" not in judged(CHECK, evidence(answers("??", 80))).message
    assert "'??'" in judged(CHECK, evidence(answers("??", 80), show_values=True)).message
