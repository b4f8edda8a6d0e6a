"""Beginning an installation: one administrator, one organization, ready to work."""

import threading
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from juara.accounts.models import Seat, User
from juara.core.calendar import FiscalYear, PeriodRules
from juara.core.errors import DomainError, GoneError
from juara.metrics import queries as metrics
from juara.people.models import Member, Team
from juara.samples import beginning
from juara.samples.beginning import Beginning
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast

ASKED = Beginning(
    name="Rina Hartono",
    email="Rina@Example.com",
    password="makan-siang-jam-12",
    organization="Acme",
    slug="acme",
    zone="Asia/Jakarta",
    currency="IDR",
    week_start="sunday",
    fiscal_start_month=4,
)


def test_an_administrator_stands_in_an_organization_with_the_ready_metrics(db: None) -> None:
    user, made = beginning.begin(ASKED, moment=cast.NOW)

    assert user.email == "rina@example.com"
    assert user.check_password("makan-siang-jam-12")
    assert (made.zone, made.currency) == ("Asia/Jakarta", "IDR")
    assert made.rules == PeriodRules.always(week_start=6, fiscal=FiscalYear(start_month=4))
    assert (made.is_sample, made.setup_done_at, made.needs_entry_approval) == (False, None, True)
    assert list(Seat.objects.values_list("user_id", "organization_id")) == [(user.id, made.id)]
    with scope.enter(made):
        member = Member.objects.get()
        assert (member.name, member.role, member.user_id) == ("Rina Hartono", "admin", user.id)
        assert Team.objects.get().is_root
        assert "revenue_won" in {each.key for each in metrics.metrics()}


def test_it_happens_once(db: None) -> None:
    beginning.begin(ASKED, moment=cast.NOW)

    with pytest.raises(GoneError):
        beginning.begin(replace(ASKED, email="else@example.com", slug="else"), moment=cast.NOW)
    assert (User.objects.count(), Organization.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "wrong", [{"password": "short"}, {"slug": "Not This"}, {"zone": "Mars/Base"}]
)
def test_what_could_not_work_leaves_the_installation_empty(db: None, wrong: dict[str, Any]) -> None:
    with pytest.raises(DomainError):
        beginning.begin(replace(ASKED, **wrong), moment=cast.NOW)

    assert (User.objects.count(), Organization.objects.count()) == (0, 0)


def test_of_two_at_once_exactly_one_begins(committed: None) -> None:
    ready, outcomes = threading.Barrier(2), []

    def try_it(name: str) -> None:
        asked = replace(ASKED, email=f"{name}@example.com", slug=name)
        ready.wait(10)
        try:
            outcomes.append(beginning.begin(asked, moment=cast.NOW)[1].slug)
        except GoneError:
            outcomes.append("too late")
        finally:
            connection.close()

    both = [threading.Thread(target=try_it, args=[name]) for name in ("one", "two")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(30)

    assert (User.objects.count(), Organization.objects.count()) == (1, 1)
    assert outcomes.count("too late") == 1
