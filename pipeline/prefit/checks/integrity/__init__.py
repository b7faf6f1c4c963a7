"""Integrity: are the values what they seem to be?"""

from prefit.checks.base import Check
from prefit.checks.integrity.constant_column import ConstantColumn
from prefit.checks.integrity.correlated_features import CorrelatedFeatures
from prefit.checks.integrity.date_as_text import DateAsText
from prefit.checks.integrity.disguised_missing import DisguisedMissing
from prefit.checks.integrity.duplicate_rows import DuplicateRows
from prefit.checks.integrity.high_cardinality import HighCardinality
from prefit.checks.integrity.id_column import IdColumn
from prefit.checks.integrity.inconsistent_categories import InconsistentCategories
from prefit.checks.integrity.infinite_values import InfiniteValues
from prefit.checks.integrity.malformed_rows import MalformedRows
from prefit.checks.integrity.mixed_types import MixedTypes
from prefit.checks.integrity.numeric_as_text import NumericAsText
from prefit.checks.integrity.outliers import Outliers
from prefit.checks.integrity.quasi_constant_column import QuasiConstantColumn
from prefit.checks.integrity.text_encoding import TextEncoding
from prefit.checks.integrity.unscaled_features import UnscaledFeatures
from prefit.checks.integrity.unsupported_column import UnsupportedColumn

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    MalformedRows(),
    UnsupportedColumn(),
    TextEncoding(),
    InfiniteValues(),
    DuplicateRows(),
    IdColumn(),
    ConstantColumn(),
    QuasiConstantColumn(),
    MixedTypes(),
    NumericAsText(),
    DateAsText(),
    DisguisedMissing(),
    InconsistentCategories(),
    HighCardinality(),
    Outliers(),
    CorrelatedFeatures(),
    UnscaledFeatures(),
)
