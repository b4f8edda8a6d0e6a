"""From the period a page shows to those beside it."""

from juara.core.calendar import Period, PeriodRules, following, previous
from juara.web.as_of import AsOf


class Steps:
    """What a page that was asked for a period knows of the periods around it."""

    __slots__ = ()

    as_of: AsOf
    rules: PeriodRules
    period: Period

    @property
    def is_running(self) -> bool:
        return self.period.contains(self.as_of.today)

    @property
    def previous_key(self) -> str:
        return previous(self.period, rules=self.rules).key

    @property
    def next_key(self) -> str:
        """Return the period after this one, '' where that has not begun."""
        after = following(self.period, rules=self.rules)
        return after.key if after.from_day <= self.as_of.today else ""
