"""Setting, changing, copying and removing scorecards."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries

from juara.audit.models import AuditEntry
from juara.core import db
from juara.core.errors import DomainError, NotFoundError
from juara.events import queries as events
from juara.goals import queries as goals
from juara.metrics import operations as metrics
from juara.metrics import queries as metric_queries
from juara.people import queries as people
from juara.scorecards import operations, queries
from juara.scorecards.models import ScorecardRule
from juara.scorecards.queries import COMPANY, Owner
from juara.scorecards.types import Definition, Mode
from juara.tenancy import knowledge
from juara.tenancy.models import Organization
from tests import cast
from tests.scorecards import cast as scorecards

MARCH = date(2025, 3, 31)
APRIL = date(2025, 4, 1)
MAY = date(2025, 5, 1)
LATER = cast.at("2025-03-12T09:00")


@pytest.fixture(autouse=True)
def office(inside: Organization) -> None:
    cast.team("North")
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)


def owner_of(profile: str = "SDR") -> Owner:
    return queries.owner(profile=scorecards.profile_id(profile))


def said(found: Definition | None) -> list[str] | None:
    """Return the lines of a definition as the cast writes them."""
    if found is None:
        return None
    keys = {each.public_id: each.key for each in metric_queries.metrics()}
    return [f"{keys[each.metric]} {each.grain} {each.weight}" for each in found.lines]


def held(day: date, *, batch: int = queries.LATEST, profile: str = "SDR") -> list[str] | None:
    found = queries.rules_on(day, batch=batch)
    return said(found.of_profile(owner_of(profile).profile_id))


def test_a_scorecard_changed_from_a_day_on_leaves_the_past_as_it_was() -> None:
    assert scorecards.scorecard("calls day 100")
    then = knowledge.last_number()
    assert scorecards.scorecard("calls day 20", "deals_won month 80", from_day=APRIL, moment=LATER)

    assert held(MARCH) == ["calls day 100"]
    assert held(APRIL) == ["calls day 20", "deals_won month 80"]
    assert held(APRIL, batch=then) == ["calls day 100"]
    assert [(each.from_day, each.until_day) for each in queries.versions(owner_of())] == [
        (date(1900, 1, 1), APRIL), (APRIL, date(9999, 12, 31)),
    ]  # fmt: skip


def test_a_scorecard_can_be_another_one_for_some_days() -> None:
    scorecards.scorecard("calls day 100")
    scorecards.scorecard("emails day 100", from_day=APRIL, until_day=MAY)

    assert [held(day) for day in (MARCH, APRIL, MAY)] == [
        ["calls day 100"], ["emails day 100"], ["calls day 100"],
    ]  # fmt: skip


def test_the_same_scorecard_again_changes_nothing() -> None:
    scorecards.scorecard("calls day 20", "deals_won month 80")
    before = knowledge.last_number(), events.topic_version(goals.TOPIC)

    assert not scorecards.scorecard("calls day 20.0", "deals_won month 80", from_day=APRIL)
    assert (knowledge.last_number(), events.topic_version(goals.TOPIC)) == before
    assert AuditEntry.objects.filter(action__startswith="scorecard.").count() == 1


def test_profiles_teams_and_the_company_have_their_own(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    scorecards.scorecard("calls day 100")
    scorecards.scorecard("deals_won month 100", team="North")
    scorecards.scorecard("revenue_won quarter 100", profile="")
    north = people.team("North")

    with django_assert_num_queries(1):
        found = queries.rules_on(APRIL)

    assert said(found.of_profile(owner_of().profile_id)) == ["calls day 100"]
    assert said(found.of_team(north.id)) == ["deals_won month 100"]
    assert said(found.of_team(None)) == ["revenue_won quarter 100"]
    assert found.of_profile(None) is None
    # The company's own team is the company.
    assert queries.owner(team=people.root_team().public_id) == COMPANY


def test_setting_is_audited_and_moves_the_topic_of_targets() -> None:
    before = events.topic_version(goals.TOPIC)
    scorecards.scorecard("calls day 100", from_day=APRIL)

    entry = AuditEntry.objects.get(action="scorecard.set")
    assert (entry.subject, entry.data) == (
        "SDR",
        {"mode": "weighted", "lines": 1, "from_day": "2025-04-01", "until_day": "9999-12-31"},
    )
    assert events.topic_version(goals.TOPIC) > before


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (("calls day 20", "deals_won month 70"), "scorecard.weights"),
        (("calls day 120", "deals_won month -20"), "scorecard.weight"),
        (("calls day 50", "calls day 50"), "scorecard.same_line"),
        (("tea day 100",), "metric.unknown"),
    ],
)
def test_what_cannot_be_a_scorecard_is_refused_and_nothing_changes(
    refused: tuple[str, ...], code: str
) -> None:
    scorecards.scorecard("calls day 100")
    before = knowledge.last_number()

    with pytest.raises(DomainError) as refusal:
        scorecards.scorecard(*refused)

    assert refusal.value.code == code
    assert (held(APRIL), knowledge.last_number()) == (["calls day 100"], before)


def test_a_metric_by_key_and_by_id_is_the_same_line() -> None:
    calls = metric_queries.metric("calls").public_id

    with pytest.raises(DomainError, match="stands twice"):
        scorecards.scorecard("calls day 50", f"{calls} day 50")


def test_rank_points_are_for_job_profiles() -> None:
    with pytest.raises(DomainError, match="not teams"):
        scorecards.scorecard("calls day 100", team="North", mode=Mode.RANK_POINTS)

    scorecards.scorecard("calls day 100", mode=Mode.RANK_POINTS)
    found = queries.rules_on(APRIL).of_profile(owner_of().profile_id)
    assert found is not None
    assert (found.mode, found.cap) == (Mode.RANK_POINTS, None)


def test_an_unknown_owner_is_not_found() -> None:
    for profile, team in (("0" * 12, ""), ("", "0" * 12)):
        with pytest.raises(NotFoundError):
            operations.set_scorecard(
                scorecards.definition("calls day 100"), profile=profile, team=team, from_day=APRIL,
                moment=cast.NOW, actor=cast.ACTOR,
            )  # fmt: skip
    assert not ScorecardRule.objects.exists()


def test_no_days_are_refused() -> None:
    with pytest.raises(DomainError, match="at least one"):
        scorecards.scorecard("calls day 100", from_day=APRIL, until_day=APRIL)


def test_another_profile_takes_over_what_holds_on_the_day() -> None:
    scorecards.scorecard("calls day 100", until_day=APRIL)
    scorecards.scorecard("calls day 40", "emails day 60", from_day=APRIL)

    def copy(from_profile: str, to_profile: str) -> bool:
        return operations.copy_scorecard(
            from_profile=scorecards.profile_id(from_profile),
            to_profile=scorecards.profile_id(to_profile), from_day=APRIL, moment=LATER,
            actor=cast.ACTOR,
        )  # fmt: skip

    assert copy("SDR", "AE")
    assert not copy("SDR", "AE")
    assert [held(day, profile="AE") for day in (MARCH, APRIL)] == [
        None, ["calls day 40", "emails day 60"],
    ]  # fmt: skip
    with pytest.raises(DomainError, match="two different"):
        copy("SDR", "SDR")
    with pytest.raises(DomainError, match="no scorecard of its own"):
        copy("CSM", "AE")


def test_a_removed_scorecard_holds_until_the_day_it_was_removed_from() -> None:
    scorecards.scorecard("calls day 100")

    def remove() -> bool:
        return operations.remove_scorecard(
            profile=scorecards.profile_id(), from_day=APRIL, moment=LATER, actor=cast.ACTOR
        )

    assert remove()
    assert not remove()
    assert (held(MARCH), held(APRIL)) == (["calls day 100"], None)
    assert AuditEntry.objects.get(action="scorecard.removed").subject == "SDR"


def test_the_database_refuses_two_scorecards_of_one_owner_on_a_day() -> None:
    kept = {"definition": {}, "known_from": 1}
    profile_id = owner_of().profile_id
    ScorecardRule.objects.create(**kept)
    ScorecardRule.objects.create(**kept, profile_id=profile_id)

    for owner in ({}, {"profile_id": profile_id}):
        with pytest.raises(IntegrityError, match="one_at_a_time"), db.transaction():
            ScorecardRule.objects.create(**kept, **owner)


def test_a_weight_is_kept_as_it_was_written() -> None:
    third = replace(scorecards.lines("calls day 33.3333")[0])
    scorecards.scorecard(third, "emails day 66.6667")

    found = queries.rules_on(APRIL).of_profile(owner_of().profile_id)
    assert found is not None
    assert [each.weight for each in found.lines] == [Decimal("33.3333"), Decimal("66.6667")]
