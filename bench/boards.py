"""What a leaderboard and a person's numbers take inside the database, by people and by months."""

from datetime import date
from typing import Any

from bench import ground
from juara.core import db, scope
from juara.core.calendar import Period
from juara.ledger import earnings, sums
from juara.metrics import queries as metrics
from juara.tenancy import scope as tenancy

LINES = 8
# Everybody has something of each metric on so many days of each month.
DAYS_A_MONTH = 4
_FIRST = date(2023, 1, 1)
_QUARTER = (date(2025, 7, 1), date(2025, 10, 1))
_YEAR = (date(2025, 1, 1), date(2026, 1, 1))
# The most days left over at both edges.
_ANY = (date(2025, 1, 2), date(2025, 12, 31))

_FILL = """
    INSERT INTO tally (organization_id, metric_id, role, grain, from_day, assignment_id, member_id,
                       credits, shares, total, lowest, highest)
    SELECT organization_id, metric, 0, g.grain,
           CASE g.grain WHEN 'm' THEN month
                ELSE month + (((g.place * 7) + assignment_id) %% 28)::integer END,
           assignment_id, member_id, g.count, g.count * 10000, g.count * 1234.56, 12.5, 99999
    FROM assignment, unnest(%(metrics)s::bigint[]) AS metric,
         generate_series(%(first)s::date, %(last)s::date, interval '1 month') AS s (at),
         LATERAL (SELECT s.at::date AS month) m,
         LATERAL (SELECT 'm' AS grain, 0 AS place, %(days)s AS count
                  UNION ALL SELECT 'd', n, 1 FROM generate_series(1, %(days)s) n) g
    WHERE organization_id = %(organization)s
"""


def run(sizes: tuple[int, ...], repeats: int) -> list[dict[str, Any]]:
    """Return milliseconds in the database for each number of people, each in its own database."""
    return [_of(members, repeats) for members in sizes]


def _of(members: int, repeats: int) -> dict[str, Any]:
    with ground.database():
        organization, _source = ground.organization("bench", members)
        with tenancy.enter(organization):
            ground.keep_metrics(LINES)
            every = metrics.metrics()
            ids = [each.id for each in every]
            with db.ledger_role():
                # One metric for the boards; the others only where the scorecard looks.
                stored = _fill(ids[:1], _FIRST, date(2025, 12, 1))
                stored += _fill(ids[1:], _QUARTER[0], date(2025, 9, 1))
        ground.as_owner("VACUUM ANALYZE")
        with tenancy.enter(organization):
            someone = db.one("SELECT min(member_id) FROM assignment")[0]

            def board(days: tuple[date, date]) -> float:
                return ground.milliseconds_in_database(
                    lambda: sums.member_sums(
                        every[:1], from_day=days[0], until_day=days[1], is_for_values=True
                    ),
                    repeats,
                )

            months = {
                f"months_{count}_ms": board((_months_before(count), date(2026, 1, 1)))
                for count in (1, 3, 6, 12, 24, 36)
            }
            return {
                "members": members,
                "tallies": stored,
                "quarter_ms": board(_QUARTER),
                "year_ms": board(_YEAR),
                "any_days_ms": board(_ANY),
                "scorecard_ms": ground.milliseconds_in_database(
                    lambda: earnings.earned(
                        someone, period=Period("quarter", *_QUARTER), day=date(2025, 9, 30)
                    ),
                    repeats,
                ),
                **months,
                "load": ground.load(),
            }


def _fill(metric_ids: list[int], first: date, last: date) -> int:
    return db.execute(
        _FILL,
        {
            "organization": scope.current().organization_id, "metrics": metric_ids,
            "first": first, "last": last, "days": DAYS_A_MONTH,
        },
    )  # fmt: skip


def _months_before(count: int) -> date:
    index = 2026 * 12 - count
    return date(index // 12, index % 12 + 1, 1)
