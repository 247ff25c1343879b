"""What the rules hold: items, life events, the facts that may be asked for, and the rulebook itself."""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from crossprov._version import __version__
from crossprov.calendar import today
from crossprov.decide import decider
from crossprov.decision import as_plain
from crossprov.report import asked_for, declared, fact_data, item_data, item_guide
from crossprov.service import problems
from crossprov.service.routes import Lang, documented
from crossprov.service.shared import Shared

if TYPE_CHECKING:
    from datetime import date

    from crossprov.rulebook.book import Rulebook
    from crossprov.rulebook.item import Item

Words = Annotated[str | None, Query(max_length=100, description="only items with this text")]
EventName = Annotated[str | None, Query(max_length=100, description="only items for this life event")]
ItemName = Annotated[
    str, Path(max_length=100, description="id of an item, or its 事项编码", examples=["card-loss-report"])
]
OneItem = Annotated[str | None, Query(max_length=100, description="only facts that this item may ask for")]


def routes(shared: Shared) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["catalogue"])

    @router.get("/items", **documented("items"))
    async def list_items(request: Request, q: Words = None, life_event: EventName = None) -> Response:
        """List the items in the order of the catalogue, and the life events (生活事件) that lead to them."""
        return await shared.kept(request, lambda: items(shared, (q or "").casefold(), life_event))

    @router.get("/items/{name}", **documented("item"))
    async def show_item(request: Request, name: ItemName, lang: Lang = None) -> Response:
        """Return an item with its guide of today, without a case."""
        language = lang or problems.language_of(request)
        return await shared.kept(request, lambda: item(shared, name, language))

    @router.get("/facts", **documented("facts"))
    async def list_facts(request: Request, item: OneItem = None) -> Response:
        """List the facts and lists of records that the rules may ask a case for."""
        return await shared.kept(request, lambda: facts(shared, item))

    @router.get("/rulebook", **documented("rulebook"))
    async def show_rulebook(request: Request) -> Response:
        """Say by which rules this service decides: their hash, and the days on which something in them changes."""
        return await shared.kept(request, lambda: rulebook(shared))

    return router


def items(shared: Shared, words: str, event: str | None) -> dict[str, Any]:
    """Return the items with these words, for this life event; raise a refusal if there is no such event."""
    events = shared.rulebook.life_events
    if event is not None and event not in events:
        raise problems.RefusalError(
            "query", "life_event_unknown", path="life_event", expected=", ".join(events)
        )
    found = [one for one in shared.rulebook.items() if event is None or event in one.shape.life_events]
    return {
        "items": [_line(one) for one in found if words in _searched(one).casefold()],
        "life_events": [{"id": name, "name": plain_text(said)} for name, said in events.items()],
    }


def _line(item: "Item") -> dict[str, Any]:
    shape = item.shape
    summary = None if shape.summary is None else plain_text(shape.summary)
    return {**item_data(shape), "summary": summary, "in_force": item.in_force(today())}


def plain_text(said: Any) -> dict[str, str]:
    """Return a text of the rules as plain data."""
    return {"zh": said.zh, "en": said.en}


def _searched(item: "Item") -> str:
    shape = item.shape
    summary = (shape.summary.zh, shape.summary.en) if shape.summary is not None else ()
    return " ".join([shape.item, shape.name.zh, shape.name.en, *summary, *shape.codes.values()])


def item(shared: Shared, name: str, language: str) -> dict[str, Any]:
    """Return an item with its guide of today; raise ``UnknownItemError``."""
    found = shared.rulebook.item(name)
    return {**_line(found), "guide": as_plain(item_guide(decider(shared.rulebook), found, today(), language))}


def facts(shared: Shared, name: str | None) -> dict[str, Any]:
    """Return what the rules, or those of one item, may ask for; raise ``UnknownItemError``."""
    law = shared.rulebook
    shapes = declared(law)
    asked = asked_for(law, law.items() if name is None else [law.item(name)]).items()
    return {
        "facts": [{**fact_data(fact, shapes[fact]), "items": [one.id for one in by]} for fact, by in asked]
    }


def rulebook(shared: Shared) -> dict[str, Any]:
    """Return what identifies the rules, and when they change."""
    law = shared.rulebook
    return {
        "id": law.identity.id,
        "name": plain_text(law.identity.name),
        "hash": law.hash,
        "language": law.identity.language,
        "library": __version__,
        "engine": decider(law).engine.name,
        "items": len(law.item_ids),
        "today": str(today()),
        "guides_on": None if law.identity.guides_on is None else str(law.identity.guides_on),
        "changes": sorted(map(str, _changes(law))),
    }


def _changes(law: "Rulebook") -> "set[date]":
    """Return the days on which a rule, a value of law or the organ of a function begins or has ended."""
    values, organs = law.vocabulary.parameters.values(), law.offices.region.functions.values()
    return {
        *(day for item in law.items() for day in item.changes),
        *(day for value in values for day in value.change_days()),
        *(day for organ in organs for day in organ.change_days()),
    }
