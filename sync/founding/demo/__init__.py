"""A living team that never was: generated from a seed, always of today, with planted mistakes."""

from __future__ import annotations

from sync.founding.demo.team import demo_content, demo_founding, found_demo
from sync.founding.demo.world import SMALL, S, Size

__all__ = ["SMALL", "S", "Size", "demo_content", "demo_founding", "found_demo"]
