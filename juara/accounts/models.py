"""People who can sign in, and which organizations they may enter."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from juara.core import ids
from juara.tenancy.models import Organization


class User(AbstractBaseUser):
    """A sign-in: an e-mail address and a password. Who the person is, a member says."""

    id = models.BigIntegerField(primary_key=True, default=ids.new_id, editable=False)
    email = models.EmailField(max_length=254, unique=True)  # lower case, see the constraint
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

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
