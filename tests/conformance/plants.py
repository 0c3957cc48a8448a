"""Deviations in the history itself, its deadlines and their steps: altered in memory, with the events a finding has to cite."""

from dataclasses import replace
from datetime import timedelta

from domain import events as e
from tests.conformance import altering as alter
from tests.conformance import stories
from tests.conformance.altering import of, the
from tests.conformance.planting import HOUR, Planted, breaks, issue, plan_of, plan_with_step, planted

# the history as a whole


@breaks("versions_without_gap")
def a_version_is_missing() -> Planted:
    told = stories.late()
    gone, next_one = told.history.entries[2:4]
    rest = tuple(entry for entry in told.history.entries if entry is not gone)
    return planted(told, replace(told.history, entries=rest), [next_one])


@breaks("versions_without_gap")
def two_events_change_places() -> Planted:
    told = stories.late()
    first, second, third, *rest = told.history.entries
    return planted(told, replace(told.history, entries=(first, third, second, *rest)), [third])


@breaks("versions_without_gap")
def the_bytes_of_an_event_cannot_be_read() -> Planted:
    told = stories.late()
    return planted(
        told, replace(told.history, entries=told.history.entries[:3], unreadable=9), told.history.entries[2:3]
    )


@breaks("versions_without_gap")
def the_issue_is_missing() -> Planted:
    told = stories.late()
    history = alter.without(told.history, issue(told))
    return planted(told, history, history.entries[:1])


@breaks("clocks_forward")
def an_event_is_dated_back() -> Planted:
    told = stories.late()
    accepted = the(told.history, of(e.CompletionAccepted))
    back = accepted.event.recorded_at - HOUR
    event = accepted.event.model_copy(update={"recorded_at": back, "occurred_at": back})
    entries = (*told.history.entries[:-1], replace(accepted, event=event))
    return planted(told, replace(told.history, entries=entries), [accepted, told.history.entries[-2]])


@breaks("clocks_forward")
def an_event_is_recorded_before_it_occurred() -> Planted:
    told = stories.asked()
    request = the(told.history, of(e.ExtensionRequested))
    event = request.event.model_copy(update={"occurred_at": request.event.recorded_at + HOUR})
    return planted(told, replace(told.history, entries=(issue(told), replace(request, event=event))), [request])


@breaks("follows_process")
def work_goes_on_after_the_end() -> Planted:
    told = stories.late()
    history = alter.again(told.history, the(told.history, of(e.ProgressReported)), percent=90)
    return planted(told, history, history.entries[-1:])


@breaks("follows_process")
def a_result_is_accepted_that_nobody_reported() -> Planted:
    told = stories.late()
    dropped = [
        entry for entry in told.history.entries if of(e.CompletionReported, e.CompletionApproved)(entry.event.data)
    ]
    return planted(told, alter.without(told.history, *dropped), [the(told.history, of(e.CompletionAccepted))])


@breaks("four_clear")
def the_result_is_not_clear() -> Planted:
    told = stories.late()
    return planted(told, alter.with_data(told.history, issue(told), expected_result=None), [issue(told)])


@breaks("four_clear")
def there_is_no_deadline_and_no_reason() -> Planted:
    told = stories.asked()
    plan = plan_of(issue(told)).model_copy(update={"due_at": None, "due_soon_at": None, "steps": ()})
    return planted(told, alter.with_data(told.history, issue(told), plan=plan), [issue(told)])


# deadlines and their steps


@breaks("under_rules_in_force")
def the_policy_was_no_longer_in_force() -> Planted:
    told = stories.newer_policy()
    plan = plan_of(issue(told)).model_copy(update={"policy_version": "giay@1"})
    return planted(told, alter.with_data(told.history, issue(told), plan=plan), [issue(told)])


@breaks("levels_as_policy")
def one_level_is_enough_all_at_once() -> Planted:
    told = stories.late()
    return planted(told, alter.with_data(told.history, issue(told), acceptance_levels=1), [issue(told)])


@breaks("steps_as_policy")
def a_reminder_is_planned_later() -> Planted:
    told = stories.late()
    plan = plan_with_step(issue(told), "reminder", due_at=plan_of(issue(told)).steps[0].due_at + timedelta(seconds=1))
    return planted(told, alter.with_data(told.history, issue(told), plan=plan), [issue(told)])


@breaks("steps_as_policy")
def an_escalation_is_not_planned() -> Planted:
    told = stories.late()
    plan = plan_of(issue(told))
    steps = tuple(step for step in plan.steps if step.kind != "escalation")
    changed = plan.model_copy(update={"steps": steps})
    return planted(told, alter.with_data(told.history, issue(told), plan=changed), [issue(told)])


