"""Where the commands look for the private key of the log."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from audit.log.keys import KeyFolder
from settings import Settings

KeysIn = Annotated[
    Path | None,
    Parameter("--keys", help="Thư mục khoá, mặc định DONDOC_KEYS hoặc keys trong thư mục dữ liệu · folder of keys"),
]


def key_folder(keys: Path | None, data: Path) -> KeyFolder:
    """The folder that is named, configured, or beside the embedded record."""
    return KeyFolder(keys or Settings().keys or data / "keys")
