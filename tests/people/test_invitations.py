"""Invitations: made once, used once, by whom they were made for."""

import hashlib
from datetime import timedelta

import pytest

from juara.accounts import operations as accounts
from juara.accounts import queries as account_queries
from juara.accounts.models import Invitation, Seat, SignInAttempt, User
from juara.audit.models import AuditEntry
from juara.core import db
from juara.core.errors import ConflictError, DomainError, GoneError, LimitError, NotFoundError
from juara.people import invitations, seating
from juara.people import operations as people
from juara.people.models import Member
from juara.tenancy import scope
from juara.tenancy.models import Organization
from tests import cast

PASSWORD = "a long enough secret"
NETWORK = "192.0.2.7"
WEEK = timedelta(days=7)


def invited(member: Member) -> str:
    """Invite somebody and return the token of their link."""
    made = invitations.invite([member.public_id], moment=cast.NOW, actor=cast.ACTOR)
    return made.links[0].token


def accept(token: str, *, name: str = "", password: str = PASSWORD, **changes: object) -> User:
    said = {"network": NETWORK, "language": "id", "moment": cast.NOW} | changes
    return invitations.accept(token, name=name, password=password, **said)  # type: ignore[arg-type]


@pytest.fixture
def ana(organization: Organization) -> Member:
    with scope.enter(organization):
        return cast.member("Ana", "North", email="ana@example.com")


def test_an_accepted_invitation_gives_a_sign_in_and_a_seat(
    organization: Organization, ana: Member
) -> None:
    with scope.enter(organization):
        token = invited(ana)

    user = accept(token, name="Ana Putri")

    assert (user.email, user.language, user.check_password(PASSWORD)) == (
        "ana@example.com", "id", True,
    )  # fmt: skip
    assert account_queries.organization_of(user.id, "acme") == organization
    with scope.enter(organization):
        ana.refresh_from_db()
        assert (ana.name, ana.user_id) == ("Ana Putri", user.id)
        actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"member.invited", "member.renamed", "member.seated"} <= actions


def test_a_stolen_database_gives_no_usable_link(organization: Organization, ana: Member) -> None:
    with scope.enter(organization):
        token = invited(ana)
        kept = db.rows("SELECT * FROM invitation")
        stored = Invitation.objects.get().token_hash

    assert stored == hashlib.sha256(token.encode()).hexdigest()
    assert token[12:] not in str(kept)
    with pytest.raises(NotFoundError):
        accept(organization.public_id + stored)
    with pytest.raises(NotFoundError):
        accept(stored)


def test_a_link_has_256_bits_of_its_own(organization: Organization, ana: Member) -> None:
    with scope.enter(organization):
        first, second = invited(ana), invited(ana)

    assert len(first) == len(second) == 12 + 43
    assert first[:12] == second[:12] == organization.public_id
    assert first[12:] != second[12:]


def test_a_used_link_opens_nothing_again(organization: Organization, ana: Member) -> None:
    with scope.enter(organization):
        token = invited(ana)
    accept(token)

    with pytest.raises(GoneError) as refusal:
        accept(token, password="another long secret")

    assert refusal.value.code == "invitation.used"
    assert User.objects.get().check_password(PASSWORD)


def test_a_withdrawn_link_opens_nothing(organization: Organization, ana: Member) -> None:
    with scope.enter(organization):
        token = invited(ana)
        invitations.withdraw(ana.public_id, moment=cast.NOW, actor=cast.ACTOR)

    with pytest.raises(GoneError) as refusal:
        accept(token)

    assert refusal.value.code == "invitation.withdrawn"
    assert User.objects.count() == 0


def test_a_new_link_ends_the_one_before(organization: Organization, ana: Member) -> None:
    with scope.enter(organization):
        first, second = invited(ana), invited(ana)

    with pytest.raises(GoneError):
        accept(first)
    assert accept(second).email == "ana@example.com"


def test_a_link_works_for_seven_days(organization: Organization, ana: Member) -> None:
    with scope.enter(organization):
        token = invited(ana)

    with pytest.raises(GoneError) as refusal:
        accept(token, moment=cast.NOW + WEEK)
    assert refusal.value.code == "invitation.expired"
    assert accept(token, moment=cast.NOW + WEEK - timedelta(seconds=1)).id


def test_a_weak_password_leaves_the_link_good(organization: Organization, ana: Member) -> None:
    with scope.enter(organization):
        token = invited(ana)

    with pytest.raises(DomainError) as refusal:
        accept(token, password="12345678")

    assert refusal.value.code == "user.invalid"
    assert User.objects.count() == 0
    assert accept(token).email == "ana@example.com"


def test_who_signs_in_elsewhere_comes_in_by_the_password_they_have(
    organization: Organization, ana: Member
) -> None:
    there = accounts.create_user(
        email="ana@example.com", password="another long secret", moment=cast.NOW
    )
    with scope.enter(organization):
        token = invited(ana)

    with pytest.raises(DomainError) as refusal:
        accept(token)
    assert refusal.value.code == "sign_in.refused"
    assert SignInAttempt.objects.filter(key="email:ana@example.com").exists()
    assert Seat.objects.count() == 0

    assert accept(token, password="another long secret") == there
    assert User.objects.get().check_password("another long secret")


def test_an_address_that_changed_meanwhile_takes_the_link_away(
    organization: Organization, ana: Member
) -> None:
    with scope.enter(organization):
        token = invited(ana)
        Member.objects.filter(id=ana.id).update(email="somebody@example.com")

    with pytest.raises(GoneError):
        accept(token)


