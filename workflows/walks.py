"""Sparing the SDK its walks over payloads that nothing is to be done to. See docs/decisions/0013."""

from typing import Any

import temporalio.bridge.worker
from temporalio.converter import DataConverter
from temporalio.converter._extstore import StorageOperationMetrics

DECODE, ENCODE = "decode_activation", "encode_completion"


def spare_walks() -> None:
    """Let every worker of this process skip them for converters without codec and without external storage.

    The SDK (temporalio 1.35) visits all payloads of an activation three times before it and three times after it: for the
    codec, for external storage and for references to it. Without any of these each walk copies every payload onto
    itself, for some 7 % of all processor time that a directive's life takes.
    """
    for name in (DECODE, ENCODE):
        walk = getattr(temporalio.bridge.worker, name)
        if not isinstance(walk, _Spared):
            setattr(temporalio.bridge.worker, name, _Spared(walk))


class _Spared:
    """A walk that is taken only where it can change something."""

    def __init__(self, walk: Any) -> None:
        self._walk = walk

    async def __call__(self, message: Any, data_converter: DataConverter, *args: Any, **kwargs: Any) -> Any:
        """The metrics of external storage, as the SDK's own function gives them."""
        if data_converter.payload_codec is None and data_converter.external_storage is None:
            return StorageOperationMetrics()
        return await self._walk(message, data_converter, *args, **kwargs)
