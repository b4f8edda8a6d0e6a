"""Why a number is not what it was: the lines are the whole difference, and say what happened."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from juara.core import db as database
from juara.core.calendar import ALWAYS
from juara.leaderboards import queries
from juara.leaderboards.changes import Changed, changed
from juara.leaderboards.holders import TOTAL, UNASSIGNED
from juara.leaderboards.queries import BY, Asked
from juara.ledger import entries, matching
from juara.ledger.entries import EntryAsked
from juara.metrics import operations as metrics
from juara.people import operations as people
from juara.people import queries as people_queries
from juara.people.access import Viewer
from juara.people.models import Member
from juara.tenancy import scope as tenancy
from juara.tenancy.models import Organization
from tests import cast
from tests.ledger.model import rows
from tests.ledger.model.breaking import BrokenOffError, break_off
from tests.ledger.model.deeds import deed_of, deeds
from tests.ledger.model.life import MEMBERS, Life

METRICS = ("calls", "revenue", "won", "stages")
BEFORE, AFTER = cast.at("2025-03-10T10:00"), cast.at("2025-03-11T10:00")
NOW = cast.at("2025-03-12T09:00")
SOLD: dict[str, Any] = {
    "aggregation": "sum", "kinds": ["deal"], "date": "closed", "value": "amount",
    "where": {"all": [{"field": "status", "operator": "equals", "value": "won"}]},
}  # fmt: skip


@pytest.fixture
def company(inside: Organization) -> None:
    """Ana and Budi in Alpha, Wim in West, and a deal of each on 3 March."""
    cast.metric("sold", SOLD)
    for name, *path in (("Ana", "East", "Alpha"), ("Budi", "East", "Alpha"), ("Wim", "West")):
        cast.member(name, *path)
    cast.deliver(
        cast.deal("a", owner="ana", amount="70.50"), cast.deal("b", owner="budi", amount="30"),
        cast.deal("w", owner="wim", amount="20"), cast.deal("g", owner="ghost", amount="5"),
        moment=BEFORE,
    )  # fmt: skip


def everything() -> Viewer:
    return Viewer(next(iter(people_queries.members().values())), opens=None)


def why(holder: str = "Ana", by: str = "member", **more: Any) -> Changed:
    key = holder
    if by != "member":
        key = people_queries.team(holder).public_id
    elif holder not in (TOTAL, UNASSIGNED):
        key = people_queries.member(holder).public_id
    asked = Asked(**{"metric": "sold", "period": "2025-03", "by": by} | more)
    return changed(asked, holder=key, since=BEFORE, now=NOW, viewer=everything())


def told(found: Changed) -> list[tuple[str, Decimal, list[str]]]:
    """Return each line's record, its part and what happened."""
    lines = [each.line for each in found.lines]
    assert sum(each.change for each in lines) == found.change
    assert (found.after or 0) - (found.before or 0) == found.change
    return [(e.record.external_id, e.change, [cause.kind for cause in e.causes]) for e in lines]


def deliver(*rows: Any) -> None:
    cast.deliver(*rows, moment=AFTER)


def test_a_new_record_and_a_corrected_one_tell_what_they_add(company: None) -> None:
    deliver(
        cast.deal("n", owner="ana", amount="9"),
        cast.deal("a", owner="ana", amount="40", texts={"stage": "Won"}),
    )

    found = why()

    assert (found.before, found.after) == (Decimal("70.5"), Decimal(49))
    assert found.change == Decimal("-21.5")
    assert told(found) == [("a", Decimal("-30.5"), ["corrected"]), ("n", Decimal(9), ["new"])]
    (cause,) = found.lines[0].line.causes
    # The stage changed too, which this rule does not read.
    assert [(c.field, c.before, c.after) for c in cause.changes] == [
        ("amount", Decimal("70.5000"), Decimal("40.0000"))
    ]


def test_a_date_corrected_out_of_the_period_and_a_lost_deal_take_theirs_away(
    company: None,
) -> None:
    deliver(
        cast.deal("a", owner="ana", amount="70.50", dates={"closed": date(2025, 4, 1)}),
        cast.deal("b", owner="budi", amount="30", texts={"status": "lost"}),
    )

    found = why(TOTAL)

    assert told(found) == [
        ("a", Decimal("-70.5"), ["corrected"]), ("b", Decimal(-30), ["corrected"]),
    ]  # fmt: skip
    fields = [each.line.causes[0].changes[0].field for each in found.lines]
    assert fields == ["closed", "status"]


