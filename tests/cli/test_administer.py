"""Organizations, sign-ins, unknown owners, screens, health: by the commands an admin types."""

from decimal import Decimal

import psycopg
import pytest

from juara.accounts.models import User
from juara.core import db
from juara.core.calendar import FiscalYear, PeriodRules
from juara.people.models import Member
from juara.screens import operations as screens
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.cli.calling import juara, refusal, report
from tests.ledger import reading

PASSWORD = "correct horse battery\n"


# Organizations.


def test_an_organization_is_created_with_the_ready_metrics() -> None:
    made = report(
        "organization", "create", "acme", "--name", "Acme", "--zone", "Asia/Jakarta",
        "--currency", "IDR", "--week-start", "sunday", "--fiscal-start", "7",
    )  # fmt: skip

    organization = Organization.objects.get()
    assert made == {
        "kind": "organization", "slug": "acme", "id": organization.public_id, "name": "Acme",
        "zone": "Asia/Jakarta", "currency": "IDR",
    }  # fmt: skip
    assert organization.rules == PeriodRules.always(week_start=6, fiscal=FiscalYear(start_month=7))
    keys = [each["key"] for each in report("metrics")["metrics"]]
    assert {"calls", "revenue_won", "win_rate", "sales_cycle"} <= set(keys)


def test_organizations_are_listed_in_the_order_of_their_slugs() -> None:
    assert juara("organization", "list").lines == [
        "There is none yet. Create one: juara organization create SLUG --name NAME"
    ]
    juara("organization", "create", "globex")
    juara("organization", "create", "acme")

    assert [each["slug"] for each in report("organization", "list")["organizations"]] == [
        "acme", "globex",
    ]  # fmt: skip
    assert juara("organization", "list").lines == [
        "slug    name    zone  currency",
        "acme    acme    UTC   USD",
        "globex  globex  UTC   USD",
    ]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["Acme!"], "“Acme!” cannot be part of an address."),
        (["acme", "--zone", "Mars/Olympus"], "“Mars/Olympus” is not a time zone."),
        (["acme", "--currency", "usd"], "“usd” is not a currency like USD."),
        (["acme", "--week-start", "noday"], "Choose one of monday, tuesday,"),
    ],
)
def test_an_organization_that_cannot_work_is_refused(options: list[str], sentence: str) -> None:
    assert refusal("organization", "create", *options).startswith(sentence)
    assert not Organization.objects.exists()


def test_a_slug_is_given_once(acme: Organization) -> None:
    assert refusal("organization", "create", "acme") == "There already is an organization “acme”."
    assert Organization.objects.count() == 1


def test_the_organization_is_named_only_where_there_are_several(acme: Organization) -> None:
    assert report("imports") == {"kind": "imports", "imports": []}
    juara("organization", "create", "globex")

    assert refusal("imports") == ("There are several organizations: say which with --organization.")
    assert report("imports", "--organization", "globex")["imports"] == []
    assert refusal("imports", "--organization", "initech").startswith(
        "There is no organization “initech”."
    )


def test_without_an_organization_the_way_to_make_one_is_told() -> None:
    assert refusal("standings", "revenue_won") == (
        "There is no organization yet. Create one: juara organization create SLUG --name NAME"
    )


# Sign-ins.


def test_somebody_new_can_sign_in(acme: Organization) -> None:
    made = report(
        "user", "create", "Ana@Example.com", "--name", "Ana", "--role", "admin",
        "--password-stdin", stdin=PASSWORD,
    )  # fmt: skip

    with scope.enter(acme):
        member = Member.objects.get()
    assert made == {
        "kind": "user", "email": "ana@example.com", "name": "Ana", "id": member.public_id,
        "role": "admin", "organization": "acme",
    }  # fmt: skip
    user = User.objects.get()
    assert (member.user_id, user.email) == (user.id, "ana@example.com")
    assert user.check_password(PASSWORD.strip())


