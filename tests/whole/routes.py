"""Every route of the product: who may use it, and the ids its address takes.

A route that is not listed here fails tests/whole/test_sweep.py: say who may use it before it is
served.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO

from PIL import Image

from juara.connect import drafts, feeds, mappings, uploads
from juara.connect.types import RecordKind, RecordRow
from juara.core.calendar import ALWAYS
from juara.goals import operations as goals
from juara.goals.types import Asking, GoalOwner, Owner
from juara.ledger import entries, import_requests
from juara.ledger.entries import EntryAsked
from juara.metrics import operations as metrics
from juara.metrics import queries as metric_queries
from juara.people import absences, calendar_operations, pictures, squads
from juara.people import operations as people
from juara.people import queries as people_queries
from juara.people.calendar_types import Pattern
from juara.records import history
from juara.tenancy import scope
from tests import cast
from tests.web.office import Office

REP, MANAGER, EXECUTIVE, ADMIN = "ana", "mira", "eka", "adi"
EVERYBODY = frozenset({REP, MANAGER, EXECUTIVE, ADMIN})
LEADERS = frozenset({MANAGER, EXECUTIVE, ADMIN})
ADMINS = frozenset({ADMIN})
SETTERS = frozenset({MANAGER, ADMIN})

MAPPING = """
version = 1
name = "Deals"
source = "deals"
zone = "UTC"
currency = "USD"

