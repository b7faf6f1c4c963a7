"""Trees as arrays say what the trees said that they were made of, and are cheap to read."""

import numpy as np
import pytest
from benchmarks.priors.boosting import N_TREES, SETTINGS, fit_trees

from prefit.probes.joint import JointCurves, look
from prefit.probes.prior import LEARNERS, load_prior

SIZES = np.array([16.0, 23, 32, 46, 64, 91, 128, 182, 256])
SCORES = 0.9 - 0.4 * (SIZES / 16) ** -0.5


def test_arrays_say_what_the_library_says() -> None:
    """Every input falls into the same leaf of every tree."""
    lightgbm = pytest.importorskip("lightgbm")
    random = np.random.default_rng(0)
    inputs = random.normal(size=(2000, 5)).astype(np.float32)
    targets = np.sin(inputs[:, 0]) + inputs[:, 1] * inputs[:, 2]
    model = lightgbm.train(SETTINGS, lightgbm.Dataset(inputs, targets), N_TREES)
    np.testing.assert_allclose(fit_trees(inputs, targets)(inputs), model.predict(inputs), atol=1e-4)


def test_leaves_are_reached_in_as_many_steps_as_are_taken() -> None:
    """A step more leads nowhere else: leaves lead to themselves."""
    trees = load_prior().trees
    nodes = np.arange(trees.left.shape[1])
    leaves = np.isinf(trees.threshold)
    assert (np.where(leaves, trees.left, nodes) == nodes).all()
    assert (trees.left[~leaves].astype(int) > np.broadcast_to(nodes, leaves.shape)[~leaves]).all()


def test_trees_read_what_the_networks_read_and_the_learner() -> None:
    """No feature is beyond the inputs."""
    prior = load_prior()
    assert prior.trees.feature.max() < len(prior.center) + len(LEARNERS)


def test_the_learner_is_read() -> None:
    """Equal curves of two learners are not expected to go on alike; one that nobody knows is as one not told."""

    def forecast(learner: str | None) -> float:
        seen = look(SIZES, SCORES[None], learners=[learner])
        return float(JointCurves(seen, load_prior()).held_out(2048.0).mean[0])

    assert len({forecast(learner) for learner in ("MLPClassifier", "Perceptron", None)}) == 3
    assert forecast("NobodysClassifier") == forecast(None)


def test_trees_speak_of_the_scores_that_they_were_fitted_on() -> None:
    """Of other kinds of score the networks speak alone, whatever the learner."""
    networks, trees = (
        {
            learner: float(JointCurves(seen, load_prior()).held_out(2048.0).mean[0])
            for learner in ("MLPClassifier", "Perceptron")
            for seen in (look(SIZES, SCORES[None], kind=kind, learners=[learner]),)
        }
        for kind in ("balanced_accuracy", "roc_auc")
    )
    assert len(set(networks.values())) == 1
    assert len(set(trees.values())) == 2


def test_trees_alone_promise_no_rise() -> None:
    """Where the plain continuation stays, the trees lower what the networks expect, if they do anything."""
    prior, inputs = load_prior(), np.random.default_rng(0).normal(size=(200, len(load_prior().center)))
    found = prior.center + inputs * prior.spread
    learners, stays = np.arange(200) % len(LEARNERS), np.zeros(200, bool)
    networks = prior.held_out_residual(found).location
    assert (prior.tree_residual(found, learners, stays).location <= networks).all()
    assert (prior.tree_residual(found, learners, ~stays).location > networks).any()


def test_intervals_are_those_of_what_spoke() -> None:
    """There are quantiles of the errors with trees, and others without them."""
    known = load_prior().quantiles
    assert {"learner:accuracy", "learner:roc_auc", "accuracy", "roc_auc", "other"} <= set(known)
    assert (known["learner:accuracy"] != known["accuracy"]).any()
