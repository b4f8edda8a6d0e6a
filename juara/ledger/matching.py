"""Saying who a source's user is, and crediting their past with it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_noop

from juara.connect.models import Source
from juara.core.errors import NotFoundError
from juara.ledger import operations as ledger
from juara.ledger.types import Absorbed
from juara.people import operations as placing
from juara.people import queries as people
from juara.people.models import Member, Team
from juara.records import operations as records
from juara.tenancy import knowledge


def match(*, source_key: str, key: str, member: str, moment: datetime, actor: str) -> Absorbed:
    """Match a key to a member and take the change in, in one batch."""
    found = people.member(member)
    return match_many([(source_key, key, found.id)], moment=moment, actor=actor)


def match_many(
    matches: Sequence[tuple[str, str, int]], *, moment: datetime, actor: str
) -> Absorbed:
    """Match several (source, key, member id) and take the changes in, in one batch."""
    sources = {source_key: _source(source_key) for source_key, _, _ in matches}
    members = Member.objects.in_bulk([member_id for _, _, member_id in matches])
    reason = f"match {matches[0][1]}" if len(matches) == 1 else "match people"
    with knowledge.batch(moment=moment, reason=reason):
        for source_key, key, member_id in matches:
            records.match_owner(
                source_id=sources[source_key].id, key=key, member=members[member_id],
                moment=moment, actor=actor,
            )  # fmt: skip
        return ledger.absorb(moment=moment, reason=reason)


def introduce(
    *, source_key: str, key: str, name: str, email: str, moment: datetime, actor: str
) -> Member:
    """Add somebody the records name as a new member of the company, and credit their past.

    They stand in no team below the company, since always, until somebody places them.
    """
    source = _source(source_key)
    with knowledge.batch(moment=moment, reason=f"add {name}"):
        made = placing.ensure_member(name=name, email=email, moment=moment, actor=actor)
        if not placing.was_placed(made):
            root = Team.objects.get(is_root=True)
            placing.place(made, team=root, moment=moment, actor=actor)
        records.match_owner(
            source_id=source.id, key=key, member=made, name=name, email=email, moment=moment,
            actor=actor,
        )  # fmt: skip
        ledger.absorb(moment=moment, reason=f"add {name}")
    return made


def _source(key: str) -> Source:
    found = Source.objects.filter(key=key).first()
    if found is None:
        raise NotFoundError(
            "source.unknown", gettext_noop("There is no source “%(key)s”."), key=key
        )
    return found
