"""A chart with axes, its words and its table; the drawing itself comes when the page is there."""

import json
from typing import Any

from django.utils.translation import gettext as _

from juara.ui.charts import Chart, Series
from juara.ui.components import one_of
from juara.ui.parts.goals import course
from juara.ui.registry import SIZES, TREATMENTS, components


@components.part("chart.html")
def chart(label: str, *, chart: Chart, key: str, size: str = "medium") -> dict[str, Any]:
    """Draw series over points, with a text alternative and a table of the same numbers.

    `key` is an id of its own on the page: a live refresh finds the chart again by it and moves
    it to the new numbers. Pages with charts wear the styles of the area `figures`.
    """
    for each in chart.series:
        one_of("chart", "tone", each.tone, TREATMENTS)
    return {
        "label": label,
        "words": ". ".join(_words(chart, each) for each in chart.series),
        "key": key,
        "size": one_of("chart", "size", size, SIZES),
        "is_empty": chart.is_empty,
        "drawing": json.dumps(chart.drawing(), ensure_ascii=False, separators=(",", ":")),
        "points_name": chart.points_name or _("Point"),
        "series": chart.series,
        "rows": chart.rows(),
    }


def _words(chart: Chart, series: Series) -> str:
    texts = [chart.text(value) for value in series.values]
    there = {value for value in series.values if value is not None}
    words = texts[0] if len(there) == 1 and None not in series.values else ""
    return f"{series.name}: {words or course(series.values, texts)}"
