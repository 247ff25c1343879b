"""Every refusal is a problem by RFC 9457, in the language of the request, and repeats nothing of it."""

import asyncio
import logging
import socket
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

import crossprov.service
from crossprov import CaseError
from crossprov.service import Limits, create_app
from crossprov.service.desk import Desk
from crossprov.service.problems import TYPES, RefusalError
from crossprov.texts import every, text
from service.live import running

NUMBER = "11010119760507131X"
NAME = "张三丰"


def problem(answer, status, kind):
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status == TYPES[kind.replace("-", "_")]
    assert told["type"] == f"urn:crossprov:problem:{kind}"
    return told


def post(client, raw, path="/decide", **headers):
    return client.post(path, content=raw, headers={"Content-Type": "application/json"} | headers)


@pytest.mark.parametrize(
    ("raw", "kind", "code"),
    [
        (b"", "json", "case_empty"),
        (b"{", "json", "case_not_json"),
        (b"[1]", "json", "case_no_object"),
        (b'{"a": NaN}', "json", "case_no_number"),
        (b'{"a": 1, "a": 2}', "json", "case_duplicate"),
        (b'{"a":' + b"[" * 40 + b"]" * 40 + b"}", "json", "case_too_deep"),
        (b"\xff\xfe", "json", "case_not_utf8"),
        (b'{"item": "card-loss-report"}', "case", "case_field"),
        (b'{"item": "nothing", "applicant": {"kind": "citizen"}}', "case", "item_unknown"),
    ],
)
def test_a_body_that_is_no_case(client, raw, kind, code):
    told = problem(post(client, raw), TYPES[kind], kind)
    assert told["errors"][0]["code"] == code
    assert told["detail"] == told["errors"][0]["detail"]


@pytest.mark.parametrize(
    "headers",
    [{"Content-Type": "text/plain"}, {"Content-Encoding": "gzip"}, {"Content-Type": ""}],
)
def test_only_json_that_is_not_packed_is_read(client, headers):
    problem(post(client, b"{}", **headers), 415, "media-type")


def test_an_address_and_a_method_that_do_not_exist(client):
    problem(client.get("/nowhere"), 404, "not-found")
    told = client.get("/decide")
    problem(told, 405, "method")
    assert told.headers["allow"] == "POST"


@pytest.mark.parametrize("path", ["/items/nothing", "/facts?item=nothing"])
def test_an_item_that_does_not_exist(client, path):
    problem(client.get(path), 404, "item")


@pytest.mark.parametrize(
    "path", ["/places?on=today", "/items?life_event=x", "/items/card-loss-report?lang=fr"]
)
def test_a_parameter_that_cannot_be_used(client, path):
    told = problem(client.get(path), 422, "query")
    assert told["errors"][0]["path"] == urlsplit(path).query.partition("=")[0]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB", "en"),
        ("fr, zh;q=0.2", "zh"),
        ("zh;q=0.1, en;q=0.9", "en"),
    ],
)
def test_a_problem_is_in_the_language_of_the_request(client, accepted, language):
    told = client.get("/nowhere", headers={"Accept-Language": accepted})
    assert told.json()["title"] == text("service.title_not_found", language)
    assert told.headers["content-language"] == language


@pytest.mark.parametrize("accepted", ["", "*", "fr", ";;;", "zh;q=x", "zh;q=nan", "," * 500])
def test_a_language_that_cannot_be_had_is_no_error(client, accepted):
    assert client.get("/nowhere", headers={"Accept-Language": accepted}).json()["title"] == text(
        "service.title_not_found", "en"
    )


def test_every_type_has_a_title_in_both_languages():
    for kind in TYPES:
        assert text(f"service.title_{kind}", "zh") != text(f"service.title_{kind}", "en")


