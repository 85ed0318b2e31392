"""Whether a file looks like what a damaging program leaves: no workbook, or noise."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from enum import StrEnum

from backups.anatomy import Anatomy

SAMPLE = 65_536
"""So many bytes of a part are looked at."""
NOISE = 0.9
"""Packed to plain: text packs to a tenth or a third, encrypted bytes do not pack at all."""
LEAST = 512
"""Bytes under which the size says nothing."""
TEXTS = (".xml", ".rels", ".vml")
CONTENTS = "[Content_Types].xml"


class Strange(StrEnum):
    """Why a save is set aside: it pushes no good copy out."""

    NO = ""
    NO_WORKBOOK = "no workbook"
    NOISE = "noise"


def judged(anatomy: Anatomy, bodies: Mapping[str, bytes]) -> Strange:
    """What is strange about a save."""
    if CONTENTS not in {part.name for part in anatomy.parts}:
        return Strange.NO_WORKBOOK
    texts = [p for p in anatomy.parts if p.name.lower().endswith(TEXTS) and p.size >= LEAST]
    noise = sum(part.size for part in texts if _is_noise(bodies[part.digest][:SAMPLE]))
    return Strange.NOISE if noise * 2 > sum(part.size for part in texts) else Strange.NO


def _is_noise(sample: bytes) -> bool:
    return len(zlib.compress(sample, 1)) > NOISE * len(sample)
