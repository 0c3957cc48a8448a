"""DONDOC_SMTP_URL: which forms there are, and what stands in for what is left out."""

import pytest

from activities.smtp import SmtpTarget

SENDER = "don-doc@van-xuan.example"

FORMS: dict[str, dict[str, object]] = {
    "smtp://mail.example": {"host": "mail.example", "port": 25},
    "smtp://mail.example:2525": {"host": "mail.example", "port": 2525},
    "smtp://[::1]:2525": {"host": "::1", "port": 2525},
    "SMTP://mail.example/": {"host": "mail.example", "port": 25},
    "smtps://mail.example": {"host": "mail.example", "port": 465, "tls": True},
    "smtps://mail.example:4650": {"host": "mail.example", "port": 4650, "tls": True},
    "smtp://user:pass@mail.example:587?starttls=1": {
        "host": "mail.example",
        "port": 587,
        "starttls": True,
        "username": "user",
        "password": "pass",
    },
    "smtps://user%40ubnd:p%3Aa%2Fss@mail.example": {
        "host": "mail.example",
        "port": 465,
        "tls": True,
        "username": "user@ubnd",
        "password": "p:a/ss",
    },
    "smtp://user@mail.example": {"host": "mail.example", "port": 25, "username": "user"},
    "smtp://mail.example?starttls=0": {"host": "mail.example", "port": 25},
}


@pytest.mark.parametrize(("url", "target"), FORMS.items())
def test_forms(url: str, target: dict[str, object]) -> None:
    assert SmtpTarget.from_url(url, SENDER).model_dump(exclude_defaults=True) == {**target, "sender": SENDER}


@pytest.mark.parametrize(
    "url",
    [
        *("", "mail.example", "mail.example:25", "http://mail.example", "smtp:", "smtp://", "smtps://:465"),
        *("smtp://mail.example:port", "smtp://mail.example:99999", "smtps://mail.example?starttls=1"),
    ],
)
def test_other_forms_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"DONDOC_SMTP_URL must look like|Port"):
        SmtpTarget.from_url(url, SENDER)
