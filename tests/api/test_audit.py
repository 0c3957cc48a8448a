"""GET /audit/…: checkpoints, proofs that hold for what /events shows, and a verification."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from audit.log.checkpoint import Checkpoint
from audit.log.keys import KeyFolder
from audit.log.ledger import make_checkpoint
from audit.log.note import VerifyingKey
from audit.log.signing import signing_key
from audit.log.tree import check_consistency, check_inclusion
from domain.event_values import SYSTEM
from settings import Settings
from storage.log import last_checkpoint, put_copy
from tests.audit.places.authority import Authority
from tests.support.office import Office, api_served


@pytest.fixture
async def directive(shared: Office, log_keys: Path) -> dict[str, Any]:
    """A directive that a checkpoint covers; after it there is one more."""
    issued = await shared.issue()
    await make_checkpoint(shared.pool, await signing_key(shared.pool, KeyFolder(log_keys), SYSTEM))
    await shared.issue()
    return issued


async def get(office: Office, path: str, by: str = "kiem-tra", **params: Any) -> httpx.Response:
    return await (await office.as_(by)).get(path, params=params)


async def test_an_event_as_it_is_shown_is_proven_against_the_checkpoint(
    shared: Office, directive: dict[str, Any]
) -> None:
    checkpoint = (await get(shared, "/audit/checkpoint")).json()
    [first, *_] = (await get(shared, f"/directives/{directive['id']}/events", by="chu-tich")).json()["items"]
    proof = (await get(shared, "/audit/inclusion", position=first["global_position"])).json()
    assert proof["size"] == checkpoint["size"]
    check_inclusion(
        bytes.fromhex(first["leaf_hash"]),
        proof["leaf_index"],
        proof["size"],
        [bytes.fromhex(one) for one in proof["hashes"]],
        bytes.fromhex(checkpoint["root"]),
    )


async def test_the_checkpoint_is_a_note_that_a_key_of_the_log_signed(shared: Office, directive: dict[str, Any]) -> None:
    keys = (await get(shared, "/audit/keys")).json()["items"]
    client = await shared.as_("kiem-tra")
    note = (await client.get("/audit/checkpoint", headers={"Accept": "text/plain"})).text
    opened = Checkpoint.open(note, [VerifyingKey.parse(one["key"]) for one in keys])
    shown = (await get(shared, "/audit/checkpoint", size=opened.head.size)).json()
    assert (shown["root"], shown["note"]) == (opened.head.root.hex(), note)


async def test_a_later_checkpoint_goes_on_from_an_earlier_one(
    shared: Office, directive: dict[str, Any], log_keys: Path
) -> None:
    old = (await get(shared, "/audit/checkpoint")).json()
    await make_checkpoint(shared.pool, await signing_key(shared.pool, KeyFolder(log_keys), SYSTEM))
    new = (await get(shared, "/audit/checkpoint")).json()
    proof = (await get(shared, "/audit/consistency", **{"from": old["size"]})).json()
    assert (proof["from"], proof["size"]) == (old["size"], new["size"])
    roots = bytes.fromhex(old["root"]), bytes.fromhex(new["root"])
    check_consistency(old["size"], new["size"], [bytes.fromhex(one) for one in proof["hashes"]], *roots)


async def test_what_cannot_be_proven_is_refused_by_code(shared: Office, directive: dict[str, Any]) -> None:
    size = (await get(shared, "/audit/checkpoint")).json()["size"]
    for path, params, status, code in (
        ("/audit/inclusion", {"position": size + 1, "size": size + 1}, 409, "beyond_checkpoint"),
        ("/audit/inclusion", {"position": size + 1}, 422, "invalid_parameter"),
        ("/audit/inclusion", {"position": 0}, 422, "invalid_parameter"),
        ("/audit/inclusion", {"position": 2**63}, 422, "invalid_parameter"),
        ("/audit/consistency", {"from": size + 1}, 422, "invalid_parameter"),
        ("/audit/consistency", {}, 422, "invalid_parameter"),
        ("/audit/checkpoint", {"size": size + 1}, 404, "no_checkpoint"),
    ):
        answer = await get(shared, path, **params)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (path, params)


async def test_the_record_is_verified_for_auditors_and_administrators_only(
    shared: Office, directive: dict[str, Any]
) -> None:
    seen = (await get(shared, "/audit/verify")).json()
    assert seen["sound"], seen["findings"][:3]
    assert 0 < seen["covered_by_checkpoints"] < seen["events"]
    assert (await get(shared, "/audit/verify", by="quan-tri")).status_code == 200
    refused = await get(shared, "/audit/verify", by="chu-tich")
    assert (refused.status_code, refused.json()["code"]) == (403, "auditors_only")
    async with httpx.AsyncClient(base_url=f"{shared.url}/api/v1") as nobody:
        for path in ("checkpoint", "keys", "inclusion?position=1", "consistency?from=0", "verify"):
            assert (await nobody.get(f"/audit/{path}")).status_code == 401


async def test_time_stamps_are_verified_by_the_roots_that_are_configured(
    shared: Office, directive: dict[str, Any], shared_url: str, tmp_path: Path
) -> None:
    authority, stored = Authority(), await last_checkpoint(shared.pool)
    assert stored is not None
    await put_copy(shared.pool, stored.size, "tsa+https://tsa.example", authority.receipt(stored.note))
    for roots, held, unchecked in ((authority.roots_file(tmp_path), 1, 0), (tmp_path / "none", 0, 1)):
        async with api_served(Settings(database_url=shared_url, tsa_roots=roots)) as url:
            office = Office(url, shared.pool)
            seen = (await get(office, "/audit/verify")).json()
            await office.clients["kiem-tra"].aclose()
        assert seen["sound"], seen["findings"][:3]
        assert (seen["time_stamps"], seen["time_stamps_not_checked"]) == (held, unchecked)
        assert (seen["stamped_up_to"], seen["stamped_at"] is not None) == (held * stored.size, bool(held))
