"""Baselines: what is new, worse or gone since an earlier report, and how the data moved, without the old data."""

from prefit.baselines.content import REPORT_FILE, Content, is_report, read_report, refusing_damage
from prefit.baselines.contrast import Contrast, contrast
from prefit.baselines.drift import baseline_drift
from prefit.baselines.entry import check_same_data, entry
from prefit.baselines.matching import Matched, match

__all__ = [
    "REPORT_FILE",
    "Content",
    "Contrast",
    "Matched",
    "baseline_drift",
    "check_same_data",
    "contrast",
    "entry",
    "is_report",
    "match",
    "read_report",
    "refusing_damage",
]
