"""Random formulas that use every function of live cells, and the cells they read.

They keep to what `lint` allows and to what programs share: no truth values in ranges, no numbers
spelled as text, no order of texts, values rounded before they are cut or printed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

ROWS = 30
STAGES = ("Новая", "КП отправлено", "Договор", "Успешно", "Отказ")
NAMES = {
    "суммы": f"Лист!$A$1:$A${ROWS}",
    "этапы": f"Лист!$C$1:INDEX(Лист!$C$1:$C$90,MAX(1,COUNTA(Лист!$C$1:$C${ROWS})))",
}
Maker = Callable[["Maze", int], str]


def random_cells(rng: Random) -> dict[str, object]:
    """A: sums, B: days, C: stages, D: small numbers, E: texts, F: ascending numbers."""
    cells: dict[str, object] = {}
    for row in range(1, ROWS + 1):
        cells[f"A{row}"] = rng.choice([None, rng.randrange(-500, 9999), rng.randrange(99999) / 100])
        cells[f"B{row}"] = date(2025, 11, 1) + timedelta(days=rng.randrange(200))
        cells[f"C{row}"] = rng.choice(STAGES)
        cells[f"D{row}"] = rng.randrange(1, 12)
        cells[f"E{row}"] = rng.choice([None, "", "Ёж", "ооо  Рассвет", "a", "Дом-Сервис", "х х"])
        cells[f"F{row}"] = row * 7
    return cells


class Maze:
    """Chooses at random, never deeper than asked."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def formula(self, maker: Maker) -> str:
        """A formula that starts with a certain maker."""
        return maker(self, 2)

    def number(self, depth: int) -> str:
        if depth <= 0:
            return self.rng.choice([self.cell("A"), self.cell("D"), self.literal(), "COUNT(суммы)"])
        return self.rng.choice(NUMBERS)(self, depth - 1)

    def text(self, depth: int) -> str:
        if depth <= 0:
            return self.rng.choice([self.cell("C"), self.cell("E"), '"Ёж"', '"x ""y"""'])
        return self.rng.choice(TEXTS)(self, depth - 1)

    def truth(self, depth: int) -> str:
        if depth <= 0:
            return self.rng.choice([f"{self.cell('D')}>5", f'{self.cell("E")}=""', "TRUE"])
        return self.rng.choice(TRUTHS)(self, depth - 1)

    def day(self, depth: int) -> str:
        if depth <= 0:
            return self.cell("B")
        return self.rng.choice(DAYS)(self, depth - 1)

    def cell(self, col: str) -> str:
        marks = self.rng.choice([("", ""), ("$", "$"), ("$", "")])
        return f"{marks[0]}{col}{marks[1]}{self.rng.randint(1, ROWS)}"

    def range(self, col: str) -> str:
        top = self.rng.randint(1, ROWS - 5)
        return f"{col}{top}:{col}{self.rng.randint(top + 4, ROWS)}"

    def whole(self, col: str) -> str:
        return f"${col}$1:${col}${ROWS}"

    def small(self) -> str:
        return str(self.rng.randint(1, 5))

    def literal(self) -> str:
        return self.rng.choice(["0", "1", "2.5", "100", "-3", "0.07", "50%"])

    def numeric(self) -> str:
        return self.rng.choice([self.range("A"), self.range("D"), self.range("F"), "суммы"])

    def test(self) -> str:
        """A range of criteria and its criterion."""
        sign = self.rng.choice(["", "=", "<>", ">", ">=", "<", "<="])
        return self.rng.choice(
            [
                f'{self.whole("C")},"{self.rng.choice(STAGES)}"',
                f'{self.whole("C")},"<>"&{self.cell("C")}',
                f'{self.whole("B")},">="&{self.cell("B")},{self.whole("B")},"<"&{self.cell("B")}',
                f'{self.whole("A")},"{sign}{self.rng.randint(0, 999)}"',
                f'{self.whole("A")},"{sign}"&ROUND({self.cell("A")},2)',
                f"{self.whole('D')},{self.cell('D')}",
                f'{self.whole("E")},""',
                f'{self.whole("E")},"<>"',
                f'{self.whole("E")},"ёж"',
            ]
        )

    def one_test(self) -> str:
        return f'{self.whole("C")},"{self.rng.choice(STAGES)}"'

    def factor(self) -> str:
        return self.rng.choice(
            [
                f'({self.whole("C")}="{self.rng.choice(STAGES)}")',
                f"({self.whole('D')}>{self.rng.randint(1, 9)})",
                f"({self.whole('B')}<{self.cell('B')})",
                f"(MONTH({self.whole('B')})={self.rng.randint(1, 12)})",
                f'({self.whole("E")}<>"")',
                f"(LEN({self.whole('E')})>{self.small()})",
                f"(ROW({self.whole('E')})<{self.rng.randint(2, 20)})",
                f'(LEFT({self.whole("C")},1)="Н")',
            ]
        )