def test_who_cannot_be_invited_is_named(organization: Organization, ana: Member) -> None:
    with scope.enter(organization):
        zul = cast.member("Zul", "North")
        token = invited(ana)
    accept(token)

    with scope.enter(organization):
        made = invitations.invite([ana.public_id, zul.public_id], moment=cast.NOW, actor=cast.ACTOR)

    assert made.links == ()
    assert [(each.name, each.reason) for each in made.left_out] == [
        ("Ana", "has_seat"), ("Zul", "no_email"),
    ]  # fmt: skip


def test_nobody_is_invited_by_another_organization(organization: Organization, ana: Member) -> None:
    other = cast.organization("globex")

    with scope.enter(other), pytest.raises(NotFoundError):
        invited(ana)

    with scope.enter(organization):
        assert Invitation.objects.count() == 0


def test_guessing_links_is_slowed_like_guessing_passwords(organization: Organization) -> None:
    for number in range(10):
        with pytest.raises(NotFoundError):
            invitations.welcome(f"{organization.public_id}{number}", network=NETWORK, now=cast.NOW)

    with pytest.raises(LimitError):
        invitations.welcome("anything", network=NETWORK, now=cast.NOW)
    with pytest.raises(NotFoundError):
        invitations.welcome("anything", network="192.0.2.8", now=cast.NOW)


def seated(member: Member, organization: Organization) -> User:
    user = accounts.create_user(email=member.email, password=PASSWORD, moment=cast.NOW)
    with scope.enter(organization):
        people.give_seat(member, user, moment=cast.NOW, actor=cast.ACTOR)
    return user


def test_a_reset_link_gives_a_new_password(organization: Organization, ana: Member) -> None:
    user = seated(ana, organization)
    with scope.enter(organization):
        made = invitations.reset_link(ana.public_id, moment=cast.NOW, actor=cast.ACTOR)
    before = user.get_session_auth_hash()

    changed = accept(made.links[0].token, password="quite another secret")

    assert changed == user
    assert changed.check_password("quite another secret")
    assert changed.get_session_auth_hash() != before


def test_no_administrator_resets_a_password_that_opens_another_organization(
    organization: Organization, ana: Member
) -> None:
    user = seated(ana, organization)
    with scope.enter(organization):
        made = invitations.reset_link(ana.public_id, moment=cast.NOW, actor=cast.ACTOR)
    Seat(user=user, organization=cast.organization("globex")).save(force_insert=True)

    with scope.enter(organization), pytest.raises(ConflictError) as refusal:
        invitations.reset_link(ana.public_id, moment=cast.NOW, actor=cast.ACTOR)
    with pytest.raises(ConflictError):
        accept(made.links[0].token, password="quite another secret")

    assert refusal.value.code == "member.seat_elsewhere"
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_who_does_not_sign_in_has_no_password_to_reset(
    organization: Organization, ana: Member
) -> None:
    with scope.enter(organization), pytest.raises(ConflictError):
        invitations.reset_link(ana.public_id, moment=cast.NOW, actor=cast.ACTOR)


def test_a_seat_taken_away_takes_the_links_with_it(organization: Organization, ana: Member) -> None:
    user = seated(ana, organization)
    with scope.enter(organization):
        made = invitations.reset_link(ana.public_id, moment=cast.NOW, actor=cast.ACTOR)
        assert seating.take_seat(ana.public_id, moment=cast.NOW, actor=cast.ACTOR) == "Ana"
        assert Member.objects.get(id=ana.id).user_id is None

    assert account_queries.organization_of(user.id, "acme") is None
    with pytest.raises(GoneError):
        accept(made.links[0].token, password="quite another secret")
    assert User.objects.get().check_password(PASSWORD)


def test_the_last_administrator_keeps_role_and_seat(organization: Organization) -> None:
    with scope.enter(organization):
        adi = cast.member("Adi", email="adi@example.com", role="admin")
        bela = cast.member("Bela", email="bela@example.com", role="admin")
    seated(adi, organization)

    with scope.enter(organization):
        for refused in (
            lambda: seating.take_seat(adi.public_id, moment=cast.NOW, actor=cast.ACTOR),
            lambda: seating.change_roles(
                [adi.public_id, bela.public_id], "rep", moment=cast.NOW, actor=cast.ACTOR
            ),
        ):
            with pytest.raises(ConflictError) as refusal:
                refused()
            assert refusal.value.code == "member.last_admin"
        assert Member.objects.filter(role="admin").count() == 2
        assert Member.objects.get(id=adi.id).user_id is not None

    seated(bela, organization)
    with scope.enter(organization):
        changed = seating.change_roles(
            [adi.public_id, bela.public_id][:1], "rep", moment=cast.NOW, actor=cast.ACTOR
        )
    assert changed == ("Adi",)


def test_roles_are_changed_all_or_none(organization: Organization, ana: Member) -> None:
    with scope.enter(organization):
        with pytest.raises(NotFoundError):
            seating.change_roles(
                [ana.public_id, "000000000000"], "manager", moment=cast.NOW, actor=cast.ACTOR
            )
        with pytest.raises(DomainError):
            seating.change_roles([ana.public_id], "king", moment=cast.NOW, actor=cast.ACTOR)
        assert Member.objects.get(id=ana.id).role == "rep"
