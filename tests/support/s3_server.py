"""A real S3 server for the tests: rclone, which serves a folder by the S3 protocol and checks signatures."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from embedded.temporal import free_port

BUCKET = "tep"
KEY, SECRET = "test-key", "test-secret"


@dataclass(frozen=True)
class S3Server:
    """Where it is reached. Buckets are folders in `folder`."""

    endpoint: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which programs find it and sign in."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
        }


@contextmanager
def s3_served(folder: Path) -> Iterator[S3Server]:
    """A server with the bucket BUCKET, for the length of the block."""
    (folder / BUCKET).mkdir(parents=True)
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("rclone")),
        "serve",
        "s3",
        "--config",
        "",
        "--addr",
        f"127.0.0.1:{port}",
    ]
    with (folder / "rclone.log").open("wb") as log:
        server = subprocess.Popen([*command, "--auth-key", f"{KEY},{SECRET}", str(folder)], stdout=log, stderr=log)
    try:
        _wait_for(port, server)
        yield S3Server(f"http://127.0.0.1:{port}", folder)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    limit = time.monotonic() + 30
    while True:
        assert server.poll() is None, "the S3 server did not start"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < limit, "the S3 server does not listen"
            time.sleep(0.02)
        else:
            return
