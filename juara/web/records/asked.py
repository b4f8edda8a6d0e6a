"""Which number a page is asked to explain: the same words in the address as on a board."""

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from juara.core import scope
from juara.leaderboards import queries as boards
from juara.metrics.queries import MetricFacts
from juara.web.as_of import AsOf
from juara.web.leaderboards.labels import offered_periods, period_label


@dataclass(frozen=True, slots=True)
class Selected:
    """A number's metric, period, scope and role, and the moment it is asked for at."""

    as_of: AsOf
    metric: str
    period: str = "this-month"
    by: str = "member"
    scope: str = ""
    role: str = ""

    def asked(self) -> boards.Asked:
        return boards.Asked(
            metric=self.metric, period=self.period, by=self.by, team=self.scope, role=self.role,
            as_of=self.as_of.moment,
        )  # fmt: skip

    def kept(self) -> list[tuple[str, str]]:
        """Return the choices without the moment, those that are made."""
        parts = {
            "metric": self.metric, "period": self.period, "by": self.by, "scope": self.scope,
            "role": self.role,
        }  # fmt: skip
        return [(name, value) for name, value in parts.items() if value]

    def query(self, **more: str) -> str:
        """Return the choices, and more, as an address carries them; what is empty is left out."""
        parts = {**dict(self.kept()), "as_of": str(self.as_of)} | more
        return urlencode({name: value for name, value in parts.items() if value})

    def url(self, url_name: str, **more: str) -> str:
        return f"{reverse(url_name, args=[scope.current().slug])}?{self.query(**more)}"


def selected(given: QueryDict, every: tuple[MetricFacts, ...], *, as_of: AsOf) -> Selected:
    """Read what is asked for; where nothing is, the first metric this month."""
    keys = {each.key: each.public_id for each in every}
    wanted = given.get("metric", "")
    first = every[0].public_id if every else ""
    by = given.get("by", "")
    return Selected(
        metric=keys.get(wanted, wanted) or first,
        period=given.get("period") or "this-month",
        by=by if by in boards.BY else "member",
        scope=given.get("scope", ""),
        role=given.get("role", ""),
        as_of=as_of,
    )


def metric_choices(every: tuple[MetricFacts, ...]) -> list[tuple[str, str]]:
    return [(each.public_id, _(each.name)) for each in every]


def period_choices(chosen: str, today: date) -> list[tuple[str, str]]:
    offered = offered_periods(today)
    if chosen not in dict(offered):
        offered.append((chosen, period_label(chosen, today)))
    return offered