def test_every_text_of_the_service_is_used():
    folder = Path(crossprov.service.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    keys = {key for key in every("service") if not key.startswith("title_")}
    assert {key for key in keys if f'"{key}"' not in code} == set()
    assert {key for key in every("service") if key.startswith("title_")} == {
        f"title_{kind}" for kind in TYPES
    }


# --- limits


@pytest.fixture(scope="module")
def small():
    limits = Limits(bytes=20_000, depth=8, cases=2, sending=1)
    with running(create_app(limits=limits)) as address, httpx.Client(base_url=address) as client:
        yield client


def test_a_body_that_says_it_is_too_large_is_not_read(small):
    told = problem(post(small, b" " * 20_001), 413, "too-large")
    assert "20000" in told["detail"]


def test_a_body_that_does_not_say_how_large_it_is_is_read_no_further_than_allowed(small):
    told = post(small, (b" " * 1_000 for _ in range(30)))
    problem(told, 413, "too-large")


def test_a_length_that_python_cannot_read_as_a_number_is_too_large(app):
    """Servers refuse it mostly; whatever server runs the app, it is no fault of the program."""

    async def asked():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://crossprov") as client:
            headers = {"Content-Type": "application/json", "Content-Length": "9" * 5_000}
            return await client.post("/decide", content=b"{}", headers=headers)

    problem(asyncio.run(asked()), 413, "too-large")


def test_a_body_of_the_largest_size_is_read(small):
    raw = b'{"item": "card-loss-report", "applicant": {"kind": "citizen"}}'
    assert post(small, raw + b" " * (20_000 - len(raw))).status_code == 200


def test_a_body_that_does_not_arrive_is_not_waited_for(small):
    port = small.base_url.port
    with socket.create_connection(("127.0.0.1", port)) as slow:
        slow.sendall(
            b"POST /decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
        )
        start = time.perf_counter()
        assert slow.recv(4_000).startswith(b"HTTP/1.1 408 ")
        assert time.perf_counter() - start < 10


def test_who_leaves_before_all_is_sent_is_no_fault(app, caplog):
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": "/decide", "raw_path": b"/decide",
        "query_string": b"", "root_path": "", "scheme": "http", "server": ("x", 80), "client": ("x", 1),
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"9")],
    }  # fmt: skip
    messages, sent = [{"type": "http.request", "body": b"{", "more_body": True}], []

    async def receive():
        return messages.pop() if messages else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    with caplog.at_level(logging.INFO, "crossprov.service"):
        asyncio.run(app(scope, receive, send))
    assert sent == []
    assert [one.levelno for one in caplog.records if one.name == "crossprov.service"] == [logging.INFO]


def test_depth_and_cases_are_limited(small):
    problem(post(small, b'{"a": [[[[[[[[1]]]]]]]]}'), 400, "json")
    told = problem(post(small, b'{"cases": [{}, {}, {}]}', "/batch"), 422, "request")
    assert told["errors"][0]["code"] == "too_many_cases"
    for raw in (b'{"cases": []}', b'{"cases": {}}', b"{}", b'{"cases": [{}], "more": 1}'):
        assert problem(post(small, raw, "/batch"), 422, "request")["errors"][0]["code"] == "cases_wanted"


def test_work_that_takes_too_long_is_answered_for_in_time_and_cannot_pile_up():
    desk, stop = Desk(Limits(threads=1, waiting=1, deciding=1)), threading.Event()

    async def three():
        return await asyncio.gather(*(desk.work(stop.wait) for _ in range(3)), return_exceptions=True)

    kinds = [error.kind for error in asyncio.run(three()) if isinstance(error, RefusalError)]
    assert kinds == ["too_slow", "too_slow", "busy"]
    assert asyncio.run(three())[2].kind == "busy"  # the first still has the thread
    stop.set()
    deadline = time.monotonic() + 10
    while desk._open and time.monotonic() < deadline:
        time.sleep(0.01)
    assert asyncio.run(desk.work(lambda: 5)) == 5
    desk.close()


