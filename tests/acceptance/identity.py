"""`python -m tests.acceptance.identity CASES.csv PAIRS.csv`: cells and pairs against a list."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from model.emails import read_email
from model.identity import Inn, Reading, read_inn
from model.keys import company_key
from model.records import Record
from model.values import Value
from sync.duplicates import Tie, card_of, compare, is_repeat
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


def check_pair(case: Mapping[str, str]) -> str:
    """What differs from the pair's expectation; '' when nothing does."""
    left, right = json.loads(case["left_json"]), json.loads(case["right_json"])
    got = _lead_verdict(left, right) if left.get("kind") == "lead" else _verdict(left, right)
    if got == case["expected"]:
        return ""
    return f"{case['id']} {case['case']}: got {got}, wanted {case['expected']}"


def _verdict(left: Mapping[str, str], right: Mapping[str, str]) -> str:
    ours, theirs = (
        card_of(Record("clients", row_id, None, side))
        for row_id, side in (("a", left), ("b", right))
    )
    pair = compare(ours, theirs)
    if pair is None:
        return "keep"
    if pair.tie is Tie.BRANCH:
        return "link_branch"
    if pair.tie is Tie.PHONE and ours.inns and theirs.inns:
        related = Inn(ours.inns[0]).is_person != Inn(theirs.inns[0]).is_person
        return "link_related" if related else "keep"
    return "merge" if pair.sure else "ask"


def _lead_verdict(left: Mapping[str, str], right: Mapping[str, str]) -> str:
    same = read_any_phone(left["phone"]).sure == read_any_phone(right["phone"]).sure
    if not same:
        return "keep"
    moments = [datetime.fromisoformat(_moment(side["ts"])) for side in (left, right)]
    return "merge_lead" if is_repeat(*moments) else "new_deal_same_client"


def _moment(text: str) -> str:
    return f"2026-01-01T{text}" if ":" in text[:3] else text


def main(cases: Path, pairs: Path) -> int:
    """Print what differs, the counts, and the line of the result."""
    checked = [check_case(case) for case in _rows(cases)]
    paired = [check_pair(case) for case in _rows(pairs)]
    failed = [wrong for wrong in checked + paired if wrong]
    for wrong in failed:
        print(wrong)
    print(f"cells: {len(checked)}")
    print(f"pairs: {len(paired)}")
    print(f"{len(checked) + len(paired) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
