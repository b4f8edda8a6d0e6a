import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from statistics import median
from zoneinfo import ZoneInfo

import pytest

from juara.connect.types import RecordKind, RecordRow
from juara.samples.company import demo_company
from juara.samples.story import Story, sync_moments
from juara.samples.types import Batch, DemoCompany, Person

_DIGEST = """
import hashlib, sys
from datetime import datetime
from juara.samples.company import demo_company
from juara.samples.story import Story
digest = hashlib.sha256()
for batch in Story(demo_company(int(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))):
    digest.update(repr(batch.rows).encode())
print(digest.hexdigest())
"""


def rows_of(batches: list[Batch], kind: RecordKind) -> Iterator[RecordRow]:
    return (row for batch in batches for row in batch.rows if row.kind is kind)


def moment_of(row: RecordRow, name: str) -> datetime:
    moment = row.dates[name]
    assert isinstance(moment, datetime)
    return moment


def versions_of(batches: list[Batch], kind: RecordKind) -> dict[str, list[RecordRow]]:
    versions: dict[str, list[RecordRow]] = defaultdict(list)
    for row in rows_of(batches, kind):
        versions[row.external_id].append(row)
    return versions


def last_deals(batches: list[Batch]) -> list[RecordRow]:
    """Return every deal that was not deleted, as last delivered."""
    last = [versions[-1] for versions in versions_of(batches, RecordKind.DEAL).values()]
    return [row for row in last if not row.is_deleted]


@pytest.fixture(scope="module")
def done(batches: list[Batch]) -> dict[str, list[RecordRow]]:
    """The activities by type, as last delivered, without the deleted."""
    found: dict[str, list[RecordRow]] = defaultdict(list)
    for versions in versions_of(batches, RecordKind.ACTIVITY).values():
        if not versions[-1].is_deleted:
            found[versions[-1].texts["type"]].append(versions[-1])
    return found


# Delivery


def test_the_volume_is_what_a_minute_can_replay(batches: list[Batch]) -> None:
    assert 170_000 <= sum(len(batch.rows) for batch in batches) <= 200_000
    assert 9_000 <= len(versions_of(batches, RecordKind.DEAL)) <= 11_000
    assert 400 <= len(batches) <= 425


