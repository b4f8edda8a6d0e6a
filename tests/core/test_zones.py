"""Time zones: a name that is accepted is known to the database too."""

from zoneinfo import ZoneInfo

from juara.core import db as database
from juara.core import zones


def test_every_zone_that_can_be_chosen_is_known_to_the_database(db: None) -> None:
    known = {row[0] for row in database.rows("SELECT name FROM pg_timezone_names")}

    assert zones.names() - known == set()
    assert len(zones.names()) > 400


def test_every_zone_that_can_be_chosen_can_be_read() -> None:
    for name in ("UTC", "Asia/Jakarta", "Pacific/Kiritimati", "America/New_York"):
        assert name in zones.names()
        assert ZoneInfo(name).key == name


def test_the_zone_of_the_machine_has_no_name() -> None:
    assert "localtime" not in zones.names()
