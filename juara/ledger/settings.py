"""An organization's settings, and what follows from them for its numbers.

The zone says which day a moment falls on, the currency which amounts are counted. When either
changes, everything is worked out again and known from that moment on: what was shown before can
still be asked for as of then. Until anything has been credited, nothing follows.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from juara.audit import operations as audit
from juara.core import db, scope
from juara.jobs import queue
from juara.ledger import recounts
from juara.metrics import rates_changes as rates
from juara.people import zone_change as people
from juara.tenancy import knowledge
from juara.tenancy import operations as tenancy
from juara.tenancy.operations import Settings

JOB = "ledger.restate"

# What numbers rest on.
_FOUNDATIONS = ("zone", "currency")


@dataclass(frozen=True, slots=True)
class Changed:
    """Which settings hold now, and whether numbers must be worked out before the rest does."""

    names: tuple[str, ...]
    is_recounting: bool


def change(wanted: Settings, *, moment: datetime, actor: str) -> Changed:
    """Change the entered organization's settings, with before and after in the audit trail.

    A new zone or currency takes hold together with the numbers it makes, in a job, once anything
    has been credited; whatever else was changed holds at once. Raises DomainError, in words, for
    what could not work.
    """
    organization = scope.current().organization_id
    with db.transaction():
        standing = tenancy.settings_of(organization)
        founded = {name: getattr(standing, name) for name in _FOUNDATIONS}
        asked = {name: getattr(wanted, name) for name in _FOUNDATIONS}
        if asked != founded and not has_numbers():
            # Whoever is taking in the very first records is let finish, so that they are seen.
            knowledge.lock_ledger()
        must_recount = asked != founded and has_numbers()
        if must_recount:
            tenancy.check(wanted)
            # Only what is another: a change that still waits to be made is not to be unmade.
            zone, currency = ("" if asked[each] == founded[each] else asked[each] for each in asked)
            queue.defer(JOB, lock="restate", actor=actor, zone=zone, currency=currency)
            wanted = replace(wanted, **founded)
        elif asked != founded:
            _follow(wanted, moment=moment, actor=actor)
        changed = tenancy.change_settings(organization, wanted)
        _note(changed, moment=moment, actor=actor)
    return Changed(tuple(changed), must_recount)


def has_numbers() -> bool:
    """Say whether anything has ever been credited, so that numbers rest on the settings."""
    return bool(
        db.one(
            "SELECT EXISTS (SELECT 1 FROM credit WHERE organization_id = %s)",
            [scope.current().organization_id],
        )[0]
    )


def restate(*, zone: str, currency: str, moment: datetime, actor: str) -> bool:
    """Let another zone and currency hold, and every number with them, in one transaction.

    What is "" stays as it is. People who live by the organization's zone follow it; those with
    one of their own keep it. What has no currency of its own is read in the new one. The exchange
    rates were to the old currency and are withdrawn with it: what has another currency is not
    counted until there are new ones. Returns whether anything was to do. Costs a full recount.
    """
    current = scope.current()
    with knowledge.batch(moment=moment, reason="settings") as batch:
        standing = tenancy.settings_of(current.organization_id)
        zone, currency = zone or standing.zone, currency or standing.currency
        wanted = replace(standing, zone=zone, currency=currency)
        changed = tenancy.change_settings(current.organization_id, wanted)
        if not changed:
            return False
        people.follow_zone(old=standing.zone, new=zone, moment=moment, actor=actor)
        current.zone, current.currency = zone, currency
        if "currency" in changed:
            # They said what others were worth in the old one.
            rates.withdraw_all(moment=moment, actor=actor)
        # What was shown before is known before this, even where no credit moves.
        batch.is_used = True
        _note(changed, moment=moment, actor=actor)
        recounts.recount(moment=moment)
    return True


def is_restating() -> bool:
    """Say whether a new zone or currency is waiting for its numbers."""
    return bool(
        db.one(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE task_name = %s"
            " AND args->>'organization' = %s AND status IN ('todo', 'doing'))",
            [JOB, str(scope.current().organization_id)],
        )[0]
    )


def _follow(wanted: Settings, *, moment: datetime, actor: str) -> None:
    """Let people follow to another zone while there is nothing to count anew."""
    current = scope.current()
    people.follow_zone(old=current.zone, new=wanted.zone, moment=moment, actor=actor)
    if wanted.currency != current.currency:
        rates.withdraw_all(moment=moment, actor=actor)
    current.zone, current.currency = wanted.zone, wanted.currency


def _note(changed: dict[str, tuple[Any, Any]], *, moment: datetime, actor: str) -> None:
    if changed:
        before = {name: each for name, (each, _) in changed.items()}
        after = {name: each for name, (_, each) in changed.items()}
        audit.record(
            actor=actor, action="organization.changed", subject=", ".join(changed), at=moment,
            before=before, after=after,
        )  # fmt: skip
