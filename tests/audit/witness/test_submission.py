"""The body of add-checkpoint: what is malformed is refused, the rest comes back as it was."""

import base64

import pytest

from audit.log.note import NoteRefused
from audit.witness.submission import Submission
from tests.audit.witness.sample_log import SampleLog

NOTE = str(SampleLog().checkpoint(3).note)
HASH = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(("old", "size"), [(0, 0), (0, 1), (3, 3), (3, 8), (7, 20)])
def test_a_submission_comes_back_as_it_was(old: int, size: int) -> None:
    sent = SampleLog().submission(old, size)
    assert Submission.parse(str(sent).encode()) == sent


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "begins with"),
        ("\n\n", "begins with"),
        (f"old 0\n{NOTE}", "proof is no SHA-256|begins with"),
        (f"old -1\n\n{NOTE}", "begins with"),
        (f"old 01\n\n{NOTE}", "begins with"),
        (f"old 1e3\n\n{NOTE}", "begins with"),
        (f"old {10**19}\n\n{NOTE}", "begins with"),
        (f"old  1\n\n{NOTE}", "begins with"),
        (f"OLD 1\n\n{NOTE}", "begins with"),
        (f"old 1\r\n\r\n{NOTE}", "begins with"),
        (f"old 1\n{HASH[:-2]}\n\n{NOTE}", "no SHA-256"),
        (f"old 1\n{base64.b64encode(bytes(31)).decode()}\n\n{NOTE}", "no SHA-256"),
        (f"old 1\n{HASH} \n\n{NOTE}", "no SHA-256"),
        (f"old 1\n{HASH[:-2]}B=\n\n{NOTE}", "no SHA-256"),
        (f"old 1\n{'ệ' * 44}\n\n{NOTE}", "no SHA-256"),
        (f"old 1\n{(HASH + chr(10)) * 64}\n{NOTE}", "at most 63"),
        ("old 1\n\n", "not a signed note"),
        ("old 1\n\nnhatky.example\n3\n", "not a signed note"),
        (f"old 1\n\n{NOTE[:-1]}", "not a signed note"),
        (f"old 1\n\n{NOTE.replace(chr(10) + '3' + chr(10), chr(10) + '+3' + chr(10))}", "not a checkpoint"),
        (f"old 1\n\n{NOTE}\x00", "not a signed note"),
    ],
)
def test_what_is_malformed_is_refused(body: str, reason: str) -> None:
    with pytest.raises(NoteRefused, match=reason):
        Submission.parse(body.encode())


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(NoteRefused, match="UTF-8"):
        Submission.parse(b"old 0\n\n\xff\xfe")


def test_63_hashes_are_taken() -> None:
    assert len(Submission.parse(f"old 1\n{(HASH + chr(10)) * 63}\n{NOTE}".encode()).proof) == 63
