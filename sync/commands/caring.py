"""What `quality` says: how cards are kept, by person, cell and segment, and what to mend first."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from model.errors import WrongPlace
from model.texts import Text
from model.texts.numbers import number
from sync.commands.as_of import month_as_of, person_named
from sync.commands.said import Said, plain_letters, table
from sync.figures.earning import quality_norm
from sync.quality.activity import noticed, question_of
from sync.quality.fields import CLIENTS, DEALS
from sync.quality.summary import CardLine, FieldLine, PersonLine, Summary, Wanted, summarise
from sync.scene import Scene, fold
from sync.team import Team
from sync.world import World

SHOWN, FIELDS_SHOWN = 15, 12
FIGURES = frozenset(range(1, 8))


def quality(
    team: Team,
    world: World,
    *,
    person: str | None = None,
    field: str | None = None,
    segment: str | None = None,
) -> Said:
    """The summary of the cards that are asked for; raises WrongPlace for a strange name."""
    with month_as_of(team, world, world.now().date()) as (month, _):
        wanted = Wanted(
            person="" if person is None else person_named(month.scene, person).name,
            field="" if field is None else _field(month.scene, field),
            segment=fold(segment),
        )
        found = summarise(month, quality_norm(month.scene), wanted)
        unusual = [
            one
            for one in noticed(month.reader, month.scene)
            if not wanted.person or fold(one.who) == fold(wanted.person)
        ]
    lines = _lines(found, narrowed=bool(person or field or segment))
    if unusual and not (field or segment):
        told = (question_of(one, "") for one in unusual)
        lines += ["", "Необычное за неделю, посмотрите вместе:", *(f"  {q.wrong}" for q in told)]
    facts = {name: getattr(found, name) for name in found.__dataclass_fields__}
    facts["activity"] = unusual
    return Said(tuple(map(plain_letters, lines)), facts)


def _field(scene: Scene, said: str) -> str:
    """The heading meant, folded; raises WrongPlace."""
    for key in (CLIENTS, DEALS):
        for column in scene.blueprint.tables[key].columns:
            if fold(said) in {fold(column.title.ru), column.key}:
                return fold(column.title.ru)
    raise WrongPlace(what=Text.A_COLUMN, value=said)


def _lines(found: Summary, *, narrowed: bool) -> list[str]:
    lines = [f"«Полнота карточек», что непонятно: {said}." for said in found.doubts]
    lines.append(
        f"Полнота карточек: {_share(found.score)}, норма {_share(found.norm)}."
        if found.score is not None
        else "Таких карточек нет."
    )
    if found.people:
        titles = (
            "Менеджер",
            "Полнота",
            "Карточек",
            "Ниже нормы",
            "Вопросов",
            "Ответ, ч",
            "Сами, %",
        )
        rows: list[tuple[str, ...]] = [titles, *map(_person, found.people)]
        lines += table(rows, right=FIGURES)
    if found.fields:
        rows = [("Столбец", "Где нужен", "Нет", "Вопросов", "Сами, %")]
        rows += map(_field_row, found.fields[:FIELDS_SHOWN])
        lines += ["", *table(rows, right=FIGURES)]
    if len(found.segments) > 1:
        rows = [("Отрасль", "Полнота", "Карточек", "Вопросов")]
        rows += [
            (one.segment, _share(one.score), str(one.cards), str(one.questions))
            for one in found.segments
        ]
        lines += ["", *table(rows, right=FIGURES)]
    lines += ["", *_cards(found.cards)] if narrowed and found.cards else []
    return [*lines, *_hint(narrowed=narrowed)]


def _hint(*, narrowed: bool) -> tuple[str, ...]:
    if narrowed:
        return ()
    return (
        "«Сами» - сколько заполнила программа: загрузки и правила, а не люди.",
        "Список карточек: sheetcrm quality --person ФАМИЛИЯ",
    )


def _person(one: PersonLine) -> tuple[str, ...]:
    hours = "-" if one.hours is None else number(one.hours, places=1)
    counts = (str(one.cards), str(one.poor), str(one.questions))
    return (one.who, _share(one.score), *counts, hours, _bare(one.machine))


def _field_row(one: FieldLine) -> tuple[str, ...]:
    where = "Клиенты" if one.table == CLIENTS else "Сделки"
    counts = (str(one.asked), str(one.lacking), str(one.questions))
    return (f"{where}: {one.field}", *counts, _bare(one.machine))


def _cards(cards: Sequence[CardLine]) -> list[str]:
    rows: list[tuple[str, ...]] = [("№", "Клиент", "Менеджер", "Полнота", "Чего нет")]
    rows += [
        (one.number, one.name, one.owner, _share(one.score), ", ".join(one.missing))
        for one in cards[:SHOWN]
    ]
    lines = list(table(rows, right=frozenset({3})))
    if len(cards) > SHOWN:
        lines.append(f"и ещё {len(cards) - SHOWN}: все - в --json")
    return lines


def _share(value: Decimal | None) -> str:
    return "-" if value is None else f"{number(value)} %"


def _bare(value: Decimal | None) -> str:
    return "-" if value is None else number(value)
