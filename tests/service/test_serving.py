"""``crossprov serve`` as a process: on loopback, with several workers, silent about people, and ending what it began."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from crossprov import rules
from crossprov.cli import main

NUMBER = "11010119760507131X"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


class Served:
    """The process, its address, and what it wrote."""

    def __init__(self, *options, env=None):
        port = free_port()
        self.address, self.lines = f"http://127.0.0.1:{port}", []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "crossprov", "serve", "--port", str(port), *options],
            stderr=subprocess.PIPE, text=True, encoding="utf-8", env=os.environ | (env or {}),
        )  # fmt: skip
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.process.stderr), daemon=True)
        self.reader.start()
        self.until(self.answers)

    def until(self, there):
        deadline = time.monotonic() + 60
        while not there():
            assert self.process.poll() is None, self.lines
            assert time.monotonic() < deadline, self.lines
            time.sleep(0.1)

    def says(self, words):
        self.until(lambda: any(words in line for line in self.lines))

    def answers(self):
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{self.address}/ready", timeout=30).status_code == 200
        return False

    def ended(self):
        code = self.process.wait(timeout=40)
        self.reader.join(timeout=10)
        self.process.stderr.close()
        return code


def fastest(address):
    """How long the fastest answer takes over one connection, once it is no longer new to the system."""
    with httpx.Client(base_url=address) as client:
        times = [client.get("/health").elapsed.total_seconds() for _ in range(90)]
    return min(times[30:])


@contextlib.contextmanager
def served(*options, env=None):
    found = Served(*options, env=env)
    try:
        yield found
    finally:
        if found.process.poll() is None:
            found.process.terminate()
            found.ended()


def test_it_listens_on_loopback_alone_and_its_log_names_routes_only():
    with served() as found:
        httpx.get(f"{found.address}/items/{NUMBER}", params={"q": NUMBER})
        httpx.post(
            f"{found.address}/decide", json={"item": NUMBER, "applicant": {"kind": "citizen", NUMBER: 1}}
        )
        httpx.get(f"{found.address}/{NUMBER}")
        found.process.terminate()
        found.ended()
    log = "".join(found.lines)
    assert "http://127.0.0.1:" in log
    assert "GET /items/{name} 404" in log
    assert "POST /decide 422" in log
    assert NUMBER not in log


def test_several_processes_serve_the_rules_that_were_named(tmp_path):
    folder = Path(shutil.copytree(rules(), tmp_path / "rules"))
    identity = folder / "rulebook.yaml"
    words = identity.read_text(encoding="utf-8").replace("id: sichuan-chongqing", "id: corrected")
    identity.write_text(words, encoding="utf-8")
    with served("--workers", "2", "--rules", str(folder)) as found:
        told = httpx.get(f"{found.address}/rulebook").json()
        started = {line for line in found.lines if "Started server process" in line}
        assert len(started) == 2
        assert told["id"] == "corrected"
        # Who waits for an acknowledgement waits 40 ms each time, and a slow machine does not slow down every answer.
        assert fastest(found.address) < 0.03


def test_what_has_begun_is_ended_before_it_stops(case):
    raw = json.dumps(case).encode()
    with served() as found:
        port = int(found.address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as slow:
            slow.sendall(
                b"POST /decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n"
                b"Content-Length: %d\r\n\r\n" % len(raw) + raw[:100]
            )
            found.answers()  # whoever came later is answered: the request before has been taken in
            found.process.send_signal(signal.SIGTERM)
            found.says("Waiting for connections to close")
            assert found.process.poll() is None
            slow.sendall(raw[100:])
            answer = b"".join(iter(lambda: slow.recv(65_536), b""))
        assert found.ended() in (0, -signal.SIGTERM)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["outcome"] == "eligible"
    assert not re.search("Traceback", "".join(found.lines))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--port", "0"), "--port"),
        (("--port", "99999"), "--port"),
        (("--port", "x"), "--port"),
        (("--workers", "0"), "--workers"),
        (("--engine", "x"), "engine"),
        (("--rules", "."), "rulebook.yaml"),
    ],
)
def test_a_call_that_is_wrong(capsys, options, said):
    assert main(["serve", *options, "--lang", "en"]) in (2, 3)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_that_is_taken_is_a_wrong_call(workers):
    """And no fault of the rules, of which the exit code would otherwise speak."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = subprocess.run(
            [sys.executable, "-m", "crossprov", "serve", "--workers", workers, "--lang", "en",
             "--port", str(taken.getsockname()[1])],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    assert ran.returncode == 2
    assert ran.stderr.splitlines()[-1].endswith("and the port is free")
    assert "Traceback" not in ran.stderr


def test_without_the_extra_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr("crossprov.cli.serving.find_spec", lambda _: None)
    assert main(["serve", "--lang", "en"]) == 2
    assert "pip install 'crossprov[service]'" in capsys.readouterr().err
