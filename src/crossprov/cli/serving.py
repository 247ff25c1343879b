"""The command ``serve``: the service under uvicorn."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from crossprov._errors import CrossprovError, Problem
from crossprov.cli.errors import DONE, wrong
from crossprov.cli.options import MOST_PROCESSES, number_of, rulebook_served
from crossprov.rulebook.book import ENGINE_VARIABLE

if TYPE_CHECKING:
    import argparse

LOOPBACK: Final = "127.0.0.1"
PORT: Final = 8000
_PORTS: Final = 65_535
STOPPING_SECONDS: Final = 30
"""How long running requests may take after the signal to stop."""

LOGGING: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        name: {"handlers": ["stderr"], "level": "INFO", "propagate": False}
        for name in ("crossprov", "uvicorn", "uvicorn.error")
    },
}
"""One line a request, by route; uvicorn's own log of requests would have what stands in the address."""


def serve(options: argparse.Namespace) -> int:
    """Serve decisions and the web page until told to stop; then end what has begun."""
    if find_spec("fastapi") is None or find_spec("uvicorn") is None:
        raise CrossprovError([Problem("service_missing")])
    port = number_of(options, "port", PORT, _PORTS)
    workers = number_of(options, "workers", 1, MOST_PROCESSES)
    rulebook = rulebook_served(options)  # what is wrong with them is said here, once, and not by each process
    import uvicorn

    from crossprov.service.app import RULES_VARIABLE

    os.environ[ENGINE_VARIABLE] = rulebook.engine
    if options.rules is not None:
        os.environ[RULES_VARIABLE] = str(rulebook.root)
    try:
        _run(uvicorn, options.host or LOOPBACK, port, workers)
    except SystemExit as ended:  # uvicorn has said why in its log
        if ended.code:
            raise wrong(options.language, "not_served") from None
    return DONE


def _run(uvicorn: Any, host: str, port: int, workers: int) -> None:
    uvicorn.run(
        "crossprov.service.app:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        http="crossprov.service.prompt:Prompt",
        log_config=LOGGING,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=STOPPING_SECONDS,
        ws="none",
    )
