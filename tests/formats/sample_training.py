"""What a report says of a planned training."""

from __future__ import annotations

from typing import Any

CURVE = [[10.0**k, 1.0 if k < -3 else 0.5 if k < 0 else 1e6] for k in range(-6, 2)]


PROBE: dict[str, Any] = {
    "losses": [{"step": 0, "loss": 1.284}, {"step": 960, "loss": None}],
    "layers": [{"dead": 0.125, "saturated": None}, {"dead": 0.0, "saturated": 0.02}, {"dead": 0.0, "saturated": 0.9}],
    "inputs": {"condition": 1523.0, "tail": None},
    "one_batch": 0.0012,
    "without_inputs": 1.0,
}


def choice(**changed: Any) -> dict[str, Any]:
    """Return a setting that stays as planned."""
    stays = {"planned": "a", "value": "a", "changes": False, "why": "a stays.", "untried": None}
    return stays | {"measured": {}, "effect": None} | changed


def training(**changed: Any) -> dict[str, Any]:
    """Return the entry of a planned training with a fading gradient and a network that failed."""
    effect = {"metric": "balanced_accuracy", "delta": 0.31, "low": 0.27, "high": 0.35}
    rate = choice(planned=0.01, value=0.001, low=0.001, high=0.1, limit=None, curve=CURVE, method="range test")
    start = choice(value="b", changes=True, why="<b> is better", effect=effect, pretrained=None)
    start |= {"gradient": [1e-6, 1e-3, 1.0], "gradient_advised": [0.5, 0.8, 1.0]}
    return {
        "plan": {"depth": 3, "loss": "cross_entropy", "dropout": 0.0},
        "risks": {"flat_loss": 0.91, "vanishing_gradient": 0.02},
        "evidence": {"vanishing_gradient": "the gradient arrives"},
        "causes": [
            {
                "risk": "flat_loss",
                "probability": 0.91,
                "cause": "depth",
                "evidence": "the loss <i>stays</i>",
                "columns": [],
                "remedies": [{"change": {"activation": "relu"}, "probability": 0.04, "loss": 0.2}],
            }
        ],
        "probe": None,
        "advice": {"learning_rate": rate, "initialization": start, "loss": choice(), "effect": effect, "changes": {}},
        "networks": [{"name": "mine", "failure": "KeyError: '…'"}],
        **changed,
    }


def stepped(**changed: Any) -> dict[str, Any]:
    """Return the entry of an estimator that was trained by ``partial_fit`` and whose risks are judged."""
    trace = {
        "loss": "hinge",
        "rows_a_call": 32,
        "losses": [{"step": 0, "loss": 1.0}, {"step": 960, "loss": None}],
        "without_inputs": 1.0,
        "updates": [0.5, None],
    }
    return {
        "name": "<b>SGD</b>",
        "kind": "estimator",
        "judged": True,
        "failure": None,
        "layers": ["layer 1", "layer 2"],
        "constant_outputs": True,
        "probabilities": False,
        "frozen": 0,
        "range_test": [],
        "stopped": False,
        "first_loss": 1.0,
        "reference": 1.0,
        "one_batch": 0.25,
        "dead": [0.5, 0.0],
        "gradient": [1e-9, None],
        "trace": trace,
        **changed,
    }
