"""What every tenant table is made of."""

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import F, Q

from juara.core import db, ids, scope
from juara.core.calendar import ALWAYS, FOREVER

Model = TypeVar("Model", bound=models.Model)


class ScopedManager(models.Manager[Model]):
    """A manager that refuses to query outside an organization's scope."""

    def get_queryset(self) -> models.QuerySet[Model]:
        return super().get_queryset().filter(organization_id=scope.current().organization_id)


class TenantModel(models.Model):
    """A row of one organization. Row-level security is the second wall (core.rowsecurity)."""

    id = models.BigIntegerField(primary_key=True, default=ids.new_id, editable=False)
    organization = models.ForeignKey(
        "tenancy.Organization", on_delete=models.CASCADE, related_name="+", db_index=False
    )

    objects = ScopedManager[Self]()

    class Meta:
        abstract = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # New rows belong to the entered organization; loaded rows come with positional values.
        if not args and "organization" not in kwargs and "organization_id" not in kwargs:
            kwargs["organization_id"] = scope.current().organization_id
        super().__init__(*args, **kwargs)


class DatedFact(TenantModel):
    """Something that holds on a span of days and is known during a span of batches."""

    valid_from = models.DateField(default=ALWAYS)
    valid_until = models.DateField(default=FOREVER)
    known_from = models.BigIntegerField()
    known_until = models.BigIntegerField(default=db.OPEN)

    class Meta:
        abstract = True

    @staticmethod
    def spans(name: str) -> list[models.BaseConstraint]:
        """Return the constraints that keep both spans of a table the right way round."""
        return [
            models.CheckConstraint(
                condition=Q(valid_from__lt=F("valid_until")), name=f"{name}_valid_span"
            ),
            models.CheckConstraint(
                condition=Q(known_from__lte=F("known_until")), name=f"{name}_known_span"
            ),
        ]


class HeavyModel(models.Model):
    """A row of a table that is sharded by organization; ids are unique within it.

    No constraint to the organization: it would be checked for each of millions of rows that the
    composite keys between heavy tables already hold together.
    """

    pk = models.CompositePrimaryKey("organization_id", "id")
    organization = models.ForeignKey(
        "tenancy.Organization",
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    id = models.BigIntegerField()

    objects = ScopedManager[Self]()

    class Meta:
        abstract = True


# Django's own classes take no type arguments where the program runs.
class OneByteField(models.CharField):  # type: ignore[type-arg]
    """One character in one byte: what stands behind it is found without looking at it.

    A text has a length of its own, so that in a row and in an index every column after it has to
    be counted off; and it is compared by a collation.
    """

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django's signature
        return '"char"'


def public_id_field() -> "models.CharField[str, str]":
    return models.CharField(max_length=12, unique=True, default=ids.new_public_id, editable=False)
