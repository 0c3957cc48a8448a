"""Where the program may call out to: addresses as people write them, and which of the network's are not for everybody."""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass

PORTS = {"http": 80, "https": 443}
MOST_LETTERS = 2000

_NO_PLACE = re.compile(r"[\x00-\x20\x7f-\xa0\\\ud800-\udfff]")
_ADDRESS = re.compile(
    r"(?P<scheme>(?i:https?))://(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]/?#:@]+))(?::(?P<port>[0-9]{1,5}))?(?:[/?][^#]*)?"
)
"""Narrower than RFC 3986: no user, no fragment, nothing that two readers of addresses may read in two ways."""
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
_SPELLED = frozenset({"Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Mn"})
"""Of what is not ASCII, names hold letters and their marks; no signs and dots (RFC 5892)."""
_LISTED = re.compile(r"(\[[0-9a-f:.]+\]|[^\[\]:/@\s]+):(\d{1,5})|[a-z][a-z0-9+.-]*://")
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out for the public Internet (RFC 4291, section 2.4)."""
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24"),
        *("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20"),
    )
)
"""Of the registries of RFC 6890: nobody's server is there, and what Python says of them differs from one version to the next."""


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
    parts = _ADDRESS.fullmatch(url)
    if parts is None:
        raise ValueError("not an address like https://host/path")
    scheme = parts["scheme"].lower()
    port = int(parts["port"] or PORTS[scheme])
    if not 0 < port < 2**16:
        raise ValueError("not the number of a port")
    return Target(scheme, str(ipaddress.IPv6Address(parts["v6"])) if parts["v6"] else _host(parts["name"]), port)


def _host(name: str) -> str:
    try:
        return str(ipaddress.IPv4Address(name))
    except ValueError:
        pass
    if not all(c.isascii() or unicodedata.category(c) in _SPELLED for c in name):
        raise ValueError("not the name of a host")
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

    Not private, loopback, link-local, site-local, shared, reserved or multicast ones (the registries of RFC 6890), nor IPv6
    addresses that stand for such an IPv4 address: mapped, translated (NAT64) or tunnelled (6to4, Teredo).
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and any(ip in network for network in _NAT64):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip not in _UNICAST:
            return False
    if any(ip in network for network in _SPECIAL):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)
