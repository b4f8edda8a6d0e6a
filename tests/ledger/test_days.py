"""On which day a moment counts: zones, midnights, changes of clocks, hire and leave days."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from juara.core import db
from juara.ledger.models import Credit
from juara.ledger.verify import verify
from juara.people import operations as people
from juara.people.models import Assignment
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading

ZONES = (
    "Asia/Jakarta", "Australia/Sydney", "Pacific/Honolulu", "America/New_York",
    "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "UTC",
)  # fmt: skip
CALLS: dict[str, Any] = {"aggregation": "count", "kinds": ["activity"], "date": "occurred"}
ONE_SECOND = timedelta(seconds=1)
HALF_HOUR = timedelta(minutes=30)


def local(zone: str, day: date, clock: time = time()) -> datetime:
    """Return the UTC moment at which the clocks of a zone show this."""
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)


def calls_at(moments: dict[str, datetime | date], *, owner: str = "ana") -> None:
    cast.deliver(*(cast.call(name, owner=owner, when=at) for name, at in moments.items()))


def half_hours(from_at: datetime, until_at: datetime) -> Iterator[datetime]:
    while from_at < until_at:
        yield from_at
        from_at += HALF_HOUR


def spans_of_credits() -> set[tuple[date, date, date]]:
    """Return each credited day with the span of the assignment the credit rests on."""
    stays = {
        row.assignment_id: (row.valid_from, row.valid_until)
        for row in Assignment.objects.filter(known_until=db.OPEN)
    }
    standing = Credit.objects.filter(known_until=db.OPEN, member_id__gt=0)
    return {(row.day, *stays[row.assignment_id]) for row in standing}


@pytest.fixture(autouse=True)
def calls(inside: Organization) -> None:
    cast.metric("calls", CALLS)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "midnight",
    [date(2025, 3, 5), date(2024, 2, 29), date(2024, 3, 1), date(2025, 1, 1)],
    ids=str,
)
def test_a_record_at_the_last_second_counts_on_that_day_and_one_later_on_the_next(
    zone: str, midnight: date
) -> None:
    cast.member("Ana", "North", zone=zone)
    at = local(zone, midnight)
    calls_at({"before": at - ONE_SECOND, "at": at, "after": at + ONE_SECOND})

    assert reading.days("calls") == {
        "before": midnight - timedelta(days=1), "at": midnight, "after": midnight,
    }  # fmt: skip
    assert verify().is_sound


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", date(2025, 3, 9), 23),
        ("America/New_York", date(2025, 11, 2), 25),
        ("Australia/Sydney", date(2025, 4, 6), 25),
        ("Australia/Sydney", date(2025, 10, 5), 23),
        ("Asia/Jakarta", date(2025, 3, 9), 24),
    ],
)
def test_every_hour_of_a_day_counts_once_when_the_clocks_change(
    zone: str, day: date, hours: int
) -> None:
    cast.member("Ana", "North", zone=zone)
    from_at, until_at = local(zone, day - timedelta(days=1)), local(zone, day + timedelta(days=2))
    calls_at({at.isoformat(): at for at in half_hours(from_at, until_at)})

    counted = Counter(reading.days("calls").values())

    assert counted == {
        day - timedelta(days=1): 48, day: 2 * hours, day + timedelta(days=1): 48,
    }  # fmt: skip
    assert verify().is_sound


def test_the_hour_the_clocks_show_twice_counts_twice_on_its_day() -> None:
    cast.member("Ana", "North", zone="America/New_York")
    calls_at({"first": cast.at("2025-11-02T05:30"), "second": cast.at("2025-11-02T06:30")})

    assert reading.days("calls") == {"first": date(2025, 11, 2), "second": date(2025, 11, 2)}


@pytest.mark.parametrize("zone", ZONES)
def test_a_date_without_time_stays_on_its_day_in_every_zone(zone: str) -> None:
    cast.member("Ana", "North", zone=zone)
    calls_at({"leap": date(2024, 2, 29), "plain": date(2025, 3, 9)})

    assert reading.days("calls") == {"leap": date(2024, 2, 29), "plain": date(2025, 3, 9)}


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_date_without_time_stays_on_its_day_whatever_the_organizations_zone(zone: str) -> None:
    with scope.enter(cast.organization("islands", zone=zone)):
        cast.metric("calls", CALLS)
        cast.member("Ana", "North", zone="Asia/Jakarta")
        calls_at({"plain": date(2025, 3, 9)})

        assert reading.days("calls") == {"plain": date(2025, 3, 9)}


def test_nobodys_record_counts_on_the_organizations_day() -> None:
    with scope.enter(cast.organization("jakarta", zone="Asia/Jakarta")):
        cast.metric("calls", CALLS)
        calls_at({"late": cast.at("2025-03-04T17:00"), "early": cast.at("2025-03-04T16:59")})

        assert reading.days("calls") == {"late": date(2025, 3, 5), "early": date(2025, 3, 4)}
        assert verify().is_sound


def test_hire_and_leave_days_are_the_first_and_the_last_that_count() -> None:
    cast.member("Ana", "North", from_day=date(2025, 3, 5), until_day=date(2025, 3, 8))
    calls_at({str(day): date(2025, 3, day) for day in range(3, 10)})

    assert reading.holders("calls") == {
        "3": "-", "4": "-", "5": "Ana", "6": "Ana", "7": "Ana", "8": "-", "9": "-",
    }  # fmt: skip
    assert reading.reasons("calls") == {("not_assigned", "ana"): 4}
    assert verify().is_sound


def test_a_moment_is_given_to_who_is_assigned_on_the_organizations_day_of_it() -> None:
    """In Honolulu it is still the day before the first: the hour counts, on the first day."""
    cast.member("Ana", "Sea", zone="Pacific/Honolulu", from_day=date(2025, 3, 5))
    calls_at({
        "day-before": cast.at("2025-03-04T23:59"), "first-hours": cast.at("2025-03-05T05:00"),
        "first-noon": cast.at("2025-03-05T22:00"),
    })  # fmt: skip

    assert reading.holders("calls") == {
        "day-before": "-", "first-hours": "Ana", "first-noon": "Ana",
    }  # fmt: skip
    assert reading.days("calls")["first-hours"] == date(2025, 3, 5)
    assert reading.days("calls")["first-noon"] == date(2025, 3, 5)


def test_a_moment_past_the_last_local_day_counts_on_the_last_day() -> None:
    cast.member("Tau", "Sea", zone="Pacific/Kiritimati", until_day=date(2025, 3, 6))
    calls_at(
        {"last-hours": cast.at("2025-03-05T12:00"), "gone": cast.at("2025-03-06T00:00")},
        owner="tau",
    )

    assert reading.holders("calls") == {"last-hours": "Tau", "gone": "-"}
    assert reading.days("calls")["last-hours"] == date(2025, 3, 5)


MOVES = [
    ("Pacific/Kiritimati", "Pacific/Pago_Pago"),
    ("Pacific/Pago_Pago", "Pacific/Kiritimati"),
    ("Asia/Jakarta", "America/New_York"),
    ("America/New_York", "Australia/Sydney"),
]


@pytest.mark.parametrize(("before", "after"), MOVES)
@pytest.mark.parametrize("home", ["UTC", "Asia/Jakarta", "America/New_York"])
def test_moving_across_zones_neither_doubles_nor_loses_an_hour(
    home: str, before: str, after: str
) -> None:
    with scope.enter(cast.organization("home", zone=home)):
        cast.metric("calls", CALLS)
        ana = cast.member("Ana", "Old", zone=before)
        move = date(2025, 3, 9)
        moments = list(half_hours(cast.at("2025-03-06T00:00"), cast.at("2025-03-12T00:00")))
        calls_at({at.isoformat(): at for at in moments})

        people.place(
            ana, team=cast.team("New"), zone=after, from_day=move, moment=cast.NOW,
            actor=cast.ACTOR,
        )  # fmt: skip
        cast.deliver()

        found = reading.sums("calls")
        earlier = sum(at.astimezone(ZoneInfo(home)).date() < move for at in moments)
        assert found["Ana", "Old"].credits == earlier
        assert found["Ana", "New"].credits == len(moments) - earlier
        assert all(first <= day < until for day, first, until in spans_of_credits())
        assert verify().is_sound


def test_the_hours_around_a_move_are_kept_inside_the_two_stays() -> None:
    tau = cast.member("Tau", "Line", zone="Pacific/Kiritimati")
    people.place(
        tau, team=cast.team("Samoa"), zone="Pacific/Pago_Pago", from_day=date(2025, 3, 9),
        moment=cast.NOW, actor=cast.ACTOR,
    )  # fmt: skip
    calls_at(
        {
            # 9 March 01:59 on the Line Islands, which is not in that stay any more.
            "old-stay": cast.at("2025-03-08T11:59"),
            # 8 March 13:00 in Samoa, which is not in that stay yet.
            "new-stay": cast.at("2025-03-09T00:00"),
            "settled": cast.at("2025-03-10T10:59"),
        },
        owner="tau",
    )

    assert reading.days("calls") == {
        "old-stay": date(2025, 3, 8), "new-stay": date(2025, 3, 9), "settled": date(2025, 3, 9),
    }  # fmt: skip
    assert {team: each.credits for (_, team), each in reading.sums("calls").items()} == {
        "Line": 1, "Samoa": 2,
    }  # fmt: skip


def test_correcting_a_zone_moves_the_records_to_their_days() -> None:
    ana = cast.member("Ana", "North", zone="UTC")
    calls_at({"late": cast.at("2025-03-04T20:00")})
    assert reading.days("calls") == {"late": date(2025, 3, 4)}

    people.place(
        ana, team=cast.team("North"), zone="Asia/Jakarta", moment=cast.NOW, actor=cast.ACTOR
    )
    absorbed = cast.deliver()

    assert (absorbed.credits_made, absorbed.credits_ended) == (1, 1)
    assert reading.days("calls") == {"late": date(2025, 3, 5)}
    assert verify().is_sound
