"""Parts of a workbook that another program dropped: told, never invented anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import BadZipFile, ZipFile

_BY_NAME: Mapping[str, str] = {
    "xl/pivotTables/": "сводные таблицы",
    "xl/charts/": "диаграммы",
    "xl/media/": "картинки",
    "xl/comments": "примечания",
    "xl/slicers/": "срезы",
    "xl/vbaProject.bin": "макросы",
    "xl/externalLinks/": "ссылки на другие книги",
}
_BY_TAG: Mapping[str, tuple[bytes, ...]] = {
    "проверки ввода": (b"<dataValidation ", b":dataValidation "),
    "условное форматирование": (b"<conditionalFormatting", b":conditionalFormatting"),
}


def lost_parts(before: bytes, after: bytes) -> tuple[str, ...]:
    """Names of what the first workbook had and the second has no more of."""
    had, has = _parts(before), _parts(after)
    return tuple(name for name in had if name not in has)


def _parts(raw: bytes) -> tuple[str, ...]:
    try:
        with ZipFile(BytesIO(raw)) as package:
            names = package.namelist()
            sheets = [n for n in names if n.startswith("xl/worksheets/") and n.endswith(".xml")]
            texts = [package.read(name) for name in sheets]
    except BadZipFile:
        return ()
    found = [words for start, words in _BY_NAME.items() if any(map(_begins(start), names))]
    found += [words for words, tags in _BY_TAG.items() if any(t in x for t in tags for x in texts)]
    return tuple(found)


def _begins(start: str) -> Callable[[str], bool]:
    return lambda name: name.startswith(start)
