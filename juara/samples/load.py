"""Putting the story into the database: each batch through absorb, at its own moment."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from juara.accounts import operations as accounts
from juara.connect.models import Source
from juara.connect.types import RecordRow
from juara.goals import profile_targets
from juara.goals.defaults import SAMPLE
from juara.ledger import operations as ledger
from juara.metrics import operations as metrics
from juara.people import operations as people
from juara.people.models import Member
from juara.records import operations as records
from juara.samples import ambitions, calendars, rates
from juara.samples.company import demo_company
from juara.samples.models import SampleLoad
from juara.samples.story import Story
from juara.samples.types import Batch, DemoCompany, Person, PersonChange, PersonEvent, Profile
from juara.screens import operations as screens
from juara.tenancy import knowledge, scope
from juara.tenancy.models import Organization

ACTOR = "demo"
SOURCE = "crm"

PROFILES = {Profile.SDR: "SDR", Profile.CLOSER: "Account executive"}
LEADER = "Sales manager"

# Batches between two notes of how far it has come.
_STRIDE = 10
# Rows to a day of the story, for a bar that moves evenly.
_ROWS_A_DAY = 465

Progress = Callable[[int, int], None]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody to sign in as."""

    role: str
    name: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class DemoLoaded:
    """What a fresh demo offers. The screen's token is known only now."""

    company: DemoCompany
    accounts: tuple[DemoAccount, ...]
    screen_token: str
    rows: int
    open_deals: tuple[RecordRow, ...]


def load(*, seed: int, until: datetime, progress: Progress) -> DemoLoaded:
    """Create the demo organization and replay its thirteen months.

    Every batch is a transaction of its own at its own moment, exactly as a live source would
    have delivered it, so that as-of works back to the first day.
    """
    company = demo_company(seed, until)
    organization = Organization(
        slug=company.slug,
        name=company.name,
        zone=company.zone,
        currency=company.currency,
        created_at=company.starts_at,
        setup_done_at=company.ends_at,
    )
    organization.save(force_insert=True)
    with scope.enter(organization):
        furnish(company)
    source_id = _prepare(organization, company)
    story = Story(company)
    rows, since = 0, None
    for number, batch in enumerate(story):
        with scope.enter(organization):
            _take_in(batch, company, source_id=source_id, since=since)
        rows, since = rows + len(batch.rows), batch.moment
        if number % _STRIDE == 0:
            progress(rows, rows_expected(company))
    with scope.enter(organization):
        _received(source_id, company.ends_at)
        token = _screen(company.ends_at)
        signing_in = _accounts(company)
    return DemoLoaded(company, signing_in, token, rows, tuple(story.open_deals.values()))


def go_on(organization: Organization, *, clock: Clock, heed_stop: Callable[[], None]) -> None:
    """Load a sample company that was asked for, from wherever an earlier attempt came to.

    `heed_stop` is called between batches and may raise: nothing is lost by that.
    """
    with scope.enter(organization):
        asked = SampleLoad.objects.get()
    if asked.finished_at is not None:
        return
    company = demo_company(asked.seed, asked.until, months=asked.months)
    source_id = _prepare(organization, company)
    rows, before, since = asked.row_count, None, None
    for number, batch in enumerate(Story(company), 1):
        before, since = since, batch.moment
        if number <= asked.batch_count:
            continue
        heed_stop()
        rows += len(batch.rows)
        with scope.enter(organization):
            _take_in(batch, company, source_id=source_id, since=before)
            SampleLoad.objects.filter(id=asked.id).update(batch_count=number, row_count=rows)
    with scope.enter(organization):
        _received(source_id, company.ends_at)
        SampleLoad.objects.filter(id=asked.id).update(finished_at=clock(), rows_expected=rows)


def furnish(company: DemoCompany) -> None:
    """Give the entered organization what its pages rest on: a root team, calendars, metrics and
    targets.
    """
    people.ensure_root(name=company.name)
    calendars.furnish(company, actor=ACTOR)
    metrics.install_catalogue(moment=company.starts_at, actor=ACTOR)
    profile_targets.install_defaults(
        (*PROFILES.values(), LEADER), lines=SAMPLE, moment=company.starts_at, actor=ACTOR
    )


