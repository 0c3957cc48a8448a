"""Where the program may call out to: addresses as people write them, and which of the network's are not for everybody."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}
MOST_LETTERS = 2000

_NO_PLACE = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
_LISTED = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:/@\s]+):(\d{1,5})|[a-z][a-z0-9+.-]*://")
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


@dataclass(frozen=True)
class Target:
    """Where a request goes: the scheme, a name in ASCII or an address, and the port."""

    scheme: str
    host: str
    port: int

    @property
    def listed_as(self) -> str:
        """As DONDOC_OUTBOUND_ALLOWED names it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def target_of(url: str) -> Target:
    """Where `url` leads. ValueError for anything but http(s)://host[:port][/…]; so too with a user or a password in it."""
    if len(url) > MOST_LETTERS or _NO_PLACE.search(url):
        raise ValueError("not an address on the web")
    parts = urlsplit(url)
    port = parts.port  # ValueError beyond 65535
    if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc or parts.fragment or port == 0:
        raise ValueError("not an address like https://host/path")
    return Target(parts.scheme, _host(parts.hostname), port or PORTS[parts.scheme])


def _host(name: str) -> str:
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:
        host = name.encode("idna").decode().lower()
    except UnicodeError as error:
        raise ValueError("not the name of a host") from error
    if not _NAME.fullmatch(host) or host.rstrip(".").rpartition(".")[2][:1].isdigit():
        raise ValueError(
            "not the name of a host"
        )  # 127.1, 2130706433, 0x7f000001: some resolvers take them for addresses
    return host


def allowed_in(text: str) -> frozenset[str]:
    """The entries of DONDOC_OUTBOUND_ALLOWED by commas. ValueError.

    host:port, [address]:port for IPv6; scheme:// for a chat service that is no server of one's own.
    """
    entries = [entry.strip().lower() for entry in text.split(",") if entry.strip()]
    for entry in entries:
        if not _LISTED.fullmatch(entry):
            raise ValueError(f"{entry}: host:port, several by commas")
    return frozenset(entries)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public Internet.

    Not private, loopback, link-local, shared, reserved or multicast ones (the registries of RFC 6890), nor IPv6 addresses that
    stand for such an IPv4 address: mapped, translated (NAT64) or tunnelled (6to4, Teredo).
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and any(ip in network for network in _NAT64):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.teredo is not None:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)
