"""Small models fitted on the row sample: learning curves and forecasts, single features, leaks, domain shift."""

from prefit.probes.annotators import annotation
from prefit.probes.curves import learning_curves
from prefit.probes.domain import domain_test
from prefit.probes.drift import feature_drift
from prefit.probes.forecast import extrapolate
from prefit.probes.inflation import inflation
from prefit.probes.labels import amount_noise, label_noise
from prefit.probes.near import near_overlap, near_twins
from prefit.probes.price import leak_price
from prefit.probes.row_order import row_order
from prefit.probes.singles import single_features
from prefit.probes.split_gap import group_gap, time_gap

__all__ = [
    "amount_noise",
    "annotation",
    "domain_test",
    "extrapolate",
    "feature_drift",
    "group_gap",
    "inflation",
    "label_noise",
    "leak_price",
    "learning_curves",
    "near_overlap",
    "near_twins",
    "row_order",
    "single_features",
    "time_gap",
]
