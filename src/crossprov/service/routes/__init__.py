"""The addresses of the service, one subject a module; each has ``routes(shared)``."""

from typing import Annotated, Any, Literal

from fastapi import Query

Lang = Annotated[
    Literal["zh", "en"] | None, Query(description="language of the answer; left out: by Accept-Language")
]


def documented(name: str) -> dict[str, Any]:
    """Tell FastAPI the name under which ``openapi`` has what an operation takes and answers."""
    return {"operation_id": name}
