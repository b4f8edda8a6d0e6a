"""The way from empty to a first live board: its steps, and what has been done of each.

Whether a step is done is read from what there is, never from what was clicked; only that
somebody chose to leave one out is remembered.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from juara.connect import queries as sources
from juara.core import scope
from juara.core.calendar import ONE_DAY
from juara.goals import queries as goals
from juara.goals.types import Owner
from juara.ledger import queries as ledger
from juara.metrics import queries as metrics
from juara.people import queries as people
from juara.scorecards import queries as scorecards
from juara.screens import queries as screens
from juara.ui import formats

# Once these are done, a board is live.
REQUIRED = ("organization", "people", "source", "metrics", "board")
STEPS = (*REQUIRED, "targets", "goals", "scorecards", "screen", "invite")

# How many of the first board are shown.
SHOWN = 3

# The last month in which people earned something and how many did, by metric.
Numbers = Mapping[int, tuple[date, int]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What an organization has by now."""

    people: int
    seated: int
    teams: int
    sources: int
    rows: int
    metrics: int
    numbers: Numbers
    targets: int
    goals: int
    scorecards: int
    screens: int


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `state` is done, current, open or skipped; `fact` says what was done.

    `ways` are further (label, address) pairs beside the action.
    """

    key: str
    title: str
    text: str
    state: str
    fact: str
    action: str
    url: str
    minutes: int
    is_optional: bool
    ways: tuple[tuple[str, str], ...] = ()

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "skipped")


@dataclass(frozen=True, slots=True)
class Checklist:
    steps: tuple[Step, ...]
    has_numbers: bool

    @property
    def current(self) -> Step | None:
        return next((step for step in self.steps if step.state == "current"), None)

    @property
    def done_count(self) -> int:
        return sum(step.is_over for step in self.steps)

    @property
    def share(self) -> float:
        return self.done_count / len(self.steps)

    @property
    def ring(self) -> str:
        return f"{formats.number(self.done_count)}/{formats.number(len(self.steps))}"

    @property
    def minutes_left(self) -> int:
        """Return about how long the rest of what is needed takes."""
        return sum(step.minutes for step in self.steps if not (step.is_over or step.is_optional))

    @property
    def is_complete(self) -> bool:
        """Say whether everything needed for a live board is there."""
        return self.has_numbers and all(step.is_over or step.is_optional for step in self.steps)


def facts(today: date) -> Facts:
    """Return what the entered organization has. Seven queries, whatever there is."""
    people_count, seated, teams = people.headcount()
    source_count, rows = sources.delivered()
    asked = [each.owner for each in goals.goals(today, today + ONE_DAY)]
    of_jobs = sum(each is Owner.PROFILE for each in asked)
    return Facts(
        people=people_count,
        seated=seated,
        teams=teams,
        sources=source_count,
        rows=rows,
        metrics=metrics.metric_count(),
        numbers=ledger.newest_months(),
        targets=of_jobs,
        goals=len(asked) - of_jobs,
        scorecards=len(scorecards.rules_on(today).by_owner),
        screens=len(screens.screens()),
    )


def checklist(found: Facts, *, skipped: Collection[str], board_query: str = "") -> Checklist:
    """Return the steps in their order, the first that is neither done nor left out as current.

    `board_query` is that of a board with something on it.
    """
    done = _done(found)
    steps: list[Step] = []
    current = next((key for key in STEPS if not done[key] and key not in skipped), "")
    for key in STEPS:
        step = _step(key, _state(key, done, skipped, current), done[key])
        steps.append(replace(step, url=step.url + board_query) if key == "board" else step)
    return Checklist(tuple(steps), has_numbers=bool(found.numbers))


def _state(key: str, done: dict[str, str], skipped: Collection[str], current: str) -> str:
    if done[key]:
        return "done"
    if key in skipped:
        return "skipped"
    return "current" if key == current else "open"


def _done(found: Facts) -> dict[str, str]:
    """Return for each step what has been done, in words; '' while nothing has."""
    organization = scope.current()
    others = found.people - 1
    return {
        "organization": f"{organization.zone} · {organization.currency}",
        "people": _people(found) if others > 0 else "",
        "source": _rows(found) if found.sources else "",
        "metrics": _count(
            found.metrics, ngettext("%(count)s metric", "%(count)s metrics", found.metrics)
        ),
        "board": _("Live") if found.numbers else "",
        "targets": _count(
            found.targets, ngettext("%(count)s target", "%(count)s targets", found.targets)
        ),
        "goals": _count(found.goals, ngettext("%(count)s goal", "%(count)s goals", found.goals)),
        "scorecards": _count(
            found.scorecards,
            ngettext("%(count)s scorecard", "%(count)s scorecards", found.scorecards),
        ),
        "screen": _count(
            found.screens, ngettext("%(count)s screen", "%(count)s screens", found.screens)
        ),
        "invite": _seated(found.seated) if found.seated > 1 else "",
    }


def _count(count: int, words: str) -> str:
    return words % {"count": formats.number(count)} if count else ""


def _people(found: Facts) -> str:
    people_text = _count(
        found.people, ngettext("%(count)s person", "%(count)s people", found.people)
    )
    if not found.teams:
        return people_text
    teams_text = _count(found.teams, ngettext("%(count)s team", "%(count)s teams", found.teams))
    return _("%(people)s in %(teams)s") % {"people": people_text, "teams": teams_text}


def _rows(found: Facts) -> str:
    return _count(found.rows, ngettext("%(count)s row", "%(count)s rows", found.rows)) or _(
        "Nothing new in the last file"
    )


def _seated(count: int) -> str:
    return _count(
        count, ngettext("%(count)s person can sign in", "%(count)s people can sign in", count)
    )


def _step(key: str, state: str, fact: str) -> Step:
    title, text, action, name, minutes = _words()[key]
    return Step(
        key=key,
        title=title,
        text=text,
        state=state,
        fact=fact,
        action=action,
        url=_address(name),
        minutes=minutes,
        is_optional=key not in REQUIRED,
        ways=_ways(key),
    )


def _words() -> dict[str, tuple[str, str, str, str, int]]:
    """Return for each step its title, what it is for, its button, its page and its minutes."""
    return {
        "organization": (
            _("Your organization"),
            _("Name, time zone, currency and the week: every number is counted by them."),
            _("Look at the settings"), "settings", 1,
        ),
        "people": (
            _("People and teams"),
            _("Who sells, and in which team. A list is enough, names and all."),
            _("Paste a list"), "people_add", 2,
        ),
        "source": (
            _("The first data"),
            _("Deals and activities from your CRM, as an exported file. You check it before "
              "anything counts."),
            _("Bring data"), "import_new", 3,
        ),
        "metrics": (
            _("What counts"),
            _("The usual metrics are ready: revenue won, deals, calls, meetings. Keep those you "
              "measure by, or make your own."),
            _("Look at the metrics"), "metrics", 1,
        ),
        "board": (
            _("The first live board"),
            _("Who is where, the moment a deal is won, and the records behind every number."),
            _("Open the leaderboard"), "leaderboards", 1,
        ),
        "targets": (
            _("First targets"),
            _("So much a day, a week or a month for each job. People then see what is still "
              "needed."),
            _("Set targets"), "targets", 2,
        ),
        "goals": (
            _("Set goals"),
            _("What the company and each team aim for. Everybody then sees which goal theirs "
              "serves."),
            _("Set goals"), "goals", 2,
        ),
        "scorecards": (
            _("Scorecards"),
            _("What counts how much for each job. Until you say, every goal weighs the same."),
            _("Weigh the lines"), "scorecard_rules", 2,
        ),
        "screen": (
            _("A TV in the office"),
            _("One address, no sign-in: the race where everybody sees it."),
            _("Add a screen"), "screens", 1,
        ),
        "invite": (
            _("Invite somebody"),
            _("Each sees their own numbers first, and only what is theirs to see."),
            _("Invite"), "people", 1,
        ),
    }  # fmt: skip


def _ways(key: str) -> tuple[tuple[str, str], ...]:
    if key == "people":
        return ((_("Send a file"), f"{_address('people_add')}?way=file"),)
    return ()


def _address(name: str) -> str:
    return reverse(name, args=[scope.current().slug])


def newest(numbers: Numbers, metric_ids: Sequence[int]) -> tuple[int, date] | None:
    """Return the metric and month for a first look.

    The newest month; in it a metric that fills the places to be shown; of several the first.
    """
    known = [
        (numbers[each][0], min(numbers[each][1], SHOWN), -place, each)
        for place, each in enumerate(metric_ids)
        if each in numbers
    ]
    if not known:
        return None
    month, _people, _place, metric = max(known)
    return metric, month
