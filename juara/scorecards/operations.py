"""Setting scorecards. Every change belongs to a knowledge batch and is never edited."""

from dataclasses import replace
from datetime import date, datetime

from django.utils.translation import gettext_noop

from juara.audit import operations as audit
from juara.core import db, succession
from juara.core.calendar import ALWAYS, FOREVER
from juara.core.errors import DomainError
from juara.events import operations as events
from juara.goals import queries as goals
from juara.metrics import queries as metrics
from juara.people import queries as people
from juara.scorecards import definitions, queries
from juara.scorecards.models import ScorecardRule
from juara.scorecards.queries import Owner
from juara.scorecards.types import Definition, Mode
from juara.tenancy import knowledge


def set_scorecard(
    definition: Definition,
    *,
    profile: str = "",
    team: str = "",
    from_day: date,
    until_day: date = FOREVER,
    moment: datetime,
    actor: str,
) -> bool:
    """Measure a job profile, a team or (without either) the company on these lines.

    From a day on, or until a day; what was set before those days stays as it was. Lines name
    their metrics by key or public id. Returns whether anything changed. Raises DomainError for
    what cannot be a scorecard, saying why, and NotFoundError for an unknown owner or metric.
    """
    _check_days(from_day, until_day)
    owner = queries.owner(profile=profile, team=team)
    wanted = _resolved(definition)
    definitions.check(wanted)
    if wanted.mode is Mode.RANK_POINTS and not profile:
        raise DomainError(
            "scorecard.rank_owner",
            gettext_noop("Rank points compare the people of a job profile, not teams."),
        )
    with db.transaction(), knowledge.batch(moment=moment, reason="scorecard") as batch:
        changed = _lay(owner, wanted, from_day, until_day, batch)
        if changed:
            audit.record(
                actor=actor, action="scorecard.set", subject=_named(owner), at=moment,
                mode=wanted.mode.value, lines=len(wanted.lines), from_day=from_day.isoformat(),
                until_day=until_day.isoformat(),
            )  # fmt: skip
            events.bump_topics([queries.TOPIC])
    return changed


def copy_scorecard(
    *, from_profile: str, to_profile: str, from_day: date, moment: datetime, actor: str
) -> bool:
    """Measure people of a profile on what another profile is measured on, from a day on.

    What is copied is what holds on that day. Raises DomainError where nothing does.
    """
    _check_days(from_day, FOREVER)
    source, receiver = goals.profile(from_profile), goals.profile(to_profile)
    if source.id == receiver.id:
        raise DomainError(
            "scorecard.copy_itself", gettext_noop("Choose two different job profiles.")
        )
    found = queries.rules_on(from_day).of_profile(source.id)
    if found is None:
        raise DomainError(
            "scorecard.nothing_to_copy",
            gettext_noop("This job profile has no scorecard of its own on that day."),
        )
    with db.transaction(), knowledge.batch(moment=moment, reason="copy scorecard") as batch:
        changed = _lay(Owner(profile_id=receiver.id), found, from_day, FOREVER, batch)
        if changed:
            audit.record(
                actor=actor, action="scorecard.copied",
                subject=f"{source.name} → {receiver.name}", at=moment,
                from_day=from_day.isoformat(),
            )  # fmt: skip
            events.bump_topics([queries.TOPIC])
    return changed


def remove_scorecard(
    *,
    profile: str = "",
    team: str = "",
    from_day: date,
    until_day: date = FOREVER,
    moment: datetime,
    actor: str,
) -> bool:
    """Go back to equal weights over the lines that have a target, from a day on or until a day."""
    _check_days(from_day, until_day)
    owner = queries.owner(profile=profile, team=team)
    with db.transaction(), knowledge.batch(moment=moment, reason="scorecard") as batch:
        changed = _lay(owner, None, from_day, until_day, batch)
        if changed:
            audit.record(
                actor=actor, action="scorecard.removed", subject=_named(owner), at=moment,
                from_day=from_day.isoformat(), until_day=until_day.isoformat(),
            )  # fmt: skip
            events.bump_topics([queries.TOPIC])
    return changed


def _resolved(definition: Definition) -> Definition:
    """Return a definition whose lines name metrics by public id; NotFoundError for an unknown."""
    known = {name: each for each in metrics.metrics() for name in (each.key, each.public_id)}
    lines = tuple(
        replace(
            each, metric=(known.get(each.metric) or metrics.metric(each.metric)).public_id
        )
        for each in definition.lines
    )  # fmt: skip
    cap = None if definition.mode is Mode.RANK_POINTS else definition.cap
    return replace(definition, lines=lines, cap=cap)


def _lay(
    owner: Owner,
    definition: Definition | None,
    from_day: date,
    until_day: date,
    batch: knowledge.OpenBatch,
) -> bool:
    changed = succession.lay(
        ScorecardRule,
        about={"profile_id": owner.profile_id, "team_id": owner.team_id},
        values=None if definition is None else {"definition": definitions.stored(definition)},
        from_day=from_day,
        until_day=until_day,
        batch=batch.number,
    )
    batch.is_used |= changed
    return changed


def _named(owner: Owner) -> str:
    if owner.profile_id is not None:
        return people.profiles()[owner.profile_id].name
    teams = people.teams()
    return people.root_team().name if owner.team_id is None else teams[owner.team_id].name


def _check_days(from_day: date, until_day: date) -> None:
    if not ALWAYS <= from_day < until_day <= FOREVER:
        raise DomainError(
            "scorecard.day", gettext_noop("Choose the days the scorecard holds on, at least one.")
        )
