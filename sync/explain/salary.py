"""Pay of a month line by line; the lines add up to the figure of «Мой прогноз» and «Зарплата».

A closed month is told as it was approved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from formulas.pay.lines import CORRECTION, Line
from formulas.pay.rules import (
    CAP,
    CARRY,
    FACTOR,
    GATE,
    GUARANTEE,
    KPI,
    NEW,
    NO_PLAN,
    PENALTY,
    PERCENT,
    PRIZE,
    REGIONAL,
    RETURNS,
    SALARY,
    SCALE,
    TEAM,
    RuleRow,
)
from formulas.pay.tiers import ScaleBy
from formulas.rounding import ONE
from model.explaining import Address, Explanation, Source, Step
from model.payslips import Piece
from model.texts.numbers import counted, money, month_name, number
from sync.explain.places import Places
from sync.explain.sources import plan_rows, rules, source, sources
from sync.figures.counting import rule_of
from sync.figures.month import Month
from sync.figures.pay_words import NOUNS, line_words, rate_words
from sync.figures.paybook import PaidMonth
from sync.figures.people import names_of
from sync.figures.plans import money_measure
from sync.scene import amount, fold

ZERO = Decimal(0)
CHAINED = 6
"""Most rows whose sum is written out."""
TO_KOPECK = "до копейки, половина вверх"
COMPONENTS = {
    "base": (SALARY,),
    "no_plan": (SCALE, PERCENT),
    "multiplier": (FACTOR,),
    "kpi": (KPI,),
    "gate": (GATE,),
    "new_clients": (NEW,),
    "spiff": (PRIZE,),
    "team": (TEAM,),
    "clawback": (RETURNS,),
    "carry_in": (CARRY,),
    "carry_out": (CARRY,),
    "cap": (CAP,),
    "penalty": (PENALTY,),
    "topup": (GUARANTEE,),
    "recovered": (GUARANTEE,),
    "regional": (REGIONAL,),
}
"""Rows of «Мотивация» behind a line."""
_Pieces = Mapping[str, tuple[Piece, ...]]


def explain_salary(month: Month, paid: PaidMonth, places: Places) -> Explanation:
    """Why the pay is what it is."""
    telling = _Telling(month, paid, places)
    steps = tuple(telling.steps())
    gross = paid.pay.pay
    return Explanation(
        kind="salary",
        subject=paid.name,
        title=f"Зарплата, {month_name(paid.month.start)}",
        figure=gross,
        shown=money(gross, kopecks=True),
        steps=steps,
        month=paid.month.start,
        chain=chain([s.amount for s in steps if s.adds and s.amount is not None], gross),
        at=telling.addresses(),
        notes=telling.notes(),
    )


def chain(parts: Sequence[Decimal], figure: Decimal) -> str:
    """«40 000,00 + 16 440,00 - 1 000,00 = 55 440,00»."""
    said = ""
    for part in (one for one in parts if one):
        sign = " - " if part < 0 else " + "
        said += (sign if said else ("-" if part < 0 else "")) + money(abs(part), kopecks=True)
    return f"{said or money(ZERO, kopecks=True)} = {money(figure, kopecks=True)}"


def short_chain(parts: Sequence[Decimal], figure: Decimal) -> str:
    """The sum written out where it fits a line; of many rows the rows themselves stand below."""
    return chain(parts, figure) if 0 < len(parts) <= CHAINED else ""


class _Telling:
    """One month while it is told."""

    def __init__(self, month: Month, paid: PaidMonth, places: Places) -> None:
        self.month, self.paid, self.places = month, paid, places
        self.scene, self.scheme = month.scene, paid.reading.scheme

    def steps(self) -> Iterator[Step]:
        """What is counted from, the lines, the sum, the tax, what is paid out."""
        yield self._basis()
        if self.paid.given.plan is not None and self._needs_plan:
            yield self._plan()
        before: list[str] = ["basis", "plan"] if self._needs_plan else ["basis"]
        for line in self.paid.pay.lines:
            yield self._line(line, tuple(before))
            before.append(line.code)
        lines = tuple(line.code for line in self.paid.pay.lines)
        gross = self.paid.pay.pay
        yield Step("gross", "Итого до вычета НДФЛ", gross, uses=lines, rounding="сумма строк")
        tax = self.month.book.tax(self.paid)
        yield Step(
            "tax",
            "НДФЛ",
            -tax.tax,
            self._tax_words(tax.tax_main, tax.tax_regional),
            basis=self.paid.main + self.paid.regional,
            rounding="до рубля, нарастающим итогом с января",
            uses=("gross",),
        )
        net = gross - tax.tax
        words = f"{money(gross, kopecks=True)} - {money(tax.tax, kopecks=True)}"
        yield Step("net", "К выплате", net, words, uses=("gross", "tax"))

    @property
    def _needs_plan(self) -> bool:
        return self.scheme.by is ScaleBy.ATTAINMENT or bool(self.scheme.multiplier)

    def _basis(self) -> Step:
        rule = rule_of(self.scene, self.scheme.basis)
        pieces = self.paid.pieces.get("basis", ())
        held = sum((one.amount for one in self.paid.pieces.get("held", ())), ZERO)
        how = counted(len(pieces), "строка", "строки", "строк")
        how += f"; ждёт закрытия сделок {money(held, kopecks=True)}" if held else ""
        noun = NOUNS[rule.kind]
        return Step(
            code="basis",
            title=f"База: сумма {noun}" + (" без НДС" if rule.net_of_vat else ""),
            amount=self.paid.pay.basis,
            calc=short_chain([one.amount for one in pieces], self.paid.pay.basis),
            how=how,
            sources=sources(self.scene, self.places, pieces),
            rules=rules(self.places, self.paid.reading.of(SCALE, PERCENT)[:1]),
        )

    def _plan(self) -> Step:
        return Step("plan", "План", self.paid.given.plan, sources=self._plan_rows())

    def _plan_rows(self) -> tuple[Source, ...]:
        measure = money_measure(self.scene)
        rows = plan_rows(self.scene, self.paid.name, measure, self.paid.month)
        key = f"m{self.paid.month.start.month:02}"
        return sources(self.scene, self.places, rows, field=key)

    def _line(self, line: Line, before: tuple[str, ...]) -> Step:
        names = names_of(self.scene, self.paid)
        title, how = line_words(line, self.scheme, self.paid.given, names)
        pieces = self.paid.pieces.get(line.code, ()) if line.code not in {"basis", "held"} else ()
        found = self._members() if line.code == "team" else self._behind(line.code, pieces)
        if line.code.startswith(CORRECTION):
            found = self._moved(line.code.removeprefix(CORRECTION))
        return Step(
            code=line.code,
            title=title,
            amount=line.amount,
            calc=self._calc(line),
            how=how,
            basis=line.basis,
            rate=line.rate,
            rounding=self._rounding(line),
            adds=True,
            uses=self._uses(line, before),
            sources=found,
            rules=rules(self.places, self._rows(line)),
            at=self.places.line("payroll", self.paid.name, title) if self._is_shown else None,
        )

    @property
    def _is_shown(self) -> bool:
        """Whether «Зарплата» shows this month."""
        return self.places.value("payroll", "payroll.month") == self.paid.month.start

    def _behind(self, code: str, pieces: Sequence[Piece]) -> tuple[Source, ...]:
        """Rows of a line; of late steps the day, of new clients the payment."""
        if code == "penalty":
            found = sources(self.scene, self.places, pieces, field="step_on")
            return tuple(replace(one, amount=None) for one in found)
        if code == "new_clients":
            rows = self.scene.rows["payments"]
            whole = ((p, rows.get(p.row_id)) for p in pieces)
            pieces = [replace(p, amount=amount(r, "amount") or ZERO) if r else p for p, r in whole]
        return sources(self.scene, self.places, pieces)

    def _members(self) -> tuple[Source, ...]:
        """The people whose money the team's part is counted from."""
        team = self.paid.around.team
        members = () if team is None else team.members
        return tuple(Source("", who, member.value) for who, member in members)

    def _rows(self, line: Line) -> tuple[RuleRow, ...]:
        reading = self.paid.reading
        if not line.code.startswith("tier_"):
            return reading.of(*COMPONENTS.get(line.code, ()))
        tier = self.scheme.scale[int(line.code.removeprefix("tier_")) - 1]
        scale = [r for r in reading.of(SCALE) or reading.of(PERCENT) if not r.says(NO_PLAN)]
        return tuple(row for row in scale if (row.start or ZERO) == tier.start)

    def _uses(self, line: Line, before: tuple[str, ...]) -> tuple[str, ...]:
        code = line.code
        if code.startswith("tier_") or code == "no_plan":
            return ("basis", "plan") if self.scheme.by is ScaleBy.ATTAINMENT else ("basis",)
        tiers = tuple(c for c in before if c.startswith("tier_") or c in {"no_plan", "plan"})
        if code == "multiplier":
            return ("basis", *tiers)
        if code == "gate":
            return ("basis", *tiers, *(c for c in before if c in {"multiplier", "kpi"}))
        if code in {"cap", "penalty", "carry_out", "topup", "recovered", "regional"}:
            return before
        return ()

    def _calc(self, line: Line) -> str:
        code, given = line.code, self.paid.given
        if code == "base":
            whole = money(self.scheme.base, kopecks=True)
            return f"{whole} × {min(given.worked, given.norm)} / {given.norm}"
        if code.startswith("tier_") or code == "no_plan":
            return f"{money(line.basis, kopecks=True)} × {rate_words(line.rate)}"
        if code == "multiplier":
            earned = money(line.basis, kopecks=True)
            return f"{earned} × {number(line.rate, places=4)} - {earned}"
        if code == "gate":
            total = self.paid.pay.total
            whole = money(total.com + given.extras.kpi, kopecks=True)
            return f"{whole} × {number(given.extras.gate_factor, places=4)} - {whole}"
        if code == "penalty":
            return self._penalty()
        if code == "team":
            return self._team()
        if code == "regional":
            accrued = money(self.paid.pay.total.accrued, kopecks=True)
            return f"{accrued} × {number(self.scheme.regional - ONE, places=4)}"
        return ""

    def _team(self) -> str:
        """Of who leads the team: the whole part."""
        rule, team = self.scheme.team, self.paid.around.team
        if rule is None or team is None or not team.led:
            return ""
        return f"{money(max(team.money, ZERO), kopecks=True)} × {rate_words(rule.rate)}"

    def _penalty(self) -> str:
        raw = ZERO
        for rule in self.scheme.penalty:
            raw += max(self.paid.given.penalty_counts.get(rule.kind, 0) - rule.free, 0) * rule.each
        most = number(self.scheme.max_drop_pct)
        return f"{money(raw, kopecks=True)}, но не больше премии и {most} % месяца"

    def _rounding(self, line: Line) -> str:
        if line.code.startswith("tier_"):
            return f"{TO_KOPECK}; последняя ступень берёт остаток округления"
        return TO_KOPECK if self._calc(line) else ""

    def _moved(self, label: str) -> tuple[Source, ...]:
        """Rows of a closed month that are others today."""
        slips = self.month.book.slips.values()
        slip = next(
            s
            for s in slips
            if f"{s.month:%Y-%m}" == label and fold(s.person) == fold(self.paid.name)
        )
        closed = self.month.book.month(slip.person, slip.month)
        if closed is None:
            return ()
        now = self.month.book.as_of_today(closed)
        return tuple(self._differences(slip.pieces, now.pieces))

    def _differences(self, then: _Pieces, now: _Pieces) -> Iterator[Source]:
        for code in dict.fromkeys((*then, *now)):
            if code in {"held", "penalty"}:
                continue
            was = {(p.table, p.row_id): p for p in then.get(code, ())}
            stands = {(p.table, p.row_id): p for p in now.get(code, ())}
            for key in dict.fromkeys((*was, *stands)):
                old, new = was.get(key), stands.get(key)
                if (old and old.amount) != (new and new.amount):
                    yield self._difference(was.get(key) or stands[key], old, new)

    def _difference(self, piece: Piece, old: Piece | None, new: Piece | None) -> Source:
        was = money(old.amount, kopecks=True) if old else "не было"
        stands = money(new.amount, kopecks=True) if new else "больше не считается"
        moved = (new.amount if new else ZERO) - (old.amount if old else ZERO)
        told = Piece(piece.table, piece.row_id, piece.day, moved, f"было {was}, стало {stands}")
        return source(self.scene, self.places, told)

    def _tax_words(self, main: Decimal, regional: Decimal) -> str:
        year = self.month.book.year_before(self.paid.name, self.paid.month.start)
        before, income = money(year.income, kopecks=True), money(self.paid.main, kopecks=True)
        said = f"с начала года {before}, за месяц {income}: {money(main)}"
        return f"{said}; с районного {money(regional)}" if regional else said

    def addresses(self) -> tuple[Address, ...]:
        """Where the figure stands: on the own sheet while the month runs, on the payroll."""
        found = []
        if self.scene.asof in self.paid.month:
            found.append(self.places.formula("my_forecast", "fig_total_now"))
        if self._is_shown:
            found.append(self.places.beside("payroll", "name", self.paid.name, "gross"))
        return tuple(one for one in found if one is not None)

    def notes(self) -> tuple[str, ...]:
        """Whether the month is closed, and rows of the scheme that say nothing."""
        out = []
        if self.paid.slip is not None:
            out.append("Месяц утверждён: числа закреплены, поправки войдут в открытый месяц.")
        else:
            out.append("Месяц не утверждён: числа предварительные.")
        out += [
            f"Строка «Мотивации» не входит: {d.typed or 'пусто'}. {d.advice}."
            for d in self.paid.reading.doubts
        ]
        return tuple(out)
