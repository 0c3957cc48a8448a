"""The provider's configuration, as it publishes it (OpenID Connect Discovery 1.0, section 4)."""

from authlib.common.security import is_secure_transport
from authlib.oidc.discovery import get_well_known_url
from pydantic import BaseModel, ConfigDict, ValidationError

from api.signing.openid.failures import ProviderAway
from api.signing.openid.id_token import ALGORITHMS
from api.signing.openid.outbound import Outbound


class Configuration(BaseModel):
    """Of its members those that a sign-in needs, with the defaults of the standard."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    code_challenge_methods_supported: tuple[str, ...] | None = None
    id_token_signing_alg_values_supported: tuple[str, ...] | None = None
    authorization_response_iss_parameter_supported: bool = False


async def discovered(outbound: Outbound, issuer: str) -> Configuration:
    """The configuration of the issuer. ProviderAway when it cannot be had, or names another issuer or something unsafe."""
    url = str(get_well_known_url(issuer, external=True))
    try:
        found = Configuration.model_validate(await outbound.get(url))
    except ValidationError as error:
        missing = ", ".join(".".join(str(part) for part in one["loc"]) for one in error.errors())
        raise ProviderAway(f"{url} is no configuration of a provider: {missing}") from error
    if found.issuer != issuer:
        raise ProviderAway(f"{url} is the configuration of another issuer, {found.issuer}")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint"):
        endpoint = getattr(found, name)
        if endpoint is not None and not is_secure_transport(endpoint):
            raise ProviderAway(f"{url}: {name} is not https")
    challenges, algorithms = found.code_challenge_methods_supported, found.id_token_signing_alg_values_supported
    if challenges is not None and "S256" not in challenges:
        raise ProviderAway(f"{url}: the provider does not take PKCE with S256")
    if algorithms is not None and ALGORITHMS.isdisjoint(algorithms):
        raise ProviderAway(f"{url}: ID tokens are signed with {', '.join(algorithms)}, none of which is taken here")
    return found
