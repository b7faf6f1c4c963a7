"""Statistics as commutative monoids with a value, one to a file.

Each has an identity (``X()``, or ``X.empty(plan)`` where sizes matter), ``from_batch``, ``+`` and a
value. A sum never writes into its parts, and equals
what one batch of all the rows would have given, exactly.
"""

from prefit.profiling.accumulators.class_sample import ClassSample
from prefit.profiling.accumulators.co_missing import CoMissing
from prefit.profiling.accumulators.counts import Counts
from prefit.profiling.accumulators.empty_rows import EmptyRows
from prefit.profiling.accumulators.extremes import Extremes
from prefit.profiling.accumulators.fingerprint import Fingerprint
from prefit.profiling.accumulators.gram import Gram
from prefit.profiling.accumulators.histograms import Histograms
from prefit.profiling.accumulators.key_sample import KeySample
from prefit.profiling.accumulators.lengths import Lengths
from prefit.profiling.accumulators.malformed import Malformed
from prefit.profiling.accumulators.moments import Moments
from prefit.profiling.accumulators.row_hashes import RowHashes
from prefit.profiling.accumulators.row_sample import RowSample
from prefit.profiling.accumulators.support import Support

__all__ = [
    "ClassSample", "CoMissing", "Counts", "EmptyRows", "Extremes", "Fingerprint", "Gram", "Histograms", "KeySample",
    "Lengths", "Malformed", "Moments", "RowHashes", "RowSample", "Support",
]  # fmt: skip
