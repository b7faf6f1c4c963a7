"""One pass over all rows: plan, fold, finish."""

from prefit.profiling.finish import finish
from prefit.profiling.fold import Partition, fold
from prefit.profiling.kinds import infer_kinds
from prefit.profiling.plan import Plan, make_plan
from prefit.profiling.prefix import first_rows
from prefit.profiling.state import State
from prefit.profiling.values import Profile

__all__ = ["Partition", "Plan", "Profile", "State", "finish", "first_rows", "fold", "infer_kinds", "make_plan"]
