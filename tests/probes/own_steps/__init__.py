"""Tests of the probe of estimators that learn by steps."""