[[file]]
match = "deals.csv"
kind = "deal"
id = "id"
[file.fields]
owner = "owner"
closed = "closed"
"""


@dataclass(frozen=True, slots=True)
class Inside:
    """A route inside an organization.

    `ids` fills the places of its pattern in order, with the names of `Things`, or as it stands
    after "=". `gets` and `posts` say which methods it takes. `anonymous` is what somebody who has
    not signed in gets. `lacking` is what the route answers its own people when there is nothing
    to do it with (outside a sample, say): not the refusal of a stranger.
    """

    who: frozenset[str] = EVERYBODY
    ids: tuple[str, ...] = ()
    gets: bool = True
    posts: bool = False
    anonymous: int = 302
    lacking: int = 0


def _page(
    who: frozenset[str], *ids: str, anonymous: int = 302, lacking: int = 0
) -> Inside:  # fmt: skip
    return Inside(who, ids, anonymous=anonymous, lacking=lacking)


def _form(who: frozenset[str], *ids: str, lacking: int = 0) -> Inside:
    """A page that is also sent to."""
    return Inside(who, ids, posts=True, lacking=lacking)


def _deed(who: frozenset[str], *ids: str, lacking: int = 0) -> Inside:
    """Something that is only done."""
    return Inside(who, ids, gets=False, posts=True, lacking=lacking)


INSIDE = {
    "organization": _page(EVERYBODY),
    "leaderboards": _page(EVERYBODY),
    "leaderboard_evidence": _page(EVERYBODY, lacking=404),
    "live": _page(EVERYBODY, anonymous=404),
    "palette": _page(EVERYBODY),
    # Today, and what is aimed at.
    "today": _page(EVERYBODY),
    "team_now": _page(LEADERS),
    "company": _page(LEADERS),
    "company_trend": _page(LEADERS, lacking=404),
    "scorecard": _page(EVERYBODY),
    "scorecard_company": _page(LEADERS),
    "scorecard_team": _page(LEADERS, "team"),
    "scorecard_past": _page(EVERYBODY),
    "scorecard_person": _page(EVERYBODY, "member"),
    "targets": _page(LEADERS),
    "target_set": _deed(ADMINS),
    "target_copy": _deed(ADMINS),
    "target_first": _deed(ADMINS),
    "target_profile": _deed(ADMINS),
    "target_change": _deed(ADMINS, "target"),
    "target_end": _deed(ADMINS, "target"),
    "target_move": _deed(ADMINS, "target"),
    # What everybody is measured on.
    "scorecard_rules": _page(LEADERS),
    "scorecard_rule_profile": _form(ADMINS, "profile"),
    "scorecard_rule_team": _form(ADMINS, "team"),
    # Goals of the company, of teams and people.
    "goals": _page(LEADERS),
    "goals_person": _page(LEADERS, "member"),
    "goal": _page(LEADERS, "goal"),
    "goal_help": _page(LEADERS, lacking=404),
    "goal_new": _form(ADMINS),
    "goal_change": _deed(ADMINS, "goal"),
    "goal_end": _deed(ADMINS, "goal"),
    "goal_divide": _form(ADMINS, "goal"),
    "goal_settings": _form(ADMINS),
    "goals_grid": _page(LEADERS),
    "goals_save": _deed(SETTERS),
    "goals_undo": _deed(SETTERS),
    "goals_import": _form(SETTERS),
    "goals_import_store": _deed(SETTERS, lacking=404),
    # Entries.
    "entries": _page(EVERYBODY),
    "entry_create": _deed(EVERYBODY),
    "entry_approve": _deed(LEADERS, "entry"),
    "entry_refuse": _deed(LEADERS, "entry"),
    "entry_withdraw": _deed(EVERYBODY, "entry"),
    # Records, and what explains numbers by them.
    "records": _page(EVERYBODY),
    "record": _page(EVERYBODY, "record"),
    "changes": _page(EVERYBODY),
    "unassigned": _page(frozenset({EXECUTIVE, ADMIN})),
    "unassigned_match": _deed(ADMINS, lacking=404),
    # Screens.
    "screens": _page(ADMINS),
    "screen_create": _deed(ADMINS),
    "screen_revoke": _deed(ADMINS, "screen"),
    # People and teams.
    "people": _page(LEADERS),
    "people_role": _deed(ADMINS),
    "people_export": _page(LEADERS),
    "people_add": _page(ADMINS),
    "people_import": _deed(ADMINS),
    "people_import_problems": _deed(ADMINS),
    "people_import_store": _deed(ADMINS),
    "people_unseat": _deed(ADMINS, "member"),
    "people_picture": _form(ADMINS, "member"),
    "member_picture": _page(EVERYBODY, "member", "fingerprint"),
    "invite_people": _deed(ADMINS),
    "invite_withdraw": _deed(ADMINS, "member"),
    "invite_reset": _deed(ADMINS, "member"),
    "person": _page(EVERYBODY, "member"),
    "person_transfer": _form(ADMINS, "member"),
    "person_correct": _form(ADMINS, "member", lacking=404),
    "person_leave": _form(ADMINS, "member"),
    "person_acting": _deed(ADMINS, "leader"),
    "person_acting_end": _deed(ADMINS, "leader"),
    "person_calendar": _deed(ADMINS, "member"),
    "person_absence_add": _deed(frozenset({REP, MANAGER, ADMIN}), "member"),
    "person_absence_withdraw": _deed(frozenset({REP, MANAGER, ADMIN}), "member", "absence"),
    "calendars": _page(ADMINS),
    "calendar_new": _form(ADMINS),
    "calendar_holidays": _page(ADMINS),
    "calendar": _page(ADMINS, "calendar"),
    "calendar_change": _form(ADMINS, "calendar"),
    "calendar_archive": _deed(ADMINS, "calendar"),
    "calendar_restore": _deed(ADMINS, "calendar"),
    "calendar_day_add": _deed(ADMINS, "calendar"),
    "calendar_day_withdraw": _deed(ADMINS, "calendar", "=2025-03-19"),
    "teams": _page(LEADERS),
    "team_new": _deed(ADMINS),
    "team_rename": _deed(ADMINS, "team"),
    "team_move": _deed(ADMINS, "team"),
    "team_close": _deed(ADMINS, "team"),
    "team_people_move": _deed(ADMINS),
    "squads": _page(LEADERS),
    "squad_new": _deed(ADMINS),
    "squad": _page(LEADERS, "squad"),
    "squad_rename": _deed(ADMINS, "squad"),
    "squad_archive": _deed(ADMINS, "squad"),
    "squad_restore": _deed(ADMINS, "squad"),
    "squad_add": _deed(ADMINS, "squad"),
    "squad_remove": _deed(ADMINS, "squad", "member"),
    "profiles": _page(LEADERS),
    "profile_new": _deed(ADMINS),
    "profile_rename": _deed(ADMINS, "profile"),
    "profile_archive": _deed(ADMINS, "profile"),
    "profile_restore": _deed(ADMINS, "profile"),
    # Metrics.
    "metrics": _page(LEADERS),
    "metric": _page(LEADERS, "metric"),
    "metric_ready": _page(ADMINS),
    "metric_install": _deed(ADMINS),
    "metric_new": _form(ADMINS),
    "metric_preview": _deed(ADMINS),
    "metric_edit": _form(ADMINS, "metric"),
    "metric_archive": _deed(ADMINS, "metric"),
    "metric_bring_back": _deed(ADMINS, "archived"),
    "metric_move": _deed(ADMINS, "metric"),
    # Set-up.
    "setup": _page(ADMINS),
    "setup_preview": _page(ADMINS),
    "setup_skip": _deed(ADMINS, lacking=404),
    "setup_done": _deed(ADMINS),
    "settings": _form(ADMINS),
    "settings_periods": _form(ADMINS),
    "settings_remove": _deed(ADMINS),
    "sample_create": _deed(ADMINS),
    "sample_progress": _page(ADMINS, lacking=404),
    "sample_remove": _deed(ADMINS, lacking=404),
    # Data health.
    "health": _page(ADMINS),
    "health_records": _page(ADMINS),
    "health_uncounted": _page(ADMINS, "=deal"),
    "health_match": _deed(ADMINS, lacking=404),
    "health_match_sure": _deed(ADMINS),
    "health_introduce": _deed(ADMINS),
    "verify_begin": _deed(ADMINS),
    "recount_begin": _deed(ADMINS),
    "verify_history": _page(ADMINS),
    # Currencies and their rates.
    "currencies": _page(ADMINS),
    "currencies_records": _page(ADMINS),
    "rate_lay": _deed(ADMINS),
    "rates_upload": _form(ADMINS),
    "rates_store": _deed(ADMINS, lacking=404),
    "currency": _page(ADMINS, "=EUR"),
    "rate_withdraw": _deed(ADMINS, "=EUR", lacking=404),
    "rates_withdraw": _deed(ADMINS, "=EUR"),
    # Sources and imports.
    "sources": _page(ADMINS),
    "source": _page(ADMINS, "source"),
    "source_sample": _page(ADMINS),
    "source_feeds": _page(ADMINS),
    "source_feed_add": _form(ADMINS),
    "source_feed_turn": _deed(ADMINS, "feed"),
    "source_feed_look": _deed(ADMINS, "feed"),
    "source_feed_remove": _deed(ADMINS, "feed"),
    "import_again": _form(ADMINS, "source"),
    "import_new": _form(ADMINS),
    "import_files": _form(ADMINS, "draft"),
    "import_file_remove": _deed(ADMINS, "draft", "upload"),
    "import_reading": _form(ADMINS, "draft", lacking=404),
    "import_meaning": _form(ADMINS, "draft"),
    "import_whole": _deed(ADMINS, "draft"),
    "import_check": _page(ADMINS, "draft"),
    "import_check_rows": _page(ADMINS, "draft", lacking=404),
    "import_mapping": _page(ADMINS, "draft"),
    "import_begin": _deed(ADMINS, "draft"),
    "import_discard": _deed(ADMINS, "draft"),
    "import_run": _page(ADMINS, "run"),
    "import_cancel": _deed(ADMINS, "run"),
    "import_undo": _deed(ADMINS, "run"),
    "import_retry": _deed(ADMINS, "run"),
    "import_rows": _page(ADMINS, "run"),
    "import_run_mapping": _page(ADMINS, "run"),
    "import_keep": _deed(ADMINS, "run"),
}


@dataclass(frozen=True, slots=True)
class Outside:
    """A route outside every organization: what a stranger's look at it gives."""

    address: str
    gets: int
    posts: bool = False


