"""Lines of a report as CSV or as an Excel workbook, in bounded memory, and never as formulas."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import IO

import xlsxwriter

from api.report_rows import Cell

BOM = "\ufeff"
LONGEST = 32_767
"""Characters that a cell of Excel holds."""
_LEADS_ON = ("=", "+", "-", "@", "\t", "\r")
"""With one of these a spreadsheet takes a text for a formula (OWASP, CSV injection)."""
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CHUNK = 64 * 1024


def csv_lines(rows: Sequence[Sequence[Cell]]) -> str:
    """Rows as CSV (RFC 4180): lines end in CR LF, days are written as people here write them."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([[_plain(cell) for cell in row] for row in rows])
    return text.getvalue()


def _plain(cell: Cell) -> str | int:
    match cell:
        case None:
            return ""
        case str():
            # The apostrophe makes a text of it, for Excel and LibreOffice alike.
            return f"'{cell}" if cell.startswith(_LEADS_ON) else cell
        case datetime():
            return f"{cell:%d/%m/%Y %H:%M}"
        case date():
            return f"{cell:%d/%m/%Y}"
        case _:
            return cell


class Workbook:
    """One sheet that is filled row by row into a file; `close` ends it. Rows that were written are not kept in memory."""

    def __init__(self, file: IO[bytes], sheet: str, columns: Sequence[tuple[str, int]]) -> None:
        self._book = xlsxwriter.Workbook(
            file,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        plain = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#C9CED6"}
        head = self._book.add_format(
            {**plain, "bold": True, "bg_color": "#E8EDF3", "valign": "vcenter", "align": "center"}
        )
        self._text = self._book.add_format(plain)
        self._day = self._book.add_format({**plain, "num_format": "dd/mm/yyyy", "align": "left"})
        self._moment = self._book.add_format({**plain, "num_format": "dd/mm/yyyy hh:mm", "align": "left"})
        self._sheet = self._book.add_worksheet(sheet)
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)  # A4
        self._sheet.fit_to_pages(1, 0)
        self._sheet.repeat_rows(0)
        self._columns = len(columns)
        self._rows = 1
        for place, (name, width) in enumerate(columns):
            self._sheet.set_column(place, place, width)
            self._sheet.write_string(0, place, name, head)

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write more rows below."""
        for row in rows:
            for place, cell in enumerate(row):
                self._write(place, cell)
            self._rows += 1

    def _write(self, place: int, cell: Cell) -> None:
        match cell:
            case None:
                self._sheet.write_blank(self._rows, place, None, self._text)
            case str():
                self._sheet.write_string(self._rows, place, _NOT_IN_XML.sub("", cell)[:LONGEST], self._text)
            case datetime():
                self._sheet.write_datetime(self._rows, place, cell, self._moment)
            case date():
                self._sheet.write_datetime(self._rows, place, cell, self._day)
            case _:
                self._sheet.write_number(self._rows, place, cell, self._text)

    def close(self) -> None:
        """Finish the file."""
        self._sheet.autofilter(0, 0, max(self._rows - 1, 1), self._columns - 1)
        self._book.close()


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """A file from its beginning, piece by piece; it is closed at the end."""
    with file:
        file.seek(0)
        while piece := file.read(_CHUNK):
            yield piece
