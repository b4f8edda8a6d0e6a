"""What a scorecard's page shows, read from scores, forecasts and days and put into words."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from juara.core.calendar import ONE_DAY, Period
from juara.events import queries as events
from juara.insights.forecasts import Whose
from juara.leaderboards.freshness import freshness
from juara.leaderboards.types import Freshness
from juara.people import calc as tree
from juara.people import calendars
from juara.people import queries as people
from juara.people.types import MemberFacts, TeamFacts
from juara.scorecards import queries, results
from juara.scorecards.cards import Scorecard
from juara.scorecards.types import WHOLE, Mode, Score
from juara.ui import formats
from juara.ui.figures import ScoreStep
from juara.web.scorecards import curves, shown
from juara.web.scorecards.asked import Asked
from juara.web.scorecards.shown import TOTAL, Holder, LineShown
from juara.web.today import landing
from juara.web.today.landing import NOWHERE, Landing, Running
from juara.web.today.reading import Live

# A median of fewer would tell one person what another has.
_FEWEST_PEERS = 3


@dataclass(frozen=True, slots=True)
class Beside:
    """What a score is held against: its name, its value and a note; `direction` '' without one."""

    name: str
    value: str
    note: str
    direction: str = ""
    by: str = ""
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class CardShown:
    """A scorecard in words. `lack` says what is missing for there to be lines."""

    name: str
    profile: str
    team: str
    period: str
    card: Scorecard
    points: str
    exact: str
    share: Decimal | None
    most: Decimal
    meaning: str
    remarks: tuple[str, ...]
    lines: tuple[LineShown, ...]
    secondary: tuple[LineShown, ...]
    steps: list[ScoreStep]
    beside: tuple[Beside, ...]
    lack: str
    freshness: Freshness
    live: Live

    @property
    def has_gauge(self) -> bool:
        """Say whether more is better: ranks are told as a number."""
        return self.card.score.mode.is_higher_better

    @property
    def is_person(self) -> bool:
        return self.card.member is not None


def of_member(member: MemberFacts, asked: Asked, *, now: datetime) -> CardShown:
    """Return somebody's scorecard, now or as it was known at a moment."""
    versions = events.topic_versions()
    found = results.compared(
        member.id, period=asked.period, moment=asked.as_of.at, batch=asked.as_of.batch
    )
    card = found.card
    drawn = curves.of_member(
        member.id,
        [each.metric for each in card.lines],
        last_day=_last_day(asked),
        batch=asked.as_of.batch,
    )
    landings = _landings(card, Whose(member_id=member.id), asked)
    holder = Holder(key=member.public_id)
    listed = [
        shown.line(
            each,
            card.score.mode,
            holder=holder,
            as_of=asked.as_of,
            landing=landings.get(shown.key(each), NOWHERE),
            curve=drawn.get(each.metric.id),
        )
        for each in card.lines
    ]
    beside = _before(card.score, found.before, formats.day_range(*_days(found.before_period)))
    if found.median is not None and found.peers >= _FEWEST_PEERS:
        beside.append(_median(found.median, found.peers, card.score.mode))
    if found.target is not None and card.lines:
        beside.append(_target(found.target))
    return _whole(card, asked, listed, beside, versions=versions, now=now)


def of_group(team: TeamFacts | None, asked: Asked, *, opens_all: bool, now: datetime) -> CardShown:
    """Return the scorecard of a team, or for None of the company.

    What the company's numbers are made of opens for who opens everybody's records.
    """
    versions = events.topic_versions()
    (card,) = results.of_groups(
        [team], period=asked.period, moment=asked.as_of.at, batch=asked.as_of.batch
    )
    landings = _landings(card, _group(team, asked), asked)
    holder = Holder(TOTAL, team.public_id) if team else Holder(TOTAL if opens_all else "")
    listed = [
        shown.line(
            each,
            card.score.mode,
            holder=holder,
            as_of=asked.as_of,
            landing=landings.get(shown.key(each), NOWHERE),
            curve=None,
        )
        for each in card.lines
    ]
    return _whole(card, asked, listed, [], versions=versions, now=now)


