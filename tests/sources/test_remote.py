"""Objects of a store that speaks S3: found, read by ranges, insisted on, and never with a password in a message."""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Iterator
from typing import Any, ClassVar

import fsspec  # type: ignore[import-untyped]
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from pyarrow import fs

from prefit.errors import InputError, InputNotFound, UnreadableInput, UsageError
from prefit.sources import csv, cutting, json_lines, open_source, plain, stores

from .reading import read
from .s3_server import Proxy, serving

N_GROUPS, GROUP_ROWS = 8, 20_000


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Port of the server."""
    with serving() as found:
        yield found


@pytest.fixture
def proxy(port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """A proxy before the server, which the environment points to."""
    found = Proxy(port)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{found.port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sesame")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(stores, "_FIRST_WAIT_S", 0.0)
    stores._filesystem.cache_clear()
    yield found
    stores._filesystem.cache_clear()
    found.close()


@pytest.fixture(scope="module")
def store(port: int) -> Any:
    """The server without the proxy, to put objects there."""
    filesystem = fs.S3FileSystem(
        access_key="a", secret_key="b", endpoint_override=f"127.0.0.1:{port}", scheme="http", region="us-east-1",
        allow_bucket_creation=True,
    )  # fmt: skip
    filesystem.create_dir("bucket")
    return filesystem


def _table(n_rows: int) -> pa.Table:
    numbers = np.random.default_rng(0).normal(size=n_rows)
    return pa.table({"i": range(n_rows), "x": numbers, "s": [f"s{i % 3}" for i in range(n_rows)]})


@pytest.fixture(scope="module")
def table() -> pa.Table:
    """What the large objects hold."""
    return _table(N_GROUPS * GROUP_ROWS)


@pytest.fixture(scope="module")
def large(store: Any, table: pa.Table) -> str:
    """URI of a Parquet object of many row groups."""
    pq.write_table(table, "bucket/large.parquet", filesystem=store, row_group_size=GROUP_ROWS)
    return "s3://bucket/large.parquet"


def _put(store: Any, path: str, content: bytes) -> None:
    with store.open_output_stream(path, compression=None) as out:
        out.write(content)


def test_parquet_object_is_read_as_it_is(proxy: Proxy, large: str, table: pa.Table) -> None:
    """All rows, in another process too, where the file system is made again."""
    source = pickle.loads(pickle.dumps(open_source(large)))
    stores._filesystem.cache_clear()
    assert (source.name, source.n_rows) == ("large", table.num_rows)
    assert source.to_table().equals(table)


def test_only_the_ranges_that_are_needed_are_fetched(
    proxy: Proxy, large: str, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One row group costs its bytes and a footer, not the object."""
    size = store.get_file_info("bucket/large.parquet").size
    monkeypatch.setattr("prefit.sources.columnar._MOST_PARTITION_BYTES", 1)
    parts = open_source(large).partitions()
    assert (len(parts), proxy.n_bytes < size / N_GROUPS) == (N_GROUPS, True)
    before = proxy.n_bytes
    assert sum(batch.num_rows for batch in parts[3].batches(print)) == GROUP_ROWS
    assert size / N_GROUPS < proxy.n_bytes - before < 1.6 * size / N_GROUPS


def test_folders_of_keys_become_columns(proxy: Proxy, store: Any) -> None:
    """As below a local folder; what is hidden is passed over."""
    for year in (2024, 2025):
        pq.write_table(pa.table({"x": [year]}), f"bucket/hive/year={year}/part.parquet", filesystem=store)
    _put(store, "bucket/hive/_SUCCESS", b"")
    rows = [{"x": 2024, "year": 2024}, {"x": 2025, "year": 2025}]
    assert read(open_source("s3://bucket/hive"))[0] == rows
    assert read(open_source("s3://bucket/hive/**/*.parquet"))[0] == rows


@pytest.fixture(params=["csv", "jsonl"])
def text(request: pytest.FixtureRequest, store: Any, table: pa.Table) -> str:
    """URI of an object of text that holds a table."""
    path = f"bucket/text.{request.param}"
    if store.get_file_info(path).type == fs.FileType.NotFound:
        with store.open_output_stream(path) as out:
            if request.param == "csv":
                pyarrow.csv.write_csv(table, out)
            else:
                out.write("".join(json.dumps(row) + "\n" for row in table.to_pylist()).encode())
    return f"s3://{path}"


