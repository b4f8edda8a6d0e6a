"""The first wall: Python refuses without an organization, and the setting never outlives its own.

`committed` tests really commit, so that one transaction can follow another on one connection.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, models

from juara.core import db
from juara.core import scope as core_scope
from juara.core.calendar import PLAIN
from juara.core.errors import NotFoundError
from juara.core.models import ScopedManager
from juara.core.scope import ScopeMissingError
from juara.people import queries as people
from juara.people.models import Member
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast


def setting() -> str:
    return str(db.one("SELECT coalesce(current_setting('juara.organization', true), '')")[0])


def seen() -> list[str]:
    """Return the names that plain SQL sees, past the manager."""
    return sorted(row[0] for row in db.rows("SELECT name FROM member"))


def hire(organization: Organization, *names: str) -> None:
    with scope.enter(organization):
        for name in names:
            Member(name=name).save(force_insert=True)


@pytest.fixture
def two(committed: None) -> tuple[Organization, Organization]:
    acme, globex = cast.organization("acme"), cast.organization("globex")
    hire(acme, "Ana", "Budi")
    hire(globex, "Homer")
    return acme, globex


Two = tuple[Organization, Organization]

TENANT_MODELS = [
    model for model in apps.get_models() if isinstance(model._default_manager, ScopedManager)
]


def test_every_model_with_an_organization_refuses_without_one(db: None) -> None:
    with_organization = {
        model
        for model in apps.get_models()
        if any(field.name == "organization" for field in model._meta.concrete_fields)
    }

    assert {model.__name__ for model in with_organization - set(TENANT_MODELS)} == {"Seat"}
    assert len(TENANT_MODELS) >= 20


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model.__name__)
def test_its_manager_raises_without_a_scope(db: None, model: type[models.Model]) -> None:
    manager = model._default_manager
    reads: list[Callable[[], object]] = [
        manager.all, manager.count, manager.first, manager.exists, manager.values,
        lambda: manager.filter(pk__isnull=False), lambda: manager.get(pk__isnull=False),
        manager.update, lambda: manager.in_bulk([]),
    ]  # fmt: skip

    for read in reads:
        with pytest.raises(ScopeMissingError, match=r"enter juara\.tenancy\.scope first"):
            read()


def test_a_row_cannot_even_be_thought_of_without_a_scope(db: None) -> None:
    with pytest.raises(ScopeMissingError):
        Member(name="Ana")


def test_a_query_raises_without_a_scope(db: None) -> None:
    with pytest.raises(ScopeMissingError):
        people.members()


def test_inside_only_the_organizations_rows_are_seen(two: Two) -> None:
    acme, globex = two

    with scope.enter(acme):
        assert (seen(), Member.objects.count()) == (["Ana", "Budi"], 2)
    with scope.enter(globex):
        assert (seen(), Member.objects.count()) == (["Homer"], 1)


def test_without_a_scope_plain_sql_sees_nothing(two: Two) -> None:
    assert (setting(), seen()) == ("", [])


def test_the_setting_ends_with_the_scope(two: Two) -> None:
    acme, _globex = two
    with scope.enter(acme):
        assert setting() == str(acme.id)

    assert (setting(), seen()) == ("", [])
    with pytest.raises(ScopeMissingError):
        core_scope.current()


def test_the_next_transaction_on_the_same_connection_knows_nothing_of_it(two: Two) -> None:
    acme, _globex = two
    with scope.enter(acme):
        backend = db.one("SELECT pg_backend_pid()")

    with db.transaction():
        assert db.one("SELECT pg_backend_pid()") == backend
        assert (setting(), seen()) == ("", [])


def test_the_setting_ends_inside_an_outer_transaction_too(two: Two) -> None:
    acme, _globex = two
    with db.transaction():
        with scope.enter(acme):
            assert seen() == ["Ana", "Budi"]
        assert (setting(), seen()) == ("", [])


def test_another_organization_inside_gives_the_first_back(two: Two) -> None:
    acme, globex = two
    with scope.enter(acme) as outer:
        with scope.enter(globex) as inner:
            assert (seen(), inner.slug, core_scope.current()) == (["Homer"], "globex", inner)
        assert (seen(), core_scope.current()) == (["Ana", "Budi"], outer)
        assert setting() == str(acme.id)


def test_the_same_organization_inside_is_the_same_scope(two: Two) -> None:
    acme, _globex = two
    with scope.enter(acme) as outer, scope.enter(acme) as inner:
        assert inner is outer


def test_what_was_written_is_undone_when_the_scope_fails(two: Two) -> None:
    acme, _globex = two

    def fail() -> None:
        with scope.enter(acme):
            Member(name="Citra").save(force_insert=True)
            assert len(seen()) == 3
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert setting() == ""
    with scope.enter(acme):
        assert seen() == ["Ana", "Budi"]


def test_a_failure_inside_gives_the_first_back_and_undoes_only_its_own(two: Two) -> None:
    acme, globex = two

    def fail() -> None:
        with scope.enter(globex):
            Member(name="Marge").save(force_insert=True)
            raise LookupError

    with scope.enter(acme):
        Member(name="Citra").save(force_insert=True)
        with pytest.raises(LookupError):
            fail()
        assert (seen(), setting()) == (["Ana", "Budi", "Citra"], str(acme.id))

    with scope.enter(globex):
        assert seen() == ["Homer"]


def test_a_refusal_of_the_database_inside_gives_the_first_back(two: Two) -> None:
    acme, globex = two

    def fail() -> None:
        with scope.enter(globex):
            db.execute("SELECT 1 / 0")

    with scope.enter(acme):
        with pytest.raises(Exception, match="division by zero"):
            fail()
        assert seen() == ["Ana", "Budi"]


def test_what_is_left_for_after_the_commit_runs_once_the_scope_is_closed(two: Two) -> None:
    acme, _globex = two
    told: list[str] = []
    with scope.enter(acme), scope.enter(acme):
        db.after_commit(lambda: told.append(setting()))
        assert told == []

    assert told == [""]


def test_after_a_failure_nothing_left_for_after_the_commit_runs(two: Two) -> None:
    acme, _globex = two
    told: list[str] = []

    def fail() -> None:
        with scope.enter(acme):
            db.after_commit(lambda: told.append("ran"))
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert told == []


def test_a_row_of_another_organization_is_refused_by_the_database(two: Two) -> None:
    acme, globex = two

    with (
        scope.enter(acme),
        pytest.raises(Exception, match="row-level security"),
        db.transaction(),
    ):
        Member(name="Mole", organization=globex).save(force_insert=True)

    with scope.enter(globex):
        assert seen() == ["Homer"]


def test_a_row_read_in_one_scope_cannot_be_saved_from_another(two: Two) -> None:
    acme, globex = two
    with scope.enter(globex):
        homer = Member.objects.get()

    with scope.enter(acme), db.transaction():
        homer.name = "Stolen"
        with pytest.raises(Exception, match=r"affect any rows|did not"):
            homer.save(update_fields=["name"])

    with scope.enter(globex):
        assert seen() == ["Homer"]


@pytest.mark.parametrize("slug", ["acme", "ACME", "Acme"])
def test_an_organization_is_found_by_its_slug_in_any_case(two: Two, slug: str) -> None:
    assert scope.organization_by_slug(slug) == two[0]


def test_an_unknown_slug_is_not_found_in_words(two: Two) -> None:
    with pytest.raises(NotFoundError, match=r"There is no organization “acm”\."):
        scope.organization_by_slug("acm")


def test_the_scope_carries_what_numbers_depend_on(committed: None) -> None:
    there = cast.organization("jakarta", zone="Asia/Jakarta", currency="IDR")

    with scope.enter(there) as entered:
        assert (entered.slug, entered.zone, entered.currency, entered.rules) == (
            "jakarta", "Asia/Jakarta", "IDR", PLAIN,
        )  # fmt: skip
        assert entered.batch is None


def test_a_batch_does_not_outlive_its_scope(two: Two) -> None:
    from juara.tenancy import knowledge

    acme, _globex = two
    with scope.enter(acme), knowledge.batch(moment=cast.NOW, reason="first") as first:
        first.is_used = True
    with scope.enter(acme) as entered:
        assert entered.batch is None
        with knowledge.batch(moment=cast.NOW + timedelta(hours=1), reason="second") as second:
            assert (first.number, second.number) == (1, 2)


def test_the_connection_is_the_applications(two: Two) -> None:
    assert db.one("SELECT current_user") == ("juara_app",)
    assert connection.settings_dict["USER"] == "juara_app"
