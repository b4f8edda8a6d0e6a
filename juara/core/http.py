"""Fetching from addresses that people typed in: bounded, and not into our own network.

The only place that knows the HTTP client. An address is looked up once and the connection made to
the very IP that was looked at, for each redirect anew, so that no name can mean one thing when it
is checked and another when it is used.
"""

import ipaddress
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx  # noqa: TID251 - the one place that may

from juara.core import environment
from juara.core.errors import DomainError
from juara.core.sentences import Sentence, gettext_noop

_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
# The server means us to come again: too early, too many, or something is broken there for now.
_PASSING = (408, 425, 429, 500, 502, 503, 504)
_CHUNK = 1 << 18
# However slowly an answer drips, it does not hold a worker for longer.
_LONGEST_SECONDS = 3600.0

_NOT_AN_ADDRESS = gettext_noop("“%(address)s” is not an address. It begins with https://.")
_NOT_ENCRYPTED = gettext_noop(
    "“%(address)s” is not encrypted. Use https://, or let the operator set "
    "JUARA_ALLOW_HTTP_FEEDS=1."
)
_WITH_PASSWORD = gettext_noop(
    "Take the name and the password out of the address: it is not secret."
)
_PRIVATE = gettext_noop(
    "%(host)s lies inside this server's own network. The operator can allow that with "
    "JUARA_ALLOW_PRIVATE_ADDRESSES=1."
)
_UNKNOWN_HOST = gettext_noop("There is no %(host)s, or the name service does not answer.")
_UNREACHABLE = gettext_noop("%(host)s does not answer (%(reason)s).")
_ANSWERED = gettext_noop("%(host)s answered %(status)s.")
_REDIRECTED = gettext_noop("%(host)s sent us on more than five times.")
_INTERRUPTED = gettext_noop("%(host)s stopped in the middle of the answer (%(reason)s).")


class FetchError(DomainError):
    """Nothing could be fetched. Passing: it may work later; else the address must be changed."""

    def __init__(self, code: str, told: Sentence, *, is_passing: bool) -> None:
        super().__init__(code, told.said())
        self.told = told
        self.is_passing = is_passing


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered. `chunks` is the body, to be read once; empty if not modified."""

    address: str
    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]

    @property
    def is_unchanged(self) -> bool:
        return self.status == 304


def check(address: str) -> None:
    """Refuse an address that will never be fetched, as far as that can be told without asking."""
    _refuse_form(address)


@contextmanager
def get(address: str, *, headers: Mapping[str, str] | None = None) -> Iterator[Answer]:
    """Ask for an address and follow its redirects; the answer is read inside the block.

    FetchError for everything that goes wrong, also while the body is read. No proxy of the
    environment is used: it would connect where it likes.
    """
    with httpx.Client(timeout=_TIMEOUT, trust_env=False, follow_redirects=False) as client:
        response = _followed(client, address, dict(headers or {}))
        host = urlsplit(address).hostname or ""
        try:
            yield Answer(address, response.status_code, response.headers, _body(response, host))
        finally:
            response.close()


def _followed(client: httpx.Client, address: str, headers: dict[str, str]) -> httpx.Response:
    for _ in range(_MOST_REDIRECTS + 1):
        response = _ask(client, address, headers)
        host = urlsplit(address).hostname or ""
        if response.status_code in (200, 304):
            return response
        response.close()
        target = response.headers.get("location", "")
        if response.status_code not in _REDIRECTS or not target:
            raise FetchError(
                "fetch.answered", Sentence(_ANSWERED, host=host, status=response.status_code),
                is_passing=response.status_code in _PASSING,
            )  # fmt: skip
        address = urljoin(address, target)
    raise FetchError("fetch.redirects", Sentence(_REDIRECTED, host=host), is_passing=False)


def _ask(client: httpx.Client, address: str, headers: dict[str, str]) -> httpx.Response:
    host = _refuse_form(address)
    url = httpx.URL(address)
    port = url.port or (443 if url.scheme == "https" else 80)
    request = client.build_request(
        "GET", url.copy_with(host=_looked_up(host, port)),
        headers={"User-Agent": "Juara", **headers, "Host": url.netloc.decode("ascii")},
        extensions={"sni_hostname": url.raw_host.decode("ascii")},
    )  # fmt: skip
    try:
        return client.send(request, stream=True)
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        raise FetchError(
            "fetch.unreachable", Sentence(_UNREACHABLE, host=host, reason=reason), is_passing=True
        ) from error


def _refuse_form(address: str) -> str:
    """Return the host of an address; FetchError when it is none that may be asked."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
        httpx.URL(address)
    except (ValueError, httpx.InvalidURL):
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("https", "http") or not host:
        raise FetchError(
            "fetch.address", Sentence(_NOT_AN_ADDRESS, address=address), is_passing=False
        )
    if parts.scheme == "http" and not environment.allows_plain_http():
        raise FetchError("fetch.plain", Sentence(_NOT_ENCRYPTED, address=address), is_passing=False)
    if parts.username or parts.password:
        raise FetchError("fetch.password", Sentence(_WITH_PASSWORD), is_passing=False)
    return host


def _looked_up(host: str, port: int) -> str:
    """Return an IP of a host that may be connected to."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(
            "fetch.unknown_host", Sentence(_UNKNOWN_HOST, host=host), is_passing=True
        ) from error
    for _family, _type, _protocol, _name, place in found:
        if environment.allows_private_addresses() or is_public(str(place[0])):
            return str(place[0])
    raise FetchError("fetch.private", Sentence(_PRIVATE, host=host), is_passing=False)


def is_public(address: str) -> bool:
    """Say whether an IP is one of the open internet, also where IPv6 wraps an IPv4 address."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _body(response: httpx.Response, host: str) -> Iterator[bytes]:
    until = time.monotonic() + _LONGEST_SECONDS
    try:
        for chunk in response.iter_bytes(_CHUNK):
            yield chunk
            if time.monotonic() > until:
                raise httpx.ReadTimeout("an hour is over")
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
        raise FetchError(
            "fetch.interrupted", Sentence(_INTERRUPTED, host=host, reason=reason), is_passing=True
        ) from error