def test_a_reassigned_deal_goes_from_one_to_the_other(company: None) -> None:
    deliver(cast.deal("a", owner="budi", amount="70.50"))

    ana, budi = why("Ana"), why("Budi")

    assert told(ana) == [("a", Decimal("-70.5"), ["reassigned"])]
    assert told(budi) == [("a", Decimal("70.5"), ["reassigned"])]
    cause = budi.lines[0].line.causes[0]
    names = {member.id: member.name for member in people_queries.members().values()}
    assert (names[cause.member_before], names[cause.member_after]) == ("Ana", "Budi")
    assert told(why(TOTAL)) == []
    assert told(why("Alpha", "team")) == []


def test_a_deleted_record_goes_and_comes_back(company: None) -> None:
    gone = replace(cast.deal("a"), is_deleted=True)
    deliver(gone)
    assert told(why()) == [("a", Decimal("-70.5"), ["deleted"])]

    cast.deliver(cast.deal("a", owner="ana", amount="71"), moment=AFTER + timedelta(hours=1))

    back = changed(
        Asked("sold", "2025-03"), holder=people_queries.member("Ana").public_id, since=AFTER,
        now=NOW, viewer=everything(),
    )  # fmt: skip
    assert told(back) == [("a", Decimal(71), ["undeleted"])]


def test_a_matched_owner_brings_what_was_nobodys(company: None) -> None:
    matching.match(source_key="crm", key="ghost", member="Ana", moment=AFTER, actor=cast.ACTOR)

    assert told(why()) == [("g", Decimal(5), ["matched"])]
    assert told(why(UNASSIGNED)) == [("g", Decimal(-5), ["matched"])]
    assert told(why(TOTAL)) == []


def test_a_person_who_moves_takes_along_what_they_earn_from_that_day(company: None) -> None:
    people.place(
        Member.objects.get(name="Ana"), team=cast.team("West"), moment=AFTER, actor=cast.ACTOR
    )
    deliver()

    west, alpha = why("West", "team"), why("Alpha", "team")

    assert told(west) == [("a", Decimal("70.5"), ["moved"])]
    assert told(alpha) == [("a", Decimal("-70.5"), ["moved"])]
    assert told(why("Ana")) == []


def test_a_team_that_moves_takes_its_credits_along(company: None) -> None:
    people.move_team(
        cast.team("East", "Alpha"), under=cast.team("West"), from_day=date(2025, 3, 1),
        moment=AFTER, actor=cast.ACTOR,
    )  # fmt: skip
    deliver()

    assert told(why("West", "branch")) == [
        ("a", Decimal("70.5"), ["team_moved"]), ("b", Decimal(30), ["team_moved"]),
    ]  # fmt: skip


def test_somebody_who_left_before_has_no_place_for_it_any_more(company: None) -> None:
    people.end_assignment(
        Member.objects.get(name="Ana"), from_day=date(2025, 3, 1), moment=AFTER, actor=cast.ACTOR
    )
    deliver()

    assert told(why("Ana")) == [("a", Decimal("-70.5"), ["left"])]
    assert told(why(UNASSIGNED)) == [("a", Decimal("70.5"), ["left"])]


def test_a_changed_rule_says_so(company: None) -> None:
    metrics.change_rule(
        "sold", definition={**SOLD, "where": {"all": [
            {"field": "amount", "operator": "greater", "value": 25}]}},
        from_day=ALWAYS, moment=AFTER, actor=cast.ACTOR,
    )  # fmt: skip
    deliver(cast.deal("a", owner="ana", amount="80"))

    assert told(why(TOTAL)) == [
        ("w", Decimal(-20), ["rule"]), ("a", Decimal("9.5"), ["corrected", "rule"]),
        ("g", Decimal(-5), ["rule"]),
    ]  # fmt: skip


