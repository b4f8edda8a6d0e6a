"""The calendars of the sample company's countries, who works by them, and who is away."""

from datetime import date, datetime
from fractions import Fraction

from juara.core.calendar import ALWAYS
from juara.people import absences, calendar_operations
from juara.people import calendars as known
from juara.people import queries as people
from juara.people.calendar_types import Pattern
from juara.people.models import Member
from juara.samples.types import DemoCompany, Person

# Of the countries beside the head office's, whose calendar is everybody's unless another is chosen.
_OTHERS = {"AU": ("Australia", "NSW"), "US": ("United States", "")}
_HEAD_OFFICE = ("Indonesia", "ID")


def furnish(company: DemoCompany, *, actor: str) -> None:
    """Give the entered organization a calendar for each of its countries, and a company day."""
    moment, today = company.starts_at, company.ends_on
    default = next(each for each in known.calendars() if each.is_default)
    name, country = _HEAD_OFFICE
    calendar_operations.change_calendar(
        default.public_id, name=name, pattern=Pattern(country=country),
        from_day=ALWAYS, today=today, moment=moment, actor=actor,
    )  # fmt: skip
    for country, (called, region) in _OTHERS.items():
        pattern = Pattern(country=country, region=region)
        calendar_operations.add_calendar(called, pattern, today=today, moment=moment, actor=actor)
    calendar_operations.add_company_day(
        [each.public_id for each in known.calendars() if not each.is_default],
        name="Christmas Eve", from_day=date(today.year, 12, 24),
        until_day=date(today.year, 12, 25), weight=Fraction(1, 2), moment=moment, actor=actor,
    )  # fmt: skip
    founded = _workday_near(date(company.ends_on.year, 9, 12))
    calendar_operations.add_company_day(
        [each.public_id for each in known.calendars()], name="Founders’ day",
        from_day=founded, until_day=date.fromordinal(founded.toordinal() + 1),
        moment=moment, actor=actor,
    )  # fmt: skip


def _workday_near(day: date) -> date:
    return date.fromordinal(day.toordinal() - max(0, day.weekday() - 4))


def choose(member: Member, person: Person, *, from_day: date, moment: datetime, actor: str) -> None:
    """Let somebody work by the calendar of the country their team is in."""
    team = person.team_on(from_day)
    called, _ = _OTHERS.get(team.country, ("", "")) if team else ("", "")
    chosen = next((each.id for each in known.calendars() if each.name == called), None)
    calendar_operations.choose_calendar(
        member, chosen, from_day=from_day, moment=moment, actor=actor
    )


def plan_absences(
    member: Member, person: Person, *, from_day: date, moment: datetime, actor: str
) -> None:
    """Enter when somebody will be away; a day or two is being ill, more is a vacation."""
    facts = people.member_of_id(member.public_id)
    for first, until in person.absences:
        if until > from_day:
            absences.add_absence(
                facts, from_day=first, until_day=until,
                kind="vacation" if (until - first).days > 2 else "sick",
                moment=moment, actor=actor,
            )  # fmt: skip
