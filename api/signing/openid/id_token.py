"""ID tokens: signed by a key of the provider under an algorithm that is allowed here, for this site, now, and for this sign-in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, JWKRegistry, KeySet, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from api.signing.openid.failures import ProviderRefused, UnknownKey

ALGORITHMS = frozenset({"RS256", "ES256", "EdDSA", "Ed25519"})
"""Signatures by a key that only the provider has. Never "none", and nothing with a shared secret (RFC 8725, section 3.1): under
HS256 the provider's public key would be that secret. Ed25519 is what RFC 9864 calls EdDSA."""
KINDS = ("RSA", "EC", "OKP")
"""Keys with a public half. A shared secret has no place in what everybody can read."""
LEEWAY = 60
"""Seconds by which the clocks of provider and site may differ."""
SMALLEST_RSA = 2048
"""Bits (RFC 7518, section 3.3)."""


@dataclass(frozen=True)
class Expected:
    """What a token has to say, besides being signed and in time."""

    issuer: str
    client_id: str
    nonce: str


def key_set(document: dict[str, Any]) -> KeySet:
    """The keys of a JWK Set (RFC 7517) with which ID tokens may be signed; others are passed over (its section 5)."""
    listed = document.get("keys")
    return KeySet(list(_usable(listed if isinstance(listed, list) else [])))


def verified(token: str, keys: KeySet, expected: Expected, now: float, access_token: str | None) -> dict[str, Any]:
    """The claims of an ID token (OpenID Connect Core 1.0, section 3.1.3.7).

    UnknownKey if no key of `keys` has its name, ProviderRefused if it proves nothing. `now` is in seconds since 1970.
    """
    try:
        found = jwt.decode(token, keys, registry=_REGISTRY)
        # Of Ed25519 under that name OpenID does not say how the access token is hashed; the check is optional (3.1.3.8).
        hashed = access_token if found.header["alg"] != "Ed25519" else None
        claims = CodeIDToken(
            found.claims,
            found.header,
            options={
                "iss": {"essential": True, "value": expected.issuer},
                "sub": {"essential": True},
                "aud": {"essential": True, "value": expected.client_id},
            },
            params={"nonce": expected.nonce, "client_id": expected.client_id, "access_token": hashed},
        )
        claims.validate(now=int(now), leeway=LEEWAY)
    except InvalidKeyIdError as error:
        raise UnknownKey(str(error)) from error
    except (JoseError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise ProviderRefused(f"id token: {error!r}") from error
    return dict(claims)


class _Registry(JWSRegistry):
    def get_alg(self, name: str) -> Any:
        # The library's own warns of the name EdDSA, which is what providers write.
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError(f"the algorithm {name} is not allowed")
        return self.algorithms[name]


_REGISTRY = _Registry(strict_check_header=False)
"""Header parameters that are not known are ignored (RFC 7515, section 4), critical ones are not."""


def _usable(listed: Iterable[object]) -> Iterable[RSAKey | ECKey | OKPKey]:
    for entry in listed:
        if not isinstance(entry, dict) or entry.get("kty") not in KINDS or entry.get("use", "sig") != "sig":
            continue
        if entry["kty"] == "RSA" and len(str(entry.get("n"))) * 6 < SMALLEST_RSA:
            continue  # before the library warns of it
        try:
            key = JWKRegistry.import_key(entry)
        except (JoseError, ValueError, TypeError):
            continue
        if isinstance(key, RSAKey) and key.public_key.key_size < SMALLEST_RSA:
            continue
        if isinstance(key, RSAKey | ECKey | OKPKey):
            yield key
