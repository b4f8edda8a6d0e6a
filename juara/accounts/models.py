"""People who can sign in, and which organizations they may enter."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from juara.core import ids
from juara.core.models import TenantModel, public_id_field
from juara.tenancy.models import Organization


class User(AbstractBaseUser):
    """A sign-in: an e-mail address and a password. Who the person is, a member says."""

    id = models.BigIntegerField(primary_key=True, default=ids.new_id, editable=False)
    email = models.EmailField(max_length=254, unique=True)  # lower case, see the constraint
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    # Empty: whatever the browser asks for.
    language = models.CharField(max_length=8, blank=True, default="")
    # Every session carries it: counting it up ends them all.
    session_epoch = models.IntegerField(default=0)

    objects: ClassVar[Any] = BaseUserManager["User"]()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        db_table = "account_user"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="account_user_email_lower"
            )
        ]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session must know to stay valid: a new password or epoch ends it."""
        digest = salted_hmac(
            "juara.accounts.session",
            f"{self.session_epoch}:{self.password}",
            secret=secret,
            algorithm="sha256",
        )
        return digest.hexdigest()


class Seat(models.Model):
    """A user may enter an organization. Read to choose the scope, so it stands outside it."""

    id = models.BigIntegerField(primary_key=True, default=ids.new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="seats")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")

    class Meta:
        db_table = "seat"
        constraints = [models.UniqueConstraint(fields=["user", "organization"], name="seat_unique")]


class SignInAttempt(models.Model):
    """How often a key (an address of either sort) failed to sign in within a window."""

    key = models.CharField(max_length=300, primary_key=True)
    window_from = models.DateTimeField()
    count = models.IntegerField(default=0)

    class Meta:
        db_table = "sign_in_attempt"


class Purpose(models.TextChoices):
    INVITE = "invite", "invite"
    RESET = "reset", "reset"


class Invitation(TenantModel):
    """A one-time link for one person: to come in, or to choose a new password.

    Only the hash of its secret is kept. `member_id` is whom people made it for; the address is
    kept as it was then, so that changing it later does not send the link to somebody else.
    """

    public_id = public_id_field()
    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=6, choices=Purpose.choices)
    member_id = models.BigIntegerField()
    email = models.EmailField(max_length=254)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invitation"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "member_id", "purpose"],
                condition=Q(used_at=None, withdrawn_at=None),
                name="invitation_one_open",
            ),
        ]