OUTSIDE = {
    "home": Outside("/", 302),
    "sign_in": Outside("/sign-in/", 200, posts=True),
    "sign_out": Outside("/sign-out/", 405, posts=True),
    # A look at it leads back and changes nothing (tests/web/test_language.py).
    "set_language": Outside("/language/setlang/", 302, posts=True),
    "design": Outside("/design/", 404),
    "manifest": Outside("/manifest.webmanifest", 200),
    "service_worker": Outside("/service-worker.js", 200),
    "offline": Outside("/offline/", 200),
    "begin_waiting": Outside("/begin/", 404),
    "begin": Outside("/begin/some-token/", 404),
    "removal": Outside("/begin/removed/some-ticket/", 404),
    "me": Outside("/me/", 302),
    "me_name": Outside("/me/name/", 405, posts=True),
    "me_picture": Outside("/me/picture/", 405, posts=True),
    "me_language": Outside("/me/language/", 405, posts=True),
    "me_password": Outside("/me/password/", 405, posts=True),
    "me_sign_out": Outside("/me/sign-out/", 405, posts=True),
    "welcome": Outside("/me/welcome/some-token/", 404),
}

TELEVISIONS = {"tv": "", "tv_part": "part/", "tv_live": "live/"}

Things = dict[str, str]