@pytest.mark.parametrize("least", [0, 1 << 30])
def test_object_of_text_is_read_as_a_local_file(
    proxy: Proxy, text: str, table: pa.Table, least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By ranges, or as a whole."""
    monkeypatch.setattr(csv, "LARGE_BYTES", least)
    monkeypatch.setattr(json_lines, "LARGE_BYTES", least)
    assert open_source(text).to_table().equals(table)


def test_object_of_text_is_fetched_by_ranges(
    proxy: Proxy, text: str, store: Any, table: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A range costs its bytes, whatever breaks off on the way; nothing is kept in a file."""
    monkeypatch.setattr(csv, "LARGE_BYTES", 0)
    monkeypatch.setattr(json_lines, "LARGE_BYTES", 0)
    monkeypatch.setattr(cutting, "_LEAST_RANGE_BYTES", 1 << 20)
    monkeypatch.setattr(plain, "plain_text", None)  # which would copy it
    parts = open_source(text).partitions()
    assert len(parts) > 2
    before = proxy.n_bytes
    for batch in parts[1].batches(print):
        assert batch.equals(table.slice(parts[1].first_row, batch.num_rows).combine_chunks().to_batches()[0])
    assert parts[1].size_bytes < proxy.n_bytes - before < 1.2 * parts[1].size_bytes + 100_000


def test_connections_that_drop_in_a_range_cost_no_row(
    proxy: Proxy, text: str, table: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answers that break off are asked for again."""
    monkeypatch.setattr(csv, "LARGE_BYTES", 0)
    monkeypatch.setattr(json_lines, "LARGE_BYTES", 0)
    answers = iter(range(1_000_000))
    proxy.breaks = lambda n_bytes: n_bytes > 50_000 and next(answers) % 100 == 0
    assert open_source(text).to_table().equals(table)
    assert proxy.n_broken >= 2


def test_json_and_packed_objects_are_read(proxy: Proxy, store: Any) -> None:
    """Formats that are read as a whole."""
    import gzip

    _put(store, "bucket/t.jsonl", b'{"a": 1}\n{"a": 2}\n')
    _put(store, "bucket/t.csv.gz", gzip.compress(b"a,b\n1,x\n2,y\n"))
    assert read(open_source("s3://bucket/t.jsonl"))[0] == [{"a": 1}, {"a": 2}]
    assert read(open_source("s3://bucket/t.csv.gz"))[0] == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


def test_dropped_connections_cost_no_row(proxy: Proxy, large: str, table: pa.Table) -> None:
    """Some answers break off in their middle; they are asked for again."""
    answers = iter(range(1_000_000))
    proxy.breaks = lambda n_bytes: n_bytes > 50_000 and next(answers) % 100 == 0
    assert open_source(large).to_table().equals(table)
    assert proxy.n_broken >= 2


def test_store_that_always_drops_is_an_error_that_names_the_object(proxy: Proxy, large: str) -> None:
    """After some attempts it is said what could not be fetched."""
    source = open_source(large)
    proxy.breaks = lambda n_bytes: n_bytes > 20_000
    with pytest.raises(UnreadableInput, match=r"^large\.parquet.* got s3://bucket/large\.parquet could not be fetched"):
        source.to_table()


def test_object_that_always_drops_is_named_when_it_is_opened(
    proxy: Proxy, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text is looked at before it is read."""
    monkeypatch.setattr(csv, "LARGE_BYTES", 0)
    monkeypatch.setattr(json_lines, "LARGE_BYTES", 0)
    proxy.breaks = lambda n_bytes: n_bytes > 20_000
    with pytest.raises(UnreadableInput, match=r"^text\.(csv|jsonl) must be readable to its end; got s3://bucket/text"):
        open_source(text)


def test_object_written_again_is_not_read_by_halves(proxy: Proxy, store: Any) -> None:
    """The tag of the store tells, even when the size is the same."""
    pq.write_table(pa.table({"x": [1, 2]}), "bucket/again.parquet", filesystem=store)
    source = open_source("s3://bucket/again.parquet")
    pq.write_table(pa.table({"x": [1, 3]}), "bucket/again.parquet", filesystem=store)
    with pytest.raises(UnreadableInput, match=r"^again\.parquet must not change while it is read"):
        source.to_table()


def test_object_taken_away_is_named(proxy: Proxy, store: Any) -> None:
    """What is gone since it was opened."""
    pq.write_table(pa.table({"x": [1, 2]}), "bucket/gone.parquet", filesystem=store)
    source = open_source("s3://bucket/gone.parquet")
    store.delete_file("bucket/gone.parquet")
    with pytest.raises(UnreadableInput, match=r"^gone\.parquet must stay in place"):
        source.to_table()


@pytest.mark.parametrize("place", ["bucket/nothing.parquet", "bucket/none-*.parquet", "no-such-bucket/x.parquet"])
def test_nothing_there_is_said(proxy: Proxy, store: Any, place: str) -> None:
    """A key, a pattern or a bucket without an object."""
    with pytest.raises(InputNotFound, match="s3://" + place.replace("*", r"\*")):
        open_source(f"s3://{place}")


def test_foreign_object_is_refused(proxy: Proxy, store: Any) -> None:
    """A truncated Parquet object, and one of no known kind."""
    _put(store, "bucket/cut.parquet", b"PAR1" + b"\0" * 100)
    _put(store, "bucket/t.zip", b"PK\x03\x04 and so on")
    with pytest.raises(UnreadableInput, match=r"^cut\.parquet must be a whole Parquet file"):
        open_source("s3://bucket/cut.parquet")
    with pytest.raises(InputError, match="ZIP"):
        open_source("s3://bucket/t.zip")


def test_login_is_never_shown(proxy: Proxy, large: str) -> None:
    """Not in what is printed of a source, nor in what tells its partitions apart, nor in an error."""
    uri = f"s3://someone:opensesame@bucket/large.parquet?endpoint_override=127.0.0.1:{proxy.port}&scheme=http"
    source = open_source(uri)
    assert "opensesame" not in repr(source) + "".join(str(part.identity) for part in source.partitions())
    proxy.breaks = lambda _n_bytes: True
    with pytest.raises(UnreadableInput) as told:
        source.to_table()
    assert "opensesame" not in str(told.value)


def test_command_line_profiles_objects(proxy: Proxy, store: Any, run: Any) -> None:
    """By several workers, each with a file system of its own; and what is not there ends it."""
    for part in range(3):
        pq.write_table(_table(5_000), f"bucket/parts/{part}.parquet", filesystem=store)
    done = run("check", "s3://bucket/parts", "--level", "quick", "--only", "integrity", "--workers", "2")
    assert (done.code, "15,000 rows" in done.out) == (0, True), done
    missing = run("check", "s3://bucket/nothing", "--level", "quick")
    assert (missing.code, "s3://bucket/nothing must be" in missing.err) == (2, True), missing


def test_option_that_does_not_exist_is_refused() -> None:
    """With those that do."""
    with pytest.raises(UsageError, match="endpoint_override"):
        open_source("s3://bucket/x.parquet?endpoint=here")


@pytest.mark.parametrize("uri", ["s3://", "s3:///folder/x.csv", "gs:///x.csv", "https:///x.csv"])
def test_uri_without_a_bucket_is_refused(uri: str) -> None:
    """Before anything is asked for it, which Google's library would do for long."""
    with pytest.raises(UsageError, match="data URI must name a bucket or a host; got none in"):
        open_source(uri)


def test_other_file_systems_come_from_fsspec(table: pa.Table) -> None:
    """Whatever fsspec knows, here its memory."""
    with fsspec.open("memory://folder/t.parquet", "wb") as out:
        pq.write_table(table[:100], out)
    assert open_source("memory://folder/t.parquet").to_table().equals(table[:100])


class _Web(fsspec.AbstractFileSystem):
    """Files of a web server, which are called by their whole URLs."""

    protocol = "http"
    files: ClassVar[dict[str, bytes]] = {}
    parts: ClassVar[bool] = True
    sizes: ClassVar[bool] = True

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return path

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        if path not in self.files:
            raise FileNotFoundError(path)
        return {"name": path, "type": "file", "size": len(self.files[path]) if self.sizes else None}

    def _open(self, path: str, *_: Any, **__: Any) -> Any:
        if not self.parts:
            raise ValueError("The server sends whole files only")
        return io.BytesIO(self.files[path])


@pytest.fixture
def web(table: pa.Table, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Web]]:
    """A web server with a Parquet file."""
    written = io.BytesIO()
    pq.write_table(table[:100], written)
    monkeypatch.setattr(_Web, "files", {"http://host/t.parquet": written.getvalue()})
    monkeypatch.setattr(fsspec, "get_filesystem_class", lambda _: _Web)
    known = fsspec.filesystem
    monkeypatch.setattr(fsspec, "filesystem", lambda name, **given: _Web() if name == "http" else known(name, **given))
    stores._filesystem.cache_clear()
    yield _Web
    stores._filesystem.cache_clear()


def test_file_of_a_web_server_is_read(web: type[_Web], table: pa.Table) -> None:
    """By its whole address, which other file systems leave the scheme out of."""
    assert open_source("http://host/t.parquet").to_table().equals(table[:100])


@pytest.mark.parametrize(("lack", "got"), [("parts", "The server sends whole files only"), ("sizes", "got none")])
def test_web_server_that_cannot_send_parts_is_named(
    web: type[_Web], lack: str, got: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Parquet file is read from its end; without parts or a size there is none."""
    monkeypatch.setattr(web, lack, False)
    with pytest.raises(InputError, match=f"http://host/t.parquet must be .*{got}.*copy it to a disk|Copy it to a disk"):
        open_source("http://host/t.parquet")


def test_file_system_that_asks_for_more_than_a_name_is_refused() -> None:
    """A host, a token: what it asks for is said."""
    with pytest.raises(UsageError, match="got one that asks for host"):
        open_source("ftp://host/t.parquet")
