"""Letting people follow their organization to another time zone."""

from datetime import datetime

from juara.core import db
from juara.people import operations
from juara.people.models import Assignment
from juara.tenancy import knowledge


def follow_zone(*, old: str, new: str, moment: datetime, actor: str) -> int:
    """Give every place in the zone `old` the zone `new`; return how many there were.

    Places of people who live by another zone stay as they are. In one knowledge batch.
    """
    followed = 0
    places = Assignment.objects.filter(known_until=db.OPEN, zone=old)
    with knowledge.batch(moment=moment, reason="zone"):
        for place in places.select_related("member", "team", "manager", "profile"):
            followed += operations.place(
                place.member,
                team=place.team,
                manager=place.manager,
                profile=place.profile,
                zone=new,
                from_day=place.valid_from,
                until_day=place.valid_until,
                moment=moment,
                actor=actor,
            )
    return followed


def living_by(zone: str) -> int:
    """Return how many people have a place in a zone."""
    found = Assignment.objects.filter(known_until=db.OPEN, zone=zone)
    return found.values("member_id").distinct().count()
