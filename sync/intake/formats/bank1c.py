"""Bank statements in the exchange format of 1C (`1CClientBankExchange`).

The encoding line of such files lies as often as not, so bytes decide: UTF-8 strictly, else the one
of 1251 and 866 in which more known keys appear. Which side is ours is told by the accounts of the
header; the dates of credit and debit decide only where the accounts do not. A document without
either date, in a file without turnover, is an order to pay: no money yet.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from model.spoken import day_of, number_of
from model.texts.numbers import counted, day_month, money
from sync.imports import ImportKind, Refused
from sync.intake.formats.reading import Merging, Reading, Row, Wish, row_of, source_of, unreadable

MAGIC = b"1CClientBankExchange"
_BEGINNING = 64
_LEGACY = ("cp1251", "cp866")
_TOLD = {"dos": "cp866", "windows": "cp1251"}
_KEYS = (
    "Номер=",
    "Дата=",
    "Сумма=",
    "Плательщик",
    "Получатель",
    "НазначениеПлатежа",
    "СекцияДокумент=",
    "КонецДокумента",
    "РасчСчет=",
    "ВерсияФормата=",
)
_KEY = re.compile(r"[А-ЯЁA-Z][А-Яа-яЁёA-Za-z]*\d?")
_INN_BEFORE_NAME = re.compile(r"^ИНН\s*\d{10,12}(?:[\s/]*(?:КПП)?\s*\d{9})?[\s/]*", re.IGNORECASE)
_REFUND = re.compile(r"возврат", re.IGNORECASE)
_KOPECKS = re.compile(r"(\d+)-(\d{2})")
SHOWN = ("Номер", "Дата", "Сумма", "Плательщик", "Получатель", "НазначениеПлатежа")
"""Cells that a refused document shows."""
VERSIONS = frozenset({"1.0", "1.00", "1.01", "1.02", "1.03"})

Fields = Mapping[str, str]


class Way(Enum):
    """Where the money of a document went."""

    IN = "in"
    OUT = "out"
    OWN = "own"
    """Between two accounts of ours."""
    NOT_YET = "not yet"


@dataclass(slots=True)
class Section:
    """A part of the file: an account's turnover or a document, and the line it starts at."""

    line: int
    name: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statement:
    """The parts of a file."""

    header: Fields
    accounts: tuple[Section, ...]
    documents: tuple[Section, ...]
    ours: frozenset[str]
    """Numbers of our accounts."""
    whole: bool
    """Whether the last line stands there."""


def read_1c(raw: bytes, name: str, wish: Wish) -> Reading | None:
    """Payments of a statement: what came in, and refunds as negative sums."""
    del wish  # days and sums of a statement mean the same everywhere
    if MAGIC not in raw[:_BEGINNING]:
        return None
    statement = parsed(decoded(raw))
    version = statement.header.get("ВерсияФормата", "")
    if version and version not in VERSIONS:
        raise unreadable(name, f"выписка 1С версии {version}, а известны 1.01, 1.02 и 1.03")
    if not statement.whole:
        raise unreadable(name, "выписка 1С оборвана: нет последней строки «КонецФайла»")
    ways = [way_of(statement, document) for document in statement.documents]
    return Reading(
        kind=ImportKind.PAYMENTS,
        format="1c",
        title=_title(statement),
        source=source_of(ImportKind.PAYMENTS, "1c"),
        rows=tuple(_rows(statement, ways)),
        merging=Merging.JOINED,
        headers=SHOWN,
        problems=tuple(_disagreements(statement, ways)),
        notes=tuple(_notes(statement, ways)),
    )


