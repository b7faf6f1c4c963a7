"""Leak prices and domain tests: a boosting probe tells what a column is worth, and whether two tables differ."""

import numpy as np
import pyarrow as pa
import pytest
from tests.probes.tables import amount_task, label_task, labelled, measured

from prefit.errors import InputError
from prefit.probes import domain_test, leak_price


def test_a_leak_costs_its_skill() -> None:
    """Without the column that tells the label, the skill goes."""
    price = leak_price(labelled(500), label_task(), ["signal", "colour"])
    assert price.low > 0.2
    assert price.low <= price.delta <= price.high
    assert price.delta == pytest.approx(price.with_columns - price.without_columns)


def test_a_column_of_noise_costs_nothing() -> None:
    """The interval of a worthless column holds zero."""
    price = leak_price(labelled(500), label_task(), ["noise"])
    assert price.low <= 0 <= price.high


def test_the_only_column_costs_all() -> None:
    """Without any column the constant predictor is left."""
    price = leak_price(measured(200), amount_task("signal"), ["signal"])
    assert price.without_columns == pytest.approx(0, abs=0.1)
    assert price.delta > 0.7


def test_a_price_needs_features() -> None:
    """What is not a feature has no price."""
    with pytest.raises(InputError, match="must be features"):
        leak_price(labelled(100), label_task(), ["label"])


def test_alike_tables_are_not_told_apart() -> None:
    """Rows of one source have an AUC of about one half."""
    found = domain_test(labelled(300, seed=1), labelled(300, seed=2), label_task())
    assert found.low < 0.5 < found.high + 0.05


def test_a_shifted_column_is_named() -> None:
    """The column that differs drives the model."""
    train, test = labelled(300, seed=1), labelled(300, seed=2)
    moved = np.asarray(test["signal"]) + 3
    test = test.set_column(test.column_names.index("signal"), "signal", pa.array(moved))
    found = domain_test(train, test, label_task())
    assert found.low > 0.9
    assert found.drivers[0][0] == "signal"


def test_tables_without_a_common_feature_are_refused() -> None:
    """Nothing can be compared."""
    with pytest.raises(InputError, match="share a feature"):
        domain_test(labelled(50), measured(50), label_task("colour"))


def test_a_column_that_is_text_in_one_table_is_left_out() -> None:
    """Types that differ are another check's matter; the rest is compared."""
    train, test = labelled(100, seed=1), labelled(100, seed=2)
    test = test.set_column(test.column_names.index("flag"), "flag", pa.array(["x"] * 100))
    assert domain_test(train, test, label_task()).low < 0.6
