"""A policy as people write it: YAML, in the form in which it is adopted and shown."""

from typing import Any

import yaml

from domain.policy import Policy
from domain.text import compose_all

MOST_LEVELS = 20
"""Of lists and mappings in one another; a policy has five. The reader's time grows with the square of the depth."""


class Unreadable(ValueError):
    """The text is no YAML document of one policy; in both languages, with the line where that is known."""

    def __init__(self, vietnamese: str, english: str) -> None:
        super().__init__(f"{vietnamese} · {english}")
        self.vietnamese = vietnamese
        self.english = english


def as_yaml(policy: Policy) -> str:
    """A policy in the form in which `dondoc policies adopt` takes it: under the heading of a list."""
    fields = policy.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    text: str = yaml.safe_dump({"policies": [fields]}, allow_unicode=True, sort_keys=False)
    return text


def as_bare_yaml(policy: Policy) -> str:
    """One policy without the heading, to be changed by hand: every rule is there, those that are as usual too."""
    fields = policy.model_dump(mode="json", exclude_none=True)
    text: str = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110)
    return text


def fields_in(text: str) -> dict[str, Any]:
    """The fields of the one policy that a text holds, bare or under the heading. Unreadable for anything else.

    Aliases are refused: they let a few lines stand for more than a machine can hold. So is what nests deeper than any policy.
    """
    try:
        _check_bounded(text)
        found = compose_all(yaml.safe_load(text))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Unreadable(f"không phải YAML hợp lệ ở dòng {line}", f"no valid YAML at line {line}") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("không phải YAML hợp lệ", "no valid YAML") from None
    if isinstance(found, dict) and set(found) == {"policies"} and isinstance(found["policies"], list):
        listed = found["policies"]
        found = listed[0] if len(listed) == 1 else None
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
        raise Unreadable("cần các trường của đúng một chính sách", "the fields of exactly one policy are expected")
    return found


def _check_bounded(text: str) -> None:
    """Unreadable at the first alias or the first level too many: nothing after it is read."""
    level = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable("không dùng được bí danh (*tên) của YAML", "aliases (*name) of YAML are not taken")
        if isinstance(event, yaml.CollectionStartEvent):
            level += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            level -= 1
        if level > MOST_LEVELS:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise Unreadable(
                f"lồng nhau quá {MOST_LEVELS} tầng ở dòng {line}",
                f"more than {MOST_LEVELS} levels in one another at line {line}",
            )
