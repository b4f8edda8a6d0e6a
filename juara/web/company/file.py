"""The goals of a level and what they are made of as a file."""

from django.utils.translation import gettext as _

from juara.ui import formats
from juara.web import export
from juara.web.company.asked import Asked
from juara.web.company.reading import Company
from juara.web.company.shown import Node
from juara.web.export import Column, Row, Sheet


def sheet(found: Company, asked: Asked) -> Sheet:
    """Return a row for each goal of the level, then one for each team below of the chosen one."""
    period = asked.period
    columns = [
        Column(_("Team"), width=28),
        Column(_("Metric"), width=24),
        *(Column(each) for each in (
            _("Value"), _("Target"), _("Expected by now"), _("Attainment"), _("Status"),
            _("Own target"), _("Sum of the members' targets"), _("Gap"), _("Unassigned"),
        )),
        Column(_("Forecast"), width=40),
        Column(_("Chance"), width=28),
    ]  # fmt: skip
    return Sheet(
        name="goals",
        title=_("Goals"),
        columns=columns,
        read=export.at_once([_row(each) for each in (*found.goals, *found.below)]),
        facts=[
            (_("Where"), found.level),
            (_("Period"), formats.period(period.key, period.from_day, period.until_day)),
            (_("Days"), formats.first_to_last(period.from_day, period.until_day)),
            (_("As of"), asked.as_of.at),
        ],
    )


def _row(node: Node) -> Row:
    goal, pace = node.goal, node.goal.pace
    paced = (
        [pace.target, pace.expected, pace.attainment, str(pace.status.value)]
        if pace
        else [None, None, None, node.state]
    )
    return [
        node.owner, node.metric, goal.value, *paced, goal.own, goal.members, goal.gap,
        goal.unassigned, node.landing.text, node.landing.chance,
    ]  # fmt: skip
