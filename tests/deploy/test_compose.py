"""The one-server deployment, checked without a container engine.

The Compose file is held against the Compose specification's own JSON schema (the copy inside `check-jsonschema`) and
against the rules this project adds to it. Its shell scripts are run; the database script on a real PostgreSQL.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from settings import Settings
from tests.deploy.files import COMPOSE_FILE, DOCKERFILE, ROOT, Services

ONE_SHOT = {"temporal-schema", "temporal-namespace", "migrate"}
LONG_RUNNING = {"postgres", "temporal", "temporal-ui", "api", "worker"}
OUR_COMMANDS = {
    "migrate": ["dondoc", "migrate"],
    "api": ["dondoc", "api", "--host", "0.0.0.0", "--port", "8080"],  # noqa: S104  inside the container
    "worker": ["python", "worker.py"],
}

INTERPOLATION = re.compile(r"(?<!\$)\$\{(?P<name>[A-Z0-9_]+)(?P<rest>[^}]*)\}")
PINNED_IMAGE = re.compile(r"[a-z0-9./-]+:(?!latest$)[a-z0-9][a-z0-9._-]*\d[a-z0-9._-]*")


def specification_check(file: Path) -> subprocess.CompletedProcess[str]:
    """Hold a file against the Compose specification; nothing is fetched."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


# The Compose specification


def test_compose_file_meets_the_specification() -> None:
    result = specification_check(COMPOSE_FILE)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        (("services", "worker"), "restrat", "always"),
        (("services", "api", "healthcheck"), "intervall", "5s"),
        (("services", "postgres"), "shm_size", ["256m"]),
        ((), "servces", {}),
    ],
)
def test_the_specification_check_bites(
    tmp_path: Path, compose_text: str, place: tuple[str, ...], key: str, value: object
) -> None:
    document = yaml.safe_load(compose_text)
    spot = document
    for step in place:
        spot = spot[step]
    spot[key] = value
    planted = tmp_path / "docker-compose.yml"
    planted.write_text(yaml.safe_dump(document), encoding="utf-8")

    result = specification_check(planted)

    assert result.returncode == 1
    assert key in result.stdout


def test_the_unplanted_copy_passes(tmp_path: Path, compose_text: str) -> None:
    """So that the failures above come from the planted key and not from the rewriting."""
    copy = tmp_path / "docker-compose.yml"
    copy.write_text(yaml.safe_dump(yaml.safe_load(compose_text)), encoding="utf-8")
    assert specification_check(copy).returncode == 0


# Services


def test_every_service_is_one_shot_or_long_running(services: Services) -> None:
    assert set(services) == ONE_SHOT | LONG_RUNNING
    assert {name for name, service in services.items() if service["restart"] == "no"} == ONE_SHOT
    assert {name for name, service in services.items() if service["restart"] == "unless-stopped"} == LONG_RUNNING


@pytest.mark.parametrize("name", sorted(LONG_RUNNING))
def test_long_running_services_are_watched(services: Services, name: str) -> None:
    check = services[name]["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries", "start_period"} <= set(check)


def test_health_checks_ask_where_the_programs_listen(services: Services) -> None:
    api, worker = services["api"], services["worker"]
    assert f"127.0.0.1:{api['command'][-1]}/readyz" in api["healthcheck"]["test"][-1]
    assert api["ports"][0].endswith(f":{api['command'][-1]}")
    assert f"127.0.0.1:{worker['environment']['DONDOC_METRICS_PORT']}/metrics" in worker["healthcheck"]["test"][-1]


def test_dependencies_exist_and_can_be_met(services: Services) -> None:
    for service in services.values():
        for target, wish in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if target in ONE_SHOT else "service_healthy"
            assert wish["condition"] == expected


def test_programs_start_after_the_record_and_the_namespace_are_ready(services: Services) -> None:
    for name in ("api", "worker"):
        assert set(services[name]["depends_on"]) == {"postgres", "migrate", "temporal-namespace"}


@pytest.mark.parametrize("name", sorted(OUR_COMMANDS))
def test_our_programs_run_the_documented_commands(services: Services, name: str) -> None:
    assert services[name]["command"] == OUR_COMMANDS[name]


