"""What the deployment's files hold."""

import re

import pytest
import yaml

from tests.deploy.files import COMPOSE_FILE, DEPLOY, Services


@pytest.fixture(scope="module")
def compose_text() -> str:
    return COMPOSE_FILE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def services(compose_text: str) -> Services:
    loaded: Services = yaml.safe_load(compose_text)["services"]
    return loaded


@pytest.fixture(scope="module")
def env_example() -> dict[str, str]:
    """The variables of `.env.example` with their values; those behind a `#` are optional and count too."""
    text = (DEPLOY / ".env.example").read_text(encoding="utf-8")
    return dict(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]*)=(.*)$", text, flags=re.MULTILINE))
