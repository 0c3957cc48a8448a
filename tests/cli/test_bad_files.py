"""Files that hold no directives: exit 2 before anything is asked of any server, with the place of the fault."""

import json
from pathlib import Path

import pytest
import yaml

from tests.support.command_line import dondoc
from tests.support.office import ISSUE


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "item 1 is no directive"),
        (b"[]", "there is no directive in it"),
        (b"just words", "item 1 is no directive"),
        (b"- {title: a}\n- 7\n", "item 2 is no directive: 7"),
        (b"directives: [{title: a}]\nsauce: {}\n", "only `source` is expected, not sauce"),
        (b"title: [unclosed", "cannot read it"),
        (b"\xff\xfe\x00x", "cannot read it"),
        (b"PK\x03\x04 and then nothing", "damaged, or no xlsx"),
        (json.dumps([ISSUE] * 201).encode(), "more than 200 directives"),
        (yaml.safe_dump([{"title": "a"}]).encode().replace(b"a", b"&a [*a]"), "cannot read it"),
    ],
    ids=["empty", "no-item", "words", "number", "key", "yaml", "bytes", "zip", "many", "circle"],
)
def test_the_fault_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "in.yaml"
    file.write_bytes(content)
    wrong = dondoc("issue", str(file), "--as", "chu-tich", "--data", str(tmp_path / "data"))
    assert wrong.ended(2, said, str(file)).out == ""
    assert not (tmp_path / "data").exists()


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    dondoc("issue", str(tmp_path), "--as", "chu-tich").ended(2, "cannot read it")
