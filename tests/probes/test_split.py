"""Splits: what is held out shares nothing with what is trained on, and subsamples are fair."""

import numpy as np
import pyarrow as pa
import pytest
from tests.probes.tables import label_task, labelled

from prefit.errors import InputError
from prefit.probes.problem import make_problem
from prefit.probes.split import hold_out, splits, training_order


def test_a_random_block_keeps_the_class_shares() -> None:
    """Every class gives the same share of its rows."""
    problem = make_problem(labelled(300, minority=0.1), label_task())
    split = hold_out(problem, 0)
    assert problem.target[split.test].mean() == pytest.approx(problem.target.mean(), abs=0.02)
    assert not set(split.train) & set(split.test)


def test_groups_do_not_straddle_the_split() -> None:
    """No group has rows on both sides."""
    table = labelled(200).append_column("who", pa.array(np.arange(200) % 20))
    problem = make_problem(table, label_task(group="who"))
    split = hold_out(problem, 0)
    assert split.kind == "grouped"
    assert not set(problem.groups[split.train]) & set(problem.groups[split.test])


def test_the_last_rows_in_time_are_held_out() -> None:
    """The future is scored, the past is trained on."""
    when = np.random.default_rng(1).permutation(200)
    problem = make_problem(labelled(200).append_column("when", pa.array(when)), label_task(time="when"))
    split = hold_out(problem, 0)
    assert split.kind == "time"
    assert when[split.train].max() < when[split.test].min()


@pytest.mark.parametrize(
    "when",
    [
        pa.array([f"{1 + day // 28}/{1 + day % 28}/{year}" for year in (2022, 2023) for day in range(100)][::-1]),
        pa.array(
            [None if k < 20 else float("nan") if k < 40 else float(200 - k) for k in range(200)], from_pandas=False
        ),
    ],
    ids=["texts", "floats"],
)
def test_time_is_read_for_what_it_is(when: pa.Array) -> None:
    """Dates written as texts are no words, and what has no time is not the future."""
    problem = make_problem(labelled(200).append_column("when", when), label_task(time="when"))
    assert problem.order is not None
    known = [place for place in problem.order if when[place].is_valid and str(when[place]) != "nan"]
    assert known == sorted(known, reverse=True)
    assert problem.order.tolist()[len(problem.order) - len(known) :] == known


def test_copies_of_held_out_rows_are_not_trained_on() -> None:
    """A row that stands twice would be learnt by heart."""
    table = labelled(150)
    problem = make_problem(pa.concat_tables([table, table]), label_task())
    split = hold_out(problem, 0)
    keys = problem.frame.row_keys()
    assert not set(keys[split.train]) & set(keys[split.test])
    assert "left out because they equal a held-out row" in split.notes[0]


def test_rows_that_repeat_by_nature_are_kept() -> None:
    """Two categories and a noisy label repeat by chance: leaving out the agreeing ones would teach the opposite."""
    rng = np.random.default_rng(0)
    colour, flag = rng.choice(["red", "green"], 200), rng.random(200) < 0.5
    label = np.where(rng.random(200) < np.where(flag, 0.8, 0.3), "yes", "no")
    problem = make_problem(pa.table({"colour": colour, "flag": flag, "label": label}), label_task("colour", "flag"))
    split = hold_out(problem, 0)
    assert len(split.train) + len(split.test) == 200


@pytest.mark.parametrize(("n_rows", "times"), [(60, 2), (500, 2), (501, 1), (2500, 1)])
def test_few_rows_are_held_out_in_turn(n_rows: int, times: int) -> None:
    """Every row is scored once, or twice where rows are very few, and never trained on by the same model."""
    problem = make_problem(labelled(n_rows), label_task())
    parts = splits(problem, 0)
    assert len(parts) == 5 * times
    assert (np.bincount(np.concatenate([part.test for part in parts]), minlength=n_rows) == times).all()
    assert not any(set(part.train) & set(part.test) for part in parts)


def test_every_training_part_has_every_class() -> None:
    """Two rows of a class are never held out together."""
    problem = make_problem(labelled(100, minority=0.02), label_task())
    assert all(set(problem.target[part.train]) == {0, 1} for part in splits(problem, 0))


def test_groups_are_held_out_in_turn() -> None:
    """No group straddles any of the splits, and each is held out."""
    table = labelled(200).append_column("who", pa.array(np.arange(200) % 7))
    problem = make_problem(table, label_task(group="who"))
    parts = splits(problem, 0)
    assert not any(set(problem.groups[part.train]) & set(problem.groups[part.test]) for part in parts)
    assert set(np.concatenate([problem.groups[part.test] for part in parts])) == set(range(7))


def test_many_rows_and_rows_in_time_have_one_block() -> None:
    """A large block is as good as all rows, and the future is held out once."""
    assert len(splits(make_problem(labelled(2501), label_task()), 0)) == 1
    timed = labelled(200).append_column("when", pa.array(np.arange(200)))
    assert [part.kind for part in splits(make_problem(timed, label_task(time="when")), 0)] == ["time"]


def test_subsamples_are_nested_and_hold_every_class() -> None:
    """Every prefix has each class, in about its share."""
    problem = make_problem(labelled(400, minority=0.03), label_task())
    split = hold_out(problem, 0)
    order = training_order(problem, split.train, 5)
    assert sorted(order) == sorted(split.train)
    assert set(problem.target[order[:16]]) == {0, 1}
    assert problem.target[order[:100]].sum() in (2, 3, 4, 97, 96, 98)


def test_too_few_rows_are_refused() -> None:
    """A score on five rows would say nothing."""
    with pytest.raises(InputError, match="24 or more"):
        hold_out(make_problem(labelled(20), label_task()), 0)