def rows_expected(company: DemoCompany) -> int:
    """Return about how many rows the story will have: it is not known before it is told."""
    return (company.ends_on - company.starts_on).days * _ROWS_A_DAY


def _prepare(organization: Organization, company: DemoCompany) -> int:
    with scope.enter(organization):
        source = Source.objects.filter(key=SOURCE).first()
        if source is None:
            source = Source(key=SOURCE, name="Demo CRM", vendor="demo")
            source.save(force_insert=True)
        for team in company.teams:
            people.ensure_team(team.path, moment=company.starts_at)
        return source.id


def _take_in(batch: Batch, company: DemoCompany, *, source_id: int, since: datetime | None) -> None:
    with knowledge.batch(moment=batch.moment, reason="demo"):
        rates.lay_month(company.seed, batch.moment, ACTOR)
        for change in batch.people:
            _apply(change, source_id=source_id)
        ambitions.take(company, since=since, until=batch.moment, actor=ACTOR)
        ledger.absorb_rows(batch.rows, source_id=source_id, moment=batch.moment, reason="demo")


def _apply(change: PersonChange, *, source_id: int) -> None:
    row, moment = change.row, change.moment
    member = people.ensure_member(
        name=row.name, email=row.email, role=row.role, moment=moment, actor=ACTOR
    )
    if change.event is PersonEvent.LEFT:
        people.end_assignment(member, from_day=change.on, moment=moment, actor=ACTOR)
        return
    profile = _profile(change.person)
    people.place(
        member,
        team=people.ensure_team(row.team, moment=moment),
        zone=row.zone,
        profile=people.ensure_profile(profile, moment=moment, actor=ACTOR) if profile else None,
        from_day=change.on,
        moment=moment,
        actor=ACTOR,
    )
    calendars.choose(member, change.person, from_day=change.on, moment=moment, actor=ACTOR)
    if change.event is PersonEvent.JOINED:
        calendars.plan_absences(
            member, change.person, from_day=change.on, moment=moment, actor=ACTOR
        )
    records.match_owner(
        source_id=source_id, key=row.key, member=member, name=row.name, email=row.email,
        moment=moment, actor=ACTOR,
    )  # fmt: skip


def _profile(person: Person) -> str:
    """Return the job somebody was hired for, '' for those no target is set for."""
    if person.profile is not None:
        return PROFILES[person.profile]
    leads_team = person.role == "manager" and person.postings[0].team is not None
    return LEADER if leads_team else ""


def _received(source_id: int, moment: datetime) -> None:
    Source.objects.filter(id=source_id).update(last_received_at=moment)


def _screen(moment: datetime) -> str:
    made = screens.create_screen(
        name="Jakarta, ground floor", metric_key="revenue_won", moment=moment, actor=ACTOR
    )
    return made.token


def _accounts(company: DemoCompany) -> tuple[DemoAccount, ...]:
    """Let one person of each role sign in, with a password made for this installation."""
    made = []
    for role, person in _faces(company):
        password = "-".join(secrets.token_hex(2) for _ in range(3))
        user = accounts.create_user(email=person.email, password=password, moment=company.ends_at)
        member = Member.objects.get(email=person.email)
        people.give_seat(member, user, moment=company.ends_at, actor=ACTOR)
        made.append(DemoAccount(role, person.name, person.email, password))
    return tuple(made)


def _faces(company: DemoCompany) -> Iterable[tuple[str, Person]]:
    """Choose one person of each role to look through: of those who sell, who is at work now."""
    for role in ("rep", "manager", "executive", "admin"):
        here = [each for each in company.with_role(role) if each.is_employed(company.ends_on)]
        sells = [each for each in here if each.profile != "sdr"] or here
        yield role, min(sells, key=lambda each: _hours_from_work(each, company.ends_at))


def _hours_from_work(person: Person, moment: datetime) -> int:
    """Return how far somebody's hour is from the middle of a working day; their day tells most."""
    there = moment.astimezone(ZoneInfo(person.zone))
    return abs(there.hour - 14) + (24 if there.weekday() > 4 else 0)
