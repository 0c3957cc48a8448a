"""The provider as this site speaks to it: where to send a browser, and what the code is worth that it brings back."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.jwk import KeySet

from api.signing.openid.discovery import Configuration, discovered
from api.signing.openid.failures import ProviderAway, ProviderRefused, UnknownKey
from api.signing.openid.id_token import Expected, key_set, verified
from api.signing.openid.outbound import Outbound
from api.signing.openid.remembered import Remembered
from api.signing.openid.setup import Setup

SCOPE = "openid profile email"


@dataclass(frozen=True)
class Secrets:
    """What binds one sign-in together. The verifier (RFC 7636) is shown to the provider only with the code."""

    state: str
    nonce: str
    verifier: str = field(repr=False)


class Provider:
    """Configuration and keys are fetched when first needed and remembered. `clock` is seconds since 1970."""

    def __init__(self, setup: Setup, clock: Callable[[], float] = time.time) -> None:
        self.setup = setup
        self._clock = clock
        self._outbound = Outbound(setup.issuer)
        self._configuration = Remembered(lambda: discovered(self._outbound, setup.issuer))
        self._keys = Remembered(self._fetch_keys)

    async def configuration(self) -> Configuration:
        """What the provider says of itself. ProviderAway."""
        return await self._configuration.get()

    async def keys(self) -> KeySet:
        """Its keys for signatures. ProviderAway."""
        return await self._keys.get()

    async def address_for(self, secrets: Secrets) -> str:
        """Where to send a browser that wants to sign in. ProviderAway."""
        return str(
            prepare_grant_uri(
                (await self.configuration()).authorization_endpoint,
                client_id=self.setup.client_id,
                response_type="code",
                redirect_uri=self.setup.redirect_uri,
                scope=SCOPE,
                state=secrets.state,
                nonce=secrets.nonce,
                code_challenge=create_s256_code_challenge(secrets.verifier),
                code_challenge_method="S256",
            )
        )

    async def address_to_leave(self, back: str) -> str | None:
        """Where to send a browser that wants to end its session at the provider too (OpenID Connect RP-Initiated Logout 1.0).

        None if the provider has no such place. `back` has to be registered there. ProviderAway.
        """
        endpoint = (await self.configuration()).end_session_endpoint
        if endpoint is None:
            return None
        asked = {"client_id": self.setup.client_id, "post_logout_redirect_uri": back}
        return str(add_params_to_uri(endpoint, asked))

    async def claims(self, code: str, secrets: Secrets) -> dict[str, Any]:
        """What the provider says of whoever came back with `code`. ProviderAway, ProviderRefused."""
        answer = await self._exchanged(code, secrets)
        token, access_token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(token, str):
            raise ProviderRefused("the answer to the code holds no id_token")
        if not isinstance(access_token, str) or str(answer.get("token_type", "")).lower() != "bearer":
            access_token = None
        claims = await self._verified(token, secrets, access_token)
        if access_token is not None and self.setup.mapping.lacks(claims):
            claims = {**await self._more(access_token, claims["sub"]), **claims}
        return claims

    async def aclose(self) -> None:
        """Close the connections."""
        await self._outbound.aclose()

    async def _exchanged(self, code: str, secrets: Secrets) -> dict[str, Any]:
        configuration, setup = await self.configuration(), self.setup
        body = prepare_token_request(
            "authorization_code", code=code, redirect_uri=setup.redirect_uri, code_verifier=secrets.verifier
        )
        _, headers, body = self._client_auth(configuration).prepare("POST", configuration.token_endpoint, {}, body)
        status, answer = await self._outbound.post(configuration.token_endpoint, body, headers)
        if status != 200 or "error" in answer:
            raise ProviderRefused(f"the code was refused with {status}: {str(answer.get('error'))[:100]}")
        return answer

    def _client_auth(self, configuration: Configuration) -> Any:
        setup, offered = self.setup, configuration.token_endpoint_auth_methods_supported
        if setup.client_secret is None:
            return ClientAuth(setup.client_id, None, "none")
        if "client_secret_basic" in offered:
            # In this header both are encoded as in a form (RFC 6749, section 2.3.1), which the library leaves to its caller.
            return ClientAuth(
                quote(setup.client_id, safe=""), quote(setup.client_secret, safe=""), "client_secret_basic"
            )
        if "client_secret_post" in offered:
            return ClientAuth(setup.client_id, setup.client_secret, "client_secret_post")
        raise ProviderAway(f"the provider takes no client secret, only {', '.join(offered)}")

    async def _verified(self, token: str, secrets: Secrets, access_token: str | None) -> dict[str, Any]:
        expected = Expected(self.setup.issuer, self.setup.client_id, secrets.nonce)
        keys = await self.keys()
        try:
            return verified(token, keys, expected, self._clock(), access_token)
        except UnknownKey:
            newer = await self._keys.again(keys)  # the provider may have begun to sign with another one
            if newer is keys:
                raise
            return verified(token, newer, expected, self._clock(), access_token)

    async def _fetch_keys(self) -> KeySet:
        url = (await self.configuration()).jwks_uri
        keys = key_set(await self._outbound.get(url))
        if not keys:
            raise ProviderAway(f"{url} holds no key that can be used here")
        return keys

    async def _more(self, access_token: str, subject: str) -> dict[str, Any]:
        """The claims that the provider keeps at its UserInfo endpoint (OpenID Connect Core 1.0, section 5.3); none if it has none.

        Nor are there any where it lies on another host: as much as is missing then stays missing, and is told.
        """
        endpoint = (await self.configuration()).userinfo_endpoint
        if endpoint is None or not self._outbound.reaches(endpoint):
            return {}
        found = await self._outbound.get(endpoint, {"Authorization": f"Bearer {access_token}"})
        if found.get("sub") != subject:
            raise ProviderRefused("userinfo is of another person")
        return found
