"""The blueprint in force: tables, sheets and books as data."""

from templates.blueprint.whole import load

__all__ = ["load"]
