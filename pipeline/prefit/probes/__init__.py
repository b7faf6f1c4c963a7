"""Small models fitted on the row sample: learning curves and forecasts, single features, leaks, domain shift."""

from prefit.probes.curves import learning_curves
from prefit.probes.domain import domain_test
from prefit.probes.drift import feature_drift
from prefit.probes.forecast import extrapolate
from prefit.probes.price import leak_price
from prefit.probes.singles import single_features

__all__ = ["domain_test", "extrapolate", "feature_drift", "leak_price", "learning_curves", "single_features"]
