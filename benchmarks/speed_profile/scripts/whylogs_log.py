"""Whylogs' sketches of every column."""

import sys

import pandas as pd
import whylogs

path = sys.argv[1]
frame = pd.read_csv(path) if path.endswith(".csv") else pd.read_parquet(path)
whylogs.log(pandas=frame).view().to_pandas()
