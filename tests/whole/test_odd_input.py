"""What no browser of ours would send: every address and every form answers it, none breaks."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from juara.core import db
from tests.web import office
from tests.web.office import Office
from tests.whole.routes import INSIDE, OUTSIDE, Things, things
from tests.whole.test_sweep import address, signed_in

# No number, too much of one, days that are none or at an end of time, what is no text, what looks
# like a place of our own sentences, a path, and half an address.
ODD = (
    "", "-1", "²", "9" * 5000, "NaN", "2025-02-30", "0001-01-01", "9999-12-31",
    "9999-12-31T23:59:59-14:00", "\x00", "%(name)s", "../'[{\\", "http://[::1",
)  # fmt: skip
# Of these pages and forms each answer is dear, or there are very many fields: the worst will do.
DEAR = ("9" * 5000, "NaN", "9999-12-31", "\x00")
FEWER = {
    "goal_new", "goal_change", "goal_divide", "goals_grid", "goals_save", "scorecard",
    "scorecard_rule_profile", "scorecard_rule_team", "company", "company_trend", "team_now",
    "calendar_new", "calendar_change", "rate_lay", "changes",
    "metric_new", "metric_preview", "metric_edit", "person_transfer", "person_correct",
    "team_people_move", "person_acting", "leaderboards", "team_move", "me_password", "settings",
    "import_reading", "import_meaning", "import_whole", "source_feed_add", "people_import",
    "leaderboard_evidence", "person_leave", "target_set", "squad_add",
}  # fmt: skip

# A form like another that is tried whole: what it has besides.
ONLY = {
    "metric_preview": ("metric_id", "preview_period", "kinds"),
    "metric_edit": ("effective", "effective_day", "began", "do"),
}

# What the address of a page is asked with.
ASKED: dict[str, tuple[str, ...]] = {
    "leaderboards": ("metric", "period", "from", "to", "by", "scope", "as_of", "all", "export"),
    "leaderboard_evidence": ("metric", "period", "by", "holder", "scope", "as_of", "page"),
    "palette": ("q",),
    "today": ("as_of", "period", "team", "page"),
    "team_now": ("as_of", "period", "team", "page"),
    "scorecard": ("period", "from", "to", "as_of", "export"),
    "scorecard_team": ("period", "as_of"),
    "scorecard_past": ("period", "as_of", "member", "team"),
    "goals": ("as_of",),
    "goals_grid": ("metric", "grain", "team", "from", "page"),
    "goal_help": ("metric", "grain", "owner", "target"),
    "goal_new": ("owner", "metric", "grain"),
    "goal_divide": ("by",),
    "company": ("metric", "period", "team", "as_of", "forecast", "export"),
    "company_trend": ("metric", "period", "team", "as_of"),
    "entries": ("metric", "member", "day", "state", "page"),
    "people": ("q", "team", "role", "seat", "place", "order", "way", "page"),
    "people_export": ("q", "team", "role", "seat", "place", "order", "format"),
    "people_add": ("way",),
    "person_correct": ("stay",),
    "teams": ("day", "team", "under", "page"),
    "squad": ("q",),
    "calendar": ("year",),
    "calendar_holidays": ("country", "region"),
    "metrics": ("tab",),
    "metric_new": ("from", "ready", "began", "preview_period"),
    "metric_edit": ("began", "preview_period"),
    "records": ("q", "as_of", "all"),
    "record": ("as_of", "page"),
    "changes": ("metric", "period", "by", "holder", "since", "as_of", "page"),
    "unassigned": ("metric", "period", "as_of", "page"),
    "currency": ("from", "page"),
    "health": ("page",),
    "health_uncounted": ("page",),
    "sources": ("page",),
    "source": ("page",),
    "source_feed_add": ("mapping",),
    "import_reading": ("file",),
    "import_meaning": ("file", "place", "page"),
}

# A form that is sent as it should be, but for the one field that is odd. Names in capitals are
# ids of `Things`, or what `filled` knows.
METRIC = {
    "name": "Deals", "key": "some_deals", "aggregation": "sum", "kinds": "deal", "date": "closed",
    "value": "amount", "unit": "currency", "decimals": "2", "direction": "higher",
    "w.join": "all", "w-0.field": "amount", "w-0.operator": "greater", "w-0.value": "5",
    "credit.role": "owner", "credit.field": "owner", "value_from": "opened",
    "value_until": "closed", "numerator": "calls", "denominator": "calls",
    "preview_period": "this-month", "description": "", "began": "",
}  # fmt: skip
PLACE = {
    "team": "TEAM", "manager": "", "profile": "PROFILE", "zone": "UTC", "from_day": "2025-03-10",
    "last_day": "",
}  # fmt: skip
CALENDAR = {
    "name": "Odd", "opens": "09:00", "closes": "17:00", "country": "DE", "region": "BY",
    **{f"day_{index}": "1" for index in range(7)},
}  # fmt: skip
SENT: dict[str, dict[str, str]] = {
    "goal_new": {"owner": "company", "metric": "calls", "grain": "month", "roll_up": "own",
                 "target": "5", "from_day": "2025-03-10", "only": "", "serves": ""},
    "goal_change": {"roll_up": "own", "target": "5", "from_day": "2025-03-10", "only": ""},
    "goal_end": {"from_day": "2025-03-10"},
    "goal_divide": {"by": "equally", "teams": "on", "again": ""},
    "goal_settings": {"on_track": "99", "behind": "81", "managers_set": "on"},
    "goals_save": {"metric": "calls", "grain": "month", "team": "", "seen": "", "back": ""},
    "goals_undo": {"back": ""},
    "goals_import": {"file": ""},
    "goals_import_store": {"upload": ""},
    "scorecard_rule_profile": {"mode": "weighted", "cap": "200", "from_day": "2025-03-10",
                               "do": "save", "goal": "", "metric": "", "receiver": ""},
    "scorecard_rule_team": {"mode": "weighted", "cap": "200", "from_day": "2025-03-10",
                            "do": "look"},
    "target_set": {"profile": "PROFILE", "metric": "calls", "grain": "week", "target": "5",
                   "from_day": "2025-03-10", "is_primary": "on"},
    "target_copy": {"source": "PROFILE", "receiver": "PROFILE", "from_day": "2025-03-10"},
    "target_first": {},
    "target_profile": {"name": "Hunter"},
    "target_change": {"target": "7", "from_day": "2025-03-10"},
    "target_end": {"from_day": "2025-03-10"},
    "target_move": {"do": "up", "to": "up"},
    "entry_create": {"metric": "calls", "member": "MEMBER", "day": "2025-03-04", "quantity": "2",
                     "reason": "Forgotten"},
    "entry_approve": {},
    "entry_refuse": {"note": "No"},
    "entry_withdraw": {},
    "screen_create": {"name": "Hall", "metric": "calls", "period": "today", "by": "member",
                      "team": "TEAM"},
    "screen_revoke": {},
    "people_role": {"members": "MEMBER", "role": "rep", "back": ""},
    "people_import": {"way": "paste", "text": "Name\tTeam\nZed\tAlpha\n", "from_day": ""},
    "people_import_problems": {"text": "Name\tTeam\nZed\tAlpha\n", "from_day": ""},
    "people_import_store": {"text": "Name\tTeam\nZed\tAlpha\n", "from_day": ""},
    "people_unseat": {"back": ""},
    "people_picture": {"file": "", "picture": ""},
    "invite_people": {"members": "MEMBER", "back": ""},
    "invite_withdraw": {"back": ""},
    "invite_reset": {},
    "person_transfer": PLACE,
    "person_correct": PLACE | {"stay": "0001-01-01"},
    "person_leave": {"last_day": "2025-03-10", "back_on": ""},
    "person_acting": {"acting": "MEMBER", "from_day": "2025-03-10", "last_day": ""},
    "person_acting_end": {},
    "person_calendar": {"calendar": "CALENDAR", "from_day": "2025-03-10"},
    "person_absence_add": {"kind": "vacation", "much": "1", "first_day": "2025-03-24",
                           "last_day": "", "note": ""},
    "person_absence_withdraw": {},
    "calendar_new": CALENDAR,
    "calendar_change": CALENDAR | {"from_day": "2025-03-10"},
    "calendar_archive": {},
    "calendar_restore": {},
    "calendar_day_add": {"name": "Picnic", "kind": "off", "first_day": "2025-06-02",
                         "last_day": "", "is_everywhere": ""},
    "calendar_day_withdraw": {},
    "team_new": {"name": "Delta", "under": "TEAM", "team": "", "day": ""},
    "team_rename": {"name": "Delta", "day": "", "page": ""},
    "team_move": {"under": "TEAM", "from_day": "2025-03-10", "day": ""},
    "team_close": {"from_day": "2025-03-10", "day": ""},
    "team_people_move": {"members": "MEMBER", "team": "TEAM", "from_day": "2025-03-10", "here": "",
                         "day": ""},
    "squad_new": {"name": "Farmers"},
    "squad_rename": {"name": "Farmers"},
    "squad_archive": {},
    "squad_restore": {},
    "squad_add": {"members": "MEMBER", "from_day": "2025-03-10", "last_day": "", "q": ""},
    "squad_remove": {"from_day": "2025-03-10"},
    "profile_new": {"name": "Hunter"},
    "profile_rename": {"name": "Hunter"},
    "profile_archive": {},
    "profile_restore": {},
    "metric_install": {"key": "calls"},
    "metric_new": METRIC | {"do": "save"},
    "metric_preview": METRIC | {"metric_id": ""},
    "metric_edit": METRIC | {"do": "compare", "effective": "day", "effective_day": "2025-03-01"},
    "metric_archive": {},
    "metric_bring_back": {},
    "metric_move": {"to": "up"},
    "setup_skip": {"step": "people"},
    "setup_done": {"again": ""},
    "settings": {"name": "Acme", "zone": "Asia/Jakarta", "currency": "USD"},
    "settings_periods": {"what": "fiscal", "start_month": "7", "named_after": "end",
                         "pattern": "4-4-5", "last_weekday": "saturday", "close": "nearest",
                         "since": "day", "day": "2025-07-01"},
    "settings_remove": {"typed": "No"},
    "sample_create": {},
    "sample_remove": {},
    "health_match": {"source": "crm", "key": "ghost", "member": "MEMBER"},
    "health_match_sure": {},
    "health_introduce": {"source": "crm", "key": "ghost", "name": "Ghost"},
    "verify_begin": {},
    "recount_begin": {},
    "unassigned_match": {"source": "crm", "key": "ghost", "member": "MEMBER", "back": ""},
    "rate_lay": {"currency": "EUR", "rate": "1.1", "day": "2025-03-01", "last_day": "",
                 "source": "Bank", "on": ""},
    "rate_withdraw": {"from_day": "2025-03-01"},
    "rates_withdraw": {},
    "rates_upload": {"file": "", "source": "Bank", "currency": "EUR", "all": ""},
    "rates_store": {"upload": "", "source": "Bank", "all": ""},
    "source_feed_add": {"mapping": "MAPPING", "kind": "address", "pattern": "*.csv", "at": "",
                        "place": "https://example.com/a.csv", "every": "60"},
    "source_feed_turn": {"on": "1"},
    "source_feed_look": {},
    "source_feed_remove": {},
    "import_again": {"mapping": "MAPPING", "files": ""},
    "import_new": {"files": ""},
    "import_files": {"files": ""},
    "import_file_remove": {},
    "import_reading": {"file": "deals.csv", "revision": "", "delimiter": ",", "header_row": "1",
                       "encoding": "utf-8", "sheet": ""},
    "import_meaning": {"file": "deals.csv", "place": "0", "page": "1", "role": "deal",
                       "revision": "", "do": ""},
    "import_whole": {"name": "Deals", "zone": "UTC", "currency": "USD", "missing": "keep",
                     "own": "", "next": ""},
    "import_begin": {},
    "import_discard": {},
    "import_cancel": {},
    "import_undo": {},
    "import_retry": {},
    "import_keep": {"name": "Deals", "next": ""},
}  # fmt: skip

OUTWARD = {
    "sign_in": {"email": "ana@acme.example", "password": "a password", "next": "/"},
    "sign_out": {},
    "set_language": {"language": "id", "next": "/"},
    "me_name": {"name": "Ana"},
    "me_picture": {"picture": ""},
    "me_language": {"language": "id", "next": "/"},
    "me_password": {"old": "a password", "new": "another password"},
    "me_sign_out": {},
}


@pytest.fixture(scope="module")
def standing(
    owner_url: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Office, Things]]:
    with django_db_blocker.unblock(), office.standing(owner_url) as (acme, _):
        yield acme, things(acme)


@pytest.fixture
def acme(standing: tuple[Office, Things], db: None) -> Office:
    return standing[0]


@pytest.fixture
def known(standing: tuple[Office, Things]) -> Things:
    return standing[1]


def filled(values: dict[str, str], acme: Office, known: Things) -> dict[str, str]:
    ids = {name.upper(): value for name, value in known.items()}
    ids["MAPPING"] = ""
    return {name: ids.get(value, value) for name, value in values.items()}


def broken(client: Client, method: str, where: str, sent: dict[str, Any]) -> bool:
    """Say whether an answer is a crash; whatever was done is undone."""
    with db.transaction():
        answer = getattr(client, method)(where, sent)
        connection.set_rollback(True)
    return bool(answer.status_code >= 500)


def oddly(form: str, values: dict[str, str]) -> Iterator[dict[str, str]]:
    """Yield a form without anything in it, and with each of its fields odd in turn."""
    yield {}
    for name in ONLY.get(form, tuple(values)):
        for odd in DEAR if form in FEWER else ODD:
            yield values | {name: odd}


def asked_with(sent: dict[str, str], plain: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value[:40]) for name, value in sent.items() if plain.get(name) != value)


def test_every_form_is_tried() -> None:
    assert set(SENT) == {name for name, route in INSIDE.items() if route.posts}
    assert set(OUTWARD) == {name for name, route in OUTSIDE.items() if route.posts}


@pytest.mark.parametrize("name", ASKED)
def test_no_page_breaks_on_what_its_address_asks(acme: Office, known: Things, name: str) -> None:
    client = signed_in(acme, raise_request_exception=False)
    where = address(name, acme.slug, known)
    plain: dict[str, str] = {}
    if name == "leaderboard_evidence":
        plain = {"holder": known["member"], "period": office.PERIOD}
    if name == "leaderboards":
        plain = {"period": "custom", "from": "2025-03-01", "to": "2025-03-05"}
    every = oddly(name, plain | dict.fromkeys(set(ASKED[name]) - set(plain), ""))
    assert [asked_with(sent, plain) for sent in every if broken(client, "get", where, sent)] == []


@pytest.mark.parametrize("name", SENT)
def test_no_form_breaks_on_a_field_of_it(acme: Office, known: Things, name: str) -> None:
    client = signed_in(acme, raise_request_exception=False)
    where, plain = address(name, acme.slug, known), filled(SENT[name], acme, known)
    assert [
        asked_with(sent, plain)
        for sent in oddly(name, plain)
        if broken(client, "post", where, sent)
    ] == []


@pytest.mark.parametrize("name", OUTWARD)
def test_no_form_outside_breaks_on_a_field_of_it(acme: Office, name: str) -> None:
    client = signed_in(acme, "ana", raise_request_exception=False)
    plain = OUTWARD[name]
    assert [
        asked_with(sent, plain)
        for sent in oddly(name, plain)
        if broken(client, "post", OUTSIDE[name].address, sent)
    ] == []
