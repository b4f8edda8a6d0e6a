"""The planner is told of what a batch has just written, whatever it believed before."""

from datetime import date, timedelta

from juara.core import db
from juara.metrics import operations as metrics
from juara.tenancy.models import Organization
from tests import cast

DAYS = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]


def believed() -> float:
    found: float = db.one("SELECT reltuples FROM pg_class WHERE oid = 'credit'::regclass")[0]
    return found


def sell_six_a_day() -> None:
    cast.deliver(
        *(cast.deal(f"d{day}-{number}", owner="ana", amount="1", dates={"closed": day})
          for day in DAYS for number in range(6))
    )  # fmt: skip


def test_credits_are_known_of_before_they_are_counted(inside: Organization) -> None:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    cast.member("Ana", "North")
    # As the server finds the table while the first import has committed nothing yet.
    db.execute("SELECT refresh_statistics()")
    assert believed() == 0

    cast.deliver(*(cast.call(f"c{day}", owner="ana", when=day) for day in DAYS))
    sell_six_a_day()

    assert believed() > 5_000


def test_room_left_by_rows_that_are_gone_hides_no_growth(inside: Organization) -> None:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    cast.member("Ana", "North")
    sell_six_a_day()
    # The file keeps its size when its rows go.
    for table in ("tally", "credit", "record_version", "record"):
        db.execute(f"DELETE FROM {table}")
    db.execute("SELECT refresh_statistics()")
    assert believed() == 0
    cast.deliver(*(cast.call(f"c{day}", owner="ana", when=day) for day in DAYS))
    assert believed() == 366

    sell_six_a_day()

    assert believed() > 5_000
