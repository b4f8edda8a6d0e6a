"""The moment a page's numbers are of: now, or as they were known at one that has passed.

A page that shows numbers reads its moment here, hands `batch` and `today` to every query, and
takes what changes anything off the page: the past is to look at. `first` and `more` carry the
moment into the addresses it links to, so that one who looks at the past stays there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from juara.core import scope
from juara.leaderboards import queries as boards
from juara.ledger import queries as ledger
from juara.metrics import history
from juara.metrics import queries as metrics
from juara.metrics.queries import MetricFacts
from juara.tenancy import knowledge
from juara.web.asked import moment_in_zone

# Why a moment that was asked for is not the one that is shown.
AHEAD, UNREADABLE = "ahead", "unreadable"


@dataclass(frozen=True)
class AsOf:
    """A moment as a page takes it. True only of the past; as text what the address says of it.

    `moment` is None for now. `kept` is what else the address asks for, for the form that asks for
    another moment.
    """

    now: datetime
    text: str = ""
    moment: datetime | None = None
    problem: str = ""
    page_url: str = ""
    now_url: str = ""
    kept: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return self.moment is not None

    def __str__(self) -> str:
        return self.text

    @cached_property
    def batch(self) -> int:
        """Return the last batch known at that moment; 0 when nothing was known yet."""
        return ledger.LATEST if self.moment is None else knowledge.number_as_of(self.moment)

    @property
    def at(self) -> datetime:
        return self.moment or self.now

    @property
    def today(self) -> date:
        """Return the organization's day at that moment."""
        return boards.today(self.at)

    @property
    def is_before_everything(self) -> bool:
        """Say whether nothing was known yet."""
        return self.batch == 0

    @property
    def first(self) -> str:
        """Return what follows an address without a query so that it stays in this moment."""
        return f"?{urlencode({'as_of': self.text})}" if self else ""

    @property
    def more(self) -> str:
        """Return the same for an address that has a query."""
        return f"&{urlencode({'as_of': self.text})}" if self else ""

    def url(self, name: str, *arguments: str, **query: str) -> str:
        """Return the address of a page of the organization in this moment."""
        asked = {key: value for key, value in (query | {"as_of": self.text}).items() if value}
        address = reverse(name, args=[scope.current().slug, *arguments])
        return f"{address}?{urlencode(asked)}" if asked else address


def metrics_in_use(as_of: AsOf) -> tuple[MetricFacts, ...]:
    """Return the metrics there are, by their newest rules; of the past those defined by then."""
    if not as_of:
        return metrics.metrics()
    known = history.metrics_known(as_of.batch)
    every = metrics.metrics(batch=as_of.batch, day=as_of.today)
    return tuple(each for each in every if each.id in known)


def read(request: HttpRequest, *, now: datetime) -> AsOf:
    """Read the moment an address asks for.

    One that cannot be read, or lies ahead, is now, and `problem` says so.
    """
    kept = [
        (name, str(value)) for name, value in request.GET.items() if name not in ("as_of", "page")
    ]
    shared: Mapping[str, Any] = {
        "now": now,
        "page_url": request.path,
        "now_url": f"{request.path}?{urlencode(kept)}" if kept else request.path,
        "kept": tuple(kept),
    }
    text = request.GET.get("as_of", "")
    if not text:
        return AsOf(**shared)
    moment = moment_in_zone(text)
    if moment is None:
        return AsOf(problem=UNREADABLE, **shared)
    if moment >= now:
        return AsOf(problem=AHEAD, **shared)
    return AsOf(text=text, moment=moment, **shared)