def test_the_same_seed_and_end_tell_the_same_story_in_another_process(
    company: DemoCompany, batches: list[Batch]
) -> None:
    digest = hashlib.sha256()
    for batch in batches:
        digest.update(repr(batch.rows).encode())
    again = subprocess.run(
        [sys.executable, "-c", _DIGEST, str(company.seed), company.ends_at.isoformat()],
        env=os.environ | {"PYTHONHASHSEED": "12345"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert again.stdout.strip() == digest.hexdigest()


def test_batches_come_in_order_from_the_first_sync_to_the_end(
    company: DemoCompany, batches: list[Batch]
) -> None:
    moments = [batch.moment for batch in batches]

    assert moments[0] == company.starts_at
    assert moments[-1] == company.ends_at
    assert all(earlier < later for earlier, later in pairwise(moments))
    assert set(moments) <= set(sync_moments(company))
    last_day = [m for m in moments if m > company.ends_at - timedelta(hours=24)]
    assert len(last_day) >= 20


def test_nothing_is_delivered_before_it_happened(batches: list[Batch]) -> None:
    for batch in batches:
        for row in batch.rows:
            for moment in row.dates.values():
                assert isinstance(moment, datetime)
                assert moment.tzinfo is UTC
                assert moment <= batch.moment
        for change in batch.people:
            assert change.moment <= batch.moment


def test_a_batch_holds_a_record_once_and_two_records_never_share_an_id(
    batches: list[Batch],
) -> None:
    for batch in batches:
        keys = [(row.kind, row.external_id) for row in batch.rows]
        assert len(keys) == len(set(keys))
    made: dict[tuple[RecordKind, str], datetime] = {}
    for batch in batches:
        for row in batch.rows:
            name = "created" if "created" in row.dates else "occurred"
            key = (row.kind, row.external_id)
            assert made.setdefault(key, moment_of(row, name)) == moment_of(row, name)


def test_everybody_is_introduced_before_or_with_their_first_record(
    company: DemoCompany, batches: list[Batch]
) -> None:
    known = {owner.key for owner in company.unknown_owners}
    for batch in batches:
        known |= {change.person.key for change in batch.people}
        for row in batch.rows:
            assert known.issuperset(row.users.values())
    assert sum(len(batch.people) for batch in batches) == len(company.people) + 5 + 4


def test_about_two_rows_in_a_hundred_arrive_days_late(batches: list[Batch]) -> None:
    late = total = 0
    for batch in batches:
        for row in batch.rows:
            if row.kind is RecordKind.ACTIVITY and "correction" not in row.attributes:
                waited = batch.moment - moment_of(row, "occurred")
                assert waited <= timedelta(days=6)
                total += 1
                late += waited > timedelta(hours=24, minutes=30)
    assert 0.015 <= late / total <= 0.03


def test_the_open_deals_at_the_end_are_those_last_delivered_as_open(
    told: tuple[Story, list[Batch]],
) -> None:
    story, batches = told

    is_open = {row.external_id for row in last_deals(batches) if row.texts["status"] == "open"}
    assert set(story.open_deals) == is_open
    assert 600 <= len(is_open) <= 1_600


# The people


def working_rows(batches: list[Batch]) -> Iterator[tuple[str, datetime]]:
    """Return who did or got something, and when: activities, changes, new and closed deals."""
    for row in (row for batch in batches for row in batch.rows):
        owner = row.users.get("owner")
        if owner is None:
            continue
        if row.kind is RecordKind.DEAL:
            if "closed" in row.dates:
                yield owner, moment_of(row, "closed")
        elif row.kind is RecordKind.LEAD:
            if row.texts["status"] == "new":
                yield owner, moment_of(row, "created")
        else:
            yield owner, moment_of(row, "occurred")


def organization_day(company: DemoCompany, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(company.zone)).date()


def test_nobody_acts_before_the_first_or_after_the_last_day(
    company: DemoCompany, batches: list[Batch]
) -> None:
    people = {person.key: person for person in company.reps}
    seen: Counter[str] = Counter()
    for key, moment in working_rows(batches):
        if key in people:
            assert people[key].is_employed(organization_day(company, moment)), (key, moment)
            seen[key] += 1
    assert set(seen) == set(people)


def test_what_a_leaver_had_open_is_given_to_the_team(
    company: DemoCompany, batches: list[Batch]
) -> None:
    leavers = {rep.key for rep in company.reps if rep.left_on}
    people = {rep.key: rep for rep in company.reps}
    still_open = [row for row in last_deals(batches) if row.texts["status"] == "open"]
    given = [row for row in rows_of(batches, RecordKind.CHANGE) if row.texts["type"] == "owner"]

    assert not [row for row in still_open if row.users.get("owner") in leavers]
    handed = Counter(str(row.attributes["from"]) for row in given)
    assert all(handed[leaver] >= 5 for leaver in leavers)
    for row in given:
        before = str(row.attributes["from"])
        day = organization_day(company, moment_of(row, "occurred"))
        if before in leavers and not people[before].is_employed(day):
            assert people[row.users["owner"]].team_on(day) is people[before].team_on(day)


def test_a_hire_ramps_up(company: DemoCompany, done: dict[str, list[RecordRow]]) -> None:
    hires = [rep for rep in company.reps if rep.hired_on >= company.starts_on]
    early = late = 0
    for row in done["call"]:
        day = moment_of(row, "occurred").date()
        for hire in hires:
            if row.users.get("owner") == hire.key:
                age = (day - hire.hired_on).days
                early += age <= 14
                late += 45 < age <= 59
    assert early < 0.75 * late


def test_calls_are_made_in_office_hours_of_the_callers_own_clock(
    company: DemoCompany, done: dict[str, list[RecordRow]]
) -> None:
    people = {person.key: person for person in company.reps}
    hours: Counter[int] = Counter()
    for row in done["call"]:
        caller = people[row.users["creator"]]
        hours[local_moment(caller, moment_of(row, "occurred")).hour] += 1
    assert set(hours) == set(range(8, 18))
    assert hours[12] < hours[10] / 2
    assert hours[12] < hours[15] / 2


def local_moment(person: Person, moment: datetime) -> datetime:
    # Transfers happen on Mondays, so the UTC day says the team well enough.
    team = person.team_on(moment.date())
    assert team is not None
    return moment.astimezone(ZoneInfo(team.zone))


def test_the_week_is_high_in_the_middle_and_nearly_empty_at_its_end(
    company: DemoCompany, done: dict[str, list[RecordRow]]
) -> None:
    people = {person.key: person for person in company.reps}
    days: Counter[int] = Counter()
    for row in done["call"]:
        days[local_moment(people[row.users["creator"]], moment_of(row, "occurred")).weekday()] += 1
    middle = (days[1] + days[2] + days[3]) / 3
    assert 0.65 * middle < days[0] < 0.92 * middle
    assert 0.65 * middle < days[4] < 0.9 * middle
    assert 0 < days[5] + days[6] < 0.05 * middle


# The funnel


def test_calls_connect_and_book_meetings_at_real_rates(done: dict[str, list[RecordRow]]) -> None:
    calls = done["call"]
    connected = [row for row in calls if row.texts["outcome"] == "connected"]
    booked = [row for row in connected if row.attributes["meeting_booked"]]

    assert 0.18 <= len(connected) / len(calls) <= 0.30
    assert 0.08 <= len(booked) / len(connected) <= 0.14
    assert len(booked) == sum(bool(row.attributes["meeting_booked"]) for row in calls)


def test_booked_calls_are_the_source_of_outbound_meetings(done: dict[str, list[RecordRow]]) -> None:
    booked = {r.external_id for r in done["call"] if r.attributes["meeting_booked"]}
    sources = {
        row.attributes["source"] for row in done["meeting"] if row.texts.get("origin") == "Outbound"
    }

    # Those missing were booked before the story, or will be held after it, or were typed in late.
    assert len(booked & sources) > 0.9 * len(booked)


def test_meetings_are_held_and_become_deals_at_real_rates(
    batches: list[Batch], done: dict[str, list[RecordRow]]
) -> None:
    first = [row for row in done["meeting"] if row.attributes["purpose"] == "discovery"]
    held = {row.external_id for row in first if row.texts["outcome"] == "held"}
    sources = {row.attributes.get("source_meeting") for row in last_deals(batches)}

    assert 0.76 <= len(held) / len(first) <= 0.84
    assert 0.40 <= len(held & sources) / len(held) <= 0.50
    demos = done["demo"]
    assert len(demos) > 3_000


def test_deals_are_won_at_a_real_rate_size_and_pace(batches: list[Batch]) -> None:
    deals = last_deals(batches)
    status = Counter(row.texts["status"] for row in deals)
    won = [row for row in deals if row.texts["status"] == "won"]
    days = [(moment_of(r, "closed") - moment_of(r, "created")) / timedelta(days=1) for r in won]

    assert 0.18 <= status["won"] / (status["won"] + status["lost"]) <= 0.32
    assert 34 <= median(days) <= 42
    assert 11_000 <= median(row.amount for row in deals if row.amount) <= 13_000
    assert all(row.amount and row.amount >= 500 and row.amount % 10 == 0 for row in deals)
    assert {row.texts["currency"] for row in deals} == {"USD", "EUR", "GBP", "SGD"}
    assert 0.97 < sum(row.texts["currency"] == "USD" for row in deals) / len(deals) < 0.985


def test_reps_differ_in_what_they_win(company: DemoCompany, batches: list[Batch]) -> None:
    closers = {rep.key for rep in company.reps_now if rep.title == "Account Executive"}
    wins = Counter(
        row.users["owner"]
        for row in last_deals(batches)
        if row.texts["status"] == "won" and row.users.get("owner") in closers
    )

    ranked = sorted(wins.values())
    assert len(ranked) == len(closers) == 48
    assert ranked[-5] > 2 * ranked[5]


def test_quarters_end_with_a_push_and_the_years_with_a_pause(
    batches: list[Batch], done: dict[str, list[RecordRow]]
) -> None:
    closed = [
        moment_of(row, "closed").date()
        for row in last_deals(batches)
        if row.texts["status"] == "won"
    ]
    last_weeks = [
        day for day in closed if (day.month, day.day) in _LAST_WEEKS and day < date(2026, 7, 1)
    ]
    calls = Counter(moment_of(row, "occurred").date() for row in done["call"])
    quiet = sum(calls[date(2025, 12, 24) + timedelta(days=shift)] for shift in range(7))
    usual = sum(calls[date(2025, 12, 3) + timedelta(days=shift)] for shift in range(7))

    # Five quarters end in the story; their last weeks are 35 of its 395 days.
    assert len(last_weeks) / len(closed) > 1.6 * 35 / 395
    assert quiet < usual / 2


_LAST_WEEKS = {
    (month, last - shift)
    for month, last in ((3, 31), (6, 30), (9, 30), (12, 31))
    for shift in range(7)
}


def test_jakarta_rests_at_eid_while_sydney_works(
    company: DemoCompany, done: dict[str, list[RecordRow]]
) -> None:
    region = {rep.key: rep.postings[-1].path[0] for rep in company.reps}
    calls = Counter(
        region[row.users["creator"]]
        for row in done["call"]
        if date(2026, 3, 18) <= moment_of(row, "occurred").date() <= date(2026, 3, 24)
    )

    assert calls["Indonesia"] < calls["Australia"] / 2


# Deals through their versions


def test_a_closed_deal_opens_again_only_as_a_correction(batches: list[Batch]) -> None:
    reopened = 0
    for versions in versions_of(batches, RecordKind.DEAL).values():
        for before, after in pairwise(versions):
            if before.texts["status"] != "open" and after.texts["status"] == "open":
                assert after.attributes["correction"] == "reopened"
                reopened += 1
    assert reopened >= 3


def test_a_deal_only_goes_forward_unless_corrected(batches: list[Batch]) -> None:
    order = ("Discovery", "Demo", "Proposal", "Negotiation", "Closed Won", "Closed Lost")
    for versions in versions_of(batches, RecordKind.DEAL).values():
        for before, after in pairwise(versions):
            if after.attributes.get("correction") != "reopened":
                assert order.index(before.texts["stage"]) <= order.index(after.texts["stage"])
            assert before.dates["created"] == after.dates["created"]


def test_a_deal_has_a_closing_moment_exactly_when_it_is_closed(batches: list[Batch]) -> None:
    for row in rows_of(batches, RecordKind.DEAL):
        assert ("closed" in row.dates) == (row.texts["status"] in ("won", "lost"))
        if "closed" in row.dates:
            assert moment_of(row, "created") <= moment_of(row, "closed")


def test_stage_changes_tell_the_whole_way_of_each_deal(
    company: DemoCompany, batches: list[Batch]
) -> None:
    changes: dict[str, list[RecordRow]] = defaultdict(list)
    for row in rows_of(batches, RecordKind.CHANGE):
        if row.texts["type"] == "stage":
            changes[str(row.attributes["deal"])].append(row)
    for external_id, versions in versions_of(batches, RecordKind.DEAL).items():
        way = changes.pop(external_id, [])
        if way:
            assert way[-1].attributes["to"] == versions[-1].texts["stage"]
        for before, after in pairwise(way):
            assert before.attributes["to"] == after.attributes["from"]
            assert moment_of(before, "occurred") < moment_of(after, "occurred")
        if not way:
            is_from_before = moment_of(versions[0], "created") < company.starts_at
            assert is_from_before or versions[-1].texts["stage"] == "Discovery"
    assert changes == {}


def test_corrections_of_every_kind_occur(batches: list[Batch]) -> None:
    versions = versions_of(batches, RecordKind.DEAL)
    corrected = {
        what: sum(
            any(row.attributes.get("correction") == what for row in rows)
            for rows in versions.values()
        )
        for what in ("amount", "date", "owner", "reopened", "restored")
    }
    deleted = sum(any(row.is_deleted for row in rows) for rows in versions.values())

    assert 0.006 <= corrected.pop("amount") / len(versions) <= 0.015
    assert all(count >= 3 for count in corrected.values()), corrected
    assert 50 <= deleted <= 200
    calls = [row for row in rows_of(batches, RecordKind.ACTIVITY) if "correction" in row.attributes]
    assert 200 <= len(calls) <= 800
    assert any(row.is_deleted for row in calls)


def test_some_records_belong_to_strangers_and_some_to_nobody(
    company: DemoCompany, batches: list[Batch]
) -> None:
    owners: dict[RecordKind, Counter[str]] = defaultdict(Counter)
    for batch in batches:
        for row in batch.rows:
            owners[row.kind][row.users.get("owner", "")] += 1

    for kind in (RecordKind.DEAL, RecordKind.ACTIVITY, RecordKind.LEAD):
        total = sum(owners[kind].values())
        assert 0.001 <= owners[kind][company.consultant.key] / total <= 0.03
        assert 0.0005 <= owners[kind][""] / total <= 0.01
    assert owners[RecordKind.ACTIVITY][company.integration.key] > 100
    known = {person.key for person in company.people}
    assert not known & {owner.key for owner in company.unknown_owners}


def test_sdrs_are_named_on_the_deals_they_found(company: DemoCompany, batches: list[Batch]) -> None:
    sdrs = {rep.key for rep in company.reps if rep.title.startswith("Sales Development")}
    found = [row for row in last_deals(batches) if "sdr" in row.users]

    assert len(found) > 500
    assert {row.users["sdr"] for row in found} == sdrs
    assert not [row for row in found if row.users.get("owner") in sdrs]


# Another end


@pytest.mark.parametrize(
    "until",
    [
        datetime(2024, 2, 29, 23, 59, tzinfo=UTC),
        datetime(2027, 1, 3, 17, 0, tzinfo=UTC),
        datetime(2025, 10, 26, 1, 30, tzinfo=UTC),
    ],
)
def test_another_end_shifts_the_calendar_and_begins_with_a_full_pipeline(until: datetime) -> None:
    company = demo_company(11, until)

    first, *following = islice(Story(company), 12)

    assert first.moment == company.starts_at
    assert len(first.people) == len(company.people) - 8
    assert 500 <= len(first.rows) <= 1_500
    assert {(row.kind, row.texts["status"]) for row in first.rows} == {(RecordKind.DEAL, "open")}
    assert sum(len(batch.rows) for batch in following) > 1_000
    assert all(
        moment_of(row, name) <= batch.moment
        for batch in [first, *following]
        for row in batch.rows
        for name in row.dates
    )
