"""Tables that deltalake and pyiceberg wrote."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from prefit import stages
from prefit.errors import InputError, InputNotFound, UnreadableInput, UsageError
from prefit.sources import open_source
from prefit.sources.remote import RemotePath
from prefit.sources.remote_files import refuse_above
from prefit.sources.stores import Store

from .reading import read
from .s3_server import serving

N_ROWS = 120

Written = Callable[..., Path]


@pytest.fixture(scope="module")
def orders() -> pa.Table:
    """Rows of the types that lakes have."""
    return pa.table(
        {
            "id": pa.array(range(N_ROWS)),
            "city": [f"city {n % 3}" for n in range(N_ROWS)],
            "day": [date(2024, 1, 1 + n % 28) for n in range(N_ROWS)],
            "seen": pa.array(
                [datetime(2024, 1, 1, n % 24, tzinfo=UTC) for n in range(N_ROWS)], pa.timestamp("us", "UTC")
            ),
            "price": pa.array([Decimal(n) / 4 for n in range(N_ROWS)], pa.decimal128(10, 2)),
            "label": ["yes" if n % 3 else "no" for n in range(N_ROWS)],
        }
    )


def delta(folder: Path, table: pa.Table, **options: Any) -> Path:
    """Write a table of Delta Lake, or add to one."""
    import deltalake

    deltalake.write_deltalake(folder / "orders", table, mode="append", **options)
    return folder / "orders"


class Catalog:
    """A catalog of Iceberg in SQLite, and its tables below it."""

    def __init__(self, folder: Path) -> None:
        from pyiceberg.catalog import load_catalog

        self.options = {"type": "sql", "uri": f"sqlite:///{folder}/catalog.db", "warehouse": f"file://{folder}"}
        self._catalog = load_catalog("shop", **self.options)
        self._catalog.create_namespace("sales")
        self.folder = folder / "sales" / "orders"

    def add(self, rows: pa.Table) -> Any:
        """Add rows to the table, and return it."""
        table = self._catalog.create_table_if_not_exists("sales.orders", schema=rows.schema)
        table.append(rows)
        return table

    def close(self) -> None:
        """Let go of the database."""
        self._catalog.close()


@pytest.fixture
def catalog(tmp_path: Path) -> Any:
    """Return an empty catalog."""
    made = Catalog(tmp_path)
    yield made
    made.close()


def test_delta_table_is_read_file_by_file(orders: pa.Table, tmp_path: Path) -> None:
    """Rows come in the order in which they were added, and values of the partition are a column."""
    delta(tmp_path, orders.slice(0, 50))
    place = delta(tmp_path, orders.slice(50))
    source = open_source(place)
    rows, _ = read(source)
    assert (source.name, source.n_rows, len(source.partitions())) == ("orders", N_ROWS, 2)
    assert rows == orders.to_pylist()
    assert source.schema.types == orders.schema.types


def test_delta_table_has_the_values_of_its_partitions(orders: pa.Table, tmp_path: Path) -> None:
    """They stand in the log and not in the files."""
    place = delta(tmp_path, orders, partition_by=["city"])
    rows, _ = read(open_source(place))
    assert sorted(rows, key=lambda row: row["id"]) == orders.to_pylist()


def test_delta_table_is_that_of_its_newest_version(orders: pa.Table, tmp_path: Path) -> None:
    """Files that were replaced still lie there, and are not read; what was opened stays as it was."""
    import deltalake

    place = delta(tmp_path, orders)
    before = open_source(place)
    deltalake.DeltaTable(place).delete("id < 100")
    assert [row["id"] for row in read(open_source(place))[0]] == list(range(100, N_ROWS))
    assert len(read(before)[0]) == N_ROWS


def test_delta_table_that_was_written_anew_is_the_new_one(orders: pa.Table, tmp_path: Path) -> None:
    """Its versions start from 0 again; what was opened before says that its table is gone."""
    place = delta(tmp_path, orders)
    before = open_source(place)
    assert len(read(before)[0]) == N_ROWS
    for _ in range(5):
        shutil.rmtree(place)
        assert len(read(open_source(delta(tmp_path, orders.slice(100))))[0]) == 20
    with pytest.raises(UnreadableInput, match="got another one at its place"):
        read(before)


def deleted(kind: str, orders: pa.Table, catalog: Catalog, folder: Path) -> Path:
    """Return the folder of a table whose files hold 100 rows that were deleted."""
    import deltalake

    if kind == "iceberg":
        catalog.add(orders).delete("id < 100")
        return catalog.folder
    place = delta(folder, orders)
    deltalake.DeltaTable(place).delete("id < 100")
    return place


@pytest.mark.parametrize("kind", ["delta", "iceberg"])
def test_table_named_by_a_uri_of_a_file_is_the_table(
    kind: str, orders: pa.Table, catalog: Catalog, tmp_path: Path
) -> None:
    """It is the same as its path."""
    place = deleted(kind, orders, catalog, tmp_path)
    assert [row["id"] for row in read(open_source(place.as_uri()))[0]] == list(range(100, N_ROWS))


@pytest.mark.parametrize(("kind", "system"), [("delta", "Delta Lake"), ("iceberg", "Iceberg")])
def test_files_of_a_table_are_not_read_past_its_log(
    kind: str, system: str, orders: pa.Table, catalog: Catalog, tmp_path: Path
) -> None:
    """Rows that were deleted still lie in them: the folder above, one below, a pattern and a file are refused."""
    place = deleted(kind, orders, catalog, tmp_path)
    inner = "data/" if kind == "iceberg" else ""
    [alone, *_] = sorted(place.rglob("*.parquet"))
    locations = [
        place.parent,
        place.parent.as_uri(),
        f"{place}/{inner}*.parquet",
        f"{place.parent}/**/*.parquet",
        alone,
    ]
    for location in [*locations, place / "data"] if inner else locations:
        with pytest.raises(InputError, match=f"orders must be read as .* table of {system}, .* Name the table alone: "):
            open_source(location)


def test_text_files_beside_a_table_are_read(orders: pa.Table, tmp_path: Path) -> None:
    """Lakes have none: they are no part of the table."""
    place = delta(tmp_path, orders)
    (place / "notes.csv").write_text("a,b\n1,2\n")
    assert open_source(f"{place}/*.csv").n_rows == 1


def test_delta_column_that_was_added_later_is_missing_before(orders: pa.Table, tmp_path: Path) -> None:
    """Old files lack it."""
    delta(tmp_path, orders.select(["id"]).slice(0, 2))
    place = delta(tmp_path, orders.select(["id", "label"]).slice(2, 1), schema_mode="merge")
    rows, _ = read(open_source(place))
    assert [row["label"] for row in rows] == [None, None, "yes"]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Port of a server of objects, which the environment points to, with an empty bucket."""
    from pyarrow import fs

    with serving() as port, pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "somebody",
            "AWS_SECRET_ACCESS_KEY": "sesame",
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
            "AWS_S3_ALLOW_UNSAFE_RENAME": "true",
        }.items():
            monkeypatch.setenv(name, value)
        fs.S3FileSystem(endpoint_override=f"127.0.0.1:{port}", scheme="http", allow_bucket_creation=True).create_dir(
            "lake"
        )
        yield port


