"""A small OpenID provider for tests, written from the standards: it lets everybody in at once, and can be told to misbehave.

Tokens are signed with `cryptography` directly, not with the library that checks them.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

REALM = "/realms/quan"
Claims = dict[str, Any]
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@dataclass
class Key:
    """A key with its name, as the provider publishes it."""

    kid: str
    private: PrivateKey
    alg: str

    @classmethod
    def new(cls, alg: str = "ES256", kid: str | None = None) -> "Key":
        """A fresh key for this algorithm."""
        made: PrivateKey
        match alg:
            case "RS256":
                made = rsa.generate_private_key(65537, 2048)
            case "ES256":
                made = ec.generate_private_key(ec.SECP256R1())
            case _:
                made = ed25519.Ed25519PrivateKey.generate()
        return cls(kid or secrets.token_hex(4), made, alg)

    @property
    def jwk(self) -> dict[str, Any]:
        """Its public half (RFC 7517, RFC 8037)."""
        named = {"kid": self.kid, "use": "sig", "alg": self.alg}
        public = self.private.public_key()
        if isinstance(public, rsa.RSAPublicKey):
            numbers = public.public_numbers()
            return named | {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
        if isinstance(public, ec.EllipticCurvePublicKey):
            point = public.public_numbers()
            return named | {"kty": "EC", "crv": "P-256", "x": _number(point.x, 32), "y": _number(point.y, 32)}
        return named | {"kty": "OKP", "crv": "Ed25519", "x": _b64(public.public_bytes_raw())}

    def signed(self, header: dict[str, Any], claims: Claims) -> str:
        """A compact JWS (RFC 7515) under the header's `alg`, which need not be one that fits the key."""
        text = f"{_b64(json.dumps(header).encode())}.{_b64(json.dumps(claims).encode())}"
        return f"{text}.{_b64(self._signature(header['alg'], text.encode()))}"

    def _signature(self, alg: str, text: bytes) -> bytes:
        if alg == "none":
            return b""
        if alg == "HS256":
            pem = self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            return hmac.digest(pem, text, "sha256")
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(text, padding.PKCS1v15(), SHA256())
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            r, s = decode_dss_signature(self.private.sign(text, ec.ECDSA(SHA256())))
            return r.to_bytes(32) + s.to_bytes(32)
        return self.private.sign(text)


@dataclass
class OpenIDProvider:
    """Whose claims it tells, and how it misbehaves. All fields may be changed while it serves."""

    issuer: str = ""
    client_id: str = "dondoc"
    client_secret: str | None = "bi-mat/của+trang"
    redirect_uris: set[str] = field(default_factory=set)
    account: Claims = field(default_factory=lambda: {"sub": "f3a1", "preferred_username": "tp-nv"})
    """What the ID token says of whoever is signed in at the provider."""
    userinfo: Claims = field(default_factory=dict)
    key: Key = field(default_factory=Key.new)
    """With which it signs."""
    published: list[dict[str, Any]] | None = None
    """Its JWK Set; None: the key with which it signs."""
    header: dict[str, Any] = field(default_factory=dict)
    """Laid over the header of ID tokens."""
    twist: Callable[[Claims], Claims] = lambda claims: claims
    """What it makes of the claims of an ID token before it signs."""
    configuration: dict[str, Any] = field(default_factory=dict)
    """Laid over its configuration; None takes a member away."""
    answers: dict[str, Callable[[], web.StreamResponse]] = field(default_factory=dict)
    """Other answers, by the last part of the address."""
    delay: float = 0.0
    error: str = ""
    """Instead of a code."""
    hits: Counter[str] = field(default_factory=Counter)
    """How often it was asked for what."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def configured(self) -> dict[str, Any]:
        """Its configuration (OpenID Connect Discovery 1.0, section 3)."""
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "EdDSA"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["plain", "S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return {name: value for name, value in (told | self.configuration).items() if value is not None}

    def id_token(self, nonce: str, access_token: str) -> str:
        """Signed claims for this sign-in."""
        now = int(time.time())
        digest = hashlib.sha512 if self.key.alg == "EdDSA" else hashlib.sha256
        half = digest(access_token.encode()).digest()
        claims = {
            "iss": self.issuer,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "at_hash": _b64(half[: len(half) // 2]),
            **self.account,
        }
        header = {"alg": self.key.alg, "kid": self.key.kid, "typ": "JWT", **self.header}
        return self.key.signed({k: v for k, v in header.items() if v is not None}, self.twist(claims))

    async def _configuration(self, _: web.Request) -> web.Response:
        return web.json_response(self.configured())

    async def _jwks(self, _: web.Request) -> web.Response:
        return web.json_response({"keys": self.published if self.published is not None else [self.key.jwk]})

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        assert (asked["response_type"], asked["client_id"]) == ("code", self.client_id)
        assert asked["redirect_uri"] in self.redirect_uris
        assert (asked["code_challenge_method"], len(asked["code_challenge"])) == ("S256", 43)
        assert "openid" in asked["scope"].split()
        assert asked["state"]
        assert asked["nonce"]
        told = {"state": asked["state"], "iss": self.issuer}
        if self.error:
            told["error"] = self.error
        else:
            told["code"] = secrets.token_urlsafe(16)
            self.codes[told["code"]] = asked
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode(told)}")

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        if not self._knows(request, form):
            return web.json_response({"error": "invalid_client"}, status=401)
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return web.json_response({"error": "invalid_grant"}, status=400)
        if not hmac.compare_digest(_b64(digest), asked["code_challenge"]):
            return web.json_response({"error": "invalid_grant", "error_description": "PKCE"}, status=400)
        access = secrets.token_urlsafe(16)
        told = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        return web.json_response(told | {"id_token": self.id_token(asked["nonce"], access)})

    def _knows(self, request: web.Request, form: dict[str, str]) -> bool:
        """Basic, the form, or for a public client its bare name (RFC 6749, section 2.3.1)."""
        scheme, _, held = request.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            name, _, secret = base64.b64decode(held).decode().partition(":")
            return (unquote(name), unquote(secret)) == (self.client_id, self.client_secret)
        return (form.get("client_id"), form.get("client_secret")) == (self.client_id, self.client_secret)

    async def _userinfo(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"].startswith("Bearer ")
        return web.json_response({"sub": self.account["sub"], **self.userinfo})

    @web.middleware
    async def _misbehaving(self, request: web.Request, handler: Any) -> web.StreamResponse:
        name = request.path.rpartition("/")[2]
        self.hits[name] += 1
        await asyncio.sleep(self.delay)
        answer: web.StreamResponse = self.answers[name]() if name in self.answers else await handler(request)
        return answer


@asynccontextmanager
async def provider_served() -> AsyncIterator[OpenIDProvider]:
    """A provider on a port of its own, in this process."""
    provider = OpenIDProvider()
    app = web.Application(middlewares=[provider._misbehaving])
    places = {
        "/.well-known/openid-configuration": provider._configuration,
        "/jwks": provider._jwks,
        "/authorize": provider._authorize,
        "/userinfo": provider._userinfo,
    }
    for place, handler in places.items():
        app.router.add_get(REALM + place, handler)
    app.router.add_post(f"{REALM}/token", provider._token)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    provider.issuer = f"http://{host}:{port}{REALM}"
    try:
        yield provider
    finally:
        await runner.cleanup()


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int, size: int | None = None) -> str:
    return _b64(value.to_bytes(size or (value.bit_length() + 7) // 8))
