"""Which objects an event has to do with and in what part (its qualifier), and how objects belong together."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, assert_never

from audit.exporting.objects import Thing, directive, extension, is_person, person, source_document, unit
from domain import events as e
from domain.events import Event
from domain.officer_events import OfficerAssigned, OfficerReleased
from domain.state import DirectiveState


class Related(NamedTuple):
    """An object, and its part."""

    thing: Thing
    qualifier: str


class Link(NamedTuple):
    """An object and what it belongs to."""

    source: Thing
    target: Thing
    qualifier: str


def related(event: Event, state: DirectiveState) -> dict[Related, None]:
    """The objects of an event with their parts, each once; `state` is the directive after it."""
    return dict.fromkeys((*_of_every_event(event, state), *_of_its_type(event, state)))


def _of_every_event(event: Event, state: DirectiveState) -> Iterator[Related]:
    yield Related(directive(state.id), "directive")
    yield Related(unit(state.lead_unit), "lead")
    actor = event.actor
    yield from _people("actor", actor.user)
    yield from _people("on_behalf_of", actor.on_behalf_of)
    yield from _units("actor_unit", actor.unit)
    yield from _people("informed", *event.data.informs)


def _of_its_type(event: Event, state: DirectiveState) -> Iterable[Related]:
    data, acting = event.data, event.actor.in_name_of
    match data:
        case e.DirectiveIssued():
            return _of_issue(event, data, state)
        case OfficerAssigned():
            return _people("officer", data.officer) + _people("previous_officer", data.previous_officer)
        case OfficerReleased():
            return _people("previous_officer", data.previous_officer)
        case e.PartResultReported():
            return _units("reporting", data.unit)
        case e.CompletionReported():
            return _people("reporter", acting)
        case e.CompletionApproved() | e.CompletionAccepted() | e.CompletionRejected():
            return _people("decider", acting)
        case e.ExtensionRequested():
            return [*_people("requester", acting), Related(extension(state.id, data.number), "extension")]
        case e.ExtensionGranted() | e.ExtensionRefused():
            both = _people("decider", acting) + _people("requester", data.requested_by)
            return [*both, Related(extension(state.id, data.number), "extension")]
        case e.DirectiveDeclined():
            return _people("requester", acting) + _units("proposed", data.proposed_unit)
        case e.DeclineSettled():
            return _people("decider", acting) + _people("requester", data.declined_by)
        case e.DirectiveReassigned():
            return _units("previous_lead", data.from_unit) + _people("previous_officer", data.previous_officer)
        case e.UnitsSucceeded():
            units = (("predecessor", one.from_unit, "successor", one.to_unit) for one in data.succeeded)
            followed = [one for old, was, new, now in units for one in _units(old, was) + _units(new, now)]
            officers = _people("officer", data.officer) + _people("previous_officer", data.previous_officer)
            return followed + officers
        case e.SubdirectiveIssued() | e.SubdirectiveDeadlineChanged() | e.SubdirectiveClosed():
            return [Related(directive(data.subdirective), "subdirective")]
        case e.SignalRefused():
            return _people("refused", data.refused_user)
        case e.NotificationSent():
            return _people("recipient", *(one.recipient for one in data.delivered))
        case e.NotificationFailed():
            return _people("recipient", *(one.recipient for one in data.undelivered))
        case (
            e.DirectiveAcknowledged()
            | e.DirectiveBegun()
            | e.ProgressReported()
            | e.ReminderDue()
            | e.DeadlineMissed()
            | e.Escalated()
            | e.DeadlineChanged()
            | e.DirectiveWithdrawn()
            | e.Commented()
            | e.DirectiveSuspended()
            | e.DirectiveResumed()
            | e.FileAttached()
        ):
            return ()
        case _:
            assert_never(data)


def _of_issue(event: Event, data: e.DirectiveIssued, state: DirectiveState) -> Iterator[Related]:
    yield from _people("issuer", event.actor.in_name_of)
    yield from _units("issuing", event.actor.over)
    yield from _units("coordinating", *data.coordinating_units)
    yield from _units("to_be_informed", *data.informed_units)
    yield from _people("officer", data.officer)
    document = source_document(state)
    if document is not None:
        yield Related(document, "source")
    if data.parent is not None:
        yield Related(directive(data.parent), "parent")


def links(state: DirectiveState) -> Iterator[Link]:
    """How the objects of a directive belong together.

    Links have no time in OCEL 2.0, so every unit that has led it is linked; which one when is an attribute with times.
    """
    own = directive(state.id)
    leads = (state.lead_unit, *(tenure.unit for tenure in state.tenures))
    yield from (Link(own, one.thing, "lead") for one in _units("", *leads))
    yield from (Link(own, one.thing, "coordinating") for one in _units("", *state.coordinating_units))
    yield from (Link(own, one.thing, "to_be_informed") for one in _units("", *state.informed_units))
    yield from (Link(own, one.thing, "issuing") for one in _units("", state.issuer.over))
    yield from (Link(own, one.thing, "issuer") for one in _people("", state.issuer.in_name_of))
    document = source_document(state)
    if document is not None:
        yield Link(own, document, "source")
    if state.parent is not None:
        yield Link(own, directive(state.parent), "parent")
    for request in state.extensions:
        yield Link(extension(state.id, request.number), own, "extension_of")


def _people(qualifier: str, *usernames: str | None) -> list[Related]:
    return [Related(person(one), qualifier) for one in usernames if one is not None and is_person(one)]


def _units(qualifier: str, *codes: str | None) -> list[Related]:
    return [Related(unit(code), qualifier) for code in codes if code is not None]