def decoded(raw: bytes) -> str:
    """The text of a statement, whatever its header says of the encoding."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    texts = {encoding: raw.decode(encoding, errors="replace") for encoding in _LEGACY}
    told = re.search(rb"^\S+=(Windows|DOS)\s*$", raw[:500], re.IGNORECASE | re.MULTILINE)
    first = _TOLD[told[1].decode().casefold()] if told else _LEGACY[0]
    best = max(texts, key=lambda encoding: (_known_keys(texts[encoding]), encoding == first))
    return texts[best]


def _known_keys(text: str) -> int:
    return sum(text.count(key) for key in _KEYS)


def parsed(text: str) -> Statement:
    """The parts of a statement."""
    header: dict[str, str] = {}
    ours: list[str] = []
    accounts: list[Section] = []
    documents: list[Section] = []
    inside: Section | None = None
    key, whole = "", False
    for line, content in enumerate(text.splitlines(), 1):
        bare = content.strip()
        if bare == "КонецФайла":
            whole = True
        elif bare in {"КонецДокумента", "КонецРасчСчет"}:
            inside, key = None, ""
        elif bare == "СекцияРасчСчет":
            accounts.append(inside := Section(line, bare))
        elif bare.startswith("СекцияДокумент="):
            documents.append(inside := Section(line, bare.partition("=")[2]))
        elif bare:
            target = header if inside is None else inside.fields
            key = _take(target, key, bare)
            if inside is None and key == "РасчСчет":
                ours.append(bare.partition("=")[2].strip())
    ours += [section.fields.get("РасчСчет", "") for section in accounts]
    return Statement(header, tuple(accounts), tuple(documents), frozenset(ours) - {""}, whole=whole)


def _take(target: dict[str, str], last: str, line: str) -> str:
    """Put a line into its section; a line without a key goes on with the value before it."""
    key, equals, value = line.partition("=")
    if equals and _KEY.fullmatch(key):
        if value.strip() or key not in target:
            target[key] = value.strip()
        return key
    if last in target:
        target[last] = f"{target[last]} {line}".strip()
    return last


def way_of(statement: Statement, document: Section) -> Way:
    """Where the money went, by whose accounts they are, else by the dates."""
    fields = document.fields
    paid = bool(fields.get("ДатаПоступило") or fields.get("ДатаСписано"))
    if not paid and not statement.accounts:
        return Way.NOT_YET
    payer, payee = _account(fields, "Плательщик"), _account(fields, "Получатель")
    if payer in statement.ours and payee in statement.ours:
        return Way.OWN
    if payee in statement.ours:
        return Way.IN
    if payer in statement.ours:
        return Way.OUT
    return Way.IN if fields.get("ДатаПоступило") else Way.OUT


def _account(fields: Fields, side: str) -> str:
    return fields.get(f"{side}Счет") or fields.get(f"{side}РасчСчет", "")


def _rows(statement: Statement, ways: Sequence[Way]) -> Iterator[Row]:
    counts: Counter[str] = Counter()
    for document, way in zip(statement.documents, ways, strict=True):
        yield _row(statement, document, way, counts)


def _row(statement: Statement, document: Section, way: Way, counts: Counter[str]) -> Row:
    fields = document.fields
    reason, ours = _refusal(fields, way)
    if reason:
        cells = tuple(_shown(fields, key) for key in SHOWN)
        return Refused(document.line, cells, reason, ours=ours)
    side = "Плательщик" if way is Way.IN else "Получатель"
    value = sum_of(fields.get("Сумма", "")) or Decimal(0)
    digest = content_key(statement, fields, way)
    counts[digest] += 1
    return row_of(
        document.line,
        f"1c:{digest}:{counts[digest]}",
        {
            "date": _paid_on(fields, way),
            "number": fields.get("Номер"),
            "payer": party(fields, side),
            "payer_inn": fields.get(f"{side}ИНН"),
            "amount": value if way is Way.IN else -value,
            "purpose": purpose(fields),
        },
        extra={"Счёт плательщика": _account(fields, side), "Документ": document.name},
    )


def _refusal(fields: Fields, way: Way) -> tuple[str, bool]:
    """Why a document is no payment of a client, and whether a person may want to mend it."""
    if way is Way.NOT_YET:
        return "поручение ещё не проведено банком: нет даты списания и поступления", False
    if way is Way.OWN:
        return "перевод между своими счетами", False
    if way is Way.OUT and not _REFUND.search(purpose(fields)):
        return "списание: не оплата от клиента", False
    if sum_of(fields.get("Сумма", "")) is None:
        return f"не разобрал сумму «{fields.get('Сумма', '')}»", True
    if _paid_on(fields, way) is None:
        return f"не разобрал дату «{fields.get('Дата', '')}»", True
    return "", True


def content_key(statement: Statement, fields: Fields, way: Way) -> str:
    """What names a document, for no bank gives it a stable number."""
    ours, theirs = ("Получатель", "Плательщик") if way is Way.IN else ("Плательщик", "Получатель")
    account = _account(fields, ours)
    value = sum_of(fields.get("Сумма", ""))
    parts = (
        account if account in statement.ours or len(statement.ours) != 1 else min(statement.ours),
        str(day_of(fields.get("Дата", ""))),
        fields.get("Номер", ""),
        "" if value is None else f"{value:.2f}",
        _account(fields, theirs),
        fields.get(f"{theirs}ИНН", ""),
        way.value,
        " ".join(purpose(fields).casefold().split()),
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def sum_of(text: str) -> Decimal | None:
    """The sum of a document; some banks write 1184-00."""
    kopecks = _KOPECKS.fullmatch(text.strip())
    return Decimal(f"{kopecks[1]}.{kopecks[2]}") if kopecks else number_of(text)


def _paid_on(fields: Fields, way: Way) -> date | None:
    """The day on which the money moved, else the day of the document."""
    moved = fields.get("ДатаПоступило" if way is Way.IN else "ДатаСписано", "")
    return day_of(moved) or day_of(fields.get("Дата", ""))


def party(fields: Fields, side: str) -> str:
    """The name of a side without the INN and the address that banks put around it."""
    given = fields.get(f"{side}1") or fields.get(side, "")
    return _INN_BEFORE_NAME.sub("", given).partition("//")[0].strip()


def purpose(fields: Fields) -> str:
    """What the money is for, from one line or from six."""
    whole = fields.get("НазначениеПлатежа", "")
    parts = [fields.get(f"НазначениеПлатежа{number}", "") for number in range(1, 7)]
    if whole and not all(part in whole for part in parts):
        return whole
    return whole or " ".join(part for part in parts if part)


def _shown(fields: Fields, key: str) -> str:
    if key in {"Плательщик", "Получатель"}:
        return party(fields, key)
    return purpose(fields) if key == "НазначениеПлатежа" else fields.get(key, "")


def _title(statement: Statement) -> str:
    first, last = (day_of(statement.header.get(key, "")) for key in ("ДатаНачала", "ДатаКонца"))
    if first is None or last is None:
        return "Выписка 1С"
    return f"Выписка 1С {day_month(first)}-{day_month(last)}"


def _notes(statement: Statement, ways: Sequence[Way]) -> Iterator[str]:
    sums = _sums(statement, ways)
    words = counted(len(ways), "документ", "документа", "документов")
    came, went = (money(sums[way], kopecks=True) for way in (Way.IN, Way.OUT))
    yield f"{words}: поступило {came}, списано {went}."
    if statement.accounts and not list(_disagreements(statement, ways)):
        yield "Остаток сходится."


def _sums(statement: Statement, ways: Sequence[Way]) -> Mapping[Way, Decimal]:
    total = dict.fromkeys(Way, Decimal(0))
    for document, way in zip(statement.documents, ways, strict=True):
        total[way] += sum_of(document.fields.get("Сумма", "")) or 0
    return total


def _disagreements(statement: Statement, ways: Sequence[Way]) -> Iterator[str]:
    """Each account whose figures do not add up, in itself or with the documents."""
    for account in sorted(statement.ours):
        sections = [s.fields for s in statement.accounts if s.fields.get("РасчСчет") == account]
        if not sections:
            continue
        start, closing = _ends(sections)
        came, went = (_total(sections, key) for key in ("ВсегоПоступило", "ВсегоСписано"))
        if None not in (start, closing) and (start or 0) + came - went != closing:
            yield (
                f"Счёт {masked(account)}: остаток не сходится, "
                f"{money(start, kopecks=True)} + {money(came, kopecks=True)} - "
                f"{money(went, kopecks=True)} не равно {money(closing, kopecks=True)}."
            )
        told, found = (came, went), _turnover(statement, ways, account)
        if told != found:
            yield (
                f"Счёт {masked(account)}: по выписке поступило {money(told[0], kopecks=True)} и "
                f"списано {money(told[1], kopecks=True)}, а документов в ней на "
                f"{money(found[0], kopecks=True)} и {money(found[1], kopecks=True)}."
            )


def masked(account: str) -> str:
    """An account as it may be told: its last four digits."""
    return f"*{account[-4:]}"


def _ends(sections: Sequence[Fields]) -> tuple[Decimal | None, Decimal | None]:
    """The first opening and the last closing balance."""
    ordered = sorted(sections, key=lambda s: day_of(s.get("ДатаНачала", "")) or date.min)
    closing = next((s["КонечныйОстаток"] for s in reversed(ordered) if "КонечныйОстаток" in s), "")
    return sum_of(ordered[0].get("НачальныйОстаток", "")), sum_of(closing)


def _total(sections: Sequence[Fields], key: str) -> Decimal:
    return sum((sum_of(section.get(key, "")) or Decimal(0) for section in sections), Decimal(0))


def _turnover(statement: Statement, ways: Sequence[Way], account: str) -> tuple[Decimal, Decimal]:
    """What the documents say came to an account and went from it."""
    came = went = Decimal(0)
    for document, way in zip(statement.documents, ways, strict=True):
        fields = document.fields
        value = sum_of(fields.get("Сумма", "")) or Decimal(0)
        payer, payee = _account(fields, "Плательщик"), _account(fields, "Получатель")
        alone = len(statement.ours) == 1 and not {payer, payee} & statement.ours
        came += value if payee == account or (alone and way is Way.IN) else 0
        went += value if payer == account or (alone and way is Way.OUT) else 0
    return came, went
