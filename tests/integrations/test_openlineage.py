"""Events of OpenLineage, read back by its own client."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pytest

import prefit
from prefit.errors import UsageError
from prefit.integrations import openlineage


@pytest.fixture(scope="module")
def report() -> prefit.Report:
    """Return a report on data with two faults."""
    table = pa.table({"a": [1] * 200, "b": [n % 50 for n in range(200)], "y": ["yes", "no"] * 100})
    return prefit.check(table, target="y", level="quick", name="orders", workers=1)


@pytest.fixture(scope="module")
def event(report: prefit.Report) -> dict[str, Any]:
    """Return its event."""
    return openlineage.run_event(report, namespace="shop", job="gate")


def test_event_is_what_the_client_of_openlineage_makes(event: dict[str, Any]) -> None:
    """Its classes take every field, and write the same JSON."""
    from openlineage.client import event_v2, facet_v2
    from openlineage.client.serde import Serde

    [data] = event["inputs"]
    found = {name: dict(facet) for name, facet in (data["inputFacets"] | event["run"]["facets"]).items()}
    kinds = {
        "dataQualityAssertions": facet_v2.data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet,
        "dataQualityMetrics": facet_v2.data_quality_metrics_input_dataset.DataQualityMetricsInputDatasetFacet,
        "test": facet_v2.test_run.TestRunFacet,
    }
    parts = {
        "assertions": facet_v2.data_quality_assertions_dataset.Assertion,
        "tests": facet_v2.test_run.TestExecution,
    }
    made = {}
    for name, facet in found.items():
        producer, schema = facet.pop("_producer"), facet.pop("_schemaURL")
        for key, part in parts.items():
            if key in facet:
                facet[key] = [part(**entry) for entry in facet[key]]
        if name == "dataQualityMetrics":
            column = facet_v2.data_quality_metrics_input_dataset.ColumnMetrics
            facet["columnMetrics"] = {key: column(**each) for key, each in facet["columnMetrics"].items()}
        made[name] = kinds[name](**facet, producer=producer)
        assert made[name]._get_schema() == schema
    run = event_v2.Run(runId=event["run"]["runId"], facets={"test": made.pop("test")})
    again = event_v2.RunEvent(
        eventTime=event["eventTime"],
        eventType=event_v2.RunState(event["eventType"]),
        producer=event["producer"],
        run=run,
        job=event_v2.Job(**event["job"]),
        inputs=[event_v2.InputDataset(namespace=data["namespace"], name=data["name"], inputFacets=made)],
        outputs=[],
    )
    assert _bare(json.loads(Serde.to_json(again))) == _bare(event)


def _bare(value: Any) -> Any:
    """Return JSON without what is empty, which the client adds."""
    if isinstance(value, dict):
        return {key: _bare(each) for key, each in value.items() if each not in (None, {}, [])}
    return [_bare(each) for each in value] if isinstance(value, list) else value


def test_findings_are_assertions(event: dict[str, Any], report: prefit.Report) -> None:
    """One for each column that a finding names; what passed has succeeded."""
    facets = event["inputs"][0]["inputFacets"]
    assertions = facets["dataQualityAssertions"]["assertions"]
    [constant] = [each for each in assertions if each["assertion"] == "constant-column"]
    assert (constant["success"], constant["column"], constant["severity"]) == (False, "a", "warn")
    assert sum(not each["success"] for each in assertions) >= report.counts["warn"]
    assert len(event["run"]["facets"]["test"]["tests"]) == len(report.findings)


def test_figures_are_metrics_without_values_of_cells(event: dict[str, Any]) -> None:
    """Rows, missing and distinct values; extremes only where the report shows values."""
    metrics = event["inputs"][0]["inputFacets"]["dataQualityMetrics"]
    assert metrics["rowCount"] == 200
    assert metrics["columnMetrics"]["b"] == {"nullCount": 0, "distinctCount": 50}


def test_event_says_how_the_gate_ended(report: prefit.Report) -> None:
    """Whatever is not the exit code 0 is a failure, at risk under --strict too; names of the catalog are taken."""
    failed = replace(report, strict=True)
    event = openlineage.run_event(
        failed, namespace="shop", job="gate", dataset_namespace="postgres://db", dataset="sales.orders"
    )
    assert event["eventType"] == "FAIL"
    assert (event["inputs"][0]["namespace"], event["inputs"][0]["name"]) == ("postgres://db", "sales.orders")
    assert openlineage.run_event(report, namespace="shop", job="gate")["eventType"] == "COMPLETE"
    assert uuid.UUID(event["run"]["runId"]).version == 5


class _Catalog(BaseHTTPRequestHandler):
    """A server that keeps what is posted to it."""

    posted: ClassVar[list[tuple[str, str | None, Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.posted.append((self.path, self.headers["Authorization"], body))
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            return
        if self.path.startswith("/garbled"):
            self.wfile.write(b"SSH-2.0-server\r\n")
            return
        self.send_response(201 if self.headers["Authorization"] else 401)
        self.end_headers()

    def do_GET(self) -> None:
        self.posted.append((self.path, self.headers["Authorization"], None))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (so it is called)
        pass


@pytest.fixture
def catalog() -> Iterator[str]:
    """Run a server and give its address."""
    with HTTPServer(("127.0.0.1", 0), _Catalog) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
    _Catalog.posted.clear()


def test_command_posts_the_event(
    catalog: str, report: prefit.Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the place that servers of OpenLineage have for it, with the key of the environment."""
    report.save(tmp_path)
    monkeypatch.setenv("OPENLINEAGE_API_KEY", "sesame")
    args = [str(tmp_path), "--namespace", "shop", "--job", "gate"]
    assert openlineage.main([*args, "--url", catalog]) == 0
    expected = openlineage.run_event(tmp_path, namespace="shop", job="gate")
    assert _Catalog.posted == [("/api/v1/lineage", "Bearer sesame", expected)]


