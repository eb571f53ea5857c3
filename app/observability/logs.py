"""Logs: one JSON object a line on standard error, each with the id of the request it belongs to.

structlog writes them; gunicorn's and Python's own log records take the same road. Values are
escaped by JSON, so nothing that a visitor sends can forge a line. No key, password, token or cookie
is ever passed to a log call; prompts are not logged.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

import structlog


def configure(level: int = logging.INFO) -> None:
    """Send structlog and the standard library's logging to standard error as JSON lines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("httpx2", "httpcore2", "openai", "alembic", "werkzeug"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def logger(name: str) -> Callable[..., None]:
    """A function that logs one event by name with keyword fields: `log("job_admitted", job=job.id)`."""
    bound = structlog.get_logger(name)

    def log(event: str, **fields: Any) -> None:
        bound.info(event, **fields)

    return log


def bind(**fields: Any) -> None:
    """Add fields to every log line of the current request."""
    structlog.contextvars.bind_contextvars(**fields)


def clear() -> None:
    """Forget the current request's fields."""
    structlog.contextvars.clear_contextvars()
