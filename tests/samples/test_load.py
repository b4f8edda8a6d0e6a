"""A sample company: asked for, filled by a worker, gone without trace."""

import pytest
from django.db.models import Count

from juara.accounts import removal
from juara.accounts.models import Seat, User
from juara.core import clock, db
from juara.goals import queries as goals
from juara.goals.types import Owner
from juara.ledger import verify
from juara.people import queries as people
from juara.people.models import Assignment, Member
from juara.people.types import MemberFacts
from juara.samples import load, operations, queries
from juara.samples.models import SampleLoad
from juara.scorecards import queries as scorecards
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast
from tests.jobs.running import run_waiting
from tests.web import office


def rina(slug: str = "acme") -> MemberFacts:
    """Return the administrator of a small organization."""
    organization = cast.organization(slug)
    with scope.enter(organization):
        member = cast.member("Rina", role="admin", email="rina@example.com")
        office.seated(member, slug)
        found = people.member_of_user(Member.objects.get(id=member.id).user_id or 0)
    assert found is not None
    return found


@pytest.fixture
def asked(committed: None) -> Organization:
    """Ask for a sample company of one month."""
    slug = operations.ask_for_sample(rina(), moment=clock.now(), months=1)
    return Organization.objects.get(slug=slug)


def test_it_stands_beside_the_real_one_and_the_asker_administers_it(asked: Organization) -> None:
    assert (asked.slug, asked.is_sample) == ("sample", True)
    seats = Seat.objects.filter(user=User.objects.get())
    assert set(seats.values_list("organization__slug", flat=True)) == {"acme", "sample"}
    with scope.enter(asked):
        assert list(Member.objects.values_list("name", "role")) == [("Rina", "admin")]
        progress = queries.progress()
    assert progress is not None
    assert (progress.rows, progress.is_finished) == (0, False)


def test_who_has_one_is_given_the_same_again(asked: Organization) -> None:
    with scope.enter(Organization.objects.get(slug="acme")):
        member = people.member_of_user(User.objects.get().id)
    assert member is not None

    assert operations.ask_for_sample(member, moment=clock.now(), months=1) == "sample"
    assert Organization.objects.count() == 2


def test_the_address_of_another_is_not_taken(committed: None) -> None:
    cast.organization("sample")
    cast.organization("sample-2")

    assert operations.ask_for_sample(rina(), moment=clock.now(), months=1) == "sample-3"


def test_a_worker_fills_it_with_people_targets_and_sound_numbers(asked: Organization) -> None:
    run_waiting()

    with scope.enter(asked):
        progress = queries.progress()
        assert progress is not None
        assert progress.is_finished
        assert progress.rows == progress.expected > 5_000
        assert verify.verify().is_sound
        by_profile = dict(
            Assignment.objects.exclude(profile=None)
            .values_list("profile__name")
            .annotate(Count("member", distinct=True))
        )
        assert set(by_profile) == {"SDR", "Account executive", "Sales manager"}
        assert by_profile["Sales manager"] == 8
        aimed = {each.profile_id for each in goals.goals(cast.TODAY, cast.TODAY.max)}
        names = {facts.name for key, facts in people.profiles().items() if key in aimed}
        assert names == {"SDR", "Account executive"}
        owners = {each.owner for each in goals.goals(cast.TODAY, cast.TODAY.max)}
        assert owners == set(Owner)
        held = scorecards.rules_on(clock.now().date()).by_owner
        assert len(held) == 3
        assert scorecards.COMPANY in held


class PowerCutError(Exception):
    """What ends a load in the middle."""


def test_a_load_that_was_interrupted_goes_on_where_it_stopped(asked: Organization) -> None:
    left = iter(range(12))

    def cut() -> None:
        if next(left, None) is None:
            raise PowerCutError

    with pytest.raises(PowerCutError):
        load.go_on(asked, clock=clock.now, heed_stop=cut)
    with scope.enter(asked):
        halted = SampleLoad.objects.get()
        batches = db.one("SELECT count(*) FROM batch")[0]
    load.go_on(asked, clock=clock.now, heed_stop=lambda: None)

    assert halted.batch_count == 12
    assert halted.finished_at is None
    with scope.enter(asked):
        ended = SampleLoad.objects.get()
        assert ended.finished_at is not None
        # One knowledge batch each: nothing was told twice, nothing left out.
        told = db.one("SELECT count(*) FROM batch")[0] - batches
        assert told == ended.batch_count - halted.batch_count
        assert verify.verify().is_sound


def test_it_goes_without_trace_even_while_it_fills(asked: Organization) -> None:
    with scope.enter(asked):
        removal.ask(asked, typed=asked.name, moment=clock.now(), actor=cast.ACTOR)

    run_waiting()

    assert list(Organization.objects.values_list("slug", flat=True)) == ["acme"]
    assert list(User.objects.values_list("email", flat=True)) == ["rina@acme.example"]
    assert queries.sample_of(User.objects.get().id) == ""
