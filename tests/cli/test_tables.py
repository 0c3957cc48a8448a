"""Tables for people: what matters is readable on a narrow screen, too."""

from datetime import UTC, datetime
from io import StringIO
from uuid import UUID

import pytest
from rich.console import Console

from console.tables import directive_table
from storage.directives import find
from tests.support.office import Office

TITLE = "Rà soát hồ sơ đất đai quá hạn trên địa bàn quận, báo cáo nguyên nhân và hướng xử lý"


@pytest.mark.parametrize(("width", "letters", "also"), [(80, 20, ""), (120, 35, "NV"), (200, len(TITLE), "NV")])
async def test_the_title_keeps_room_and_no_line_is_broken(office: Office, width: int, letters: int, also: str) -> None:
    found = await find(office.pool, UUID((await office.issue(title=TITLE))["id"]))
    assert found is not None
    screen = Console(file=StringIO(), width=width)
    screen.print(directive_table([found.state], datetime.now(UTC), width=width))
    assert isinstance(screen.file, StringIO)
    head, row = screen.file.getvalue().splitlines()
    assert TITLE[:letters] in row
    for word in (found.state.code, "Chưa thực hiện", "Trong hạn", also):
        assert word in row
    assert ("Chủ trì" in head) is bool(also)
