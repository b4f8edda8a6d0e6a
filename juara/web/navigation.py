"""Where one can go: the destinations of the product, who has them, and where each role begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

EVERYBODY = frozenset({"rep", "manager", "executive", "admin"})
LEADERS = EVERYBODY - {"rep"}
ADMINS = frozenset({"admin"})


@dataclass(frozen=True, slots=True)
class Group:
    """A heading in the navigation; the first has none."""

    key: str
    label: Any


GROUPS = (
    Group("work", ""),
    Group("people", _("People and teams")),
    Group("numbers", _("Numbers")),
    Group("organization", _("Organization")),
)


@dataclass(frozen=True, slots=True)
class Destination:
    """A place in the navigation.

    `below` are the beginnings of the URL names that belong to it, beside its own. `words` are
    what else somebody may call it, for the command palette; `short` is what fits under a thumb.
    """

    key: str
    label: Any
    icon: str
    url_name: str
    roles: frozenset[str]
    group: str
    below: tuple[str, ...] = ()
    words: Any = ""
    short: Any = ""


DESTINATIONS = (
    Destination("today", _("Today"), "sun", "today", frozenset({"rep", "manager"}), "work",
                ("today_",), _("home my day")),
    Destination("scorecard", _("Scorecard"), "gauge", "scorecard", frozenset({"rep", "manager"}),
                "work", ("scorecard_",), _("score my performance")),
    Destination("team_now", _("Team now"), "activity", "team_now", LEADERS, "work",
                ("team_now_",), _("live feed company")),
    Destination("company", _("Company"), "building-2", "company", LEADERS, "work",
                ("company_",), _("executive goals forecast regions")),
    Destination("leaderboards", _("Leaderboards"), "trophy", "leaderboards", EVERYBODY, "work",
                ("leaderboard", "organization"), _("ranking board standings"), _("Boards")),
    Destination("people", _("People"), "users", "people", LEADERS, "people",
                ("people_", "person", "invite"), _("members reps users invitations")),
    Destination("teams", _("Teams"), "network", "teams", LEADERS, "people",
                ("teams_", "team_", "squad"), _("tree regions squads")),
    Destination("calendars", _("Calendars"), "calendar-days", "calendars", ADMINS, "people",
                ("calendar_",), _("working time holidays absence days off")),
    Destination("goals", _("Goals"), "goal", "goals", LEADERS, "numbers",
                ("goal",), _("company team quota sheet grid divide")),
    Destination("targets", _("Targets"), "target", "targets", LEADERS,
                "numbers", ("target",), _("goals quota")),
    Destination("scorecard_rules", _("Scorecard rules"), "scale", "scorecard_rules", LEADERS,
                "numbers", ("scorecard_rule",), _("weights profiles measured on")),
    Destination("records", _("Records"), "file-search", "records", EVERYBODY, "numbers",
                ("record", "changes", "unassigned"), _("find a row why not crm id explain")),
    Destination("entries", _("Entries"), "square-pen", "entries", EVERYBODY, "numbers",
                ("entr",), _("manual values corrections adjustments")),
    Destination("metrics", _("Metrics"), "ruler", "metrics", LEADERS, "numbers",
                ("metric",), _("definitions rules counting")),
    Destination("sources", _("Sources"), "database", "sources", ADMINS, "numbers",
                ("source", "import", "mapping"), _("files import crm mapping upload")),
    Destination("currencies", _("Currencies"), "coins", "currencies", ADMINS, "numbers",
                ("currenc", "rate"), _("exchange rates conversion money")),
    Destination("health", _("Data health"), "shield-check", "health", ADMINS, "numbers",
                ("health_", "verify", "recount"), _("verify checks unassigned freshness")),
    Destination("setup", _("Set-up"), "list-checks", "setup", ADMINS, "organization",
                ("setup_", "sample"), _("checklist begin getting started sample data")),
    Destination("screens", _("Screens"), "tv", "screens", ADMINS, "organization",
                ("screen",), _("television tv office")),
    Destination("settings", _("Settings"), "settings", "settings", ADMINS, "organization",
                ("settings_",), _("organization name language calendar time zone")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A destination as one viewer meets it."""

    key: str
    label: str
    short: str
    icon: str
    url: str
    group: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A group with what a viewer has of it; the heading only where there is something to head."""

    label: str
    entries: tuple[Entry, ...]


class Navigation:
    """The ways of one viewer, from the page they are on."""

    # A bar at the bottom of a phone holds five; more than that go behind the last.
    IN_BAR = 5

    def __init__(self, *, role: str, slug: str, url_name: str) -> None:
        here = _current(url_name)
        self.entries = tuple(
            Entry(
                key=place.key,
                label=str(place.label),
                short=str(place.short or place.label),
                icon=place.icon,
                url=reverse(place.url_name, args=[slug]),
                group=place.group,
                is_current=place is here,
            )
            for place in DESTINATIONS
            if role in place.roles
        )

    @property
    def sections(self) -> tuple[Section, ...]:
        return _sections(self.entries)

    @property
    def bar(self) -> tuple[Entry, ...]:
        """What stands at the bottom of a phone, without the last that opens the rest."""
        return self.entries if self._fits else self.entries[: self.IN_BAR - 1]

    @property
    def rest(self) -> tuple[Section, ...]:
        """What the last one opens; nothing when everything fits."""
        return () if self._fits else _sections(self.entries[self.IN_BAR - 1 :])

    @property
    def is_in_rest(self) -> bool:
        """Whether the page one is on is behind the last."""
        return not self._fits and any(each.is_current for each in self.entries[self.IN_BAR - 1 :])

    @property
    def _fits(self) -> bool:
        return len(self.entries) <= self.IN_BAR


def _sections(entries: Sequence[Entry]) -> tuple[Section, ...]:
    found = []
    for group in GROUPS:
        held = tuple(each for each in entries if each.group == group.key)
        if held:
            found.append(Section(str(group.label) if len(held) > 1 else "", held))
    return tuple(found)


def _current(url_name: str) -> Destination | None:
    """Return the destination a page belongs to: its own name before the beginnings of others."""
    if not url_name:
        return None
    exact = [place for place in DESTINATIONS if place.url_name == url_name]
    longest = sorted(
        (
            (len(start), index)
            for index, place in enumerate(DESTINATIONS)
            for start in place.below
            if url_name.startswith(start)
        ),
        reverse=True,
    )
    return exact[0] if exact else DESTINATIONS[longest[0][1]] if longest else None


def start(role: str, slug: str, *, is_set_up: bool) -> str:
    """Return where somebody begins: reps with their day, who leads with the team, who sets up."""
    first = {"rep": "today", "admin": "team_now" if is_set_up else "setup"}.get(role, "team_now")
    return reverse(first, args=[slug])
