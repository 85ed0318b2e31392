"""Field masks: `a(b,c),d.e` as a tree, and values cut by it."""

from __future__ import annotations

import re
from typing import Any

Mask = dict[str, Any]
"""Name -> mask of what is below; an empty one takes everything."""
_TOKEN = re.compile(r"[A-Za-z_][\w]*|\*|[(),./]")


def mask_of(text: str) -> Mask:
    """The tree of a mask; an empty text takes everything."""
    if not text or text == "*":
        return {}
    tokens = _TOKEN.findall(text.replace("/", "."))
    tree, _ = _list(tokens, 0)
    return tree


def _list(tokens: list[str], at: int) -> tuple[Mask, int]:
    tree: Mask = {}
    while at < len(tokens) and tokens[at] != ")":
        if tokens[at] == ",":
            at += 1
            continue
        at = _path(tokens, at, tree)
    return tree, at


def _path(tokens: list[str], at: int, tree: Mask) -> int:
    name = tokens[at]
    below = tree.setdefault(name, {})
    at += 1
    if at < len(tokens) and tokens[at] == ".":
        return _path(tokens, at + 1, below)
    if at < len(tokens) and tokens[at] == "(":
        inner, at = _list(tokens, at + 1)
        below.update(inner)
        return at + 1
    return at


def wants(mask: Mask, *path: str) -> bool:
    """Whether anything below a path is asked for."""
    left: Any = mask
    for name in path:
        if not left or "*" in left:
            return True
        if name not in left:
            return False
        left = left[name]
    return True


def below(mask: Mask, *path: str) -> Mask:
    """The mask under a path."""
    for name in path:
        inner: Mask = mask.get(name, mask.get("*", {})) if mask else {}
        mask = inner
    return mask


def cut(value: Any, mask: Mask) -> Any:
    """What the mask leaves of a value; lists are gone through."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [cut(one, mask) for one in value]
    if not isinstance(value, dict):
        return value
    return {k: cut(v, mask[k]) for k, v in value.items() if k in mask}


def paths(mask: Mask, start: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every path of a mask."""
    if not mask:
        return [start] if start else []
    return [p for name, inner in mask.items() for p in paths(inner, (*start, name))]
