"""The service: decisions over HTTP for backends, and a web page for people, served by the same app.

    >>> from crossprov.service import create_app
    >>> app = create_app()                        # an ASGI app; ``crossprov serve`` runs it under uvicorn

Stateless: what a request needs comes with it, nothing of it is kept, and nothing of it enters a log or an error.
"""

from importlib.util import find_spec

from crossprov._errors import CrossprovError, Problem

if find_spec("fastapi") is None:
    raise CrossprovError([Problem("service_missing")])

from crossprov.service.app import create_app
from crossprov.service.limits import Limits

__all__ = ["Limits", "create_app"]
