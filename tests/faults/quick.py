"""The pure steps of a pass remembered by their input, so that a fault costs the files, not sums."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from sync.books import port, read, xlsx
from sync.ooxml import BookFile, patch


@contextmanager
def remembering() -> Iterator[None]:
    """Reading a workbook, laying a plan and patching give the same for the same input at once."""
    with pytest.MonkeyPatch.context() as fixture:
        fixture.setattr(port, "lay", _once(xlsx.lay, _layer))
        fixture.setattr(port, "patch", _once(patch, lambda file, edits: (file.sha256, repr(edits))))
        fixture.setattr(port, "load", _once(read.load, _loaded))
        yield


def _once(step: Callable[..., Any], key: Callable[..., object]) -> Callable[..., Any]:
    known: dict[object, Any] = {}

    def remembered(*given: Any, **named: Any) -> Any:
        under = key(*given, **named)
        if under not in known:
            known[under] = step(*given, **named)
        return known[under]

    return remembered


def _layer(layer: Any, plan: Any, stamp: Any) -> object:
    return (
        layer.loaded.file.sha256,
        layer.role,
        layer.now,
        repr(layer.touched),
        repr(plan),
        stamp,
    )


def _loaded(file: BookFile, **named: Any) -> object:
    return file.sha256, named["book"]
