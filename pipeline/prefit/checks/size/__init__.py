"""Size: are there enough rows for what is to be learnt?"""

from prefit.checks.base import Check
from prefit.checks.size.too_few_rows import TooFewRows
from prefit.checks.size.too_few_rows_per_class import TooFewRowsPerClass
from prefit.checks.size.too_many_features import TooManyFeatures

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (TooFewRows(), TooFewRowsPerClass(), TooManyFeatures())
