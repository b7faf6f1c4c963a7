"""What is measured on the row sample once all rows are folded."""

from prefit.profiling.facts.correlation import strong_correlations
from prefit.profiling.facts.cuts import cuts, cuts_of_lengths
from prefit.profiling.facts.histogram import histogram
from prefit.profiling.facts.numbers import Numbers
from prefit.profiling.facts.numeric import numeric_facts
from prefit.profiling.facts.text import text_facts

__all__ = [
    "Numbers",
    "cuts",
    "cuts_of_lengths",
    "histogram",
    "numeric_facts",
    "strong_correlations",
    "text_facts",
]
