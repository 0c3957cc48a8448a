"""The places that the environment names: each kind, and what is none."""

from pathlib import Path

import pytest

from audit.log.note import COSIGNATURE, SigningKey
from audit.places.configured import PlaceUnknown, places_of
from settings import Settings
from tests.audit.places.authority import Authority

WITNESS = SigningKey.generate("nhanchung.example", COSIGNATURE).verifying
LOG = SigningKey.generate("nhatky.example").verifying


def test_nothing_named_is_no_place() -> None:
    assert places_of(Settings()) == []
    assert places_of(Settings(checkpoint_places=" , ")) == []


def test_each_kind_has_a_name_without_secrets(tmp_path: Path) -> None:
    written = (
        f"{tmp_path}, s3://tep/moc\nhttps://ai:mat@hook.example/vao?ma=bi-mat"
        f", witness+https://ai:mat@nhanchung.example/ngoai/#{WITNESS}"
    )
    roots = Authority().roots_file(tmp_path)
    settings = Settings(checkpoint_places=written, tsa_url="https://ai:mat@tsa.example/tsr", tsa_roots=roots)
    assert [place.name for place in places_of(settings)] == [
        str(tmp_path),
        "s3://tep/moc",
        "https://hook.example/vao",
        f"witness+https://nhanchung.example/ngoai#nhanchung.example+{WITNESS.id}",
        "tsa+https://tsa.example/tsr",
    ]
    assert "mat" not in repr(settings)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("ftp://cho.example/x", "is no folder"),
        ("s3://", "names no bucket"),
        ("witness+https://nhanchung.example", "not a public key"),
        ("witness+https://nhanchung.example#khoa", "not a public key"),
        (f"witness+https://nhanchung.example#{LOG}", "of a log, not of a witness"),
        (f"witness+ftp://nhanchung.example#{WITNESS}", "is no folder"),
        ("s3://tep/moc, s3://tep/moc", "named 2 times"),
        ("https://ai:bi-mat@[hong", "DONDOC_CHECKPOINT_PLACES"),
    ],
)
def test_what_is_no_place_is_refused_with_the_reason(written: str, reason: str) -> None:
    with pytest.raises(PlaceUnknown, match=reason) as told:
        places_of(Settings(checkpoint_places=written))
    assert "bi-mat" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "roots", "reason"),
    [
        ("tsa.example", Path("khong-co.pem"), "DONDOC_TSA_URL"),
        ("https://tsa.example", None, "DONDOC_TSA_ROOTS is not set"),
        ("https://tsa.example", Path("khong-co.pem"), "DONDOC_TSA_ROOTS: khong-co.pem: No such file"),
    ],
)
def test_an_authority_needs_an_address_and_roots(url: str, roots: Path | None, reason: str) -> None:
    with pytest.raises(PlaceUnknown, match=reason):
        places_of(Settings(tsa_url=url, tsa_roots=roots))
