"""Reports as OpenLineage events: what was found of a data set, in the facets that catalogs read.

::

    python -m prefit.integrations.openlineage readiness/ --namespace shop --job churn-gate [--url http://marquez:5000]

An event is plain JSON: no library is needed to make it, nor anything beside prefit itself.
"""

from __future__ import annotations

import argparse
import http.client
import json
import math
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from typing import IO, Any

from prefit.errors import UsageError
from prefit.integrations.commands import exit_code_of
from prefit.integrations.written import AnyReport, plain
from prefit.screen import inert

__all__ = ["input_facets", "main", "run_event", "send"]

PRODUCER = "https://pypi.org/project/prefit"
_SPEC = "https://openlineage.io/spec"
_EVENT = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
_ASSERTIONS = f"{_SPEC}/facets/1-1-0/DataQualityAssertionsDatasetFacet.json#/$defs/DataQualityAssertionsDatasetFacet"
_METRICS = f"{_SPEC}/facets/1-0-3/DataQualityMetricsInputDatasetFacet.json#/$defs/DataQualityMetricsInputDatasetFacet"
_TESTS = f"{_SPEC}/facets/1-0-1/TestRunFacet.json#/$defs/TestRunFacet"
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SEVERITY = {"fail": "error", "warn": "warn", "skip": "error", "error": "error", "pass": "error"}


def run_event(
    report: AnyReport,
    *,
    namespace: str,
    job: str,
    dataset_namespace: str | None = None,
    dataset: str | None = None,
    run_id: str | None = None,
) -> dict[str, Any]:
    """Return the event of a gate that has ended.

    Parameters
    ----------
    report : Report, or path
        A report, or the folder that ``--output`` named.
    namespace, job : str
        What the catalog calls the gate.
    dataset_namespace, dataset : str, optional
        What it calls the data, such as ``postgres://db:5432`` and ``shop.sales.orders``; default `namespace` and the
        name in the report.
    run_id : str, optional
        UUID of the run of the pipeline; default one that follows from the report.

    Returns
    -------
    dict
        A RunEvent: COMPLETE for the exit code 0, else FAIL: *not ready*, *cannot tell*, *at risk* with ``--strict``.

    Raises
    ------
    InputError
        If there is no report.
    UsageError
        If the gate has no name, or `run_id` is no UUID.
    """
    if not namespace or not job:
        raise UsageError(
            f"namespace and job must be names; got {namespace!r} and {job!r}. Name them as the catalog does."
        )
    if run_id is not None and _UUID.fullmatch(run_id) is None:
        raise UsageError(
            f"run_id must be a UUID; got {run_id!r}. Give that of the run of the pipeline, or leave it out."
        )
    found = plain(report)
    own_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{namespace}/{job}/{found['created']}/{found['dataset']['fingerprint']}")
    tests = {**_facet(_TESTS), "tests": [_test(finding) for finding in found["findings"]]}
    return {
        "eventTime": found["created"],
        "producer": PRODUCER,
        "schemaURL": _EVENT,
        "eventType": "COMPLETE" if found["exit_code"] == 0 else "FAIL",
        "run": {"runId": run_id or str(own_id), "facets": {"test": tests}},
        "job": {"namespace": namespace, "name": job},
        "inputs": [
            {
                "namespace": dataset_namespace or namespace,
                "name": dataset or found["dataset"]["name"],
                "inputFacets": input_facets(found),
            }
        ],
        "outputs": [],
    }


