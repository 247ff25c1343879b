"""What the service tells about its rules, and that a browser or a backend need not fetch it twice."""

import pytest

from crossprov import __version__
from crossprov.calendar import today
from crossprov.decide import builtin


def test_all_items_are_listed_in_the_order_of_the_catalogue(client):
    told = client.get("/items").json()
    assert [one["item"] for one in told["items"]] == [item.id for item in builtin().items()]
    assert {one["id"] for one in told["life_events"]} == set(builtin().life_events)


@pytest.mark.parametrize(
    ("asked", "found"),
    [("挂失", "card-loss-report"), ("LOSS", "card-loss-report"), ("512B0070200008", "card-loss-report")],
)
def test_items_are_found_by_words_and_codes(client, asked, found):
    assert found in [one["item"] for one in client.get("/items", params={"q": asked}).json()["items"]]


def test_items_are_found_by_what_happened(client):
    found = client.get("/items", params={"life_event": "losing_a_card"}).json()["items"]
    assert {"card-loss-report", "card-replacement"} <= {one["item"] for one in found}
    assert all("losing_a_card" in one["life_events"] for one in found)
    assert len(found) < len(builtin().item_ids)


def test_no_item_matches(client):
    assert client.get("/items", params={"q": "zzzz"}).json()["items"] == []


@pytest.mark.parametrize("name", ["card-loss-report", "512B0070200008"])
def test_an_item_has_its_guide(client, name):
    zh = client.get(f"/items/{name}", params={"lang": "zh"}).json()
    assert zh["item"] == "card-loss-report"
    assert zh["guide"]["title"] == "社会保障卡挂失"
    assert {"where", "steps", "materials"} <= {section["id"] for section in zh["guide"]["sections"]}


def test_facts_of_one_item(client):
    found = client.get("/facts", params={"item": "card-loss-report"}).json()["facts"]
    assert "card.status" in {fact["name"] for fact in found}
    assert all(fact["items"] == ["card-loss-report"] for fact in found)
    assert len(found) < len(client.get("/facts").json()["facts"])


def test_the_rulebook_says_by_what_is_decided(client):
    told = client.get("/rulebook").json()
    assert told["hash"] == builtin().hash
    assert told["library"] == __version__
    assert told["items"] == len(builtin().item_ids)
    assert told["changes"] == sorted(told["changes"])
    assert "2009-12-28" in told["changes"] or "2010-01-01" in told["changes"]  # 国办发〔2009〕66号
    assert (
        "2035-01-01" in told["changes"]
    )  # the least months for a pension rise each year; only a formula reads them


def test_places_lead_from_a_province_to_its_counties(client):
    told = client.get("/places").json()
    chongqing, sichuan, *others = told["provinces"]
    assert told["on"] == str(today())
    assert (chongqing["code"], sichuan["code"]) == ("500000", "510000")
    assert "500103" in [one["code"] for one in chongqing["parts"]]
    chengdu = next(one for one in sichuan["parts"] if one["code"] == "510100")
    assert "510104" in [one["code"] for one in chengdu["parts"]]
    assert len(others) == 32


def test_places_of_a_day_before_chongqing_was_a_province(client):
    told = client.get("/places", params={"on": "1996-12-31"}).json()
    assert "500000" not in [one["code"] for one in told["provinces"]]


def test_health_and_readiness(client):
    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/ready").json() == {"status": "ready", "rulebook_hash": builtin().hash}


@pytest.mark.parametrize("path", ["/items", "/places", "/rulebook", "/", "/web/texts.json"])
def test_what_has_not_changed_is_not_sent_again(client, path):
    first = client.get(path)
    assert first.status_code == 200
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_guide_in_another_language_is_another_answer(client):
    zh, en = (client.get("/items/card-loss-report", params={"lang": one}) for one in ("zh", "en"))
    assert zh.headers["etag"] != en.headers["etag"]