def things(office: Office) -> Things:
    """Make one of everything that has an id in an address; return the ids by name."""
    with scope.enter(office.organization):
        ana = office.members[REP]
        return {
            "member": ana.public_id,
            "leader": office.members[MANAGER].public_id,
            "team": office.teams["Alpha"].public_id,
            "metric": office.metrics["calls"],
            "archived": _archived(),
            "screen": office.screen_id,
            "fingerprint": _picture(ana.public_id),
            "entry": _entry(ana.public_id),
            "record": _record(office.slug),
            "squad": squads.create_squad("Hunters", moment=cast.NOW, actor=cast.ACTOR).public_id,
            "absence": _absence(ana.public_id),
            "calendar": _calendar(),
            **_target(),
            **_import(f"deals-{office.slug}"),
        }


def _picture(member: str) -> str:
    drawn = BytesIO()
    Image.new("RGB", (40, 40), "teal").save(drawn, "PNG")
    return pictures.set_picture(member, drawn.getvalue(), moment=cast.NOW, actor=cast.ACTOR)


def _archived() -> str:
    found = metric_queries.metric("emails")
    metrics.archive("emails", moment=cast.NOW, actor=cast.ACTOR)
    return found.public_id


def _entry(member: str) -> str:
    asked = EntryAsked(
        "calls", people_queries.member(member), date(2025, 3, 4), Decimal(1), "A reason"
    )
    by = people_queries.member(member)
    made = entries.enter(asked, by=by, must_wait=True, today=cast.TODAY, moment=cast.NOW)
    return made.public_id


def _absence(member: str) -> str:
    return absences.add_absence(
        people_queries.member_of_id(member), from_day=date(2025, 3, 20),
        until_day=date(2025, 3, 22), moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip


def _calendar() -> str:
    made = calendar_operations.add_calendar(
        "Jakarta", Pattern(country="ID"), today=cast.TODAY, moment=cast.NOW, actor=cast.ACTOR
    )
    calendar_operations.add_company_day(
        [made.public_id], name="Founders' day", from_day=date(2025, 3, 19),
        until_day=date(2025, 3, 20), moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    return made.public_id


def _record(slug: str) -> str:
    """Deliver a record of Ana's, with an id that no other organization here has come to.

    Ids of records are made within their organization: the same one may be another's own record.
    """
    rows = [
        RecordRow(1, RecordKind.ACCOUNT, f"account {number}", users={"owner": REP})
        for number in range(20 - len(slug))
    ]
    cast.deliver(*rows)
    facts = history.with_id(rows[-1].external_id, members=None, limit=1)
    return facts[0].public_id


def _target() -> Things:
    profile = people.ensure_profile("Closer", moment=cast.NOW, actor=cast.ACTOR)
    line = goals.set_target(
        profile=profile.public_id, metric="calls", grain="day", target=Decimal(20),
        from_day=ALWAYS, moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    goal = goals.set_goal(
        GoalOwner(Owner.COMPANY), metric="calls", grain="month", asking=Asking(Decimal(400)),
        from_day=ALWAYS, moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    return {"profile": profile.public_id, "target": line, "goal": goal}


def _import(source: str) -> Things:
    """Keep a file, prepare an import of it, begin another, and let one come by itself."""
    mapping = MAPPING.replace('"deals"', f'"{source}"')
    kept = uploads.keep(
        [b"id,owner,closed\n1,ana,2025-03-03\n"], name="deals.csv", moment=cast.NOW,
        actor=cast.ACTOR,
    )  # fmt: skip
    draft = drafts.start(moment=cast.NOW, actor=cast.ACTOR)
    drafts.add_file(draft, kept.public_id, moment=cast.NOW)
    begun = drafts.start(moment=cast.NOW, actor=cast.ACTOR)
    drafts.add_file(begun, kept.public_id, moment=cast.NOW)
    drafts.change(begun, mapping=mapping, moment=cast.NOW)
    run = import_requests.begin(begun, moment=cast.NOW, actor=cast.ACTOR)
    saved = mappings.save(
        source_key=source, name="Deals", text=mapping, moment=cast.NOW, actor=cast.ACTOR
    )
    feed = feeds.create(
        mapping=saved.public_id, kind="address", place="https://example.com/deals.csv",
        every_minutes=60, moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    return {
        "draft": draft, "upload": kept.public_id, "run": run, "feed": feed, "source": source,
    }  # fmt: skip
