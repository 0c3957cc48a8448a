"""Errors as RFC 9457 problem details, with a stable code and words in the caller's language."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from api.faults import MOST_SHOWN, Fault
from api.language import Words, language_of, said
from api.wording import TITLES, WORDS
from domain.refusals import Code, Refusal
from domain.wording import PHASE_NAMES, POINT_NAMES, RECURRENCE_NAMES, Language, named

STATUS: dict[Code, int] = {
    Code.NOT_PERMITTED: 403,
    Code.SAME_PERSON: 403,
    Code.OWN_REQUEST: 403,
    Code.UNKNOWN_DIRECTIVE: 404,
    Code.UNKNOWN_RECURRENCE: 404,
    Code.RECURRENCE_NOT_IN_STATUS: 409,
    Code.NOT_POSSIBLE_NOW: 409,
    Code.APPROVAL_MISSING: 409,
    Code.OFFICER_TAKEN: 409,
    Code.NO_OFFICER: 409,
    Code.ALREADY_ISSUED: 409,
    Code.EXTENSION_PENDING: 409,
    Code.EXTENSION_NOT_PENDING: 409,
    Code.OPEN_SUBDIRECTIVES: 409,
    Code.PARENT_CLOSED: 409,
    Code.STALE_VERSION: 412,
    Code.UNKNOWN_ATTACHMENT: 404,
    Code.FILE_ALREADY_ATTACHED: 409,
}
"""Refusals that are not 422."""


_THE_REASON = ("{reason}.", "{reason}.")
"""The text of a code that has no words of its own: what the directory says is wrong."""


class Problem(Exception):
    """An answer that is not a success. `words` fill the text of its code; a pair has one for each language."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        refusal: Refusal | None = None,
        faults: Sequence[Fault] = (),
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **words: str | Words,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.refusal = refusal
        self.faults = faults
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
        self.words = words

    @classmethod
    def of(cls, refusal: Refusal, *, extra: Mapping[str, Any] | None = None) -> "Problem":
        """The answer to a refused command; the refusal's parameters are given beside the code."""
        return cls(
            STATUS.get(refusal.code, 422), refusal.code, refusal=refusal, extra={**refusal.params, **(extra or {})}
        )

    @classmethod
    def faulty(cls, faults: Sequence[Fault], *, extra: Mapping[str, Any] | None = None) -> "Problem":
        """422 whose code is that of the first fault, with all of them beside it."""
        first = faults[0]
        return cls(422, first.code, faults=faults, extra=extra, field=first.field, reason=first.reason)

    def response(self, request: Request) -> JSONResponse:
        """The answer in the caller's language."""
        headers = {**self.headers, "Content-Language": language_of(request)}
        return JSONResponse(self.document(request), self.status, headers, media_type="application/problem+json")

    def document(self, request: Request, language: Language | None = None) -> dict[str, Any]:
        """The problem document in `language`, else the one that the caller prefers."""
        language = language or language_of(request)
        body = {
            "type": f"urn:dondoc:problem:{self.code}",
            "title": said(TITLES.get(self.status, TITLES[500]), language),
            "status": self.status,
            "detail": self._detail(language),
            "code": self.code,
            **self.extra,
        }
        if self.faults:
            body["errors"] = [
                {"field": fault.field, "code": fault.code, "detail": said(fault.reason, language)}
                for fault in self.faults[:MOST_SHOWN]
            ]
        return body

    def _detail(self, language: Language) -> str:
        if self.refusal is not None:
            return _spelled(self.refusal, language).message(language)
        words = {key: word if isinstance(word, str) else said(word, language) for key, word in self.words.items()}
        return said(WORDS.get(self.code, _THE_REASON), language).format_map(words)


def _spelled(refusal: Refusal, language: Language) -> Refusal:
    """The refusal with the missing points and the phase named as people call them."""
    params = dict(refusal.params)
    missing, phase = params.get("missing"), params.get("phase")
    if isinstance(missing, tuple):
        params["missing"] = tuple(named(POINT_NAMES, point, language) for point in missing)
    if isinstance(phase, str):
        params["phase"] = f"“{named(PHASE_NAMES, phase, language)}”"
    status = params.get("recurrence_status")
    if isinstance(status, str):
        params["recurrence_status"] = f"“{named(RECURRENCE_NAMES, status, language)}”"
    return refusal.model_copy(update={"params": params})
