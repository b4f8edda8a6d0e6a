"""Asking for a sample company: an organization of its own, beside the real ones."""

from datetime import datetime

from juara.accounts.models import User
from juara.core import db
from juara.jobs import queue
from juara.people import operations as people
from juara.people.types import MemberFacts
from juara.samples import queries
from juara.samples.company import MONTHS, demo_company
from juara.samples.load import ACTOR, furnish, rows_expected
from juara.samples.models import SampleLoad
from juara.tenancy import operations as tenancy
from juara.tenancy import scope
from juara.tenancy.models import Organization

# Every sample is the same company, so that people can speak about what they see in it.
SEED = 7


def ask_for_sample(member: MemberFacts, *, moment: datetime, months: int = MONTHS) -> str:
    """Make a sample company for a person and let a worker fill it; return its address part.

    The person administers it. Who has one already is given that one again.
    """
    with db.transaction():
        user = User.objects.select_for_update().get(id=member.user_id)
        if standing := queries.sample_of(user.id):
            return standing
        company = demo_company(SEED, moment, months=months)
        made = tenancy.create_organization(
            slug=_free_slug(), name=company.name, zone=company.zone, currency=company.currency,
            is_sample=True, moment=company.starts_at,
        )  # fmt: skip
        with scope.enter(made):
            furnish(company)
            guest = people.ensure_member(
                name=member.name, email=user.email, role="admin", moment=moment, actor=ACTOR
            )
            people.give_seat(guest, user, moment=moment, actor=ACTOR)
            SampleLoad(
                seed=SEED,
                until=company.ends_at,
                months=months,
                rows_expected=rows_expected(company),
            ).save(force_insert=True)
            queue.defer("samples.load", once="load", lock="load")
    return made.slug


def _free_slug() -> str:
    taken = set(
        Organization.objects.filter(slug__startswith="sample").values_list("slug", flat=True)
    )
    numbers = (f"sample-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in ("sample", *numbers) if slug not in taken)
