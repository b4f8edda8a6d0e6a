"""Saying who a source's user is, and crediting their past with it."""

from datetime import datetime

from juara.connect.models import Source
from juara.core.errors import NotFoundError
from juara.ledger import operations as ledger
from juara.ledger.types import Absorbed
from juara.people import queries as people
from juara.people.models import Member
from juara.records import operations as records
from juara.tenancy import knowledge


def match(*, source_key: str, key: str, member: str, moment: datetime, actor: str) -> Absorbed:
    """Match a key to a member and take the change in, in one batch."""
    source = Source.objects.filter(key=source_key).first()
    if source is None:
        raise NotFoundError("source.unknown", f"There is no source “{source_key}”.")
    found = Member.objects.get(id=people.member(member).id)
    with knowledge.batch(moment=moment, reason=f"match {key}"):
        records.match_owner(source_id=source.id, key=key, member=found, moment=moment, actor=actor)
        return ledger.absorb(moment=moment, reason=f"match {key}")
