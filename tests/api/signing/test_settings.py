"""The settings of sign-in: an address without a path, and times within reason."""

import pytest
from pydantic import ValidationError

from settings import Settings


@pytest.mark.parametrize(
    "url",
    [
        "http://dondoc.example",
        "https://nhiem-vu.quan.gov.vn",
        "http://10.0.0.5:8080",
        "https://[::1]:8443",
        "http://localhost",
    ],
)
def test_a_public_url_is_scheme_host_and_port(url: str) -> None:
    assert Settings(public_url=url).public_url == url


@pytest.mark.parametrize("url", [None, ""])
def test_it_may_be_left_out(url: str | None) -> None:
    assert Settings(public_url=url).public_url is None


@pytest.mark.parametrize(
    "url",
    [
        "https://dondoc.example/",
        "https://dondoc.example/dondoc",
        "https://dondoc.example?x",
        "https://user@dondoc.example",
        "dondoc.example",
        "ftp://dondoc.example",
        "https://",
        "https://dondoc.example:",
        "https://dondoc.example:x",
        " https://dondoc.example",
        "https://dondoc.example\n",
    ],
)
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="without a path"):
        Settings(public_url=url)


@pytest.mark.parametrize(
    "times", [{"session_idle_minutes": 4}, {"session_idle_minutes": 0}, {"session_hours": 0}, {"session_hours": 721}]
)
def test_sessions_last_neither_no_time_nor_for_ever(times: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(times)
