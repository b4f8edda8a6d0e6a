"""Files as people have them: what they are, how they are written, and their rows as a stream."""

from juara.connect.files.format import (
    Cell,
    FileFormat,
    OnTrouble,
    RowStream,
    RowTrouble,
    Written,
)
from juara.connect.files.sniffing import open_rows, sniff

__all__ = [
    "Cell",
    "FileFormat",
    "OnTrouble",
    "RowStream",
    "RowTrouble",
    "Written",
    "open_rows",
    "sniff",
]