def _rounded(number: str) -> str:
    return f"ROUND(ROUND({number},6),2)"


NUMBERS: list[Maker] = [
    lambda m, d: f"({m.number(d)}-{m.number(d)})",
    lambda m, d: f"SUM({m.number(d)},{m.number(d)})+{m.literal()}",
    lambda m, d: f"{m.number(0)}*{m.number(0)}",
    lambda m, d: _rounded(f"{m.number(d)}/{m.number(0)}"),
    lambda m, d: f"(-{m.cell('D')}^{m.small()})%",
    lambda m, d: _rounded(m.number(d)),
    lambda m, d: f"ROUNDUP(ROUND({m.number(d)},6),{m.rng.randint(-2, 3)})",
    lambda m, d: f"ROUND({m.number(0)},{m.rng.randint(-2, 1)})",
    lambda m, d: f"ABS({m.number(d)})",
    lambda m, d: f"INT(ROUND({m.number(d)},6))",
    lambda m, d: f"MOD(INT(ROUND({m.number(d)},3)),{m.cell('D')})",
    lambda m, d: f"SUM({m.numeric()},{m.number(d)})",
    lambda m, d: f"COUNT({m.numeric()})+COUNTA({m.range('E')})",
    lambda m, d: f"MIN({m.numeric()})",
    lambda m, d: f"MAX({m.numeric()},{m.number(d)})",
    lambda m, d: f"MEDIAN({m.range('D')})",
    lambda m, d: f"LARGE({m.numeric()},{m.small()})",
    lambda m, d: f"SMALL({m.whole('F')},{m.small()})",
    lambda m, d: f"RANK({m.cell('F')},{m.whole('F')},{m.rng.choice('01')})",
    lambda m, d: f"RANK({m.cell('D')},{m.whole('D')})",
    lambda m, d: f"SUMIFS({m.whole('A')},{m.test()})",
    lambda m, d: f"SUMIFS({m.whole('A')},{m.test()},{m.test()})",
    lambda m, d: f"COUNTIFS({m.one_test()},{m.test()})",
    lambda m, d: f"COUNTIF({m.one_test()})",
    lambda m, d: f"SUMIF({m.one_test()},{m.whole('A')})",
    lambda m, d: f"IFERROR(AVERAGEIFS({m.whole('A')},{m.test()}),{m.number(d)})",
    lambda m, d: f"SUMPRODUCT({m.factor()}*{m.factor()}*{m.whole('A')})",
    lambda m, d: f"SUMPRODUCT({m.factor()}*1,{m.whole('A')},{m.whole('D')})",
    lambda m, d: f"SUMPRODUCT({m.whole('D')}/COUNTIF({m.whole('D')},{m.whole('D')}))",
    lambda m, d: f"INDEX({m.whole('D')},{m.small()})",
    lambda m, d: f"INDEX(A1:D{ROWS},{m.small()},{m.rng.choice('14')})",
    lambda m, d: f"IFERROR(MATCH({m.text(0)},{m.range('C')},0),-1)",
    lambda m, d: f"IFERROR(INDEX({m.whole('D')},MATCH({m.text(0)},этапы,0)),{m.number(d)})",
    lambda m, d: f"IFERROR(MATCH({m.number(d)},{m.whole('F')},{m.rng.choice('01')}),0)",
    lambda m, d: f"SUM(F1:INDEX({m.whole('F')},{m.cell('D')}))",
    lambda m, d: f"YEAR({m.day(d)})",
    lambda m, d: f"MONTH({m.day(d)})*100+DAY({m.day(0)})",
    lambda m, d: f"WEEKDAY({m.day(d)},{m.rng.choice(['1', '2', '3', '11'])})",
    lambda m, d: f"({m.day(d)}-{m.day(0)})",
    lambda m, d: f"LEN({m.text(d)})",
    lambda m, d: f"IF({m.truth(d)},{m.number(d)},{m.number(0)})",
    lambda m, d: f"ROW({m.cell('A')})+COLUMN({m.cell('D')})+ROWS({m.range('C')})",
]
TEXTS: list[Maker] = [
    lambda m, d: f"{m.text(d)}&{m.text(0)}",
    lambda m, d: f'"всего "&{_rounded(m.number(d))}',
    lambda m, d: f"LEFT({m.text(d)},{m.small()})",
    lambda m, d: f"RIGHT({m.text(d)},{m.small()})",
    lambda m, d: f"MID({m.text(d)},{m.small()},{m.small()})",
    lambda m, d: f"TRIM({m.text(d)})",
    lambda m, d: f'REPT("█",MIN({m.small()},ABS({m.cell("D")})))',
    lambda m, d: f'SUBSTITUTE({m.text(d)},"о","00")',
    lambda m, d: f'SUBSTITUTE({m.text(d)},"о","0",{m.small()})',
    lambda m, d: f'TEXT({m.cell("D")},"00")&":"&TEXT({m.cell("F")},"0")',
    lambda m, d: f'FIXED({_rounded(m.number(d))},{m.rng.randint(0, 2)})&" руб."',
    lambda m, d: f'FIXED({m.number(0)},0,TRUE)&""',
    lambda m, d: f'HYPERLINK("#Лист!A1",{m.text(d)}&"")',
    lambda m, d: f"IF({m.truth(d)},{m.text(d)},{m.text(0)})",
    lambda m, d: f'IFERROR(INDEX(этапы,{m.cell("D")})&"","нет")',
    lambda m, d: f'INDEX({m.whole("C")},{m.small()})&""',
]
TRUTHS: list[Maker] = [
    lambda m, d: f"{m.number(d)}{m.rng.choice(['<', '>', '<=', '>=', '=', '<>'])}{m.number(0)}",
    lambda m, d: f"{m.text(d)}{m.rng.choice(['=', '<>'])}{m.text(0)}",
    lambda m, d: f"AND({m.truth(d)},{m.truth(0)})",
    lambda m, d: f"OR({m.truth(d)},{m.truth(0)},FALSE())",
    lambda m, d: f"NOT({m.truth(d)})",
    lambda m, d: f"ISNUMBER({m.rng.choice([m.number(d), m.text(0)])})",
    lambda m, d: f"ISBLANK({m.cell('E')})",
    lambda m, d: f"IF({m.truth(d)},TRUE(),{m.truth(0)})",
    lambda m, d: f"{m.day(d)}<{m.day(0)}",
    lambda m, d: f"AND({m.truth(d)},INT(NOW())=TODAY(),NOW()>{m.literal()})",
]
DAYS: list[Maker] = [
    lambda m, d: (
        f"DATE({m.rng.randint(2024, 2027)},{m.rng.randint(-2, 15)},{m.rng.randint(-5, 40)})"
    ),
    lambda m, d: f"EDATE({m.day(d)},{m.rng.randint(-15, 15)})",
    lambda m, d: f"EOMONTH({m.day(d)},{m.rng.randint(-15, 15)})",
    lambda m, d: f"({m.day(d)}+{m.cell('D')})",
    lambda m, d: f"({m.day(d)}-WEEKDAY({m.day(0)},2)+1)",
]


def random_formulas(rng: Random, rounds: int) -> list[str]:
    """Each kind of formula so many times."""
    maze = Maze(rng)
    makers = [*NUMBERS, *TEXTS, *TRUTHS, *DAYS]
    return [maze.formula(maker) for _ in range(rounds) for maker in makers]
