"""The hidden figures sheet of a salesperson's book: scheme, facts, and the live scenarios.

Each scenario is a column (now, likely, everything, what-if) and each step of METRICS 6.12 a row,
so the four columns are the same scheme on four sums. Names of the sheet begin with `fig_`.
"""

from __future__ import annotations

from collections.abc import Callable

from openpyxl.worksheet.worksheet import Worksheet

from formulas.registry import cell_of
from model.blueprint import Kind, Slot
from templates.draw import DrawContext
from templates.screens import room
from templates.screens.canvas import Canvas, at
from templates.screens.faces import BARE

VALUE, RATE = 3, 4
"""Columns of single values and of the second number of a tier or point."""
DUE_COUNT = 5
"""Column of how many steps are due, beside the first of them."""
NOW, LIKELY, EVERYTHING, WHAT_IF, CHECK = SCENARIOS = (3, 4, 5, 6, 13)
"""Columns of the scheme: paid, probable, all that is due, one more sum, the proof's own."""
OWN = (7, 8, 9)
"""The program's own three results beside the live ones."""
CODE, LINE_TITLE, LINE_HOW = 10, 11, 12
TOTAL_ROW = "step_gross"
"""Key of the row with the live totals."""

SUMS = ("now", "likely", "all", "what_if", "check")
SCHEME_SINGLES = {
    "scheme": Kind.NUMBER,
    "base": Kind.MONEY,
    "new": Kind.MONEY,
    "penalty": Kind.MONEY,
    "drop": Kind.NUMBER,
    "cap": Kind.MONEY,
    "cliff": Kind.NUMBER,
    "linear": Kind.NUMBER,
    "plan": Kind.MONEY,
    "by_plan": Kind.NUMBER,
    "kpi": Kind.MONEY,
    "gate": Kind.NUMBER,
    "extra": Kind.MONEY,
    "guarantee": Kind.MONEY,
    "draw": Kind.MONEY,
    "regional": Kind.NUMBER,
    "correction": Kind.MONEY,
}
"""Single values of the scheme."""
SINGLES = {
    **SCHEME_SINGLES,
    "from": Kind.DATE,
    "to": Kind.DATE,
    "fact": Kind.MONEY,
    "days_total": Kind.COUNT,
    "days_passed": Kind.COUNT,
    "green": Kind.NUMBER,
    "yellow": Kind.NUMBER,
    "paid": Kind.TEXT,
    "yesterday": Kind.TEXT,
    "pay_now": Kind.MONEY,
    "pay_likely": Kind.MONEY,
    "pay_all": Kind.MONEY,
}
"""Single values; each is named `fig_` and its key."""


def draw_service_forecast(ws: Worksheet, ctx: DrawContext) -> tuple[Slot, ...]:  # noqa: ARG001
    """Paint the sheet and name its blocks."""
    canvas = Canvas(ws, (26, *[16] * 12))
    row = 2
    for key, kind in SINGLES.items():
        canvas.row(row, key)
        canvas.text(row, 2, key, BARE)
        canvas.fact(row, VALUE, f"fig.{key}", BARE, kind)
        canvas.name(f"fig_{key}", (row, VALUE))
        row += 1
    left = cell_of("pf.summary.days_left", total="fig_days_total", passed="fig_days_passed")
    canvas.row(row, "days_left")
    canvas.live(row, VALUE, left, BARE, Kind.COUNT)
    canvas.name("fig_days_left", (row, VALUE))
    row += 1
    tiers = _pairs(canvas, row + 1, "scale", room.TIERS)
    points = _pairs(canvas, tiers + room.TIERS + 2, "point", room.POINTS)
    canvas.name("fig_at", (points, VALUE), (points + room.POINTS - 1, VALUE))
    steps = _Steps(canvas, points + room.POINTS + 2, tiers, points)
    lines = _lines(canvas, steps)
    _today(canvas, lines + room.LINES + 1)
    return canvas.slots


def _pairs(canvas: Canvas, top: int, key: str, count: int) -> int:
    """Rows of two numbers each; an empty row follows, so the last one has no next."""
    for number in range(1, count + 1):
        row = canvas.row(top + number - 1, f"{key}{number}")
        canvas.text(row, 2, f"{key} {number}", BARE)
        canvas.fact(row, VALUE, f"fig.{key}.{number}.from", BARE, Kind.NUMBER)
        canvas.fact(row, RATE, f"fig.{key}.{number}.rate", BARE, Kind.NUMBER)
    return top


