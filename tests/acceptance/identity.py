"""`python -m tests.acceptance.identity CASES.csv PAIRS.csv`: cells and pairs against a list."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from model.emails import read_email
from model.identity import Reading, read_inn
from model.keys import company_key
from model.values import Value
from sync.identity import read_any_phone


def check_case(case: Mapping[str, str]) -> str:
    """What differs from the case's expectation; '' when nothing does."""
    value: Value = Decimal(case["raw"]) if case["cell_type"] == "number" else case["raw"]
    if case["kind"] == "company":
        got = ("ok", company_key(case["raw"]).text)
    else:
        reader = {"inn": read_inn, "phone": read_any_phone, "email": read_email}[case["kind"]]
        reading = reader(value)
        got = (reading.status.value, _expected(reading))
    wanted = (case["status"], case["expected"])
    return "" if got == wanted else f"{case['id']} {case['raw']!r}: got {got}, wanted {wanted}"


def _expected(reading: Reading) -> str:
    text = "|".join(reading.values) + (f"|kpp={reading.kpp}" if reading.kpp else "")
    if not text and reading.hint in {"ogrn", "kpp"}:
        return f"hint={reading.hint}"
    return text


def main(cases: Path) -> int:
    """Print what differs and the count."""
    with cases.open(encoding="utf-8-sig", newline="") as stream:
        failed = [wrong for wrong in map(check_case, csv.DictReader(stream)) if wrong]
    print(*failed, sep="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
