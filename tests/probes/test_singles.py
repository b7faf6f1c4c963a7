"""Single features: what one column alone tells."""

import numpy as np
import pyarrow as pa
import pytest
from tests.probes.tables import KINDS, amount_task, label_task, labelled, measured

from prefit.evidence import SingleFeature
from prefit.probes import single_features
from prefit.task import ColumnKind, Task


def by_name(table: pa.Table, task: Task) -> dict[str, SingleFeature]:
    """Return the single features by column."""
    return {feature.column: feature for feature in single_features(table, task, 0)}


def test_signal_is_told_from_noise() -> None:
    """The column that makes the label has skill, the others have none beyond chance."""
    found = by_name(labelled(600), label_task())
    assert found["signal"].low > 0.3
    assert found["noise"].low < 0.1
    assert found["signal"].low <= found["signal"].skill <= found["signal"].high


@pytest.mark.parametrize("kind", ["categorical", "text", "boolean"])
def test_a_copy_of_the_label_has_full_skill(kind: str) -> None:
    """A leak in any kind of column is seen."""
    table = labelled(300)
    copy = pa.array([value == "yes" for value in table["label"].to_pylist()])
    copy = copy if kind == "boolean" else copy.cast(pa.string())
    task = Task(target="label", kind="classification", features=("leak",), kinds={"leak": kind, "label": "categorical"})
    assert by_name(table.append_column("leak", copy), task)["leak"].skill > 0.99


def test_an_identifier_has_no_skill() -> None:
    """Values that do not come again predict nothing out of fold."""
    assert abs(by_name(labelled(300), label_task("remark"))["remark"].skill) < 0.05


def test_being_missing_can_tell_the_label() -> None:
    """A column that is empty exactly where the label is yes leaks by its gaps."""
    table = labelled(300)
    gaps = pa.array([None if label == "yes" else 1.0 for label in table["label"].to_pylist()])
    found = by_name(table.append_column("late", gaps), _late_task())
    assert found["late"].missing_skill > 0.99
    assert found["late"].missing_low > 0.9


def test_what_gaps_tell_is_known_from_the_rows_of_each_class() -> None:
    """Ten rows of a class leave open what their gaps say."""
    label = ["yes"] * 10 + ["no"] * 990
    rng = np.random.default_rng(0)
    gaps = pa.array([None if (one == "yes") == (rng.random() < 0.9) else 1.0 for one in label])
    found = by_name(pa.table({"late": gaps, "label": label}), _late_task())["late"]
    assert found.missing_low < found.missing_skill - 0.1 < found.missing_high


def _late_task() -> Task:
    return Task(target="label", kind="classification", features=("late",), kinds=KINDS | {"late": "numeric"})


def test_a_number_that_makes_the_amount_has_skill() -> None:
    """Regression is scored by R²."""
    found = by_name(measured(600, noise=0.1), amount_task())
    assert found["signal"].skill > 0.9
    assert found["noise"].high < 0.1


def test_a_code_of_many_classes_is_seen() -> None:
    """A numeric copy of a label with 20 classes has full skill."""
    classes = np.arange(1000) % 20
    table = pa.table({"code": classes.astype(float), "label": [f"class {k}" for k in classes]})
    task = Task(
        target="label", kind="classification", features=("code",), kinds={"code": "numeric", "label": "categorical"}
    )
    assert by_name(table, task)["code"].skill > 0.95


def test_of_a_wide_table_the_strongest_columns_are_measured() -> None:
    """Of 1,000 columns 200 are measured, and the one that tells the label is among them."""
    rng = np.random.default_rng(0)
    columns = {f"x{k}": rng.normal(size=200) for k in range(1000)}
    columns["x500"] = np.abs(rng.normal(size=200))
    label = np.where(np.abs(columns["x500"] - 0.7) < 0.35, "a", "b")  # not monotone
    task = Task(
        target="label", kind="classification", features=tuple(columns),
        kinds=dict.fromkeys(columns, "numeric") | {"label": "categorical"},
    )  # fmt: skip
    found = by_name(pa.table(columns | {"label": label}), task)
    assert len(found) == 200
    assert found["x500"].skill > 0.5


def test_being_missing_can_tell_one_class_of_many() -> None:
    """A column that is filled for one of four classes gives that class away, though not the other three."""
    rng = np.random.default_rng(5)
    label = rng.integers(0, 4, 800)
    late = pa.array(rng.normal(size=800), mask=label != 2)
    holes = pa.array(rng.normal(size=800), mask=rng.random(800) < 0.5)
    table = pa.table({"late": late, "holes": holes, "label": pa.array([f"k{k}" for k in label])})
    kinds = {"late": "numeric", "holes": "numeric", "label": "categorical"}
    task = Task(target="label", kind="classification", features=("late", "holes"), kinds=kinds)
    found = by_name(table, task)
    assert found["late"].missing_low > 0.9
    assert found["holes"].missing_low < 0.1


def test_logarithm_of_a_long_tail_tells_it_completely() -> None:
    """A few rows decide the squared error of a tree; the ranks are the same."""
    rng = np.random.default_rng(0)
    amount = rng.lognormal(0, 2, 500)
    table = pa.table({"log": np.log(amount), "noise": rng.normal(size=500), "amount": amount})
    kinds: dict[str, ColumnKind] = dict.fromkeys(["log", "noise", "amount"], "numeric")
    log, noise = single_features(
        table, Task(target="amount", kind="regression", features=("log", "noise"), kinds=kinds)
    )
    assert log.low > 0.99
    assert noise.low < 0.1


def test_ranks_of_rows_without_a_value_tell_nothing() -> None:
    """Half of the values missing leave half of the order."""
    rng = np.random.default_rng(0)
    amount = rng.normal(size=1000)
    known = np.where(rng.random(1000) < 0.5, amount, np.nan)
    task = Task(target="amount", kind="regression", features=("x",), kinds={"x": "numeric", "amount": "numeric"})
    (found,) = single_features(pa.table({"x": known, "amount": amount}), task)
    assert 0.3 < found.skill < 0.7
