"""Values entered by hand: where they count, who decides, and that they can be taken back."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from juara.audit.models import AuditEntry
from juara.core.calendar import ALWAYS, Period
from juara.core.errors import ConflictError, DomainError
from juara.ledger import entries, entry_queries, metric_changes, settings
from juara.ledger import queries as ledger
from juara.ledger.entries import EntryAsked
from juara.ledger.verify import verify
from juara.metrics import calc
from juara.metrics import operations as metrics
from juara.metrics import queries as metric_queries
from juara.people import queries as people
from juara.people.models import Member
from juara.people.types import MemberFacts
from juara.tenancy import knowledge
from juara.tenancy.models import Organization
from tests import cast

MARCH = Period("2025-03", date(2025, 3, 1), date(2025, 4, 1))
LATER = cast.at("2025-03-11T09:00")


@pytest.fixture
def ana(inside: Organization) -> Member:
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    return cast.member("Ana", "North", email="ana@example.com")


def facts(member: Member) -> MemberFacts:
    return people.member(member.public_id)


def enter(
    member: Member, *, metric: str = "calls", quantity: str = "3", day: date = date(2025, 3, 4),
    reason: str = "Field day without a phone system", must_wait: bool = False,
    moment: datetime = cast.NOW,
) -> entry_queries.EntryFacts:  # fmt: skip
    return entries.enter(
        EntryAsked(metric, facts(member), day, Decimal(quantity), reason),
        by=facts(member), must_wait=must_wait, today=cast.TODAY, moment=moment,
    )  # fmt: skip


def value(metric: str, member: Member, *, batch: int = ledger.LATEST) -> tuple[int, Decimal]:
    """Return the shares and the total of somebody's March."""
    found = [
        each.sums
        for each in ledger.member_sums(
            [metric_queries.metric(metric).id], from_day=MARCH.from_day,
            until_day=MARCH.until_day, batch=batch,
        )
        if each.member_id == member.id
    ]  # fmt: skip
    return (found[0].shares, found[0].total) if found else (0, Decimal(0))


def test_an_entry_of_a_count_counts_so_many_at_once(ana: Member) -> None:
    cast.deliver(cast.call("1", owner="ana", when=date(2025, 3, 3)))
    enter(ana, quantity="3")
    assert value("calls", ana) == (40_000, Decimal(4))
    assert verify().is_sound


def test_an_entry_of_a_sum_adds_its_amount(ana: Member) -> None:
    cast.deliver(cast.deal("1", owner="ana", amount="100"))
    enter(ana, metric="revenue_won", quantity="50.25")
    assert value("revenue_won", ana) == (20_000, Decimal("150.25"))
    assert verify().is_sound


def test_an_entry_counts_for_its_own_metric_alone(ana: Member) -> None:
    enter(ana, metric="revenue_won", quantity="50")
    assert value("deals_won", ana) == (0, Decimal(0))
    assert value("average_deal_size", ana) == (0, Decimal(0))


def test_entries_of_a_sum_that_no_count_can_hold_do_not_count_once_it_is_one(ana: Member) -> None:
    for quantity in ("50.25", "1000000", "4"):
        enter(ana, metric="revenue_won", quantity=quantity)
    rule = calc.written(metric_queries.metric("deals_won").definition)
    metric_changes.save(
        "revenue_won", presentation=metrics.Presentation(name="Won"), definition=rule,
        from_day=ALWAYS, moment=LATER, actor=cast.ACTOR,
    )  # fmt: skip
    assert value("revenue_won", ana)[0] == 40_000
    assert verify().is_sound


def test_money_entered_in_another_currency_is_not_counted_in_the_new_one(ana: Member) -> None:
    enter(ana, metric="revenue_won", quantity="50")
    enter(ana, quantity="3")
    settings.restate(zone="UTC", currency="IDR", moment=LATER, actor=cast.ACTOR)
    assert value("revenue_won", ana) == (0, Decimal(0))
    assert value("calls", ana) == (30_000, Decimal(3))
    assert verify().is_sound


def test_a_negative_entry_takes_away(ana: Member) -> None:
    cast.deliver(
        cast.call("1", owner="ana", when=date(2025, 3, 3)),
        cast.call("2", owner="ana", when=date(2025, 3, 3)),
    )
    enter(ana, quantity="-1", reason="Call 2 is the voicemail test")
    assert value("calls", ana) == (10_000, Decimal(1))
    assert verify().is_sound


