"""What has happened but was not delivered yet, in order of when it can be."""

from datetime import datetime
from heapq import heappop, heappush

from juara.connect.types import RecordKind, RecordRow


class Outbox:
    """Rows waiting for the sync that finds them."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, RecordRow]] = []

    def put(self, row: RecordRow, available_at: datetime) -> None:
        """Keep the row until a sync at or after the moment it can be found in the CRM."""
        # The running number decides between equal moments, so versions keep their order.
        heappush(self._waiting, (available_at, row.row_number, row))

    def take(self, until: datetime) -> tuple[RecordRow, ...]:
        """Take what a sync at that moment finds: of each record the latest version only."""
        found: dict[tuple[RecordKind, str], RecordRow] = {}
        while self._waiting and self._waiting[0][0] <= until:
            row = heappop(self._waiting)[2]
            key = (row.kind, row.external_id)
            # Taken out first, so that the record stands where its last version belongs.
            found.pop(key, None)
            found[key] = row
        return tuple(found.values())
