"""Work one step ahead in a thread, so that reading, deciding and writing share the processors."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

T = TypeVar("T")

_END: Final[Any] = object()


def ahead(made: Generator[T]) -> Iterator[T]:
    """Yield what a generator yields; while one thing is used, the next is made in a thread, and no more than that.

    What the generator raises is raised here. If this is closed the generator is closed, when it has made what it is at.
    """
    with ThreadPoolExecutor(1, "ahead") as thread:
        following = thread.submit(next, made, _END)
        try:
            while (one := following.result()) is not _END:
                following = thread.submit(next, made, _END)
                yield cast("T", one)
        finally:
            following.cancel()
            thread.submit(made.close).result()
