"""`dondoc audit …`: keys, checkpoints, and the verification that names the first bad position."""

import asyncio
from pathlib import Path

import pytest

from audit.log.checkpoint import Checkpoint, TreeHead
from audit.log.note import COSIGNATURE, SigningKey, VerifyingKey, whole_notes
from storage.log import checkpoint_of, put_copy
from storage.pool import Pool
from tests.audit.log.growing import grow
from tests.audit.places.authority import Authority
from tests.audit.superuser import as_superuser
from tests.support.command_line import Outcome, dondoc


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DONDOC_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("DONDOC_LOG_ORIGIN", "nhatky.example")
    return tmp_path / "keys"


async def audit(*words: str) -> Outcome:
    return await asyncio.to_thread(dondoc, "audit", *words)


@pytest.mark.usefixtures("on_database", "keys")
async def test_a_checkpoint_is_signed_written_out_and_verified_from_there(pool: Pool, tmp_path: Path) -> None:
    await grow(pool, 5)
    kept = tmp_path / "elsewhere.txt"
    made = (await audit("checkpoint", "-o", str(kept), "--json")).succeeded().json
    assert made["size"] == 6, "five events, and that of the key"
    [published] = (await audit("key", "show", "--json")).succeeded().json
    head = Checkpoint.open(kept.read_text("utf-8"), [VerifyingKey.parse(published["key"])]).head
    assert (head.origin, head.root.hex()) == ("nhatky.example", made["root"])
    await grow(pool, 2)
    told = await audit("verify", "--key", published["key"], "--checkpoint", str(kept))
    assert "SOUND" in told.succeeded().out
    assert "the last 2 events are not signed yet" in told.out
    seen = (await audit("verify", "--key", published["key"], "--checkpoint", str(kept), "--json")).succeeded().json
    assert (seen["events"], seen["covered_by_checkpoints"], seen["checkpoints_from_outside"]) == (8, 6, 1)
    assert seen["keys_named_by_you"]
    assert (await audit("checkpoint", "--show", "--json")).succeeded().json["size"] == 6
    signed = (await audit("checkpoint")).succeeded().out
    assert "nhatky.example" in signed
    [_, _, root, *_] = signed.splitlines()
    assert root in (await audit("verify")).succeeded().out, "as it is spelled in the checkpoint"


@pytest.mark.usefixtures("keys")
async def test_what_was_altered_is_named_by_its_first_position(pool: Pool, on_database: str) -> None:
    await grow(pool, 6)
    (await audit("checkpoint")).succeeded()
    await as_superuser(on_database, "update events set canonical = canonical || ' ' where global_position in (3, 5)")
    told = (await audit("verify", "--json")).ended(1).json
    assert told["first_bad_position"] == 3
    assert {(one["position"], one["kind"]) for one in told["findings"]} == {(3, "bytes"), (5, "bytes")}
    assert "the first at position 3" in (await audit("verify")).ended(1).out


@pytest.mark.usefixtures("on_database", "keys")
async def test_time_stamps_are_verified_again(pool: Pool, tmp_path: Path) -> None:
    size = (await audit("checkpoint", "--json")).succeeded().json["size"]
    authority, checkpoint = Authority(), await checkpoint_of(pool, size)
    roots = str(authority.roots_file(tmp_path))
    assert checkpoint is not None
    await put_copy(pool, size, "tsa+https://tsa.example", authority.receipt(checkpoint.note))
    assert "1, đến · up to 1, lúc · at 2" in (await audit("verify", "--tsa-roots", roots)).succeeded().out
    assert "1 chưa kiểm chữ ký" in (await audit("verify")).succeeded().out
    seen = (await audit("verify", "--tsa-roots", roots, "--json")).succeeded().json
    assert (seen["time_stamps"], seen["time_stamps_not_checked"], seen["stamped_up_to"]) == (1, 0, 1)
    await put_copy(pool, size, "tsa+https://khac.example", Authority().receipt(checkpoint.note))
    told = await audit("verify", "--tsa-roots", roots)
    assert "a time stamp does not hold" in " ".join(told.ended(1).out.split())
    (await audit("verify", "--tsa-roots", str(tmp_path / "none"))).ended(2, "cannot read the root certificates")


