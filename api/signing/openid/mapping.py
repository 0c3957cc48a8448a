"""The file that maps claims to people, read at start; what is wrong in it is told with its line."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml
from pydantic import ValidationError

from api.faults import reason_of
from domain.claims import ClaimsMapping
from domain.text import compose_all

MOST_BYTES = 1 << 20


class MappingUnusable(ValueError):
    """The file cannot be read, or does not say what a mapping says; each fault on a line of its own, with its place."""


def mapping_in(file: Path) -> ClaimsMapping:
    """The mapping of a YAML file; MappingUnusable with every fault and its line."""
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise MappingUnusable(f"{file}: quá lớn · too large")
        text = content.decode()
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        document = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise MappingUnusable(f"{file}: không đọc được · cannot be read: {error}") from error
    except ValueError as error:  # a date that is none, for example
        raise MappingUnusable(f"{file}: {error}") from error
    repeated = [f"{file}, dòng · line {line}: {name} hai lần · twice" for line, name in _repeated(tree)]
    if repeated:
        raise MappingUnusable("\n".join(repeated))
    try:
        return ClaimsMapping.model_validate(compose_all(document))
    except ValidationError as error:
        found = (f"{_where(file, tree, one['loc'])}: {_reason(one)}" for one in error.errors())
        raise MappingUnusable("\n".join(dict.fromkeys(found))) from error


def _reason(error: object) -> str:
    vietnamese, english = reason_of(error)  # type: ignore[arg-type]  # one of ValidationError.errors()
    return vietnamese if vietnamese == english else f"{vietnamese} · {english}"


def _where(file: Path, tree: yaml.Node | None, place: Iterable[int | str]) -> str:
    """The line of the deepest part of `place` that the file has, and the place by names."""
    line, at, named = 1, tree, []
    for part in place:
        named.append(str(part))
        if isinstance(at, yaml.MappingNode):
            key, at = next(((k, v) for k, v in at.value if k.value == str(part)), (None, None))
            line = key.start_mark.line + 1 if key is not None else line
        elif isinstance(at, yaml.SequenceNode) and isinstance(part, int) and part < len(at.value):
            at = at.value[part]
            line = at.start_mark.line + 1
        else:
            at = None
    return f"{file}, dòng · line {line}" + (f": {'.'.join(named)}" if named else "")


def _repeated(tree: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Keys that stand twice in one object, which YAML forbids and its reader takes for the last one; each with its line."""
    if isinstance(tree, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in tree.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                yield key.start_mark.line + 1, key.value
            seen.add(str(key.value))
            yield from _repeated(value)
    elif isinstance(tree, yaml.SequenceNode):
        for value in tree.value:
            yield from _repeated(value)
