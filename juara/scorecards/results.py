"""Scores of people, teams and the company over a period, with every step.

Now, or as it was known at a past moment. The number of queries depends on the lengths of time that
are asked about, never on how many people or lines there are.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from juara.core.calendar import Period, previous
from juara.goals.owners import Owners
from juara.people.types import TeamFacts
from juara.scorecards import calc, cards, queries
from juara.scorecards.cards import Reading, Scorecard
from juara.scorecards.groups import Groups
from juara.scorecards.types import WHOLE, Mode, Score

LATEST = queries.LATEST


@dataclass(frozen=True, slots=True)
class Compared:
    """A scorecard beside the equal period before it, and the median of the team's people.

    `median` is of the `peers` with the same job profile in the same team who have a score,
    oneself included. `target` is the score of everything on target; ranks have none.
    """

    card: Scorecard
    before: Score
    before_period: Period
    median: Decimal | None
    peers: int
    target: Decimal | None


@dataclass(frozen=True, slots=True)
class Past:
    """The score of one period among several."""

    period: Period
    mode: Mode
    points: Decimal | None


def of_member(
    member_id: int, *, period: Period, moment: datetime, batch: int = LATEST
) -> Scorecard:
    """Return somebody's scorecard over a period; of a running one as far as it has come.

    What was set for their job profile on the last day of the period so far is what counts.
    """
    return cards.read(period, moment, batch).card(member_id)


def of_members(
    member_ids: Iterable[int], *, period: Period, moment: datetime, batch: int = LATEST
) -> tuple[Scorecard, ...]:
    """Return the scorecards of some people, in their order."""
    reading = cards.read(period, moment, batch)
    return tuple(reading.card(each) for each in member_ids)


def of_groups(
    teams: Iterable[TeamFacts | None], *, period: Period, moment: datetime, batch: int = LATEST
) -> tuple[Scorecard, ...]:
    """Return the scorecards of teams and, for None, of the company, in their order.

    Their lines are their goals, each by its own roll-up; without a scorecard every goal weighs
    the same.
    """
    reading = cards.read(period, moment, batch)
    found = Groups(reading, Owners(reading.ground))
    return tuple(found.card(each) for each in teams)


def compared(member_id: int, *, period: Period, moment: datetime, batch: int = LATEST) -> Compared:
    """Return somebody's scorecard with what it is compared to. Reads two periods."""
    reading = cards.read(period, moment, batch)
    card = reading.card(member_id)
    before_period = previous(period, rules=reading.ground.rules)
    before = cards.read(before_period, moment, batch).card(member_id)
    scores = [reading.card(each).score for each in reading.team_peers(member_id)]
    points = [each.points for each in scores if each.points is not None]
    return Compared(
        card=card,
        before=before.score,
        before_period=before_period,
        median=calc.median(points),
        peers=len(points),
        target=WHOLE if card.score.mode.is_higher_better else None,
    )


def history(
    member_id: int, *, period: Period, count: int, moment: datetime, batch: int = LATEST
) -> tuple[Past, ...]:
    """Return the scores of so many equal periods up to this one, the first one first.

    Each goes by the scorecard and the targets of its own days. Reads every period.
    """
    return _history(lambda reading: reading.card(member_id), period, count, moment, batch)


def group_history(
    team: TeamFacts | None,
    *,
    period: Period,
    count: int,
    moment: datetime,
    batch: int = LATEST,
) -> tuple[Past, ...]:
    """Return the same of a team, or for None of the company."""

    def card(reading: Reading) -> Scorecard:
        return Groups(reading, Owners(reading.ground)).card(team)

    return _history(card, period, count, moment, batch)


def _history(
    card: Callable[[Reading], Scorecard], period: Period, count: int, moment: datetime, batch: int
) -> tuple[Past, ...]:
    found: list[Past] = []
    for _ in range(count):
        reading = cards.read(period, moment, batch)
        score = card(reading).score
        found.append(Past(period, score.mode, score.points))
        period = previous(period, rules=reading.ground.rules)
    return tuple(reversed(found))
