"""Findings get the gain of the remedy of their cause."""

from dataclasses import replace

from prefit.causes import with_prices
from prefit.evidence.remedies import Remedy
from prefit.finding import Effect, Finding

IMBALANCE = Finding(check="class-imbalance", status="warn", message="One class is rare.")


def remedy(delta: float, *, n_rows: int = 100) -> Remedy:
    """Return a remedy for imbalance that was tried."""
    effect = Effect(metric="balanced_accuracy", delta=delta, low=delta - 0.01, high=delta + 0.01)
    causes = ("class-imbalance",)
    return Remedy(name="weights", title="Weigh", causes=causes, family="linear", effect=effect, n_rows=n_rows)


def test_a_finding_gets_the_largest_gain_of_its_remedies() -> None:
    """Of two remedies for one cause the better one counts."""
    (priced,) = with_prices([IMBALANCE], [remedy(0.02), remedy(0.05)])
    assert priced.effect == remedy(0.05).effect


def test_a_price_from_elsewhere_stays() -> None:
    """A leak has a probe of its own."""
    dear = replace(IMBALANCE, effect=Effect(metric="r2", delta=-0.4, low=-0.5, high=-0.3))
    assert with_prices([dear], [remedy(0.05)]) == [dear]


def test_what_passes_or_was_not_tried_has_no_price() -> None:
    """A forecast is not a trial, and a check that found nothing needs no remedy."""
    passed = replace(IMBALANCE, status="pass")
    assert with_prices([passed, IMBALANCE], [remedy(0.05, n_rows=0)]) == [passed, IMBALANCE]
    assert with_prices([passed], [remedy(0.05)]) == [passed]
