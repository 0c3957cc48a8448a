"""The simulator: the same seed gives the same, totals add up, and what is data makes the difference that it says."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.calendar import WorkCalendar
from domain.directory import Unit, UnitKind
from domain.evolve import fold
from domain.facts import Facts
from domain.instants import local
from domain.state import DirectiveState
from simulation.behaviour import Behaviour, Range, Wait
from simulation.chances import Chances
from simulation.office import NobodyActs, Office, staffed
from simulation.office_hours import later
from simulation.report import Report, report_of
from simulation.run import NothingToSimulate, Plan, history, issue_instants, month_of, period, simulate
from simulation.tally import Tally
from storage.store import Commit
from tests.domain.district import UNITS, district
from tests.domain.policies import default_policies

CALENDAR = WorkCalendar()
POLICIES = {policy.code: policy for policy in default_policies()}
START, END = period(month_of("2026-03"), 3)


def plan(directives: int = 60, *, seed: int = 7, facts: Facts | None = None, **behaviour: object) -> Plan:
    behave = Behaviour.model_validate(behaviour)
    return Plan(directives, START, END, seed, behave, facts or Facts(staffed(UNITS), POLICIES, CALENDAR))


def report(of: Plan, processes: int | None = None) -> Report:
    return report_of(simulate(of, lambda _: None, processes=processes), "set")


def written(of: Plan) -> list[Commit]:
    _, commits = history(of, Tally(of.start, of.end), {})
    return [commit for each in commits for commit in each]


def states(commits: list[Commit]) -> dict[str, DirectiveState]:
    return {str(commit.directive_id): commit.state for commit in commits}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    assert report(plan()).model_dump_json() == report(plan()).model_dump_json()
    assert report(plan()) != report(plan(seed=8))
    assert written(plan(20)) == written(plan(20))


@pytest.mark.slow
def test_five_hundred_directives_come_to_the_same_however_many_processes_share_them() -> None:
    alone = report(plan(500), processes=1)
    assert alone.model_dump_json() == report(plan(500), processes=2).model_dump_json()
    assert alone.issued >= 500


def test_the_report_says_what_the_history_says() -> None:
    of = plan(80)
    told, commits = report(of), written(of)
    ends = states(commits).values()
    assert told.issued == len(ends) == sum(told.cells.values())
    assert told.cells == {cell: sum(s.status_cell(END) is cell for s in ends) for cell in told.cells}
    assert told.reminders == sum(state.reminders_sent for state in ends)
    assert told.events == sum(state.version for state in ends)
    assert told.sub_directives == sum(state.parent is not None for state in ends)
    assert sum(unit.directives + unit.sub_directives for unit in told.units) == told.issued
    assert sum(unit.late for unit in told.units) == told.late


def test_every_history_is_one_that_the_record_takes() -> None:
    commits = written(plan(80, turning={"delegated": 0.3, "suspended": 0.2, "reassigned": 0.2, "withdrawn": 0.1}))
    by_directive: dict[str, list[Commit]] = {}
    for commit in commits:
        by_directive.setdefault(str(commit.directive_id), []).append(commit)
    for own in by_directive.values():
        assert fold(event for commit in own for event in commit.events) == own[-1].state
    times = [commit.events[0].recorded_at for commit in commits]
    assert times == sorted(times), "the history reads forward"
    assert len({commit.command_id for commit in commits}) == len(commits)
    codes = [commit.state.code for commit in commits if commit.events[0].stream_version == 1]
    assert sorted(codes) == [f"2026/{n:04d}" for n in range(1, len(codes) + 1)]
    assert any(state.subdirectives for state in states(commits).values())


def test_people_act_in_office_hours_and_the_clock_at_any_time() -> None:
    for commit in written(plan(40)):
        for event in commit.events:
            there = local(event.occurred_at)
            if event.actor.user != "system":
                assert CALENDAR.is_working_day(there.date())
                assert 8 <= there.hour < 18, "the last ten minutes of the day may run over"


def test_what_is_issued_lies_within_the_period_and_on_working_days() -> None:
    instants = issue_instants(plan(200), range(200)).values()
    assert len(instants) == 200
    assert all(START <= at < END and CALENDAR.is_working_day(local(at).date()) for at in instants)


def test_two_sets_of_policies_meet_the_same_year() -> None:
    silent = {code: policy.model_copy(update={"reminders": (), "escalations": ()}) for code, policy in POLICIES.items()}
    of = plan(150, pressed={"by_reminder": 0.9, "by_escalation": 0.9, "left": 0.1})
    quiet = Plan(of.directives, START, END, of.seed, of.behaviour, Facts(staffed(UNITS), silent, CALENDAR))
    with_reminders, without = report(of), report(quiet)
    first = [commit.events[0] for commit in written(of) if commit.events[0].stream_version == 1]
    then = [commit.events[0] for commit in written(quiet) if commit.events[0].stream_version == 1]
    issued = {event.event_id: (event.occurred_at, event.actor.user) for event in first if event.actor.role == "leader"}
    assert all(
        issued.get(event.event_id, (event.occurred_at, event.actor.user))[0] == event.occurred_at for event in then
    )
    assert without.reminders == 0 < with_reminders.reminders
    assert (without.mean_days_late or 0) > (with_reminders.mean_days_late or 0), "who is pressed is less late"


def test_units_that_are_never_late_are_not_and_those_that_always_are_all_are() -> None:
    never = report(plan(working={"in_time": 1.0}, accepting={"rejected": 0.0}, turning=_no_turns()))
    assert never.late <= never.issued // 20  # taking it on too late is still possible
    unmoved = {"by_reminder": 0.0, "by_escalation": 0.0}
    always = report(plan(working={"in_time": 0.0}, extending={"asked": 0.0}, turning=_no_turns(), pressed=unmoved))
    assert always.share_in_time == 0


def _no_turns() -> dict[str, float]:
    return dict.fromkeys(("withdrawn", "reassigned", "suspended", "delegated"), 0.0)


def test_an_answer_depends_on_the_seed_the_directive_and_the_question_alone() -> None:
    chances, again = Chances(7, "17"), Chances(7, "17")
    chances.of("another question")
    assert [chances.of("work").random() for _ in range(3)] == [again.of("work").random() for _ in range(3)]
    assert Chances(7, "18").of("work").random() != Chances(7, "17").of("work").random()
    assert not any(chances.happens("never", 0) for _ in range(50))
    assert all(chances.happens("always", 1) for _ in range(50))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-03-02T01:00", 0.5, "2026-03-02T05:30"),  # 8:00 and half of nine hours
        ("2026-03-02T01:00", 1, "2026-03-03T01:00"),
        ("2026-03-06T09:00", 0.5, "2026-03-09T04:30"),  # Friday afternoon to Monday
        ("2026-03-07T05:00", 0.5, "2026-03-09T05:30"),  # from a Saturday
        ("2026-03-02T15:00", 0, "2026-03-03T01:00"),  # after hours
        ("2026-02-13T01:00", 1, "2026-02-23T01:00"),  # over Tết
    ],
)
def test_waits_pass_in_office_hours(start: str, days: float, end: str) -> None:
    assert later(datetime.fromisoformat(start + "Z"), days, CALENDAR) == datetime.fromisoformat(end + "Z")


def test_a_period_is_whole_months_on_the_local_clock() -> None:
    assert period(month_of("2026-11"), 3) == (
        datetime(2026, 10, 31, 17, tzinfo=UTC),
        datetime(2027, 1, 31, 17, tzinfo=UTC),
    )
    assert month_of("2026-10") == date(2026, 10, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"working": {"in_time": 1.2}},
        {"working": {"late_by": {"median": 0}}},
        {"working": {"lat_by": {"median": 1}}},
        {"turning": {"decline_upheld": 0.7, "decline_sent_back": 0.7}},
        {"assigning": {"urgencies": {"thuong": 0}}},
        {"assigning": {"deadlines": {"khan": {"low": 1, "likely": 2, "high": 3}}}},
        {"extending": {"before": {"low": 3, "likely": 2, "high": 5}}},
    ],
)
def test_a_behaviour_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Behaviour.model_validate(wrong)


def test_a_file_need_only_name_what_differs() -> None:
    behave = Behaviour.model_validate({"working": {"late_by": {"median": 9}}})
    assert behave.working.late_by == Wait(median=9)
    assert behave.working.used == Range(low=0.3, likely=0.85, high=1)


def test_a_directory_in_which_nobody_could_accept_is_refused() -> None:
    with pytest.raises(NobodyActs):
        Office(staffed([]))
    top = Unit(code="UB", name="Ủy ban", kind=UnitKind.OFFICE)
    assert Office(staffed([top])).head("UB") != Office(district()).leader("NV", Chances(1, "1").of("leader"))


def test_a_period_without_a_working_day_is_refused() -> None:
    of = plan()
    weekend = Plan(
        1,
        datetime(2026, 3, 7, tzinfo=UTC),
        datetime(2026, 3, 7, tzinfo=UTC) + timedelta(hours=9),
        1,
        of.behaviour,
        of.facts,
    )
    with pytest.raises(NothingToSimulate):
        simulate(weekend, lambda _: None)
