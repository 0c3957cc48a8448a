"""Deviations, one or more for each rule: a history altered in memory, and the events that a finding has to cite."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from audit.conformance.book import Rulebook
from audit.conformance.course import Entry, History
from domain import events as e
from domain.directory import Role
from domain.event_values import Plan, PlannedStep
from tests.conformance import altering as alter
from tests.conformance import stories
from tests.conformance.altering import of, the
from tests.conformance.stories import Told

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Planted:
    """An altered history, the rulebook to judge it by, and the positions of the events that show the deviation."""

    history: History
    book: Rulebook
    cited: frozenset[int]


Planter = Callable[[], Planted]
PLANTS: list[tuple[str, Planter]] = []
"""The code of the rule that is broken, and how."""


def _breaks(code: str) -> Callable[[Planter], Planter]:
    def listed(planter: Planter) -> Planter:
        PLANTS.append((code, planter))
        return planter

    return listed


def _planted(told: Told, history: History, cited: Iterable[Entry]) -> Planted:
    return Planted(history, told.book, frozenset(entry.position for entry in cited))


def _issue(told: Told) -> Entry:
    return told.history.entries[0]


def _plan(entry: Entry) -> Plan:
    data = entry.event.data
    assert isinstance(data, e.DirectiveIssued | e.DeadlineChanged | e.ExtensionGranted)
    return data.plan


def _step(entry: Entry, kind: str, **changes: object) -> Plan:
    """The plan of an event with the first step of a kind changed."""
    plan, done = _plan(entry), False
    steps: list[PlannedStep] = []
    for step in plan.steps:
        change = step.kind == kind and not done
        done = done or change
        steps.append(step.model_copy(update=changes) if change else step)
    return plan.model_copy(update={"steps": tuple(steps)})


# the history as a whole


@_breaks("versions_without_gap")
def a_version_is_missing() -> Planted:
    told = stories.late()
    gone, next_one = told.history.entries[2:4]
    rest = tuple(entry for entry in told.history.entries if entry is not gone)
    return _planted(told, replace(told.history, entries=rest), [next_one])


@_breaks("versions_without_gap")
def two_events_change_places() -> Planted:
    told = stories.late()
    first, second, third, *rest = told.history.entries
    return _planted(told, replace(told.history, entries=(first, third, second, *rest)), [third])


@_breaks("versions_without_gap")
def the_bytes_of_an_event_cannot_be_read() -> Planted:
    told = stories.late()
    return _planted(
        told, replace(told.history, entries=told.history.entries[:3], unreadable=9), told.history.entries[2:3]
    )


@_breaks("versions_without_gap")
def the_issue_is_missing() -> Planted:
    told = stories.late()
    history = alter.without(told.history, _issue(told))
    return _planted(told, history, history.entries[:1])


@_breaks("clocks_forward")
def an_event_is_dated_back() -> Planted:
    told = stories.late()
    accepted = the(told.history, of(e.CompletionAccepted))
    back = accepted.event.recorded_at - HOUR
    event = accepted.event.model_copy(update={"recorded_at": back, "occurred_at": back})
    entries = (*told.history.entries[:-1], replace(accepted, event=event))
    return _planted(told, replace(told.history, entries=entries), [accepted, told.history.entries[-2]])


@_breaks("clocks_forward")
def an_event_is_recorded_before_it_occurred() -> Planted:
    told = stories.asked()
    request = the(told.history, of(e.ExtensionRequested))
    event = request.event.model_copy(update={"occurred_at": request.event.recorded_at + HOUR})
    return _planted(told, replace(told.history, entries=(_issue(told), replace(request, event=event))), [request])


@_breaks("follows_process")
def work_goes_on_after_the_end() -> Planted:
    told = stories.late()
    history = alter.again(told.history, the(told.history, of(e.ProgressReported)), percent=90)
    return _planted(told, history, history.entries[-1:])


@_breaks("follows_process")
def a_result_is_accepted_that_nobody_reported() -> Planted:
    told = stories.late()
    dropped = [
        entry for entry in told.history.entries if of(e.CompletionReported, e.CompletionApproved)(entry.event.data)
    ]
    return _planted(told, alter.without(told.history, *dropped), [the(told.history, of(e.CompletionAccepted))])


@_breaks("four_clear")
def the_result_is_not_clear() -> Planted:
    told = stories.late()
    return _planted(told, alter.with_data(told.history, _issue(told), expected_result=None), [_issue(told)])


@_breaks("four_clear")
def there_is_no_deadline_and_no_reason() -> Planted:
    told = stories.asked()
    plan = _plan(_issue(told)).model_copy(update={"due_at": None, "due_soon_at": None, "steps": ()})
    return _planted(told, alter.with_data(told.history, _issue(told), plan=plan), [_issue(told)])


# deadlines and their steps


@_breaks("under_rules_in_force")
def the_policy_was_no_longer_in_force() -> Planted:
    told = stories.newer_policy()
    plan = _plan(_issue(told)).model_copy(update={"policy_version": "giay@1"})
    return _planted(told, alter.with_data(told.history, _issue(told), plan=plan), [_issue(told)])


@_breaks("levels_as_policy")
def one_level_is_enough_all_at_once() -> Planted:
    told = stories.late()
    return _planted(told, alter.with_data(told.history, _issue(told), acceptance_levels=1), [_issue(told)])


@_breaks("steps_as_policy")
def a_reminder_is_planned_later() -> Planted:
    told = stories.late()
    plan = _step(_issue(told), "reminder", due_at=_plan(_issue(told)).steps[0].due_at + timedelta(seconds=1))
    return _planted(told, alter.with_data(told.history, _issue(told), plan=plan), [_issue(told)])


@_breaks("steps_as_policy")
def an_escalation_is_not_planned() -> Planted:
    told = stories.late()
    plan = _plan(_issue(told))
    steps = tuple(step for step in plan.steps if step.kind != "escalation")
    changed = plan.model_copy(update={"steps": steps})
    return _planted(told, alter.with_data(told.history, _issue(told), plan=changed), [_issue(told)])


@_breaks("deadlines_linked")
def the_original_deadline_is_overwritten() -> Planted:
    told = stories.extended()
    plan = _plan(_issue(told)).model_copy(update={"due_at": told.book.as_of + HOUR})
    history = alter.with_data(told.history, _issue(told), plan=plan)
    return _planted(told, history, [_issue(told), the(told.history, of(e.ExtensionRequested), 0)])


@_breaks("deadlines_linked")
def an_extension_names_another_old_deadline() -> Planted:
    told = stories.extended()
    granted = the(told.history, of(e.ExtensionGranted))
    return _planted(told, alter.with_data(told.history, granted, old_due_at=told.book.as_of), [granted])


@_breaks("deadlines_linked")
def it_is_issued_twice() -> Planted:
    told = stories.asked()
    history = alter.again(told.history, _issue(told))
    return _planted(told, history, [_issue(told), history.entries[-1]])


def _step_plants(name: str, step: type[e.ReminderDue] | type[e.DeadlineMissed] | type[e.Escalated]) -> None:
    """What can be wrong with any of the three kinds of steps."""

    @_breaks(f"{name}_recorded")
    def a_step_is_dropped() -> Planted:
        told = stories.late()
        dropped = the(told.history, of(step), 0)
        after = told.history.entries[told.history.entries.index(dropped) + 1]
        return _planted(told, alter.without(told.history, dropped), [_issue(told), after])

    @_breaks(f"{name}_recorded")
    def the_history_ends_before_the_last_step() -> Planted:
        told = stories.late()
        last = told.history.entries.index(the(told.history, of(step)))
        return _planted(told, replace(told.history, entries=told.history.entries[:last]), [_issue(told)])

    @_breaks(f"{name}_as_planned")
    def a_step_names_another_instant() -> Planted:
        told = stories.late()
        entry = the(told.history, of(step))
        history = alter.with_data(told.history, entry, due_at=entry.event.occurred_at - timedelta(seconds=1))
        return _planted(told, history, [_issue(told), entry])

    @_breaks(f"{name}_as_planned")
    def a_step_comes_twice() -> Planted:
        told = stories.asked()
        known = the(stories.late().history, of(step))
        data = known.event.data.model_copy(update={"step": "1.reminder.9"})
        event = told.history.entries[-1].event.model_copy(update={"data": data, "actor": known.event.actor})
        history = alter.renumbered(told.history, [*told.history.entries, replace(known, event=event, position=99)])
        return _planted(told, history, [history.entries[-1]])

    @_breaks(f"{name}_in_time")
    def a_step_is_recorded_late() -> Planted:
        told = stories.late()
        entry = the(told.history, of(step), 0)
        return _planted(told, alter.later(told.history, entry, timedelta(minutes=1)), [_issue(told), entry])


_step_plants("reminder", e.ReminderDue)
_step_plants("missed", e.DeadlineMissed)
_step_plants("escalation", e.Escalated)


@_breaks("reminder_as_planned")
def a_reminder_has_another_number() -> Planted:
    told = stories.late()
    entry = the(told.history, of(e.ReminderDue))
    return _planted(told, alter.with_data(told.history, entry, number=9), [entry])


@_breaks("escalation_as_planned")
def an_escalation_goes_to_another_level() -> Planted:
    told = stories.late()
    entry = the(told.history, of(e.Escalated))
    return _planted(told, alter.with_data(told.history, entry, level=1), [entry])


@_breaks("step_told")
def a_reminder_reached_nobody() -> Planted:
    told = stories.late()
    entry = the(told.history, of(e.ReminderDue))
    return _planted(told, alter.with_data(told.history, entry, informs=()), [entry])


@_breaks("step_told")
def an_escalation_went_to_somebody_else_too() -> Planted:
    told = stories.late()
    entry = the(told.history, of(e.Escalated))
    history = alter.with_data(told.history, entry, informs=(*entry.event.data.informs, "ct-b"))
    return _planted(told, history, [entry])


@_breaks("notices_sent")
def a_mail_has_no_outcome() -> Planted:
    told = stories.mailed()
    history = alter.without(told.history, the(told.history, of(e.NotificationSent), 1))
    return _planted(told, history, [the(told.history, of(e.ReminderDue), 0)])


@_breaks("notices_sent")
def a_mail_went_out_late() -> Planted:
    told = stories.mailed()
    sent = the(told.history, of(e.NotificationSent), 1)
    late = replace(
        sent, event=sent.event.model_copy(update={"recorded_at": sent.event.recorded_at + timedelta(seconds=2)})
    )
    entries = tuple(late if entry is sent else entry for entry in told.history.entries)
    return _planted(told, replace(told.history, entries=entries), [the(told.history, of(e.ReminderDue), 0), sent])


# more time


@_breaks("extensions_at_most")
def a_third_extension() -> Planted:
    told = stories.granted_thrice()
    return _planted(
        told, told.history, [entry for entry in told.history.entries if of(e.ExtensionGranted)(entry.event.data)]
    )


@_breaks("extension_asked_in_time")
def more_time_is_asked_for_two_months_after() -> Planted:
    told = stories.asked()
    request = the(told.history, of(e.ExtensionRequested))
    history = alter.later(told.history, request, timedelta(days=60), occurred=True)
    return _planted(told, history, [_issue(told), request])


@_breaks("extension_answers_request")
def somebody_else_is_said_to_have_asked() -> Planted:
    told = stories.extended()
    granted = the(told.history, of(e.ExtensionGranted))
    history = alter.with_data(told.history, granted, requested_by="cv-nv")
    return _planted(told, history, [the(told.history, of(e.ExtensionRequested)), granted])


@_breaks("extension_answers_request")
def granted_without_a_request() -> Planted:
    told = stories.extended()
    history = alter.without(told.history, the(told.history, of(e.ExtensionRequested)))
    return _planted(told, history, [the(told.history, of(e.ExtensionGranted))])


@_breaks("extension_later")
def an_extension_shortens_the_time() -> Planted:
    told = stories.extended()
    granted = the(told.history, of(e.ExtensionGranted), 0)
    plan = _plan(granted).model_copy(update={"due_at": told.book.as_of})
    return _planted(told, alter.with_data(told.history, granted, plan=plan), [_issue(told), granted])


# who decides


@_breaks("decider_other")
def who_asked_grants() -> Planted:
    told = stories.extended()
    asker = the(told.history, of(e.ExtensionRequested), 0)
    granted = the(told.history, of(e.ExtensionGranted), 0)
    return _planted(told, alter.by(told.history, granted, asker.event.actor), [asker, granted])


@_breaks("decider_other")
def who_asked_grants_in_the_name_of_the_absent_leader() -> Planted:
    told = stories.extended()
    asker = the(told.history, of(e.ExtensionRequested), 0)
    granted = the(told.history, of(e.ExtensionGranted), 0)
    actor = granted.event.actor.model_copy(update={"user": "tp-nv", "on_behalf_of": "chu-tich"})
    return _planted(told, alter.by(told.history, granted, actor), [asker, granted])


@_breaks("decider_other")
def who_declined_settles() -> Planted:
    told = stories.declined()
    gave_back = the(told.history, of(e.DirectiveDeclined))
    settled = the(told.history, of(e.DeclineSettled))
    return _planted(told, alter.by(told.history, settled, gave_back.event.actor), [gave_back, settled])


@_breaks("in_their_role")
def a_role_that_was_not_held() -> Planted:
    told = stories.late()
    accepted = the(told.history, of(e.CompletionAccepted))
    return _planted(told, alter.by(told.history, accepted, accepted.event.actor, user="cv-theo-doi"), [accepted])


@_breaks("in_their_role")
def a_role_that_does_not_permit_it() -> Planted:
    told = stories.late()
    accepted, approved = the(told.history, of(e.CompletionAccepted)), the(told.history, of(e.CompletionApproved))
    return _planted(told, alter.by(told.history, accepted, approved.event.actor), [accepted])


@_breaks("in_their_role")
def in_the_name_of_one_who_was_there() -> Planted:
    told = stories.late()
    accepted = the(told.history, of(e.CompletionAccepted))
    history = alter.by(told.history, accepted, accepted.event.actor, user="pct", on_behalf_of="chu-tich")
    return _planted(told, history, [accepted])


@_breaks("in_their_role")
def a_person_passes_for_the_clock() -> Planted:
    told = stories.late()
    reminder, accepted = the(told.history, of(e.ReminderDue)), the(told.history, of(e.CompletionAccepted))
    return _planted(told, alter.by(told.history, reminder, accepted.event.actor), [reminder])


# acceptance


@_breaks("approved_first")
def accepted_without_approval() -> Planted:
    told = stories.late()
    history = alter.without(told.history, the(told.history, of(e.CompletionApproved)))
    return _planted(told, history, [the(told.history, of(e.CompletionAccepted))])


@_breaks("approver_head")
def an_officer_approves() -> Planted:
    told = stories.extended()
    approved, reported = the(told.history, of(e.CompletionApproved)), the(told.history, of(e.CompletionReported))
    return _planted(told, alter.by(told.history, approved, reported.event.actor), [approved])


@_breaks("approver_head")
def the_head_of_another_unit_approves() -> Planted:
    told = stories.extended()
    approved = the(told.history, of(e.CompletionApproved))
    return _planted(told, alter.by(told.history, approved, approved.event.actor, user="ct-a", over="P-A"), [approved])


@_breaks("approver_other")
def who_reported_approves_for_the_absent_head() -> Planted:
    told = stories.late()
    reported, approved = the(told.history, of(e.CompletionReported)), the(told.history, of(e.CompletionApproved))
    actor = reported.event.actor.model_copy(update={"on_behalf_of": "tp-nv", "role": Role.UNIT_HEAD})
    return _planted(told, alter.by(told.history, approved, actor), [reported, approved])


@_breaks("acceptor_other")
def who_approved_accepts() -> Planted:
    told = stories.late()
    approved, accepted = the(told.history, of(e.CompletionApproved)), the(told.history, of(e.CompletionAccepted))
    history = alter.by(told.history, accepted, accepted.event.actor, user="tp-nv")
    return _planted(told, history, [approved, accepted])


@_breaks("result_late")
def a_late_report_passes_for_one_in_time() -> Planted:
    told = stories.late()
    reported = the(told.history, of(e.CompletionReported))
    return _planted(told, alter.with_data(told.history, reported, late=False), [_issue(told), reported])


@_breaks("accepted_late")
def a_late_result_is_accepted_as_in_time() -> Planted:
    told = stories.late()
    reported, accepted = the(told.history, of(e.CompletionReported)), the(told.history, of(e.CompletionAccepted))
    return _planted(told, alter.with_data(told.history, accepted, late=False), [reported, accepted])


@_breaks("part_late")
def a_part_in_time_passes_for_late() -> Planted:
    told = stories.in_parts()
    part = the(told.history, of(e.PartResultReported))
    return _planted(told, alter.with_data(told.history, part, late=True), [part])


# families and stops


@_breaks("within_parent")
def a_deadline_below_lies_past_the_one_above() -> Planted:
    told = stories.below()
    plan = _plan(_issue(told)).model_copy(update={"due_at": told.book.as_of + HOUR})
    history = alter.with_data(told.history, _issue(told), plan=plan)
    assert told.history.above is not None
    return _planted(told, history, [told.history.above.entries[0], _issue(told)])


@_breaks("around_below")
def a_deadline_is_set_before_the_one_below() -> Planted:
    told = stories.above()
    changed, delegated = the(told.history, of(e.DeadlineChanged)), the(told.history, of(e.SubdirectiveIssued))
    plan = _plan(changed).model_copy(update={"due_at": changed.event.occurred_at + timedelta(seconds=1)})
    return _planted(told, alter.with_data(told.history, changed, plan=plan), [changed, delegated])


@_breaks("open_below_waived")
def reported_over_an_open_one_without_a_word() -> Planted:
    told = stories.above()
    reported, delegated = the(told.history, of(e.CompletionReported)), the(told.history, of(e.SubdirectiveIssued))
    return _planted(told, alter.with_data(told.history, reported, waives_open=None), [reported, delegated])


@_breaks("told_above")
def the_one_above_never_heard_of_the_end() -> Planted:
    told = stories.below()
    assert told.history.above is not None
    above = alter.without(told.history.above, the(told.history.above, of(e.SubdirectiveClosed)))
    return _planted(told, replace(told.history, above=above), [the(told.history, of(e.CompletionAccepted))])


@_breaks("suspension_bounded")
def a_suspension_of_years() -> Planted:
    told = stories.stopped()
    stop = the(told.history, of(e.DirectiveSuspended))
    history = alter.with_data(told.history, stop, until=stop.event.occurred_at + timedelta(days=800))
    return _planted(told, history, [stop])


@_breaks("suspension_ended")
def a_suspension_never_ended() -> Planted:
    told = stories.stopped()
    stop = the(told.history, of(e.DirectiveSuspended))
    after = told.history.entries[told.history.entries.index(stop) + 1 :]
    return _planted(told, alter.without(told.history, *after), [stop])
