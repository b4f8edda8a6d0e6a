"""Why a number changed: the page that tells it between two moments, record by record."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from juara.core import clock
from juara.leaderboards import changes as board_changes
from juara.leaderboards.changes import Changed, ChangedLine
from juara.leaderboards.holders import TOTAL, UNASSIGNED
from juara.leaderboards.types import BoardMetric
from juara.ledger.difference_causes import Cause
from juara.metrics import queries as metrics
from juara.people import queries as people
from juara.people.access import Viewer
from juara.people.types import MemberFacts, TeamFacts
from juara.ui import formats
from juara.web import as_of as moments
from juara.web.asked import moment_in_zone, page_number
from juara.web.entrance import in_organization
from juara.web.records import asked as asking
from juara.web.records import reading, words
from juara.web.records.asked import Selected


@dataclass(frozen=True, slots=True)
class LineShown:
    """One record's part in words; `metric_name` where the number is made of several metrics."""

    public_id: str
    external_id: str
    name: str
    account: str
    crm_url: str
    metric_name: str
    day: str
    causes: tuple[str, ...]
    before: str
    after: str
    change: str
    direction: str


@require_safe
@in_organization
def changes(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Tell why a number is not what it was, as a page or in the drawer."""
    every = metrics.metrics()
    now = clock.now()
    as_of = moments.read(request, now=now)
    selected = asking.selected(request.GET, every, as_of=as_of)
    holder = request.GET.get("holder") or (
        TOTAL if viewer.opens is None else viewer.member.public_id
    )
    since = moment_in_zone(request.GET.get("since", "")) or board_changes.end_of_yesterday(now)
    found = board_changes.changed(
        selected.asked(),
        holder=holder,
        since=since,
        now=now,
        viewer=viewer,
        page=page_number(request.GET.get("page", "1")),
    )
    given = {"holder": holder, "since": local_text(since)}

    def at(number: int) -> str:
        if not 1 <= number <= found.page_count or number == found.page:
            return ""
        return selected.url("changes", **given, page=str(number))

    context = {
        "changed": found,
        "holder_name": _holder_name(found),
        "selected": selected,
        "as_of": as_of,
        "holder": holder,
        "since": local_text(since),
        "kept": [("holder", holder), *selected.kept()],
        "is_zero": found.before == found.after,
        "difference": _difference(found),
        "lines": _lines(found),
        "metrics": asking.metric_choices(every),
        "urls": {
            "previous": at(found.page - 1),
            "next": at(found.page + 1),
            "board": selected.url("leaderboards"),
            "records": selected.url("leaderboard_evidence", holder=holder),
        },
    }
    return render(request, "web/records/changes.html", context)


def local_text(moment: datetime) -> str:
    """Write a moment as a datetime-local field takes it, in the organization's zone."""
    return formats.local(moment).strftime("%Y-%m-%dT%H:%M")


def changes_url(selected: Selected, holder: str) -> str:
    return selected.url("changes", holder=holder)


def _holder_name(found: Changed) -> str:
    if found.holder.key == UNASSIGNED:
        return _("Unassigned")
    return found.holder.name


def _difference(found: Changed) -> str:
    if found.before is None or found.after is None:
        return ""
    return signed(found.after - found.before, found.metric)


def signed(value: Decimal, measure: BoardMetric) -> str:
    """Write a difference with its sign."""
    text = formats.difference(value, measure)
    return f"+{text}" if value > 0 else text


def _lines(found: Changed) -> tuple[LineShown, ...]:
    members = people.members() if found.lines else {}
    teams = people.teams() if found.lines else {}
    several = len({each.metric.key for each in found.lines}) > 1 or any(
        each.metric.key != found.metric.key for each in found.lines
    )
    return tuple(_line(each, members, teams, several=several) for each in found.lines)


def _line(
    each: ChangedLine,
    members: dict[int, MemberFacts],
    teams: dict[int, TeamFacts],
    *,
    several: bool,
) -> LineShown:
    line = each.line
    measure = reading.exact(each.metric, line.change)
    change = line.change
    return LineShown(
        public_id=line.record.public_id,
        external_id=line.record.external_id,
        name=line.name or line.record.external_id,
        account="" if line.account in line.name else line.account,
        crm_url=reading.crm_url(line.url),
        metric_name=_(each.metric.name) if several else "",
        day=formats.day(line.day),
        causes=tuple(cause_text(cause, members, teams) for cause in line.causes),
        before=formats.measured(line.before, measure),
        after=formats.measured(line.after, measure),
        change=signed(change, measure),
        direction="up" if change > 0 else "down" if change < 0 else "same",
    )


def cause_text(cause: Cause, members: dict[int, MemberFacts], teams: dict[int, TeamFacts]) -> str:
    """Say what happened to a record, or to whom or how it counts."""
    names = {
        "before": _name(members.get(cause.member_before)),
        "after": _name(members.get(cause.member_after)),
        "team_before": _team(teams.get(cause.team_before)),
        "team_after": _team(teams.get(cause.team_after)),
        "key": cause.key,
    }
    if cause.kind == "corrected":
        said = "; ".join(words.change_text(each) for each in cause.changes)
        return _("Changed: %(said)s") % {"said": said}
    if cause.kind == "reassigned":
        if cause.member_before == cause.member_after:
            said = "; ".join(words.change_text(each) for each in cause.changes)
            return _("Names somebody else: %(said)s") % {"said": said}
        return _("Re-assigned: %(before)s → %(after)s") % names
    return _sentences()[cause.kind] % names


def _sentences() -> dict[str, str]:
    return {
        "new": _("New record"),
        "deleted": _("Deleted where it came from"),
        "undeleted": _("Came back after it was deleted"),
        "entered": _("Entered by hand"),
        "withdrawn": _("Entry taken back"),
        "matched": _("Owner matched: “%(key)s” is %(after)s"),
        "rematched": _("“%(key)s” is %(after)s now, not %(before)s"),
        "unmatched": _("“%(key)s” is matched to nobody any more"),
        "placed": _("%(after)s was given a place for that day"),
        "left": _("%(before)s has no place any more on that day"),
        "moved": _("%(after)s moved: %(team_before)s → %(team_after)s"),
        "team_moved": _("%(team_after)s hangs elsewhere in the company"),
        "zone": _("Counts on another day in the time zone of %(after)s"),
        "rule": _("The rule of the metric changed"),
        "rate": _("The exchange rate changed"),
        "parent": _("What it belongs to changed"),
        "other": _("Counted anew"),
    }


def _name(member: MemberFacts | None) -> str:
    return member.name if member else _("nobody")


def _team(team: TeamFacts | None) -> str:
    return team.name if team else _("no team")
