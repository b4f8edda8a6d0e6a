"""Setting, changing, ending, moving and copying targets."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError

from juara.audit.models import AuditEntry
from juara.core import db
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import ConflictError, DomainError, NotFoundError
from juara.events import queries as events
from juara.goals import operations, profile_targets, queries
from juara.goals.defaults import DEFAULTS, FIRST_PROFILES, SAMPLE, Defaults
from juara.goals.models import Goal, GoalTarget
from juara.goals.types import MOST_PRIMARY
from juara.metrics import operations as metrics
from juara.metrics import queries as metric_queries
from juara.metrics.catalogue import CATALOGUE
from juara.people import queries as people
from juara.tenancy import knowledge, scope
from juara.tenancy.models import Organization
from tests import cast
from tests.goals import cast as goals

APRIL = date(2025, 4, 1)
LATER = cast.at("2025-03-12T09:00")


@pytest.fixture(autouse=True)
def office(inside: Organization) -> None:
    cast.team("North")
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)


def held(day: date, *, batch: int = queries.LATEST) -> list[tuple[str, str, Decimal | None]]:
    """Return (grain, metric, target) of the lines on a day."""
    names = {each.id: each.key for each in metric_queries.metrics()}
    return [
        (each.grain, names[each.metric_id], each.target)
        for each in queries.goals(day, day + timedelta(days=1), batch=batch)
    ]


def change(line: str, amount: str, from_day: date, *, is_primary: bool = True) -> bool:
    return operations.change_target(
        line, target=Decimal(amount), is_primary=is_primary, from_day=from_day, moment=LATER,
        actor=cast.ACTOR,
    )  # fmt: skip


def test_a_target_holds_from_its_day_on() -> None:
    goals.target("calls", "day", "40", from_day=APRIL)

    assert held(date(2025, 3, 31)) == []
    assert held(APRIL) == [("day", "calls", Decimal(40))]
    assert held(date(2999, 1, 1)) == [("day", "calls", Decimal(40))]


def test_a_change_leaves_the_days_before_as_they_were() -> None:
    line = goals.target("calls", "day", "40")
    assert change(line, "50", APRIL)

    assert held(date(2025, 3, 31)) == [("day", "calls", Decimal(40))]
    assert held(APRIL) == [("day", "calls", Decimal(50))]


def test_the_same_target_again_changes_nothing() -> None:
    line = goals.target("calls", "day", "40")
    before, version = knowledge.last_number(), events.topic_version(queries.TOPIC)

    assert not change(line, "40", APRIL)
    assert (knowledge.last_number(), events.topic_version(queries.TOPIC)) == (before, version)


def test_an_earlier_batch_knows_the_target_of_then() -> None:
    line = goals.target("calls", "day", "40")
    then = knowledge.last_number()
    change(line, "50", ALWAYS)

    assert held(cast.TODAY) == [("day", "calls", Decimal(50))]
    assert held(cast.TODAY, batch=then) == [("day", "calls", Decimal(40))]
    assert held(cast.TODAY, batch=0) == []
    # Superseded, not edited.
    assert GoalTarget.objects.count() == 2


def test_an_ended_target_keeps_its_days() -> None:
    line = goals.target("calls", "day", "40")
    assert operations.end_target(line, from_day=APRIL, moment=LATER, actor=cast.ACTOR)

    assert held(date(2025, 3, 31)) == [("day", "calls", Decimal(40))]
    assert held(APRIL) == []
    assert not operations.end_target(line, from_day=APRIL, moment=LATER, actor=cast.ACTOR)


def test_the_plan_tells_the_next_change_and_the_end() -> None:
    line = goals.target("calls", "day", "40")
    change(line, "50", APRIL)
    (planned,) = queries.planned(cast.TODAY)
    assert (planned.target, planned.next_day, planned.next_target) == (
        Decimal(40),
        APRIL,
        Decimal(50),
    )

    operations.end_target(line, from_day=APRIL, moment=LATER, actor=cast.ACTOR)
    (planned,) = queries.planned(cast.TODAY)
    assert (planned.target, planned.next_day, planned.next_target) == (Decimal(40), APRIL, None)
    assert queries.planned(APRIL) == ()


def test_a_metric_may_have_a_target_for_every_length_of_time() -> None:
    goals.target("calls", "day", "40")
    goals.target("calls", "week", "180")

    assert held(cast.TODAY) == [("day", "calls", Decimal(40)), ("week", "calls", Decimal(180))]


def test_setting_it_again_changes_the_one_line() -> None:
    first = goals.target("calls", "day", "40")
    again = goals.target("calls", "day", "60", from_day=APRIL)

    assert first == again
    assert Goal.objects.count() == 1
    assert held(APRIL) == [("day", "calls", Decimal(60))]


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "100000000000000"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(DomainError, match="from 0 up"):
        goals.target("calls", "day", amount)
    assert Goal.objects.count() == GoalTarget.objects.count() == 0


def test_an_unknown_length_metric_or_profile_is_refused() -> None:
    with pytest.raises(DomainError, match="for how long"):
        goals.target("calls", "hour", "4")
    with pytest.raises(NotFoundError, match="no metric"):
        goals.target("none", "day", "4")
    with pytest.raises(NotFoundError, match="no such job profile"):
        operations.set_target(
            profile="nobody", metric="calls", grain="day", target=Decimal(4), from_day=ALWAYS,
            moment=cast.NOW, actor=cast.ACTOR,
        )  # fmt: skip
    assert Goal.objects.count() == 0


def test_a_sixth_primary_line_is_refused_whole() -> None:
    for metric in ("calls", "emails", "demos", "meetings_held", "deals_won"):
        goals.target(metric, "day", "4")
    secondary = goals.target("deals_closed", "day", "4", is_primary=False)

    with pytest.raises(ConflictError, match="Five primary"):
        goals.target("connected_calls", "day", "4")
    with pytest.raises(ConflictError, match="Five primary"):
        change(secondary, "5", cast.TODAY)

    assert Goal.objects.count() == 6
    assert Goal.objects.filter(is_primary=True).count() == 5
    assert ("day", "deals_closed", Decimal(4)) in held(cast.TODAY)


def test_an_ended_line_makes_room_for_another() -> None:
    lines = [
        goals.target(metric, "day", "4")
        for metric in ("calls", "emails", "demos", "meetings_held", "deals_won")
    ]
    operations.end_target(lines[0], from_day=cast.TODAY, moment=LATER, actor=cast.ACTOR)

    assert goals.target("connected_calls", "day", "4", from_day=cast.TODAY)


def test_a_line_changes_places_with_its_neighbour() -> None:
    goals.target("calls", "day", "4")
    goals.target("emails", "day", "4")
    last = goals.target("demos", "day", "4")

    def moved(*, is_up: bool) -> bool:
        return profile_targets.move_line(
            last, is_up=is_up, day=cast.TODAY, moment=LATER, actor=cast.ACTOR
        )

    assert moved(is_up=True)
    assert [metric for _grain, metric, _target in held(cast.TODAY)] == ["calls", "demos", "emails"]
    assert moved(is_up=True)
    assert not moved(is_up=True)
    assert [metric for _grain, metric, _target in held(cast.TODAY)] == ["demos", "calls", "emails"]


def test_copying_adds_what_is_not_there_yet() -> None:
    goals.target("calls", "day", "40")
    goals.target("emails", "day", "30", is_primary=False)
    goals.target("calls", "day", "12", profile="AE")

    added = profile_targets.copy_targets(
        from_profile=goals.profile("SDR"), to_profile=goals.profile("AE"), from_day=cast.TODAY,
        moment=LATER, actor=cast.ACTOR,
    )  # fmt: skip

    ae = next(each.id for each in people.profiles().values() if each.name == "AE")
    mine = [each for each in queries.planned(cast.TODAY) if each.first.profile_id == ae]
    assert added == 1
    assert [(each.target, each.first.is_primary) for each in mine] == [
        (Decimal(12), True),
        (Decimal(30), False),
    ]


def test_copying_to_itself_is_refused() -> None:
    same = goals.profile()
    with pytest.raises(DomainError, match="two different"):
        profile_targets.copy_targets(
            from_profile=same, to_profile=same, from_day=cast.TODAY, moment=LATER, actor="x"
        )


@pytest.mark.parametrize("lines", [DEFAULTS, SAMPLE])
def test_ready_targets_are_of_ready_metrics_and_fit_at_a_glance(lines: Defaults) -> None:
    keys = {each["key"] for each in CATALOGUE}
    for mine in lines.values():
        assert {each.metric for each in mine} <= keys
        assert len({(each.metric, each.grain) for each in mine}) == len(mine)
        assert sum(each.is_primary for each in mine) <= MOST_PRIMARY


def test_ready_targets_make_profiles_and_leave_what_is_there() -> None:
    goals.target("calls", "day", "99", profile="sdr")
    added = profile_targets.install_defaults(FIRST_PROFILES, moment=LATER, actor=cast.ACTOR)
    again = profile_targets.install_defaults(FIRST_PROFILES, moment=LATER, actor=cast.ACTOR)

    expected = len(DEFAULTS["sdr"]) - 1 + len(DEFAULTS["account executive"])
    assert (added, again) == (expected, 0)
    assert {each.name for each in people.profiles().values()} == {"sdr", "Account executive"}
    assert ("day", "calls", Decimal(99)) in held(cast.TODAY)


def test_every_change_is_audited_and_told_to_open_pages() -> None:
    line = goals.target("calls", "day", "40")
    change(line, "50", APRIL)
    operations.end_target(line, from_day=date(2025, 5, 1), moment=LATER, actor=cast.ACTOR)

    actions = AuditEntry.objects.filter(action__startswith="target.").order_by("id")
    assert [each.action for each in actions] == ["target.set", "target.changed", "target.ended"]
    assert actions[0].data == {"grain": "day", "target": "40", "from_day": "1900-01-01"}
    assert events.topic_version(queries.TOPIC) == 3


def test_the_database_refuses_two_targets_of_a_line_on_one_day() -> None:
    goals.target("calls", "day", "40")
    line = Goal.objects.get()
    with pytest.raises(IntegrityError, match="one_at_a_time"), db.transaction():
        GoalTarget(
            goal=line, value=Decimal(50), valid_from=APRIL, valid_until=FOREVER, known_from=99
        ).save()


def test_another_organization_sees_and_changes_nothing() -> None:
    line = goals.target("calls", "day", "40")
    with scope.enter(cast.organization("globex")):
        assert queries.goals(ALWAYS, FOREVER) == ()
        with pytest.raises(NotFoundError):
            operations.end_target(line, from_day=ALWAYS, moment=LATER, actor=cast.ACTOR)
    assert held(cast.TODAY) == [("day", "calls", Decimal(40))]
