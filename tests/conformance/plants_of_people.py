"""Deviations of those who ask, decide, report and accept: altered in memory, with the events a finding has to cite."""

from dataclasses import replace
from datetime import timedelta

from domain import events as e
from domain.directory import Role
from tests.conformance import altering as alter
from tests.conformance import stories
from tests.conformance.altering import of, the
from tests.conformance.planting import HOUR, Planted, breaks, issue, plan_of, planted

# more time


@breaks("extensions_at_most")
def a_third_extension() -> Planted:
    told = stories.granted_thrice()
    return planted(
        told, told.history, [entry for entry in told.history.entries if of(e.ExtensionGranted)(entry.event.data)]
    )


@breaks("extension_asked_in_time")
def more_time_is_asked_for_two_months_after() -> Planted:
    told = stories.asked()
    request = the(told.history, of(e.ExtensionRequested))
    history = alter.later(told.history, request, timedelta(days=60), occurred=True)
    return planted(told, history, [issue(told), request])


@breaks("extension_answers_request")
def somebody_else_is_said_to_have_asked() -> Planted:
    told = stories.extended()
    granted = the(told.history, of(e.ExtensionGranted))
    history = alter.with_data(told.history, granted, requested_by="cv-nv")
    return planted(told, history, [the(told.history, of(e.ExtensionRequested)), granted])


@breaks("extension_answers_request")
def granted_without_a_request() -> Planted:
    told = stories.extended()
    history = alter.without(told.history, the(told.history, of(e.ExtensionRequested)))
    return planted(told, history, [the(told.history, of(e.ExtensionGranted))])


@breaks("extension_later")
def an_extension_shortens_the_time() -> Planted:
    told = stories.extended()
    granted = the(told.history, of(e.ExtensionGranted), 0)
    plan = plan_of(granted).model_copy(update={"due_at": told.book.as_of})
    return planted(told, alter.with_data(told.history, granted, plan=plan), [issue(told), granted])


# who decides


@breaks("decider_other")
def who_asked_grants() -> Planted:
    told = stories.extended()
    asker = the(told.history, of(e.ExtensionRequested), 0)
    granted = the(told.history, of(e.ExtensionGranted), 0)
    return planted(told, alter.by(told.history, granted, asker.event.actor), [asker, granted])


@breaks("decider_other")
def who_asked_grants_in_the_name_of_the_absent_leader() -> Planted:
    told = stories.extended()
    asker = the(told.history, of(e.ExtensionRequested), 0)
    granted = the(told.history, of(e.ExtensionGranted), 0)
    actor = granted.event.actor.model_copy(update={"user": "tp-nv", "on_behalf_of": "chu-tich"})
    return planted(told, alter.by(told.history, granted, actor), [asker, granted])


@breaks("decider_other")
def who_declined_settles() -> Planted:
    told = stories.declined()
    gave_back = the(told.history, of(e.DirectiveDeclined))
    settled = the(told.history, of(e.DeclineSettled))
    return planted(told, alter.by(told.history, settled, gave_back.event.actor), [gave_back, settled])


@breaks("in_their_role")
def a_role_that_was_not_held() -> Planted:
    told = stories.late()
    accepted = the(told.history, of(e.CompletionAccepted))
    return planted(told, alter.by(told.history, accepted, accepted.event.actor, user="cv-theo-doi"), [accepted])


@breaks("in_their_role")
def a_role_that_does_not_permit_it() -> Planted:
    told = stories.late()
    accepted, approved = the(told.history, of(e.CompletionAccepted)), the(told.history, of(e.CompletionApproved))
    return planted(told, alter.by(told.history, accepted, approved.event.actor), [accepted])


@breaks("in_their_role")
def in_the_name_of_one_who_was_there() -> Planted:
    told = stories.late()
    accepted = the(told.history, of(e.CompletionAccepted))
    history = alter.by(told.history, accepted, accepted.event.actor, user="pct", on_behalf_of="chu-tich")
    return planted(told, history, [accepted])


@breaks("in_their_role")
def a_person_passes_for_the_clock() -> Planted:
    told = stories.late()
    reminder, accepted = the(told.history, of(e.ReminderDue)), the(told.history, of(e.CompletionAccepted))
    return planted(told, alter.by(told.history, reminder, accepted.event.actor), [reminder])


# acceptance