def test_command_prints_the_event(report: prefit.Report, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a server it can be piped."""
    report.save(tmp_path)
    assert openlineage.main([str(tmp_path), "--namespace", "shop", "--job", "gate"]) == 0
    assert json.loads(capsys.readouterr().out)["job"] == {"namespace": "shop", "name": "gate"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"namespace": "", "job": "gate"}, "namespace and job must be names; got '' and 'gate'"),
        ({"namespace": "shop", "job": "gate", "run_id": "7"}, "run_id must be a UUID; got '7'"),
    ],
)
def test_names_that_no_catalog_knows_are_refused(report: prefit.Report, given: dict[str, str], message: str) -> None:
    """A variable that was never set would make an event of nobody."""
    with pytest.raises(UsageError, match=message):
        openlineage.run_event(report, **given)


def test_reader_that_has_enough_is_told_nothing(report: prefit.Report, tmp_path: Path) -> None:
    """The exit code says that the event was not read to its end."""
    report.save(tmp_path)
    command = [
        sys.executable,
        "-m",
        "prefit.integrations.openlineage",
        tmp_path,
        "--namespace",
        "shop",
        "--job",
        "gate",
    ]
    piped = ["bash", "-c", '"$@" | true; exit ${PIPESTATUS[0]}', "bash", *map(str, command)]
    done = subprocess.run(piped, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "")


def test_server_that_refuses_is_named(catalog: str, event: dict[str, Any]) -> None:
    """An event that is lost is no silence."""
    with pytest.raises(UsageError, match="must take the event; got HTTP Error 401"):
        openlineage.send(event, catalog)
    with pytest.raises(UsageError, match="must begin with http"):
        openlineage.send(event, "file:///etc")


@pytest.mark.parametrize(
    "url",
    ["http://me:hunter2@host", "ftp://me:hunter2@host", "me:hunter2@host", "http://[hunter2", "http://host:hunter2@/"],
)
def test_login_in_the_address_is_refused_and_not_shown(event: dict[str, Any], url: str) -> None:
    """Logs of a pipeline are read by many."""
    with pytest.raises(UsageError) as refused:
        openlineage.send(event, url)
    assert "hunter2" not in str(refused.value)


def test_redirect_is_not_followed(catalog: str, event: dict[str, Any]) -> None:
    """It would send the key to another place, and leave out the event."""
    with pytest.raises(UsageError, match="HTTP Error 302: a redirect"):
        openlineage.send(event, f"{catalog}/moved", api_key="sesame")
    assert [path for path, _, _ in _Catalog.posted] == ["/moved/api/v1/lineage"]


@pytest.mark.parametrize(("place", "key"), [("garbled", "sesame"), ("with a space", "sesame"), ("", "sesame\n")])
def test_what_is_no_http_is_a_clear_error(catalog: str, event: dict[str, Any], place: str, key: str) -> None:
    """Neither a traceback nor the key."""
    with pytest.raises(UsageError, match=rf"{catalog}.* Check") as refused:
        openlineage.send(event, f"{catalog}/{place}", api_key=key)
    assert "sesame" not in str(refused.value)
