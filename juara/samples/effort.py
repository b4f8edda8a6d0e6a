"""How much, and how well, a person works on a day: season, absence, ramp, form, fatigue."""

from datetime import date
from math import sin
from random import Random

from juara.samples import seasons
from juara.samples.types import Person, Strength, Team

_RAMP_DAYS = 45
_LEARNING_DAYS = 130


def is_at_work(person: Person, day: date) -> bool:
    """Say whether appointments can be set: employed for some days yet, present, a working day.

    The weekend before the last Monday belongs to nobody, so a leaver ends on a Friday.
    """
    team = person.team_on(day)
    if team is None or not is_around(person, day) or person.is_away(day):
        return False
    return seasons.is_workable(team.country, day)


def is_around(person: Person, day: date) -> bool:
    """Say whether work may be given to the person: not before the first, nor after the last day."""
    if day < person.hired_on:
        return False
    return person.left_on is None or (person.left_on - day).days > 2


def effort(rng: Random, person: Person, team: Team, day: date) -> float:
    """Return the person's work of the day, 1 being an experienced colleague's ordinary day."""
    if not is_around(person, day) or person.is_away(day):
        return 0.0
    weight = seasons.day_weight(team.country, day)
    if day.weekday() >= 5:
        # A weekend is quiet: now and then one person puts in a few hours.
        return 0.3 if rng.random() < weight * 2 else 0.0
    return weight * ramp(person, day, _RAMP_DAYS)


def ramp(person: Person, day: date, length: int) -> float:
    """Return how far a new hire has come, from 0.35 on the first day to 1."""
    return 0.35 + 0.65 * min(1.0, (day - person.hired_on).days / length)


def skill(person: Person, strength: Strength, day: date, origin: date) -> float:
    """Return the factor on what a person makes of a chance that day, around 1.

    It rises while they learn, drifts with their trend over the story's year, and waves.
    """
    days = (day - origin).days
    drift = strength.trend * (days / 395 - 0.5)
    wave = 0.10 * sin(days / 23 + strength.phase)
    return ramp(person, day, _LEARNING_DAYS) * (1 + drift + wave)
