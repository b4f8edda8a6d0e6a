"""The temporary table rows arrive in before they are landed, and how it is filled.

One transaction's rows of one source stand in it. It stays on the connection: making and dropping
tables, or having them emptied at every commit, would take longer than a small batch.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from juara.connect.content import ARRIVAL, as_arrival
from juara.connect.types import RecordRow
from juara.core import db

CREATE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS incoming (
        row_number bigint, kind varchar(12), external_id varchar(255), is_deleted boolean,
        type text, stage text, status text, outcome text, name text, account text, product text,
        origin text, currency text, url text,
        parent text, old_value text, new_value text,
        amount numeric(20,4), duration_seconds bigint,
        created_at timestamptz, created_on date, occurred_at timestamptz, occurred_on date,
        closed_at timestamptz, closed_on date,
        owner_key text, creator_key text, users jsonb, user_keys text[], attributes jsonb
    );
    CREATE TEMPORARY TABLE IF NOT EXISTS touched (
        record_id bigint PRIMARY KEY
    );
    CREATE TEMPORARY TABLE IF NOT EXISTS change (
        record_id bigint, old_id bigint, old_place tid, row_number bigint,
        is_new boolean DEFAULT false, is_deleted boolean DEFAULT false
    );
"""
TABLES = ("incoming", "touched", "change")


def prepare() -> None:
    """Make the temporary tables of this connection, empty."""
    db.empty_tables(TABLES, CREATE)


_INSERT = f"INSERT INTO incoming ({', '.join(ARRIVAL)}) VALUES ({', '.join(['%s'] * len(ARRIVAL))})"


def last_of_each(rows: Iterable[RecordRow]) -> list[RecordRow]:
    """Return the rows that stand: of several with one identity the last."""
    last: dict[tuple[str, str], RecordRow] = {}
    for row in rows:
        last[row.kind, row.external_id] = row
    return list(last.values())


def fill_from_rows(rows: Sequence[RecordRow]) -> int:
    """Put rows of different identities in; return how many. A handful does not wait for a COPY."""
    arrived = map(as_arrival, rows)
    if not db.is_handful(len(rows)):
        return db.copy_in("incoming", ARRIVAL, arrived)
    for values in arrived:
        db.execute(_INSERT, [_as_text(each) for each in values], kept=True)
    return len(rows)


def _as_text(value: Any) -> Any:
    """Give all values but lists one type: by theirs the statement would be another each time."""
    if value is None or type(value) is list:
        return value
    return str(value)


def fill_from_landing(*, run_id: int, organization_id: int, after: int, until: int) -> int:
    """Take the landed file rows with numbers above `after` up to and including `until`."""
    columns = ", ".join(ARRIVAL)
    return db.execute(
        f"INSERT INTO incoming ({columns}) SELECT {columns} FROM landing_row"
        " WHERE organization_id = %s AND run_id = %s AND row_number > %s AND row_number <= %s",
        [organization_id, run_id, after, until],
    )
