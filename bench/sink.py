"""A local SMTP server that takes every mail and keeps none: `python -m bench.sink PORT`."""

import asyncio
import sys

from aiosmtpd.smtp import SMTP


class _Taker:
    async def handle_DATA(self, _server: object, _session: object, _envelope: object) -> str:  # noqa: N802 - aiosmtpd's name
        return "250 taken"


async def _serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(_Taker()), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
