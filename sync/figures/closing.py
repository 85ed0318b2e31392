"""Months closed by approval: a slip of each, kept until the approval is taken back.

A month is closed once it is over; an approval given before its end waits for that.
"""

from __future__ import annotations

from datetime import date

from formulas.pay.ndfl import Tax
from model.payslips import Slip, SlipLine
from model.records import Record, Stamped
from store import Reader, Writer
from sync.figures.month import Month
from sync.figures.pay_words import line_words
from sync.figures.paybook import PaidMonth, Said, month_at
from sync.figures.payroll import YES
from sync.figures.people import names_of
from sync.figures.slips import keep, open_again, packed
from sync.scene import fold, text
from sync.settle.inputs import TABLE, Input


def approved_months(reader: Reader, asof: date) -> dict[tuple[str, date], Record]:
    """Every approval of a month that is over, by folded name and first day of the month."""
    found: dict[tuple[str, date], Record] = {}
    for record in reader.rows(TABLE).values():
        month = record.values.get("month")
        approved = (
            text(record, "what") == Input.APPROVED.value and fold(text(record, "said")) == YES
        )
        if approved and isinstance(month, date) and month_at(month).end <= asof:
            found[fold(text(record, "who")), month] = record
    return found


def to_close(month: Month) -> list[PaidMonth]:
    """Approved months that are over and not closed yet, the oldest first."""
    approved = approved_months(month.reader, month.planner.asof)
    waiting = sorted(
        (start, who) for who, start in approved if (who, start) not in month.book.slips
    )
    people = ((month.scene.person(who), start) for start, who in waiting)
    paid = (month.book.month(one.name, start) for one, start in people if one is not None)
    return [one for one in paid if one is not None]


def to_open(month: Month) -> list[tuple[str, date]]:
    """Closed months whose approval was taken back, the newest first."""
    approved = approved_months(month.reader, month.planner.asof)
    gone = [key for key in month.book.slips if key not in approved]
    return sorted(gone, key=lambda key: (key[1], key[0]), reverse=True)


def is_unsettled(month: Month) -> bool:
    """Whether an approval waits to be kept, or a closed month to be opened."""
    return bool(to_open(month) or to_close(month))


def settle_slips(writer: Writer, month: Month, *, by: Stamped) -> bool:
    """Close one month or open one again; False when everything stands as approved."""
    for key in to_open(month)[:1]:
        open_again(writer, *key, by=by)
        return True
    for paid in to_close(month)[:1]:
        keep(writer, slip_of(month, paid), by=by)
        return True
    return False


def slip_of(month: Month, paid: PaidMonth) -> Slip:
    """The month as it stands now, to be kept."""
    tax: Tax = month.book.tax(paid)
    total = paid.pay.total
    return Slip(
        person=paid.name,
        month=paid.month.start,
        gross=paid.pay.pay,
        corrected=paid.pay.pay - total.gross,
        main=paid.main,
        regional=paid.regional,
        tax_main=tax.tax_main,
        tax_regional=tax.tax_regional,
        draw_balance=total.draw_balance,
        carry_out=total.carry_out,
        rate=paid.rate,
        lines=_lines(month, paid),
        pieces=dict(paid.pieces),
        said=packed(Said(paid.reading.rows, paid.given, paid.around)),
    )


def _lines(month: Month, paid: PaidMonth) -> tuple[SlipLine, ...]:
    out = []
    for line in paid.pay.lines:
        title, how = line_words(line, paid.reading.scheme, paid.given, names_of(month.scene, paid))
        one = SlipLine(line.code, title, line.basis, line.rate, line.amount, how, line.facts)
        out.append(one)
    return tuple(out)
