"""Calls out of the house: to what was checked, nothing in the house unless it is listed, and never for long."""

import asyncio
import datetime
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.responses import RedirectResponse, Response

from activities import outbound
from activities.outbound import MOST_BYTES, CallFailed, CallRefused, Outbound
from tests.activities.receiver import Receiver
from tests.audit.witness.serving import listening


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
async def url(receiver: Receiver) -> AsyncIterator[str]:
    async with listening(receiver.application) as served:
        yield served


def at(*addresses: str) -> outbound.Resolve:
    """A resolver for which every name has these addresses."""

    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolve


async def test_what_is_listed_is_called(receiver: Receiver, url: str) -> None:
    answer = await Outbound(frozenset({urlsplit(url).netloc})).post(f"{url}/vao?x=1", b"{}", {"X-A": "b"})
    assert answer.status == 204
    (got,) = receiver.got
    assert (got.path, got.body, got.headers["x-a"], got.headers["host"]) == ("/vao", b"{}", "b", urlsplit(url).netloc)


@pytest.mark.parametrize("allowed", [frozenset(), frozenset({"127.0.0.1:1"}), frozenset({"localhost:80"})])
async def test_the_house_is_refused_unless_listed(receiver: Receiver, url: str, allowed: frozenset[str]) -> None:
    for scheme in ("http", "https"):
        with pytest.raises(CallRefused, match=f"list {urlsplit(url).netloc} in DONDOC_OUTBOUND_ALLOWED"):
            await Outbound(allowed).post(url.replace("http", scheme), b"", {})
    assert receiver.got == []


@pytest.mark.parametrize(
    "addresses",
    [("127.0.0.1",), ("8.8.8.8", "127.0.0.1"), ("::ffff:127.0.0.1",), ("169.254.169.254",), ("8.8.8.8", "fd00::1")],
)
async def test_a_name_that_leads_into_the_house_is_refused(addresses: tuple[str, ...]) -> None:
    with pytest.raises(CallRefused, match="not on the public Internet"):
        await Outbound(resolve=at(*addresses)).post("https://hop-le.example/", b"", {})


async def test_a_name_that_the_client_does_not_take_is_refused() -> None:
    with pytest.raises(CallRefused, match="cannot be called"):
        await Outbound(resolve=at("8.8.8.8")).post("https://xn--.ạ.example/", b"", {})
    with pytest.raises(ValueError, match="name of a host"):
        await Outbound(resolve=at("8.8.8.8")).post("https://☃.example/hook", b"", {})


async def test_a_name_is_looked_up_once_and_the_checked_address_is_called(receiver: Receiver, url: str) -> None:
    asked: list[str] = []
    port = urlsplit(url).port

    async def once(host: str, _: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["203.0.113.1"]

    # The name itself leads nowhere: whoever looked it up a second time would not arrive.
    listed = Outbound(frozenset({f"doi-ten.example:{port}"}), resolve=once)
    assert (await listed.post(f"http://doi-ten.example:{port}/x", b"", {})).status == 204
    assert asked == ["doi-ten.example"]
    assert receiver.got[0].headers["host"] == f"doi-ten.example:{port}"


async def test_redirections_are_not_followed(receiver: Receiver, url: str) -> None:
    receiver.answers.append(RedirectResponse(f"{url}/khac", 307))
    assert (await Outbound(frozenset({urlsplit(url).netloc})).post(url, b"", {})).status == 307
    assert len(receiver.got) == 1


async def test_of_a_long_answer_only_the_beginning_is_read(receiver: Receiver, url: str) -> None:
    receiver.answers.append(Response(b"a\x00\n b" * 1_000_000))
    answer = await Outbound(frozenset({urlsplit(url).netloc})).post(url, b"", {})
    assert len(answer.body) == MOST_BYTES
    assert answer.text.startswith("a ba ba b")
    assert len(answer.text) <= 300


async def test_a_call_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # connections are made, and nobody reads them
        port = deaf.getsockname()[1]
        with pytest.raises(CallFailed, match=r"no answer|Timeout"):
            await Outbound(frozenset({f"127.0.0.1:{port}"})).post(f"http://127.0.0.1:{port}/", b"", {})


async def test_nobody_there_is_a_failure() -> None:
    for url, allowed in (("http://127.0.0.1:1/", {"127.0.0.1:1"}), ("https://khong-co.invalid/", set())):
        with pytest.raises(CallFailed):
            await Outbound(frozenset(allowed)).post(url, b"", {})


async def test_the_certificate_must_be_of_the_name(receiver: Receiver, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "dung-ten.example")])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("dung-ten.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, secret = tmp_path / "c.pem", tmp_path / "k.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    kind = serialization.PrivateFormat.PKCS8
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()))
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(pem, secret)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=served)
    port = server.sockets[0].getsockname()[1]
    trust = ssl.create_default_context(cafile=pem)
    names = ("dung-ten.example", "sai-ten.example")
    calls = Outbound(frozenset(f"{one}:{port}" for one in names), resolve=at("127.0.0.1"), trust=trust)
    assert (await calls.post(f"https://dung-ten.example:{port}/", b"", {})).status == 204
    with pytest.raises(CallFailed, match="certificate"):
        await calls.post(f"https://sai-ten.example:{port}/", b"", {})
    server.close()
    await server.wait_closed()
    await asyncio.sleep(0)  # for the transport of the handshake that was broken off
