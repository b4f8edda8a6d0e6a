"""What the page of a record shows: what it says, how that came to be, what counts it and what not.

Everything as known at one moment: the versions, the rules, the credits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from juara.core import scope
from juara.leaderboards import queries as boards
from juara.leaderboards.types import BoardMetric
from juara.ledger import record_credits
from juara.ledger.record_credits import RecordCredit
from juara.ledger.why_not import WhyNot, day_of, why_not
from juara.metrics import calc
from juara.metrics import queries as metrics
from juara.metrics.queries import MetricFacts
from juara.metrics.types import Aggregation
from juara.metrics.words import field_word
from juara.people import queries as people
from juara.people.access import Viewer
from juara.people.types import MemberFacts
from juara.records import history
from juara.records.history import Named, RecordFacts, Version
from juara.ui import formats
from juara.web.as_of import AsOf
from juara.web.records import words

HISTORY = 25


@dataclass(frozen=True, slots=True)
class CreditShown:
    """One credit in words.

    `is_own_day`: by the person's clock it was another day than by the reader's. `why` says
    why it is nobody's; `board_url` is where it is in sight.
    """

    metric_name: str
    role: str
    is_indirect: bool
    person: str
    person_url: str
    team: str
    day: date
    occurred_at: datetime | None
    is_own_day: bool
    value: str
    share: str
    why: str
    board_url: str
    mend_url: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A metric that does not count the record, and why in words."""

    metric_name: str
    metric_url: str
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a record's history in words. `run` is the import it came by, '' for none."""

    title: str
    icon: str
    known_at: datetime
    changes: tuple[str, ...]
    run: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a record names in a role: who they are here, or only the key where nobody is matched."""

    role: str
    key: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class RecordShown:
    """A record as its page shows it; `version` None where nothing was known of it yet."""

    name: str
    kind: str
    facts: RecordFacts
    version: Version | None
    crm_url: str
    fields: tuple[tuple[str, str], ...]
    people: tuple[Person, ...]
    credits: tuple[CreditShown, ...]
    passed_over: tuple[PassedOver, ...]
    other_kinds: tuple[PassedOver, ...]
    steps: tuple[Step, ...]
    has_older: bool


def shown(record: RecordFacts, *, viewer: Viewer, as_of: AsOf, page: int) -> RecordShown:
    """Return everything about a record as known at a moment; `page` is that of its history."""
    batch, today = as_of.batch, as_of.today
    found = history.versions(record.id, batch=batch, limit=HISTORY + 1, offset=(page - 1) * HISTORY)
    newest = found[:1] if page == 1 else history.versions(record.id, batch=batch, limit=1)
    version = newest[0] if newest else None
    if version is None:
        return _unknown(record)
    everybody = people.members()
    every = _metrics(batch)
    credits_ = record_credits.credits_of(record.id, batch=batch)
    missed = why_not(
        record, version, credited={each.metric_id for each in credits_}, today=today, batch=batch
    )
    parent = history.parent_of(record, version, batch=batch)
    seen = _with_parent(version, parent)
    # The ids of metrics are not for reading.
    names = {str(each.id): _(each.name) for each in every.values()}
    return RecordShown(
        name=version.text("name") or record.external_id,
        kind=words.kind_name(record.kind),
        facts=record,
        version=version,
        crm_url=crm_url(version.text("url")),
        fields=_fields(version, names if record.kind == "entry" else {}),
        people=_people(record, version, everybody, viewer, batch, today),
        credits=_credits(credits_, every, everybody, viewer, as_of),
        passed_over=tuple(
            _passed_over(each, words.reason_text(each, seen), viewer)
            for each in missed
            if each.reason != "kind"
        ),
        other_kinds=tuple(
            _passed_over(each, words.kinds_text(each), viewer)
            for each in missed
            if each.reason == "kind"
        ),
        steps=_steps(found),
        has_older=len(found) > HISTORY,
    )


def crm_url(address: str) -> str:
    """Return an address that only leads somewhere: what a file says is not trusted to be one."""
    return address if address.startswith(("https://", "http://")) else ""


def _unknown(record: RecordFacts) -> RecordShown:
    return RecordShown(
        record.external_id, words.kind_name(record.kind), record, None, "",
        (), (), (), (), (), (), has_older=False,
    )  # fmt: skip


def _metrics(batch: int) -> dict[int, MetricFacts]:
    """Return every metric by id, archived ones too: they keep what they had."""
    return {each.id: each for each in (*metrics.archived_metrics(), *metrics.metrics(batch=batch))}


def _with_parent(version: Version, parent: Version | None) -> Version:
    """Return a version with the fields of the record it belongs to beside its own."""
    if parent is None:
        return version
    fields = {f"parent.{name}": value for name, value in parent.fields.items()}
    return replace(version, fields={**version.fields, **fields})


_APART = ("name", "url", "currency")


def _fields(version: Version, names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    currency = version.text("currency")
    return tuple(
        (_label(name), names.get(str(value)) or words.value_text(name, value, currency=currency))
        for name, value in version.fields.items()
        if name not in _APART and not _names_somebody(name)
    )


def _label(name: str) -> str:
    text = str(field_word(name))
    if name.startswith("attributes."):
        # As the source calls it, made readable.
        text = text.replace("_", " ").strip() or text
    return text[:1].upper() + text[1:]


def _names_somebody(name: str) -> bool:
    return name in ("owner", "creator") or name.startswith("users.")


def _people(
    record: RecordFacts,
    version: Version,
    everybody: Mapping[int, MemberFacts],
    viewer: Viewer,
    batch: int,
    today: date,
) -> tuple[Person, ...]:
    day = next(
        (day for name in ("occurred", "closed", "created") if (day := day_of(version, name))), today
    )
    found = history.named(record, version, day=day, batch=batch)
    return tuple(_person(each, everybody.get(each.member_id), viewer) for each in found)


def _person(named: Named, member: MemberFacts | None, viewer: Viewer) -> Person:
    return Person(
        role=_label(named.field),
        key=named.name if named.name and named.name != named.key else named.key,
        name=member.name if member else "",
        url=_person_url(member, viewer),
    )


def _person_url(member: MemberFacts | None, viewer: Viewer) -> str:
    if member is None or not viewer.may_open(member.id):
        return ""
    return reverse("person", args=[scope.current().slug, member.public_id])


def _credits(
    found: Sequence[RecordCredit],
    every: Mapping[int, MetricFacts],
    everybody: Mapping[int, MemberFacts],
    viewer: Viewer,
    as_of: AsOf,
) -> tuple[CreditShown, ...]:
    teams = people.teams() if found else {}
    order = {key: place for place, key in enumerate(every)}
    shown_ = []
    for each in sorted(found, key=lambda each: order.get(each.metric_id, len(order))):
        metric, member = every.get(each.metric_id), everybody.get(each.member_id)
        if metric is None:
            continue
        team = teams.get(each.team_id)
        is_indirect, role = each.role >= calc.INDIRECT, each.role % calc.INDIRECT
        shown_.append(
            CreditShown(
                metric_name=_(metric.name),
                role=metric.roles[role] if 1 <= role < len(metric.roles) else "",
                is_indirect=is_indirect,
                person=member.name if member else "",
                person_url=_person_url(member, viewer),
                team=team.name if team else "",
                day=each.day,
                occurred_at=each.occurred_at,
                is_own_day=each.occurred_at is not None
                and formats.local(each.occurred_at).date() != each.day,
                value=_value(metric, each),
                share=_share(each),
                why=words.nobody_text(each.reason, each.owner_key) if each.reason else "",
                board_url="" if metric.archived_at else _board_url(metric, each, member, as_of),
                mend_url=_mend_url(metric, each) if each.reason and viewer.is_admin else "",
            )
        )
    return tuple(shown_)


def _value(metric: MetricFacts, credit: RecordCredit) -> str:
    measure = boards.board_metric(metric)
    if metric.aggregation is Aggregation.COUNT:
        value = Decimal(credit.share) / calc.WHOLE_SHARE
        is_whole = value == value.to_integral_value()
        return formats.number(value, 0 if is_whole else 2)
    return formats.measured(credit.value, exact(measure, credit.value))


def exact(measure: BoardMetric, value: Decimal) -> BoardMetric:
    """Return how to write one record's value: with the cents it has."""
    has_cents = value != value.to_integral_value()
    return replace(measure, decimals=max(measure.decimals, 2 if has_cents else 0))


