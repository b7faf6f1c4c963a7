"""Decode a Parquet file row group by row group on one thread, and do nothing with it: what no tool can go below."""

import sys

import pyarrow as pa
import pyarrow.parquet as pq

pa.set_cpu_count(1)
file = pq.ParquetFile(sys.argv[1], pre_buffer=False)
for group in range(file.num_row_groups):
    file.read_row_group(group, use_threads=False)