def _whole(
    card: Scorecard,
    asked: Asked,
    listed: list[LineShown],
    beside: list[Beside],
    *,
    versions: dict[str, int],
    now: datetime,
) -> CardShown:
    primary = {shown.key(each) for each in card.primary} or {each.key for each in listed}
    if card.member is None:
        primary = {each.key for each in listed}
    points = card.score.points
    return CardShown(
        name=shown.whose(card),
        profile=card.profile.name if card.profile else "",
        team=card.team.name if card.team and card.member else "",
        period=formats.day_range(*_days(card.period)),
        card=card,
        points=shown.points(points, card.score.mode),
        exact=formats.NO_VALUE if points is None else formats.plain(points),
        share=None if points is None else points / WHOLE,
        most=shown.most(card),
        meaning=shown.meaning(card),
        remarks=shown.remarks(card),
        lines=tuple(each for each in listed if each.key in primary),
        secondary=tuple(each for each in listed if each.key not in primary),
        steps=shown.steps(card),
        beside=tuple(beside),
        lack="" if listed else "targets" if card.profile or card.member is None else "profile",
        freshness=freshness(now=now, batch=asked.as_of.batch, is_past=bool(asked.as_of)),
        live=_live(versions, card),
    )


def _days(period: Period) -> tuple[date, date]:
    return period.from_day, period.until_day


def _last_day(asked: Asked) -> date:
    """Return the last day so far of the period, or today in a running one."""
    return min(asked.period.until_day - ONE_DAY, asked.as_of.today)


def _group(team: TeamFacts | None, asked: Asked) -> Whose:
    if team is None:
        return Whose(has_unassigned=True)
    parents = tree.parents_on(people.parent_spans(batch=asked.as_of.batch), _last_day(asked))
    return Whose(team_ids=tree.subtree_of(parents, team.id, people.teams()))


def _landings(card: Scorecard, whose: Whose, asked: Asked) -> dict[Hashable, Landing]:
    if not asked.is_running:
        return {}
    running = [
        Running(shown.key(each), each.metric, each.period, whose, each.pace)
        for each in card.lines
        if each.pace is not None
    ]
    return landing.of_running(
        running, today=asked.as_of.today, moment=asked.as_of.at, batch=asked.as_of.batch
    )


def _before(score: Score, before: Score, period: str) -> list[Beside]:
    """Hold a score against one's own before, where there is one of the same kind."""
    if before.points is None or before.mode is not score.mode:
        return []
    value = shown.points(before.points, before.mode)
    if score.points is None:
        return [Beside(_("The period before"), value, period)]
    gained = score.points - before.points
    places = shown.mode_places(score.mode)
    is_better = (gained > 0) is score.mode.is_higher_better
    return [
        Beside(
            name=_("The period before"),
            value=value,
            note=period,
            direction="same" if not gained else "up" if gained > 0 else "down",
            by=formats.plain(abs(gained), most=places),
            tone="neutral" if not gained else "good" if is_better else "neutral",
        )
    ]


def _median(median: Decimal, peers: int, mode: Mode) -> Beside:
    among = ngettext("of %(count)s person", "of %(count)s people", peers)
    return Beside(
        _("Median of the team"),
        shown.points(median, mode),
        among % {"count": formats.number(peers)},
    )


def _target(target: Decimal) -> Beside:
    return Beside(_("Target"), formats.plain(target), _("everything on target"))


def _live(versions: dict[str, int], card: Scorecard) -> Live:
    topics = [queries.TOPIC, calendars.TOPIC, *(each.metric.topic for each in card.lines)]
    topics = list(dict.fromkeys(topics))
    return Live(" ".join(topics), " ".join(str(versions.get(each, 0)) for each in topics))