def input_facets(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facets of the data: what was asserted of them and of each column, and their figures.

    Checks that did not run assert nothing; they stand in the facet of the run, as skipped.
    """
    assertions = [
        assertion
        for finding in report["findings"]
        if finding["status"] in ("fail", "warn", "pass")
        for assertion in _assertions(finding)
    ]
    columns = {column["name"]: _column(column) for column in report["columns"]}
    return {
        "dataQualityAssertions": {**_facet(_ASSERTIONS), "assertions": assertions},
        "dataQualityMetrics": {
            **_facet(_METRICS),
            "rowCount": report["dataset"]["rows"],
            "columnMetrics": columns,
        },
    }


def send(event: Mapping[str, Any], url: str, *, api_key: str | None = None) -> None:
    """Post an event to a server of OpenLineage, such as Marquez.

    Parameters
    ----------
    event : mapping
    url : str
        Of the server, without ``/api/v1/lineage``, and without a login.
    api_key : str, optional
        Sent as bearer token.

    Raises
    ------
    UsageError
        If it is not taken; no message shows a login or the key.
    """
    server = _server(url)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {api_key}"} if api_key else {})
    body = json.dumps(event).encode()
    request = urllib.request.Request(f"{url.rstrip('/')}/api/v1/lineage", body, headers)  # noqa: S310 (checked)
    try:
        urllib.request.build_opener(_NoRedirect).open(request, timeout=30).close()
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        said = error if isinstance(error, OSError) else f"no HTTP ({type(error).__name__})"
        raise UsageError(f"{server} must take the event; got {said}. Check the address and the key.") from None
    except ValueError:  # its message shows the key
        raise UsageError(
            f"url and key must be what HTTP can send; got a line break or the like for {server}. Check both."
        ) from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: that would ask another server, with the key and without the event."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,  # noqa: ARG002
        headers: http.client.HTTPMessage,
        newurl: str,  # noqa: ARG002
    ) -> None:
        raise urllib.error.HTTPError(req.full_url, code, "a redirect to another address", headers, fp)


def _server(url: str) -> str:
    """Return the server of an address, without what may be secret in the rest of it."""
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        parts = urllib.parse.SplitResult("", "", "", "", "")
    if "@" in parts.netloc:
        raise UsageError("url must hold no login; got one. Leave it out, and set OPENLINEAGE_API_KEY.")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise UsageError("url must begin with http:// or https://; got none. Name the server, as http://host:5000.")
    return f"{parts.scheme}://{parts.netloc}"


def _facet(schema: str) -> dict[str, str]:
    return {"_producer": PRODUCER, "_schemaURL": schema}


def _assertions(finding: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return one assertion for each column of a finding, or one for the data; what is waived has not succeeded."""
    found = {
        "assertion": finding["check"],
        "success": finding["status"] == "pass",
        "severity": _SEVERITY[finding["status"]],
        "description": finding["message"],
        **_figures(finding),
    }
    return [found | {"column": column} for column in finding["columns"]] or [found]


def _test(finding: Mapping[str, Any]) -> dict[str, Any]:
    status = {"pass": "pass", "fail": "fail", "warn": "fail"}.get(finding["status"], "skip")
    return {
        "name": finding["check"],
        "type": finding["check"],
        "status": status,
        "severity": _SEVERITY[finding["status"]],
        "description": finding["message"],
        **_figures(finding),
    }


def _figures(finding: Mapping[str, Any]) -> dict[str, str]:
    named = {"actual": finding.get("measured"), "expected": finding.get("limit")}
    return {name: str(value) for name, value in named.items() if value is not None}


def _column(column: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of a column; those that are values of cells are there only if the report shows values."""
    distinct = column.get("distinct") or {}
    found = {
        "nullCount": column.get("missing"),
        "distinctCount": None if distinct.get("estimate") is None else round(distinct["estimate"]),
        "min": column.get("minimum"),
        "max": column.get("maximum"),
    }
    return {name: value for name, value in found.items() if _is_number(value)}


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser("python -m prefit.integrations.openlineage", description="Report to OpenLineage.")
    parser.add_argument("report", help="folder that prefit check --output wrote")
    parser.add_argument("--namespace", required=True, help="of the job")
    parser.add_argument("--job", required=True, help="name of the job")
    for name in ("dataset-namespace", "dataset", "run-id"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--url", help="server to post the event to (OPENLINEAGE_API_KEY); without it it is printed")
    given = vars(parser.parse_args(arguments))
    url = given.pop("url")

    def tell() -> None:
        event = run_event(given.pop("report"), **given)
        if url:
            send(event, url, api_key=os.environ.get("OPENLINEAGE_API_KEY"))
        else:
            print(inert(json.dumps(event, indent=1), "json"))  # noqa: T201 (what the command is for)

    return exit_code_of(tell)


if __name__ == "__main__":
    sys.exit(main())
