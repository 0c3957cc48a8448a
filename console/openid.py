"""The OpenID provider as `dondoc doctor` shows it: what is configured, whether it answers, and who may come in by it."""

from api.signing.openid.setup import setup_of
from console.finding import Finding
from settings import Settings

OPENID = "OpenID"


async def look_at_openid(settings: Settings) -> Finding:
    """SetupUnusable (settings, mapping) and ProviderAway say what is wrong."""
    setup = setup_of(settings)
    if setup is None:
        return Finding(OPENID, "off", "chỉ đăng nhập bằng mật khẩu · sign-in by password only", "DONDOC_OIDC_ISSUER")
    from api.signing.openid.provider import Provider  # only now: its libraries are slow to load

    provider = Provider(setup)
    try:
        keys = len((await provider.keys()).keys)
    finally:
        await provider.aclose()
    detail = f"{setup.issuer}, {keys} khóa · keys; provision: {setup.mapping.provision}; callback {setup.redirect_uri}"
    return Finding(OPENID, "ok", detail)
