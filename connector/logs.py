"""Logs: one line an event on standard error; JSON unless a person is reading.

Values of records never get there: what is logged are names of sources, streams, fields
and ids of our own.
"""

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Send logs of `level` (debug, info, warning, error) and above to standard error."""
    number = getattr(logging, level.upper())
    shown = (
        structlog.dev.ConsoleRenderer(pad_event_to=0) if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        # Looked up each time: what standard error is may change, and what it was may be closed.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # The libraries' own words: warnings only. Some of them log URLs, and those may hold what nobody should read.
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
