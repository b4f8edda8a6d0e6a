"""The product's own web process on a free loopback port, and its streams as a client hears them."""

import contextlib
import http.client
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings
from django.db import connections
from django.test import Client

from juara.accounts.models import User
from juara.ops import serve

REPOSITORY = Path(__file__).parents[2]

# What "within a second" is given on a machine that does other work too.
SOON = 4.0
_START_SECONDS = 30.0


def eventually(condition: Callable[[], bool], *, seconds: float = SOON, what: str = "it") -> None:
    """Look until a condition holds, and fail when it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} never came to hold"
        threading.Event().wait(0.02)


def application_url() -> str:
    """Return the address of the test database as the application connects to it."""
    kept = connections["default"].settings_dict
    options = {name: str(kept[name.upper()]) for name in ("host", "port") if kept[name.upper()]}
    password = f":{quote(kept['PASSWORD'], safe='')}" if kept["PASSWORD"] else ""
    return f"postgresql://{kept['USER']}{password}@/{kept['NAME']}?{urlencode(options)}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """A web process that can be stopped and started again on the same port."""

    home: Path
    database_url: str
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        child = serve.web(host="127.0.0.1", port=self.port)
        with (self.home / "web.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *child.arguments],
                cwd=REPOSITORY,
                stdout=log,
                stderr=log,
                env=os.environ
                | {
                    "JUARA_HOME": str(self.home),
                    "DATABASE_URL": self.database_url,
                    "DJANGO_SETTINGS_MODULE": "juara.config.settings",
                    # Sessions begun by a test are the server's too.
                    "JUARA_SECRET_KEY": settings.SECRET_KEY,
                }
                | self.environment,
            )
        eventually(self._answers, seconds=_START_SECONDS, what="the web process")

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log()
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.get("/sign-in/").status == 200
        return False

    def stop(self) -> None:
        """End it as the process tree does, which waits at most three seconds for open streams."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        finally:
            self._process.kill()
            self._process.wait()
            self._process = None

    def kill(self) -> None:
        """End it as a power cut does: no goodbye to anybody."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def log(self) -> str:
        return (self.home / "web.log").read_text()

    def get(self, path: str, *, cookie: str = "", within: float = 15.0) -> "Answer":
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=within)
        with contextlib.closing(connection):
            connection.request("GET", path, headers=_with(cookie))
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def _with(cookie: str) -> dict[str, str]:
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"} if cookie else {}


def session_of(user: User) -> str:
    """Begin a session; return the value of its cookie."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@dataclass(frozen=True, slots=True)
class Message:
    """One event of a stream."""

    name: str
    data: dict[str, Any]

    @property
    def topic(self) -> str:
        return str(self.data.get("topic", ""))

    @property
    def version(self) -> int:
        return int(self.data.get("version", -1))


class Stream:
    """An open stream: what it says is kept until it is asked for."""

    def __init__(self, server: Server, path: str, *, cookie: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._connection.request("GET", path, headers=_with(cookie))
        self._response = self._connection.getresponse()
        self.status = self._response.status
        self.headers = {name.lower(): value for name, value in self._response.getheaders()}
        self._heard: queue.Queue[Message | None] = queue.Queue()
        self._socket = self._connection.sock
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        name = ""
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            while line := self._response.readline():
                text = line.decode().rstrip("\n")
                if text.startswith("event: "):
                    name = text.removeprefix("event: ")
                elif text.startswith("data: "):
                    self._heard.put(Message(name, json.loads(text.removeprefix("data: "))))
        self._heard.put(None)

    def hear(self, *, within: float = SOON) -> Message:
        """Return the next message."""
        try:
            message = self._heard.get(timeout=within)
        except queue.Empty:
            raise AssertionError(f"nothing was heard within {within} seconds") from None
        assert message is not None, "the stream has ended"
        return message

    def hear_until(self, topic: str, version: int, *, within: float = SOON) -> list[Message]:
        """Return what is said up to a topic's version, that included."""
        deadline = time.monotonic() + within
        heard: list[Message] = []
        while True:
            message = self.hear(within=max(deadline - time.monotonic(), 0.01))
            heard.append(message)
            if (message.topic, message.version) == (topic, version):
                return heard

    def first_versions(self, count: int) -> dict[str, int]:
        """Return the versions said on connecting, which come first and together."""
        return {message.topic: message.version for message in (self.hear() for _ in range(count))}

    def has_ended(self, *, within: float = 10.0) -> bool:
        deadline = time.monotonic() + within
        with contextlib.suppress(queue.Empty):
            while True:
                if self._heard.get(timeout=max(deadline - time.monotonic(), 0.01)) is None:
                    return True
        return False

    def close(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            self._response.close() if self._socket is None else self._socket.shutdown(
                socket.SHUT_RDWR
            )
        self._listener.join(5)
        self._response.close()
        self._connection.close()


@contextlib.contextmanager
def listening(server: Server, path: str, *, cookie: str = "") -> Iterator[Stream]:
    stream = Stream(server, path, cookie=cookie)
    try:
        yield stream
    finally:
        stream.close()


def superuser(owner_url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """Connect to the test database as who may look at and end every backend."""
    user = psycopg.conninfo.conninfo_to_dict(os.environ["JUARA_TEST_SERVER"])["user"]
    url = psycopg.conninfo.make_conninfo(owner_url, user=user)
    return psycopg.connect(url, autocommit=True)