def test_a_ratio_is_told_by_the_records_of_both_of_its_sides(company: None) -> None:
    count = {"aggregation": "count", "kinds": ["deal"], "date": "closed"}
    cast.metric("won", {**count, "where": SOLD["where"]})
    cast.metric("closed", count)
    cast.metric("rate", {"aggregation": "ratio", "numerator": "won", "denominator": "closed"})
    cast.deliver(moment=BEFORE)
    deliver(cast.deal("l", owner="ana", amount="1", texts={"status": "lost"}))

    found = changed(
        Asked("rate", "2025-03"), holder=people_queries.member("Ana").public_id, since=BEFORE,
        now=NOW, viewer=everything(),
    )  # fmt: skip

    assert (found.before, found.after) == (Decimal(1), Decimal("0.5"))
    assert found.change is None
    assert [(e.metric.key, e.line.change) for e in found.lines] == [("closed", Decimal(1))]


def test_entries_are_told_apart_from_records_of_the_crm(company: None) -> None:
    ana = people_queries.member("Ana")
    made = entries.enter(
        EntryAsked("sold", ana, date(2025, 3, 5), Decimal(12), "Forgotten"), by=ana,
        must_wait=False, today=date(2025, 3, 11), moment=AFTER,
    )  # fmt: skip
    assert told(why()) == [(made.public_id, Decimal(12), ["entered"])]

    entries.withdraw(made.public_id, by=ana, moment=AFTER + timedelta(hours=1))

    assert told(why()) == []


def _boards(asked: Asked, moment: datetime) -> tuple[dict[str, Decimal | None], Any, Any]:
    board = queries.board(replace(asked, as_of=moment), now=moment)
    return {row.public_id: row.value for row in board.rows}, board.company, board.unassigned


def _compare(first: datetime, last: datetime, by: str, metric: str) -> None:
    """Every number of a board at two moments is told apart exactly by its lines."""
    scopes = ["", next(iter(people_queries.teams().values())).public_id]
    for scope_team in scopes[: 1 + (by == "member")]:
        asked = Asked(metric, "2025-03", by=by, team=scope_team, as_of=last)
        before, after = _boards(asked, first), _boards(asked, last)
        for shown, total, nobodys in (before, after):
            assert total == sum(value or 0 for value in shown.values()) + (nobodys or 0)
        wanted: dict[str, tuple[Any, Any]] = {
            key: (before[0].get(key), after[0].get(key)) for key in {*before[0], *after[0]}
        }
        wanted[TOTAL] = (before[1], after[1])
        if before[2] is not None:
            wanted[UNASSIGNED] = (before[2], after[2])
        for holder, (was, has) in wanted.items():
            found = _every_line(asked, holder, first, last)
            assert (found[0].before or 0, found[0].after or 0) == (was or 0, has or 0)
            assert found[0].change == (has or 0) - (was or 0)
            assert sum(each.line.change for page in found for each in page.lines) == found[0].change
            assert all(each.line.causes for page in found for each in page.lines)


def _every_line(asked: Asked, holder: str, first: datetime, last: datetime) -> list[Changed]:
    pages: list[Changed] = []
    while not pages or pages[-1].page < pages[-1].page_count:
        pages.append(
            changed(
                asked, holder=holder, since=first, now=last, viewer=everything(),
                page=len(pages) + 1,
            )
        )  # fmt: skip
    return pages


@settings(
    max_examples=4,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(
    zone=st.sampled_from(rows.ZONES),
    plans=rows.first_plans,
    first=rows.first_arrivals,
    lived=st.lists(deeds, min_size=12, max_size=18),
    random=st.randoms(use_true_random=False),
)
def test_the_lines_are_exactly_the_difference_whatever_happened(
    db: None, zone: str, plans: Any, first: Any, lived: Any, random: Random
) -> None:
    with suppress(BrokenOffError), database.transaction():
        with tenancy.enter(cast.organization("life", zone=zone)):
            life = Life((zone,) * len(MEMBERS), plans)
            start = life.clock
            for each in (("deliver", ("crm", first)), *lived):
                life.perform(deed_of(life, *each))
            life.perform(life.absorb())
            hours = int((life.clock - start) / timedelta(hours=1))
            for by in BY:
                earlier, later = sorted(random.sample(range(hours + 2), 2))
                moments = (start + timedelta(hours=earlier), start + timedelta(hours=later))
                _compare(*moments, by, random.choice(METRICS))
        break_off()
