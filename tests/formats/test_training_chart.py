"""The panel of the planned training."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.formats.sample_training import PROBE, choice, stepped, training
from tests.formats.samples import REPORT

from prefit.formats import render
from prefit.formats.training_chart import BOTTOM, LEFT, RIGHT, TOP, training_charts


def test_range_lies_inside_the_plot() -> None:
    """The advised range, the planned rate and the line stay within the axes."""
    chart = training_charts(training()).rates
    assert chart is not None
    assert chart.low is not None
    assert chart.high is not None
    assert LEFT <= chart.low < chart.planned < chart.high <= RIGHT
    ends = [pair.split() for pair in chart.line.removeprefix("M").split("L")]
    assert all(LEFT <= float(x) <= RIGHT and TOP <= float(y) <= BOTTOM for x, y in ends)


@pytest.mark.parametrize("why", [{"untried": "the budget is too small"}, {"learns": False}], ids=str)
def test_no_range_is_drawn_where_no_rate_was_tried_with_success(why: dict[str, Any]) -> None:
    """What a range test alone gives is no advice; the planned rate may lie far outside."""
    untried = training()
    untried["advice"]["learning_rate"] |= {"low": 1e-9, "high": 10.0, **why}
    chart = training_charts(untried).rates
    assert chart is not None
    assert chart.low is None
    page = render(replace(REPORT, training=untried), "html")
    assert '<span class="score">not known</span>' in page
    assert "the grey range is advised" not in page


def test_divergence_does_not_flatten_the_curve() -> None:
    """A loss of a million is cut: the fall from 1 to 0.5 stays visible."""
    chart = training_charts(training()).rates
    assert chart is not None
    assert abs(chart.y.at(1.0) - chart.y.at(0.5)) > 20


def test_gradients_fade_from_the_last_layer_to_the_first() -> None:
    """There is a point per layer, and a second line where another start is advised."""
    chart = training_charts(training()).gradients
    assert chart is not None
    assert len(chart.planned_points) == 3
    assert chart.planned_points[0][1] > chart.planned_points[2][1]
    assert chart.advised


def test_nothing_is_drawn_where_nothing_is_known() -> None:
    """Without advice there are no charts; a gradient that is zero everywhere has no line."""
    assert training_charts({"advice": None}).rates is None
    dead = training()
    dead["advice"]["initialization"] |= {"gradient": [0.0, 0.0], "gradient_advised": [0.0, 0.0]}
    assert training_charts(dead).gradients is None


def test_page_has_risks_causes_advice_and_networks() -> None:
    """Each stands in the section, and no text of it can act."""
    page = render(replace(REPORT, training=training()), "html")
    section = page[page.index('<section id="training"') :]
    for said in (
        "91 %",
        "activation = relu",
        "the loss &lt;i&gt;stays",
        "&lt;b&gt; is better",
        "+0.31",
        "mine",
        "KeyError",
    ):
        assert said in section


def test_a_setting_that_stays_changes_nothing() -> None:
    """Its reason may say that another one was tried; or that none was, and why."""
    untried = choice(untried="the budget is too small for a trial; give a larger --budget")
    advice = training()["advice"] | {"loss": untried}
    page = render(replace(REPORT, training=training(advice=advice)), "html")
    rows = {row.split("<")[0]: row for row in page.split('<th scope="row">')}
    assert "not measured" in rows["Learning rate"]
    assert "not tried" not in rows["Learning rate"]
    assert "not tried" in rows["Loss"]


def test_page_says_what_the_probe_saw() -> None:
    """The loss at the start and without inputs, one batch, dead units and the scale: also where it is no number."""
    page = render(replace(REPORT, training=training(probe=PROBE)), "html")
    assert "The loss is 130 % of that of a constant prediction before the first step, no number after 960 steps" in page
    assert "100 % with all inputs zero; one batch alone is learnt to 0.12 %." in page
    assert "Units that are dead: at most 12.5 % in a layer, saturated 2 %." in page
    assert "The condition number of the inputs is 1,500, and the largest cell lies beyond all numbers" in page


def test_page_without_training_has_no_such_section() -> None:
    """A quick run says nothing of it."""
    assert 'id="training"' not in render(replace(REPORT, training=None), "html")


def test_page_says_how_an_estimator_learns_by_steps() -> None:
    """Its loss on the way, the size of its steps, and its layers; a number that is none is no blank."""
    page = render(replace(REPORT, training=training(networks=[stepped()])), "html")
    section = page[page.index('<section id="training"') :]
    assert "<b>SGD</b>" not in section
    assert "The risks are those of your estimator" in section
    assert "Its hinge loss is no number after 960 steps, 100 % before the first" in section
    assert "one batch was learnt to 25 % of it" in section
    assert "A step moves the weights by 0.5, no number of their size, layer by layer." in section
    assert "<td>not a number</td>" in section


def test_page_says_what_an_estimator_without_weights_does() -> None:
    """Its risks are not judged: they are those of the plan."""
    unread = stepped(judged=False, layers=[], dead=None, gradient=None, first_loss=None)
    unread["trace"] |= {"updates": [], "losses": [{"step": 32, "loss": 0.9}, {"step": 960, "loss": 0.5}]}
    page = render(replace(REPORT, training=training(networks=[unread])), "html")
    section = page[page.index('<section id="training"') :]
    assert "The risks are those of" not in section
    assert "is 50 % of that of a constant prediction after 960 steps, 90 % after the first" in section


def test_page_says_what_texts_without_labels_teach() -> None:
    """Both scores, which start is better, and from how many rows on the other one is."""
    given = training()
    given["advice"]["initialization"]["pretrained"] = {
        "kind": "text",
        "columns": ["<i>remark</i>"],
        "metric": "balanced_accuracy",
        "planned_rows": 800,
        "pretrained": [0.9, 0.85, 0.95],
        "scratch": [0.8, 0.75, 0.85],
        "crossing_rows": 3_000.0,
        "advised": "pretrained",
    }
    page = render(replace(REPORT, training=given), "html")
    assert "<i>remark" not in page
    assert "pretrain on all texts that you have; from about 3,000 rows on the labelled rows teach more" in page
