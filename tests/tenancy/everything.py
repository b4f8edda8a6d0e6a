"""An organization with something in every table there is."""

from datetime import date
from decimal import Decimal

from juara.accounts.models import User
from juara.connect import drafts, uploads
from juara.connect import operations as connect
from juara.connect.models import Feed, FeedFile, ImportProgress, MappingVersion, SavedMapping
from juara.core.calendar import FiscalYear
from juara.goals import profile_targets as goals
from juara.goals.operations import set_settings
from juara.ledger import entries, periods, recounts
from juara.ledger.entries import EntryAsked
from juara.ledger.models import VerificationRun
from juara.metrics import operations as metrics
from juara.metrics import rates_changes
from juara.metrics.rates_changes import Quote
from juara.people import absences, acting, calendar_operations, invitations, squads
from juara.people import operations as people
from juara.people import queries as people_queries
from juara.people.calendar_types import Pattern
from juara.people.models import MemberPicture
from juara.samples.models import SampleLoad
from juara.scorecards import operations as scorecards
from juara.scorecards.types import Definition, Line
from juara.screens import operations as screens
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast


def a_row_of_everything(organization: Organization) -> None:
    """Make at least one row of every tenant table, by the ways the product makes them."""
    with scope.enter(organization):
        ana = cast.member("Ana", "North", email="ana@example.com")
        metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
        scorecards.set_scorecard(
            Definition((Line("calls", "day", Decimal(100)),)), from_day=cast.TODAY,
            moment=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip
        run = connect.begin_run(
            cast.source(), files=[], delete_missing=False, moment=cast.NOW, actor=cast.ACTOR
        )
        connect.stage(run, [cast.deal("staged", owner="ana", amount="5")])
        cast.deliver(cast.deal("1", owner="ana", amount="70"))
        screens.create_screen(
            name="Lobby", metric_key="revenue_won", moment=cast.NOW, actor=cast.ACTOR
        )
        _groups()
        _calendars()
        _files()
        _periods()
        rates_changes.lay(
            Quote("EUR", cast.TODAY, Decimal("1.1")), source="Bank", moment=cast.NOW,
            actor=cast.ACTOR,
        )  # fmt: skip
        goals.install_defaults(["SDR"], moment=cast.NOW, actor=cast.ACTOR)
        set_settings(
            on_track=Decimal(1), behind=Decimal("0.9"), managers_set=False, from_day=cast.TODAY,
            moment=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip
        user = User(email=f"ana@{organization.slug}.example", created_at=cast.NOW)
        user.save(force_insert=True)
        people.give_seat(ana, user, moment=cast.NOW, actor=cast.ACTOR)
        SampleLoad(seed=7, until=cast.NOW, months=1).save(force_insert=True)
    # The ledger takes in one batch a transaction.
    with scope.enter(organization):
        by = people_queries.member("Ana")
        asked = EntryAsked("deals_won", by, cast.TODAY, Decimal(1), "Won at the fair")
        entries.enter(asked, by=by, must_wait=True, today=cast.TODAY, moment=cast.NOW)
        VerificationRun(started_at=cast.NOW).save(force_insert=True)
        recounts.begin(in_background=False, moment=cast.NOW, actor=cast.ACTOR)


def _groups() -> None:
    """A manager with somebody standing in, a picture, a squad, somebody invited."""
    mira = cast.member("Mira", "North", email="mira@example.com", role="manager")
    everybody = {facts.name: facts for facts in people_queries.members().values()}
    acting.name_acting(
        everybody["Mira"], everybody["Ana"], from_day=cast.TODAY, moment=cast.NOW, actor=cast.ACTOR
    )
    MemberPicture(member=mira, content=b"picture", fingerprint="0" * 16).save(force_insert=True)
    squad = squads.create_squad("Rangers", moment=cast.NOW, actor=cast.ACTOR)
    squads.join_squad(
        squad, [everybody["Ana"]], from_day=cast.TODAY, moment=cast.NOW, actor=cast.ACTOR
    )
    invitations.invite([mira.public_id], moment=cast.NOW, actor=cast.ACTOR)


def _calendars() -> None:
    """A calendar with public holidays, somebody who works by it, and who is away."""
    made = calendar_operations.add_calendar(
        "Indonesia", Pattern(country="ID"), today=cast.TODAY, moment=cast.NOW, actor=cast.ACTOR
    )
    mira = people_queries.member("Mira")
    calendar_operations.choose_calendar(mira, made.id, moment=cast.NOW, actor=cast.ACTOR)
    absences.add_absence(
        mira, from_day=cast.TODAY, until_day=date(2025, 3, 12), moment=cast.NOW, actor=cast.ACTOR
    )


def _periods() -> None:
    """Weeks and a fiscal year of one's own."""
    periods.change_week_start(6, from_day=cast.TODAY, moment=cast.NOW, actor=cast.ACTOR)
    periods.change_fiscal_year(
        FiscalYear(start_month=7), from_day=cast.TODAY, moment=cast.NOW, actor=cast.ACTOR
    )


def _files() -> None:
    """A file that was sent, a draft, and a feed with a saved mapping that has brought one."""
    uploads.keep([b"id\n1\n"], name="deals.csv", moment=cast.NOW, actor=cast.ACTOR)
    drafts.start(moment=cast.NOW, actor=cast.ACTOR)
    mapping = SavedMapping(source=cast.source(), name="Deals", created_at=cast.NOW)
    mapping.save(force_insert=True)
    MappingVersion(mapping=mapping, number=1, text="", saved_at=cast.NOW, actor=cast.ACTOR).save(
        force_insert=True
    )
    feed = Feed(
        source=cast.source(), mapping=mapping, kind="folder", place="exports", every_minutes=60,
        next_at=cast.NOW, created_at=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    feed.save(force_insert=True)
    FeedFile(
        feed=feed, name="deals.csv", sha256="0" * 64, size=5, changed_ns=1, seen_at=cast.NOW
    ).save(force_insert=True)
    ImportProgress(subject="draft").save(force_insert=True)