@pytest.mark.usefixtures("on_database")
async def test_keys_are_made_shown_changed_and_never_replaced_unasked(keys: Path) -> None:
    (await audit("key", "show")).ended(1, "The record has no key yet")
    first = (await audit("key", "new", "--origin", "quan.example", "--json")).succeeded().json
    assert first["origin"] == "quan.example"
    (await audit("key", "new")).ended(1, "The log has a key")
    second = (await audit("key", "rotate", "--json")).succeeded().json
    listed = (await audit("key", "show", "--json")).succeeded().json
    assert [(one["key"], one["here"]) for one in listed] == [(first["key"], False), (second["key"], True)]
    assert second["key"] in (await audit("key", "show")).succeeded().out.replace("\n", "").replace(" ", "")
    (keys / "log.key").unlink()
    (await audit("checkpoint")).ended(1, "dondoc audit key new --lost")
    (await audit("key", "new", "--lost", "--origin", "khac.example")).ended(2, "the log is called quan.example")
    (await audit("key", "new", "--lost", "--json")).succeeded()
    (await audit("checkpoint")).succeeded()
    (keys / "log.key").write_text("none", encoding="ascii")
    (await audit("checkpoint")).ended(1, "not a private key")


@pytest.mark.usefixtures("on_database")
async def test_who_kept_an_older_key_and_who_has_all_of_them_verify_alike(keys: Path, tmp_path: Path) -> None:
    kept, case = tmp_path / "kept.pub", tmp_path / "case.zip"
    first = (await audit("key", "new", "--json")).succeeded().json["key"]
    kept.write_bytes((keys / "log.pub").read_bytes())
    (await audit("checkpoint")).succeeded()
    second = (await audit("key", "rotate", "--json")).succeeded().json["key"]
    (await audit("checkpoint")).succeeded()
    assert (keys / "log.pub").read_text("utf-8").splitlines() == [first, second]
    (await audit("bundle", "-o", str(case))).succeeded()
    for key in (kept, keys / "log.pub"):
        verdict = (await audit("verify", "--key", str(key), "--json")).succeeded().json
        assert (verdict["covered_by_checkpoints"], verdict["keys"]) == (2, [first, second])
        assert str(key) not in (await audit("verify-bundle", str(case), "--key", str(key))).succeeded().out
    (await audit("key", "new", "--lost")).succeeded()
    (await audit("checkpoint")).succeeded()
    (await audit("verify", "--key", "\n".join([first] * 9), "--json")).succeeded()  # longer than the name of any file
    for key, covered in ((kept, 2), (keys / "log.pub", 3)):
        verdict = (await audit("verify", "--key", str(key), "--json")).succeeded().json
        assert verdict["covered_by_checkpoints"] == covered, "nobody vouches for the third, so it must be published"


@pytest.mark.usefixtures("on_database", "keys")
async def test_what_cannot_be_read_is_wrong_usage(tmp_path: Path) -> None:
    (await audit("verify", "--key", "none")).ended(2, "not a key")
    witness = str(SigningKey.generate("nhanchung.example", COSIGNATURE).verifying)
    (await audit("verify", "--key", witness)).ended(2, "of a witness, not of a log")
    (await audit("verify", "--witness", str(SigningKey.generate("a.example").verifying))).ended(
        2, "not a witness's key"
    )
    (await audit("verify", "--checkpoint", str(tmp_path / "none"))).ended(2, "cannot read it")
    (tmp_path / "empty").touch()
    (await audit("verify", "--key", str(tmp_path / "empty"))).ended(2, "not a key")
    (await audit("verify", "--checkpoint", str(tmp_path / "empty"))).ended(2, "holds no checkpoint")
    (await audit("checkpoint", "-o", str(tmp_path / "none" / "file"))).ended(2, "cannot write it")
    (await audit("key", "new", "--lost", "--origin", "two words")).ended(2, "not a usable name")


@pytest.mark.usefixtures("on_database", "keys")
async def test_without_a_checkpoint_there_is_none_to_show(tmp_path: Path) -> None:
    (await audit("checkpoint", "--show")).ended(1, "There is no checkpoint yet")
    assert "there is no checkpoint yet" in (await audit("verify")).succeeded().out


@pytest.mark.usefixtures("keys")
async def test_a_record_that_was_cut_is_not_signed(pool: Pool, on_database: str) -> None:
    await grow(pool, 6)
    (await audit("checkpoint")).succeeded()
    await as_superuser(on_database, "delete from events where global_position > 5", "update log_head set position = 5")
    (await audit("checkpoint")).ended(1, "nothing is signed", "dondoc audit verify")


def test_notes_of_a_file_are_told_apart() -> None:
    first = str(Checkpoint.sign(_head("a.example", 1), SigningKey.generate("a.example")).note)
    second = str(Checkpoint.sign(_head("a.example", 2), SigningKey.generate("a.example")).note)
    assert whole_notes(first + second) == [first, second]
    assert whole_notes(f"\n{first}\n\n{second}\n") == [first, second], "with empty lines between them"
    assert whole_notes(f"{first[:30]}\n\n{second}") == [second], "what a full disk cut off is left out"
    assert whole_notes("") == []


def _head(origin: str, size: int) -> TreeHead:
    return TreeHead(origin, size, bytes(32))
