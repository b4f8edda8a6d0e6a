from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from juara.samples import names
from juara.samples.company import REGIONS, SEATS, TEAMS, demo_company
from juara.samples.story import staff_changes
from juara.samples.types import DemoCompany, PersonEvent, Profile


def test_company_has_three_regions_and_eight_teams_on_four_shores(company: DemoCompany) -> None:
    assert company.regions == ("Indonesia", "Australia", "Americas") == REGIONS
    assert len(company.teams) == 8
    assert {team.region for team in company.teams} == set(company.regions)
    assert {team.zone for team in company.teams} == {
        "Asia/Jakarta",
        "Australia/Sydney",
        "Australia/Melbourne",
        "America/New_York",
        "Pacific/Honolulu",
    }
    assert (company.slug, company.zone, company.currency) == ("demo", "Asia/Jakarta", "USD")


def test_sixty_four_reps_sit_in_their_teams_when_the_story_ends(company: DemoCompany) -> None:
    seated = Counter(rep.team_on(company.ends_on) for rep in company.reps_now)

    assert sum(seated.values()) == 64
    assert {team.name: seated[team] for team in TEAMS} == {
        name: size for name, (size, _) in SEATS.items()
    }
    assert sum(rep.profile is Profile.SDR for rep in company.reps_now) == 16


def test_everybody_else_is_there(company: DemoCompany) -> None:
    assert len(company.with_role("executive")) == 2
    assert len(company.with_role("admin")) == 1
    managers = company.with_role("manager")
    assert {len(manager.postings[0].path) for manager in managers} == {1, 2}
    assert sorted(manager.postings[0].path for manager in managers) == sorted(
        [(region,) for region in REGIONS] + [team.path for team in TEAMS]
    )


def test_eight_were_hired_four_left_and_five_moved_during_the_story(company: DemoCompany) -> None:
    hired = [rep for rep in company.reps if rep.hired_on >= company.starts_on]
    left = [rep for rep in company.reps if rep.left_on]
    moved = [rep for rep in company.reps if len(rep.postings) == 2]

    assert (len(hired), len(left), len(moved), len(company.reps)) == (8, 4, 5, 68)
    for rep in company.reps:
        days = [posting.from_on for posting in rep.postings] + (
            [rep.left_on] if rep.left_on else []
        )
        assert days == sorted(days)
        assert {day.weekday() for day in days} == {0}
        assert all(day <= company.ends_on for day in days)
        assert rep.postings[0].from_on == rep.hired_on
        assert rep.postings[-1].until_on == rep.left_on


def test_keys_names_and_addresses_belong_to_one_person_each(company: DemoCompany) -> None:
    for values in (
        [person.key for person in company.people] + [owner.key for owner in company.unknown_owners],
        [person.name for person in company.people],
        [person.email for person in company.people],
    ):
        assert len(values) == len(set(values))
    assert all(person.email.endswith("@example.com") for person in company.people)
    assert len({name for pool in names.REPS.values() for name in pool}) == sum(
        len(pool) for pool in names.REPS.values()
    )


def test_strengths_differ_and_stay_within_their_bands(company: DemoCompany) -> None:
    strengths = [rep.strength for rep in company.reps if rep.strength]

    assert len(strengths) == 68
    assert all(0.18 <= strength.connect_rate <= 0.30 for strength in strengths)
    assert len({strength.wins for strength in strengths}) > 60


def test_the_same_seed_and_hour_give_the_same_company() -> None:
    until = datetime(2026, 3, 1, 10, 5, tzinfo=UTC)

    assert demo_company(1, until) == demo_company(1, until + timedelta(minutes=50))
    assert demo_company(1, until) != demo_company(2, until)
    assert demo_company(1, until) != demo_company(1, until + timedelta(hours=1))


@pytest.mark.parametrize(
    ("until", "starts_on", "ends_on"),
    [
        (datetime(2026, 7, 15, 9, 20, tzinfo=UTC), date(2025, 6, 15), date(2026, 7, 15)),
        # 18:30 UTC is the next day in Jakarta, and that has no equal in February.
        (datetime(2026, 3, 30, 18, 30, tzinfo=UTC), date(2025, 2, 28), date(2026, 3, 31)),
        (datetime(2024, 2, 29, 0, 0, tzinfo=UTC), date(2023, 1, 29), date(2024, 2, 29)),
        (datetime(2027, 1, 1, 3, 0, tzinfo=UTC), date(2025, 12, 1), date(2027, 1, 1)),
    ],
)
def test_the_story_spans_thirteen_months_of_the_organizations_days(
    until: datetime, starts_on: date, ends_on: date
) -> None:
    company = demo_company(3, until)

    assert (company.starts_on, company.ends_on) == (starts_on, ends_on)
    assert company.ends_at == until.replace(minute=0)
    assert len(company.reps_now) == 64


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        demo_company(1, datetime(2026, 7, 15))  # noqa: DTZ001 - what is refused


def test_staff_changes_tell_who_joined_moved_and_left(company: DemoCompany) -> None:
    changes = staff_changes(company)

    assert Counter(change.event for change in changes) == {
        PersonEvent.JOINED: len(company.people),
        PersonEvent.MOVED: 5,
        PersonEvent.LEFT: 4,
    }
    moments = [change.moment for change in changes]
    assert moments == sorted(moments)
    assert company.starts_at <= moments[0]
    assert moments[-1] <= company.ends_at
    late = [change for change in changes if change.moment.date() > change.on > company.starts_on]
    assert [change.event for change in late] == [PersonEvent.MOVED]
    for change in changes:
        ends_on = change.on if change.event is PersonEvent.LEFT else None
        assert change.row.ends_on == ends_on
        if change.event is not PersonEvent.LEFT:
            assert change.row.starts_on == change.on
