"""The list of people: who is here, where, since when, and how they come in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from juara.core import db, scope
from juara.core.calendar import ALWAYS, FOREVER
from juara.people import calc, queries
from juara.people.types import MemberFacts, PlaceSpan, TeamFacts

PAGE_SIZE = 50
CHUNK = 500
ROLES = ("rep", "manager", "executive", "admin")
# How somebody comes in: signed in with a seat, by an open link, by one that is too old, not yet.
SEATS = ("active", "invited", "expired", "none")
# Where somebody is: in a team, not yet, no more, or never anywhere.
PLACES = ("here", "later", "left", "nowhere")
_ORDERS = {
    "name": "lower(name) {way}, id",
    "team": "lower(team_name) {way} NULLS LAST, lower(name), id",
    "role": "array_position(ARRAY['rep', 'manager', 'executive', 'admin'], role::text) {way},"
    " lower(name), id",
    "seat": "array_position(ARRAY['active', 'invited', 'expired', 'none'], seat) {way},"
    " lower(name), id",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which people, and in which order; everything empty is everybody by name."""

    text: str = ""
    team_id: int | None = None
    role: str = ""
    seat: str = ""
    place: str = ""
    order: str = "name"
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the list. `team` is the path of names below the company.

    `manager` is who they report to, named in the place or by the team; `named_manager` only the
    former, by address or else by name. `from_day` is None for since always, and without a place
    when it begins or ended.
    """

    id: int
    public_id: str
    name: str
    email: str
    role: str
    seat: str
    place: str
    team: str
    team_public_id: str
    profile: str
    manager: str
    manager_public_id: str
    named_manager: str
    zone: str
    from_day: date | None
    picture: str


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[Listed, ...]
    number: int
    count: int
    total: int

    @property
    def page_count(self) -> int:
        return max(1, -(-self.count // PAGE_SIZE))


_PEOPLE = """
    SELECT m.id, m.public_id, m.name, m.email, m.role,
        CASE WHEN m.user_id IS NOT NULL THEN 'active'
             WHEN i.expires_at > %(now)s THEN 'invited'
             WHEN i.expires_at IS NOT NULL THEN 'expired' ELSE 'none' END AS seat,
        CASE WHEN a.id IS NOT NULL THEN 'here' WHEN o.next_day IS NOT NULL THEN 'later'
             WHEN o.last_day IS NOT NULL THEN 'left' ELSE 'nowhere' END AS place,
        a.team_id, t.name AS team_name, p.name AS profile, a.manager_id, a.zone,
        COALESCE(a.valid_from, o.next_day, o.last_day) AS from_day,
        c.fingerprint,
        g.public_id AS manager_public_id, g.name AS manager_name, g.email AS manager_email
    FROM member m
    LEFT JOIN assignment a ON a.organization_id = m.organization_id AND a.member_id = m.id
        AND {place_known} AND a.valid_from <= %(today)s AND a.valid_until > %(today)s
    LEFT JOIN team t ON t.organization_id = m.organization_id AND t.id = a.team_id
    LEFT JOIN job_profile p ON p.organization_id = m.organization_id AND p.id = a.profile_id
    LEFT JOIN member g ON g.organization_id = m.organization_id AND g.id = a.manager_id
    LEFT JOIN member_picture c ON c.organization_id = m.organization_id AND c.member_id = m.id
    LEFT JOIN invitation i ON i.organization_id = m.organization_id AND i.member_id = m.id
        AND i.purpose = 'invite' AND i.used_at IS NULL AND i.withdrawn_at IS NULL
    LEFT JOIN LATERAL (
        SELECT min(b.valid_from) FILTER (WHERE b.valid_from > %(today)s) AS next_day,
               max(b.valid_until) FILTER (WHERE b.valid_until <= %(today)s) AS last_day
        FROM assignment b
        WHERE b.organization_id = m.organization_id AND b.member_id = m.id
          AND {other_known} AND a.id IS NULL
    ) o ON true
    WHERE m.organization_id = %(organization)s
"""

_CHOSEN = """
    (%(like)s = '' OR name ILIKE %(like)s OR email ILIKE %(like)s)
    AND (%(role)s = '' OR role = %(role)s)
    AND (%(seat)s = '' OR seat = %(seat)s)
    AND (%(place)s = '' OR place = %(place)s)
    AND (%(teams)s::bigint[] IS NULL OR team_id = ANY(%(teams)s))
