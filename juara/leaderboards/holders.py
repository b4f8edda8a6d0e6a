"""Whose number it is: a row of a board, the whole of it, or what nobody earned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from django.utils.translation import gettext_noop

from juara.core.calendar import ALWAYS, Period
from juara.core.errors import NotAllowedError
from juara.leaderboards import standing
from juara.leaderboards.queries import Asked
from juara.ledger import queries as ledger
from juara.ledger.queries import TeamDays
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Aggregation
from juara.people import access
from juara.people import calc as tree
from juara.people import queries as people
from juara.people.access import Viewer
from juara.people.types import TeamFacts

UNASSIGNED = "unassigned"
TOTAL = "total"


class Where(TypedDict):
    """Which credits are asked for, as the ledger's queries take them."""

    member_id: int | None
    inside: Sequence[TeamDays] | None


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose number of a board it is. `name` is '' for nobody's.

    `key` is UNASSIGNED, TOTAL or a public id; `id` the member's or team's own, 0 for the others.
    """

    key: str
    name: str
    id: int
    by: str
    scope_team: TeamFacts

    def where(self, period: Period, *, batch: int, is_balance: bool = False) -> Where:
        """Return which credits make the number, the tree as it was known at a batch.

        What stands at the end of a period stands under the tree of its last day, whenever it
        began.
        """
        if self.key == UNASSIGNED:
            return {"member_id": standing.NOBODY, "inside": None}
        where = self._where(period, batch)
        return _since_always(where) if is_balance else where

    def _where(self, period: Period, batch: int) -> Where:
        team = self.scope_team
        inside = None if team.is_root else team_days(team.id, period, batch)
        if self.key == TOTAL:
            return {"member_id": None, "inside": inside}
        if self.by == "member":
            return {"member_id": self.id, "inside": inside}
        own = team_days(team.id, period, batch, by=self.by, own=self.id)
        return {"member_id": None, "inside": own}


def earning(metric: MetricFacts, period: Period) -> Period:
    """Return the days on which a metric's value was earned: a balance since always."""
    if metric.aggregation is not Aggregation.LATEST:
        return period
    return Period("custom", ALWAYS, period.until_day)


def _since_always(where: Where) -> Where:
    """Return the same with the teams of the last day, on all days before it, too."""
    inside = where["inside"]
    if inside is None:
        return where
    last = max((each.until_day for each in inside), default=ALWAYS)
    return {
        "member_id": where["member_id"],
        "inside": [
            TeamDays(each.team_id, ALWAYS, last) for each in inside if each.until_day == last
        ],
    }


def holder(asked: Asked, key: str, *, viewer: Viewer, period: Period, batch: int) -> Holder:
    """Return whose number is asked for, if its records are the viewer's to open.

    Also of somebody who has no number at the moment: they may have had one. Raises NotFoundError
    for nobody of this organization, NotAllowedError for records that are not the viewer's.
    """
    team = people.team(asked.team) if asked.team else people.root_team()
    if key == UNASSIGNED:
        require_everything(viewer)
        return Holder(key, "", 0, asked.by, team)
    if key == TOTAL:
        found = Holder(key, team.name, 0, asked.by, team)
        require_total(found, viewer=viewer, period=period, batch=batch)
        return found
    if asked.by == "member":
        member = access.member_to_read(viewer, key)
        return Holder(key, member.name, member.id, asked.by, team)
    own = people.team_of_id(key)
    found = Holder(key, own.name, own.id, asked.by, team)
    _require_teams(found.where(period, batch=batch)["inside"] or (), viewer, period, batch)
    return found


def require_total(found: Holder, *, viewer: Viewer, period: Period, batch: int) -> None:
    """Raise NotAllowedError unless all that a board adds up to is the viewer's to open."""
    inside = found.where(period, batch=batch)["inside"]
    if inside is None:
        require_everything(viewer)
    else:
        _require_teams(inside, viewer, period, batch)


def require_everything(viewer: Viewer) -> None:
    """Raise NotAllowedError unless every record is the viewer's to open."""
    if viewer.opens is not None:
        raise NotAllowedError(
            "records.closed",
            gettext_noop("Only executives and administrators open what nobody owns."),
        )


def _require_teams(inside: Sequence[TeamDays], viewer: Viewer, period: Period, batch: int) -> None:
    """Raise NotAllowedError when somebody worked in these teams who is not the viewer's."""
    if viewer.opens is None:
        return
    days = {team: [each for each in inside if each.team_id == team] for team in _teams(inside)}
    for place in people.places(period.from_day, period.until_day, batch=batch):
        if place.member_id not in viewer.opens and any(
            place.from_day < each.until_day and place.until_day > each.from_day
            for each in days.get(place.team_id, ())
        ):
            access.require_open(viewer, place.member_id)


def _teams(inside: Sequence[TeamDays]) -> set[int]:
    return {each.team_id for each in inside}


def team_days(
    scope_team: int, period: Period, batch: int, *, by: str = "member", own: int = 0
) -> list[TeamDays]:
    """Return which teams hang at or under the scope on which days of a period.

    On a board of teams or branches only those counted in the row of the team `own`.
    """
    every = people.teams()
    segments = ledger.tree_segments(
        people.parent_spans(batch=batch), period.from_day, period.until_day
    )
    return [
        TeamDays(team, segment.from_day, segment.until_day)
        for segment in segments
        for team in every
        if scope_team in (line := tree.line_of(segment.parents, team))
        and (by == "member" or standing.team_of_row(line, by=by, scope_team=scope_team) == own)
    ]
