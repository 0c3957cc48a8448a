"""Errors as RFC 9457 problem details, with a stable code and words in the caller's language."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from api.language import language_of
from api.wording import TITLES, WORDS
from domain.refusals import Code, Refusal
from domain.wording import POINT_NAMES, named

STATUS: dict[Code, int] = {
    Code.NOT_PERMITTED: 403,
    Code.UNKNOWN_DIRECTIVE: 404,
    Code.NOT_POSSIBLE_NOW: 409,
    Code.APPROVAL_MISSING: 409,
    Code.ALREADY_ISSUED: 409,
    Code.STALE_VERSION: 412,
}
"""Refusals that are not 422."""


class Problem(Exception):
    """An answer that is not a success."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        refusal: Refusal | None = None,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **words: str,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.refusal = refusal
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
        self.words = words

    @classmethod
    def of(cls, refusal: Refusal, *, extra: Mapping[str, Any] | None = None) -> "Problem":
        """The answer to a refused command; the refusal's parameters are given beside the code."""
        return cls(
            STATUS.get(refusal.code, 422), refusal.code, refusal=refusal, extra={**refusal.params, **(extra or {})}
        )

    def response(self, request: Request) -> JSONResponse:
        """The problem document in the caller's language."""
        language = language_of(request)
        vietnamese, english = TITLES.get(self.status, TITLES[500])
        body = {
            "type": f"urn:dondoc:problem:{self.code}",
            "title": english if language == "en" else vietnamese,
            "status": self.status,
            "detail": self._detail(language),
            "code": self.code,
            **self.extra,
        }
        headers = {**self.headers, "Content-Language": language}
        return JSONResponse(body, self.status, headers, media_type="application/problem+json")

    def _detail(self, language: str) -> str:
        if self.refusal is not None:
            return _spelled(self.refusal, language).message(language)
        vietnamese, english = WORDS[self.code]
        return (english if language == "en" else vietnamese).format_map(self.words)


def _spelled(refusal: Refusal, language: str) -> Refusal:
    """The refusal with the missing points named as people call them."""
    missing = refusal.params.get("missing")
    if not isinstance(missing, tuple):
        return refusal
    names = tuple(named(POINT_NAMES, point, language) for point in missing)
    return refusal.model_copy(update={"params": {**refusal.params, "missing": names}})
