"""Removing an organization: all of it, and nothing else."""

from pathlib import Path

import psycopg
import pytest

from juara.accounts import removal as removals
from juara.accounts.models import Seat, SignInAttempt, User
from juara.accounts.removal import Progress
from juara.core import db, environment
from juara.core.errors import ConflictError, DomainError, GoneError
from juara.jobs import queue
from juara.people import operations as people
from juara.people.models import Member
from juara.tenancy import knowledge, removal, scope
from juara.tenancy.models import Organization, Removal
from tests import cast
from tests.jobs.running import run_waiting
from tests.tenancy.everything import a_row_of_everything

_TENANT_TABLES = """
    SELECT DISTINCT c.relname FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""


def contents(owner_url: str, organization_id: int) -> dict[str, list[str]]:
    """Return every row of an organization as text, by table, past both walls."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(f"SET juara.organization = {organization_id}")
        tables = [row[0] for row in connection.execute(_TENANT_TABLES).fetchall()]
        found = {
            table: [
                str(row[0])
                for row in connection.execute(
                    f"SELECT to_jsonb(t)::text FROM {table} t"
                    f" WHERE organization_id = {organization_id} ORDER BY 1"
                ).fetchall()
            ]
            for table in tables
        }
        found["organization"] = [
            str(row[0])
            for row in connection.execute(
                f"SELECT to_jsonb(o)::text FROM organization o WHERE id = {organization_id}"
            ).fetchall()
        ]
    return found


def ask(organization: Organization, typed: str = "Mine") -> str:
    with scope.enter(organization):
        return removals.ask(organization, typed=typed, moment=cast.NOW, actor=cast.ACTOR)


@pytest.fixture
def mine(committed: None) -> Organization:
    made = cast.organization("mine")
    a_row_of_everything(made)
    return made


def test_not_a_row_of_it_is_left_and_not_a_byte_of_another_has_changed(
    mine: Organization, owner_url: str
) -> None:
    theirs = cast.organization("theirs")
    a_row_of_everything(theirs)
    before = contents(owner_url, theirs.id)
    empty = [name for name, rows in contents(owner_url, mine.id).items() if not rows]
    assert empty == []

    ask(mine)
    run_waiting()

    assert [name for name, rows in contents(owner_url, mine.id).items() if rows] == []
    assert contents(owner_url, theirs.id) == before
    assert Removal.objects.count() == 0


def test_the_other_organization_is_as_sound_as_before(mine: Organization) -> None:
    theirs = cast.organization("theirs")
    a_row_of_everything(theirs)

    ask(mine)
    run_waiting()

    with scope.enter(theirs):
        assert set(Member.objects.values_list("name", flat=True)) == {"Ana", "Mira"}
        assert cast.deliver(cast.deal("2", owner="ana", amount="5")).credits_made > 0


def test_who_belongs_nowhere_else_can_no_longer_sign_in(mine: Organization) -> None:
    theirs = cast.organization("theirs")
    both = User(email="both@example.com", created_at=cast.NOW)
    both.save(force_insert=True)
    for each in (mine, theirs):
        with scope.enter(each):
            guest = cast.member("Guest", email="both@example.com")
            people.give_seat(guest, both, moment=cast.NOW, actor=cast.ACTOR)
    outsider = User(email="outsider@example.com", created_at=cast.NOW)
    outsider.save(force_insert=True)
    SignInAttempt(key="email:ana@mine.example", window_from=cast.NOW, count=1).save()

    ask(mine)
    run_waiting()

    left = set(User.objects.values_list("email", flat=True))
    assert left == {"both@example.com", "outsider@example.com"}
    assert list(Seat.objects.values_list("organization__slug", flat=True)) == ["theirs"]
    assert SignInAttempt.objects.count() == 0


def test_nobody_enters_from_the_moment_it_is_asked_for(mine: Organization) -> None:
    ask(mine)

    assert Seat.objects.filter(organization=mine).count() == 0


def test_nothing_is_taken_in_from_the_moment_it_is_asked_for(mine: Organization) -> None:
    ask(mine)

    with pytest.raises(GoneError, match="has been removed"), scope.enter(mine):
        cast.deliver(cast.deal("late", owner="ana", amount="5"))


