"""Logs as JSON lines on stderr, and metrics for Prometheus."""

import gc
import json
import logging
import sys
import threading
from wsgiref.simple_server import WSGIServer

import structlog
from prometheus_client import Counter, Gauge, Histogram, start_http_server
from pydantic_core import to_json
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

COMMANDS = Counter("dondoc_commands_total", "Commands answered by the API", ["command", "status"])
COMMAND_SECONDS = Histogram(
    "dondoc_command_seconds",
    "Time from a command's arrival at the API to its answer",
    ["command"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15),
)
EVENTS = Counter("dondoc_events_total", "Events recorded", ["type"])
CONFLICTS = Counter("dondoc_append_conflicts_total", "Decisions that were overtaken before their append and made again")
MAILS = Counter("dondoc_mails_total", "Mails by outcome", ["outcome"])
WEBHOOKS = Counter("dondoc_webhooks_total", "Tries to tell webhooks and chat channels by outcome", ["outcome"])
CHECKPOINT_SIZE = Gauge("dondoc_checkpoint_size", "Events that the last checkpoint covers")
LOG_BROKEN = Counter("dondoc_log_broken_total", "Checkpoints not made because the record contradicts an earlier one")
RECONCILED = Counter("dondoc_reconciled_total", "Directives compared with Temporal's histories")
DIFFERENCES = Counter(
    "dondoc_reconcile_differences_total", "New differences between the record and Temporal's histories", ["kind"]
)
STREAMS = Counter("dondoc_streams_total", "Event streams opened")


def _json(fields: object, **_: object) -> bytes:
    """JSON of whatever is logged: a value that is none must not break the command that logs it."""
    try:
        return to_json(fields, fallback=repr, inf_nan_mode="strings")
    except ValueError:  # bytes or half characters that are no UTF-8
        return json.dumps(fields, default=repr, skipkeys=True).encode()


def configure_logging(level: str, program: str) -> None:
    """Every line is one JSON object with time, level, program, and what the event binds (directive_id, command_id, position)."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        lambda _logger, _method, fields: {"program": program, **fields},
    ]
    # Our own lines go straight out, a line a write: this is on the path of every command. Those of libraries come
    # through the standard library's logging below and look the same.
    structlog.configure(
        processors=[
            *(step for step in shared if not isinstance(step, structlog.stdlib.ExtraAdder)),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_json),
        ],
        logger_factory=structlog.BytesLoggerFactory(file=sys.stderr.buffer),
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def temporal_runtime(metrics_port: int | None) -> Runtime:
    """The SDK's runtime; with a port, its own metrics are served for Prometheus there."""
    telemetry_logging = LoggingConfig(
        filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
        forwarding=LogForwardingConfig(logger=logging.getLogger("temporal_core")),
    )
    metrics = PrometheusConfig(bind_address=f"0.0.0.0:{metrics_port}") if metrics_port else None
    return Runtime(telemetry=TelemetryConfig(logging=telemetry_logging, metrics=metrics))


def serve_metrics(port: int | None, host: str = "0.0.0.0") -> tuple[WSGIServer, threading.Thread] | None:  # noqa: S104 - scraped from outside the container
    """Serve the program's own metrics, on a port of their own; None when no port is set."""
    return start_http_server(port, addr=host) if port else None


def settle_memory() -> None:
    """After start-up: leave what is loaded out of garbage collection, and collect less often.

    The programs make many short-lived values that die by reference count; the default thresholds walk them in vain. Much higher
    ones let so much gather that a collection holds a page up for 30 ms.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
