"""Removing an organization without trace: asked for by a person, done by a worker."""

import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing

from juara.accounts.models import Seat, User
from juara.core import db, environment
from juara.core.errors import DomainError
from juara.jobs import queue
from juara.tenancy import knowledge, removal, scope
from juara.tenancy import operations as tenancy
from juara.tenancy.models import Organization, Removal

_log = logging.getLogger("juara.accounts")

JOB = "accounts.remove_organization"
# How long to wait for what a worker is still doing for the organization.
_PATIENCE = timedelta(seconds=5)

_SALT = "juara.accounts.removal"
# As long as anybody would look at how far it has come.
_TICKET_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the removal of an organization has come. `total` is None until it was counted."""

    name: str
    is_done: bool
    removed: int
    total: int | None


def ask(organization: Organization, *, typed: str, moment: datetime, actor: str) -> str:
    """Begin to remove the entered organization; return the ticket its progress is seen with.

    From this transaction on nobody enters it and nothing is taken in. Raises DomainError unless
    its name was typed as it is written, and ConflictError when it is being removed already.
    """
    if typed.strip() != organization.name:
        raise DomainError(
            "organization.name_differs", "This is not the name of the organization.",
            name=organization.name,
        )  # fmt: skip
    with db.transaction():
        seats = Seat.objects.filter(organization=organization)
        sign_ins = list(seats.values_list("user_id", flat=True))
        begun = tenancy.begin_removal(organization.id, sign_ins=sign_ins, moment=moment)
        seats.delete()
        queue.defer(JOB, once="removal")
    _log.info("%s removes the organization %s (%s).", actor, organization.slug, organization.id)
    return signing.dumps({"removal": str(begun.id), "name": organization.name}, salt=_SALT)


def progress(ticket: str) -> Progress | None:
    """Return how far the removal a ticket was given for has come; None if it never was."""
    try:
        given = signing.loads(ticket, salt=_SALT, max_age=_TICKET_SECONDS)
    except signing.BadSignature:
        return None
    found = Removal.objects.filter(id=int(given["removal"])).first()
    if found is None:
        return Progress(given["name"], is_done=True, removed=0, total=None)
    return Progress(
        given["name"], is_done=False, removed=found.rows_removed, total=found.rows_before
    )


def put_off(organization: Organization, *, moment: datetime) -> bool:
    """Ask for the removal again a little later if a worker is busy for the organization.

    An import being read would add rows behind the removal's back. It ends by itself: nothing of
    it is taken in any more. Returns whether that was so.
    """
    is_busy = db.one(
        "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status = 'doing'"
        " AND args->>'organization' = %s AND task_name <> %s)",
        [str(organization.id), JOB],
    )[0]
    if is_busy:
        with scope.enter(organization):
            queue.defer(JOB, at=moment + _PATIENCE, once="removal")
    return bool(is_busy)


def carry_out(organization: Organization, *, heed_stop: Callable[[], None]) -> None:
    """Remove every row and file of an organization; safe to repeat after a crash.

    `heed_stop` is called between stretches and may raise.

    Large tables go a stretch at a time, so that progress is seen; what is left, the organization
    and the sign-ins that led nowhere else go in one last transaction.
    """
    with scope.enter(organization):
        # Whoever was writing has finished; whoever comes later is refused.
        knowledge.lock_ledger()
        rows = removal.row_count()
        Removal.objects.filter(subject=organization.id).update(rows_before=rows, rows_removed=0)
    for table in removal.tables():
        _empty(organization, table, heed_stop=heed_stop)
    sign_ins = _sign_ins(organization)
    with scope.enter(organization):
        knowledge.lock_ledger()
        removal.remove_rest()
        _forget(sign_ins)
    shutil.rmtree(environment.uploads() / organization.public_id, ignore_errors=True)
    _log.info("The organization %s (%s) is gone.", organization.slug, organization.id)


def _empty(organization: Organization, table: str, *, heed_stop: Callable[[], None]) -> None:
    removed = removal.CHUNK
    while removed == removal.CHUNK:
        heed_stop()
        with scope.enter(organization):
            removed = removal.remove_some(table)
            db.execute(
                "UPDATE organization_removal SET rows_removed = rows_removed + %s"
                " WHERE subject = %s",
                [removed, organization.id],
            )


def _sign_ins(organization: Organization) -> list[int]:
    found = Removal.objects.filter(subject=organization.id).values_list("sign_ins", flat=True)
    return list(found.first() or ())


def _forget(sign_ins: list[int]) -> None:
    """Remove the users among these who belong to no organization any more."""
    homeless = User.objects.filter(id__in=sign_ins).exclude(id__in=Seat.objects.values("user_id"))
    addresses = [f"email:{email}" for email in homeless.values_list("email", flat=True)]
    db.execute("DELETE FROM sign_in_attempt WHERE key = ANY(%s)", [addresses])
    db.execute(
        "DELETE FROM account_user WHERE id = ANY(%s)", [list(homeless.values_list("id", flat=True))]
    )
