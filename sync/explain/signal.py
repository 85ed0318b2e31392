"""The signal of a deal taken apart: its rules in order, up to the first that holds.

The rules are the very formulas of the column «Сигнал»; they are calculated over the row as the
books show it, by the same evaluator that writes the cached value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from formulas.cells import CellContent, Evaluator
from model.explaining import Explanation, Step
from model.records import Record
from model.texts.values import shown
from model.values import Value, to_serial
from sync.columns import Columns
from sync.explain.places import Places
from sync.scene import Scene
from templates.blueprint.deals import DEALS, SIGNAL_RULES
from templates.live import letter

ROW = "Сделка"
"""Name of the sheet that holds the one row."""
LISTS = "Этапы"
_FIELD = re.compile(r"\{(\w+)\}")
KINDS = {"open": "в работе", "won": "выиграна", "lost": "проиграна"}
SAID = (
    "Отказ без причины",
    "Сделка проиграна: сигнала нет",
    "Нет следующего шага",
    "У шага нет даты",
    "Красное замечание строки",
    "День шага прошёл",
    "Час шага прошёл",
    "Дата оплаты прошла",
    "Жёлтое замечание строки",
    "Дольше нормы этапа",
    "Давно не трогали (14 дней и больше)",
    "Шаг сегодня",
    "Подсказка строки",
)
"""What each rule of the column asks, in its order."""


@dataclass(frozen=True, slots=True)
class _OneRow:
    """A book of one deal and the list of stages, as formulas see it."""

    cells: Mapping[tuple[str, int, int], CellContent]
    names: Mapping[str, str]
    moment: Decimal

    def cell(self, sheet: str, row: int, col: int) -> CellContent:
        """The content of a cell."""
        return self.cells.get((sheet, row, col), CellContent())

    def name(self, name: str) -> str | None:
        """What a name means."""
        return self.names.get(name)

    def now(self) -> Decimal:
        """The moment."""
        return self.moment


@dataclass(slots=True)
class SignalRow:
    """The live columns of one deal, calculated."""

    scene: Scene
    deal: Record
    values: Mapping[str, Value]
    places: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = {c.key: n for n, c in enumerate(DEALS.columns, start=1)}
        self._evaluator = Evaluator(self._book())

    _evaluator: Evaluator = field(init=False)

    def of(self, formula: str) -> object:
        """What a formula template of the row gives."""
        return self._evaluator.evaluate(self._placed(formula), ROW, 1, 0)

    def _placed(self, template: str) -> str:
        return _FIELD.sub(lambda m: f"${letter(self.places[m[1]])}1", template).removeprefix("=")

    def _book(self) -> _OneRow:
        cells: dict[tuple[str, int, int], CellContent] = {}
        for column in DEALS.columns:
            key = (ROW, 1, self.places[column.key])
            if column.live is not None:
                cells[key] = CellContent(None, self._placed(column.live))
            else:
                cells[key] = CellContent(_serial(self.values.get(column.key)))
        stages = list(self.scene.rows["stages"].values())
        for n, stage in enumerate(stages, start=1):
            for col, name in enumerate(("name", "outcome", "prob"), start=1):
                cells[LISTS, n, col] = CellContent(_serial(stage.values.get(name)))
        last = max(len(stages), 1)
        moment = to_serial(self.scene.now.replace(tzinfo=None))
        names = {
            f"stages_{name}": f"'{LISTS}'!${col}$1:${col}${last}"
            for name, col in (("name", "A"), ("outcome", "B"), ("prob", "C"))
        }
        cells["Час", 1, 1] = CellContent(moment)
        cells["Час", 1, 2] = CellContent(Decimal(int(moment)))
        names |= {"now": "'Час'!$A$1", "asof": "'Час'!$B$1"}
        return _OneRow(cells, names, moment)


def explain_signal(scene: Scene, columns: Columns, deal: Record, places: Places) -> Explanation:
    """Why a deal has its signal, or none."""
    row = SignalRow(scene, deal, {**deal.values, **columns.of(deal)})
    said = str(row.of(DEALS.column("signal").live or "") or "")
    number = scene.number("deals", deal.row_id)
    at = places.row("deals", deal.row_id, "signal")
    return Explanation(
        kind="signal",
        subject=number,
        title="Сигнал",
        figure=None,
        shown=said,
        steps=tuple(_steps(row, said)),
        at=() if at is None else (at,),
        notes=("Первое подошедшее правило решает.",),
    )


def _steps(row: SignalRow, said: str) -> Iterator[Step]:
    for number, (rule, title) in enumerate(zip(SIGNAL_RULES, SAID, strict=True), start=1):
        holds = bool(row.of(rule.whole))
        fields = dict.fromkeys(_FIELD.findall(rule.whole + rule.words))
        seen = ", ".join(_seen(row, key) for key in fields)
        yield Step(
            code=f"rule_{number}",
            title=f"{number}. {title}",
            amount=None,
            calc=seen,
            how=f"да: «{said}»" if holds else "нет",
        )
        if holds:
            return


def _seen(row: SignalRow, key: str) -> str:
    column = DEALS.column(key)
    value = row.of(f"{{{key}}}") if column.live is not None else row.values.get(key)
    words = shown(value if isinstance(value, str | Decimal | date | time) else None)
    words = KINDS.get(words, words) if key == "stage_kind" else words
    return f"{column.title.ru}: {words or 'пусто'}"


def _serial(value: Value) -> Value:
    if isinstance(value, datetime | date | time):
        return to_serial(value)
    return value
