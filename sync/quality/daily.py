"""What is looked for once a day, since it reads the calls of many days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from model.records import WAITING, QuestionKind, Stance
from store import Writer
from sync.quality.activity import noticed, question_of
from sync.quality.reconciling import is_known_caller, unknown_callers
from sync.scene import Scene
from sync.settle.clients import ClientBook

CALLS_JOB = "reconcile:calls"
CALLERS = "reconcile:callers"
"""Meta key: set once an unknown number was asked about."""
TWO_DAYS = timedelta(days=2)


def look_at_calls(writer: Writer, scene: Scene, clients: ClientBook) -> None:
    """Ask about numbers that nobody knows, once a day or after new calls; forget known ones.

    The owner alone is told what looks unusual in the activity of the week.

    The questions stay until they are answered or the number becomes somebody's: they are not
    looked for at every pass.
    """
    at = scene.now.astimezone(UTC)
    if writer.meta(CALLERS):
        for question in writer.questions(stances=WAITING):
            if question.kind is QuestionKind.CALL and is_known_caller(question, scene, clients):
                writer.settle(question.number, Stance.GONE, answer="", at=at, outcome="")
    done = writer.job_done(CALLS_JOB)
    if done is not None and done.astimezone(scene.zone).date() == scene.asof:
        return
    for finding in unknown_callers(writer, scene, clients):
        if finding.fresh:
            writer.ask(finding.question, at=at)
            writer.set_meta(CALLERS, "1")
    for one in noticed(writer, scene):
        writer.ask(question_of(one, scene.owner), at=at)
    writer.mark_job(CALLS_JOB, at)


def look_again(writer: Writer, at: datetime) -> None:
    """New calls came: the next pass looks at them, whether it looked today or not."""
    writer.mark_job(CALLS_JOB, at - TWO_DAYS)
