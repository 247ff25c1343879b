"""What somebody who has just installed the wheel does first; run by ``scripts/smoke``, without any network."""

from __future__ import annotations

import io
import json
import socket
import sys
from contextlib import redirect_stdout
from importlib.metadata import files, version
from pathlib import Path
from typing import NoReturn


def no_network(*_: object, **__: object) -> NoReturn:
    raise AssertionError("something wanted to use the network")


def main(example: str) -> None:
    """Import, decide, check and call the command line, from what is installed."""
    for name in ("socket", "create_connection", "getaddrinfo"):
        setattr(socket, name, no_network)
    import crossprov  # noqa: PLC0415 - not before the network is closed
    from crossprov import Rulebook, decide, read_case  # noqa: PLC0415
    from crossprov.cli import main as command_line  # noqa: PLC0415

    home = Path(crossprov.__file__).parent
    assert "site-packages" in home.parts, "not the installed package"
    assert (home / "py.typed").is_file()
    assert (crossprov.rules() / "rulebook.yaml").is_relative_to(home)
    assert version("crossprov") == crossprov.__version__
    assert any(str(file).endswith("licenses/LICENSE") for file in files("crossprov") or ())

    text = Path(example).read_text("utf-8")
    decision = decide(read_case(text), Rulebook.load())
    assert decision.outcome == "eligible"
    assert decision.competent is not None
    assert json.loads(json.dumps(decision.to_dict()))["outcome"] == "eligible"
    with redirect_stdout(io.StringIO()) as said:
        assert command_line(["items", "--json"]) == 0
        assert command_line(["decide", example, "--lang", "zh", "--engine", "index"]) == 0
    assert "渝中区" in said.getvalue()


if __name__ == "__main__":
    main(sys.argv[1])
