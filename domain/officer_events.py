"""The events that say who of the lead unit carries a directive out; part of the closed set in domain.events."""

from typing import Literal

from domain.event_data import Informing
from domain.terms import Choice


class OfficerAssigned(Informing):
    """A person of the lead unit carries it out."""

    type: Literal["OfficerAssigned"] = "OfficerAssigned"
    officer: str
    previous_officer: str | None = None
    note: str | None = None
    chosen_by: Choice | None = None
    """The rule that chose the person, where nobody did by name."""


class OfficerReleased(Informing):
    """The officer gave the directive back to the unit; nobody carries it out until another does."""

    type: Literal["OfficerReleased"] = "OfficerReleased"
    previous_officer: str
    reason: str
