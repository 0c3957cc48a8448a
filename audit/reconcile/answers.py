"""What the engine was answered against what the record holds: facts that were acknowledged, and standings that were told."""

from collections.abc import Iterator

from audit.reconcile.course import Course, Held
from audit.reconcile.execution import Execution, Run, Update
from audit.reconcile.kinds import Difference, Kind
from audit.reconcile.payloads import Answered, Standing
from domain.ids import foreign


def check_answers(course: Course, execution: Execution) -> Iterator[Difference]:
    """Every accepted update and every answer that a run wrote down, with the record's events, one by one."""
    for run in execution.runs:
        told: set[tuple[int, int]] = set()
        for update in run.updates:
            if update.said is not None and update.said.refusal is None:
                told.add((update.said.version, update.said.position))
                yield from _check_update(course, run, update, update.said)
        for answer in run.answers:
            said = answer.said
            if said.refusal is None and (said.version, said.position) not in told:
                yield from _check_answer(course, run, answer.event_id, said)
            if said.standing is not None:
                yield from _check_standing(course, run, answer.event_id, said.standing)


def _check_update(course: Course, run: Run, update: Update, said: Answered) -> Iterator[Difference]:
    wrong = [*_check_answer(course, run, update.answered_in, said)]
    yield from wrong
    held = course.held.get(said.version)
    if wrong or held is None or not said.position:
        return
    sent = update.command
    if held.event.command_id != foreign(sent.command_id):
        theirs = held.event.command_id
        yield _differs(
            course,
            run,
            update.answered_in,
            held,
            f"lệnh {sent.command_id} được trả lời tại phiên bản {said.version}, bản ghi ở đó là lệnh {theirs}",
            f"command {sent.command_id} was answered with version {said.version}, where the record has command {theirs}",
        )
    elif held.event.actor.user != sent.user:
        theirs_by = held.event.actor.user
        yield _differs(
            course,
            run,
            update.event_id,
            held,
            f"lệnh do {sent.user} gửi, bản ghi ghi là của {theirs_by}",
            f"the command came from {sent.user}, the record has it from {theirs_by}",
        )


def _check_answer(course: Course, run: Run, event_id: int, said: Answered) -> Iterator[Difference]:
    held = course.held.get(said.version)
    if said.version and held is None:
        yield Difference(
            course.directive_id,
            Kind.ANSWER_LOST,
            f"đã trả lời phiên bản {said.version} (vị trí {said.position}), bản ghi có đến phiên bản {course.last_version}",
            f"version {said.version} (position {said.position}) was answered, the record goes to version {course.last_version}",
            run.run_id,
            event_id,
            said.position or None,
        )
    elif held is not None and said.position not in (0, held.position):
        yield _differs(
            course,
            run,
            event_id,
            held,
            f"đã trả lời phiên bản {said.version} tại vị trí {said.position}, bản ghi có tại vị trí {held.position}",
            f"version {said.version} was answered with position {said.position}, the record has it at {held.position}",
        )


def _check_standing(course: Course, run: Run, event_id: int, told: Standing) -> Iterator[Difference]:
    holds = course.standing_at(told.version)
    if holds is not None and holds != told:
        yield Difference(
            course.directive_id,
            Kind.STANDING_DIFFERS,
            f"tại phiên bản {told.version} đã báo {_said(told)}, bản ghi cho {_said(holds)}",
            f"at version {told.version} {_said(told)} was told, the record gives {_said(holds)}",
            run.run_id,
            event_id,
            course.held[told.version].position,
        )


def _said(standing: Standing) -> str:
    wakeup = standing.next_wakeup_at
    return f"{standing.phase}, {wakeup.isoformat() if wakeup else '–'}"


def _differs(course: Course, run: Run, event_id: int, held: Held, vietnamese: str, english: str) -> Difference:
    return Difference(
        course.directive_id, Kind.ANSWER_DIFFERS, vietnamese, english, run.run_id, event_id, held.position
    )
