"""The shape of the workbook as data: what stands where, who may write it, what it means.

A *table* is rows of one kind (deals, clients, stages). A *sheet* shows one table, several small
tables side by side (Настройки), or a *grid* of single cells (Мой прогноз). A *book* is the set of
sheets and columns that one role opens. Hidden row 1 of every sheet holds field keys
(`deals.amount`, `stages.name`, in grids `c3`), hidden column A of a grid holds its row keys;
nothing is ever found by position or by its visible title.
The content lives in `templates/blueprint`; this module holds the words only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

KEY_ROW = 1
"""Hidden row of field keys."""
STRIP_ROW = 2
"""Frozen line above the headings: live counts on the left, freshness on the right."""
HEADER_ROW = 3
FIRST_ROW = 4
"""First row of a table's content."""
SPARE_ROWS = 200
"""Formatted and validated rows kept free below a table."""
ID_FIELD = "row_id"
NUMBER_FIELD = "id"
"""The visible number for people: К-123."""


class Owner(Enum):
    """Who may write a column (MERGE_SPEC section 2)."""

    __hash__ = object.__hash__  # members are single; asked for at every cell

    PERSON = "person"
    IMPORT = "import"
    COMPUTED = "computed"
    SYSTEM = "system"


class Kind(Enum):
    """Type of a field: how its cells are compared, checked and shown."""

    __hash__ = object.__hash__  # members are single; asked for at every cell

    TEXT = "text"
    NAME = "name"
    INN = "inn"
    KPP = "kpp"
    PHONE = "phone"
    EMAIL = "email"
    MONEY = "money"
    NUMBER = "number"
    COUNT = "count"
    PERCENT = "percent"
    DATE = "date"
    TIME = "time"
    MOMENT = "moment"
    CHOICE = "choice"
    YESNO = "yesno"
    REF = "ref"
    CODE = "code"


class Identity(Enum):
    """How rows of a table are recognised."""

    ROW_ID = "row_id"
    TEXT = "text"


class RowMaker(Enum):
    """Who adds rows: people too, or the daemon alone (questions, payroll)."""

    PERSON = "person"
    DAEMON = "daemon"


class Role(Enum):
    """Roles that have a book of their own; what each may see and do: `model.rights`."""

    __hash__ = object.__hash__  # members are single; asked for at every column

    OWNER = "owner"
    HEAD = "head"
    """A head of sales beside an owner."""
    MANAGER = "manager"
    MARKETING = "marketing"
    ACCOUNTANT = "accountant"

    @property
    def leads(self) -> bool:
        """Whether the book shows the rows and figures of several people."""
        return self is Role.OWNER or self is Role.HEAD


@dataclass(frozen=True, slots=True)
class Title:
    """A visible name in both languages."""

    ru: str
    en: str


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a table and its column on the sheet.

    `live` is a formula template with `{field}` for cells of the same row and `{row}` for its
    number; such a column is COMPUTED, kept as a formula by the daemon. `choices` names a list of
    Настройки; `closed` says that other texts are refused while typing. `ref` names the table a
    reference points into.
    """

    key: str
    title: Title
    owner: Owner
    kind: Kind = Kind.TEXT
    width: float = 12
    hidden: bool = False
    format: str = ""
    choices: str | None = None
    closed: bool = True
    ref: str | None = None
    live: str | None = None
    strong: bool = False
    likeness: bool = False
    entry: bool = False
    """One of the cells that a salesperson types: stays empty-yellow when it is due."""
    roles: frozenset[Role] = frozenset(Role)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind. `scope` is the field that names whose row it is (own-rows books)."""

    key: str
    title: Title
    columns: tuple[Column, ...]
    identity: Identity = Identity.ROW_ID
    prefix: str = ""
    key_fields: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    """Fields that join the key only in rows where one of them is filled."""
    scope: str | None = None
    makes_rows: RowMaker = RowMaker.PERSON
    groups: tuple[tuple[str, ...], ...] = ()
    """Fields that make sense together: a mix of two people's versions is worth a note."""
    typed: tuple[Column, ...] = field(init=False, repr=False, compare=False)
    """Columns that make a row a row: what people type and facts bring."""

    def __post_init__(self) -> None:
        content = (Owner.PERSON, Owner.IMPORT)
        typed = tuple(c for c in self.columns if c.owner in content)
        object.__setattr__(self, "typed", typed)  # derived once: every merge of a row asks for it

    def column(self, key: str) -> Column:
        """The column of a field; raises KeyError."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(f"{self.key}.{key}")

    def key_of(self, text: Callable[[str], str]) -> tuple[str, ...]:
        """The texts that a row is known by; `text` gives that of a field."""
        more = tuple(text(field) for field in self.also)
        return (*(text(field) for field in self.key_fields), *(more if any(more) else ()))

    def has(self, key: str) -> bool:
        """Whether the table declares the field."""
        return any(column.key == key for column in self.columns)


class SlotKind(Enum):
    """What a cell of a grid is."""

    FACT = "fact"
    """A value the daemon writes; `key` names it in the figures."""
    LIVE = "live"
    """A formula of the template; the daemon keeps its cached result fresh."""
    INPUT = "input"
    """A cell a person types into; `key` names it in the store."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One addressed cell of a grid sheet: row key, column key, and what it is."""

    row: str
    col: str
    kind: SlotKind
    key: str = ""
    type: Kind = Kind.TEXT
    formula: str = ""
    """LIVE: the formula as the template wrote it, in the template's own coordinates."""
    at: tuple[int, int] = (0, 0)
    """Row and column number in a fresh template."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One tab. It shows `tables` or a grid of `slots`; `hidden` until the owner switches it on."""

    key: str
    title: Title
    tables: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    tab: str = "work"
    hidden: bool = False
    protected: bool = False
    service: bool = False
    waits_for: str = ""
    """Key of the typed cell without which formulas that show nothing go on showing nothing."""


@dataclass(frozen=True, slots=True)
class BookPlan:
    """The sheets of a role's book, left to right."""

    role: Role
    sheets: tuple[str, ...]
    open: frozenset[str] = frozenset()
    """Sheets that are always shown here, though hidden in other books until they are wanted."""


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Everything about the shape of the workbook; passed as an argument."""

    version: int
    tables: Mapping[str, Table]
    sheets: Mapping[str, Sheet]
    books: Mapping[Role, BookPlan]
    lists: Mapping[str, str] = field(default_factory=dict)
    """List name -> `table.field` that holds its texts, e.g. stages -> stages.name."""

    def tables_of(self, role: Role) -> tuple[str, ...]:
        """Keys of the tables that stand in a role's book, in the order of its sheets."""
        return tuple(t for s in self.books[role].sheets for t in self.sheets[s].tables)

    def columns_of(self, role: Role, table: str) -> tuple[Column, ...]:
        """The columns of a table that a role's book has."""
        return tuple(c for c in self.tables[table].columns if role in c.roles)

    def sheet_of(self, table: str) -> Sheet:
        """The sheet that shows a table; raises KeyError."""
        for sheet in self.sheets.values():
            if table in sheet.tables:
                return sheet
        raise KeyError(table)
