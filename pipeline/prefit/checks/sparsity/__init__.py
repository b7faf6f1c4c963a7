"""Sparsity: is there a value to learn from where the model looks for one?"""

from prefit.checks.base import Check
from prefit.checks.sparsity.empty_rows import EmptyRows
from prefit.checks.sparsity.missing_values import MissingValues
from prefit.checks.sparsity.rare_categories import RareCategories
from prefit.checks.sparsity.sparse_features import SparseFeatures
from prefit.checks.sparsity.thin_support import ThinSupport

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (MissingValues(), EmptyRows(), SparseFeatures(), ThinSupport(), RareCategories())
