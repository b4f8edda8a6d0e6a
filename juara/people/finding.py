"""Finding people by what somebody types of their names."""

from collections.abc import Sequence

from django.db.models import Q
from django.db.models.functions import Lower

from juara.people.models import Member
from juara.people.queries import _MEMBER
from juara.people.types import MemberFacts


def members_named(words: Sequence[str], *, limit: int) -> tuple[MemberFacts, ...]:
    """Return whose names hold words beginning so, all of them in any order; by name, one query."""
    wanted = Q()
    for word in words:
        wanted &= Q(name__istartswith=word) | Q(name__icontains=f" {word}")
    found = Member.objects.filter(wanted).order_by(Lower("name"), "id")
    return tuple(MemberFacts(*row) for row in found.values_list(*_MEMBER)[:limit])
