"""Words about unusual activity: what was seen, an ordinary reason, what to look at."""

from __future__ import annotations

from collections.abc import Mapping

from model.texts.questions import Words

SEEN: Mapping[str, str] = {
    "burst": "{count} звонков за одну минуту, с {detail}",
    "night": "{count} звонков ночью, первый в {detail}",
    "overlap": "разговоры идут одновременно, пар {count}, первая в {detail}",
    "equal": "{count} разговоров ровно по {detail}",
    "even": "{count} звонков подряд ровно через {detail}",
    "no_record": "{count} разговоров без записи, у других запись есть",
    "moved": "{count} шагов перенесены на потом за один день, последний в {detail}",
}
REASONS: Mapping[str, str] = {
    "burst": "Так бывает при автодозвоне или загрузке за весь день сразу",
    "night": "Так бывает с клиентами из других часовых поясов или со сбитыми часами АТС",
    "overlap": "Так бывает, когда под одним номером работают двое или звонок перевели",
    "equal": "Так бывает, когда АТС округляет длительность или отвечает автоответчик",
    "even": "Так бывает при автодозвоне",
    "no_record": "Так бывает, когда звонят с мобильного или запись отключена на линии",
    "moved": "Так бывает перед отпуском и после праздников",
}


def unusual(pattern: str, who: str, day: str, count: int, detail: str) -> Words:
    """Something to look at together; it accuses nobody."""
    seen = SEEN[pattern].format(count=count, detail=detail)
    return Words(
        "Необычная активность",
        f"{who or 'Без менеджера'}, {day}: {seen}",
        f"{REASONS[pattern]}. Посмотрите вместе; Да - видел",
    )
