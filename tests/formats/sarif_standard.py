"""The objects of SARIF 2.1.0 that a log of prefit consists of, as a JSON Schema.

Written after sections 3.13 to 3.58 of the standard (OASIS, 2020): all properties that each object may have, those that
it must have, and the values of the enumerations. An object that prefit comes to write is to be added here first.
"""

from __future__ import annotations

from typing import Any


def _object(*required: str, **properties: Any) -> dict[str, Any]:
    """Return the schema of an object: an argument names what it must have, a keyword what it may have."""
    bag = {"type": "object", "properties": {"tags": _list(TEXT, unique=True)}}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {"properties": bag, **properties},
    }


def _list(items: Any, *, unique: bool = False) -> dict[str, Any]:
    return {"type": "array", "items": items, "uniqueItems": unique}


def _one_of(*values: str) -> dict[str, Any]:
    return {"enum": list(values)}


TEXT = {"type": "string"}
TEXTS = {"type": "object", "additionalProperties": TEXT}
INDEX = {"type": "integer", "minimum": -1}
LINE = {"type": "integer", "minimum": 1}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
LEVEL = _one_of("none", "note", "warning", "error")
URI = {"type": "string", "pattern": r"^([!$&-;=?-\[\]_a-z~]|%[0-9a-fA-F]{2}|[A-Z])*$"}

MESSAGE = _object(text=TEXT, markdown=TEXT, id=TEXT, arguments=_list(TEXT)) | {"anyOf": [{"required": ["text"]}]}
MULTIFORMAT = _object("text", text=TEXT, markdown=TEXT)
REFERENCE = _object(id=TEXT, index=INDEX, guid=TEXT, toolComponent={}) | {
    "anyOf": [{"required": ["id"]}, {"required": ["index"]}, {"required": ["guid"]}]
}
ARTIFACT = _object(uri=URI, uriBaseId=TEXT, index=INDEX, description=MESSAGE)
REGION = _object(startLine=LINE, startColumn=LINE, endLine=LINE, endColumn=LINE, snippet={}, message=MESSAGE)
LOGICAL = _object(name=TEXT, index=INDEX, fullyQualifiedName=TEXT, decoratedName=TEXT, parentIndex=INDEX, kind=TEXT)
LOCATION = _object(
    id=INDEX,
    physicalLocation=_object(artifactLocation=ARTIFACT, region=REGION, contextRegion=REGION),
    logicalLocations=_list(LOGICAL, unique=True),
    message=MESSAGE,
)
RULE = _object(
    "id",
    id=TEXT,
    name=TEXT,
    shortDescription=MULTIFORMAT,
    fullDescription=MULTIFORMAT,
    help=MULTIFORMAT,
    helpUri=URI,
    defaultConfiguration={},
)
NOTIFICATION = _object(
    "message", message=MESSAGE, level=LEVEL, descriptor=REFERENCE, associatedRule=REFERENCE, locations=_list(LOCATION),
    timeUtc=TIME,
)  # fmt: skip
INVOCATION = _object(
    "executionSuccessful",
    executionSuccessful={"type": "boolean"},
    exitCode={"type": "integer"},
    exitCodeDescription=TEXT,
    startTimeUtc=TIME,
    endTimeUtc=TIME,
    toolExecutionNotifications=_list(NOTIFICATION),
    toolConfigurationNotifications=_list(NOTIFICATION),
)
SUPPRESSION = _object(
    "kind",
    kind=_one_of("inSource", "external"),
    status=_one_of("accepted", "underReview", "rejected"),
    justification=TEXT,
    location=LOCATION,
)
RESULT = _object(
    "message",
    ruleId=TEXT,
    ruleIndex=INDEX,
    kind=_one_of("notApplicable", "pass", "fail", "review", "open", "informational"),
    level=LEVEL,
    message=MESSAGE,
    locations=_list(LOCATION),
    fingerprints=TEXTS,
    partialFingerprints=TEXTS,
    baselineState=_one_of("new", "unchanged", "updated", "absent"),
    suppressions=_list(SUPPRESSION, unique=True),
)
DRIVER = _object(
    "name", name=TEXT, version=TEXT, semanticVersion=TEXT, informationUri=URI, rules=_list(RULE, unique=True)
)
RUN = _object(
    "tool",
    tool=_object("driver", driver=DRIVER),
    automationDetails=_object(id=TEXT, guid=TEXT, description=MESSAGE),
    invocations=_list(INVOCATION),
    columnKind=_one_of("utf16CodeUnits", "unicodeCodePoints"),
    results=_list(RESULT),
)
LOG = _object("version", "runs", version={"const": "2.1.0"}, runs=_list(RUN)) | {"title": "SARIF 2.1.0"}
LOG["properties"]["$schema"] = {"type": "string", "format": "uri"}