@pytest.mark.parametrize("name", sorted(OUR_COMMANDS))
def test_our_programs_are_confined(services: Services, name: str) -> None:
    service = services[name]
    assert service["read_only"] is True
    assert service["init"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "user" not in service, "the image's own user, not one set from outside"


def test_no_container_is_privileged_or_logs_without_end(services: Services) -> None:
    for service in services.values():
        assert "privileged" not in service
        assert "no-new-privileges:true" in service["security_opt"]
        assert {"max-size", "max-file"} <= set(service["logging"]["options"])
        assert service["deploy"]["resources"]["limits"]["memory"]


def test_worker_can_be_scaled(services: Services) -> None:
    assert not {"container_name", "ports"} & set(services["worker"])
    assert services["worker"]["stop_grace_period"]


def test_only_the_pages_are_published(services: Services) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published == {
        "api": ["${DONDOC_HTTP_PORT:-8080}:8080"],
        "temporal-ui": ["127.0.0.1:${TEMPORAL_UI_PORT:-8233}:8080"],
    }


def test_database_and_temporal_have_no_way_out(services: Services, compose_text: str) -> None:
    assert yaml.safe_load(compose_text)["networks"]["record"] == {"internal": True}
    for name in ("postgres", "temporal", "temporal-schema", "temporal-namespace"):
        assert services[name]["networks"] == ["record"]


def test_the_record_is_on_a_named_volume(services: Services, compose_text: str) -> None:
    # The image for PostgreSQL 18 and later keeps nothing that is mounted at the older .../postgresql/data.
    assert "postgres-data:/var/lib/postgresql" in services["postgres"]["volumes"]
    assert "postgres-data" in yaml.safe_load(compose_text)["volumes"]


def test_files_are_on_a_named_volume_that_the_image_prepares_for_its_user(
    services: Services, compose_text: str
) -> None:
    holders = {
        name: service["volumes"] for name, service in services.items() if name in OUR_COMMANDS and "volumes" in service
    }
    mapping = "./deploy/openid:/etc/dondoc:ro"
    assert holders == {"api": ["files:/var/lib/dondoc", mapping], "worker": ["keys:/var/lib/dondoc"]}
    assert {"files", "keys"} <= {*yaml.safe_load(compose_text)["volumes"]}
    assert services["worker"]["environment"]["DONDOC_KEYS"].startswith("/var/lib/dondoc/")
    environment = services["api"]["environment"]
    assert environment["DONDOC_OBJECTS"].startswith("${DONDOC_OBJECTS:-/var/lib/dondoc/")
    assert environment["TMPDIR"] == "/var/lib/dondoc"
    # A new volume takes over the owner of the folder that it is laid on.
    assert "install --directory --owner=dondoc --group=dondoc" in DOCKERFILE.read_text(encoding="utf-8")


def test_the_largest_file_is_the_programs_own_default(env_example: dict[str, str]) -> None:
    assert int(env_example["DONDOC_MAX_FILE_BYTES"]) == Settings().max_file_bytes


def test_mounted_folders_exist(services: Services) -> None:
    mounts = {mount for service in services.values() for mount in service.get("volumes", []) if mount.startswith("./")}
    assert mounts
    for mount in mounts:
        source, _, mode = mount.split(":")
        assert (ROOT / source).is_dir()
        assert mode == "ro"


# Images


def test_images_are_pinned(services: Services) -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for image in [service["image"] for service in services.values()] + bases:
        assert PINNED_IMAGE.fullmatch(image), image


@pytest.mark.parametrize("image", ["postgres", "postgres:latest", "temporalio/server:edge", "dondoc:${TAG}"])
def test_the_pin_check_bites(image: str) -> None:
    assert not PINNED_IMAGE.fullmatch(image)


def test_temporal_server_and_tools_move_together(services: Services) -> None:
    tools = services["temporal-schema"]["image"]
    assert services["temporal-namespace"]["image"] == tools
    assert services["temporal"]["image"].split(":") == ["temporalio/server", tools.split(":")[1]]


def test_our_image_carries_the_project_version_and_is_built_once(services: Services) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert {services[name]["image"] for name in OUR_COMMANDS} == {f"dondoc:{version}"}
    assert [name for name, service in services.items() if "build" in service] == ["migrate"]


def test_image_is_built_in_two_stages_from_the_hash_lock() -> None:
    text = DOCKERFILE.read_text(encoding="utf-8").replace("\\\n", "")
    builder, final = re.split(r"^FROM .*\n", text, flags=re.MULTILINE)[1:]
    assert "pip install --require-hashes" in builder
    assert "-r requirements.lock" in builder
    assert "pip install --no-deps --no-build-isolation ." in builder
    assert "pip install" not in final
    assert "apt-get" not in text


def test_image_ends_unprivileged_and_leaves_the_health_check_to_compose() -> None:
    lines = DOCKERFILE.read_text(encoding="utf-8").splitlines()
    instructions = [line for line in lines if re.match(r"[A-Z]+ ", line)]
    users = [line for line in instructions if line.startswith("USER ")]
    assert re.fullmatch(r"USER [1-9]\d{3,}:[1-9]\d{3,}", users[-1])
    assert [line.split()[0] for line in instructions[-3:]] == ["USER", "ENTRYPOINT", "CMD"]
    assert "WORKDIR /app" in instructions[instructions.index(users[-1]) - 1]
    assert not [line for line in instructions if line.startswith("HEALTHCHECK")]


def test_build_context_leaves_secrets_and_data_out() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {".env", ".dondoc", ".git", ".venv", "tests"} <= set(ignored)


# Settings


def test_passwords_have_no_default(compose_text: str) -> None:
    found = [match for match in INTERPOLATION.finditer(compose_text) if "PASSWORD" in match["name"]]
    assert {match["name"] for match in found} == {
        "POSTGRES_PASSWORD",
        "TEMPORAL_DB_PASSWORD",
        "DONDOC_OWNER_DB_PASSWORD",
        "DONDOC_APP_DB_PASSWORD",
    }
    for match in found:
        assert match["rest"].startswith(":?"), match[0]
        assert "deploy/make-env.sh" in match["rest"], "the message says what to do"


def test_no_password_is_written_out(services: Services) -> None:
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            if name.endswith(("PASSWORD", "_PWD")):
                assert INTERPOLATION.fullmatch(value), name
            elif "://" in str(value):
                assert re.search(r"://\w+:\$\{\w+:\?[^}]+\}@", value), name


def test_variables_and_their_example_agree(compose_text: str, services: Services, env_example: dict[str, str]) -> None:
    """Every variable taken from outside is in the example, and the example holds no other."""
    interpolated = {match["name"] for match in INTERPOLATION.finditer(compose_text)}
    handed_on = {
        name for service in services.values() for name, value in service.get("environment", {}).items() if value is None
    }
    assert set(env_example) == interpolated | handed_on


def test_example_holds_no_password(env_example: dict[str, str]) -> None:
    assert {value for name, value in env_example.items() if name.endswith("_PASSWORD")} == {""}


def test_example_shows_the_defaults(compose_text: str, env_example: dict[str, str]) -> None:
    for match in INTERPOLATION.finditer(compose_text):
        if match["rest"].startswith(":-"):
            assert env_example[match["name"]] == match["rest"][2:]


def test_owner_signs_in_for_migrations_only(services: Services) -> None:
    holders = {name for name, service in services.items() if "DONDOC_OWNER_DATABASE_URL" in service["environment"]}
    assert holders == {"migrate"}
    for name in OUR_COMMANDS:
        assert services[name]["environment"]["DONDOC_DATABASE_URL"].startswith("postgresql://dondoc_app:")


def test_programs_and_namespace_job_name_the_same_namespace(services: Services) -> None:
    for name in ("api", "worker", "temporal-namespace"):
        assert services[name]["environment"]["TEMPORAL_NAMESPACE"] == "dondoc"
        assert services[name]["environment"]["TEMPORAL_ADDRESS"] == "temporal:7233"


# Scripts
