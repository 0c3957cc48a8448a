"""The person behind claims: known already, or entered and kept as the claims say, each change an event of the record."""

from collections.abc import Sequence

import structlog

from api.problems import Problem
from api.services import Services
from domain.claims import Claimed, ClaimsError, ClaimsMapping, Provision, followed
from domain.directory import Directory, Person
from domain.directory_changes import DirectoryChange
from domain.directory_error import DirectoryError
from domain.directory_import import imported_people
from domain.event_values import Actor
from domain.instants import local
from domain.validity import DatedDirectory
from storage.directory import revise

log = structlog.get_logger()


async def admitted(services: Services, mapping: ClaimsMapping, found: Claimed, issuer: str) -> str:
    """The username of whoever may sign in with these claims.

    Problem 403 `openid_unknown_person`, `openid_inactive` (whoever was deactivated stays so, whatever the provider says),
    `openid_no_role`, and `openid_claims` where the directory contradicts them.
    """
    reference = await services.reference.current()
    today = local(services.now()).date()
    if mapping.provision is Provision.KNOWN_ONLY:
        _may_enter(found.username, reference.dated.on(today).people.get(found.username))
        return found.username

    wanted: list[Person] = []

    def plan(held: DatedDirectory) -> Sequence[DirectoryChange]:
        directory = held.on(today)
        known = directory.people.get(found.username)
        if found.username in held.people:
            _may_enter(found.username, known)
        person = followed(mapping, _in_present_units(found, directory), known)
        if known is None and not person.roles:
            raise Problem(403, "openid_no_role", username=found.username)
        wanted[:] = [person]
        return imported_people(held, [person], today)

    try:
        if plan(reference.dated) or _other_address(reference.dated, wanted[0]):
            # Planned anew on the directory as it is then: somebody else may have changed it in the meantime.
            changes = await revise(services.pool, plan, Actor(user="openid", name=issuer), contacts=wanted)
            log.info("openid.followed", username=found.username, changes=[change.type for change in changes])
    except DirectoryError as error:
        raise Problem(403, "openid_claims", reason=(error.vietnamese, error.english)) from error
    except ClaimsError as error:
        raise Problem(403, "openid_claims", reason=(error.vietnamese, error.english)) from error
    if not wanted[0].roles:
        raise Problem(403, "openid_no_role", username=found.username)
    return found.username


def _may_enter(username: str, person: Person | None) -> None:
    if person is None:
        raise Problem(403, "openid_unknown_person", username=username)
    if not person.active:
        raise Problem(403, "openid_inactive", username=username)


def _in_present_units(found: Claimed, directory: Directory) -> Claimed:
    """Units that have ended since the mapping was written stand for those in their place."""
    unit = directory.present(found.unit) if found.unit else None
    roles = (grant.model_copy(update={"unit": directory.present(grant.unit)}) for grant in found.roles)
    return found.model_copy(update={"unit": unit, "roles": tuple(dict.fromkeys(roles))})


def _other_address(held: DatedDirectory, person: Person) -> bool:
    known = held.people.get(person.username)
    return known is not None and known.email != person.email
