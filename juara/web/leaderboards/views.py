"""The leaderboard page, its live part, and the drawer behind a number."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers

from juara.core import clock
from juara.core import scope as core_scope
from juara.leaderboards import queries
from juara.leaderboards.evidence import evidence
from juara.leaderboards.holders import UNASSIGNED
from juara.leaderboards.queries import Asked
from juara.leaderboards.types import Board, BoardRow
from juara.ledger import queries as ledger
from juara.ledger.queries import Nobodys
from juara.metrics import queries as metrics
from juara.people import pictures
from juara.people import queries as people
from juara.people.access import Viewer
from juara.web import as_of as moments
from juara.web import export
from juara.web.as_of import AsOf
from juara.web.asked import page_number
from juara.web.entrance import in_organization
from juara.web.leaderboards.file import sheet
from juara.web.leaderboards.labels import offered_periods, period_label
from juara.web.people.views import picture_url

_DEFAULT_PERIOD = "this-month"
_DEFAULT_METRIC = "revenue_won"
# More rows than anybody reads; the rest is a click away.
_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Selected:
    """What the filter form shows as chosen, and the query that says it again."""

    metric: str
    period: str
    by: str
    scope: str
    as_of: AsOf
    from_day: date | None = None
    to_day: date | None = None
    is_whole: bool = False

    def asked(self) -> Asked:
        return Asked(
            metric=self.metric,
            period=self.period_key,
            by=self.by,
            team=self.scope,
            as_of=self.as_of.moment,
        )

    @property
    def period_key(self) -> str:
        if self.from_day and self.to_day:
            return f"{self.from_day}..{self.to_day}"
        return self.period

    def query(self, **changes: str) -> str:
        parts = {
            "metric": self.metric, "period": self.period_key, "by": self.by,
            "scope": self.scope, "as_of": str(self.as_of), "all": "1" if self.is_whole else "",
        } | changes  # fmt: skip
        return urlencode({name: value for name, value in parts.items() if value})


@dataclass(frozen=True, slots=True)
class Newest:
    """Where there are results, in words; `metric_name` only if it is of another metric."""

    metric_name: str
    period_name: str
    url: str


@vary_on_headers("HX-Request", "HX-Request-Type")
@in_organization
def leaderboards(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    every = metrics.metrics()
    if not every:
        return render(request, "web/leaderboards/empty.html", {})
    now = clock.now()
    as_of = moments.read(request, now=now)
    keys = [(metric.public_id, metric.key) for metric in every]
    selected = _selected(request.GET, keys, as_of)
    board = queries.board(selected.asked(), now=now, viewer=viewer)
    if kind := export.asked(request):
        return export.respond(request, sheet(board, at=as_of.at), kind)
    context = _context(selected, board, as_of, viewer)
    if getattr(request, "htmx", False) and request.headers.get("HX-Request-Type") == "partial":
        return render(request, "web/leaderboards/_board.html", context)
    return render(request, "web/leaderboards/page.html", context | _choices(selected, every, as_of))


@vary_on_headers("HX-Request")
@in_organization
def leaderboard_evidence(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    every = [(metric.public_id, metric.key) for metric in metrics.metrics()]
    now = clock.now()
    selected = _selected(request.GET, every, moments.read(request, now=now))
    holder, page = request.GET.get("holder", ""), page_number(request.GET.get("page", "1"))
    part_of = {name: request.GET.get(name, "") for name in ("reason", "owner", "source")}
    nobodys = Nobodys(*part_of.values()) if part_of["reason"] else None
    found = evidence(
        selected.asked(), holder=holder, nobodys=nobodys, part=request.GET.get("part", ""),
        now=now, viewer=viewer, page=page,
    )  # fmt: skip
    if not found.holder_name:
        found = replace(found, holder_name=part_of["owner"] or _("Unassigned"))
    here = reverse("leaderboard_evidence", args=[_slug()])

    def at(number: int) -> str:
        if not 1 <= number <= found.page_count or number == found.page:
            return ""
        part = next((key for key, _name, is_shown in found.parts if is_shown), "")
        return f"{here}?{selected.query(holder=holder, **part_of, part=part, page=str(number))}"

    board = f"{reverse('leaderboards', args=[_slug()])}?{selected.query()}"
    context = {
        "evidence": found,
        "as_of": selected.as_of,
        "urls": {
            "previous": at(found.page - 1),
            "next": at(found.page + 1),
            "board": board,
            "parts": [
                (f"{here}?{selected.query(holder=holder, part=key)}", _(name), is_shown)
                for key, name, is_shown in found.parts
            ],
            "changes": ""
            if nobodys
            else f"{reverse('changes', args=[_slug()])}?{selected.query(holder=holder)}",
            "unassigned": f"{reverse('unassigned', args=[_slug()])}?{selected.query()}"
            if holder == UNASSIGNED
            else "",
        },
    }
    part = "_evidence" if getattr(request, "htmx", False) else "evidence"
    return render(request, f"web/leaderboards/{part}.html", context)


def _selected(given: QueryDict, every: list[tuple[str, str]], as_of: AsOf) -> Selected:
    keys = {key: public_id for public_id, key in every}
    known = {public_id for public_id, _key in every}
    wanted = given.get("metric", "")
    metric = keys.get(wanted, wanted)
    if metric not in known:
        metric = wanted or keys.get(_DEFAULT_METRIC, every[0][0])
    from_day, to_day = _day(given.get("from", "")), _day(given.get("to", ""))
    custom = given.get("period") == "custom"
    period = given.get("period") or _DEFAULT_PERIOD
    if custom and not (from_day and to_day):
        period, custom = _DEFAULT_PERIOD, False
    if custom and from_day and to_day and from_day > to_day:
        from_day, to_day = to_day, from_day
    return Selected(
        metric=metric,
        period=period,
        by=given.get("by") if given.get("by") in queries.BY else "member",  # type: ignore[arg-type]
        scope=given.get("scope", ""),
        as_of=as_of,
        from_day=from_day if custom else None,
        to_day=to_day if custom else None,
        is_whole=given.get("all") == "1",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _slug() -> str:
    return core_scope.current().slug


def _context(selected: Selected, board: Board, as_of: AsOf, viewer: Viewer) -> dict[str, Any]:
    slug = _slug()
    page, drawer = (
        reverse("leaderboards", args=[slug]),
        reverse("leaderboard_evidence", args=[slug]),
    )
    following = board.period.next_key
    shown = board.rows
    if len(shown) > _MOST_ROWS and not selected.is_whole:
        # Who is looking always finds themselves, however far down.
        mine = tuple(row for row in shown[_MOST_ROWS:] if row.is_viewer)
        shown = shown[:_MOST_ROWS] + mine
    hidden = len(board.rows) - len(shown)
    found = pictures.fingerprints_by_public_id() if board.by == "member" else {}
    return {
        "board": replace(
            board,
            rows=_pictured(shown, found),
            without_data=_pictured(board.without_data, found),
        ),
        "now": as_of.now,
        "as_of": as_of,
        "hidden_count": hidden,
        "can_open_unassigned": viewer.opens is None,
        "urls": {
            "page": page,
            "part": f"{page}?{selected.query()}",
            "evidence": f"{drawer}?{selected.query()}&holder=",
            "unassigned": f"{reverse('unassigned', args=[slug])}?{selected.query(all='')}",
            "all": f"{page}?{selected.query(all='1')}" if hidden else "",
            "csv": f"{page}?{selected.query(export='csv')}",
            "xlsx": f"{page}?{selected.query(export='xlsx')}",
            "previous": f"{page}?{selected.query(period=board.period.previous_key)}",
            "next": f"{page}?{selected.query(period=following)}" if following else "",
        },
        "newest": None if board.rows or board.is_past else _newest(selected, board, page),
    }


def _newest(selected: Selected, board: Board, page: str) -> Newest | None:
    """Return the last period with results, for a board that has none: of any metric if need be."""
    months = ledger.newest_months()
    every = [each for each in metrics.metrics() if each.id in months]
    this = [each for each in every if each.public_id == selected.metric]
    if not every:
        return None
    found = max(this or every, key=lambda each: months[each.id][0])
    month = months[found.id][0]
    if this and board.period.from_day <= month < board.period.until_day:
        # They are there already: it is the place that has none.
        return None
    query = selected.query(
        metric=found.public_id, period=f"{month:%Y-%m}", scope=selected.scope if this else ""
    )
    return Newest(
        metric_name="" if this else _(found.name),
        period_name=period_label(f"{month:%Y-%m}", queries.today(clock.now())),
        url=f"{page}?{query}",
    )


def _pictured(rows: tuple[BoardRow, ...], found: Mapping[str, str]) -> tuple[BoardRow, ...]:
    """Give the rows of those who have a picture its address."""
    slug = _slug()
    return tuple(
        replace(row, picture_url=picture_url(slug, row.public_id, found[row.public_id]))
        if row.public_id in found
        else row
        for row in rows
    )


def _choices(
    selected: Selected, every: tuple[metrics.MetricFacts, ...], as_of: AsOf
) -> dict[str, Any]:
    today = as_of.today
    if as_of:
        # What nobody had defined by then is not offered; before anything was, all of it is.
        every = moments.metrics_in_use(as_of) or every
    offered = offered_periods(today)
    if not selected.from_day and selected.period not in dict(offered):
        offered.append((selected.period, period_label(selected.period, today)))
    shown = replace(selected, period="custom" if selected.from_day else selected.period)
    root = people.root_team()
    return {
        "metrics": [(metric.public_id, _(metric.name)) for metric in every],
        "periods": offered,
        "scopes": [("", root.name), *_teams(root.id)],
        "selected": shown,
    }


def _teams(root: int) -> list[tuple[str, str]]:
    found = [team for team in people.teams().values() if team.id != root]
    return [
        (team.public_id, team.name) for team in sorted(found, key=lambda team: team.name.casefold())
    ]
