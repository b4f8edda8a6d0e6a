from datetime import UTC, datetime, timedelta

from juara.connect.types import RecordKind, RecordRow
from juara.samples.outbox import Outbox

NOON = datetime(2026, 7, 15, 12, tzinfo=UTC)


def row(number: int, external_id: str) -> RecordRow:
    return RecordRow(row_number=number, kind=RecordKind.DEAL, external_id=external_id)


def test_a_sync_finds_what_was_there_by_then_in_order() -> None:
    outbox = Outbox()
    outbox.put(row(1, "late"), NOON + timedelta(hours=2))
    outbox.put(row(2, "second"), NOON)
    outbox.put(row(3, "first"), NOON - timedelta(hours=1))

    assert [found.external_id for found in outbox.take(NOON)] == ["first", "second"]
    assert outbox.take(NOON) == ()
    assert [found.external_id for found in outbox.take(NOON + timedelta(days=1))] == ["late"]


def test_a_sync_finds_only_the_latest_version_of_a_record() -> None:
    outbox = Outbox()
    outbox.put(row(1, "deal"), NOON)
    outbox.put(row(2, "other"), NOON)
    outbox.put(row(3, "deal"), NOON)

    assert [found.row_number for found in outbox.take(NOON)] == [2, 3]
