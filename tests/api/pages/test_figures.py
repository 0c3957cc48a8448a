"""Numbers and spans of time as each language writes them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.pages import figures

_NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # 10:00 in Hà Nội


@pytest.mark.parametrize(
    ("written", "vietnamese", "english"),
    [
        (lambda language: figures.seconds(1.44, language), "1,4", "1.4"),
        (lambda language: figures.number(4206, language), "4.206", "4,206"),
        (lambda language: figures.percent(29, 30, language), "96,7%", "96.7%"),
        (lambda language: figures.percent(0, 0, language), "—", "—"),
        (lambda language: figures.size(1_440_000, language), "1,4 MB", "1.4 MB"),
        (lambda language: figures.size(12, language), "12 B", "12 B"),
        (lambda language: figures.ago(_NOW - timedelta(minutes=7), _NOW, language), "7 phút trước", "7 min ago"),
        (lambda language: figures.left(_NOW + timedelta(days=3), _NOW, language), "còn 3 ngày", "3 d left"),
        (lambda language: figures.left(_NOW - timedelta(hours=2), _NOW, language), "quá 2 giờ", "2 h late"),
        (
            lambda language: figures.due(datetime(2026, 11, 25, 17, 0, tzinfo=UTC), language),
            "T4, 25/11/2026",
            "Wed, 25/11/2026",
        ),
    ],
)
def test_each_language_has_its_own_marks(written: Any, vietnamese: str, english: str) -> None:
    assert (written("vi"), written("en")) == (vietnamese, english)
