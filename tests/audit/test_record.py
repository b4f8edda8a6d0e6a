"""The audit trail: kept as it was written, with the change it tells of, or not at all."""

from datetime import UTC, datetime

import pytest

from juara.audit import operations
from juara.audit.models import AuditEntry
from juara.core.errors import NotFoundError
from juara.people import operations as people
from juara.screens import operations as screens
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast


def trail() -> list[tuple[str, str, str]]:
    found = AuditEntry.objects.order_by("id").values_list("actor", "action", "subject")
    return [(actor, action, subject) for actor, action, subject in found]


def test_an_entry_says_who_did_what_to_whom_and_when(inside: Organization) -> None:
    moment = datetime(2025, 3, 10, 9, 0, tzinfo=UTC)
    operations.record(
        actor="adi@example.com", action="member.role", subject="Ana", at=moment, role="manager"
    )

    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.subject, entry.at, entry.data) == (
        "adi@example.com", "member.role", "Ana", moment, {"role": "manager"},
    )  # fmt: skip
    assert entry.organization_id == inside.id


def test_words_too_long_are_cut_rather_than_lost(inside: Organization) -> None:
    operations.record(actor="a" * 300, action="x.y", subject="s" * 300, at=cast.NOW)

    entry = AuditEntry.objects.get()
    assert (len(entry.actor), len(entry.subject)) == (254, 254)


def test_what_did_not_happen_leaves_no_entry(organization: Organization) -> None:
    def fail() -> None:
        with scope.enter(organization):
            operations.record(actor=cast.ACTOR, action="x.y", at=cast.NOW)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with scope.enter(organization):
        assert trail() == []


def test_hiring_seating_promoting_moving_and_matching_leave_their_entries(
    inside: Organization,
) -> None:
    from juara.accounts.models import User

    ana = cast.member("Ana", "North", email="ana@example.com")
    user = User(email="ana@acme.example", created_at=cast.NOW)
    user.save(force_insert=True)
    people.give_seat(ana, user, moment=cast.NOW, actor="adi")
    people.set_role(ana, "manager", moment=cast.NOW, actor="adi")
    people.set_role(ana, "manager", moment=cast.NOW, actor="adi")  # nothing changes: no entry
    people.move_team(
        cast.team("North"), under=cast.team("West"), from_day=cast.TODAY,
        moment=cast.NOW, actor="adi",
    )  # fmt: skip

    assert trail() == [
        ("tests", "member.added", "Ana"),
        ("tests", "member.placed", "Ana"),
        ("tests", "owner.matched", "ana"),
        ("adi", "member.seated", "ana@acme.example"),
        ("adi", "member.role", "Ana"),
        ("adi", "team.moved", "North"),
    ]


def test_screens_leave_their_entries_and_a_refusal_none(inside: Organization) -> None:
    from juara.metrics import operations as metrics

    cast.team()
    metrics.install_catalogue(moment=cast.NOW, actor=cast.ACTOR)
    before = len(trail())
    made = screens.create_screen(name="Lobby", metric_key="calls", moment=cast.NOW, actor="adi")
    screens.revoke_screen(made.screen.public_id, moment=cast.NOW, actor="adi")
    with pytest.raises(NotFoundError):
        screens.revoke_screen(made.screen.public_id, moment=cast.NOW, actor="adi")

    assert trail()[before:] == [
        ("adi", "screen.created", "Lobby"),
        ("adi", "screen.revoked", made.screen.public_id),
    ]
    assert made.token not in str(list(AuditEntry.objects.values()))
