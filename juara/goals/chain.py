"""What a person's goal is part of: the goal of their team, of the teams above, of the company.

Every goal may name the one it serves; where none is named, it is the one of the same metric that
is nearest above and asks for as long a time, or longer.
"""

from collections.abc import Iterator

from juara.goals import lengths
from juara.goals.owners import OwnerGoal, Owners
from juara.goals.progress import LineProgress, PersonProgress
from juara.goals.types import GRAINS, GoalFacts, Owner
from juara.people import calc as tree
from juara.people.types import TeamFacts


def of_line(owners: Owners, person: PersonProgress, line: LineProgress) -> tuple[OwnerGoal, ...]:
    """Return the goals above a person's, nearest first; none where nothing above asks for it."""
    found: list[OwnerGoal] = []
    team_id = None if person.team is None else person.team.id
    goal: GoalFacts | None = line.line
    while goal is not None and len(found) < len(owners.ground.teams) + 1:
        goal = _above(owners, goal, team_id)
        if goal is None or any(each.goal is goal for each in found):
            break
        period = lengths.period_for(goal, owners.ground.day, owners.ground.rules)
        if period is None:
            break
        team = None if goal.team_id is None else owners.ground.teams[goal.team_id]
        found.append(owners.of_subject(team, goal.metric_id, goal.grain, period))
        team_id = None if goal.team_id is None else _parent(owners, goal.team_id)
    return tuple(found)


def _above(owners: Owners, goal: GoalFacts, team_id: int | None) -> GoalFacts | None:
    """Return the goal that one serves: the one it names, else the nearest from a team upwards."""
    if goal.owner is Owner.COMPANY:
        return None
    standing = [each for each in owners.ground.goals if each.holds_on(owners.ground.day)]
    if goal.serves_id is not None:
        return next((each for each in standing if each.goal_id == goal.serves_id), None)
    for team in _line(owners, team_id):
        same = [
            each
            for each in standing
            if each.metric_id == goal.metric_id
            and each.owner is (Owner.COMPANY if team is None else Owner.TEAM)
            and each.team_id == (None if team is None else team.id)
            and GRAINS.index(each.grain) >= GRAINS.index(goal.grain)
        ]
        if same:
            return min(same, key=lambda each: GRAINS.index(each.grain))
    return None


def _line(owners: Owners, team_id: int | None) -> Iterator[TeamFacts | None]:
    """Yield a team and those above it, then the company."""
    ground = owners.ground
    if team_id is not None:
        for above in tree.line_of(tree.parents_on(ground.parents, ground.day), team_id):
            yield ground.teams[above]
    yield None


def _parent(owners: Owners, team_id: int) -> int | None:
    return tree.parents_on(owners.ground.parents, owners.ground.day).get(team_id)
