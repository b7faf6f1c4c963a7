"""What does it cost to read, profile and judge a table of PostgreSQL, beside a bare fetch and the same rows in Parquet?

    python -m benchmarks.postgresql FOLDER [--rounds 3]

Runs a server of its own, fills it with table A1 of the benchmark of the profile (1,000,000 rows of 31 mixed columns)
and with the table of the benchmark of suites (1,000,000 rows of 20 columns), and prints as Markdown the medians of
whole processes, one after the other in each round: CPU seconds without those of the server, and peak resident memory.
The exit code is 1 where a profile of the database costs more than 1.3 times a fetch and a profile of the file without
its decoding.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import sys
from pathlib import Path

from tests.servers import Postgres, postgres_server

from benchmarks.speed_profile.processes import Cost, cost_of
from benchmarks.speed_profile.tables import TABLES, TARGET, path_of
from benchmarks.suites import PREFIT, suite, write_table

LARGEST_RATIO = 1.3
_ROWS = 1_000_000
_LIMIT_SECONDS = 600.0

FETCH = """
import sys
from adbc_driver_postgresql import dbapi
import pyarrow
with dbapi.connect(sys.argv[1]) as connection, connection.cursor() as cursor:
    cursor.execute(f"SELECT * FROM {sys.argv[2]}")
    assert sum(batch.num_rows for batch in cursor.fetch_record_batch()) == 1_000_000
"""
DECODE = """
import sys
import pyarrow.parquet
assert sum(batch.num_rows for batch in pyarrow.parquet.ParquetFile(sys.argv[1]).iter_batches()) == 1_000_000
"""
PROFILE = ["-m", "prefit", "profile", "--target", TARGET, "--workers", "1", "--quiet"]


def ingest(server: Postgres, name: str, file: Path) -> None:
    """Write the rows of a Parquet file into a table."""
    import pyarrow.parquet as pq
    from adbc_driver_postgresql import dbapi

    with pq.ParquetFile(file) as source, dbapi.connect(server.url()) as connection, connection.cursor() as cursor:
        for number, batch in enumerate(source.iter_batches(100_000)):
            cursor.adbc_ingest(name, batch, mode="append" if number else "create")
        connection.commit()


def commands(url: str, mixed: Path, plain: Path, rules: Path) -> dict[str, list[str]]:
    """Return what is run, by its caption."""
    return {
        "bare ADBC fetch of 31 columns": ["-c", FETCH, url, "mixed"],
        "`prefit profile`, PostgreSQL": [*PROFILE, f"{url}?table=mixed"],
        "bare decoding of 31 columns of Parquet": ["-c", DECODE, str(mixed)],
        "`prefit profile`, Parquet": [*PROFILE, str(mixed)],
        "20 expectations, inside PostgreSQL": ["-c", PREFIT, f"{url}?table=plain", str(rules)],
        "20 expectations, Parquet in DuckDB": ["-c", PREFIT, str(plain), str(rules)],
    }


def in_child(work: object, *arguments: object) -> None:
    """Call a function in a process of its own: the peak of a parent counts as that of its children."""
    child = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    child.start()
    child.join()
    assert child.exitcode == 0


def main() -> int:
    """Run all and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the tables are kept")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    mixed = path_of(TABLES["A1"], given.folder)
    plain, rules = given.folder / f"rows{_ROWS}.parquet", given.folder / f"suite{_ROWS}.json"
    if not plain.exists():
        in_child(write_table, _ROWS, plain)
    rules.write_text(json.dumps(suite(_ROWS)), encoding="utf-8")
    costs: dict[str, list[Cost]] = {}
    with postgres_server() as server:
        for name, file in (("mixed", mixed), ("plain", plain)):
            in_child(ingest, server, name, file)
        for _ in range(given.rounds):
            for caption, command in commands(server.url(), mixed, plain, rules).items():
                cost = cost_of([sys.executable, *command], {}, _LIMIT_SECONDS)
                costs.setdefault(caption, []).append(cost)
                print(f"{caption}: {cost}", file=sys.stderr)
    print("| run | CPU s | wall s | peak MiB |\n|---|---|---|---|")
    seconds = {}
    for caption, found in costs.items():
        seconds[caption] = statistics.median(cost.cpu_seconds for cost in found)
        wall, peak = (
            statistics.median(values) for values in zip(*((c.wall_seconds, c.peak_mib) for c in found), strict=True)
        )
        print(f"| {caption} | {seconds[caption]:.1f} | {wall:.1f} | {peak:.0f} |")
    fetch, there, decoding, here, *_ = seconds.values()
    ratio = there / (here - decoding + fetch)
    print(
        f"\nThe profile of the database costs {ratio:.2f} times a fetch and a profile of Parquet without its decoding."
    )
    return int(ratio > LARGEST_RATIO)


if __name__ == "__main__":
    sys.exit(main())
