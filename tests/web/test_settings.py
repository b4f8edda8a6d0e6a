"""The settings of an organization: what holds at once, what holds with its numbers, its end."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from juara.audit.models import AuditEntry
from juara.core import db
from juara.leaderboards import queries as boards
from juara.leaderboards.queries import Asked
from juara.ledger import settings, verify
from juara.ledger.models import Credit
from juara.people.models import Assignment
from juara.tenancy import scope
from juara.tenancy.models import Organization
from juara.tenancy.operations import Settings
from tests import cast
from tests.jobs.running import run_waiting
from tests.web import office
from tests.web.office import Office
from tests.web.reading import read

STANDING = {
    "name": "Acme", "zone": "UTC", "currency": "USD", "needs_entry_approval": "on",
}  # fmt: skip


def saved(client: Client, acme: Office, **changes: str) -> Any:
    return client.post(acme.path("set-up/settings/"), STANDING | changes)


def standing() -> Organization:
    return Organization.objects.get(slug="acme")


def last_entry(acme: Office) -> AuditEntry:
    with scope.enter(acme.organization):
        found = AuditEntry.objects.filter(action="organization.changed").order_by("-id").first()
    assert found is not None
    return found


def test_what_no_number_rests_on_holds_at_once(admin: Client, acme: Office) -> None:
    response = saved(admin, acme, name="Acme Ltd", needs_entry_approval="")

    assert response["Location"] == acme.path("set-up/settings/")
    assert (standing().name, standing().needs_entry_approval) == ("Acme Ltd", False)


def test_the_audit_says_before_and_after(admin: Client, acme: Office) -> None:
    saved(admin, acme, name="Acme Ltd")

    entry = last_entry(acme)
    assert (entry.actor, entry.subject) == ("adi@example.com", "name")
    assert entry.data == {"before": {"name": "Acme"}, "after": {"name": "Acme Ltd"}}


def test_saving_what_stands_leaves_no_trace(admin: Client, acme: Office) -> None:
    saved(admin, acme)

    with scope.enter(acme.organization):
        assert not AuditEntry.objects.filter(action="organization.changed").exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"zone": "Mars"}, "zone"), ({"currency": ""}, "currency"), ({"name": ""}, "name")],
)
def test_what_could_not_work_is_refused_at_its_field(
    admin: Client, acme: Office, wrong: dict[str, str], field: str
) -> None:
    response = saved(admin, acme, **wrong)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert standing().name == "Acme"


def test_another_zone_waits_for_its_numbers_and_the_rest_holds_at_once(
    admin: Client, acme: Office
) -> None:
    saved(admin, acme, zone="Asia/Jakarta", name="Acme Ltd")

    assert (standing().zone, standing().name) == ("UTC", "Acme Ltd")
    page = read(admin.get(acme.path("set-up/settings/")))
    assert "Every number is being worked out again" in page.one(of="banner").text


def test_the_page_says_how_many_people_follow(admin: Client, acme: Office) -> None:
    assert "9 people live by it" in admin.get(acme.path("set-up/settings/")).content.decode()


class TestWithNumbers:
    """What a worker does to an organization that has numbers, committed."""

    @pytest.fixture
    def acme(self, committed: None) -> Office:
        made = office.opened()
        with scope.enter(made.organization):
            # Won at 20:00 UTC on the last of March: in Jakarta April has begun.
            cast.deliver(
                cast.deal("late", owner="ana", amount="30",
                          dates={"closed": cast.at("2025-03-31T20:00")}),
                cast.deal("idr", owner="budi", amount="4", texts={"currency": "IDR"}),
            )  # fmt: skip
            cast.member("Far", "South", zone="Pacific/Honolulu")
        return made

    @pytest.fixture
    def admin(self, acme: Office) -> Client:
        client = Client()
        client.force_login(acme.users["adi"])
        return client

    def test_another_zone_moves_days_and_the_people_who_live_by_it(
        self, admin: Client, acme: Office
    ) -> None:
        assert value("2025-04", "Ana") is None
        saved(admin, acme, zone="Asia/Jakarta")

        run_waiting()

        assert standing().zone == "Asia/Jakarta"
        assert (value("2025-03", "Ana"), value("2025-04", "Ana")) == (Decimal(120), Decimal(30))
        with scope.enter(standing()):
            zones = set(
                Assignment.objects.filter(known_until=db.OPEN).values_list("zone", flat=True)
            )
            assert zones == {"Asia/Jakarta", "Pacific/Honolulu"}
            assert verify.verify().is_sound
        assert last_entry(acme).data == {
            "before": {"zone": "UTC"},
            "after": {"zone": "Asia/Jakarta"},
        }

    def test_what_was_shown_before_can_still_be_asked_for(
        self, admin: Client, acme: Office
    ) -> None:
        with scope.enter(standing()):
            shown = set(Credit.objects.values_list("id", "day", "known_from"))
            known = db.one("SELECT max(number) FROM batch")[0]
        saved(admin, acme, zone="Asia/Jakarta")
        run_waiting()

        with scope.enter(standing()):
            then = Credit.objects.filter(known_from__lte=known, known_until__gt=known)
            assert set(then.values_list("id", "day", "known_from")) == shown

    def test_another_currency_counts_what_is_in_it(self, admin: Client, acme: Office) -> None:
        assert value("2025-03", "Budi") == Decimal(90)
        saved(admin, acme, currency="IDR")

        run_waiting()

        assert standing().currency == "IDR"
        # 90 without a currency of its own, and the 4 that now count.
        assert value("2025-03", "Budi") == Decimal(94)
        with scope.enter(standing()):
            assert verify.verify().is_sound

    def test_a_second_change_does_not_unmake_the_one_that_still_waits(
        self, admin: Client, acme: Office
    ) -> None:
        saved(admin, acme, zone="Asia/Jakarta")
        saved(admin, acme, currency="IDR")

        run_waiting()

        assert (standing().zone, standing().currency) == ("Asia/Jakarta", "IDR")

    def test_a_writer_that_waited_for_the_change_counts_by_it(
        self, admin: Client, acme: Office
    ) -> None:
        with scope.enter(standing()):
            before = standing()
            settings.restate(zone="Asia/Jakarta", currency="USD", moment=cast.NOW, actor=cast.ACTOR)
        with scope.enter(before) as entered:
            assert entered.zone == "UTC"
            cast.deliver(
                cast.deal(
                    "x", owner="ana", amount="1", dates={"closed": cast.at("2025-04-30T20:00")}
                )
            )
            assert entered.zone == "Asia/Jakarta"
            assert verify.verify().is_sound

    def test_before_anything_was_credited_nothing_waits(self, admin: Client, acme: Office) -> None:
        empty = cast.organization("empty")
        with scope.enter(empty):
            cast.member("Ana", "North")
            changed = settings.change(
                Settings("Empty", "Asia/Jakarta", "IDR", True),
                moment=cast.NOW, actor=cast.ACTOR,
            )  # fmt: skip
            assert Assignment.objects.get(known_until=db.OPEN).zone == "Asia/Jakarta"

        assert (changed.names, changed.is_recounting) == (("zone", "currency"), False)
        assert Organization.objects.get(slug="empty").zone == "Asia/Jakarta"

    def test_removing_takes_the_name_and_shows_progress_from_outside(
        self, admin: Client, acme: Office
    ) -> None:
        wrong = admin.post(acme.path("set-up/settings/remove/"), {"typed": "acme"})
        assert wrong.status_code == 422
        assert list(wrong.context["remove_form"].errors) == ["typed"]

        right = admin.post(acme.path("set-up/settings/remove/"), {"typed": "Acme"})

        assert right["Location"].startswith("/begin/removed/")
        assert admin.get(acme.path("set-up/")).status_code == 404
        assert read(admin.get(right["Location"])).one("h1").text == "Removing “Acme”"
        run_waiting()
        assert read(admin.get(right["Location"])).one("h1").text == "“Acme” is gone"
        assert not Organization.objects.filter(slug="acme").exists()


def value(period: str, name: str) -> Decimal | None:
    """Return what somebody won in a period, as their board shows it."""
    with scope.enter(standing()):
        board = boards.board(Asked(metric="revenue_won", period=period), now=cast.NOW)
    return next((row.value for row in board.rows if row.name == name), None)