class _Steps:
    """The steps of the scheme, one row each, in four columns."""

    def __init__(self, canvas: Canvas, top: int, tiers: int, points: int) -> None:
        self._canvas = canvas
        self._rows: dict[str, int] = {}
        self.top = self._next = top
        self._tiers = tiers
        self._points = points
        self._basis()
        self._commission()
        self._multiplier()
        self._variable()
        self._gross()
        for col, name in zip(SCENARIOS, SUMS, strict=True):
            canvas.name(f"fig_total_{name}", (self._rows["gross"], col))
            canvas.name(f"fig_basis_{name}", (self._rows["basis"], col))

    @property
    def last(self) -> int:
        """The last row of the block."""
        return self._next - 1

    def cell(self, key: str, col: int) -> str:
        """Address of a step in a scenario."""
        return at(self._rows[key], col)

    def _put(self, key: str, formula: Callable[[int], str]) -> None:
        row = self._canvas.row(self._next, f"step_{key}")
        self._canvas.text(row, 2, key, BARE)
        self._rows[key] = row
        self._next += 1
        for col in SCENARIOS:
            self._canvas.live(row, col, formula(col), BARE, Kind.NUMBER)

    def _basis(self) -> None:
        likely = cell_of(
            "pf.weighted.weighted", rest="deals_rest", p="deals_prob_eff", counts="deals_counts"
        )
        sums = {
            NOW: "=SUM(fig_fact)",
            LIKELY: f"=SUM(fig_fact)+{likely.removeprefix('=')}",
            EVERYTHING: "=SUM(fig_fact)+SUMIFS(deals_rest,deals_counts,1)",
            WHAT_IF: "=SUM(fig_fact)+SUM(fig_add)",
            CHECK: "=SUM(fig_check_paid)",
        }
        self._put("plan_used", self._plan)
        self._put("bounds_by", self._bounds_by)
        self._put("basis", sums.__getitem__)

    def _plan(self, col: int) -> str:
        """The plan of a scenario: the proof may have its own."""
        own = 'IF(COUNT(fig_plan)=1,fig_plan,"")'
        return f"=IF(COUNT(fig_check_plan)=1,fig_check_plan,{own})" if col == CHECK else f"={own}"

    def _bounds_by(self, col: int) -> str:
        """What bounds in money are multiplied by: tiers by attainment move with the plan."""
        plan = self.cell("plan_used", col)
        moved = f"AND(SUM(fig_by_plan)=1,SUM(fig_plan)>0,COUNT({plan})=1)"
        return f"=IF({moved},{plan}/fig_plan,1)" if col == CHECK else "=1"

    def _commission(self) -> None:
        for number in range(1, room.TIERS + 1):
            self._put(f"raw{number}", lambda col, n=number: self._slice(col, n))  # type: ignore[misc]
        first, last = self._rows["raw1"], self._rows[f"raw{room.TIERS}"]
        self._put("commission", lambda c: "=" + _r2(f"SUM({at(first, c)}:{at(last, c)})"))
        for number in range(1, room.TIERS + 1):
            self._put(f"tier_{number}", lambda col, n=number: self._tier_line(col, n))  # type: ignore[misc]

    def _slice(self, col: int, number: int) -> str:
        """What one tier brings, unrounded: its slice, or all of the basis on a cliff scale."""
        row = self._tiers + number - 1
        times = f"*{self.cell('bounds_by', col)}"
        bound, blank = at(row, VALUE, lock=True), at(row + 1, VALUE, lock=True)
        start, following = f"({bound}{times})", f"({blank}{times})"
        rate, basis = at(row, RATE, lock=True), self.cell("basis", col)
        upto = f'IF({blank}="",{basis},MIN({basis},{following}))'
        below = f'IF({blank}="",1,IF({basis}<{following},1,0))=1'
        if number == 1:
            body = f"IF(fig_cliff=1,IF({below},{basis},0),{upto})"
        else:
            whole = f"IF(AND({basis}>={start},{below}),{basis},0)"
            body = f"IF(fig_cliff=1,{whole},MAX(0,{upto}-{start}))"
        return f"=IF(COUNT({rate})=0,0,{body}*{rate})"

    def _tier_line(self, col: int, number: int) -> str:
        """The tier rounded; the last one reached takes the rounding difference."""
        raw = self._rows[f"raw{number}"]
        rounded = _r2(at(raw, col))
        if number == room.TIERS:
            later = "0"
        else:
            later = f"SUM({at(raw + 1, col)}:{at(self._rows[f'raw{room.TIERS}'], col)})"
        top = self._rows["tier_1"]
        above = f"-SUM({at(top, col)}:{at(self._next - 2, col)})" if number > 1 else ""
        rest = f"ROUND({self.cell('commission', col)}{above},2)"
        return f"=IF({at(raw, col)}=0,0,IF({later}=0,{rest},{rounded}))"

    def _multiplier(self) -> None:
        first, count = self._points, room.POINTS
        at_range = f"{at(first, VALUE, lock=True)}:{at(first + count - 1, VALUE, lock=True)}"
        k_range = f"{at(first, RATE, lock=True)}:{at(first + count - 1, RATE, lock=True)}"

        def attained(col: int) -> str:
            plan = self.cell("plan_used", col)
            share = f"ROUND(100*{self.cell('basis', col)}/{plan},9)"
            return f'=IF(COUNT({plan})=0,"",IF({plan}<=0,"",{share}))'

        def reached(col: int) -> str:
            share = self.cell("attained", col)
            return f'=IF({share}="",0,SUMPRODUCT(({at_range}<={share})*({at_range}<>"")))'

        def factor(col: int) -> str:
            share, n = self.cell("attained", col), self.cell("reached", col)
            low, high = f"INDEX({at_range},{n})", f"INDEX({at_range},{n}+1)"
            k_low, k_high = f"INDEX({k_range},{n})", f"INDEX({k_range},{n}+1)"
            slope = f"{k_low}+({k_high}-{k_low})*({share}-{low})/({high}-{low})"
            step = f"IF(AND(SUM(fig_linear)=1,{n}<COUNT({at_range})),{slope},{k_low})"
            none = f'OR(COUNT({at_range})=0,{share}="")'
            return f"=IF({none},1,IF({n}=0,0,ROUND(ROUND({step},6),4)))"

        self._put("attained", attained)
        self._put("reached", reached)
        self._put("factor", factor)
        self._put(
            "multiplied",
            lambda c: "=" + _r2(f"{self.cell('commission', c)}*{self.cell('factor', c)}"),
        )
        self._put("multiplier", self._less("multiplied", "commission"))

    def _variable(self) -> None:
        cell = self.cell
        self._put("kpi", lambda _: "=SUM(fig_kpi)")
        self._put(
            "gated",
            lambda c: (
                "="
                + _r2(
                    f"SUM({cell('multiplied', c)},{cell('kpi', c)})"
                    "*IF(COUNT(fig_gate)=0,1,fig_gate)"
                )
            ),
        )
        self._put(
            "gate",
            lambda c: f"=ROUND({cell('gated', c)}-{cell('multiplied', c)}-{cell('kpi', c)},2)",
        )
        self._put("new_clients", lambda _: "=SUM(fig_new)")
        self._put("extra", lambda _: "=SUM(fig_extra)")
        self._put(
            "before_cap",
            lambda c: f"=SUM({cell('gated', c)},{cell('new_clients', c)},{cell('extra', c)})",
        )
        self._put("capped", self._capped)
        self._put("cap", self._less("capped", "before_cap"))
        self._put("penalty", self._penalty)
        self._put(
            "variable",
            lambda c: f"=ROUND(MAX(SUM({cell('capped', c)},{cell('penalty', c)}),0),2)",
        )
        self._put(
            "carry_out",
            lambda c: f"=ROUND({cell('variable', c)}-{cell('capped', c)}-{cell('penalty', c)},2)",
        )

    def _capped(self, col: int) -> str:
        earned = self.cell("before_cap", col)
        return f"=MIN({earned},IF(COUNT(fig_cap)=0,{earned},fig_cap))"

    def _penalty(self, col: int) -> str:
        bonus = f"MAX({self.cell('capped', col)},0)"
        bound = _r2(f"(SUM(fig_base)+{bonus})*SUM(fig_drop)/100")
        return f"=-MIN(SUM(fig_penalty),{bonus},{bound})"

    def _gross(self) -> None:
        cell = self.cell
        self._put("base", lambda _: "=SUM(fig_base)")
        self._put("accrued", lambda c: f"=ROUND(SUM({cell('base', c)},{cell('variable', c)}),2)")
        self._put(
            "topup",
            lambda c: f"=IF(COUNT(fig_guarantee)=0,0,MAX(0,fig_guarantee-{cell('accrued', c)}))",
        )
        self._put(
            "recovered",
            lambda c: (
                "=IF(COUNT(fig_guarantee)=0,0,"
                f"-MIN(SUM(fig_draw),MAX(0,{cell('accrued', c)}-fig_guarantee)))"
            ),
        )
        self._put(
            "drawn",
            lambda c: f"=SUM({cell('accrued', c)},{cell('topup', c)},{cell('recovered', c)})",
        )
        self._put(
            "regional",
            lambda c: f"=IF(COUNT(fig_regional)=0,0,{_r2(cell('drawn', c) + '*(fig_regional-1)')})",
        )
        self._put(
            "gross",
            lambda c: f"=ROUND(SUM({cell('drawn', c)},{cell('regional', c)},fig_correction),2)",
        )

    def _less(self, whole: str, part: str) -> Callable[[int], str]:
        return lambda col: f"=ROUND({self.cell(whole, col)}-{self.cell(part, col)},2)"


