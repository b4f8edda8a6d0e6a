"""How goals ended, at the close of their period and since corrections."""

from decimal import Decimal

import pytest

from juara.goals import closing, queries
from juara.goals.closing import Ended
from juara.metrics import operations as metrics
from juara.metrics import queries as metric_queries
from juara.people import queries as people
from juara.tenancy.models import Organization
from tests import cast
from tests.goals import cast as goals

IN_APRIL = cast.at("2025-04-10T12:00")
IN_JUNE = cast.at("2025-06-10T12:00")


@pytest.fixture(autouse=True)
def office(inside: Organization) -> None:
    cast.team("North")
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)


def told(ended: tuple[Ended, ...]) -> list[tuple[str, bool | None, bool | None]]:
    return [
        (each.period.key, None if each.then is None else each.then.is_reached, each.now.is_reached)
        for each in ended
    ]


def calls_id() -> int:
    return metric_queries.metric("calls").id


def test_a_late_record_judges_a_closed_goal_anew_and_says_so() -> None:
    ana = goals.hired("Ana", "North")
    goals.of_person(ana, "calls", "month", "5", moment=cast.NOW)
    goals.calls("ana", 4, on="2025-04-10T10:00", moment=IN_APRIL)
    goals.calls("ana", 6, on="2025-05-03T10:00", moment=cast.at("2025-05-03T12:00"))
    goals.calls("ana", 1, on="2025-04-30T10:00", moment=cast.at("2025-05-05T09:00"))

    may, april = closing.of_member(
        ana.id, calls_id(), "month", count=2, moment=IN_JUNE, batch=queries.LATEST
    )
    assert told((may, april)) == [("2025-05", True, True), ("2025-04", False, True)]
    assert april.then is not None
    assert (april.then.value, april.now.value) == (Decimal(4), Decimal(5))
    assert april.is_judged_anew
    assert april.is_corrected
    assert not may.is_corrected


def test_a_target_changed_afterwards_judges_anew_too() -> None:
    ana = goals.hired("Ana", "North")
    goals.of_person(ana, "calls", "month", "5", moment=cast.NOW)
    goals.calls("ana", 4, on="2025-04-10T10:00", moment=IN_APRIL)
    goals.of_person(ana, "calls", "month", "4", moment=cast.at("2025-05-20T09:00"))

    (april,) = closing.of_member(
        ana.id, calls_id(), "month", count=1, moment=cast.at("2025-05-21T09:00"),
        batch=queries.LATEST,
    )  # fmt: skip
    assert told((april,)) == [("2025-04", False, True)]


def test_a_goal_nobody_knew_of_was_not_judged_at_its_close() -> None:
    goals.hired("Ana", "North")
    goals.company("calls", "month", "5", moment=IN_JUNE)
    goals.calls("ana", 5, on="2025-05-10T10:00", moment=IN_JUNE)

    found = closing.of_team(
        None, calls_id(), "month", count=2, moment=IN_JUNE, batch=queries.LATEST
    )
    assert told(found) == [("2025-05", None, True), ("2025-04", None, False)]


def test_a_team_is_judged_by_what_was_known_at_its_close() -> None:
    goals.hired("Ana", "North")
    goals.of_team("North", "calls", "month", "2", moment=cast.NOW)
    goals.calls("ana", 2, on="2025-04-10T10:00", moment=IN_APRIL)
    goals.calls("ana", 2, on="2025-05-10T10:00", moment=IN_JUNE)

    found = closing.of_team(
        people.team("North"), calls_id(), "month", count=2, moment=IN_JUNE, batch=queries.LATEST
    )
    assert told(found) == [("2025-05", False, True), ("2025-04", True, True)]
