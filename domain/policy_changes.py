"""What a new version of a policy changes, field by field, for people who are to decide on it."""

from collections.abc import Iterable, Iterator, Mapping

from domain.model import Value
from domain.policy import Policy


class FieldChange(Value):
    """One field that differs; `name` leads to it, like "reminders.2.span.working_days". None where it is not there."""

    name: str
    before: str | None
    after: str | None


class PolicyChange(Value):
    """What a version changes against the one before it; `before` is None for a policy that is new."""

    policy: str
    before: str | None
    fields: tuple[FieldChange, ...]


def changes_between(in_force: Mapping[str, Policy], adopted: Iterable[Policy]) -> list[PolicyChange]:
    """The change that each of the versions makes, in their order, starting from those in force."""
    known, changes = dict(in_force), []
    for policy in adopted:
        changes.append(_change(known.get(policy.code), policy))
        known[policy.code] = policy
    return changes


def _change(before: Policy | None, after: Policy) -> PolicyChange:
    old, new = _leaves(before), _leaves(after)
    fields = tuple(
        FieldChange(name=name, before=old.get(name), after=new.get(name))
        for name in dict.fromkeys((*new, *old))
        if old.get(name) != new.get(name)
    )
    return PolicyChange(policy=after.label, before=before.label if before else None, fields=fields)


def _leaves(policy: Policy | None) -> dict[str, str]:
    if policy is None:
        return {}
    document = policy.model_dump(mode="json", exclude={"code", "version"})
    return dict(_walk("", document))


def _walk(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk(f"{name}.{key}" if name else key, inner)
    elif isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        for number, inner in enumerate(value, 1):
            yield from _walk(f"{name}.{number}", inner)
    elif isinstance(value, list):
        yield name, ", ".join(map(str, value))
    elif value is not None:
        yield name, str(value)
