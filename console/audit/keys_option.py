"""Keys at the command line: where the private key of the log is, and public keys as words or in files."""

from pathlib import Path
from typing import Annotated, NoReturn

from cyclopts import Parameter

from audit.log.keys import KeyFolder
from audit.log.note import COSIGNATURE, ED25519, NoteRefused, VerifyingKey, keys_in
from console.common import USAGE, fail
from settings import Settings

KeysIn = Annotated[
    Path | None,
    Parameter("--keys", help="Thư mục khoá, mặc định DONDOC_KEYS hoặc keys trong thư mục dữ liệu · folder of keys"),
]

_OTHER_KIND = {
    ED25519: "Đây là khoá của nhân chứng, không phải của nhật ký · the key of a witness, not of a log",
    COSIGNATURE: "Không phải khoá của nhân chứng · not a witness's key",
}


def key_folder(keys: Path | None, data: Path) -> KeyFolder:
    """The folder that is named, configured, or beside the embedded record."""
    return KeyFolder(keys or Settings().keys or data / "keys")


def key_texts(words: list[str]) -> list[str]:
    """Keys as they are given, or the content of the files that are named, unchecked. Ends the program over what is no text."""
    try:
        return [Path(word).read_text("utf-8") if _is_file(word) else word for word in words]
    except (OSError, UnicodeDecodeError) as error:
        _no_key(error)


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except OSError:  # longer than any name of a file, as several keys in one word are
        return False


def public_keys(words: list[str], algorithm: int) -> list[VerifyingKey]:
    """Public keys as they are given, or from the files that are named, one a line. Ends the program over what is none."""
    try:
        keys = [key for text in key_texts(words) for key in keys_in(text)]
    except NoteRefused as error:
        _no_key(error)
    if any(key.algorithm != algorithm for key in keys):
        fail(USAGE, _OTHER_KIND[algorithm])
    return keys


def _no_key(error: Exception) -> NoReturn:
    fail(
        USAGE,
        f"Khoá không đọc được · not a key: {error}",
        "Dạng · form: name+id+base64; xem · see: dondoc audit key show, dondoc audit witness --vkey",
    )
