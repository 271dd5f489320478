"""Google's discovery documents: which call a request is, and what is wrong with it.

They ship inside google-api-python-client, of which the trainer's environment has a
version without them; there the app's environment has them. Paths, parameters, bodies
and answers are all held to them, so a fake that drifts from Google's own description
answers nothing.
"""

import json
import re
import sys
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote

Json = dict[str, Any]
_FOLDER = "lib/python*/site-packages/googleapiclient/discovery_cache/documents"
_PLACES = (Path(sys.prefix), Path(__file__).parents[3] / ".venv")
_TYPES = {"string": str, "boolean": bool, "object": dict, "array": list}
_TYPES |= {"integer": int, "number": (int, float)}
_INT64 = ("int64", "uint64")
# What google-cloud-bigquery sends all the same.
_UNDOCUMENTED = {(f"bigquery.jobs.{name}", "projection") for name in ("get", "cancel")}


@dataclass(frozen=True)
class Call:
    """A request that the documents know: the method and its path's parameters."""

    api: "Api"
    method: Json
    parameters: dict[str, str]

    @property
    def id(self) -> str:
        """Google's name of the method, like `run.projects.locations.services.get`."""
        return str(self.method["id"])

    def wrong_request(self, query: dict[str, str], body: Any) -> str:
        """Says what the documents do not know, empty where all is known."""
        known = self.method.get("parameters", {}) | self.api.parameters
        for name, value in query.items():
            if (self.id, name) in _UNDOCUMENTED:
                continue
            if name not in known:
                return f"Unknown query parameter {name!r}"
            wrong = _wrong_text(known[name], value)
            if wrong:
                return f"Invalid value for {name}: {wrong}"
        for name, wanted in known.items():
            place = query if wanted.get("location") == "query" else self.parameters
            if wanted.get("required") and name not in place:
                return f"Required parameter {name!r} is missing"
        request = self.method.get("request", {}).get("$ref")
        if request is None:
            return "A body where none is taken" if body else ""
        return self.api.wrong(request, body if body is not None else {}, "$")

    def wrong_answer(self, answer: Any) -> str:
        """Says how an answer breaks the method's schema, empty where it does not."""
        response = self.method.get("response", {}).get("$ref")
        if response is None:
            return "an answer where none is given" if answer else ""
        return self.api.wrong(response, answer, "$")


class Api:
    """One document."""

    def __init__(self, document: Json) -> None:
        self.schemas: Json = document["schemas"]
        self.parameters: Json = document.get("parameters", {})
        self._methods = [
            (method["httpMethod"], _pattern(method, document["servicePath"]), method)
            # `{+name}` would take `x:getIamPolicy` for a name, so verbs come first.
            for method in sorted(
                _methods(document), key=lambda m: "}:" not in m["path"]
            )
        ]

    def call(self, http_method: str, path: str) -> Call | None:
        """Returns the call that a request is, None where the document has none."""
        for wanted, pattern, method in self._methods:
            match = pattern.fullmatch(path)
            if wanted == http_method and match:
                names = [n.lstrip("+") for n in _NAME.findall(method["path"])]
                values = map(unquote, match.groups())
                return Call(self, method, dict(zip(names, values, strict=True)))
        return None

    def wrong(self, schema: str, value: Any, where: str) -> str:
        """Says where a value breaks a schema by name."""
        return self._wrong({"$ref": schema}, value, where)

    def _wrong(self, schema: Json, value: Any, where: str) -> str:
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"]]
        kind = schema.get("type", "any")
        if kind == "any":
            return ""
        if not isinstance(value, _TYPES[kind]):
            return f"{where}: {value!r} is no {kind}"
        if kind == "array":
            found = (
                self._wrong(schema["items"], one, f"{where}[{index}]")
                for index, one in enumerate(value)
            )
            return next(filter(None, found), "")
        if kind != "object":
            return _wrong_value(schema, value, where)
        properties, others = (
            schema.get("properties"),
            schema.get("additionalProperties"),
        )
        for name, one in value.items():
            known = (properties or {}).get(name, others)
            if known is None:
                return f'{where}: Unknown name "{name}"'
            wrong = self._wrong(known, one, f"{where}.{name}")
            if wrong:
                return wrong
        return ""


@cache
def api(name: str, version: str) -> Api:
    """Returns a document as google-api-python-client ships it."""
    files = (place.glob(f"{_FOLDER}/{name}.{version}.json") for place in _PLACES)
    return Api(json.loads(next(chain.from_iterable(files)).read_text()))


_NAME = re.compile(r"\{(\+?\w+)\}")


def _pattern(method: Json, service_path: str) -> re.Pattern[str]:
    parts = _NAME.split(method["path"])
    pattern = re.escape(service_path)
    for index, part in enumerate(parts):
        if index % 2 == 0:
            pattern += re.escape(part)
        elif part.startswith("+"):
            own = method["parameters"][part[1:]].get("pattern", ".+")
            pattern += f"({own.strip('^$')})"
        else:
            pattern += "([^/]+)"
    return re.compile(f"/{pattern}")


def _methods(resource: Json) -> list[Json]:
    found = list(resource.get("methods", {}).values())
    for below in resource.get("resources", {}).values():
        found += _methods(below)
    return found


def _wrong_text(wanted: Json, text: str) -> str:
    """What is wrong with a parameter, which comes as text."""
    if wanted["type"] == "boolean" and text.lower() not in ("true", "false"):
        return text
    if wanted["type"] == "integer" and not re.fullmatch(r"-?\d+", text):
        return text
    if "enum" in wanted and text not in wanted["enum"]:
        return text
    return ""


def _wrong_value(schema: Json, value: Any, where: str) -> str:
    if schema.get("format") in _INT64 and not re.fullmatch(r"-?\d+", str(value)):
        return f"{where}: {value!r} is no {schema['format']}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{where}: {value!r} is none of {schema['enum']}"
    return ""