def test_somebody_who_came_with_a_file_signs_in_as_who_they_are(sales: Organization) -> None:
    called = juara(
        "user", "create", "ana@example.com", "--member", "Ana", "--password-stdin", stdin=PASSWORD
    )

    assert called.lines == ["Ana can sign in to Acme as ana@example.com (rep)."]
    with scope.enter(sales):
        assert sorted(Member.objects.values_list("name", "email")) == [
            ("Ana", "ana@example.com"), ("Bob", ""), ("Cyd", ""),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("email", "member", "sentence"),
    [
        ("bob@example.com", "Ana", "Ana already has the address ana@example.com."),
        ("ana@example.com", "Bob", "ana@example.com is the address of somebody else."),
        ("who@example.com", "Who", "There is nobody called “Who”."),
    ],
)
def test_an_address_is_given_to_one_member_only(
    sales: Organization, email: str, member: str, sentence: str
) -> None:
    juara(
        "user", "create", "ana@example.com", "--member", "Ana", "--password-stdin", stdin=PASSWORD
    )

    said = refusal("user", "create", email, "--member", member, "--password-stdin", stdin=PASSWORD)

    assert said.startswith(sentence)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("email", "role", "password", "sentence"),
    [
        ("nobody", "rep", PASSWORD, "Enter a valid email address."),
        ("ana@example.com", "boss", PASSWORD, "The role is one of rep, manager, executive, admin."),
        ("ana@example.com", "rep", "short\n", "This password is too short."),
        ("ana@example.com", "rep", "", "This password is too short."),
    ],
)
def test_a_sign_in_that_cannot_be_is_refused(
    acme: Organization, email: str, role: str, password: str, sentence: str
) -> None:
    said = refusal("user", "create", email, "--role", role, "--password-stdin", stdin=password)

    assert said.startswith(sentence)
    with scope.enter(acme):
        assert (User.objects.count(), Member.objects.count()) == (0, 0)


# Whom the records name.


def test_unknown_owners_are_listed_and_matched_with_their_past(sales: Organization) -> None:
    assert report("owners", "list") == {
        "kind": "unknown_owners",
        "owners": [
            {
                "source": "crm", "key": "zed", "name": "", "records": 1,
                "first_day": "2025-03-03", "last_day": "2025-03-03",
            }
        ],
    }  # fmt: skip

    matched = report("owners", "match", "crm", "zed", "Bob")

    # opportunities_created and pipeline_created need a day of creation, which it lacks.
    assert matched == {"kind": "matched", "source": "crm", "key": "zed", "credits": 5}
    assert juara("owners", "list").lines == ["Everybody the records name is somebody here."]
    with scope.enter(sales):
        assert reading.totals("revenue_won") == {"Ana": Decimal(170), "Bob": Decimal("42.5")}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["sap", "zed", "Bob"], "There is no source “sap”."),
        (["crm", "zed", "Nobody"], "There is nobody called “Nobody”."),
    ],
)
def test_a_match_that_makes_no_sense_is_refused(
    sales: Organization, arguments: list[str], sentence: str
) -> None:
    assert refusal("owners", "match", *arguments).startswith(sentence)
    assert report("verify")["is_sound"]


# Screens.


def test_a_screen_is_made_with_an_address_that_opens_it(acme: Organization) -> None:
    made = report("screen", "create", "Lobby", "--metric", "deals_won", "--by", "team")

    assert made["name"] == "Lobby"
    start, slug, token = made["path"].strip("/").split("/")
    assert (start, slug) == ("tv", "acme")
    with scope.enter(acme):
        assert screens.screen_seen(token, moment=cast.NOW).public_id == made["id"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--metric", "luck"], "There is no metric “luck”."),
        (["--by", "shoe size"], "A board is by member, team, branch."),
        (["--period", "someday"], "“someday” is not a period."),
    ],
)
def test_a_screen_that_could_show_nothing_is_refused(
    acme: Organization, options: list[str], sentence: str
) -> None:
    assert refusal("screen", "create", "Lobby", *options).startswith(sentence)


# Health.


def test_the_doctor_finds_a_healthy_installation_well() -> None:
    found = report("doctor")

    assert found["is_well"]
    assert {each["name"]: each["is_well"] for each in found["checks"]} == {
        "PostgreSQL": True, "Migrations": True, "Application role": True, "Ledger role": True,
        "Row-level security": True, "Styles and scripts": True, "Debug": True,
    }  # fmt: skip


def test_the_doctor_ends_with_code_1_when_a_wall_is_down(committed: None, owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE member NO FORCE ROW LEVEL SECURITY")
        try:
            found = report("doctor", code=1)
        finally:
            owner.execute("ALTER TABLE member FORCE ROW LEVEL SECURITY")

    walls = next(each for each in found["checks"] if each["name"] == "Row-level security")
    assert (found["is_well"], walls["finding"]) == (False, "not forced on member")
    assert db.one("SELECT 1") == (1,)


def test_an_up_to_date_database_needs_no_migration() -> None:
    assert report("migrate") == {"kind": "migrated", "is_up_to_date": True}


def test_a_server_that_cannot_be_prepared_is_told_in_a_sentence() -> None:
    assert refusal("prepare", "postgresql://nobody@127.0.0.1:1/postgres").startswith(
        "The server said: connection failed"
    )
