"""Putting the demo's story into the database: each batch through absorb, at its own moment."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from juara.accounts import operations as accounts
from juara.connect.models import Source
from juara.connect.types import RecordRow
from juara.ledger import operations as ledger
from juara.metrics import operations as metrics
from juara.ops.demo.company import demo_company
from juara.ops.demo.story import Story
from juara.ops.demo.types import DemoCompany, Person, PersonChange, PersonEvent
from juara.people import operations as people
from juara.people.models import Member
from juara.records import operations as records
from juara.screens import operations as screens
from juara.tenancy import knowledge, scope
from juara.tenancy.models import Organization

ACTOR = "demo"
SOURCE = "crm"

Progress = Callable[[int, int], None]


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
    )
    organization.save(force_insert=True)
    source_id = _prepare(organization, company)
    story = Story(company)
    rows = 0
    for number, batch in enumerate(story):
        with scope.enter(organization), knowledge.batch(moment=batch.moment, reason="demo"):
            for change in batch.people:
                _apply(change, source_id=source_id)
            ledger.absorb_rows(batch.rows, source_id=source_id, moment=batch.moment, reason="demo")
        rows += len(batch.rows)
        if number % 10 == 0:
            progress(rows, _expected(company))
    with scope.enter(organization):
        _received(source_id, company.ends_at)
        token = _screen(company.ends_at)
        signing_in = _accounts(company)
    return DemoLoaded(company, signing_in, token, rows, tuple(story.open_deals.values()))


def _expected(company: DemoCompany) -> int:
    return int(company.ends_on.toordinal() - company.starts_on.toordinal()) * 465


def _prepare(organization: Organization, company: DemoCompany) -> int:
    with scope.enter(organization):
        people.ensure_root(name=company.name)
        metrics.install_catalogue(moment=company.starts_at, actor=ACTOR)
        source = Source(key=SOURCE, name="Demo CRM", vendor="demo")
        source.save(force_insert=True)
        for team in company.teams:
            people.ensure_team(team.path, moment=company.starts_at)
        return source.id


def _apply(change: PersonChange, *, source_id: int) -> None:
    row, moment = change.row, change.moment
    member = people.ensure_member(
        name=row.name, email=row.email, role=row.role, moment=moment, actor=ACTOR
    )
    if change.event is PersonEvent.LEFT:
        people.end_assignment(member, from_day=change.on, moment=moment, actor=ACTOR)
        return
    people.place(
        member,
        team=people.ensure_team(row.team, moment=moment),
        zone=row.zone,
        from_day=change.on,
        moment=moment,
        actor=ACTOR,
    )
    records.match_owner(
        source_id=source_id, key=row.key, member=member, name=row.name, email=row.email,
        moment=moment, actor=ACTOR,
    )  # fmt: skip


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
    here = {
        role: [person for person in company.with_role(role) if person.is_employed(company.ends_on)]
        for role in ("rep", "manager", "executive", "admin")
    }
    for role, candidates in here.items():
        closers = [person for person in candidates if person.profile != "sdr"]
        yield role, (closers or candidates)[0]
