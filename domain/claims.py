"""What an OpenID provider says of somebody (claims), and the mapping that makes a person of the directory of it.

The mapping is an office's own file. Nothing in here believes a claim more than the file tells it to.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, StringConstraints, TypeAdapter, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from domain.directory import EmailAddress, Grant, Person, Role
from domain.model import Value
from domain.text import Code, Line, compose, fold

Claims = Mapping[str, Any]
"""As the provider sent them: any JSON under any name."""

_Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_Domain = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.-]+$", max_length=253)]


class ClaimsError(ValueError):
    """Claims of which the mapping makes no person, in both languages."""

    def __init__(self, vietnamese: str, english: str) -> None:
        super().__init__(f"{vietnamese} · {english}")
        self.vietnamese = vietnamese
        self.english = english


class Provision(StrEnum):
    """What a sign-in does to the directory."""

    KNOWN_ONLY = "known_only"
    """Nothing: who is not in it already is refused."""
    CREATE = "create"
    """Whoever has a role is entered, and name, unit and roles follow the claims."""


def _as_path(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _as_claim(value: object) -> object:
    return {"claim": value} if isinstance(value, str | list) else value


ClaimPath = Annotated[tuple[_Name, ...], BeforeValidator(_as_path), Field(min_length=1, max_length=10)]
"""A claim by its name, or by a list of names, each in the object before it: `[realm_access, roles]`."""


class UsernameFrom(Value):
    """The claim that holds the username. It must be one that the provider never gives to another person afterwards."""

    claim: ClaimPath
    domain: _Domain | None = None
    """The value has to end with @ and this, which is cut off; whoever comes from another domain is refused."""
    lowercase: bool = False
    """Capitals are made small; without this they count."""


class UnitFrom(Value):
    """The claim that holds the unit: its code, or what `map` has a code for."""

    claim: ClaimPath
    map: dict[_Name, Code] | None = None

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        seen: dict[str, str] = {}
        for name in self.map or {}:
            other = seen.setdefault(fold(name), name)
            if other != name:
                raise PydanticCustomError(
                    "claims_map_twice",
                    "“{one}” và “{other}” chỉ khác nhau ở dấu hoặc chữ hoa · they differ in accents or capitals only",
                    {"one": other, "other": name},
                )
        return self


class When(Value):
    """A condition: the claim is this text, or a list that holds it. To the letter, for roles depend on it."""

    claim: ClaimPath
    has: Line


class RoleRule(Value):
    """A role for those who meet the condition, or for everybody; over `unit`, or else over the person's own."""

    role: Role
    unit: Code | None = None
    when: When | None = None

    @model_validator(mode="after")
    def _no_admin_for_all(self) -> Self:
        if self.role is Role.ADMIN and self.when is None:
            raise PydanticCustomError(
                "claims_admin_for_all", "vai trò admin phải có điều kiện when · the role admin needs a condition, when"
            )
        return self


class ClaimsMapping(Value):
    """The whole of an office's file."""

    provision: Provision = Provision.KNOWN_ONLY
    username: Annotated[UsernameFrom, BeforeValidator(_as_claim)] = UsernameFrom(claim=("preferred_username",))
    full_name: ClaimPath | None = None
    email: ClaimPath | None = None
    unit: Annotated[UnitFrom, BeforeValidator(_as_claim)] | None = None
    roles: tuple[RoleRule, ...] = ()

    @model_validator(mode="after")
    def _whole_to_create(self) -> Self:
        missing = [name for name in ("full_name", "unit", "roles") if not getattr(self, name)]
        if self.provision is Provision.CREATE and missing:
            raise PydanticCustomError(
                "claims_create_needs",
                "provision: create cần thêm {missing} · provision: create also needs {missing}",
                {"missing": ", ".join(missing)},
            )
        return self

    def lacks(self, claims: Claims) -> bool:
        """Whether a claim that the mapping reads is not there, so that it is worth asking the provider for more."""
        return any(_at(claims, path) is None for path in self._read())

    def _read(self) -> Iterator[ClaimPath]:
        yield self.username.claim
        if self.provision is Provision.CREATE:
            yield from (path for path in (self.full_name, self.email) if path is not None)
            if self.unit is not None:
                yield self.unit.claim
            yield from (rule.when.claim for rule in self.roles if rule.when is not None)

    def governs(self, role: Role) -> bool:
        """Whether some rule gives this role: then claims decide who has it. Others stay as administrators gave them."""
        return any(rule.role is role for rule in self.roles)


