"""What the sample company asks of itself and is measured on, as that changed over its story.

Each step is taken in the batch of its moment, so that as-of shows what held, and was known, then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from juara.core.calendar import ALWAYS
from juara.goals import operations as goals
from juara.goals.types import Asking, GoalOwner, Owner, RollUp
from juara.people import queries as people
from juara.samples.types import DemoCompany, Person, Profile
from juara.scorecards import operations as scorecards
from juara.scorecards.types import Definition, Kind, Line, Mode

SDR, CLOSER = "SDR", "Account executive"

# The company and those teams that have a target of their own, by metric and length of time.
_COMPANY = (
    ("revenue_won", "year", "34000000"),
    ("revenue_won", "quarter", "8500000"),
    ("revenue_won", "month", "2900000"),
)
_OWN = {"Indonesia": "1050000", "Jakarta": "380000", "New York": "400000", "Atlanta": "450000"}
_REVENUE = ("revenue_won", "month")

# Mondays and Fridays are for planning, Tuesdays and Wednesdays for the telephone.
_WEEKDAYS = tuple(Decimal(percent) for percent in (90, 120, 120, 100, 70, 0, 0))

# How far through the story targets and weights are raised, and when personal goals are agreed.
_RAISED_AT = 0.6
_AGREED_AT = 0.75
_RAISED = (
    (CLOSER, "revenue_won", "month", "50000"),
    (CLOSER, "deals_won", "month", "4"),
    (SDR, "connected_calls", "month", "40"),
)


@dataclass(frozen=True, slots=True)
class _Setting:
    """What one step needs to know: the company, the moment it is known and the day it begins."""

    company: DemoCompany
    moment: datetime
    from_day: date
    actor: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is decided: when it is known, and what it does."""

    moment: datetime
    from_day: date
    take: Callable[[_Setting], None]


def steps(company: DemoCompany) -> tuple[Step, ...]:
    """Return what is decided over the story, in order; the first with its first people."""
    raised, agreed = _after(company, _RAISED_AT), _after(company, _AGREED_AT)
    return (
        Step(company.starts_at, ALWAYS, _begin),
        Step(raised, _next_month(raised.date()), _raise),
        Step(agreed, agreed.date().replace(day=1), _agree),
    )


def take(company: DemoCompany, *, since: datetime | None, until: datetime, actor: str) -> None:
    """Take the steps known after one batch and by the next; must run inside that batch."""
    for step in steps(company):
        if (since is None or since < step.moment) and step.moment <= until:
            step.take(_Setting(company, until, step.from_day, actor))


def _after(company: DemoCompany, share: float) -> datetime:
    days = int((company.ends_on - company.starts_on).days * share)
    return company.starts_at + timedelta(days=days)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _begin(at: _Setting) -> None:
    for metric, grain, amount in _COMPANY:
        _ask(at, GoalOwner(Owner.COMPANY), metric, grain, Asking(Decimal(amount)))
    _ask(at, GoalOwner(Owner.COMPANY), "deals_won", "month", Asking(None, RollUp.MEMBERS))
    for team in people.teams().values():
        if not team.is_root:
            own = _OWN.get(team.name)
            asking = Asking(Decimal(own)) if own else Asking(None, RollUp.MEMBERS)
            _ask(at, GoalOwner(Owner.TEAM, team.public_id), *_REVENUE, asking)
    calls = Asking(Decimal(7), weekdays=_WEEKDAYS)
    _ask(at, GoalOwner(Owner.PROFILE, _profile(SDR)), "calls", "day", calls)
    _measure(at, SDR, "calls day 40 a", "connected_calls month 60 o")
    _measure(at, CLOSER, "revenue_won month 70 o", "deals_won month 30 o")
    _measure(at, "", "revenue_won month 70 o", "deals_won month 30 o")


def _raise(at: _Setting) -> None:
    for profile, metric, grain, amount in _RAISED:
        owner = GoalOwner(Owner.PROFILE, _profile(profile))
        _ask(at, owner, metric, grain, Asking(Decimal(amount)))
    _measure(at, SDR, "calls day 30 a", "connected_calls month 50 o", "emails day 20 a")
    _measure(
        at, CLOSER, "revenue_won month 50 o", "deals_won month 20 o", "meetings_held week 20 a",
        "pipeline_created month 10 o",
    )  # fmt: skip


def _agree(at: _Setting) -> None:
    """Ask more of two who do most, and less of who has come last."""
    here = [each for each in at.company.reps if each.is_employed(at.from_day)]
    closers = sorted((p for p in here if p.profile is Profile.CLOSER), key=_deal_size)
    callers = [each for each in here if each.profile is Profile.SDR]
    newest = max(closers, key=lambda each: (each.hired_on, each.key))
    for person, metric, grain, amount in (
        (closers[-1], "revenue_won", "month", "70000"),
        (closers[-2], "revenue_won", "month", "65000"),
        (newest, "revenue_won", "month", "30000"),
        (min(callers, key=_calls), "calls", "day", "5"),
    ):
        owner = GoalOwner(Owner.MEMBER, _member(person))
        _ask(at, owner, metric, grain, Asking(Decimal(amount)))


def _deal_size(person: Person) -> float:
    return person.strength.deal_size * person.strength.wins if person.strength else 0.0


def _calls(person: Person) -> float:
    return person.strength.calls if person.strength else 0.0


def _ask(at: _Setting, owner: GoalOwner, metric: str, grain: str, asking: Asking) -> None:
    goals.set_goal(
        owner, metric=metric, grain=grain, asking=asking, from_day=at.from_day,
        moment=at.moment, actor=at.actor,
    )  # fmt: skip


def _measure(at: _Setting, profile: str, *said: str) -> None:
    """Set a scorecard written like "calls day 40 a" (an activity; o is an objective)."""
    words = [each.split() for each in said]
    lines = tuple(
        Line(
            metric, grain, Decimal(weight),
            kind=Kind.ACTIVITY if kind == "a" else Kind.OBJECTIVE,
        )
        for metric, grain, weight, kind in words
    )  # fmt: skip
    scorecards.set_scorecard(
        Definition(lines, Mode.WEIGHTED),
        profile=_profile(profile) if profile else "",
        from_day=at.from_day,
        moment=at.moment,
        actor=at.actor,
    )


def _profile(name: str) -> str:
    return next(each.public_id for each in people.profiles().values() if each.name == name)


def _member(person: Person) -> str:
    found = people.members().values()
    return next(each.public_id for each in found if each.email == person.email)