def test_a_batch_begins_no_case_when_its_time_is_over(monkeypatch, client, case):
    clock = iter([0.0, 1.0, 9.0, 9.0])
    monkeypatch.setattr("crossprov.service.routes.deciding.monotonic", lambda: next(clock))
    answers = client.post("/batch", json={"cases": [case, case, case]}).json()["answers"]
    assert [list(one) for one in answers] == [["decision"], ["problem"], ["problem"]]
    assert answers[1]["problem"]["type"] == "urn:crossprov:problem:too-slow"


@pytest.mark.parametrize("value", ["0", "-1", "x", "1.5", "９", "9" * 13])
def test_a_limit_of_the_environment_that_is_none(monkeypatch, value):
    monkeypatch.setenv("CROSSPROV_MAX_BYTES", value)
    with pytest.raises(CaseError) as caught:
        Limits.from_environment()
    assert "CROSSPROV_MAX_BYTES" in str(caught.value)


def test_limits_of_the_environment(monkeypatch):
    monkeypatch.setenv("CROSSPROV_MAX_CASES", "7")
    assert Limits.from_environment() == Limits(cases=7)


# --- silence


def test_neither_a_problem_nor_the_log_repeats_what_was_sent(client, caplog):
    caplog.set_level(logging.DEBUG)
    person = {"kind": "citizen", "name": NAME, "documents": [{"kind": "resident_id", "number": NUMBER}]}
    sent = [
        client.post("/decide", json={"item": "card-loss-report", "applicant": person | {NUMBER: NAME, "sex": NAME}}),
        client.post("/decide", json={"item": NUMBER, "applicant": person}),
        client.post("/decide", json={"item": f"x{NUMBER[:17]}", "applicant": person}),
        client.post(
            "/decide",
            json={
                "item": "card-loss-report", "applicant": {"kind": "citizen"}, "as_of": "2026-11-27",
                "events": [{"step": f"x{NUMBER[:17]}", "on": "2026-11-20"}], "facts": {NUMBER: 1},
            },
        ),
        client.post(
            "/decide",
            json={
                "item": "card-loss-report", "applicant": {"kind": "citizen"}, "as_of": "2026-11-27",
                "events": [{"step": f"x{NUMBER[:17]}", "on": "2026-11-20"}],
            },
        ),
        client.post("/batch", json={"cases": [{"item": NUMBER, "applicant": {NAME: 1}}], NAME: 1}),
        client.post("/interview", json={"item": NAME}),
        client.post("/interview", json={"state": {"interview": 1, NUMBER: NAME}}),
        client.post("/interview", json={"item": "card-loss-report", "as_of": NUMBER}),
        client.get(f"/items/{NUMBER}"),
        client.get("/items", params={"q": NAME, "life_event": NUMBER}),
        client.get(f"/{NUMBER}", params={NAME: NAME}),
        client.request(NUMBER, "/decide"),
        post(client, f'{{"{NUMBER}": 1, "{NUMBER}": 2}}'.encode()),
    ]  # fmt: skip
    for answer in sent:
        assert answer.status_code >= 400
        for secret in (NUMBER[:17], NAME):
            assert secret not in answer.text
    # How the server's own log of requests is silenced, test_serving.py looks at.
    logs = ("crossprov", "uvicorn.error", "asyncio")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(logs)]
    assert any("POST /decide 422" in line for line in ours)
    assert any("/items/{name}" in line for line in ours)
    for line in ours:
        assert NUMBER[:17] not in line
        assert NAME not in line


def test_a_fault_of_the_program_shows_nothing_of_the_case(caplog, case, monkeypatch):
    def broken(*_):
        raise KeyError(NAME)

    monkeypatch.setattr("crossprov.service.routes.deciding.decided", broken)
    with running(create_app()) as address:
        told = httpx.post(f"{address}/decide", json=case)
    assert problem(told, 500, "fault")["errors"][0]["code"] == "internal_fault"
    assert NAME not in told.text
    assert NAME not in caplog.text
    assert "fault KeyError at test_refusals.py:" in caplog.text
