"""The SDK's walks over payloads: spared where they change nothing, taken where there is a codec."""

from collections.abc import Sequence
from uuid import uuid4

import pytest
import temporalio.bridge.worker as bridge
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.converter import DataConverter, PayloadCodec
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from workflows.converter import DATA_CONVERTER
from workflows.walks import DECODE, ENCODE, spare_walks


@workflow.defn
class Echo:
    """Gives back what it was given, and what it was then told."""

    def __init__(self) -> None:
        self._told = ""

    @workflow.run
    async def run(self, text: str) -> str:
        await workflow.wait_condition(lambda: bool(self._told))
        return text + self._told

    @workflow.update
    async def tell(self, text: str) -> str:
        self._told = text
        return text


class Turned(PayloadCodec):
    """Text the other way round."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Turn it."""
        return [Payload(metadata={"encoding": b"turned"}, data=p.SerializeToString()[::-1]) for p in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Turn it back."""
        return [Payload.FromString(p.data[::-1]) for p in payloads]


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The walks that the SDK takes from now on, with the check in front of them."""
    walks: list[str] = []
    for name in (DECODE, ENCODE):
        plain = getattr(bridge, name)

        def counting(name: str = name, plain: object = plain) -> object:
            async def walk(*args: object, **kwargs: object) -> object:
                walks.append(name)
                return await plain(*args, **kwargs)  # type: ignore[operator]  # the SDK's function

            return walk

        monkeypatch.setattr(bridge, name, counting())
    spare_walks()
    spare_walks()  # a second time changes nothing
    return walks


@pytest.mark.parametrize("coded", [False, True])
async def test_a_walk_is_taken_only_for_a_codec(temporal_address: str, taken: list[str], coded: bool) -> None:
    converter = (
        DataConverter(payload_converter_class=DATA_CONVERTER.payload_converter_class, payload_codec=Turned())
        if coded
        else DATA_CONVERTER
    )
    client = await Client.connect(temporal_address, data_converter=converter)
    queue = f"walks-{uuid4().hex[:8]}"
    async with Worker(client, task_queue=queue, workflows=[Echo], workflow_runner=UnsandboxedWorkflowRunner()):
        handle = await client.start_workflow(Echo.run, "Đôn ", id=f"walks-{uuid4()}", task_queue=queue)
        assert await handle.execute_update(Echo.tell, "Đốc") == "Đốc"
        assert await handle.result() == "Đôn Đốc"
    assert {*taken} == ({DECODE, ENCODE} if coded else set())
