"""An open directive follows its units to their successors: the work goes on where it was, and history keeps the old names."""

from datetime import datetime

from domain.audience import INFORMS, Parties, people
from domain.decision import Decided, Decision
from domain.directory import Directory
from domain.event_values import SYSTEM, SucceededUnit
from domain.events import UnitsSucceeded
from domain.facts import Facts
from domain.issuing import officer_refusal
from domain.reassigning import late_since
from domain.state import DirectiveState


def succeeded_units(state: DirectiveState, directory: Directory) -> tuple[SucceededUnit, ...]:
    """The ended units that an open directive still names, each with the one in its place; none once the directive has ended."""
    if state.closed:
        return ()
    named = dict.fromkeys((state.lead_unit, *state.coordinating_units, *state.informed_units))
    found = []
    for code in named:
        ended, successor = directory.ended.get(code), directory.successor(code)
        if ended is not None and successor is not None:
            found.append(
                SucceededUnit(
                    from_unit=code,
                    from_name=ended.name,
                    to_unit=successor.code,
                    to_name=successor.name,
                    ended_on=ended.on,
                    decision_number=ended.decision_number,
                )
            )
    return tuple(found)


def follow_successors(state: DirectiveState, at: datetime, facts: Facts) -> Decision:
    """One event for all units that have ended by `at`. Phase, progress, requests and deadline stay: nobody gave up the work.

    A coordinating or informed unit whose successor takes part already, as lead or otherwise, is not named twice. The officer
    stays where the unit above them went; one who did not go along is no longer the officer.
    """
    found = succeeded_units(state, facts.directory)
    if not found:
        return Decided(SYSTEM, ())
    heirs = {one.from_unit: one.to_unit for one in found}
    lead = heirs.get(state.lead_unit, state.lead_unit)
    coordinating = _carried(state.coordinating_units, heirs, (lead,))
    informed = _carried(state.informed_units, heirs, (lead, *coordinating))
    stays = officer_refusal(state.officer, lead, facts) is None
    parties = Parties(
        lead_unit=lead,
        coordinating_units=coordinating,
        informed_units=informed,
        officer=state.officer,
        issuer=state.issuer.in_name_of,
        issuing_unit=state.issuer.over,
    )
    event = UnitsSucceeded(
        informs=people(INFORMS["UnitsSucceeded"], parties, facts.directory),
        succeeded=found,
        lead_unit=lead,
        coordinating_units=coordinating,
        informed_units=informed,
        officer=state.officer if stays else None,
        previous_officer=state.officer,
        overdue_from=late_since(state, at) if lead != state.lead_unit else None,
    )
    return Decided(SYSTEM, (event,))


def _carried(units: tuple[str, ...], heirs: dict[str, str], beside: tuple[str, ...]) -> tuple[str, ...]:
    carried = dict.fromkeys(heirs.get(unit, unit) for unit in units)
    return tuple(unit for unit in carried if unit not in beside)
