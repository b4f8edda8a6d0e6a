"""Every page of the product that a person can look at, once: what goes over all of them reads this.

Pictures (tools/screenshots.py), measurements (`python -m bench screens`) and the tests that visit
every page use the one list. A route that gives no page is in `NOT_PAGES`, with the reason.
"""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

_PLACE = re.compile(r"\{(\w+)\}")
_ADDRESS = re.compile(r'href="([^"]+)"')
# An id made by the application, the key of a source, a kind of records, the fingerprint of a file.
_ID = r"[\w.:=-]+"


class Stage(StrEnum):
    """When there is something to look at."""

    LIVING = "living"  # In a company that has been at it for a while.
    EMPTY = "empty"  # Before anybody has begun.
    BEGUN = "begun"  # In one that was begun just now, while files are brought in.
    GUEST = "guest"  # By a link that somebody was given.
    SAMPLE = "sample"  # With a sample company beside the real one.
    REMOVED = "removed"  # After an organization was removed.


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the role it is for first of all ("" for anybody), and where it is.

    `path` is below the organization, or from the root where it begins with a slash; its places in
    braces stand for ids. Such a page is reached by the first link to it on the page `found_on`.
    """

    name: str
    route: str
    path: str
    role: str = "admin"
    found_on: str = ""
    stage: Stage = Stage.LIVING

    @property
    def places(self) -> tuple[str, ...]:
        """Return the names of what its address takes."""
        return tuple(_PLACE.findall(self.path))

    def below(self, slug: str, known: Mapping[str, str] | None = None) -> str:
        """Return its address, with its places filled by what is known."""
        given = {"slug": slug} | dict(known or {})
        return _below(slug, _PLACE.sub(lambda place: given[place[1]], self.path))

    def linked_in(self, markup: str, slug: str) -> str:
        """Return the first link to it in a page's markup, "" when there is none."""
        fixed = [re.escape(each) for each in _PLACE.split(_below(slug, self.path))[::2]]
        path, _, asked = _ID.join(fixed).partition(r"\?")
        # What else is asked for in the address may stand before and after.
        pattern = re.compile(rf"{path}\?(?:.*&)?{asked}(?:&.*)?" if asked else path)
        others = {each.below(slug) for each in EVERY_PAGE if not each.places}
        found = (html.unescape(each) for each in _ADDRESS.findall(markup))
        return next((each for each in found if pattern.fullmatch(each) and each not in others), "")


# Gives the markup of an address as somebody of a role is shown it.
Read = Callable[[str, str], str]


def find(page: Page, slug: str, known: Mapping[str, str], read: Read) -> str:
    """Return a page's address, "" when nothing leads to it: of what is known, or by a link."""
    if set(page.places) <= {"slug", *known}:
        return page.below(slug, known)
    before = next((each for each in EVERY_PAGE if each.name == page.found_on), None)
    address = find(before, slug, known, read) if before else ""
    return page.linked_in(read(page.role, address), slug) if address else ""


def _below(slug: str, path: str) -> str:
    return path if path.startswith("/") else f"/o/{slug}/{path}"


