"""The summary that most notebooks begin with."""

import sys

import pandas as pd

path = sys.argv[1]
frame = pd.read_csv(path) if path.endswith(".csv") else pd.read_parquet(path)
frame.describe(include="all")