@breaks("deadlines_linked")
def the_original_deadline_is_overwritten() -> Planted:
    told = stories.extended()
    plan = plan_of(issue(told)).model_copy(update={"due_at": told.book.as_of + HOUR})
    history = alter.with_data(told.history, issue(told), plan=plan)
    return planted(told, history, [issue(told), the(told.history, of(e.ExtensionRequested), 0)])


@breaks("deadlines_linked")
def an_extension_names_another_old_deadline() -> Planted:
    told = stories.extended()
    granted = the(told.history, of(e.ExtensionGranted))
    return planted(told, alter.with_data(told.history, granted, old_due_at=told.book.as_of), [granted])


@breaks("deadlines_linked")
def it_is_issued_twice() -> Planted:
    told = stories.asked()
    history = alter.again(told.history, issue(told))
    return planted(told, history, [issue(told), history.entries[-1]])


def _step_plants(name: str, step: type[e.ReminderDue] | type[e.DeadlineMissed] | type[e.Escalated]) -> None:
    """What can be wrong with any of the three kinds of steps."""

    @breaks(f"{name}_recorded")
    def a_step_is_dropped() -> Planted:
        told = stories.late()
        dropped = the(told.history, of(step), 0)
        after = told.history.entries[told.history.entries.index(dropped) + 1]
        return planted(told, alter.without(told.history, dropped), [issue(told), after])

    @breaks(f"{name}_recorded")
    def the_history_ends_before_the_last_step() -> Planted:
        told = stories.late()
        last = told.history.entries.index(the(told.history, of(step)))
        return planted(told, replace(told.history, entries=told.history.entries[:last]), [issue(told)])

    @breaks(f"{name}_as_planned")
    def a_step_names_another_instant() -> Planted:
        told = stories.late()
        entry = the(told.history, of(step))
        history = alter.with_data(told.history, entry, due_at=entry.event.occurred_at - timedelta(seconds=1))
        return planted(told, history, [issue(told), entry])

    @breaks(f"{name}_as_planned")
    def a_step_comes_twice() -> Planted:
        told = stories.asked()
        known = the(stories.late().history, of(step))
        data = known.event.data.model_copy(update={"step": "1.reminder.9"})
        event = told.history.entries[-1].event.model_copy(update={"data": data, "actor": known.event.actor})
        history = alter.renumbered(told.history, [*told.history.entries, replace(known, event=event, position=99)])
        return planted(told, history, [history.entries[-1]])

    @breaks(f"{name}_in_time")
    def a_step_is_recorded_late() -> Planted:
        told = stories.late()
        entry = the(told.history, of(step), 0)
        return planted(told, alter.later(told.history, entry, timedelta(minutes=1)), [issue(told), entry])


_step_plants("reminder", e.ReminderDue)
_step_plants("missed", e.DeadlineMissed)
_step_plants("escalation", e.Escalated)


@breaks("reminder_as_planned")
def a_reminder_has_another_number() -> Planted:
    told = stories.late()
    entry = the(told.history, of(e.ReminderDue))
    return planted(told, alter.with_data(told.history, entry, number=9), [entry])


@breaks("escalation_as_planned")
def an_escalation_goes_to_another_level() -> Planted:
    told = stories.late()
    entry = the(told.history, of(e.Escalated))
    return planted(told, alter.with_data(told.history, entry, level=1), [entry])


@breaks("step_told")
def a_reminder_reached_nobody() -> Planted:
    told = stories.late()
    entry = the(told.history, of(e.ReminderDue))
    return planted(told, alter.with_data(told.history, entry, informs=()), [entry])


@breaks("step_told")
def an_escalation_went_to_somebody_else_too() -> Planted:
    told = stories.late()
    entry = the(told.history, of(e.Escalated))
    history = alter.with_data(told.history, entry, informs=(*entry.event.data.informs, "ct-b"))
    return planted(told, history, [entry])


@breaks("notices_sent")
def a_mail_has_no_outcome() -> Planted:
    told = stories.mailed()
    history = alter.without(told.history, the(told.history, of(e.NotificationSent), 1))
    return planted(told, history, [the(told.history, of(e.ReminderDue), 0)])


@breaks("notices_sent")
def a_mail_went_out_late() -> Planted:
    told = stories.mailed()
    sent = the(told.history, of(e.NotificationSent), 1)
    late = replace(
        sent, event=sent.event.model_copy(update={"recorded_at": sent.event.recorded_at + timedelta(seconds=2)})
    )
    entries = tuple(late if entry is sent else entry for entry in told.history.entries)
    return planted(told, replace(told.history, entries=entries), [the(told.history, of(e.ReminderDue), 0), sent])