EVERY_PAGE = (
    # Coming in.
    Page("sign-in", "sign_in", "/sign-in/", ""),
    Page("begin-waiting", "begin_waiting", "/begin/", "", stage=Stage.EMPTY),
    Page("begin", "begin", "/begin/{begin}/", "", stage=Stage.EMPTY),
    Page("welcome", "welcome", "/me/welcome/{welcome}/", "", stage=Stage.GUEST),
    Page("home", "home", "/", stage=Stage.SAMPLE),
    Page("offline", "offline", "/offline/", ""),
    # The day, and the boards.
    Page("today", "today", "today/", "rep"),
    Page("team-now", "team_now", "today/team/", "manager"),
    Page("company", "company", "company/", "executive"),
    Page("company-trend", "company_trend", "company/trend/?metric=revenue_won", "executive"),
    Page("scorecard", "scorecard", "scorecard/", "rep"),
    Page("scorecard-person", "scorecard_person", "scorecard/{member}/", "manager", "person"),
    Page(
        "scorecard-team", "scorecard_team", "scorecard/teams/{team}/", "manager",
        "scorecard-person",
    ),
    Page("scorecard-company", "scorecard_company", "scorecard/company/", "executive"),
    Page("scorecard-past", "scorecard_past", "scorecard/past/", "rep"),
    Page("targets", "targets", "today/targets/"),
    Page("goals", "goals", "goals/"),
    Page("goals-grid", "goals_grid", "goals/grid/"),
    Page("goals-import", "goals_import", "goals/import/"),
    Page("goal-settings", "goal_settings", "goals/settings/"),
    Page("goal-new", "goal_new", "goals/new/?owner=company"),
    Page("goals-person", "goals_person", "goals/people/{member}/", found_on="goals-grid"),
    Page("goal", "goal", "goals/{goal}/", found_on="goals"),
    Page("goal-divide", "goal_divide", "goals/{goal}/divide/", found_on="goals"),
    Page("scorecard-rules", "scorecard_rules", "scorecard-rules/"),
    Page(
        "scorecard-rule", "scorecard_rule_profile", "scorecard-rules/profiles/{profile}/",
        found_on="scorecard-rules",
    ),
    Page(
        "scorecard-rule-team", "scorecard_rule_team", "scorecard-rules/teams/{team}/",
        found_on="scorecard-rules",
    ),
    Page("leaderboard", "leaderboards", "leaderboards/", "rep"),
    Page("leaderboard-teams", "leaderboards", "leaderboards/?by=team", "executive"),
    Page(
        "records", "leaderboard_evidence", "leaderboards/records/?holder={member}", "manager",
        "leaderboard",
    ),
    Page("record-search", "records", "records/?q=a", "executive"),
    Page("record", "record", "records/{record}/", "manager", "records"),
    Page("changes", "changes", "records/changes/"),
    Page("unassigned", "unassigned", "records/unassigned/"),
    Page("entries", "entries", "entries/", "manager"),
    Page("palette", "palette", "palette/", "manager"),
    Page("tv", "tv", "/tv/{slug}/{token}/", ""),
    Page("screens", "screens", "screens/"),
    # People and teams.
    Page("people", "people", "people/"),
    Page("people-add", "people_add", "people/add/"),
    Page("person", "person", "people/{member}/", "manager", "people"),
    Page("person-transfer", "person_transfer", "people/{member}/transfer/", found_on="person"),
    Page(
        "person-correct", "person_correct", "people/{member}/correct/?stay={from}",
        found_on="person",
    ),
    Page("person-leave", "person_leave", "people/{member}/leave/", found_on="person"),
    Page("person-picture", "people_picture", "people/{member}/picture/", found_on="people"),
    Page("teams", "teams", "teams/"),
    Page("squads", "squads", "teams/squads/"),
    Page("squad", "squad", "teams/squads/{squad}/", found_on="squads", stage=Stage.BEGUN),
    Page("profiles", "profiles", "teams/profiles/"),
    Page("calendars", "calendars", "calendars/"),
    Page("calendar-new", "calendar_new", "calendars/new/"),
    Page("calendar", "calendar", "calendars/{calendar}/", found_on="calendars"),
    Page("calendar-change", "calendar_change", "calendars/{calendar}/change/", found_on="calendar"),
    # Metrics.
    Page("metrics", "metrics", "metrics/"),
    Page("metric", "metric", "metrics/{metric}/", "manager", "metrics"),
    Page("metrics-ready", "metric_ready", "metrics/ready/"),
    Page("metric-new", "metric_new", "metrics/new/"),
    Page("metric-editor", "metric_edit", "metrics/{metric}/edit/", found_on="metric"),
    # Set-up.
    Page("setup", "setup", "set-up/", stage=Stage.BEGUN),
    Page("settings", "settings", "set-up/settings/"),
    Page("settings-periods", "settings_periods", "set-up/settings/periods/"),
    Page("sample", "sample_progress", "set-up/sample/progress/", stage=Stage.SAMPLE),
    Page("removal", "removal", "/begin/removed/{ticket}/", "", stage=Stage.REMOVED),
    Page("me", "me", "/me/", "rep"),
    # Data health.
    Page("health", "health", "health/"),
    Page("currencies", "currencies", "currencies/"),
    Page("currency", "currency", "currencies/EUR/", found_on="currencies"),
    Page("rates-upload", "rates_upload", "currencies/upload/"),
    Page("health-uncounted", "health_uncounted", "health/records/deal/"),
    # Sources and imports.
    Page("sources", "sources", "sources/"),
    Page("source", "source", "sources/source/{source}/", found_on="sources"),
    Page("schedules", "source_feeds", "sources/schedules/"),
    Page("schedule-new", "source_feed_add", "sources/schedules/new/", stage=Stage.BEGUN),
    Page("import-new", "import_new", "sources/import/"),
    Page(
        "import-again", "import_again", "sources/source/{source}/import/",
        found_on="source",
    ),
    Page("import-files", "import_files", "sources/import/{draft}/files/", stage=Stage.BEGUN),
    Page("import-reading", "import_reading", "sources/import/{draft}/reading/", stage=Stage.BEGUN),
    Page("import-meaning", "import_meaning", "sources/import/{draft}/meaning/", stage=Stage.BEGUN),
    Page("import-check", "import_check", "sources/import/{draft}/check/", stage=Stage.BEGUN),
    Page("import-run", "import_run", "sources/run/{run}/", stage=Stage.BEGUN),
    # For who makes pages.
    Page("gallery", "design", "/design/", ""),
)  # fmt: skip

_PART = "a part of a page"
_FILE = "a file to download"
_STREAM = "a stream"

NOT_PAGES = {
    "organization": "shows the leaderboards",
    "live": _STREAM,
    "tv_live": _STREAM,
    "tv_part": _PART,
    "setup_preview": _PART,
    "goal_help": _PART,
    "calendar_holidays": _PART,
    "health_records": _PART,
    "currencies_records": _PART,
    "verify_history": _PART,
    "people_export": _FILE,
    "member_picture": "a picture",
    "source_sample": _FILE,
    "import_check_rows": _FILE,
    "import_mapping": _FILE,
    "import_rows": _FILE,
    "import_run_mapping": _FILE,
    "manifest": "read by browsers",
    "service_worker": "read by browsers",
    "set_language": "leads back",
}
