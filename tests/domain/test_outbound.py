"""Which addresses may be called."""

import pytest

from domain.outbound import Target, allowed_in, is_public, target_of


@pytest.mark.parametrize(
    "address",
    [
        *("8.8.8.8", "1.1.1.1", "203.162.4.190", "192.0.1.1", "192.88.98.1", "2001:4860:4860::8888", "2400:cb00::1"),
        *("::ffff:8.8.8.8", "64:ff9b::808:808"),
    ],
)
def test_addresses_of_the_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.255.254", "0.0.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1"),
        *("255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
        *("2002:7f00:1::1", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "::127.0.0.1"),
        *("192.0.0.1", "192.0.0.9", "192.0.0.10", "192.0.0.170", "192.31.196.1", "192.52.193.1", "192.88.99.1"),
        *("192.175.48.1", "fec0::1", "feff::1", "3fff::1", "3fff:fff::1", "2001:1::1", "2001:20::1", "2001:30::1"),
        *("2620:4f:8000::1", "5f00::1", "100::1", "100:0:0:1::1", "4000::1", "::8.8.8.8", "::ffff:0:127.0.0.1"),
        *("::ffff:192.88.99.1", "64:ff9b::c058:6301", "2002:c058:6301::1"),
    ],
)
def test_addresses_of_the_house_and_what_stands_for_them(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://viec.example/vao?x=1", Target("https", "viec.example", 443)),
        ("http://Viec.Example:8080", Target("http", "viec.example", 8080)),
        ("https://10.0.0.5/", Target("https", "10.0.0.5", 443)),
        ("https://[::1]:8443/x", Target("https", "::1", 8443)),
        ("https://[0:0::1]?x=@", Target("https", "::1", 443)),
        ("HTTPS://viec.example/a@b:c", Target("https", "viec.example", 443)),
        ("https://phường.example/", Target("https", "phường".encode("idna").decode() + ".example", 443)),
    ],
)
def test_where_an_address_leads(url: str, target: Target) -> None:
    assert target_of(url) == target


@pytest.mark.parametrize(
    "url",
    [
        *("", "viec.example", "ftp://viec.example", "file:///etc/passwd", "https://", "https:///x", "gopher://x"),
        *(
            "https://user@viec.example",
            "https://a:b@viec.example",
            "https://viec.example:0",
            "https://viec.example:99999",
        ),
        *("https://viec.example/ x", "https://viec.example\r\nHost: x", "https://viec.example/#x", "https://[::1"),
        *("https://☃.example/hook", "https://１２７.0.0.1/", "https://viec．example/", "https://a℀b.example/"),
        *("https://[127.0.0.1]/", "https://[::g]/", "https://viec.example:٣/", "https://1:2@viec.example/"),
        *("https://viec.example/\ud800", "https://viec.example@10.0.0.1/", "https://viec.example:/"),
        *("https://127.1/", "https://2130706433/", "https://0x7f.1/", "https://0x7f000001/", "https://a..b/"),
        *("https://viec.example\\@10.0.0.1/", "https://" + "a" * 2000, "https://-ộ" + "a" * 64 + ".example/"),
    ],
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        target_of(url)


def test_what_is_listed() -> None:
    assert allowed_in(" 10.0.0.5:8443, Chat.Noi-Bo:443 ,[::1]:8080,") == {
        "10.0.0.5:8443",
        "chat.noi-bo:443",
        "[::1]:8080",
    }
    assert allowed_in("tgram://") == {"tgram://"}
    assert allowed_in("") == frozenset()
    assert target_of("https://[::1]:8080/x").listed_as == "[::1]:8080"
    for wrong in ("10.0.0.5", "https://x", "a b:1", "x:", "::1:8080", "10.0.0.0/8:80"):
        with pytest.raises(ValueError, match="host:port"):
            allowed_in(wrong)
