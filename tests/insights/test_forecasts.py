"""Forecasts of people, teams and the company from the ledger, by their own working days."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from juara.connect.types import RecordRow
from juara.core.calendar import ONE_DAY, Period
from juara.insights import calc, forecasts, words
from juara.insights.forecasts import Asked, Whose
from juara.insights.types import Forecast, NotForecast, Question, TooLittle, Why
from juara.metrics import operations as metrics
from juara.metrics import queries
from juara.people import absences
from juara.people import queries as people
from juara.people.models import Member
from juara.tenancy import knowledge
from juara.tenancy.models import Organization
from tests import cast

# Monday noon: half of the day is over, and of March 15 and a half working days are left.
NOON = cast.at("2025-03-10T13:00")
MARCH = Period("2025-03", date(2025, 3, 1), date(2025, 4, 1))
ONE, LEFT = Fraction(1), Fraction(31, 2)


@pytest.fixture(autouse=True)
def office(inside: Organization) -> None:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)


def weekdays(first: date, until: date) -> list[date]:
    days = [first + ONE_DAY * at for at in range((until - first).days)]
    return [day for day in days if day.weekday() < 5]


PAST = weekdays(date(2025, 1, 6), date(2025, 3, 10))


def calls(owner: str, *, each: int = 2, days: list[date] = PAST) -> Iterator[RecordRow]:
    for day in days:
        for number in range(each + day.day % 3):
            yield cast.call(f"{owner}-{day}-{number}", owner=owner, when=day)


def count(day: date, each: int = 2) -> int:
    return each + day.day % 3


def asked(
    whose: Whose, *, metric: str = "calls", target: int = 40, since: date | None = None
) -> Asked:
    found = queries.metric(metric)
    return Asked("it", found, MARCH, whose, Decimal(5), Decimal(target), since)


def answer(one: Asked, *, moment: datetime = NOON, **more: int) -> object:
    return forecasts.read([one], moment=moment, **more)["it"]


def expected(
    days: list[tuple[Fraction, Decimal, int]], left: Fraction = LEFT, target: int = 40
) -> object:
    past = calc.history(days)
    return calc.forecast(Question(past, Decimal(5), left, Decimal(target)))


def whole_days(days: list[date] = PAST, times: int = 1) -> list[tuple[Fraction, Decimal, int]]:
    return [(ONE * times, Decimal(count(day)) * times, count(day) * times) for day in days]


def test_a_person_is_forecast_from_their_own_finished_working_days() -> None:
    ana = cast.member("Ana", "North")
    cast.member("Bob", "North")
    cast.deliver(*calls("ana"), *calls("bob", each=9))

    found = answer(asked(Whose(member_id=ana.id)))

    assert found == expected(whole_days())
    assert isinstance(found, Forecast)
    assert (found.days_used, len(PAST)) == (40, 45)


def test_what_a_day_off_brought_belongs_to_the_working_day_before() -> None:
    ana = cast.member("Ana", "North")
    saturday = date(2025, 3, 8)
    cast.deliver(*calls("ana"), *calls("ana", days=[saturday]))
    friday = count(PAST[-1]) + count(saturday)

    found = answer(asked(Whose(member_id=ana.id)))

    assert found == expected([*whole_days(PAST[:-1]), (ONE, Decimal(friday), friday)])


def test_days_away_are_neither_history_nor_left() -> None:
    ana = cast.member("Ana", "North")
    cast.deliver(*calls("ana", days=PAST[10:]))
    for first, until in ((PAST[0], PAST[10]), (date(2025, 3, 17), date(2025, 3, 22))):
        absences.add_absence(
            people.member_of_id(ana.public_id), from_day=first, until_day=until,
            moment=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip

    assert answer(asked(Whose(member_id=ana.id))) == expected(
        whole_days(PAST[10:]), left=Fraction(21, 2)
    )


def _team_of_two() -> tuple[Member, Member]:
    two = cast.member("Ana", "North"), cast.member("Bob", "South")
    cast.deliver(*calls("ana"), *calls("bob"), *calls("nobody"))
    return two


def test_a_team_and_the_company_are_forecast_from_the_working_time_of_all() -> None:
    ana, _ = _team_of_two()
    north, south = (team.id for team in people.teams().values() if team.name != "Company")

    alone = answer(asked(Whose(team_ids=frozenset({north}))))
    both = answer(asked(Whose(team_ids=frozenset({north, south}))))
    everybody = answer(asked(Whose()))
    with_nobodys = answer(asked(Whose(has_unassigned=True)))

    assert alone == answer(asked(Whose(member_id=ana.id))) == expected(whole_days())
    assert both == everybody == expected(whole_days(times=2), left=LEFT * 2)
    assert with_nobodys == expected(
        [(ONE * 2, total * 3, number * 3) for _, total, number in whole_days()], left=LEFT * 2
    )


def test_a_metric_has_no_history_before_its_first_day_and_a_person_none_before_another_job() -> (
    None
):
    ana = cast.member("Ana", "North")
    cast.deliver(*calls("ana", days=PAST[20:]))
    one = asked(Whose(member_id=ana.id))

    assert answer(one) == expected(whole_days(PAST[20:]))
    later = asked(Whose(member_id=ana.id), since=PAST[30])
    assert answer(later) == TooLittle(15, 20, 15, 5)


def test_a_day_at_the_end_of_a_quarter_is_worth_as_many_as_it_was_before() -> None:
    ana = cast.member("Ana", "North")
    days = weekdays(date(2024, 11, 1), date(2025, 3, 10))
    late = [date(2024, 12, 18) <= day < date(2025, 1, 1) for day in days]
    cast.deliver(
        *(
            row
            for day, is_late in zip(days, late, strict=True)
            for row in calls("ana", each=10 if is_late else 2, days=[day])
        )
    )
    numbers = [count(day, 10 if is_late else 2) for day, is_late in zip(days, late, strict=True)]
    plain = calc.history((ONE, Decimal(each), each) for each in numbers)
    worth = calc.lateness(plain, np.array(late))

    found = forecasts.questions([asked(Whose(member_id=ana.id))], moment=NOON)["it"]

    assert worth == pytest.approx(3.3, abs=0.3)
    # Of March half of today and five ordinary days are left, and ten late ones.
    assert found.left == Fraction(round((5.5 + 10 * worth) * 1_000_000), 1_000_000)
    assert found.history.weights.tolist() == [worth if each else 1.0 for each in late]


def test_whoever_joined_a_week_ago_has_not_enough_history() -> None:
    cast.member("Ana", "North")
    bob = cast.member("Bob", "North", from_day=date(2025, 3, 3))
    cast.deliver(*calls("ana"), *calls("bob", days=PAST[-5:]))

    assert answer(asked(Whose(member_id=bob.id))) == TooLittle(5, 20, 5, 5)


def test_where_it_is_still_yesterday_the_running_day_is_no_history() -> None:
    # In Honolulu it is three in the afternoon of Monday, for the organization Tuesday.
    ana = cast.member("Ana", "North", zone="Pacific/Honolulu")
    cast.deliver(*calls("ana"), *calls("ana", each=50, days=[date(2025, 3, 10)]))
    moment = cast.at("2025-03-11T01:00")

    found = answer(asked(Whose(member_id=ana.id)), moment=moment)

    assert found == expected(whole_days(), left=Fraction(61, 4))


def test_as_of_an_earlier_batch_it_rests_on_what_was_known_then() -> None:
    ana = cast.member("Ana", "North")
    cast.deliver(*calls("ana"), moment=cast.NOW)
    then = knowledge.number_as_of(cast.NOW)
    cast.deliver(*calls("ana", each=30), moment=cast.at("2025-03-10T12:00"))

    assert answer(asked(Whose(member_id=ana.id)), batch=then) == expected(whole_days())
    assert answer(asked(Whose(member_id=ana.id))) != expected(whole_days())


def test_what_does_not_add_up_is_not_forecast_and_says_why(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    one = asked(Whose(), metric="win_rate")

    with django_assert_num_queries(0):
        assert forecasts.read([one], moment=NOON) == {"it": NotForecast(Why.DIVIDED)}
    assert forecasts.why_not(queries.metric("average_deal_size")) is Why.AVERAGE
    assert forecasts.why_not(queries.metric("revenue_won")) is None


def test_the_number_of_queries_is_the_same_for_one_and_for_many(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ana, bob = _team_of_two()
    teams = frozenset(people.teams())
    many = [
        Asked((name, at), queries.metric(name), MARCH, whose, Decimal(1), Decimal(9))
        for name in ("calls", "revenue_won", "deals_won")
        for at, whose in enumerate(
            (Whose(ana.id), Whose(bob.id), Whose(team_ids=teams), Whose(), Whose(None, None, True))
        )
    ]

    with django_assert_num_queries(7):
        assert len(forecasts.read(many, moment=NOON)) == 15
    with django_assert_num_queries(7):
        assert len(forecasts.read(many[:1], moment=NOON)) == 1


def test_whoever_gets_no_forecast_is_told_why() -> None:
    assert words.without_forecast(TooLittle(5, 20, 5, 5)) == (
        "Not enough history: a forecast needs 20 working days, so far there are 5."
    )
    assert words.without_forecast(TooLittle(90, 20, 2, 5)) == (
        "Not enough history: a forecast needs 5 days with something on them, of the last 90"
        " working days there are 2."
    )
    sentences = {words.without_forecast(NotForecast(why)) for why in Why}
    assert len(sentences) == len(Why)
