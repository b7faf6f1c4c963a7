"""One cause, one finding: what a finding explains is listed as passed, and says so.

A column that gives the target away is often an identifier, a copy of another column and full of rare categories too.
Four findings would send four people after one fault. :data:`RULES` says which finding explains which; what is explained
stays in the report as a ``pass`` that names the finding to look at.

A check that could not run because of a failure does not apply: it is not listed, and the failure says which it is.

No rule changes the verdict: a finding explains none that is worse than itself, a check that did not run is explained
only by a failure, a crash by nothing, and what is waived neither explains nor is explained.
"""

from prefit.causes.merge import JudgeWithout, merge_causes
from prefit.causes.price import with_prices
from prefit.causes.rules import RULES, Rule

__all__ = ["RULES", "JudgeWithout", "Rule", "merge_causes", "with_prices"]
