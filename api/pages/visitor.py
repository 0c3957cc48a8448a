"""Who looks at a page: the caller of the request, their language, and what the frame around every page shows of them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from api.auth import Caller, signed_in, still_signed_in
from api.pages.language import page_language
from api.services import services_of
from domain.directory import Role
from domain.keeping import Kept, keeper
from domain.wording import Language
from storage.notices import unread_up_to

ISSUERS = frozenset({Role.LEADER, Role.OFFICE})
WORKERS = frozenset({Role.UNIT_HEAD, Role.OFFICER})
AUDITORS = frozenset({Role.AUDITOR, Role.ADMIN})


MOST_UNREAD = 100
"""The bell counts no further."""


@dataclass(frozen=True)
class Visitor:
    """The caller with language and unread notices."""

    caller: Caller
    language: Language
    unread: int
    """Notices not read yet, at most MOST_UNREAD."""

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held over whatever unit, those of people stood in for among them."""
        return frozenset(right.grant.role for right in self.caller.rights)

    @property
    def issues(self) -> bool:
        """Whether some unit may be given a directive by this person."""
        return bool(self.roles & ISSUERS)

    @property
    def works(self) -> bool:
        """Whether this person carries directives out, or heads a unit that does."""
        return bool(self.roles & WORKERS)

    @property
    def audits(self) -> bool:
        """Whether the auditor's pages are open to this person: in their own right, for that is not lent to a substitute."""
        return any(grant.role in AUDITORS for grant in self.caller.person.roles)

    @property
    def keeps(self) -> bool:
        """Whether the office's pages are open to this person."""
        return self.may_keep(Kept.DIRECTORY)

    @property
    def administers(self) -> bool:
        """Whether users and their sign-ins are this person's to manage, of the whole or of a part."""
        return self.may_keep(Kept.PEOPLE)

    def may_keep(self, kept: Kept) -> bool:
        """Whether this of what decisions rest on is this person's to keep (domain.keeping)."""
        return keeper(self.caller.person, self.caller.directory, kept) is not None

    @property
    def administers_all(self) -> bool:
        """Whether all units are administered in the person's own right: what leaves the house is of the whole house."""
        directory = self.caller.directory
        scopes = [directory.below(one.unit) for one in self.caller.person.roles if one.role is Role.ADMIN]
        return frozenset().union(*scopes).issuperset(directory.units)

    @property
    def name(self) -> str:
        """The full name, which is often a post."""
        return self.caller.person.full_name

    @property
    def unit_name(self) -> str:
        """The name of the unit the person works in."""
        unit = self.caller.directory.units.get(self.caller.person.unit)
        return unit.name if unit else self.caller.person.unit

    def unit(self, code: str) -> str:
        """The present name of a unit; its code where nothing is known of it."""
        held = self.caller.directory.units.get(code) or self.caller.directory.ended.get(code)
        return held.name if held else code

    def person(self, username: str | None) -> str:
        """The full name behind a username."""
        held = self.caller.directory.people.get(username or "")
        return held.full_name if held else (username or "—")


async def visiting(request: Request) -> Visitor:
    """The visitor, or 401 (a page then leads to the sign-in). A page that brings itself up to date keeps no session open."""
    caller = await (still_signed_in(request) if "x-refresh" in request.headers else signed_in(request))
    unread = await unread_up_to(services_of(request).pool, caller.person.username, MOST_UNREAD)
    return Visitor(caller, page_language(request), unread)


Visiting = Annotated[Visitor, Depends(visiting)]