def test_a_writer_that_comes_after_the_end_is_refused(mine: Organization) -> None:
    ask(mine)
    run_waiting()

    with (
        pytest.raises(GoneError),
        scope.enter(mine),
        knowledge.batch(moment=cast.NOW, reason="late"),
    ):
        pass


def test_the_name_must_be_typed(mine: Organization) -> None:
    with pytest.raises(DomainError, match="not the name"):
        ask(mine, typed="mine")

    assert Seat.objects.filter(organization=mine).count() == 1
    assert Removal.objects.count() == 0
    run_waiting()
    assert Organization.objects.filter(id=mine.id).exists()


def test_it_is_asked_for_once(mine: Organization) -> None:
    ask(mine)

    with pytest.raises(ConflictError):
        ask(mine)


def test_what_waits_to_be_done_for_it_goes_too(mine: Organization) -> None:
    with scope.enter(mine):
        queue.defer("ledger.restate", at=cast.at("2099-01-01T00:00"), zone="UTC", currency="USD")

    ask(mine)
    run_waiting()

    waiting = db.rows(
        "SELECT task_name FROM procrastinate_jobs WHERE args->>'organization' = %s"
        " AND status = 'todo'",
        [str(mine.id)],
    )
    assert waiting == []


def test_a_removal_that_was_interrupted_goes_on(mine: Organization, owner_url: str) -> None:
    ask(mine)
    # As far as a crash let it come: one table is empty already.
    with scope.enter(mine):
        assert removal.remove_some("credit") > 0

    run_waiting()

    assert [name for name, rows in contents(owner_url, mine.id).items() if rows] == []


def test_it_waits_for_what_a_worker_is_doing(mine: Organization) -> None:
    with scope.enter(mine):
        queue.defer("ledger.restate", at=cast.at("2099-01-01T00:00"), zone="UTC", currency="USD")
        db.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    ask(mine)

    run_waiting()

    assert Organization.objects.filter(id=mine.id).exists()
    again = db.rows("SELECT scheduled_at > now() FROM procrastinate_jobs WHERE status = 'todo'")
    assert again == [(True,)]
    db.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE status = 'doing'")
    db.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    run_waiting()
    assert not Organization.objects.filter(id=mine.id).exists()


def test_large_tables_go_in_stretches(mine: Organization) -> None:
    with scope.enter(mine):
        cast.deliver(*(cast.deal(f"d{number}", owner="ana") for number in range(5)))
        before = db.one("SELECT count(*) FROM record")[0]

        assert removal.remove_some("tally", limit=1) == 1
        removal.remove_some("credit")
        removal.remove_some("record_version")
        assert removal.remove_some("record", limit=2) == 2
        assert db.one("SELECT count(*) FROM record")[0] == before - 2


def test_its_files_go_too(mine: Organization) -> None:
    theirs = environment.uploads() / "theirs"
    for folder in (environment.uploads() / mine.public_id, theirs):
        folder.mkdir(parents=True, exist_ok=True)
        Path(folder / "deals.csv").write_text("id\n1\n")

    ask(mine)
    run_waiting()

    assert not (environment.uploads() / mine.public_id).exists()
    assert (theirs / "deals.csv").exists()


def test_progress_is_told_until_the_end_and_after(mine: Organization) -> None:
    ticket = ask(mine)
    begun = removals.progress(ticket)
    run_waiting()
    ended = removals.progress(ticket)

    assert begun == Progress("Mine", is_done=False, removed=0, total=None)
    assert ended == Progress("Mine", is_done=True, removed=0, total=None)


@pytest.mark.parametrize("ticket", ["", "nonsense", "eyJyZW1vdmFsIjoiMSJ9:1abc:forged"])
def test_progress_takes_the_ticket_that_was_given(db: None, ticket: str) -> None:
    assert removals.progress(ticket) is None


def test_tables_that_refer_to_others_are_emptied_before_them(db: None) -> None:
    order = removal.tables()

    assert order.index("owner_match") < order.index("source_user")
    assert order.index("assignment") < order.index("member")
    assert order.index("screen") < len(order)
    assert not {"organization", "seat"} & set(order)


def test_tables_in_a_circle_come_last() -> None:
    ties = {("a", "b"), ("b", "a"), ("leaf", "a"), ("a", "top")}

    assert removal._referring_first(("a", "b", "leaf", "top"), ties) == ("leaf", "a", "b", "top")
