"""What a metric comes to, for whom and by month, to be compared before and after a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from juara.core.calendar import ALWAYS, FOREVER, ONE_DAY
from juara.ledger import circumstances, sums
from juara.ledger.circumstances import Given
from juara.ledger.preview_types import BeforeAfter, Comparison
from juara.metrics import measures
from juara.metrics import queries as metrics
from juara.metrics.measures import Measure
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Sums
from juara.people import queries as people
from juara.people.types import MemberFacts


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric with the sums behind it by person and by month, from a month on."""

    measure: Measure
    people: Mapping[int, Mapping[int, Sums]]
    months: Mapping[date, Mapping[int, Sums]]
    given: Given

    def of_person(self, member_id: int) -> Decimal | None:
        return self.measure.value(self.people.get(member_id, {}), self.given.of([member_id]))

    def of_month(self, month: date) -> Decimal | None:
        return self.measure.value(self.months.get(month, {}), self.given.company)

    def whole(self) -> Decimal | None:
        total: dict[int, Sums] = {}
        for parts in self.people.values():
            for metric_id, each in parts.items():
                total[metric_id] = total.get(metric_id, Sums()) + each
        return self.measure.value(total, self.given.company)


def measured(metric: MetricFacts, month: date, today: date) -> Measured:
    """Return what a metric comes to from a month on, by its leading role."""
    found = measures.measure(metric, {each.key: each for each in metrics.metrics()})
    until = today + ONE_DAY
    return Measured(
        found,
        people=_grouped(
            sums.sums(found.components, by="member", from_day=month, until_day=FOREVER)
        ),
        months=_monthly(found, month),
        # How many working days each month had is of no use to a comparison: the same on both sides.
        given=circumstances.read([found], min(month, until), until),
    )


def _monthly(found: Measure, month: date) -> dict[Any, dict[int, Sums]]:
    """Return the sums of each month; a balance is what stands at its end."""
    by_month = sums.sums(found.components, by="month", from_day=month, until_day=FOREVER)
    grouped = _grouped(by_month)
    balances = {each.id for each in sums.sorts(found.components).balances}
    if balances:
        standing = {
            key[0]: each
            for key, each in sums.sums(
                sums.sorts(found.components).balances, from_day=ALWAYS, until_day=month
            ).items()
        }
        for each in sorted(grouped):
            for metric_id in balances:
                changed = grouped[each].get(metric_id, Sums())
                grouped[each][metric_id] = standing[metric_id] = (
                    standing.get(metric_id, Sums()) + changed
                )
    return grouped


def _grouped(found: Mapping[sums.Key, Sums]) -> dict[Any, dict[int, Sums]]:
    grouped: dict[Any, dict[int, Sums]] = {}
    for (metric_id, key), each in found.items():
        grouped.setdefault(key, {})[metric_id] = each
    return grouped


def compared(
    before: Measured, after: Measured, *, from_day: date, changed: tuple[int, int]
) -> Comparison:
    """Say what became of what; `changed` is how many credits begin and end."""
    names = people.members()
    months = sorted({*before.months, *after.months})
    by_person = [
        _person(names.get(member), before, after) for member in {*before.people, *after.people}
    ]
    # Whom it changes most stands first.
    by_person.sort(key=lambda each: (-abs(each.difference or Decimal(0)), each.name.casefold()))
    return Comparison(
        from_day=from_day,
        from_month=months[0] if months else None,
        total=BeforeAfter(before.whole(), after.whole()),
        people=tuple(by_person),
        months=tuple(
            BeforeAfter(before.of_month(month), after.of_month(month), month=month)
            for month in months
        ),
        credits_begin=changed[0],
        credits_end=changed[1],
    )


def _person(member: MemberFacts | None, before: Measured, after: Measured) -> BeforeAfter:
    member_id = member.id if member else 0
    return BeforeAfter(
        before.of_person(member_id),
        after.of_person(member_id),
        member_id=member_id,
        public_id=member.public_id if member else "",
        name=member.name if member else "",
    )
