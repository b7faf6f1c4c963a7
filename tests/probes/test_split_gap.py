"""Tests of the comparison of a random split with one by groups or in time."""

import numpy as np
import pyarrow as pa
import pytest
from tests.probes.tables import amount_task, label_task, labelled, measured

from prefit.errors import InputError
from prefit.probes import group_gap, time_gap
from prefit.task import Task

N = 600


def patients(seed: int = 0) -> pa.Table:
    """Give 10 rows to each of 60 patients: features tell the patient, the patient has the label."""
    rng = np.random.default_rng(seed)
    patient = np.arange(N) % 60
    signal, noise = (rng.normal(size=60)[patient] + 0.1 * rng.normal(size=N) for _ in range(2))
    label = np.where(rng.random(60) < 0.5, "yes", "no")[patient]
    return pa.table({"signal": signal, "noise": noise, "patient": patient, "label": label})


def test_groups_that_are_recognized_have_a_price():
    """A random split scores what the model remembers of each patient; new patients are a matter of luck."""
    found = group_gap(patients(), label_task("signal", "noise", group="patient"))
    assert found.low > 0.3
    assert found.random > 0.5
    assert (found.column, found.n_units, found.n_rows) == ("patient", 60, N)


@pytest.mark.parametrize(("seed", "per_group"), [(0, 2), (1, 10), (2, 50), (3, 10)])
def test_groups_by_chance_have_no_price(seed: int, per_group: int):
    """A group that has nothing to do with the rows makes no surely worse split, for classes and numbers."""
    groups = pa.array(np.random.default_rng(seed).integers(0, 300 // per_group, size=300))
    task = label_task("signal", "noise", group="shop")
    assert group_gap(labelled(300, seed=seed).append_column("shop", groups), task, seed).low < 0.02
    task = Task(target="amount", kind="regression", features=("signal", "noise"), kinds=amount_task().kinds, group="g")
    assert group_gap(measured(300, seed=seed).append_column("g", groups), task, seed).low < 0.02


def test_two_groups_cannot_be_compared():
    """There is nothing to hold out when half of the rows are one group."""
    table = labelled(100).append_column("side", pa.array(["left", "right"] * 50))
    with pytest.raises(InputError, match="three groups or more"):
        group_gap(table, label_task("signal", group="side"))


def days(n: int = N, *, drift: float, seed: int = 0) -> pa.Table:
    """Give a row a day, and an amount that follows the signal and drifts in steps over time."""
    rng = np.random.default_rng(seed)
    time = np.arange(n)
    amount = rng.normal(size=n) + drift * (np.floor(time / 90) % 4)
    table = pa.table({"signal": amount + 4 * rng.normal(size=n), "noise": time + rng.normal(size=n), "amount": amount})
    return table.append_column("day", pa.array(np.datetime64("2024-01-01") + time))


def day_task(*, declared: bool = True) -> Task:
    """Predict the amount; the day is the time, or one more feature."""
    features = ("signal", "noise") if declared else ("signal", "noise", "day")
    kinds = amount_task().kinds | {"day": "datetime"}
    return Task(target="amount", kind="regression", features=features, kinds=kinds, time="day" if declared else None)


@pytest.mark.parametrize("declared", [True, False])
def test_what_drifts_has_a_price(declared: bool):
    """A random split learns each level from rows of its time; the past does not tell the next one."""
    found = time_gap(days(drift=3.0), day_task(declared=declared))
    assert found.low > 0.02
    assert found.column == "day"
    assert found.n_rows == N // 2


@pytest.mark.parametrize("seed", range(3))
def test_what_stays_the_same_has_no_price(seed: int):
    """Without drift the past is as good as any other rows, in whatever order the rows stand."""
    table = days(drift=0.0, seed=seed)
    assert time_gap(table, day_task(), seed).low < 0.02
    mixed = table.take(pa.array(np.random.default_rng(seed).permutation(N)))
    assert time_gap(mixed, day_task(declared=False), seed).low < 0.1


def test_dates_as_text_are_ordered_as_dates():
    """As words, 2/1/2024 stands before 3/1/2023: the rows of both tables are the same, and so is the gap."""
    table = days(drift=3.0)
    written = pa.array([f"{day.month}/{day.day}/{day.year}" for day in table["day"].to_pylist()])
    as_text = table.set_column(table.column_names.index("day"), "day", written)
    assert time_gap(as_text, day_task()) == time_gap(table, day_task())


def test_birthday_is_not_the_time_of_a_row():
    """Without a declared time, neither a date of birth nor a mostly empty date is taken for it."""
    table = days(drift=3.0).rename_columns(["signal", "noise", "amount", "birth_date"])
    kinds = amount_task().kinds | {"birth_date": "datetime"}
    task = Task(target="amount", kind="regression", features=("signal", "noise", "birth_date"), kinds=kinds)
    assert time_gap(table, task) is None


def test_declared_time_needs_two_classes_on_both_sides():
    """Where the later half has one class, there is nothing to score, and that is said."""
    table = labelled(100).set_column(5, "label", pa.array(["yes", "no"] * 20 + ["no"] * 60))
    table = table.append_column("t", pa.array(np.arange(100)))
    with pytest.raises(InputError, match="two target values"):
        time_gap(table, label_task("signal", time="t"))


def test_one_time_is_no_order():
    """Rows of the same day have no past and no future."""
    table = labelled(100).append_column("t", pa.array([7] * 100))
    with pytest.raises(InputError, match="two times or more"):
        time_gap(table, label_task("signal", time="t"))