"""


def page(asked: Asked, *, number: int, today: date, now: datetime, tree: "Tree") -> Page:
    """Return one page of the people asked for; a page behind the last is the last.

    Who is where is as known at the batch of the tree; who may sign in is as it stands now. Costs
    the same for one row as for fifty.
    """
    params = _params(asked, tree, today=today, now=now)
    count, total = db.one(
        f"SELECT count(*) FILTER (WHERE {_CHOSEN}), count(*) FROM ({_people(tree)}) people", params
    )
    last = max(1, -(-count // PAGE_SIZE))
    number = min(max(number, 1), last)
    rows = _rows(asked, params, tree, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)
    return Page(_listed(rows, tree, today), number, count, total)


def chunk(
    asked: Asked, *, offset: int, today: date, now: datetime, tree: "Tree", size: int = CHUNK
) -> tuple[Listed, ...]:
    """Return some of the people asked for, in order, for an export that reads them bit by bit."""
    params = _params(asked, tree, today=today, now=now)
    return _listed(_rows(asked, params, tree, limit=size, offset=offset), tree, today)


def _people(tree: "Tree") -> str:
    return _PEOPLE.format(
        place_known=db.known("a", tree.batch), other_known=db.known("b", tree.batch)
    )


def _rows(
    asked: Asked, params: dict[str, Any], tree: "Tree", *, limit: int, offset: int
) -> list[tuple[Any, ...]]:
    way = "DESC" if asked.is_descending else "ASC"
    order = _ORDERS.get(asked.order, _ORDERS["name"]).format(way=way)
    return db.rows(
        f"SELECT * FROM ({_people(tree)}) people WHERE {_CHOSEN}"
        f" ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s",
        {**params, "limit": limit, "offset": offset},
    )


def _params(asked: Asked, tree: "Tree", *, today: date, now: datetime) -> dict[str, Any]:
    text = asked.text.strip()
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, f"\\{sign}")
    return {
        "organization": scope.current().organization_id,
        "today": today,
        "now": now,
        "like": f"%{text}%" if text else "",
        "role": asked.role,
        "seat": asked.seat,
        "place": asked.place,
        "teams": None if asked.team_id is None else tree.below(asked.team_id),
    }


@dataclass(frozen=True, slots=True)
class Tree:
    """The teams as they hang on a day, as known at a batch."""

    teams: Mapping[int, TeamFacts]
    parents: Mapping[int, int]
    batch: int = queries.LATEST

    @classmethod
    def on(cls, day: date, *, batch: int = queries.LATEST) -> "Tree":
        spans = queries.parent_spans(batch=batch)
        return cls(queries.teams(), calc.parents_on(spans, day), batch)

    def path(self, team_id: int) -> tuple[str, ...]:
        """Return the names from just below the company to a team; of the company itself none."""
        line = reversed(calc.line_of(self.parents, team_id))
        return tuple(self.teams[each].name for each in line if not self.teams[each].is_root)

    def label(self, team_id: int) -> str:
        """Write a team as a list of people does: `North > Alpha`, the company by its name.

        Where the first team is called like the company, the company stands before it, so that a
        list read back means the same.
        """
        names, root = self.path(team_id), self.root_name
        if not names or names[0].casefold() == root.casefold():
            names = (root, *names)
        return " > ".join(names)

    @property
    def root_name(self) -> str:
        return next((each.name for each in self.teams.values() if each.is_root), "")

    def below(self, team_id: int) -> list[int]:
        """Return a team and those below it."""
        return sorted(calc.subtree_of(dict(self.parents), team_id, self.teams))

    def open_ones(self) -> list[TeamFacts]:
        """Return the company and the teams that hang somewhere, by their labels."""
        found = [each for each in self.teams.values() if each.is_root or each.id in self.parents]
        return sorted(found, key=lambda each: (not each.is_root, self.label(each.id).casefold()))


def _listed(rows: list[tuple[Any, ...]], tree: Tree, today: date) -> tuple[Listed, ...]:
    managers = queries.managers_on(today, batch=tree.batch)
    leading = {team: [each.id for each in found] for team, found in managers.items()}
    known = {each.id: each for found in managers.values() for each in found}
    return tuple(_one(row, tree, leading, known) for row in rows)


def _one(
    row: tuple[Any, ...],
    tree: Tree,
    leading: Mapping[int, list[int]],
    known: Mapping[int, MemberFacts],
) -> Listed:
    (member_id, public_id, name, email, role, seat, place, team_id, _team_name, profile,
     manager_id, zone, from_day, picture, named_id, named_name, named_email) = row  # fmt: skip
    reports_to = (named_name, named_id) if manager_id else ("", "")
    if team_id is not None and not manager_id:
        span = PlaceSpan(0, member_id, team_id, ALWAYS, FOREVER)
        above = calc.manager_of(span, managers=leading, parents=tree.parents)
        reports_to = (known[above].name, known[above].public_id) if above else ("", "")
    return Listed(
        id=member_id,
        public_id=public_id,
        name=name,
        email=email,
        role=role,
        seat=seat,
        place=place,
        team=tree.label(team_id) if team_id else "",
        team_public_id=tree.teams[team_id].public_id if team_id else "",
        profile=profile or "",
        manager=reports_to[0],
        manager_public_id=reports_to[1],
        named_manager=(named_email or named_name) if manager_id else "",
        zone=zone or "",
        from_day=None if from_day == ALWAYS else from_day,
        picture=picture or "",
    )
