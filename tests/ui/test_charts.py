"""Charts and figures: what is worked out for them, and what they say where nothing is drawn."""

import json
import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

from juara.ui.charts import Chart, Series, Unit, ticks
from juara.ui.figures import Histogram, ScoreStep

USD = Unit("currency", "USD")
CALLS = Chart(
    ("Mon", "Tue", "Wed"),
    (Series("Calls", (Decimal(12), None, Decimal(31)), kind="bar"),
     Series.target("Target", 25, count=3)),
    points_name="Day",
)  # fmt: skip
SPREAD = Histogram([Decimal(4), Decimal(20), Decimal(20), Decimal(44), None], Decimal(20))


def drawn(source: str, **values: object) -> str:
    text = Template("{% load juara_ui %}" + source).render(Context(values))
    return " ".join(text.split())


def handed_over(markup: str) -> dict[str, Any]:
    found = re.search(r'data-chart="([^"]*)"', markup)
    assert found
    given: dict[str, Any] = json.loads(unescape(found[1]))
    return given


@pytest.mark.parametrize(
    ("values", "unit", "expected"),
    [
        ([12, 31, 25], Unit(), [0, 10, 20, 30, 40]),
        ([2, 3, 1], Unit(), [0, 1, 2, 3]),
        ([88500], USD, [0, 25000, 50000, 75000, 100000]),
        ([0.31, 0.41], Unit("percent", decimals=1),
         [0, Decimal("0.2"), Decimal("0.4"), Decimal("0.6")]),
        ([5400], Unit("duration"), [0, 1800, 3600, 5400]),
        ([20 * 86400], Unit("duration"), [0, 5 * 86400, 10 * 86400, 15 * 86400, 20 * 86400]),
        ([-5, 5], Unit(decimals=1), [-5, Decimal("-2.5"), 0, Decimal("2.5"), 5]),
        ([0, 0], Unit(), [0, 1]),
        ([], Unit(), [0, 1]),
    ],
)  # fmt: skip
def test_an_axis_begins_at_nothing_and_steps_in_round_numbers(
    values: list[float], unit: Unit, expected: list[Decimal]
) -> None:
    assert ticks(values, unit) == expected


def test_a_chart_is_handed_over_with_every_text_written() -> None:
    given = handed_over(drawn('{% chart "Calls a day" chart=chart key="calls" %}', chart=CALLS))

    assert given["points"] == ["Mon", "Tue", "Wed"]
    assert given["ticks"] == [[0, "0"], [10, "10"], [20, "20"], [30, "30"], [40, "40"]]
    first, target = given["series"]
    assert (first["values"], first["texts"]) == ([12, None, 31], ["12", "–", "31"])
    assert (target["kind"], target["values"]) == ("target", [25, 25, 25])


def test_an_axis_is_written_in_the_viewers_language() -> None:
    chart = Chart(("W1",), (Series("Omzet", (Decimal(88_500),)),), USD)

    with translation.override("id"):
        given = chart.drawing()

    assert [text for _at, text in given["ticks"]] == [
        "US$0", "US$25\xa0rb", "US$50\xa0rb", "US$75\xa0rb", "US$100\xa0rb",
    ]  # fmt: skip
    assert given["series"][0]["texts"] == ["US$88.500"]


def test_a_chart_says_in_words_what_it_draws_and_holds_a_table_of_the_same_numbers() -> None:
    text = drawn('{% chart "Calls a day" chart=chart key="calls" %}', chart=CALLS)

    assert (
        'aria-label="Calls a day. Calls: from 12 to 31, lowest 12, highest 31. Target: 25"' in text
    )
    cells = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", text)
    assert cells == ["Day", "Calls", "Target", "Mon", "12", "25", "Tue", "–", "25",
                     "Wed", "31", "25"]  # fmt: skip


def test_a_chart_without_numbers_asks_for_no_script() -> None:
    chart = Chart(("Mon",), (Series("Calls", (None,)),))

    text = drawn('{% chart "Calls" chart=chart key="calls" %}', chart=chart)

    assert "There are no numbers to draw yet." in text
    assert "data-module" not in text


def test_series_of_another_length_than_the_points_are_refused() -> None:
    with pytest.raises(ValueError, match="'Calls' has 1 values for 2 points"):
        Chart(("Mon", "Tue"), (Series("Calls", (1,)),))
    with pytest.raises(ValueError, match="not 'pie'"):
        Chart(("Mon",), (Series("Calls", (1,), kind="pie"),))


