"""Tests of ``single-class``."""

from tests.checks.builders import categories, evidence, exactly, judged, numbers, status, tops

from prefit.checks.classes.single_class import SingleClass

CHECK = SingleClass()


def test_constant_target_fails():
    """There is nothing to tell apart."""
    found = judged(CHECK, evidence(numbers(), target=categories("churned", [1000])))
    assert (found.status, found.columns) == ("fail", ("churned",))


def test_constant_number_fails():
    """A regression needs a target that varies, too."""
    target = numbers("y", distinct=exactly(1), top=tops([1000], [3.0]), minimum=3.0, maximum=3.0, std=0.0)
    assert status(CHECK, evidence(numbers(), target=target)) == "fail"


def test_two_classes_are_silent():
    """However rare the second class is, it is there; class-imbalance judges how rare."""
    assert judged(CHECK, evidence(numbers(), target=categories("y", [999, 1]))) is None


def test_null_beside_one_class_is_named():
    """A missing label may mean the other class, which the remedy says."""
    found = judged(CHECK, evidence(numbers(), target=categories("y", [400], n_null=600)))
    assert "600 rows have no label" in found.message
    assert "fillna" in found.remedy


def test_blank_text_is_no_second_class():
    """A class and blank texts are one class."""
    target = categories("y", [900], n_blank=100, distinct=exactly(2), top=tops([900, 100], ["a", " "]))
    assert status(CHECK, evidence(numbers(), target=target)) == "fail"


def test_target_without_labels_is_left_to_missing_label():
    """No value is not the same value."""
    assert judged(CHECK, evidence(numbers(), target=categories("y", [], n_null=1000))) is None
