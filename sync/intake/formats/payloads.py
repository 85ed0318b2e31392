"""Bodies of requests as records: JSON and forms, flattened to texts under dotted names.

`data[FIELDS][ID]` of a form and `{"data": {"FIELDS": {"ID": …}}}` give the same name, since
providers send one event either way. A file may hold one body, or one a line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

from sync.intake.formats.reading import Cells

DEPTH, FIELDS, BODIES = 20, 500, 100_000
"""Of a record; deeper or wider ones come from nobody honest."""
_FORM = re.compile(r"[^=&\s]{1,200}=[^\s]*")
_BRACKET = re.compile(r"\[([^\[\]]*)\]")


class Overgrown(Exception):  # told as the reason of an UnreadableInput
    """A body is deeper or wider than any honest one."""


def bodies(text: str) -> list[object] | None:
    """The bodies of a text: JSON values or forms as dicts; None when it is something else."""
    bare = text.strip().removeprefix("\ufeff")
    if bare.startswith(("{", "[")):
        return _json(bare)
    lines = [line for line in bare.splitlines() if line.strip()]
    if lines and all(_FORM.fullmatch(line.strip()) for line in lines[:BODIES]):
        return [form_of(line.strip()) for line in lines]
    return None


def _json(text: str) -> list[object] | None:
    try:
        return [_loaded(text)]
    except ValueError:
        pass
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        return [_loaded(line) for line in lines] if len(lines) > 1 else None
    except ValueError:
        return None


def _loaded(text: str) -> object:
    """Numbers stay as they are written: ids are longer than floats can hold."""
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except RecursionError as error:
        raise Overgrown(f"вложено глубже {DEPTH}") from error


def form_of(text: str) -> dict[str, str]:
    """The fields of a form under dotted names; of a doubled name the values joined."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=FIELDS, errors="replace")
    except ValueError as error:
        raise Overgrown(f"больше {FIELDS} полей") from error
    fields: dict[str, str] = {}
    for name, value in pairs:
        dotted = _BRACKET.sub(lambda m: f".{m[1]}", name)
        fields[dotted] = f"{fields[dotted]}, {value}" if fields.get(dotted) else value
    return fields


def flat(body: object) -> dict[str, str]:
    """A body as texts under dotted names; blanks and nulls are blank texts."""
    if isinstance(body, dict) and len(body) < FIELDS:
        texts = {name: value for name, value in body.items() if isinstance(value, str)}
        if len(texts) == len(body):
            return texts  # a plain form, as most are
    found: dict[str, str] = {}
    for name, value in _leaves(body, "", 0):
        if len(found) >= FIELDS:
            raise Overgrown(f"больше {FIELDS} полей")
        found[name] = value
    return found


def _leaves(body: object, name: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth > DEPTH:
        raise Overgrown(f"вложено глубже {DEPTH}")
    if isinstance(body, dict):
        for key, value in body.items():
            yield from _leaves(value, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(body, list):
        for number, value in enumerate(body):
            yield from _leaves(value, f"{name}.{number}", depth + 1)
    else:
        yield name, _text(body)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def inside(body: object, path: str) -> list[object] | None:
    """The records at a dotted path, or the body where there is no path; None: not there."""
    if not path:
        return [body]
    for name in path.split("."):
        if not isinstance(body, dict) or name not in body:
            return None
        body = body[name]
    if isinstance(body, dict):
        return [body]
    return body if isinstance(body, list) else None


def matching(record: Cells, pattern: str) -> list[str]:
    """Filled values whose name fits a pattern, in which `*` stands for one part of a name."""
    if "*" not in pattern:
        value = record.get(pattern, "").strip()
        return [value] if value else []
    shape = re.compile(re.escape(pattern).replace(r"\*", r"[^.]+"))
    return [v.strip() for name, v in record.items() if shape.fullmatch(name) and v.strip()]
