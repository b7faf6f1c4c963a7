"""The entry ``training.advice`` of ``report.json``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from prefit.entries.plain import finite
from prefit.evidence.advice import Advice, Choice

__all__ = ["advice_entry"]


def advice_entry(advice: Advice) -> dict[str, Any]:
    """Return the advice as plain data: of each setting what is planned, what is advised, why, and its effect."""
    rate, start, penalty = advice.learning_rate, advice.initialization, advice.regularization
    return {
        "loss": _choice(advice.loss),
        "learning_rate": {
            "planned": rate.planned,
            "value": rate.advised,
            "low": rate.low,
            "high": rate.high,
            "limit": finite(rate.limit),
            "method": rate.method,
            "changes": rate.pays,
            "why": rate.why,
            "named": rate.is_named,
            "untried": rate.untried or None,
            "learns": rate.learns,
            "curve": [list(point) for point in rate.curve],
            "effect": None if rate.effect is None else asdict(rate.effect),
        },
        "initialization": {
            **_choice(start.choice),
            "signal": _finite(start.signal),
            "signal_advised": _finite(start.signal_advised),
            "gradient": _finite(start.gradient),
            "gradient_advised": _finite(start.gradient_advised),
            "pretrained": None if start.pretrained is None else asdict(start.pretrained),
        },
        "regularization": {
            **_choice(penalty.linear),
            "kind": penalty.kind,
            "strength": penalty.strength,
            "gain_fraction": penalty.gain_fraction,
            "rows": penalty.n_rows,
            "curve": [asdict(point) for point in penalty.curve],
            "network": _choice(penalty.network),
        },
        "scaling": _choice(advice.scaling),
        "optimizer": _choice(advice.optimizer),
        "batch_size": _choice(advice.batch_size),
        "changes": dict(advice.changes),
        "effect": None if advice.effect is None else asdict(advice.effect),
        "rows": advice.n_rows,
    }


def _choice(choice: Choice) -> dict[str, Any]:
    return {
        "planned": choice.planned,
        "value": choice.advised,
        "changes": choice.pays,
        "why": choice.why,
        "untried": choice.untried or None,
        "measured": {name: finite(value) for name, value in choice.measured.items()},
        "effect": None if choice.effect is None else asdict(choice.effect),
    }


def _finite(values: tuple[float, ...]) -> list[float | None]:
    return [finite(value) for value in values]