def _lines(canvas: Canvas, steps: _Steps) -> int:
    """The lines as the screen shows them: live by code, the program's own sum for other codes."""
    top = steps.last + 2
    codes = f"$B${steps.top}:$B${steps.last}"
    for number in range(1, room.LINES + 1):
        row = canvas.row(top + number - 1, f"line{number}")
        canvas.text(row, 2, f"line {number}", BARE)
        code = at(row, CODE, lock=True)
        canvas.fact(row, CODE, f"fig.line.{number}.code", BARE)
        canvas.fact(row, LINE_TITLE, f"fig.line.{number}.title", BARE)
        canvas.fact(row, LINE_HOW, f"fig.line.{number}.how", BARE)
        for col, own, key in zip(SCENARIOS, OWN, ("now", "likely", "all"), strict=False):
            canvas.fact(row, own, f"fig.line.{number}.{key}", BARE, Kind.MONEY)
            above = f"-SUM({at(top, col)}:{at(row - 1, col)})" if number > 1 else ""
            rest = f"ROUND({steps.cell('gross', col)}{above},2)"
            block = f"{at(steps.top, col)}:{at(steps.last, col)}"
            known = f"INDEX({block},MATCH({code},{codes},0))"
            canvas.live(
                row,
                col,
                f'=IF({code}="","",IF({code}="rest",{rest},IFERROR({known},{at(row, own)})))',
                BARE,
                Kind.MONEY,
            )
    last = top + room.LINES - 1
    canvas.name("fig_line_code", (top, CODE), (last, CODE))
    canvas.name("fig_line_title", (top, LINE_TITLE), (last, LINE_TITLE))
    canvas.name("fig_line_how", (top, LINE_HOW), (last, LINE_HOW))
    for col, name in zip(SCENARIOS, ("now", "likely", "all"), strict=False):
        canvas.name(f"fig_line_{name}", (top, col), (last, col))
    return top


def _today(canvas: Canvas, top: int) -> None:
    """The six earliest steps of today and before, by place in «Сделки»."""
    count = at(top + 1, DUE_COUNT, lock=True)
    for number in range(1, room.STEPS + 1):
        row = canvas.row(top + number, f"today{number}")
        canvas.text(row, 2, f"today {number}", BARE)
        due = at(row, VALUE)
        nth = f'=IF({number}>{count},"",SMALL(deals_due_key,{number}))'
        canvas.live(row, VALUE, nth, BARE, Kind.NUMBER)
        canvas.live(row, RATE, f'=IF({due}="","",MATCH({due},deals_due_key,0))', BARE, Kind.NUMBER)
    due_now = '=COUNTIFS(deals_due_key,"<"&(INT(now)+1))'
    canvas.live(top + 1, DUE_COUNT, due_now, BARE, Kind.COUNT)
    canvas.name("fig_due", (top + 1, VALUE), (top + room.STEPS, VALUE))
    canvas.name("fig_due_row", (top + 1, RATE), (top + room.STEPS, RATE))


def _r2(formula: str) -> str:
    """Half away from zero to kopecks, through six places (METRICS 0.1)."""
    return f"ROUND(ROUND({formula},6),2)"
