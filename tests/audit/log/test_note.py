"""Signed notes and checkpoints: published ones hold, and nothing that was altered does."""

from datetime import UTC, datetime

import pytest

from audit.log.checkpoint import Checkpoint, TreeHead, cosign, cosigned_at
from audit.log.note import COSIGNATURE, ED25519, Note, NoteRefused, Signature, SigningKey, VerifyingKey
from audit.log.tree import EMPTY_ROOT

PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
"""The example by which implementations of the format test themselves."""
AT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
HEAD = TreeHead("nhatky.example/quan", 7, EMPTY_ROOT)


def test_the_published_note_holds_and_is_written_as_it_was() -> None:
    key = VerifyingKey.parse(PUBLISHED_KEY)
    note = Note.parse(PUBLISHED_NOTE)
    assert note.signed_by([key]) == key
    assert str(note) == PUBLISHED_NOTE
    assert str(key) == PUBLISHED_KEY


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("cryptography", "Cryptography", "does not hold"),
        ("ZJkuBS9UG", "ZJkuBS9UH", "does not hold"),
        ("PeterNeumann", "PeterNeuman", "not signed by a known key"),
        ("x08go/", "x18go/", "not signed by a known key"),
        ("\u2014 ", "- ", "malformed"),
        ("\n\n", "\n", "not a signed note"),
        ("If you", "If\tyou", "not a signed note"),
    ],
)
def test_an_altered_note_is_refused(old: str, new: str, why: str) -> None:
    with pytest.raises(NoteRefused, match=why):
        Note.parse(PUBLISHED_NOTE.replace(old, new)).signed_by([VerifyingKey.parse(PUBLISHED_KEY)])


@pytest.mark.parametrize(
    "text",
    ["", "name", "a+b+c", PUBLISHED_KEY.replace("c74f20a3", "c74f20a4"), PUBLISHED_KEY[:-4], PUBLISHED_KEY + "A"],
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        VerifyingKey.parse(text)


def test_a_private_key_comes_back_from_its_file_and_is_never_shown() -> None:
    key = SigningKey.generate("log.example")
    assert SigningKey.parse(key.written()) == key
    secret = key.written().removeprefix(f"PRIVATE+KEY+log.example+{key.verifying.id}+")
    assert secret not in repr(key)
    with pytest.raises(NoteRefused) as refused:
        SigningKey.parse(key.written().replace(key.verifying.id, "00000000"))
    assert secret not in str(refused.value)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nend"])
def test_a_name_that_no_note_can_carry_is_refused(name: str) -> None:
    with pytest.raises(NoteRefused):
        SigningKey.generate(name)


def test_a_checkpoint_opens_with_its_own_key_only() -> None:
    ours, other = SigningKey.generate(HEAD.origin), SigningKey.generate(HEAD.origin)
    written = str(Checkpoint.sign(HEAD, ours).note)
    assert Checkpoint.open(written, [other.verifying, ours.verifying]).head == HEAD
    with pytest.raises(NoteRefused, match="not signed by a known key"):
        Checkpoint.open(written, [other.verifying])


def test_a_checkpoint_of_another_log_is_refused() -> None:
    foreign = SigningKey.generate("another.example")
    with pytest.raises(NoteRefused, match="not that of the log"):
        Checkpoint.sign(HEAD, foreign)
    with pytest.raises(NoteRefused, match="key of another log"):
        Checkpoint.open(str(Note.sign(HEAD.text, foreign)), [foreign.verifying])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n1\n",
        "log\n01\nAAAA\n",
        "log\n-1\nAAAA\n",
        "log\n1\nAAAA\n",
        HEAD.text.replace("=", ""),
        "\n" + HEAD.text,
    ],
)
def test_what_is_no_tree_head_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        TreeHead.parse(text)


def test_extension_lines_are_left_aside() -> None:
    assert TreeHead.parse(HEAD.text + "more\n") == HEAD


def test_a_cosignature_tells_when_and_holds_for_its_text_only() -> None:
    witness = SigningKey.generate("witness.example", COSIGNATURE)
    log = SigningKey.generate(HEAD.origin)
    signature = cosign(HEAD.text, witness, AT)
    checkpoint = Checkpoint.sign(HEAD, log).cosigned([signature])
    read = Checkpoint.open(str(checkpoint.note), [log.verifying])
    assert read.witnessed_at(witness.verifying) == AT
    assert read.witnessed_at(SigningKey.generate("other.example", COSIGNATURE).verifying) is None
    assert read.cosigned([signature]).note == read.note, "not twice"
    with pytest.raises(NoteRefused, match="does not hold"):
        cosigned_at(HEAD.text.replace("7", "8"), signature, witness.verifying)
    earlier = Signature(signature.name, signature.key_id, bytes(8) + signature.value[8:])
    with pytest.raises(NoteRefused, match="does not hold"):
        cosigned_at(HEAD.text, earlier, witness.verifying)
    as_plain = VerifyingKey(witness.name, ED25519, witness.verifying.public)
    with pytest.raises(NoteRefused, match="not a cosignature"):
        cosigned_at(HEAD.text, signature, as_plain)
