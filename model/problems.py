"""A finding in a person's data: shown, never raised.

The code is stable and documented (docs/problems.md is made from the catalogue in
`model.texts.problems`). The same problem shows the same words in the workbook, in the log and in
the terminal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """NOTICE spoils nothing, WARNING spoils quality, BLOCKING keeps the row out of the figures."""

    NOTICE = "notice"
    WARNING = "warning"
    BLOCKING = "blocking"


class Code(Enum):
    """Stable names of the findings; the value is the name in `--json` and in docs/problems.md."""

    INN_CHECKSUM = "inn-checksum"
    INN_LENGTH = "inn-length"
    INN_ZEROS = "inn-zeros"
    INN_LOST_ZERO = "inn-lost-zero"
    KPP_SHAPE = "kpp-shape"
    PHONE_SHAPE = "phone-shape"
    PHONE_NO_CODE = "phone-no-code"
    PHONE_DAMAGED = "phone-damaged"
    EMAIL_SHAPE = "email-shape"
    AMOUNT_TEXT = "amount-text"
    AMOUNT_NEGATIVE = "amount-negative"
    NUMBER_TEXT = "number-text"
    DATE_TEXT = "date-text"
    DATE_STRANGE = "date-strange"
    TIME_TEXT = "time-text"
    NOT_IN_LIST = "not-in-list"
    UNKNOWN_CLIENT = "unknown-client"
    AMBIGUOUS_CLIENT = "ambiguous-client"
    UNKNOWN_DEAL = "unknown-deal"
    UNKNOWN_PERSON = "unknown-person"
    NO_AMOUNT = "no-amount"
    NO_EXPECTED_DATE = "no-expected-date"
    NO_INN = "no-inn"
    NO_LOST_REASON = "no-lost-reason"
    NO_NEXT_STEP = "no-next-step"
    NO_STEP_DATE = "no-step-date"
    STEP_OVERDUE = "step-overdue"
    EXPECTED_PASSED = "expected-passed"
    FORMULA_FAULT = "formula-fault"
    FOREIGN_ROW = "foreign-row"
    COLUMN_GONE = "column-gone"
    COLUMN_DOUBLED = "column-doubled"
    COLUMN_UNSURE = "column-unsure"
    BAD_CHARACTERS = "bad-characters"
    PLAN_MISMATCH = "plan-mismatch"
    PAYMENT_UNLINKED = "payment-unlinked"
    PAY_RULE = "pay-rule"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands: table, row id and field; the row number as the person saw it."""

    table: str
    row_id: str | None = None
    field: str | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding in a person's data. `values` fill the words of its code, in order."""

    code: Code
    severity: Severity
    where: Place
    values: tuple[str, ...] = ()
