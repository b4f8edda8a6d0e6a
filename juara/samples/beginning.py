"""Beginning an installation: the first person who can sign in, and their organization."""

from dataclasses import dataclass
from datetime import datetime

from juara.accounts import operations as accounts
from juara.accounts import queries as users
from juara.accounts.models import User
from juara.core import db
from juara.core.errors import GoneError
from juara.metrics import operations as metrics
from juara.people import operations as people
from juara.tenancy import operations as tenancy
from juara.tenancy import scope
from juara.tenancy.models import Organization

# One beginning at a time in the whole installation.
_BEGIN_LOCK = 0x4A42


@dataclass(frozen=True, slots=True)
class Beginning:
    """Who begins, and what with. `week_start` is a weekday's English name."""

    name: str
    email: str
    password: str
    organization: str
    slug: str
    zone: str
    currency: str
    week_start: str
    fiscal_start_month: int


def begin(asked: Beginning, *, moment: datetime) -> tuple[User, Organization]:
    """Make the first administrator and the first organization, with the ready metrics.

    Raises GoneError as soon as anybody can sign in: of two who begin at once one does.
    DomainError, in words, for anything that could not work.
    """
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_BEGIN_LOCK])
        if users.has_users():
            raise GoneError("begin.done", "Somebody else has begun this installation.")
        user = accounts.create_user(email=asked.email, password=asked.password, moment=moment)
        made = tenancy.create_organization(
            slug=asked.slug,
            name=asked.organization,
            zone=asked.zone,
            currency=asked.currency,
            week_start=asked.week_start,
            fiscal_start_month=asked.fiscal_start_month,
            moment=moment,
        )
        with scope.enter(made):
            people.ensure_root(name=made.name)
            metrics.install_catalogue(moment=moment, actor=user.email)
            member = people.ensure_member(
                name=asked.name, email=user.email, role="admin", moment=moment, actor=user.email
            )
            people.give_seat(member, user, moment=moment, actor=user.email)
    return user, made
