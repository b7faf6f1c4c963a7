"""The entries of ``report.json``, made from the evidence: plain data, no raw cell values unless they may be shown."""

from prefit.entries.annotation import annotators, with_consensus
from prefit.entries.columns import columns, dataset
from prefit.entries.expectations import expectations
from prefit.entries.forecast import forecast
from prefit.entries.labels import LABEL_ISSUES, label_issues, label_noise
from prefit.entries.remedies import remedies
from prefit.entries.training import training

__all__ = [
    "LABEL_ISSUES",
    "annotators",
    "columns",
    "dataset",
    "expectations",
    "forecast",
    "label_issues",
    "label_noise",
    "remedies",
    "training",
    "with_consensus",
]
