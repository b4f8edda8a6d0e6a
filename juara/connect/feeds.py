"""Schedules: where a source's files come from by themselves, and when to look again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from juara.audit import operations as audit
from juara.connect import fetching, mappings, uploads
from juara.connect.fetching import Found
from juara.connect.mapping import parse_mapping
from juara.connect.models import Feed, FeedFile, FeedKind, ImportRun, SavedMapping
from juara.core import db, http, scope
from juara.core.errors import DomainError, LimitError, NotFoundError
from juara.core.http import FetchError
from juara.core.sentences import Sentence, gettext_noop, say
from juara.jobs import queue
from juara.tenancy.models import Organization

LOOK_JOB = "ledger.feed"
_LONGEST_WAIT = timedelta(hours=6)
_FIRST_WAIT = timedelta(minutes=5)

_BEGUN = gettext_noop("Something new came, and an import of it has begun.")
_NOTHING_NEW = gettext_noop("Nothing new.")


@dataclass(frozen=True, slots=True)
class FeedFacts:
    """A schedule, and how it went the last time."""

    public_id: str
    source_key: str
    source_name: str
    mapping: str
    mapping_name: str
    kind: str
    place: str
    pattern: str
    every_minutes: int | None
    daily_at: time | None
    is_on: bool
    next_at: datetime
    last_checked_at: datetime | None
    outcome: str
    failure_count: int
    last_run: str | None
    last_run_state: str | None


def create(
    *, mapping: str, kind: str, place: str, pattern: str = "*", moment: datetime, actor: str,
    every_minutes: int | None = None, daily_at: time | None = None,
) -> str:  # fmt: skip
    """Let a saved mapping's source come by itself; return the schedule's id.

    `kind` is folder or address; either `every_minutes` (5 to 1440) or `daily_at`, in the
    organization's zone. Refuses what can be known not to work: a folder the operator has not
    allowed, an address that is not https.
    """
    with db.transaction():
        saved = _saved(mapping)
        feed = Feed(source_id=saved.source_id, mapping=saved, created_at=moment, actor=actor[:254])
        _fill(feed, kind, place, pattern, every_minutes, daily_at)
        # It is looked at as soon as it is there.
        feed.next_at = moment
        feed.save(force_insert=True)
        audit.record(
            actor=actor, action="feed.created", subject=feed.public_id, at=moment,
            source=saved.source.key, place=feed.place,
        )  # fmt: skip
    return feed.public_id


def change(
    public_id: str, *, mapping: str, kind: str, place: str, pattern: str = "*", moment: datetime,
    actor: str, every_minutes: int | None = None, daily_at: time | None = None,
) -> None:  # fmt: skip
    """Replace all of a schedule; it is looked at again at once if it is on."""
    with db.transaction():
        feed, saved = _locked(public_id), _saved(mapping)
        if saved.source_id != feed.source_id:
            raise DomainError("feed.other_source", _("That mapping is of another source."))
        if place != feed.place:
            feed.last_seen = {}
        feed.mapping = saved
        _fill(feed, kind, place, pattern, every_minutes, daily_at)
        feed.next_at, feed.failure_count, feed.outcome = moment, 0, {}
        feed.save()
        audit.record(actor=actor, action="feed.changed", subject=public_id, at=moment)


def turn(public_id: str, *, is_on: bool, moment: datetime, actor: str) -> None:
    """Turn a schedule on, to be looked at as soon as possible, or off."""
    with db.transaction():
        feed = _locked(public_id)
        feed.is_on = is_on
        if is_on:
            feed.next_at, feed.failure_count = moment, 0
        feed.save(update_fields=["is_on", "next_at", "failure_count"])
        action = "feed.turned_on" if is_on else "feed.turned_off"
        audit.record(actor=actor, action=action, subject=public_id, at=moment)


def remove(public_id: str, *, moment: datetime, actor: str) -> None:
    """Remove a schedule. What it has imported stays."""
    with db.transaction():
        _locked(public_id).delete()
        audit.record(actor=actor, action="feed.removed", subject=public_id, at=moment)


def check_now(public_id: str) -> None:
    """Let a worker look now, whether the schedule is on or not."""
    with db.transaction():
        _defer(_locked(public_id).public_id)


def feeds(source_key: str = "") -> tuple[FeedFacts, ...]:
    """Return the schedules, of one source or of all, in the order they were made."""
    found = Feed.objects.order_by("created_at", "id")
    return _facts(found.filter(source__key=source_key) if source_key else found)


def feed(public_id: str) -> FeedFacts:
    """Return a schedule; NotFoundError when there is none like that."""
    found = _facts(Feed.objects.filter(public_id=public_id))
    if not found:
        raise _unknown()
    return found[0]


# The worker's side.


def defer_due(*, moment: datetime) -> int:
    """Ask for a look at every schedule of the entered organization that is due; return how many.

    Each is claimed by moving its next time, so that of two workers one asks.
    """
    claimed = 0
    zone = scope.current().zone
    for feed in Feed.objects.filter(is_on=True, next_at__lte=moment).order_by("next_at"):
        following = next_time(feed.every_minutes, feed.daily_at, zone=zone, after=moment)
        if Feed.objects.filter(id=feed.id, next_at=feed.next_at).update(next_at=following):
            claimed += _defer(feed.public_id)
    return claimed


def next_time(
    every_minutes: int | None, daily_at: time | None, *, zone: str, after: datetime
) -> datetime:
    """Return when to look again; a time of day the clocks skip is taken an hour later."""
    if daily_at is None:
        return after + timedelta(minutes=every_minutes or 0)
    local = after.astimezone(ZoneInfo(zone))
    for days in (0, 1, 2):
        day = local.date() + timedelta(days=days)
        found = datetime.combine(day, daily_at, ZoneInfo(zone)).astimezone(after.tzinfo)
        if found > after:
            return found
    raise AssertionError("A day has its time.")


@dataclass(frozen=True, slots=True)
class Errand:
    """All that is needed to look at a schedule without the database."""

    public_id: str
    kind: str
    place: str
    pattern: str
    mapping: str
    last_seen: dict[str, str]
    seen: frozenset[fetching.Seen]
    known: frozenset[str]
    into: Path


def errand(public_id: str) -> Errand:
    """Return what to look for; NotFoundError when the schedule was removed."""
    feed = Feed.objects.select_related("mapping").filter(public_id=public_id).first()
    if feed is None:
        raise _unknown()
    files = list(FeedFile.objects.filter(feed=feed))
    organization = Organization.objects.get(id=scope.current().organization_id)
    return Errand(
        public_id=public_id,
        kind=feed.kind,
        place=feed.place,
        pattern=feed.pattern,
        mapping=mappings.load(feed.mapping.public_id),
        last_seen=feed.last_seen,
        seen=frozenset((each.name, each.size, each.changed_ns) for each in files),
        known=frozenset(each.sha256 for each in files),
        into=uploads.folder_of(organization),
    )


def look(errand: Errand, *, now: datetime) -> Found:
    """Go and look; FetchError, or another DomainError, when that does not work."""
    if errand.kind == FeedKind.ADDRESS:
        return fetching.from_address(
            errand.place, errand.pattern, into=errand.into, last_seen=errand.last_seen,
            known=errand.known,
        )  # fmt: skip
    companions = [
        section.match for section in parse_mapping(errand.mapping, name="mapping").sections
    ]
    return fetching.from_folder(
        errand.place, errand.pattern, into=errand.into, seen=errand.seen, known=errand.known,
        companions=companions, now=now,
    )  # fmt: skip


def take(errand: Errand, found: Found, *, moment: datetime) -> tuple[Feed, tuple[str, ...]] | None:
    """Note what was brought, so that it is not brought again; return the files to import.

    None when there is nothing new, or the schedule was removed meanwhile.
    """
    feed = Feed.objects.select_for_update().filter(public_id=errand.public_id).first()
    known = set(FeedFile.objects.filter(feed=feed).values_list("sha256", flat=True))
    is_new = feed is not None and any(
        each.is_new and each.received.sha256 not in known for each in found.files
    )
    taken: list[str] = []
    for brought in found.files:
        received = brought.received
        if feed is not None:
            _note_file(feed, brought, moment)
        if is_new and brought.is_new:
            uploads.note(received, moment=moment, actor=f"schedule {errand.public_id}")
            taken.append(received.public_id)
        else:
            uploads.drop(received, folder=errand.into)
    if feed is None or not is_new:
        if feed is not None:
            _settle(
                feed, found, found.remarks[0] if found.remarks else Sentence(_NOTHING_NEW), moment
            )
        return None
    _settle(feed, found, Sentence(_BEGUN), moment)
    return feed, tuple(taken)


def failed(public_id: str, error: DomainError, *, moment: datetime) -> None:
    """Note why looking did not work: passing, it is tried again with growing patience; else the
    schedule is turned off.
    """
    feed = Feed.objects.select_for_update().filter(public_id=public_id).first()
    if feed is None:
        return
    told = error.told if isinstance(error, FetchError) else Sentence(error.message)
    feed.outcome, feed.last_checked_at = told.stored(), moment
    feed.failure_count += 1
    if _is_passing(error):
        wait = _FIRST_WAIT * 2 ** min(feed.failure_count - 1, 10)
        feed.next_at = moment + min(wait, _LONGEST_WAIT)
    else:
        feed.is_on = False
        audit.record(
            actor="schedule", action="feed.turned_off", subject=public_id, at=moment,
            reason=error.message,
        )  # fmt: skip
    feed.save(update_fields=["outcome", "last_checked_at", "failure_count", "next_at", "is_on"])


def _is_passing(error: DomainError) -> bool:
    return error.is_passing if isinstance(error, FetchError) else not isinstance(error, LimitError)


def _settle(feed: Feed, found: Found, told: Sentence, moment: datetime) -> None:
    feed.outcome, feed.last_checked_at, feed.failure_count = told.stored(), moment, 0
    if feed.kind == FeedKind.ADDRESS:
        feed.last_seen = found.last_seen
    feed.save(update_fields=["outcome", "last_checked_at", "failure_count", "last_seen"])


def _note_file(feed: Feed, brought: fetching.Brought, moment: datetime) -> None:
    received = brought.received
    FeedFile.objects.update_or_create(
        feed=feed, name=received.name, sha256=received.sha256,
        defaults={"size": received.size, "changed_ns": brought.changed_ns, "seen_at": moment},
    )  # fmt: skip


def _defer(public_id: str) -> bool:
    return queue.defer(LOOK_JOB, lock=f"feed:{public_id}", once=f"feed:{public_id}", feed=public_id)


def _saved(public_id: str) -> SavedMapping:
    found = (
        SavedMapping.objects.select_related("source")
        .filter(public_id=public_id, archived_at=None)
        .first()
    )
    if found is None:
        raise NotFoundError("mapping.unknown", _("There is no such mapping."))
    return found


def _fill(
    feed: Feed, kind: str, place: str, pattern: str, every_minutes: int | None,
    daily_at: time | None,
) -> None:  # fmt: skip
    if (every_minutes is None) == (daily_at is None):
        raise DomainError("feed.when", _("Choose either how often, or at which time of the day."))
    if every_minutes is not None and not 5 <= every_minutes <= 24 * 60:
        raise DomainError("feed.every", _("Look between every 5 minutes and once a day."))
    place, pattern = place.strip(), pattern.strip() or "*"
    if len(place) > 1000 or len(pattern) > 120 or "/" in pattern:
        raise DomainError("feed.place", _("That place or file name is too long, or not a name."))
    if kind == FeedKind.FOLDER:
        fetching.refuse_folder(place)
    elif kind == FeedKind.ADDRESS:
        http.check(place)
    else:
        raise DomainError("feed.kind", _("Files come from a folder or from an address."))
    feed.kind, feed.place, feed.pattern = kind, place, pattern
    feed.every_minutes, feed.daily_at = every_minutes, daily_at


def _locked(public_id: str) -> Feed:
    found = Feed.objects.select_for_update().filter(public_id=public_id).first()
    if found is None:
        raise _unknown()
    return found


def _unknown() -> NotFoundError:
    return NotFoundError("feed.unknown", _("There is no such schedule."))


def _facts(found: QuerySet[Feed]) -> tuple[FeedFacts, ...]:
    last = ImportRun.objects.filter(feed=OuterRef("pk")).order_by("-started_at", "-id")
    listed: Sequence[Feed] = list(
        found.select_related("source", "mapping").annotate(
            run_id=Subquery(last.values("public_id")[:1]),
            run_state=Subquery(last.values("state")[:1]),
        )
    )
    return tuple(
        FeedFacts(
            each.public_id, each.source.key, each.source.name, each.mapping.public_id,
            each.mapping.name, each.kind, each.place, each.pattern, each.every_minutes,
            each.daily_at, each.is_on, each.next_at, each.last_checked_at, say(each.outcome),
            each.failure_count, each.run_id, each.run_state,  # type: ignore[attr-defined]
        )
        for each in listed
    )  # fmt: skip
