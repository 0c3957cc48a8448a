"""The policies that a new record starts with."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import yaml

from domain.policy import Policy


def default_policies() -> list[Policy]:
    """The set that the project ships, one for each độ khẩn."""
    return _policies(files("domain").joinpath("policies/default.yaml").read_text(encoding="utf-8"))


def policies_in(path: Path) -> list[Policy]:
    """The policies of a YAML file of the same form; ValueError (pydantic's) names what contradicts itself."""
    return _policies(path.read_text(encoding="utf-8"))


def _policies(text: str) -> list[Policy]:
    entries: Sequence[object] = yaml.safe_load(text)["policies"]
    return [Policy.model_validate(entry) for entry in entries]
