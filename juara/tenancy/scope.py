"""Entering an organization: the transaction, the local setting, and the Python-side scope."""

from collections.abc import Iterator
from contextlib import contextmanager

from juara.core import db
from juara.core.errors import NotFoundError
from juara.core.scope import Scope, holder
from juara.tenancy.models import Organization


@contextmanager
def enter(organization: Organization) -> Iterator[Scope]:
    """Run the block inside `organization`: one transaction, seen by both walls.

    Entering again joins the open transaction; on leaving, the organization entered before is
    restored. Never keep it open around a streaming body or a network call.
    """
    variable = holder()
    before = variable.get()
    entered = Scope(
        organization_id=organization.id,
        slug=organization.slug,
        zone=organization.zone,
        currency=organization.currency,
        rules=organization.rules,
        rules_since=organization.period_rules.get("since", 0),
        needs_entry_approval=organization.needs_entry_approval,
    )
    if before is not None and before.organization_id == organization.id:
        entered = before
    token = variable.set(entered)
    try:
        with db.transaction():
            _tell_database(str(organization.id))
            yield entered
            _tell_database("" if before is None else str(before.organization_id))
    finally:
        variable.reset(token)


def _tell_database(setting: str) -> None:
    db.execute("SELECT set_config('juara.organization', %s::text, true)", [setting], kept=True)


def organization_by_slug(slug: str) -> Organization:
    """Return the organization an address or a command names; NotFoundError if there is none."""
    found = Organization.objects.filter(slug__iexact=slug).first()
    if found is None:
        raise NotFoundError(
            "organization.unknown",
            f"There is no organization “{slug}”. `juara organization list` shows those there are.",
            slug=slug,
        )
    return found
