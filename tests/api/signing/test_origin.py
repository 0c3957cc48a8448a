"""Where a request comes from: only a page of this very site may change something by a cookie."""

import pytest
from starlette.requests import Request

from api.signing.origin import same_origin

HOST = "dondoc.example:8080"
PUBLIC = "https://dondoc.example"


def request(**headers: str) -> Request:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return Request(
        {"type": "http", "method": "POST", "scheme": "http", "headers": raw, "path": "/", "query_string": b""}
    )


@pytest.mark.parametrize(
    ("headers", "same"),
    [
        ({"origin": "http://dondoc.example:8080"}, True),
        ({"origin": "HTTP://DonDoc.Example:8080"}, True),
        ({"origin": "https://dondoc.example:8080"}, True),  # a proxy that ends TLS hands the Host on
        ({"referer": "http://dondoc.example:8080/nhiem-vu?x=1"}, True),
        ({}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"origin": "null", "referer": "http://dondoc.example:8080/"}, False),
        ({"origin": "http://evil.example", "referer": "http://dondoc.example:8080/"}, False),
        ({"origin": "http://evil.example:8080"}, False),
        ({"origin": "http://dondoc.example"}, False),
        ({"origin": "http://dondoc.example:8081"}, False),
        ({"origin": "http://dondoc.example:8080.evil.example"}, False),
        ({"origin": "http://dondoc.example:8080@evil.example"}, False),
        ({"origin": "http://evil.example/dondoc.example:8080"}, False),
        ({"origin": "http://sub.dondoc.example:8080"}, False),
        ({"origin": "http://dondoc.example:99999"}, False),
        ({"origin": "http://dondoc.example:x"}, False),
        ({"origin": "http://[::1"}, False),
        ({"origin": "ftp://dondoc.example:8080"}, False),
        ({"origin": "file://"}, False),
        ({"origin": "dondoc.example:8080"}, False),
        ({"referer": "http://evil.example/http://dondoc.example:8080"}, False),
    ],
    ids=str,
)
def test_it_is_the_host_that_was_asked(headers: dict[str, str], *, same: bool) -> None:
    assert same_origin(request(host=HOST, **headers), None) is same


@pytest.mark.parametrize(
    ("host", "origin", "same"),
    [
        ("dondoc.example", "http://dondoc.example", True),
        ("dondoc.example", "https://dondoc.example", True),
        ("dondoc.example:80", "http://dondoc.example", True),
        ("dondoc.example:443", "https://dondoc.example", True),
        ("dondoc.example:443", "http://dondoc.example", False),
        ("dondoc.example:80", "https://dondoc.example", False),
        ("[::1]:8080", "http://[::1]:8080", True),
        ("127.0.0.1:8080", "http://localhost:8080", False),
        ("", "http://dondoc.example", False),
        (":80", "http://dondoc.example", False),
    ],
)
def test_the_usual_port_may_be_left_out(host: str, origin: str, *, same: bool) -> None:
    assert same_origin(request(host=host, origin=origin), None) is same


@pytest.mark.parametrize(
    ("origin", "same"),
    [
        ("https://dondoc.example", True),
        ("https://dondoc.example:443", True),
        ("http://dondoc.example", False),
        ("https://dondoc.example:8443", False),
        ("http://dondoc.example:8080", False),
        ("https://evil.example", False),
        ("null", False),
    ],
)
def test_with_a_public_url_it_is_that_one_whatever_was_asked(origin: str, *, same: bool) -> None:
    assert same_origin(request(host=HOST, origin=origin), PUBLIC) is same
    assert same_origin(request(host="evil.example", origin=origin), PUBLIC) is same
    assert same_origin(request(host=HOST, referer=origin + "/x"), PUBLIC) is same


def test_two_origins_are_none() -> None:
    twice = request(host=HOST, origin=f"http://{HOST}")
    twice.scope["headers"].append((b"origin", b"http://evil.example"))
    assert not same_origin(Request(twice.scope), None)


def test_without_a_host_nothing_is_the_same() -> None:
    assert not same_origin(request(origin="http://dondoc.example"), None)