@breaks("approved_first")
def accepted_without_approval() -> Planted:
    told = stories.late()
    history = alter.without(told.history, the(told.history, of(e.CompletionApproved)))
    return planted(told, history, [the(told.history, of(e.CompletionAccepted))])


@breaks("approver_head")
def an_officer_approves() -> Planted:
    told = stories.extended()
    approved, reported = the(told.history, of(e.CompletionApproved)), the(told.history, of(e.CompletionReported))
    return planted(told, alter.by(told.history, approved, reported.event.actor), [approved])


@breaks("approver_head")
def the_head_of_another_unit_approves() -> Planted:
    told = stories.extended()
    approved = the(told.history, of(e.CompletionApproved))
    return planted(told, alter.by(told.history, approved, approved.event.actor, user="ct-a", over="P-A"), [approved])


@breaks("approver_other")
def who_reported_approves_for_the_absent_head() -> Planted:
    told = stories.late()
    reported, approved = the(told.history, of(e.CompletionReported)), the(told.history, of(e.CompletionApproved))
    actor = reported.event.actor.model_copy(update={"on_behalf_of": "tp-nv", "role": Role.UNIT_HEAD})
    return planted(told, alter.by(told.history, approved, actor), [reported, approved])


@breaks("acceptor_other")
def who_approved_accepts() -> Planted:
    told = stories.late()
    approved, accepted = the(told.history, of(e.CompletionApproved)), the(told.history, of(e.CompletionAccepted))
    history = alter.by(told.history, accepted, accepted.event.actor, user="tp-nv")
    return planted(told, history, [approved, accepted])


@breaks("result_late")
def a_late_report_passes_for_one_in_time() -> Planted:
    told = stories.late()
    reported = the(told.history, of(e.CompletionReported))
    return planted(told, alter.with_data(told.history, reported, late=False), [issue(told), reported])


@breaks("accepted_late")
def a_late_result_is_accepted_as_in_time() -> Planted:
    told = stories.late()
    reported, accepted = the(told.history, of(e.CompletionReported)), the(told.history, of(e.CompletionAccepted))
    return planted(told, alter.with_data(told.history, accepted, late=False), [reported, accepted])


@breaks("part_late")
def a_part_in_time_passes_for_late() -> Planted:
    told = stories.in_parts()
    part = the(told.history, of(e.PartResultReported))
    return planted(told, alter.with_data(told.history, part, late=True), [part])


# families and stops


@breaks("within_parent")
def a_deadline_below_lies_past_the_one_above() -> Planted:
    told = stories.below()
    plan = plan_of(issue(told)).model_copy(update={"due_at": told.book.as_of + HOUR})
    history = alter.with_data(told.history, issue(told), plan=plan)
    assert told.history.above is not None
    return planted(told, history, [told.history.above.entries[0], issue(told)])


@breaks("around_below")
def a_deadline_is_set_before_the_one_below() -> Planted:
    told = stories.above()
    changed, delegated = the(told.history, of(e.DeadlineChanged)), the(told.history, of(e.SubdirectiveIssued))
    plan = plan_of(changed).model_copy(update={"due_at": changed.event.occurred_at + timedelta(seconds=1)})
    return planted(told, alter.with_data(told.history, changed, plan=plan), [changed, delegated])


@breaks("open_below_waived")
def reported_over_an_open_one_without_a_word() -> Planted:
    told = stories.above()
    reported, delegated = the(told.history, of(e.CompletionReported)), the(told.history, of(e.SubdirectiveIssued))
    return planted(told, alter.with_data(told.history, reported, waives_open=None), [reported, delegated])


@breaks("told_above")
def the_one_above_never_heard_of_the_end() -> Planted:
    told = stories.below()
    assert told.history.above is not None
    above = alter.without(told.history.above, the(told.history.above, of(e.SubdirectiveClosed)))
    return planted(told, replace(told.history, above=above), [the(told.history, of(e.CompletionAccepted))])


@breaks("suspension_bounded")
def a_suspension_of_years() -> Planted:
    told = stories.stopped()
    stop = the(told.history, of(e.DirectiveSuspended))
    history = alter.with_data(told.history, stop, until=stop.event.occurred_at + timedelta(days=800))
    return planted(told, history, [stop])


@breaks("suspension_ended")
def a_suspension_never_ended() -> Planted:
    told = stories.stopped()
    stop = the(told.history, of(e.DirectiveSuspended))
    after = told.history.entries[told.history.entries.index(stop) + 1 :]
    return planted(told, alter.without(told.history, *after), [stop])