def test_names_in_charts_and_figures_are_escaped() -> None:
    bad = '"><script>alert(1)</script>'
    chart = Chart((bad,), (Series(bad, (1,)),), points_name=bad)
    steps = [ScoreStep(bad, bad, bad, bad, bad, bad, url=bad)]

    text = drawn(
        '{% chart bad chart=chart key="c" %}{% score_steps bad steps=steps total=bad note=bad %}'
        "{% score_gauge bad score=1 value=bad note=bad %}{% trend 'up' bad %}"
        "{% heat_cell 'done' value=bad note=bad label=bad url=bad %}{% goal_tree label=bad %}"
        "{% goal_node title=bad owner=bad value=bad share=1 state='done' key='k' target=bad gap=bad"
        " needed=bad forecast_text=bad below=bad url=bad %}{{ bad }}{% endgoal_node %}"
        "{% endgoal_tree %}{% histogram bad histogram=spread key='h' %}",
        bad=bad, chart=chart, steps=steps, spread=SPREAD,
    )  # fmt: skip

    assert "<script" not in text
    assert handed_over(text)["points"] == [bad]


def test_a_bar_ends_at_a_forecast_beyond_the_target_and_marks_where_the_target_lies() -> None:
    text = drawn(
        "{% pace_bar label='Calls' value='88' target='100' share=0.8 expected=0.4 state='on_track'"
        " forecast_low=1.2 forecast_high=1.6 forecast_text='Heading for 120 to 160' %}"
    )

    assert (
        "--share: 0.5000; --expected: 0.2500; --low: 0.7500; --high: 1.0000; --whole: 0.6250"
        in text
    )
    assert "Heading for 120 to 160" in text


def test_a_target_across_a_sparkline_is_said() -> None:
    text = drawn("{% sparkline label='Calls' values=values target=40 %}", values=[10, 20])

    assert "from 10 to 20, lowest 10, highest 20; target 40" in text
    assert 'class="sparkline-target" d="M0 3.0H100"' in text


@pytest.mark.parametrize(
    ("target", "is_higher_better", "reached"),
    [(20, True, 3), (21, True, 1), (45, True, 0), (20, False, 3), (3, False, 0)],
)
def test_who_would_have_reached_a_target(target: int, is_higher_better: bool, reached: int) -> None:
    spread = Histogram(SPREAD.values, Decimal(target), is_higher_better=is_higher_better)

    assert spread.reached(Decimal(target)) == reached
    # Who has no value has not reached it, and is one of them.
    assert spread.stops()[spread.chosen].sentence == f"{reached} of 5 would have reached {target}"


def test_everybody_with_a_value_is_in_one_bin() -> None:
    found = [(each.name, each.count) for each in SPREAD.bins() if each.count]

    assert found == [("0 to under 5", 1), ("20 to under 25", 2), ("40 to 45", 1)]


def test_the_line_of_a_histogram_can_stand_at_the_target_itself() -> None:
    spread = Histogram([Decimal(0), Decimal(1000)], Decimal("333.3"), Unit(decimals=1))

    stop = spread.stops()[spread.chosen]
    assert (stop.value, stop.at) == (Decimal("333.3"), "0.3333")
    assert len(spread.stops()) <= 62


def test_a_line_that_is_not_scored_says_why() -> None:
    steps = [
        ScoreStep("Deals", "2 ÷ 4 = 50%", "50%", "20", "10", state="behind", share=0.05),
        ScoreStep("Win rate", rule="no target"),
    ]

    text = drawn("{% score_steps 'The score' steps=steps total='10' %}", steps=steps)

    assert "<span>50% × 20 =</span> <strong>10</strong>" in text
    assert '<span class="score-rule">no target</span>' in text
    assert text.count("not scored") == 1


def test_a_cell_of_a_heat_table_is_shape_value_and_word() -> None:
    text = drawn("{% heat_cell 'behind' value='31' note='62%' %}")

    assert "<svg" in text
    assert '<span class="heat-note">62% · Behind</span>' in text


def test_a_trend_says_its_direction_and_whether_it_is_good() -> None:
    text = re.sub(r"<[^>]+>", "", drawn("{% trend 'down' '8%' tone='bad' %}"))

    assert text.strip() == "down 8%, bad news"
