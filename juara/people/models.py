"""Who works where, since when, and since when we know it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from juara.accounts.models import User
from juara.core import db
from juara.core.models import DatedFact, TenantModel, public_id_field
from juara.people.calendar_models import (
    Absence,
    AbsenceEntry,
    AbsenceKind,
    CalendarDay,
    HolidayFill,
    MemberCalendar,
    WorkCalendar,
    WorkPattern,
)

__all__ = [
    "Absence",
    "AbsenceEntry",
    "AbsenceKind",
    "ActingManager",
    "Assignment",
    "CalendarDay",
    "HolidayFill",
    "JobProfile",
    "Member",
    "MemberCalendar",
    "MemberPicture",
    "Role",
    "Squad",
    "SquadMember",
    "Team",
    "TeamParent",
    "WorkCalendar",
    "WorkPattern",
]


class Role(models.TextChoices):
    REP = "rep", "rep"
    MANAGER = "manager", "manager"
    EXECUTIVE = "executive", "executive"
    ADMIN = "admin", "admin"


class Member(TenantModel):
    """A person in an organization, with or without a sign-in.

    Personal fields stand here and nowhere among the numbers, so that erasing them leaves the
    numbers standing.
    """

    public_id = public_id_field()
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254, blank=True)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.REP)
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        db_table = "member"
        constraints = [
            models.UniqueConstraint(
                "organization", Lower("email"), name="member_email_unique", condition=~Q(email="")
            ),
            models.UniqueConstraint(fields=["organization", "user"], name="member_user_unique"),
        ]


class Team(TenantModel):
    """A team by name; where it hangs in the tree is dated (TeamParent). The root is the company."""

    public_id = public_id_field()
    name = models.CharField(max_length=120)
    is_root = models.BooleanField(default=False)

    class Meta:
        db_table = "team"
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(is_root=True), name="team_one_root"
            ),
        ]


class TeamParent(DatedFact):
    """Which team a team belongs to, on these days. Exactly one at a time (migration: EXCLUDE)."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        db_table = "team_parent"
        constraints: ClassVar[list[Any]] = [
            *DatedFact.spans("team_parent"),
            models.CheckConstraint(
                condition=~Q(team=models.F("parent")), name="team_parent_not_itself"
            ),
        ]


class JobProfile(TenantModel):
    """What somebody is hired to do (account executive, SDR): targets and scorecards go by it."""

    public_id = public_id_field()
    name = models.CharField(max_length=80)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "job_profile"
        constraints = [
            models.UniqueConstraint("organization", Lower("name"), name="job_profile_name_unique"),
        ]


class Assignment(DatedFact):
    """A member's place: team, manager, job profile and zone, from a day until a day. One at a time.

    `assignment_id` stays the same when the row is succeeded by one that only ends sooner, so
    credits that rest on it need no rewriting; another place, or another span, begins a new one.
    """

    assignment_id = models.BigIntegerField()
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", db_index=False)
    manager = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    profile = models.ForeignKey(
        JobProfile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        db_index=False,
    )  # fmt: skip
    zone = models.CharField(max_length=64)

    class Meta:
        db_table = "assignment"
        constraints: ClassVar[list[Any]] = [
            *DatedFact.spans("assignment"),
            models.UniqueConstraint(
                fields=["organization", "assignment_id"],
                condition=Q(known_until=db.OPEN),
                name="assignment_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "assignment_id"], name="assignment_lineage"),
        ]


class ActingManager(DatedFact):
    """Who stands in for a manager on these days: they open the same people meanwhile."""

    manager = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    acting = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        db_table = "acting_manager"
        constraints: ClassVar[list[Any]] = [
            *DatedFact.spans("acting_manager"),
            models.CheckConstraint(
                condition=~Q(manager=models.F("acting")), name="acting_manager_not_itself"
            ),
        ]
        indexes = [models.Index(fields=["organization", "acting"], name="acting_manager_acting")]


class Squad(TenantModel):
    """A group across teams, for boards and contests; it owns no points."""

    public_id = public_id_field()
    name = models.CharField(max_length=80)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "squad"
        constraints = [
            models.UniqueConstraint("organization", Lower("name"), name="squad_name_unique"),
        ]


class SquadMember(DatedFact):
    """Somebody belongs to a squad on these days; to any number of squads at a time."""

    squad = models.ForeignKey(Squad, on_delete=models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        db_table = "squad_member"
        constraints: ClassVar[list[Any]] = [*DatedFact.spans("squad_member")]
        indexes = [models.Index(fields=["organization", "squad"], name="squad_member_squad")]


class MemberPicture(TenantModel):
    """What a member looks like: a small square picture, made anew from whatever was uploaded."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="+")
    content = models.BinaryField()
    # Part of the picture's address, so that browsers may keep each for ever.
    fingerprint = models.CharField(max_length=16)

    class Meta:
        db_table = "member_picture"
