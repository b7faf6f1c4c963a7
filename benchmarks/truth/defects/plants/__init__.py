"""The defects of every stage: one function plants one defect at one of three strengths.

*Weak* lies just beyond what a check should tolerate, *medium* does plain harm, *strong* is blatant.
"""

from benchmarks.truth.defects.case import Defect
from benchmarks.truth.defects.plants import classes, integrity, leakage, size, sparsity, splits, texts

__all__ = ["DEFECTS"]

DEFECTS: dict[str, Defect] = {
    defect.id: defect
    for stage in (size, classes, sparsity, integrity, texts, leakage, splits)
    for defect in stage.DEFECTS
}
