"""Trees boosted by LightGBM, taken apart into arrays that prefit evaluates: it ships no model of another library."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np

from prefit.probes.frame import Array
from prefit.probes.trees import Trees

__all__ = ["fit_trees"]

N_TREES, N_LEAVES = 350, 31
SETTINGS = {
    "objective": "l1",
    "learning_rate": 0.05,
    "num_leaves": N_LEAVES,
    "max_depth": 10,
    "min_data_in_leaf": 100,
    "bagging_fraction": 0.5,
    "bagging_freq": 1,
    "feature_fraction": 0.2,
    "num_threads": 1,
    "deterministic": True,
    "verbose": -1,
}


def fit_trees(inputs: Array, targets: Array) -> Trees:
    """Fit trees by the mean absolute error.

    Parameters
    ----------
    inputs : ndarray, shape (n, n_features)
        At most 256 features, none NaN.
    targets : ndarray, shape (n,)
    """
    import lightgbm

    model = lightgbm.train(SETTINGS, lightgbm.Dataset(inputs, targets), N_TREES)
    return stacked([tree["tree_structure"] for tree in model.dump_model()["tree_info"]])


def stacked(roots: list[dict[str, Any]]) -> Trees:
    """Return trees as arrays: nodes level by level, so that the right one of two children follows the left one."""
    shape = (len(roots), 2 * N_LEAVES - 1)
    feature, left = np.zeros(shape, np.uint8), np.tile(np.arange(shape[1], dtype=np.uint8), (shape[0], 1))
    threshold, value = np.full(shape, np.inf, np.float32), np.zeros(shape, np.float32)
    deepest = 0
    for tree, root in enumerate(roots):
        waiting, n_nodes = deque([(root, 0, 0)]), 1
        while waiting:
            node, place, depth = waiting.popleft()
            deepest = max(deepest, depth)
            if "split_feature" not in node:
                value[tree, place] = node["leaf_value"]
                continue
            feature[tree, place], left[tree, place] = node["split_feature"], n_nodes
            threshold[tree, place] = node["threshold"]
            waiting += [(node["left_child"], n_nodes, depth + 1), (node["right_child"], n_nodes + 1, depth + 1)]
            n_nodes += 2
    return Trees(feature, threshold, left, value, np.array(deepest, dtype=np.uint8))
