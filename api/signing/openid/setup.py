"""What is configured of the provider: all that a sign-in needs, or nothing; and what is wrong with it, told at start."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from api.signing.openid.mapping import MappingUnusable, mapping_in
from domain.claims import ClaimsMapping
from settings import Settings

CALLBACK = "/sign-in/openid/callback"


class SetupUnusable(ValueError):
    """The settings of the provider contradict each other, or name a mapping that is none."""


@dataclass(frozen=True)
class Setup:
    """A provider, how this site is known there, and what is made of its claims."""

    issuer: str
    client_id: str
    public_url: str
    mapping: ClaimsMapping
    client_secret: str | None = field(default=None, repr=False)
    name: str = ""
    """What people call the provider."""

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends browsers back to; it has to be registered there, to the letter."""
        return self.public_url + CALLBACK


def setup_of(settings: Settings) -> Setup | None:
    """The provider that is configured, None without one. SetupUnusable says in both languages what to set."""
    issuer, client_id = settings.oidc_issuer, settings.oidc_client_id
    if issuer is None and client_id is None:
        left = [f"DONDOC_{name.upper()}" for name in ("oidc_client_secret", "oidc_mapping") if getattr(settings, name)]
        if left:
            raise SetupUnusable(
                f"{', '.join(left)}: cần cả DONDOC_OIDC_ISSUER và DONDOC_OIDC_CLIENT_ID · both of these are needed"
            )
        return None
    if issuer is None or client_id is None:
        missing = "DONDOC_OIDC_ISSUER" if issuer is None else "DONDOC_OIDC_CLIENT_ID"
        raise SetupUnusable(
            f"{missing} chưa đặt; DONDOC_OIDC_ISSUER và DONDOC_OIDC_CLIENT_ID đi cùng nhau · is not set; the two go together"
        )
    if not _is_issuer(issuer):
        raise SetupUnusable(
            "DONDOC_OIDC_ISSUER: cần https://…, không có ? và # (http chỉ cho 127.0.0.1, localhost)"
            " · https://… without ? and # (http for 127.0.0.1 and localhost only)"
        )
    if settings.public_url is None:
        raise SetupUnusable(
            "DONDOC_PUBLIC_URL chưa đặt; máy chủ đăng nhập cần nó để đưa người dùng trở lại"
            " · is not set; the provider needs it to send people back"
        )
    try:
        mapping = mapping_in(settings.oidc_mapping) if settings.oidc_mapping else ClaimsMapping()
    except MappingUnusable as error:
        raise SetupUnusable(f"DONDOC_OIDC_MAPPING: {error}") from error
    return Setup(issuer, client_id, settings.public_url, mapping, settings.oidc_client_secret, settings.oidc_name or "")


def _is_issuer(url: str) -> bool:
    from authlib.common.security import is_secure_transport  # only now: whoever configures no provider does without

    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - ValueError for a port that is none
    except ValueError:
        return False
    known = bool(parts.hostname) and parts.username is None and url.isascii() and not set(url) & set(" \t\r\n?#")
    return known and bool(is_secure_transport(url))
