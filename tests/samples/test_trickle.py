from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from juara.connect.types import RecordKind, RecordRow
from juara.samples.seasons import is_office_time
from juara.samples.story import Story
from juara.samples.trickle import Trickle
from juara.samples.types import Batch, DemoCompany, TrickleStep

SINCE = datetime(2026, 7, 15, 9, 25, 30, tzinfo=UTC)


def run(trickle: Trickle, begin: datetime, steps: int) -> list[TrickleStep]:
    found, moment = [], begin
    for _ in range(steps):
        step = trickle.next_step(moment)
        found.append(step)
        moment += timedelta(seconds=step.after_seconds)
    return found


def test_the_trickle_is_the_same_for_the_same_seed_and_moments(company: DemoCompany) -> None:
    first = run(Trickle(company, seed=7, since=SINCE), SINCE, 300)

    assert run(Trickle(company, seed=7, since=SINCE), SINCE, 300) == first
    assert run(Trickle(company, seed=8, since=SINCE), SINCE, 300) != first


def test_every_step_has_one_to_three_records_and_a_short_wait(company: DemoCompany) -> None:
    for step in run(Trickle(company, seed=7, since=SINCE), SINCE, 2_000):
        assert 1 <= len(step.rows) <= 3
        assert 2.0 <= step.after_seconds <= 6.0


@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("day", [15, 18])
def test_those_for_whom_it_is_working_time_act_and_otherwise_anyone(
    company: DemoCompany, day: int, hour: int
) -> None:
    moment = datetime(2026, 7, day, hour, 10, tzinfo=UTC)
    trickle = Trickle(company, seed=7, since=SINCE)
    teams = {rep.key: rep.team_on(company.ends_on) for rep in company.reps_now}
    awake = {team for team in company.teams if is_office_time(team, moment)}

    rows = [row for _ in range(20) for row in trickle.next_step(moment).rows]

    assert {teams[row.users["owner"]] for row in rows} <= (awake or set(company.teams))
    assert all(moment in row.dates.values() for row in rows)


def test_deals_are_won_now_and_then_and_the_first_one_soon(company: DemoCompany) -> None:
    steps = run(Trickle(company, seed=7, since=SINCE), SINCE, 1_000)
    wins = [number for number, step in enumerate(steps) if any(map(is_won, step.rows))]

    assert wins[0] == 3
    assert all(9 <= later - earlier <= 17 for earlier, later in pairwise(wins))


def is_won(row: RecordRow) -> bool:
    return row.kind is RecordKind.DEAL and row.texts["status"] == "won"


def test_deals_the_story_left_open_are_won_with_the_same_id(
    company: DemoCompany, told: tuple[Story, list[Batch]]
) -> None:
    story, _ = told
    trickle = Trickle(company, seed=7, since=SINCE, open_deals=story.open_deals.values())

    rows = [row for step in run(trickle, SINCE, 500) for row in step.rows]

    won = [row for row in rows if is_won(row)]
    old = [row for row in won if row.external_id in story.open_deals]
    assert len(old) > 20
    for row in old:
        before = story.open_deals[row.external_id]
        assert (row.amount, row.users, row.dates["created"]) == (
            before.amount,
            before.users,
            before.dates["created"],
        )
        assert row.texts["name"] == before.texts["name"]
        assert row.dates["closed"] >= SINCE


def test_a_deal_is_closed_once_and_never_opened_again(company: DemoCompany) -> None:
    closed: set[str] = set()
    for step in run(Trickle(company, seed=7, since=SINCE), SINCE, 3_000):
        for row in step.rows:
            if row.kind is RecordKind.DEAL:
                assert row.external_id not in closed
                closed |= {row.external_id} if row.texts["status"] != "open" else set()
    assert len(closed) > 200


def test_ids_are_never_those_of_the_story_or_of_another_trickle(
    company: DemoCompany, batches: list[Batch]
) -> None:
    told = {row.external_id for batch in batches for row in batch.rows}
    later = SINCE + timedelta(seconds=1)
    first, second = (
        {
            row.external_id
            for step in run(Trickle(company, seed=7, since=since), since, 500)
            for row in step.rows
        }
        for since in (SINCE, later)
    )

    assert len(first) > 300
    assert not first & told
    assert not first & second


def test_every_kind_of_event_occurs(company: DemoCompany, told: tuple[Story, list[Batch]]) -> None:
    story, _ = told
    trickle = Trickle(company, seed=7, since=SINCE, open_deals=story.open_deals.values())

    counts: Counter[str] = Counter()
    for step in run(trickle, SINCE, 600):
        counts.update(
            row.texts["type"] if "type" in row.texts else row.texts["status"] for row in step.rows
        )

    assert set(counts) == {
        "call", "email", "meeting", "demo", "stage", "open", "won", "lost",
    }  # fmt: skip
    assert counts["call"] > 200
