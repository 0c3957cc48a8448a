"""The caller's language: Vietnamese unless English is preferred."""

from starlette.requests import Request

from domain.wording import Language


def language_of(request: Request) -> Language:
    """By Accept-Language (RFC 9110, section 12.5.4); Vietnamese when neither is named or both weigh the same."""
    weights = {"vi": 0.0, "en": 0.0}
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        main = tag.split("-")[0].strip().lower()
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        if main in weights:
            weights[main] = max(weights[main], weight)
    return "en" if weights["en"] > weights["vi"] else "vi"
