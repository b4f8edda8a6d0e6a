"""Many people at once, from a pasted list or a file: read, checked, then taken in.

`of_text` and `of_file` divide a list into cells, `check` says what each row would do, `store`
does it in one batch.
"""

from juara.ledger.people_lists.checking import check
from juara.ledger.people_lists.storing import store
from juara.ledger.people_lists.table import (
    MOST_BYTES,
    MOST_ROWS,
    Table,
    of_file,
    of_text,
    text_of,
    text_of_rows,
)
from juara.ledger.people_lists.types import Change, Checked, CheckedRow, Stored
from juara.ledger.people_lists.words import heading

__all__ = [
    "MOST_BYTES", "MOST_ROWS", "Change", "Checked", "CheckedRow", "Stored", "Table", "check",
    "heading", "of_file", "of_text", "store", "text_of", "text_of_rows",
]  # fmt: skip
