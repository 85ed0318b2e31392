"""The emulator against recorded exchanges with Google, call by call.

    python -m tests.acceptance.google RECORDINGS.jsonl

Each episode is replayed from its beginning on an empty emulator. What Google chose itself (ids,
times) is taken over from the recording; everything else must be equal. Prints how much of each call
is exact, why the rest differs, and `N passed, N failed` for the aims.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.google.emulator.drive import SHEET
from tests.google.emulator.faults import Answer, Call
from tests.google.emulator.service import Google, Violation

TESTER = "tester@example.com"
BROKEN = "not Google's schema"
AIMS = {
    "values.get": 95.0,
    "values.update": 95.0,
    "values.clear": 95.0,
    "values.append": 75.0,
    "spreadsheets.get": 90.0,
}
_CHOSEN = frozenset({"createdTime", "modifiedTime", "selfLink", "etag", "modifiedDate"})
_SAME_ID = frozenset({"sheetId", "protectedRangeId", "namedRangeId", "id", "spreadsheetId"})
SHOWN = 6
"""Differences of one call that are printed."""


@dataclass(slots=True)
class Score:
    """How a call fared."""

    exact: int = 0
    all: int = 0
    why: Counter[str] = field(default_factory=Counter)


def call_name(step: dict[str, Any]) -> str:
    """`values.get`, `batchUpdate addSheet`, `files.create` ..."""
    path, verb = step["path"], step["method"]
    if step["host"] == "drive":
        if "/upload/" in path:
            return "files.upload"
        part = re.fullmatch(r"/drive/v\d/files(?:/[^/]+)?(/\w+)?.*", path)
        tail = (part[1] or "") if part else ""
        if tail:
            return f"files{tail.replace('/', '.')} {verb}"
        single = bool(re.fullmatch(r"/drive/v\d/files/[^/]+", path))
        known = {"GET": "get" if single else "list", "POST": "create", "DELETE": "delete"}
        return f"files.{known.get(verb, verb)}"
    if path.endswith(":batchUpdate") and "/values" not in path:
        return "batchUpdate"
    if "/values:" in path:
        return f"values.{path.rpartition(':')[2]}"
    if "/values/" in path:
        tail = path.rpartition(":")[2]
        if tail in {"clear", "append"}:
            return f"values.{tail}"
        return "values.get" if verb == "GET" else "values.update"
    if ":copyTo" in path:
        return "sheets.copyTo"
    return "spreadsheets.get" if verb == "GET" else "spreadsheets.create"


class Replay:
    """One episode on an emulator of its own."""

    def __init__(self) -> None:
        self.google = Google()
        self.token = self.google.cloud.sign_in(TESTER, seconds=10**7)
        self.ids: dict[Any, Any] = {}
        """What Google chose -> what the emulator chose."""

    def step(self, step: dict[str, Any]) -> str:
        """Empty when the answer is the recorded one, else why not."""
        if self._is_beyond(step):
            return "the file is older than the recording"
        call = Call(
            step["method"],
            self._mapped_path(step["path"]),
            tuple((k, v) for k, v in step["query"]),
            self._mapped(step["req"]),
            {"authorization": f"Bearer {self.token}"},
        )
        try:
            answer = self.google.answer(call)
        except Violation as wrong:
            return f"{BROKEN}: {wrong}"
        wanted = step["resp"]
        if answer.status == step["status"] == 200:
            self._learn(wanted, answer.body)
        if answer.status != step["status"]:
            return f"status {answer.status} for {step['status']}: {_words(answer)}"
        return difference(self._mapped(wanted), answer.body, call_name(step))

    def _is_beyond(self, step: dict[str, Any]) -> bool:
        """Somebody else's file, made before: 403 is not ours to give without it."""
        if step["status"] != 403 or step["host"] != "sheets":
            return False
        key = unquote(step["path"].split("/")[3])
        if key not in self.google.cloud.books:
            made = self.google.cloud.create("somebody@example.com", "of somebody else")
            self.ids[key] = made
        return False

    def _mapped_path(self, path: str) -> str:
        for old, new in self.ids.items():
            if isinstance(old, str) and len(old) > 20:
                path = path.replace(old, new)
        return re.sub(
            r"/sheets/(\d+):", lambda m: f"/sheets/{self.ids.get(int(m[1]), int(m[1]))}:", path
        )

    def _mapped(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {k: self._mapped(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [self._mapped(v, name) for v in value]
        if name == "spreadsheetUrl" or name.endswith("Id") or name == "id":
            if isinstance(value, str) and name == "spreadsheetUrl":
                return self._mapped_path(value)
            return self.ids.get(value, value)
        return value

    def _learn(self, wanted: Any, got: Any) -> None:
        """Ids that the recorded answer has where ours has another."""
        if isinstance(wanted, dict) and isinstance(got, dict):
            for key in wanted.keys() & got.keys():
                if key in _SAME_ID and wanted[key] not in (got[key], 0, "0"):
                    self.ids.setdefault(wanted[key], got[key])
                else:
                    self._learn(wanted[key], got[key])
        elif isinstance(wanted, list) and isinstance(got, list):
            for one, other in zip(wanted, got, strict=False):
                self._learn(one, other)


def _words(answer: Answer) -> str:
    body = answer.body
    return str(body.get("error", body).get("message", ""))[:90] if isinstance(body, dict) else ""


def difference(wanted: Any, got: Any, call: str) -> str:
    """The first place where two answers differ; of a spreadsheet its tabs and their grids count."""
    if call == "spreadsheets.get" and isinstance(wanted, dict) and "properties" in wanted:
        wanted, got = _tabs(wanted), _tabs(got)
    if call == "files.upload":
        wanted, got = wanted.get("id"), got.get("id")
    return _apart(wanted, got, "")


def _tabs(book: Any) -> Any:
    kept = ("sheetId", "title", "index", "sheetType", "gridProperties", "hidden")
    return {
        "title": book.get("properties", {}).get("title"),
        "locale": book.get("properties", {}).get("locale"),
        "sheets": [
            {k: v for k, v in one.get("properties", {}).items() if k in kept}
            for one in book.get("sheets", [])
        ],
    }


def _apart(wanted: Any, got: Any, at: str) -> str:  # noqa: C901  # one case a type
    if isinstance(wanted, dict) and isinstance(got, dict):
        for key in sorted(wanted.keys() | got.keys()):
            if key in _CHOSEN and key in wanted and key in got:
                continue
            if key not in got:
                return f"{at}.{key}: missing, recorded {_short(wanted[key])}"
            if key not in wanted:
                return f"{at}.{key}: too much, {_short(got[key])}"
            found = _apart(wanted[key], got[key], f"{at}.{key}")
            if found:
                return found
        return ""
    if isinstance(wanted, list) and isinstance(got, list):
        if len(wanted) != len(got):
            return f"{at}: {len(got)} of {len(wanted)}"
        for number, (one, other) in enumerate(zip(wanted, got, strict=True)):
            found = _apart(one, other, f"{at}[{number}]")
            if found:
                return found
        return ""
    if isinstance(got, bytes):
        got = got.decode(errors="replace")
    return "" if wanted == got else f"{at}: {_short(got)} for {_short(wanted)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 70 else f"{text[:67]}..."


def replay(path: Path) -> dict[str, Score]:
    """Scores by call."""
    steps = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    scores: dict[str, Score] = defaultdict(Score)
    for (test, _), episode in groupby(steps, key=lambda s: (s["test"], s["episode"])):
        run = Replay()
        for step in episode:
            score = scores[call_name(step)]
            why = run.step(step)
            score.all += 1
            score.exact += not why
            if why:
                score.why[f"{test}: {why}"] += 1
            if call_name(step) == "batchUpdate":
                for request in (step["req"] or {}).get("requests", []):
                    scores[f"  of these {next(iter(request))}"].all += 1
                    scores[f"  of these {next(iter(request))}"].exact += not why
    return dict(scores)


def main(arguments: list[str]) -> int:
    """Scores of a file of recordings, and whether the aims are reached."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    scores = replay(Path(arguments[0]))
    for name, score in sorted(scores.items()):
        print(f"{name}: {score.exact} of {score.all} exact ({share(score):.1f} %)")
        for why, count in score.why.most_common(SHOWN):
            print(f"    {count} x {why}")
    passed = 0
    for name, aim in AIMS.items():
        got = share(scores.get(name, Score()))
        passed += got >= aim
        print(f"{name}: {got:.1f} % exact, at least {aim:.0f} % wanted")
    broken = sum(n for one in scores.values() for why, n in one.why.items() if BROKEN in why)
    print(f"answers that break Google's schema: {broken}, 0 wanted")
    passed += not broken
    failed = len(AIMS) + 1 - passed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def share(score: Score) -> float:
    """Per cent that were exact; a call that was not made counts as right."""
    return 100.0 * score.exact / score.all if score.all else 100.0


__all__ = ["AIMS", "SHEET", "replay", "share"]

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
