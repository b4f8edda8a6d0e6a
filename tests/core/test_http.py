"""Fetching from addresses people type in: never into our own network unless that is allowed."""

import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from juara.core import http
from juara.core.http import FetchError


class Handler(BaseHTTPRequestHandler):
    """Sends /to/X on to X, and answers everything else with what it was asked."""

    def do_GET(self) -> None:
        if self.path == "/now-forbidden":
            del os.environ["JUARA_ALLOW_PRIVATE_ADDRESSES"]
            self.path = "/to//inside"
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
        elif self.path == "/torn":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"torn")
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"{self.headers['Host']} {self.path}".encode())

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUARA_ALLOW_HTTP_FEEDS", "1")
    monkeypatch.setenv("JUARA_ALLOW_PRIVATE_ADDRESSES", "1")


def fetched(address: str) -> str:
    with http.get(address) as answer:
        return b"".join(answer.chunks).decode()


def refused(address: str) -> FetchError:
    with pytest.raises(FetchError) as refusal:
        fetched(address)
    return refusal.value


def test_an_address_is_asked_by_its_own_name(allowed: None, port: int) -> None:
    assert fetched(f"http://localhost:{port}/a?b=c") == f"localhost:{port} /a?b=c"


def test_redirects_are_followed_and_not_without_end(allowed: None, port: int) -> None:
    here = f"http://127.0.0.1:{port}"
    assert fetched(f"{here}/to//there") == f"127.0.0.1:{port} /there"
    assert refused(f"{here}" + "/to/" * 7 + "/there").code == "fetch.redirects"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("ftp://example.com/x", "fetch.address"),
        ("file:///etc/passwd", "fetch.address"),
        ("deals.csv", "fetch.address"),
        ("https://", "fetch.address"),
        ("https://[::1", "fetch.address"),
        ("https://example.com:port/", "fetch.address"),
        ("http://example.com/x", "fetch.plain"),
        ("https://ana:secret@example.com/x", "fetch.password"),
    ],
)
def test_what_is_no_safe_address_is_refused_for_good(address: str, code: str) -> None:
    refusal = refused(address)
    assert (refusal.code, refusal.is_passing) == (code, False)
    with pytest.raises(FetchError):
        http.check(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "10.1.2.3", "169.254.169.254", "[::ffff:127.0.0.1]",
     "[64:ff9b::7f00:1]", "2130706433", "0.0.0.0", "[fe80::1]", "100.64.0.1", "224.0.0.1"],
)  # fmt: skip
def test_our_own_network_is_not_entered(host: str) -> None:
    refusal = refused(f"https://{host}/latest/meta-data")
    assert (refusal.code, refusal.is_passing) == ("fetch.private", False)


def test_a_redirect_is_looked_at_like_the_first_address(allowed: None, port: int) -> None:
    refusal = refused(f"http://127.0.0.1:{port}/now-forbidden")
    assert (refusal.code, refusal.is_passing) == ("fetch.private", False)


def test_a_redirect_to_another_kind_of_address_is_not_followed(allowed: None, port: int) -> None:
    assert refused(f"http://127.0.0.1:{port}/to/ftp://x").code == "fetch.address"


def test_the_wanted_answers_that_do_not_come_are_passing(allowed: None, port: int) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = closed.getsockname()[1]
        unreachable = refused(f"http://127.0.0.1:{nobody}/")
    torn = refused(f"http://127.0.0.1:{port}/torn")
    assert (unreachable.code, unreachable.is_passing) == ("fetch.unreachable", True)
    assert (torn.code, torn.is_passing) == ("fetch.interrupted", True)


@pytest.mark.parametrize(
    ("address", "expected"),
    [("8.8.8.8", True), ("2606:4700:4700::1111", True), ("192.168.1.1", False), ("::", False),
     ("2002:7f00:1::", False), ("64:ff9b::808:808", True), ("fd00::1", False)],
)  # fmt: skip
def test_only_the_open_internet_is_public(address: str, expected: bool) -> None:
    assert http.is_public(address) is expected
