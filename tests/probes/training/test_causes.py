"""The cause of a risk is found by probing changed plans, and only changes that help are named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.probes.training.rows import of_classes, of_numbers

from prefit.evidence.training import RiskCause
from prefit.plan_values import training_plan
from prefit.probes.training import probe_plan
from prefit.probes.training.causes import Trials, causes
from prefit.probes.training.changes import changes
from prefit.probes.training.rows import Rows

OWNERS = ("a", "b", "c", "d", "e")


def causes_of(rows: Rows, owners: tuple[str, ...] = OWNERS, **plan: Any) -> dict[str, RiskCause]:
    """Return the causes of the risks of a plan, by risk."""
    given = training_plan(plan)
    probe = probe_plan(rows.inputs, rows.targets, given, n_classes=rows.n_classes, seconds=0.4)
    return {found.risk: found for found in causes(Trials(rows, owners, probe, 0, 0.2, 7))}


def test_plan_without_a_risk_has_no_cause() -> None:
    """Nothing is probed for it."""
    assert causes_of(of_classes()) == {}


@pytest.mark.parametrize(
    ("plan", "risk", "cause"),
    [
        ({"optimizer": "sgd", "learning_rate": 300.0}, "exploding_gradient", "the learning rate is too high"),
        ({"depth": 20, "activation": "sigmoid"}, "vanishing_gradient", "depth 20 with sigmoid"),
        ({"learning_rate": 1e-8}, "flat_loss", "the learning rate is too low"),
        ({"initialization": "zero"}, "flat_loss", "all weights start at zero"),
        ({"depth": 14, "skip": True, "optimizer": "sgd"}, "exploding_gradient", "the sums of the skip connections"),
    ],
)
def test_cause_is_the_setting_that_was_spoilt(plan: dict[str, Any], risk: str, cause: str) -> None:
    """And the first remedy removes the risk, as its probe says."""
    found = causes_of(of_classes(1500), **plan)[risk]
    assert cause in found.cause
    assert found.remedies[0].risk < 0.25 < found.probability


def test_the_first_remedy_removes_the_cause_that_is_named() -> None:
    """Of several changes that help, that of the named cause comes first, or the finding contradicts itself."""
    rows = of_classes(1500)
    plan = training_plan({"depth": 12, "activation": "sigmoid", "optimizer": "sgd", "learning_rate": 10.0})
    probe = probe_plan(rows.inputs, rows.targets, plan, n_classes=2, seconds=0.4)
    for found in causes(Trials(rows, OWNERS, probe, 0, 0.2, 7)):
        named = [change for change in changes(found.risk, probe, rows, OWNERS) if change.cause == found.cause]
        assert found.remedies[0].change in [change.values for change in named]


def test_deep_plan_is_told_of_normalization() -> None:
    """Sixteen sigmoids learn as they are once each layer is normalized, and the probe of that plan says so."""
    found = causes_of(of_classes(1500), depth=16, activation="sigmoid", epochs=20)
    for cause in (found["vanishing_gradient"], found["flat_loss"]):
        normalized = [remedy for remedy in cause.remedies if "normalization" in remedy.change]
        assert normalized
        assert normalized[0].risk < 0.25 < cause.probability
        assert normalized[0].loss < 0.6


def test_safest_plan_leaves_out_what_a_plan_has_beside_plain_layers() -> None:
    """And says nothing of keys that the plan leaves alone."""
    rows = of_classes()
    plain, layered = (
        changes("flat_loss", probe_plan(rows.inputs, rows.targets, training_plan(plan), n_classes=2, seconds=0.1), rows,
                OWNERS)[-1].values
        for plan in ({}, {"normalization": "layer", "skip": True})
    )  # fmt: skip
    assert not {"normalization", "skip", "schedule"} & set(plain)
    assert (layered["normalization"], layered["skip"]) == ("none", False)


def test_columns_that_are_not_scaled_are_named() -> None:
    """The one with the largest numbers first."""
    rows = of_numbers()
    rows.inputs[:, 2] *= 1e4
    found = causes_of(rows, scaling="none", optimizer="sgd")["exploding_gradient"]
    assert found.cause == "the inputs are not scaled"
    assert found.columns[0] == "c"
    assert found.remedies[0].change == {"scaling": "standard"}


def test_leak_is_named_and_leaving_it_out_is_probed() -> None:
    """Without the column that is the target, the loss no longer falls to zero."""
    rows = of_classes(1500)
    told = Rows(np.column_stack([rows.inputs, rows.targets]).astype(np.float32), rows.targets, 2)
    found = causes_of(told, (*OWNERS, "settled"), epochs=60, learning_rate=0.01)["zero_loss"]
    assert found.columns == ("settled",)
    assert found.remedies[0].change == {"drop": ("settled",)}


def test_features_that_say_nothing_are_no_fault_of_the_plan() -> None:
    """No change of the plan helps, and the cause says so."""
    rows = of_classes(1500)
    empty = Rows(np.zeros_like(rows.inputs), rows.targets, 2)
    found = causes_of(empty)["flat_loss"]
    assert found.remedies == ()
    assert found.cause == "all inputs are constant"


@pytest.mark.parametrize(("n_rare", "cause"), [(750, "the inputs say little"), (60, "the classes are so unequal")])
def test_noise_and_imbalance_are_told_apart(n_rare: int, cause: str) -> None:
    """Where nothing can be learnt, the shares of the classes say how hard a constant is to beat."""
    targets = (np.arange(3000) < n_rare).astype(np.int64)
    noise = np.random.default_rng(1).standard_normal((3000, 2)).astype(np.float32)
    found = causes_of(Rows(noise, targets, 2), ("a", "b"), epochs=2, width=4)["flat_loss"]
    assert cause in found.cause
    assert found.remedies == ()


@pytest.mark.parametrize("name", ["settled, date", ""])
def test_leak_of_any_name_is_left_out(name: str) -> None:
    """A comma in a name, or none at all, is no border between names."""
    rows = of_classes(1500)
    told = Rows(np.column_stack([rows.inputs, rows.targets]).astype(np.float32), rows.targets, 2)
    found = causes_of(told, (*OWNERS, name), epochs=60, learning_rate=0.01)["zero_loss"]
    assert found.columns == (name,)
    assert found.remedies[0].change == {"drop": (name,)}


def test_unnamed_feature_is_kept() -> None:
    """A change of the plan alone leaves out nothing."""
    rows = of_classes(300)
    probe = probe_plan(rows.inputs, rows.targets, training_plan({}), n_classes=2, seconds=0.2)
    trials = Trials(rows, ("", "b", "c", "d", "e"), probe, 0, 0.1, 7)
    after = trials.probed({"epochs": 2})
    assert after is not None
    assert after.inputs == probe.inputs
