"""The language of the pages: Vietnamese unless this browser has switched to English."""

from starlette.requests import Request

from domain.wording import Language

COOKIE = "dondoc_language"


def page_language(request: Request) -> Language:
    """By the cookie of the switch, not by Accept-Language: many an office PC has an English system and a Vietnamese reader."""
    return "en" if request.cookies.get(COOKIE) == "en" else "vi"
