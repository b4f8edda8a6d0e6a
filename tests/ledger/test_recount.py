"""Verify names every kind of damage; a recount mends it. Both leave a sound ledger alone."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from juara.core import db
from juara.goals import profile_targets as goals
from juara.ledger import recounts
from juara.ledger.verify import verify
from juara.metrics import operations as metrics
from juara.people import operations as people
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger import reading

Found = list[tuple[str, str, str, int]]


@pytest.fixture(autouse=True)
def ground(inside: Organization) -> None:
    """A small ledger with everything in it: two teams, a transfer, nobody's rows, a delete."""
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    ana = cast.member("Ana", "North", zone="Asia/Jakarta")
    cast.member("Budi", "South")
    cast.deliver(
        *(
            cast.deal(str(n), owner=("ana", "budi", "ghost")[n % 3], amount=str(n),
                      dates={"closed": date(2025, 2, 20 + n), "created": date(2025, 2, 1)})
            for n in range(1, 8)
        ),
        cast.call("c1", owner="ana", when=cast.at("2025-03-04T20:00")),
        cast.call("c2", owner="budi", when=cast.at("2025-03-04T20:00")),
    )  # fmt: skip
    people.place(
        ana, team=cast.team("South"), from_day=date(2025, 2, 25), moment=cast.NOW, actor=cast.ACTOR
    )
    cast.deliver(cast.deal("2", is_deleted=True))
    assert verify().is_sound


def damage(sql: str) -> None:
    """Change the ledger behind its back, as nothing in the product does."""
    with db.ledger_role():
        assert db.execute(sql) > 0


def differences() -> Found:
    return [
        (each.table, each.metric_key, each.problem, each.count) for each in verify().differences
    ]


