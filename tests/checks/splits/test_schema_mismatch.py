"""Tests of ``schema-mismatch``."""

import pytest
from tests.checks.builders import categories, evidence, judged, numbers
from tests.checks.splits.pairs import pair, table

from prefit.checks.splits.kinds import value_kind
from prefit.checks.splits.schema_mismatch import SchemaMismatch

CHECK = SchemaMismatch()


def test_missing_feature_fails():
    """A model cannot be applied without one of its features."""
    found = judged(CHECK, pair(table(numbers("a"), numbers("b")), table(numbers("a"))))
    assert (found.status, found.columns, found.measured) == ("fail", ("b",), 1)


def test_number_that_became_text_fails():
    """One question mark makes a column of numbers a column of text."""
    found = judged(CHECK, pair(table(numbers("age")), table(categories("age"))))
    assert (found.status, found.columns) == ("fail", ("age",))
    assert "(numbers in training, text here)" in found.message


def test_missing_and_changed_features_are_one_finding():
    """All features that do not fit are told at once, the missing first."""
    found = judged(CHECK, pair(table(numbers("a"), numbers("b")), table(categories("a"))))
    assert found.columns == ("b", "a")
    assert found.message.startswith("The test data lack column 'b' and hold another kind of values in column 'a'")


def test_extra_column_warns():
    """A column that training does not know shows that the two were not made alike."""
    found = judged(CHECK, pair(table(numbers("a")), table(numbers("a"), numbers("z"))))
    assert (found.status, found.columns) == ("warn", ("z",))


def test_missing_and_extra_columns_are_two_severities():
    """A renamed column is missing under one name and extra under the other."""
    renamed = pair(table(numbers("a"), numbers("b")), table(numbers("a"), numbers("B")))
    assert [found.status for found in CHECK.judge(renamed)] == ["fail", "warn"]


@pytest.mark.parametrize("type_name", ["int64", "float", "uint8", "bool", "decimal128(10, 2)"])
def test_other_width_of_numbers_is_silent(type_name):
    """Integers without missing values and floats with them are the same column."""
    assert judged(CHECK, pair(table(numbers("a")), table(numbers("a", type=type_name)))) is None


def test_column_without_values_fits_every_type():
    """An empty column has no kind of value; `missing-values` is the check for it."""
    empty = numbers("a", type="null", n_null=1000)
    assert judged(CHECK, pair(table(numbers("a")), table(empty, kinds={"a": "numeric"}))) is None


def test_missing_target_and_dropped_columns_pass():
    """Test data need neither the label nor what the model does not see; what is not compared then is told."""
    train = evidence(numbers("a"), numbers("id"), target=categories("y"), dropped=("id",))
    found = judged(CHECK, pair(train, table(numbers("a"))))
    assert (found.status, "no labels in 'y'" in found.message) == ("pass", True)


@pytest.mark.parametrize(
    ("type_name", "kind"),
    [
        ("dictionary<values=large_string, indices=int8, ordered=0>", "text"),
        ("timestamp[us, tz=UTC]", "times"),
        ("date32[day]", "times"),
        ("string_view", "text"),
        ("fixed_size_list<item: float>[8]", "lists of 8"),
        ("list<item: int64>", "lists"),
        ("struct<a: int64>", "struct<a: int64>"),
    ],
)
def test_arrow_types_are_read_as_kinds_of_values(type_name, kind):
    """Encodings of one kind of value are one kind, embeddings of two lengths are two."""
    assert value_kind(type_name) == kind
