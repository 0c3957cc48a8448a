"""How values travel to Temporal and back: JSON through pydantic, with what is costly to build built once."""

from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)

_PYDANTIC = PydanticJSONPlainPayloadConverter()


class SharedPydanticConverter(CompositePayloadConverter):
    """The SDK's pydantic converter, except that all instances share one JSON converter.

    The SDK makes a payload converter for every workflow activation (temporalio 1.35, `_CommandAwareDataConverter`), and
    each of its pydantic ones starts with an empty cache of type adapters, so that every message's adapter is built anew.
    """

    def __init__(self) -> None:
        standard = DefaultPayloadConverter.default_encoding_payload_converters
        super().__init__(*(_PYDANTIC if isinstance(c, JSONPlainPayloadConverter) else c for c in standard))


DATA_CONVERTER = DataConverter(payload_converter_class=SharedPydanticConverter)
"""What every client of the project connects with."""