def test_delta_table_in_a_store_is_read(orders: pa.Table, port: int) -> None:
    """The environment says how to reach it; the name is that of its folder."""
    import deltalake

    deltalake.write_deltalake("s3://lake/orders", orders)
    source = open_source("delta+s3://lake/orders")
    assert (source.name, read(source)[0]) == ("orders", orders.to_pylist())


def test_objects_of_a_delta_table_are_not_read_past_its_log(orders: pa.Table, port: int) -> None:
    """Neither what lies above it, nor a part of it, nor one of its files alone."""
    import deltalake

    deltalake.write_deltalake("s3://lake/parts", orders, partition_by=["label"])
    alone = deltalake.DeltaTable("s3://lake/parts").file_uris()[0].removeprefix("s3://lake/")
    for place in ("parts", "parts/label=yes", "parts/label=yes/*.parquet", "*/*/*.parquet", alone):
        with pytest.raises(InputError, match=r"files of a table of Delta Lake, .*: delta\+s3://lake/parts"):
            open_source(f"s3://lake/{place}?endpoint_override=127.0.0.1:{port}&scheme=http")


def test_objects_of_an_iceberg_table_are_not_read_past_its_metadata(port: int) -> None:
    """Those beside it are."""
    from pyarrow import fs, parquet

    store = fs.S3FileSystem(endpoint_override=f"127.0.0.1:{port}", scheme="http")
    for place in ("sales/data/a.parquet", "sales/data/day=1/b.parquet", "sales/notes/c.parquet", "data/d.parquet"):
        parquet.write_table(pa.table({"id": [1]}), f"lake/ice/{place}", filesystem=store)
    with store.open_output_stream("lake/ice/sales/metadata/0.metadata.json") as out:
        out.write(b"{}")
    query = f"?endpoint_override=127.0.0.1:{port}&scheme=http"
    for place in ("", "sales", "sales/data", "sales/data/day=1", "sales/data/a.parquet", "sales/data/*/*.parquet"):
        with pytest.raises(InputError, match=r"s3://lake/ice/sales must be read as the table .* iceberg://catalog"):
            open_source(f"s3://lake/ice/{place}{query}")
    assert [open_source(f"s3://lake/ice/{place}{query}").n_rows for place in ("sales/notes", "data/d.parquet")] == [
        1,
        1,
    ]


