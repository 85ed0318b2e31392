"""Requests and answers held against Google's own discovery documents."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


@dataclass(frozen=True, slots=True)
class Method:
    """One method of an API: its path as a pattern, and what goes in and out."""

    id: str
    verb: str
    path: re.Pattern[str]
    request: str | None
    response: str | None
    parameters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Api:
    """A discovery document."""

    schemas: Mapping[str, Any]
    methods: tuple[Method, ...]

    def method(self, verb: str, path: str) -> Method | None:
        """The method that a request calls."""
        fits = (m for m in self.methods if m.verb == verb and m.path.fullmatch(path))
        return next(fits, None)

    def faults(self, name: str, value: Any, *, lenient: bool) -> Iterator[str]:
        """What a value has that its schema does not; `lenient`: null stands for nothing."""
        yield from self._object(self.schemas[name], value, name, lenient=lenient)

    def _object(self, schema: Any, value: Any, at: str, *, lenient: bool) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{at}: {type(value).__name__} instead of an object"
            return
        known = schema.get("properties", {})
        for key, inner in value.items():
            if key in known:
                yield from self._value(known[key], inner, f"{at}.{key}", lenient=lenient)
            elif "additionalProperties" in schema:
                more = schema["additionalProperties"]
                yield from self._value(more, inner, f"{at}.{key}", lenient=lenient)
            else:
                yield f'{at}: Unknown name "{key}"'

    def _value(  # noqa: C901  # one case a type
        self, schema: Any, value: Any, at: str, *, lenient: bool
    ) -> Iterator[str]:
        if value is None:
            if not lenient and schema.get("type") != "any":
                yield f"{at}: null"
            return
        if "$ref" in schema:
            yield from self._object(self.schemas[schema["$ref"]], value, at, lenient=lenient)
            return
        kind = schema.get("type")
        if kind == "array":
            if not isinstance(value, list):
                yield f"{at}: {type(value).__name__} instead of an array"
                return
            for number, inner in enumerate(value):
                yield from self._value(schema["items"], inner, f"{at}[{number}]", lenient=lenient)
        elif kind == "object":
            yield from self._object(schema, value, at, lenient=lenient)
        elif kind in _KINDS:
            right = isinstance(value, _KINDS[kind]) and (
                kind == "boolean" or not isinstance(value, bool)
            )
            if not right:
                yield f"{at}: {type(value).__name__} instead of {kind}"
            elif "enum" in schema and value not in schema["enum"]:
                yield f"{at}: {value!r} is none of its words"


@cache
def api(name: str) -> Api:
    """The document `sheets.v4` or `drive.v3` of the installed google-api-python-client."""
    place = files("googleapiclient") / "discovery_cache" / "documents" / f"{name}.json"
    document = json.loads(place.read_text(encoding="utf-8"))
    base = "/" + document["servicePath"]
    shared = frozenset(document.get("parameters", {}))
    methods = tuple(_methods(document.get("resources", {}), base, shared))
    return Api(document["schemas"], methods)


def _methods(resources: Any, base: str, shared: frozenset[str]) -> Iterator[Method]:
    for resource in resources.values():
        for method in resource.get("methods", {}).values():
            path = method.get("flatPath", method["path"])
            pattern = re.sub(r"\\\{[^}]*\\\}", r"[^/]+?", re.escape(base + path))
            yield Method(
                method["id"],
                method["httpMethod"],
                re.compile(pattern),
                method.get("request", {}).get("$ref"),
                method.get("response", {}).get("$ref"),
                shared | frozenset(method.get("parameters", {})),
            )
        yield from _methods(resource.get("resources", {}), base, shared)
