"""Everything stored that a list of people is compared with, read once."""

from dataclasses import dataclass, field
from datetime import date

from juara.core import db, scope
from juara.people import calendars, queries
from juara.people import operations as people
from juara.people.calendar_types import CalendarFacts
from juara.people.lists import Tree
from juara.people.models import Assignment
from juara.people.types import MemberFacts, TeamFacts
from juara.tenancy.models import Organization


@dataclass(frozen=True, slots=True)
class Known:
    """The people, places and teams of the organization on a day.

    `first_days` says when each member first worked anywhere. Costs the same number of queries
    however many people there are.
    """

    today: date
    company: str
    members: dict[int, MemberFacts]
    by_email: dict[str, MemberFacts]
    by_name: dict[str, list[MemberFacts]]
    places: dict[int, Assignment]
    first_days: dict[int, date]
    tree: Tree
    team_labels: dict[str, list[TeamFacts]]
    team_names: dict[str, list[TeamFacts]]
    children: dict[tuple[int, str], TeamFacts]
    profiles: frozenset[str]
    calendars: dict[str, CalendarFacts]
    chosen: dict[int, int]
    root: TeamFacts | None = field(default=None)

    @classmethod
    def on(cls, today: date) -> "Known":
        members = queries.members()
        tree = Tree.on(today)
        by_name: dict[str, list[MemberFacts]] = {}
        for member in members.values():
            by_name.setdefault(member.name.casefold(), []).append(member)
        labels: dict[str, list[TeamFacts]] = {}
        names: dict[str, list[TeamFacts]] = {}
        for team in tree.open_ones():
            labels.setdefault(tree.label(team.id).casefold(), []).append(team)
            names.setdefault(team.name.casefold(), []).append(team)
        organization = Organization.objects.get(id=scope.current().organization_id)
        return cls(
            today=today,
            company=tree.root_name or organization.name,
            members=members,
            by_email={each.email.casefold(): each for each in members.values() if each.email},
            by_name=by_name,
            places=people.places_on(today),
            first_days=_first_days(),
            tree=tree,
            team_labels=labels,
            team_names=names,
            children={
                (parent, tree.teams[team].name.casefold()): tree.teams[team]
                for team, parent in tree.parents.items()
            },
            calendars={
                each.name.casefold(): each for each in calendars.calendars() if not each.is_archived
            },
            chosen=calendars.chosen_on(today),
            profiles=frozenset(each.name.casefold() for each in queries.profiles().values()),
            root=next((each for each in tree.teams.values() if each.is_root), None),
        )

    def calendar_by(self, member_id: int) -> CalendarFacts | None:
        """Return the calendar somebody works by today; None for one that is archived."""
        chosen = self.chosen.get(member_id)
        return next(
            (
                each
                for each in self.calendars.values()
                if (each.is_default if chosen is None else each.id == chosen)
            ),
            None,
        )

    def calendar_name(self, calendar_id: int) -> str:
        return next(each.name for each in self.calendars.values() if each.id == calendar_id)

    @property
    def team_words(self) -> frozenset[str]:
        return frozenset(self.team_labels) | frozenset(self.team_names)


def _first_days() -> dict[int, date]:
    return dict(
        db.rows(
            "SELECT member_id, min(valid_from) FROM assignment"
            f" WHERE organization_id = %s AND known_until = {db.OPEN} GROUP BY member_id",
            [scope.current().organization_id],
        )
    )
