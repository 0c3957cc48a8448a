"""`dondoc audit verify-bundle`: check a bundle with the same code that lies in it."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from audit.bundle.verify import told, verify
from console.audit.keys_option import key_texts
from console.common import DEFAULT_DATA, REFUSED, Data, Json, print_json

Bundle = Annotated[Path, Parameter(help="Thư mục hoặc tệp zip của hồ sơ · folder or zip of the bundle")]
Keys = Annotated[
    list[str],
    Parameter("--key", negative=(), help="Khoá công khai của nhật ký, lấy từ nơi khác · the log's public key"),
]
Witnesses = Annotated[
    list[str],
    Parameter("--witness", negative=(), help="Khoá của nhân chứng phải có · a witness that must have cosigned"),
]


def verify_bundle(
    bundle: Bundle,
    *,
    key: Keys = [],  # noqa: B006 - cyclopts reads the default, nobody changes it
    witness: Witnesses = [],  # noqa: B006 - as above
    data: Data = DEFAULT_DATA,  # noqa: ARG001 - every command takes it; this one needs no record
    as_json: Json = False,
) -> None:
    """Kiểm tra một hồ sơ, không cần bản ghi · verify a bundle, without any record; exit 1 if it does not hold."""
    verdict = verify(bundle, key_texts(key), key_texts(witness))
    if as_json:
        print_json(verdict)
    else:
        sys.stdout.write(told(verdict))
    if not verdict["ok"]:
        sys.exit(REFUSED)