class Claimed(Value):
    """What the mapping makes of claims. Besides the username all is empty where only known people sign in."""

    username: Code
    full_name: Line | None = None
    email: EmailAddress | None = None
    unit: Code | None = None
    roles: tuple[Grant, ...] = ()


_CODE: TypeAdapter[str] = TypeAdapter(Code)
_LINE: TypeAdapter[str] = TypeAdapter(Line)
_EMAIL: TypeAdapter[str] = TypeAdapter(EmailAddress)


def claimed(mapping: ClaimsMapping, claims: Claims) -> Claimed:
    """The person of whom the provider speaks. ClaimsError names the claim that is missing or does not fit."""
    username = _username(mapping.username, claims)
    if mapping.provision is Provision.KNOWN_ONLY or mapping.unit is None or mapping.full_name is None:
        return Claimed(username=username)
    unit = _unit(mapping.unit, claims)
    rules = (rule for rule in mapping.roles if rule.when is None or rule.when.has in _texts(claims, rule.when.claim))
    grants = (Grant(role=rule.role, unit=rule.unit or unit) for rule in rules)
    return Claimed(
        username=username,
        full_name=_checked(_LINE, _text(claims, mapping.full_name), mapping.full_name),
        email=_email(mapping.email, claims),
        unit=unit,
        roles=tuple(dict.fromkeys(grants)),
    )


def followed(mapping: ClaimsMapping, found: Claimed, held: Person | None) -> Person:
    """The person as they are to be after the sign-in: as claimed, but with what claims do not speak of as it is held.

    Only for claims read under `provision: create`.
    """
    kept = [grant for grant in held.roles if not mapping.governs(grant.role)] if held else []
    if found.full_name is None or found.unit is None:
        raise ClaimsError("thiếu họ tên hoặc đơn vị", "name or unit is missing")
    return Person(
        username=found.username,
        full_name=found.full_name,
        unit=found.unit,
        email=found.email or (held.email if held else None),
        roles=(*found.roles, *kept),
    )


def _username(source: UsernameFrom, claims: Claims) -> str:
    # As it was sent: composing makes the letter K of the Kelvin sign, and another account of the provider's this one.
    value = _at(claims, source.claim)
    if not isinstance(value, str) or not value:
        named = _named(source.claim)
        raise ClaimsError(f"thiếu {named}", f"{named} is missing")
    if source.domain is not None:
        name, _, domain = value.rpartition("@")
        if not domain.isascii() or domain.lower() != source.domain.lower():
            raise ClaimsError(
                f"tài khoản không thuộc tên miền {source.domain}", f"the account is not of the domain {source.domain}"
            )
        value = name
    code = _checked(_CODE, value, source.claim)
    return code.lower() if source.lowercase else code


def _unit(source: UnitFrom, claims: Claims) -> str:
    values = _texts(claims, source.claim)
    if source.map is None:
        return _checked(_CODE, _text(claims, source.claim), source.claim)
    codes = {fold(name): code for name, code in source.map.items()}
    found = next((codes[fold(value)] for value in values if fold(value) in codes), None)
    if found is None:
        named, shown = _named(source.claim), ", ".join(values)[:200] or "—"
        raise ClaimsError(
            f"{named} là “{shown}”, không có trong bảng đơn vị", f"{named} is “{shown}”, which the map of units lacks"
        )
    return found


def _email(path: ClaimPath | None, claims: Claims) -> str | None:
    """The address, if it is one. Notices go there, so one that the provider itself does not vouch for is left out."""
    if path is None or (path == ("email",) and claims.get("email_verified") in (False, "false")):
        return None
    try:
        return _EMAIL.validate_python(next(iter(_texts(claims, path)), None))
    except ValidationError:
        return None


def _at(claims: Claims, path: ClaimPath) -> Any:
    found: Any = claims
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _texts(claims: Claims, path: ClaimPath) -> list[str]:
    """The texts of a claim, which may be one or a list of them; nothing else is taken for text."""
    value = _at(claims, path)
    return [compose(one) for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _text(claims: Claims, path: ClaimPath) -> str:
    values = _texts(claims, path)
    if len(values) != 1 or not values[0].strip():
        named = _named(path)
        raise ClaimsError(f"thiếu {named}", f"{named} is missing")
    return values[0].strip()


def _checked(kind: TypeAdapter[str], value: str, path: ClaimPath) -> str:
    try:
        return kind.validate_python(value)
    except ValidationError:
        named = _named(path)
        raise ClaimsError(
            f"{named} không dùng được ở đây: “{value[:100]}”", f"{named} cannot be used here: “{value[:100]}”"
        ) from None


def _named(path: ClaimPath) -> str:
    return ".".join(path)