def test_an_object_is_read_by_whoever_may_not_look_around() -> None:
    """Rights to a folder are none to those above it; being refused once is enough."""
    asked = []

    class Closed(Store):
        @property
        def filesystem(self) -> Closed:
            return self

        def get_file_info(self, places: list[str]) -> None:
            asked.extend(places)
            raise OSError("When getting information for key '_delta_log': AWS Error ACCESS_DENIED during HeadObject")

    refuse_above(RemotePath(Closed("s3", "lake"), "lake/mine/a.parquet", 1))
    assert asked == ["lake/_delta_log", "lake/mine/_delta_log"]


def test_a_store_that_does_not_answer_for_the_folders_above_is_an_error(
    monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    """What is not known of them is not taken for nothing."""
    from pyarrow import fs, parquet

    def drop(path: RemotePath) -> None:
        raise OSError(f"{path} could not be fetched in 5 attempts: broken pipe")

    store = fs.S3FileSystem(endpoint_override=f"127.0.0.1:{port}", scheme="http")
    parquet.write_table(pa.table({"id": [1]}), "lake/mine/a.parquet", filesystem=store)
    monkeypatch.setattr("prefit.sources.files.refuse_above", drop)
    with pytest.raises(UnreadableInput, match=r"got s3://lake/mine/a\.parquet could not be fetched in 5 attempts"):
        open_source(f"s3://lake/mine/a.parquet?endpoint_override=127.0.0.1:{port}&scheme=http")


def test_iceberg_table_is_read_file_by_file(orders: pa.Table, catalog: Catalog) -> None:
    """The folder of the table is enough: its newest metadata count."""
    catalog.add(orders.slice(0, 50))
    catalog.add(orders.slice(50))
    source = open_source(catalog.folder)
    rows, _ = read(source)
    assert (source.name, source.n_rows, len(source.partitions())) == ("orders", N_ROWS, 2)
    assert rows == orders.to_pylist()
    assert source.schema.types == orders.schema.types


def test_iceberg_files_come_in_the_order_in_which_they_were_added(orders: pa.Table, catalog: Catalog) -> None:
    """Their names are random."""
    for start in range(0, N_ROWS, 20):
        catalog.add(orders.slice(start, 20))
    assert read(open_source(catalog.folder))[0] == orders.to_pylist()


def test_iceberg_metadata_that_are_not_there_are_said(orders: pa.Table, catalog: Catalog) -> None:
    """A misspelt name is answered with those beside it; a store is reached by a catalog alone."""
    catalog.add(orders)
    [place] = (catalog.folder / "metadata").glob("00001-*.metadata.json")
    assert open_source(place.as_uri()).n_rows == N_ROWS
    for location in (place.with_name("00001.metadata.json"), place.with_name("00001.metadata.json").as_uri()):
        with pytest.raises(InputNotFound, match=f"got none there. In .*{place.name}"):
            open_source(location)
    with pytest.raises(UsageError, match=r"must be at iceberg://catalog/namespace\.table"):
        open_source("s3://lake/orders/metadata/00001.metadata.json")


def test_iceberg_table_is_found_in_its_catalog(
    orders: pa.Table, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment says where the catalog is, as for pyiceberg itself."""
    from pyiceberg.utils.config import Config

    catalog.add(orders)
    for name, value in catalog.options.items():
        monkeypatch.setenv(f"PYICEBERG_CATALOG__SHOP__{name.upper()}", value)
    monkeypatch.setattr("pyiceberg.catalog._ENV_CONFIG", Config())  # which is read when it is imported
    assert read(open_source("iceberg://shop/sales.orders"))[0] == orders.to_pylist()
    with pytest.raises(InputNotFound, match=r"table 'sales.order' must be in the catalog 'shop'"):
        open_source("iceberg://shop/sales.order")


def test_iceberg_table_is_that_of_its_current_snapshot(orders: pa.Table, catalog: Catalog) -> None:
    """Rows that were deleted, and columns under their old names, are not read."""
    table = catalog.add(orders)
    table.delete("id < 100")
    with table.update_schema() as update:
        update.rename_column("label", "returned")
    rows, _ = read(open_source(catalog.folder))
    assert [row["id"] for row in rows] == list(range(100, N_ROWS))
    assert rows[0]["returned"] == "yes"


@pytest.mark.parametrize("kind", ["delta", "iceberg"])
def test_table_is_profiled_like_any_other(
    kind: str, orders: pa.Table, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By several processes as by one."""
    monkeypatch.setattr("prefit.engines.pieces.TINY_BYTES", 0)
    for start in (0, 40, 80):
        rows = orders.slice(start, 40)
        place = delta(tmp_path, rows) if kind == "delta" else Path(catalog.add(rows) and catalog.folder)
    found = stages.describe(place, target="label", workers=2)
    assert found == stages.describe(place, target="label", workers=1)
    assert found["dataset"]["rows"] == N_ROWS


def test_partitions_can_be_read_elsewhere(orders: pa.Table, catalog: Catalog, tmp_path: Path) -> None:
    """A pickle of a partition holds no table, and knows its rows again."""
    catalog.add(orders)
    for place in (delta(tmp_path, orders), catalog.folder):
        [part] = open_source(place).partitions()
        copy = pickle.loads(pickle.dumps(part))
        assert list(copy.batches(print)) == list(part.batches(print))
        assert copy.identity == part.identity == open_source(place).partitions()[0].identity


def test_missing_data_file_is_named(orders: pa.Table, tmp_path: Path) -> None:
    """The log promises a file that is gone."""
    place = delta(tmp_path, orders)
    source = open_source(place)
    [file] = place.glob("*.parquet")
    file.unlink()
    with pytest.raises(UnreadableInput, match=file.name):
        read(source)


def test_the_library_of_delta_warns_nobody() -> None:
    """Its log goes to standard error by itself: what matters of it is in the message."""
    code = "import os, prefit.sources.lakes.delta; print(os.environ['RUST_LOG'])"
    environment = {name: value for name, value in os.environ.items() if name != "RUST_LOG"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "error"


def test_broken_log_is_refused(orders: pa.Table, tmp_path: Path) -> None:
    """A table without its log is none."""
    place = delta(tmp_path, orders)
    for log in (place / "_delta_log").glob("*.json"):
        log.write_text("{")
    with pytest.raises(UnreadableInput, match="orders must be a table that can be read"):
        open_source(place)


@pytest.mark.parametrize(("kind", "extra"), [("delta", "delta"), ("iceberg", "iceberg")])
def test_missing_library_names_the_extra(
    kind: str, extra: str, orders: pa.Table, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who lacks the library is told what to install."""
    catalog.add(orders)
    place = delta(tmp_path, orders) if kind == "delta" else catalog.folder
    monkeypatch.setattr("prefit.sources.extras.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=rf"pip install 'prefit\[{extra}\]'"):
        open_source(place)
