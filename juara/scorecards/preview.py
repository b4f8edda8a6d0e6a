"""What scores real people would have by a scorecard that nobody has set yet."""

from dataclasses import dataclass
from datetime import datetime

from juara.core.calendar import FOREVER, Period
from juara.goals.owners import Owners
from juara.people import queries as people
from juara.scorecards import cards, queries
from juara.scorecards.cards import Reading
from juara.scorecards.groups import Groups
from juara.scorecards.queries import Owner, RuleFacts, Rules
from juara.scorecards.types import Definition, Score
from juara.scorecards.windows import Windows

# How many people are shown.
MOST = 10


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whose score it is ("" of the team or company itself), as it is and as it would be."""

    name: str
    before: Score
    after: Score


@dataclass(frozen=True, slots=True)
class Preview:
    """Up to ten scores, by name, of as many as are measured by it."""

    outlooks: tuple[Outlook, ...]
    count: int


def preview(definition: Definition, owner: Owner, *, period: Period, moment: datetime) -> Preview:
    """Return scores over a period as they stand and as a definition would make them.

    Of a job profile those of its people. The definition names metrics by public id and must hold
    (`definitions.check`). Reads what it rests on once, however many are shown.
    """
    before = cards.read(period, moment, queries.LATEST)
    day = before.ground.day
    rule = RuleFacts(owner, definition, day, FOREVER)
    rules = Rules({**before.rules.by_owner, owner: rule})
    after = Reading(before.ground, period, rules, Windows(before.ground))
    if owner.profile_id is None:
        team = None if owner.team_id is None else people.teams()[owner.team_id]
        then, now = (Groups(each, Owners(each.ground)).card(team) for each in (after, before))
        return Preview((Outlook("", now.score, then.score),), 1)
    names = people.members()
    held = sorted(_holders(before, owner.profile_id), key=lambda each: names[each].name)
    return Preview(
        tuple(
            Outlook(names[each].name, before.card(each).score, after.card(each).score)
            for each in held[:MOST]
        ),
        len(held),
    )


def _holders(reading: Reading, profile_id: int) -> set[int]:
    day = reading.ground.day
    return {
        place.member_id
        for places in reading.ground.places.values()
        for place in places
        if place.profile_id == profile_id and place.from_day <= day < place.until_day
    }
