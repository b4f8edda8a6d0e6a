import pytest
from django.db import IntegrityError, transaction

from juara.core import db

_TABLE = "CREATE TEMPORARY TABLE IF NOT EXISTS bench (number bigint PRIMARY KEY)"


@pytest.mark.usefixtures("db")
def test_a_temporary_table_is_empty_again_however_much_stood_in_it() -> None:
    for count in (1, 100_000, 1):
        db.empty_tables(["bench"], _TABLE)
        assert db.one("SELECT count(*) FROM bench") == (0,)
        db.execute("INSERT INTO bench SELECT generate_series(1, %s)", [count])


@pytest.mark.usefixtures("db")
def test_a_temporary_table_is_there_again_after_its_making_was_taken_back() -> None:
    with db.transaction():
        db.empty_tables(["bench"], _TABLE)
        transaction.set_rollback(True)
    db.empty_tables(["bench"], _TABLE)
    db.execute("INSERT INTO bench VALUES (%s)", [2**40], kept=True)

    assert db.rows("SELECT number FROM bench WHERE number > %s", [5], kept=True) == [(2**40,)]


@pytest.mark.usefixtures("db")
def test_statements_sent_together_are_all_done_and_an_error_is_told() -> None:
    db.empty_tables(["bench"], _TABLE)
    with db.together():
        db.execute("INSERT INTO bench VALUES (%s)", [1], kept=True)
        db.execute("INSERT INTO bench VALUES (%s)", [2], kept=True)
        assert db.one("SELECT sum(number)::bigint FROM bench", kept=True) == (3,)
    with pytest.raises(IntegrityError):
        _insert_together(3, 1)

    assert db.rows("SELECT number FROM bench ORDER BY number") == [(1,), (2,)]


@pytest.mark.usefixtures("db")
def test_answers_are_read_late_and_a_stream_may_end_early() -> None:
    db.empty_tables(["bench"], _TABLE)
    count = "SELECT count(*) FROM bench"
    with db.together():
        with db.together():
            before = db.ask(count)
        assert db.execute("INSERT INTO bench VALUES (1)", kept=True) == -1
        after = db.ask(count)
        assert (before(), after()) == ([(0,)], [(1,)])
        db.one_by_one()
        assert db.execute("INSERT INTO bench VALUES (2), (3)", kept=True) == 2
    assert db.ask(count)() == [(3,)]


def _insert_together(*numbers: int) -> None:
    with db.transaction(), db.together():
        for number in numbers:
            db.execute("INSERT INTO bench VALUES (%s)", [number], kept=True)