def test_the_record_behind_it_carries_the_reason(ana: Member) -> None:
    made = enter(ana)
    (credit,) = ledger.credits_behind(
        [metric_queries.metric("calls").id], member_id=ana.id, period=MARCH
    )
    assert (credit.kind, credit.source_key, credit.external_id, credit.name, credit.value) == (
        "entry", "manual", made.public_id, "Field day without a phone system", Decimal(3),
    )  # fmt: skip


def test_withdrawn_it_no_longer_counts_but_did_then(ana: Member) -> None:
    made = enter(ana)
    then = knowledge.last_number()
    entries.withdraw(made.public_id, by=facts(ana), moment=LATER)
    assert value("calls", ana) == (0, Decimal(0))
    assert value("calls", ana, batch=then) == (30_000, Decimal(3))
    assert entry_queries.entry(made.public_id).state == "withdrawn"
    assert verify().is_sound


def test_withdrawing_twice_is_refused(ana: Member) -> None:
    made = enter(ana)
    entries.withdraw(made.public_id, by=facts(ana), moment=LATER)
    with pytest.raises(ConflictError, match="does not count any more"):
        entries.withdraw(made.public_id, by=facts(ana), moment=LATER)


def test_what_must_wait_counts_only_once_approved(ana: Member) -> None:
    boss = cast.member("Mira", "North", role="manager", email="mira@example.com")
    made = enter(ana, must_wait=True)
    assert value("calls", ana) == (0, Decimal(0))
    entries.approve(made.public_id, by=facts(boss), moment=LATER)
    assert value("calls", ana) == (30_000, Decimal(3))
    decided = entry_queries.entry(made.public_id)
    assert (decided.state, decided.decided_by, decided.decided_at) == ("counted", "Mira", LATER)


def test_what_can_no_longer_count_is_not_approved(ana: Member) -> None:
    made = enter(ana, metric="emails", must_wait=True)
    metrics.archive("emails", moment=LATER, actor=cast.ACTOR)
    with pytest.raises(ConflictError, match="takes no entries any more"):
        entries.approve(made.public_id, by=facts(ana), moment=LATER)
    assert entry_queries.entry(made.public_id).state == "waiting"


def test_refused_it_never_counts_and_says_why(ana: Member) -> None:
    made = enter(ana, must_wait=True)
    entries.refuse(made.public_id, note="Already in the CRM", by=facts(ana), moment=LATER)
    assert value("calls", ana) == (0, Decimal(0))
    assert entry_queries.entry(made.public_id).note == "Already in the CRM"
    with pytest.raises(ConflictError, match="decided about this entry already"):
        entries.approve(made.public_id, by=facts(ana), moment=LATER)
    assert value("calls", ana) == (0, Decimal(0))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"metric": "win_rate"}, "Only counts and sums"),
        ({"metric": "average_deal_size"}, "Only counts and sums"),
        ({"quantity": "0"}, "other than 0"),
        ({"quantity": "1.5"}, "whole number"),
        ({"quantity": "100001"}, "more than one entry can hold"),
        ({"quantity": "NaN"}, "other than 0"),
        ({"day": date(2025, 3, 11)}, "still to come"),
        ({"reason": "  "}, "Say why"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_kept(
    ana: Member, changes: dict[str, object], sentence: str
) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(DomainError, match=sentence):
        enter(ana, **changes)  # type: ignore[arg-type]
    assert entry_queries.entries(of=None, limit=10).count == 0
    assert AuditEntry.objects.count() == before


def test_nobody_gets_an_entry_on_a_day_they_belonged_nowhere(ana: Member) -> None:
    late = cast.member("Lia", "North", from_day=date(2025, 3, 6))
    with pytest.raises(DomainError, match="Lia belonged to no team on that day"):
        enter(late, day=date(2025, 3, 5))


def test_those_that_wait_stand_first_then_the_newest(ana: Member) -> None:
    first = enter(ana, moment=cast.at("2025-03-10T09:00"))
    waiting = enter(ana, must_wait=True, moment=cast.at("2025-03-10T09:01"))
    last = enter(ana, moment=cast.at("2025-03-10T09:02"))
    page = entry_queries.entries(of={ana.id}, limit=10)
    assert [each.public_id for each in page.entries] == [
        waiting.public_id, last.public_id, first.public_id,
    ]  # fmt: skip
    assert (page.count, page.waiting) == (3, 1)
    assert entry_queries.entries(of=set(), limit=10).entries == ()
