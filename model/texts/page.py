"""docs/problems.md from the catalogue: `python -m model.texts.page > docs/problems.md`."""

from __future__ import annotations

import re
import sys

from model.problems import Code
from model.texts.problems import PROBLEMS, Words

_HEAD = """# Замечания: что они значат и что делать

Одно и то же замечание звучит одинаково в «Сигнале», в «Вопросах», в журнале и в терминале. Код
стоит в `--json` и не меняется. «Да» - можно ответить в «Вопросах», программа сделает сама;
иначе замечание исчезнет, как только ячейку поправят.

| Код | О чём | Что не так | Что предлагаем | «Да» |
|---|---|---|---|---|
"""


def problems_page() -> str:
    """The whole page, one line per code in the order of the codes."""
    return _HEAD + "".join(_line(code, PROBLEMS[code]) for code in Code)


def _line(code: Code, words: Words) -> str:
    wrong = _either(words.wrong, words.plain_wrong, words.facts)
    proposal = _either(words.proposal, words.plain, words.facts)
    answer = "да" if words.asks else ""
    return f"| `{code.value}` | {words.about} | {wrong} | {proposal} | {answer} |\n"


def _either(text: str, plain: str, facts: tuple[str, ...]) -> str:
    return " / ".join(_named(one, facts) for one in (text, plain) if one)


def _named(text: str, facts: tuple[str, ...]) -> str:
    return re.sub(r"\{(\d)\}", lambda m: f"*{facts[int(m[1])]}*", text)


if __name__ == "__main__":
    sys.stdout.write(problems_page())
