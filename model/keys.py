"""Keys that make two spellings of a firm or a person one: for comparing, never for showing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_FORMS = frozenset(
    {"ООО", "ОАО", "ЗАО", "ПАО", "НАО", "АО", "ИП", "КФХ", "ТСЖ", "СНТ", "АНО", "НКО"}
    | {"ГУП", "МУП", "ФГУП", "ФГБУ", "МБУ", "ПК", "СПК", "ТОО", "ЧУП", "ОДО"}
)
_FULL_FORMS = (
    ("ОБЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ", "ООО"),
    ("ОБЩЕСТВО С ДОПОЛНИТЕЛЬНОЙ ОТВЕТСТВЕННОСТЬЮ", "ОДО"),
    ("НЕПУБЛИЧНОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО", "НАО"),
    ("ПУБЛИЧНОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО", "ПАО"),
    ("ЗАКРЫТОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО", "ЗАО"),
    ("ОТКРЫТОЕ АКЦИОНЕРНОЕ ОБЩЕСТВО", "ОАО"),
    ("АКЦИОНЕРНОЕ ОБЩЕСТВО", "АО"),
    ("ИНДИВИДУАЛЬНЫЙ ПРЕДПРИНИМАТЕЛЬ", "ИП"),
    ("КРЕСТЬЯНСКОЕ ФЕРМЕРСКОЕ ХОЗЯЙСТВО", "КФХ"),
    ("ТОВАРИЩЕСТВО СОБСТВЕННИКОВ ЖИЛЬЯ", "ТСЖ"),
    ("САДОВОЕ НЕКОММЕРЧЕСКОЕ ТОВАРИЩЕСТВО", "СНТ"),
    ("АВТОНОМНАЯ НЕКОММЕРЧЕСКАЯ ОРГАНИЗАЦИЯ", "АНО"),
    ("НЕКОММЕРЧЕСКАЯ ОРГАНИЗАЦИЯ", "НКО"),
    ("ФЕДЕРАЛЬНОЕ ГОСУДАРСТВЕННОЕ УНИТАРНОЕ ПРЕДПРИЯТИЕ", "ФГУП"),
    ("ФЕДЕРАЛЬНОЕ ГОСУДАРСТВЕННОЕ БЮДЖЕТНОЕ УЧРЕЖДЕНИЕ", "ФГБУ"),
    ("ГОСУДАРСТВЕННОЕ УНИТАРНОЕ ПРЕДПРИЯТИЕ", "ГУП"),
    ("МУНИЦИПАЛЬНОЕ УНИТАРНОЕ ПРЕДПРИЯТИЕ", "МУП"),
    ("МУНИЦИПАЛЬНОЕ БЮДЖЕТНОЕ УЧРЕЖДЕНИЕ", "МБУ"),
    ("СЕЛЬСКОХОЗЯЙСТВЕННЫЙ ПРОИЗВОДСТВЕННЫЙ КООПЕРАТИВ", "СПК"),
    ("ПРОИЗВОДСТВЕННЫЙ КООПЕРАТИВ", "ПК"),
    ("ТОВАРИЩЕСТВО С ОГРАНИЧЕННОЙ ОТВЕТСТВЕННОСТЬЮ", "ТОО"),
    ("ЧАСТНОЕ УНИТАРНОЕ ПРЕДПРИЯТИЕ", "ЧУП"),
)
_CYRILLIC = str.maketrans("ABCEHIKMOPTXY", "АВСЕНІКМОРТХУ")
_HAS_CYRILLIC = re.compile("[А-Я]")


@dataclass(frozen=True, slots=True)
class CompanyKey:
    """A firm's name without its legal form, and the form; as one text `РОМАШКА|ООО`."""

    core: str
    form: str = ""

    @property
    def text(self) -> str:
        """Both parts as one text."""
        return f"{self.core}|{self.form}" if self.form else self.core


def company_key(name: str) -> CompanyKey:
    """The key of a firm's name: case, ё, quotes, dots and the place of the legal form fold away."""
    text = " ".join(_word(word) for word in _words(name))
    for full, short in _FULL_FORMS:
        if text.startswith(full + " ") or text.endswith(" " + full):
            text = text.replace(full, short, 1)
            break
    words = text.split()
    if len(words) > 1 and words[0] in _FORMS:
        return CompanyKey(" ".join(words[1:]), words[0])
    if len(words) > 1 and words[-1] in _FORMS:
        return CompanyKey(" ".join(words[:-1]), words[-1])
    return CompanyKey(text)


def person_key(name: str) -> str:
    """The key of a person's name: the words in upper case, ё as е, in alphabetical order."""
    return " ".join(sorted(_word(word) for word in _words(name)))


def same_person(left: str, right: str) -> bool:
    """Whether two names may be one person's: equal words, or initials that fit the full words."""
    ours, theirs = _words(left), _words(right)
    if len(ours) != len(theirs) or not ours:
        return False
    pairs = zip(ours[1:], theirs[1:], strict=True)
    if ours[0] == theirs[0] and all(
        a == b or (min(len(a), len(b)) == 1 and a[0] == b[0]) for a, b in pairs
    ):
        return True
    return sorted(map(_word, ours)) == sorted(map(_word, theirs))


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", text).upper().replace("Ё", "Е")
    return re.sub(r"[^\w&+]|_", " ", folded).split()


def _word(word: str) -> str:
    """A word with Latin look-alikes as Cyrillic, where it has Cyrillic letters or is a form."""
    folded = word.translate(_CYRILLIC)
    return folded if _HAS_CYRILLIC.search(word) or folded in _FORMS else word
