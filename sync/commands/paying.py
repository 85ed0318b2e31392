"""What `approve` says: the pay of a month approved for everybody, and taken back by `undo`."""

from __future__ import annotations

from datetime import UTC, date

from model.errors import WrongPlace
from model.records import BatchKind, Source, Stamped
from model.texts import Text
from model.texts.numbers import counted, money, month_name
from model.values import Value
from store import Writer
from sync.commands.said import Said, plain_letters, table
from sync.figures.closing import settle_slips
from sync.figures.month import Month
from sync.figures.paybook import month_at
from sync.figures.payroll import YES, payroll_rows
from sync.reporting import settled_now
from sync.reports.spans import month_of_text
from sync.scene import fold, text
from sync.settle.inputs import TABLE, Input, input_id, inputs_of
from sync.team import Team
from sync.thinking import make_month
from sync.world import World


def approve(team: Team, words: str, *, world: World, dry_run: bool = False) -> Said:
    """Approve everybody's pay of a month that is over; raises WrongMonth, WrongPlace."""
    now = world.now()
    start = month_of_text(words, now.date()).start
    if month_at(start).end > now.date():
        raise WrongPlace(what=Text.A_CLOSED_MONTH, value=words)
    at, who = now.astimezone(UTC), team.settings.owner
    with team.store.write() as writer:
        settled = settled_now(team, writer, world, now)
        month = make_month(writer, settled.scene, now.date())
        rows = payroll_rows(month, start, inputs_of(writer, start))
        note = f"зарплата за {month_name(start)}"
        batch = writer.start_batch(BatchKind.APPROVE, who, at, note=note)
        by = Stamped(at, who, Source.ANSWER, None, batch)
        fresh = [row.name for row in rows if _say_yes(writer, start, row.name, by)]
        while settle_slips(writer, _again(writer, month), by=by):
            pass
        if dry_run:
            writer.cancel()
    lines: list[tuple[str, ...]] = [("Сотрудник", "Начислено", "НДФЛ", "К выплате")]
    lines += [(r.name, *(money(v, kopecks=True) for v in (r.gross, r.tax, r.net))) for r in rows]
    count = counted(len(fresh), "человека", "человек", "человек")
    ending = (
        "Это проверка: ничего не менял."
        if dry_run
        else f"Утверждено для {count}. Отменить: sheetcrm undo {batch}"
    )
    if not fresh:
        ending = f"Зарплата за {month_name(start)} уже утверждена."
    shown = table(lines, right=frozenset({1, 2, 3}))
    return Said(
        tuple(map(plain_letters, (*shown, ending))),
        {
            "month": f"{start:%Y-%m}",
            "approved": fresh,
            "rows": rows,
            "undo": None if dry_run or not fresh else batch,
            "dry_run": dry_run,
        },
    )


def _say_yes(writer: Writer, start: date, name: str, by: Stamped) -> bool:
    """Whether the approval is new."""
    row_id = input_id(Input.APPROVED, start, name)
    known = writer.get(TABLE, row_id)
    if known is not None and not known.deleted and fold(text(known, "said")) == YES:
        return False
    if known is not None and known.deleted:
        writer.revive(TABLE, row_id, by=by)
    values: dict[str, Value] = {
        "said": YES,
        "what": Input.APPROVED.value,
        "who": name,
        "month": start,
    }
    writer.put(TABLE, row_id, values, by=by)
    return True


def _again(writer: Writer, month: Month) -> Month:
    """The month with what was just closed."""
    return make_month(writer, month.scene, month.planner.asof)
