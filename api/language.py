"""The caller's language: Vietnamese unless English is preferred."""

import re

from starlette.requests import Request

from domain.wording import Language

Words = tuple[str, str]
"""The same thing said in Vietnamese and in English."""

_PREFERENCE = re.compile(
    r"\s*([a-z]{2,8}|\*)(?:-[a-z0-9-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.IGNORECASE
)


def said(words: Words, language: Language) -> str:
    """The words in `language`."""
    return words[language == "en"]


def language_of(request: Request) -> Language:
    """By Accept-Language (RFC 9110, section 12.5.4); Vietnamese when neither is named or both weigh the same."""
    weights = {"vi": 0.0, "en": 0.0}
    for part in request.headers.get("accept-language", "").split(","):
        match = _PREFERENCE.fullmatch(part)
        if match and match[1].lower() in weights:
            main = match[1].lower()
            weights[main] = max(weights[main], float(match[2] or 1))
    return "en" if weights["en"] > weights["vi"] else "vi"