def _share(credit: RecordCredit) -> str:
    if abs(credit.share) >= calc.WHOLE_SHARE:
        return ""
    return formats.percent(Decimal(credit.share) / calc.WHOLE_SHARE, 2 if credit.share % 100 else 0)


def _board_url(
    metric: MetricFacts, credit: RecordCredit, member: MemberFacts | None, as_of: AsOf
) -> str:
    month = f"{credit.day:%Y-%m}"
    place = f"#place-{member.public_id}" if member else ""
    return as_of.url("leaderboards", metric=metric.public_id, period=month) + place


def _mend_url(metric: MetricFacts, credit: RecordCredit) -> str:
    query = urlencode({"metric": metric.public_id, "period": f"{credit.day:%Y-%m}"})
    return f"{reverse('unassigned', args=[scope.current().slug])}?{query}"


def _passed_over(each: WhyNot, why: str, viewer: Viewer) -> PassedOver:
    url = ""
    if viewer.member.role != "rep":
        url = reverse("metric", args=[scope.current().slug, each.metric.public_id])
    return PassedOver(_(each.metric.name), url, why)


def _steps(found: Sequence[Version]) -> tuple[Step, ...]:
    """Tell versions, the latest first, each against the one before it."""
    older: list[Version | None] = [*found[1:], None]
    steps = [
        _step(version, before) for version, before in list(zip(found, older, strict=True))[:HISTORY]
    ]
    return tuple(steps)


def _step(version: Version, before: Version | None) -> Step:
    currency = version.text("currency")
    changed = () if before is None else history.changes(before, version)
    if before is None:
        title, icon = _("First known"), "circle-plus"
    elif version.is_deleted and not before.is_deleted:
        title, icon = _("Deleted where it came from"), "trash-2"
    elif before.is_deleted and not version.is_deleted:
        title, icon = _("Came back"), "undo-2"
    else:
        title, icon = _("Changed"), "pencil"
    return Step(
        title=title,
        icon=icon,
        known_at=version.known_at,
        changes=tuple(words.change_text(each, currency=currency) for each in changed),
        run=version.run,
        is_current=version.is_current,
    )
