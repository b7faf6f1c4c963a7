"""Read a CSV file with pyarrow, block by block."""

import sys

import pyarrow as pa
import pyarrow.csv as pc

pa.set_cpu_count(1)
for _ in pc.open_csv(sys.argv[1], read_options=pc.ReadOptions(use_threads=False)):
    pass
