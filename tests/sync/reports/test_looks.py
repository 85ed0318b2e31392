"""Colours: every pair of text and ground can be read (contrast at least 5:1, UX section 2)."""

from __future__ import annotations

import re

import pytest

from sync.reports.html import TEMPLATES
from sync.reports.looks import GREY, HEAD, INK, LIGHTS

LEAST = 5
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
GROUND = re.compile(r"background:\s*(#[0-9A-Fa-f]{6})")
INKS = re.compile(r"(?<![-\w])color:\s*(#[0-9A-Fa-f]{6})")
GREY_GROUNDS = ("#FFFFFF", "#F3F6F9")
"""Where a text without a ground of its own stands."""


def light_of(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((light_of(one), light_of(other)))
    return (high + 0.05) / (low + 0.05)


def pairs() -> set[tuple[str, str]]:
    found = {(ink, ground) for ground, ink in LIGHTS.values()}
    found |= {(INK, "#FFFFFF"), (GREY, "#FFFFFF"), ("#4A5560", HEAD)}
    for sheet in TEMPLATES.glob("*.css"):
        for _, body in RULE.findall(sheet.read_text(encoding="utf-8")):
            grounds, inks = GROUND.findall(body), INKS.findall(body)
            found |= {(ink, g) for ink in inks for g in grounds or GREY_GROUNDS}
    return found


def test_the_measure_of_contrast_is_right():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


def test_every_text_can_be_read():
    assert len(pairs()) > 10
    assert {pair: round(contrast(*pair), 2) for pair in pairs() if contrast(*pair) < LEAST} == {}