OF_CALLS = "(SELECT id FROM metric WHERE key = 'calls')"
OF_REVENUE = "(SELECT id FROM metric WHERE key = 'revenue_won')"
OPEN_CALLS = f"metric_id = {OF_CALLS} AND known_until = {db.OPEN} AND member_id > 0"
COPY = """
    INSERT INTO credit (organization_id, id, metric_id, role, part, member_id, assignment_id, day,
        occurred_at, value, share, item, record_id, source_id, owner_key, reason,
        known_from, known_until)
    SELECT organization_id, id + 1000000, metric_id, role, part, {member}, {assignment}, {day},
        occurred_at, value, share, item, record_id, source_id, owner_key, '',
        known_from, known_until
    FROM credit WHERE {which}
"""
TALLY = (
    "organization_id, metric_id, role, grain, from_day, assignment_id, member_id, credits, shares,"
    " total"
)
DAMAGES: dict[str, tuple[str, Found]] = {
    "a credit is gone": (
        f"DELETE FROM credit WHERE {OPEN_CALLS} AND owner_key = 'ana'",
        [
            ("credit", "calls", "missing", 1),
            ("tally", "calls", "surplus", 1),
            ("tally", "calls", "surplus", 1),
        ],
    ),
    "a credit is closed": (
        f"UPDATE credit SET known_until = known_from + 1 WHERE {OPEN_CALLS} AND owner_key = 'ana'",
        [
            ("credit", "calls", "missing", 1),
            ("tally", "calls", "surplus", 1),
            ("tally", "calls", "surplus", 1),
        ],
    ),
    "a credit is doubled": (
        COPY.format(
            member="member_id", assignment="assignment_id", day="day",
            which=f"{OPEN_CALLS} AND owner_key = 'ana'",
        ),
        [
            ("credit", "calls", "doubled", 1),
            ("tally", "calls", "different", 1),
            ("tally", "calls", "different", 1),
        ],
    ),
    "a credit is trebled": (
        COPY.format(
            member="member_id", assignment="assignment_id", day="day",
            which=f"{OPEN_CALLS} AND owner_key = 'ana'",
        )
        + " UNION ALL "
        + COPY.partition("SELECT")[1]
        + COPY.partition("SELECT")[2]
        .replace("1000000", "2000000")
        .format(
            member="member_id", assignment="assignment_id", day="day",
            which=f"{OPEN_CALLS} AND owner_key = 'ana'",
        ),
        [
            ("credit", "calls", "doubled", 1),
            ("tally", "calls", "different", 1),
            ("tally", "calls", "different", 1),
        ],
    ),
    "a credit stands on another day": (
        f"UPDATE credit SET day = day + 40 WHERE {OPEN_CALLS} AND owner_key = 'ana'",
        [
            ("credit", "calls", "missing", 1),
            ("credit", "calls", "surplus", 1),
            ("tally", "calls", "missing", 1),
            ("tally", "calls", "surplus", 1),
            ("tally", "calls", "missing", 1),
            ("tally", "calls", "surplus", 1),
        ],
    ),
    "a credit has another value": (
        f"UPDATE credit SET value = 999 WHERE metric_id = {OF_REVENUE}"
        f" AND known_until = {db.OPEN} AND value = 7",
        [
            ("credit", "revenue_won", "missing", 1),
            ("credit", "revenue_won", "surplus", 1),
            ("tally", "revenue_won", "different", 1),
            ("tally", "revenue_won", "different", 1),
        ],
    ),
    "a credit is somebody else's": (
        "UPDATE credit SET (member_id, assignment_id) = ("
        "  SELECT member_id, assignment_id FROM assignment a JOIN member m ON m.id = a.member_id"
        f"  WHERE m.name = 'Budi' AND a.known_until = {db.OPEN})"
        f" WHERE {OPEN_CALLS} AND owner_key = 'ana'",
        [
            ("credit", "calls", "missing", 1),
            ("credit", "calls", "surplus", 1),
            ("tally", "calls", "different", 1),
            ("tally", "calls", "different", 1),
            ("tally", "calls", "surplus", 1),
            ("tally", "calls", "surplus", 1),
        ],
    ),
    "a credit of nobody has another reason": (
        "UPDATE credit SET reason = 'not_assigned' WHERE reason = 'owner_unknown'"
        f" AND metric_id = {OF_REVENUE} AND value = 5",
        [
            ("credit", "revenue_won", "missing", 1),
            ("credit", "revenue_won", "surplus", 1),
        ],
    ),
    "a credit has another share": (
        f"UPDATE credit SET share = 5000 WHERE {OPEN_CALLS} AND owner_key = 'ana'",
        [
            ("credit", "calls", "missing", 1),
            ("credit", "calls", "surplus", 1),
            ("tally", "calls", "different", 1),
            ("tally", "calls", "different", 1),
        ],
    ),
    "an ended credit is open again": (
        f"UPDATE credit SET known_until = {db.OPEN}"
        f" WHERE metric_id = {OF_REVENUE} AND value = 2",
        [
            ("credit", "revenue_won", "surplus", 1),
            ("tally", "revenue_won", "missing", 1),
            ("tally", "revenue_won", "different", 1),
        ],
    ),
    "a day's tally is gone": (
        f"DELETE FROM tally WHERE metric_id = {OF_CALLS} AND grain = 'd'",
        [("tally", "calls", "missing", 2)],
    ),
    "a month's tally is gone": (
        f"DELETE FROM tally WHERE metric_id = {OF_CALLS} AND grain = 'm' AND member_id > 0",
        [("tally", "calls", "missing", 2)],
    ),
    "a tally has another total": (
        f"UPDATE tally SET total = total + 1 WHERE metric_id = {OF_REVENUE} AND grain = 'd'"
        " AND from_day = '2025-02-27'",
        [("tally", "revenue_won", "different", 1)],
    ),
    "a tally has another count": (
        f"UPDATE tally SET credits = credits + 1 WHERE metric_id = {OF_CALLS} AND grain = 'm'",
        [("tally", "calls", "different", 2)],
    ),
    "a tally is somebody else's": (
        f"UPDATE tally SET member_id = member_id + 1 WHERE metric_id = {OF_CALLS}"
        " AND grain = 'd'",
        [("tally", "calls", "different", 2)],
    ),
    "a tally counts nothing that is": (
        f"INSERT INTO tally ({TALLY}) SELECT organization_id, metric_id, role, grain,"
        " from_day + 1, assignment_id, member_id, credits, shares, total FROM tally"
        f" WHERE metric_id = {OF_CALLS} AND grain = 'd'",
        [("tally", "calls", "surplus", 2)],
    ),
    "a tally of zeros is kept": (
        f"INSERT INTO tally ({TALLY}) SELECT organization_id, metric_id, role, grain,"
        " from_day + 1, assignment_id, member_id, 0, 0, 0 FROM tally"
        f" WHERE metric_id = {OF_CALLS} AND grain = 'd'",
        [("tally", "calls", "surplus", 2)],
    ),
    "every tally is gone": (
        "DELETE FROM tally WHERE metric_id IN (SELECT id FROM metric WHERE key = 'deals_won')",
        [("tally", "deals_won", "missing", 6), ("tally", "deals_won", "missing", 4)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_named_and_mended(name: str) -> None:
    sql, expected = DAMAGES[name]
    tables = ("credit", "tally")
    whole = reading.contents(("tally",))
    standing = _standing()
    damage(sql)

    assert sorted(differences()) == sorted(expected)
    assert not verify().is_sound
    assert reading.contents(tables) != whole

    recounts.recount(moment=cast.NOW)

    assert verify().differences == ()
    assert reading.contents(("tally",)) == whole
    assert _standing() == standing


def _standing() -> list[tuple[object, ...]]:
    """Return the open credits by what they say, not by when they were made."""
    return sorted(
        db.rows(
            "SELECT metric_id, role, record_id, member_id, assignment_id, day::text, value, share,"
            f" reason, owner_key FROM credit WHERE known_until = {db.OPEN}"
        )
    )


def test_a_history_with_a_gap_is_named() -> None:
    cast.deliver(cast.deal("1", owner="ana", amount="8"))
    damage(
        f"UPDATE record_version SET known_from = known_from + 1 WHERE known_until = {db.OPEN}"
        " AND record_id IN (SELECT id FROM record WHERE external_id = '1')"
    )

    assert differences() == [("record_version", "", "history torn", 1)]


OPEN_OF_C1 = (
    f"known_until = {db.OPEN} AND record_id = (SELECT id FROM record WHERE external_id = 'c1')"
)
# What the numbers rest on: (damage, what is found, whether a recount mends it).
FOUNDATIONS: dict[str, tuple[str, Found, bool]] = {
    "a batch is gone": (
        "DELETE FROM batch WHERE number = (SELECT max(number) - 1 FROM batch)",
        [("batch", "", "gap", 1)], False,
    ),
    "the first batch is gone": (
        "DELETE FROM batch WHERE number = 1", [("batch", "", "gap", 1)], False,
    ),
    "a batch is known before the one it follows": (
        "UPDATE batch SET committed_at = committed_at - interval '1 day'"
        " WHERE number = (SELECT max(number) FROM batch)",
        [("batch", "", "back in time", 1)], False,
    ),
    "a version is known no more and nothing follows": (
        f"UPDATE record_version SET known_until = known_from + 1 WHERE {OPEN_OF_C1}",
        [("record_version", "", "history torn", 1), ("credit", "calls", "surplus", 1)], False,
    ),
    "a credit is older than its record": (
        f"UPDATE credit SET known_from = 1 WHERE metric_id = {OF_CALLS} AND {OPEN_OF_C1}",
        [("credit", "calls", "without a record", 1)], False,
    ),
    "two places were known for one day": (
        "INSERT INTO assignment (organization_id, id, assignment_id, member_id, team_id, zone,"
        "  valid_from, valid_until, known_from, known_until)"
        " SELECT organization_id, id + 1, assignment_id, member_id, team_id, zone,"
        "  '2025-01-01', '2025-01-03', known_from, known_from + 1 FROM assignment"
        " WHERE member_id = (SELECT id FROM member WHERE name = 'Budi')",
        [("assignment", "", "overlap", 1)], False,
    ),
    "two rules were known for one day": (
        "INSERT INTO metric_version (organization_id, id, metric_id, definition,"
        "  valid_from, valid_until, known_from, known_until)"
        " SELECT organization_id, id + 1, metric_id, definition, '2025-01-01', '2025-01-03',"
        f"  known_from, known_from + 1 FROM metric_version WHERE metric_id = {OF_CALLS}",
        [("metric_version", "", "overlap", 1)], False,
    ),
    "two people were known for one key": (
        "INSERT INTO owner_match (organization_id, id, source_user_id, member_id,"
        "  valid_from, valid_until, known_from, known_until)"
        " SELECT organization_id, id + 1, source_user_id, member_id, '2025-01-01', '2025-01-03',"
        "  known_from, known_from + 1 FROM owner_match"
        " WHERE source_user_id = (SELECT id FROM source_user WHERE key = 'budi')",
        [("owner_match", "", "overlap", 1)], False,
    ),
    "two parents were known for one day": (
        "INSERT INTO team_parent (organization_id, id, team_id, parent_id,"
        "  valid_from, valid_until, known_from, known_until)"
        " SELECT organization_id, id + 1, team_id, parent_id, '2025-01-01', '2025-01-03',"
        "  known_from, known_from + 1 FROM team_parent"
        " WHERE team_id = (SELECT id FROM team WHERE name = 'South')",
        [("team_parent", "", "overlap", 1)], False,
    ),
    "two targets were known for one day": (
        "INSERT INTO goal_target (organization_id, id, goal_id, value, roll_up,"
        "  is_prorated, counts_unassigned, valid_from, valid_until, known_from, known_until)"
        " SELECT organization_id, id + 1, goal_id, value, roll_up, is_prorated,"
        "  counts_unassigned, '2026-01-01', '2026-01-03',"
        "  known_from, known_from + 1 FROM goal_target"
        " WHERE id = (SELECT min(id) FROM goal_target)",
        [("goal_target", "", "overlap", 1)], False,
    ),
    "the ledger is ahead of what is known": (
        "UPDATE ledger_position SET batch = 2 + (SELECT max(number) FROM batch)",
        [("ledger_position", "", "ahead", 2)], True,
    ),
    "a metric has no topic": (
        "DELETE FROM topic_version WHERE topic ="
        f" (SELECT 'metric:' || public_id FROM metric WHERE id = {OF_CALLS})",
        [("topic_version", "calls", "missing", 1)], True,
    ),
    "freshness has no topic": (
        "DELETE FROM topic_version WHERE topic = 'freshness'",
        [("topic_version", "", "missing", 1)], True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FOUNDATIONS)
def test_what_numbers_rest_on_is_looked_at_too(name: str) -> None:
    goals.install_defaults(["SDR"], from_day=cast.TODAY, moment=cast.NOW, actor=cast.ACTOR)
    assert verify().is_sound
    sql, expected, is_mended = FOUNDATIONS[name]
    damage(sql)

    assert sorted(differences()) == sorted(expected)
    assert all(each.is_mended_by_recount for each in verify().differences) is is_mended

    if is_mended:
        recounts.recount(moment=cast.NOW)
        assert verify().is_sound


def test_a_sample_tells_where_to_look() -> None:
    damage(f"DELETE FROM credit WHERE {OPEN_CALLS} AND owner_key = 'ana'")

    assert [each.sample for each in verify().differences] == [
        "activity c1 (crm)", "2025-03-04, Ana, South", "2025-03, Ana, South",
    ]  # fmt: skip


def test_a_sound_ledger_verifies_with_its_size() -> None:
    found = verify()

    assert found.is_sound
    assert found.records == 9
    assert found.credits == len(_standing())
    assert found.tallies == db.one("SELECT count(*) FROM tally")[0]


def test_verifying_changes_nothing() -> None:
    before = reading.contents()
    damage(f"UPDATE tally SET total = 1 WHERE metric_id = {OF_REVENUE}")
    damaged = reading.contents()

    verify()

    assert reading.contents() == damaged != before


def test_recounting_a_sound_ledger_changes_no_number() -> None:
    tables = ("credit", "tally", "record", "record_version", "metric_version", "assignment")
    before = reading.contents(tables)

    found = recounts.recount(moment=cast.NOW)

    assert (found.credits_made, found.credits_ended) == (0, 0)
    assert found.tallies == len(before["tally"])
    assert reading.contents(tables) == before


def test_what_a_recount_mends_is_known_from_then_on() -> None:
    """What was wrongly shown stays known as it was shown: that is what as-of means."""
    damage(
        f"UPDATE credit SET value = 999 WHERE metric_id = {OF_REVENUE}"
        f" AND known_until = {db.OPEN} AND value = 7"
    )
    batch: int = db.one("SELECT max(number) FROM batch")[0]

    recounts.recount(moment=cast.NOW)

    assert reading.values("revenue_won")["7"] == 7
    assert reading.values("revenue_won", batch=batch)["7"] == Decimal(999)


def test_rows_that_arrive_after_a_recount_are_taken_in() -> None:
    recounts.recount(moment=cast.NOW)

    absorbed = cast.deliver(cast.deal("new", owner="budi", amount="5"))

    assert absorbed.landed.created == 1
    assert reading.values("revenue_won")["new"] == 5
    assert verify().is_sound


def test_inputs_not_yet_taken_in_show_as_differences_until_they_are() -> None:
    cast.member("Citra", "North", key="ghost")

    assert {(table, problem) for table, _, problem, _ in differences()} == {
        ("credit", "missing"), ("credit", "surplus"),
    }  # fmt: skip

    cast.deliver()

    assert verify().is_sound


@pytest.mark.parametrize(
    "before",
    [lambda: None, lambda: cast.deliver(cast.deal("x", owner="ana", amount="1"))],
    ids=["alone", "after-rows"],
)
def test_a_recount_can_be_repeated(before: Callable[[], object]) -> None:
    before()
    recounts.recount(moment=cast.NOW)
    standing, tallies = _standing(), reading.contents(("tally",))

    recounts.recount(moment=cast.NOW)

    assert (_standing(), reading.contents(("tally",))) == (standing, tallies)
    assert verify().is_sound
