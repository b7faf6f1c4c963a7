from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from tests.formats.sample_findings import FINDINGS
from tests.formats.sample_forecast import FORECAST
from tests.formats.sample_training import training
from tests.formats.samples import REPORT, hostile, wide, with_suspects, without_target

from prefit.finding import Finding
from prefit.formats.html import MAX_CARDS, MAX_CAUSES, render
from prefit.report import Report

VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """All elements and the text of a page; raises where tags do not match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element; an attribute that is named twice is a defect."""
        assert len(attrs) == len(dict(attrs)), f"<{tag}> names an attribute twice"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that closes itself."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Collect the text."""
        self.text += data

    def all(self, tag: str) -> list[dict[str, Any]]:
        """Return the attributes of every element of one kind."""
        return [attributes for name, attributes in self.elements if name == tag]


REPORTS = {
    "rich": REPORT,
    "suspects and training": replace(with_suspects(), training=training()),
    "without target": without_target(),
    "hostile": hostile(),
    "no finding": replace(REPORT, findings=()),
}


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_is_well_formed_and_self_contained(name: str) -> None:
    """Tags match, ids are unique, nothing is loaded, and no script is in it but ours."""
    page = Page(render(REPORTS[name]))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert len(page.all("script")) == 1
    assert not {"img", "iframe", "object", "form"} & {tag for tag, _ in page.elements}
    assert not [key for _, attributes in page.elements for key in attributes if key.startswith("on")]
    assert all(attributes["href"].startswith("#") for attributes in page.all("a") + page.all("use"))
    assert [attributes["href"] for attributes in page.all("link")] == ["data:,"]


@pytest.mark.parametrize("name", REPORTS)
def test_links_within_the_page_lead_somewhere(name: str) -> None:
    """Every link has its target."""
    page = Page(render(REPORTS[name]))
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    assert {attributes["href"][1:] for attributes in page.all("a")} <= ids


def test_the_policy_allows_styles_inline_images_and_the_one_script(report: Report) -> None:
    """The page says of itself that nothing may be loaded, and knows its script by the hash."""
    html = render(report)
    [policy] = [meta["content"] for meta in Page(html).all("meta") if meta.get("http-equiv")]
    [script] = re.findall("<script>(.*?)</script>", html, re.DOTALL)
    known = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{known}'; form-action 'none'"
    )


def test_verdict_reason_and_counts_come_first(report: Report) -> None:
    """The header holds verdict, reason, all counts and what was looked at."""
    header = Page(render(report).split("<main>")[0] + "</body></html>").text
    text = " ".join(header.split())
    assert "Not ready adult.csv target-leakage: Column 'capital_code'" in text
    assert "2 failed 3 warnings 2 not run 1 skipped, 1 crashed 4 passed" in text
    assert "29,768 of 32,561 rows" in text
    assert "9f2c1be07d3a4e55" in text
    assert "23 Nov 2026, 08:15 UTC in 42 s" in text


def test_causes_are_the_worst_live_findings(report: Report) -> None:
    """At most five, failures before warnings, waived ones not among them, the others counted."""
    again = [replace(finding, check=f"{finding.check}-again") for finding in FINDINGS]
    report = replace(report, findings=(*FINDINGS, *again, FINDINGS[0]))
    causes = render(report).split('<ol class="causes">')[1].split("</ol>")[0]
    assert causes.count("<li ") == MAX_CAUSES
    assert re.findall(r'<li class="(\w+)"', causes) == ["fail", "fail", "fail", "fail", "warn"]
    assert "rare-categories" not in causes
    assert "And 1 more of this kind." in causes
    assert "3 more findings below" in render(report)


def test_backticks_in_a_message_become_code(report: Report) -> None:
    """Options and code lines of a remedy are set as such, and are escaped all the same."""
    finding = Finding(
        check="outliers", status="warn", message="See `--show-values <b>` for more.", remedy="An odd ` stays."
    )
    html = render(replace(report, findings=(finding,)))
    assert "See <code>--show-values &lt;b&gt;</code> for more." in html
    assert "An odd ` stays." in html


def test_a_finding_shows_figure_limit_interval_effect_and_remedy(report: Report) -> None:
    """The evidence of a cause stands beside it."""
    page = " ".join(Page(render(report)).text.split())
    assert "0.97 skill (0.961 to 0.979) limit 0.9" in page
    assert "-0.161 balanced accuracy (-0.184 to -0.139)" in page
    assert "Leave the column out with --drop capital_code" in page


def test_a_card_says_where_its_limit_comes_from_and_how_to_accept_the_finding(report: Report) -> None:
    """The key, whether it is the default, the false alarms, and lines for the configuration."""
    text = " ".join(Page(render(report)).text.split())
    assert "max_fraction = 0.5 , the default: " in text.replace("0.5,", "0.5 ,")
    assert "When it may be a false alarmGradient boosting splits on missing values" in text
    waiver = ("[[waivers]]", 'check = "missing-values"', 'columns = ["occupation"]', 'reason = ""', 'owner = ""')
    assert "".join([*waiver, "expires = 2027-02-21"]) in text


def test_a_limit_of_the_user_is_told_from_the_default(report: Report) -> None:
    """Who reads the report need not look the configuration up."""
    guide = dict(report.checks["missing-values"])
    limits = {"max_fraction": dict(guide["limits"]["max_fraction"]) | {"value": 0.3}}
    changed = {**report.checks, "missing-values": guide | {"limits": limits}}
    assert "max_fraction = 0.3, set by you (default 0.5)" in Page(render(replace(report, checks=changed))).text


def test_remedies_that_work_stand_beside_their_cause(report: Report) -> None:
    """With what they bring, in code; those that do not help are in the list of what was tried only."""
    html = render(report)
    causes = Page(html.split('<ol class="causes">')[1].split("</ol>")[0]).text
    assert "Stop before it learns the rows by heart: +0.018 balanced accuracy" in " ".join(causes.split())
    assert "SimpleImputer(add_indicator=True)" not in causes
    assert "SimpleImputer(add_indicator=True)" in html


def test_suspicious_labels_are_listed_by_their_rows() -> None:
    """The rate with its interval, then the rows to look at, worst first; those that seem right are counted."""
    text = " ".join(Page(render(with_suspects())).text.split())
    assert (
        "About 2.1 % of the labels are wrong (90 %: 1.2 % to 3.4 %, estimated from 10,000 rows). Of the 32,561 rows "
        "that were scored, 214 are to be acted on (about 187 of them wrong) and 96 to be reviewed." in text
    )
    assert text.index("9,001") > text.index("812")
    assert "label_issues.parquet, 1 of which seem right" in text
    assert render(with_suspects()).count("<bdi>ok</bdi>") == 0


def test_every_finding_is_on_the_page(report: Report) -> None:
    """Passed, waived and not run ones too, each once."""
    html = render(report)
    anchors = re.findall(r'id="(f\d+)"', html)
    assert sorted(anchors) == sorted(f"f{index}" for index in range(1, len(report.findings) + 1))
    assert "Waived</b> until 2027-01-31 by ana@example.org" in html


def test_every_family_has_a_chart_with_a_description(report: Report) -> None:
    """Who cannot see the chart hears what it shows, and finds the figures in a table."""
    page = Page(render(report))
    labels = [svg["aria-label"] for svg in page.all("svg") if svg.get("role") == "img"]
    curves = [label for label in labels if label.startswith("Learning curve of")]
    assert [label.split()[3].rstrip(":") for label in curves] == ["boosting", "forest", "neural", "linear"]
    assert "forecast 0.83 (0.81 to 0.85) after 32,561 rows" in curves[0]
    assert "0.832 (0.812 to 0.848)" in page.text


def test_rows_that_reach_the_requirement_are_marked_where_they_are_known(report: Report) -> None:
    """Within the chart; a family that never reaches it has no mark."""
    families = dict(FORECAST["families"])
    known = sum(family["rows_needed"] is not None for family in families.values())
    assert render(report).count('<path class="needed"') == known == 1
    far = {name: family | {"rows_needed": [1e12, None, None]} for name, family in families.items()}
    assert '<path class="needed"' not in render(replace(report, forecast=FORECAST | {"families": far}))


def test_pictures_are_described_or_hidden_and_tables_have_captions(report: Report) -> None:
    """Every drawing has a description or is decoration; every table has a caption and header cells with a scope."""
    page = Page(render(report))
    svgs = page.all("svg")
    assert all(svg.get("aria-hidden") == "true" or (svg.get("role") == "img" and svg.get("aria-label")) for svg in svgs)
    assert len(page.all("caption")) == len(page.all("table")) >= 5
    assert all(cell.get("scope") in ("col", "row") for cell in page.all("th"))


def test_headings_never_skip_a_level(report: Report) -> None:
    """One title, and an outline below it."""
    levels = [int(tag[1]) for tag, _ in Page(render(report)).elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_names_that_do_not_differ_for_the_template_stay_names() -> None:
    """Template syntax in a name is not evaluated, and hidden characters are spelled out."""
    html = render(hostile())
    assert "{{ 7 * 7 }}" in html
    assert r"\u202egnp.exe" in html
    assert all(char.isprintable() or char == "\n" for char in html)
    assert "x" * 3000 not in html


@pytest.mark.parametrize(("n_columns", "kilobytes"), [(30, 300), (2000, 2000)])
def test_the_page_stays_small(n_columns: int, kilobytes: int) -> None:
    """The size budget holds with a finding in every third column."""
    assert len(render(wide(n_columns)).encode()) <= 1000 * kilobytes


def test_findings_beyond_the_budget_are_counted() -> None:
    """A hundred cards per status; the rest is in report.json, and the page says so."""
    report = replace(wide(30), findings=tuple(FINDINGS[4] for _ in range(MAX_CARDS + 50)))
    html = render(report)
    assert html.count("<article") == MAX_CARDS
    assert "and 50 more, all of them in report.json" in html


@pytest.mark.parametrize(
    "change",
    [
        {"ceiling": None, "permuted": None, "requirement": None},
        {"requirement": {"metric": "r2", "minimum": 0.5}},
        {"chosen": "boosting", "families": {}},
        {"families": {"linear": FORECAST["families"]["linear"] | {"curve": [], "at": []}}, "chosen": "linear"},
        {"planned_rows": 500},
        {"metric": "r2", "constant": 0.0},
    ],
)
def test_a_forecast_may_lack_parts(report: Report, change: dict[str, Any]) -> None:
    """Whatever the probes could not measure is left out of the page."""
    Page(render(replace(report, forecast=FORECAST | change)))


def test_a_curve_with_gaps_is_drawn(report: Report) -> None:
    """A training that gave no score leaves a gap in the table and none of its points in the chart."""
    linear = FORECAST["families"]["linear"]
    curve = [
        dict(point) | ({"train": None, "train_std": None} if i == 0 else {}) for i, point in enumerate(linear["curve"])
    ]
    html = render(
        replace(report, forecast=FORECAST | {"families": {"linear": linear | {"curve": curve}}, "chosen": "linear"})
    )
    assert html.count('<rect class="dot train"') == len(curve) - 1 + 1  # one is in the legend
    assert "<td>none</td>" in html
    assert "NaN" not in html


def test_a_notebook_shows_the_same_page_in_a_frame(report: Report) -> None:
    """The page styles its body: outside of a frame it would style the notebook."""
    [frame] = Page(report._repr_html_()).all("iframe")
    assert frame["srcdoc"].replace('<base href="about:srcdoc">\n', "") == render(report)
    assert frame["sandbox"] == "allow-scripts"


def test_a_crash_message_of_many_lines_stays_on_its_card(report: Report) -> None:
    """Line breaks of an exception are spelled out, and its text is cut."""
    finding = Finding(check="outliers", status="error", message="The check itself failed:\n" + "x" * 5000)
    assert r"failed:\nxxx" in render(replace(report, findings=(finding,)))


def test_settings_of_a_plan_are_written_as_they_are_set() -> None:
    """A switch is true or false, and what a plain network lacks is not listed."""
    plan = {"depth": 3, "normalization": "none", "schedule": "constant", "skip": False}
    made = training(plan=plan)
    made["causes"][0]["remedies"][0]["change"] = {"normalization": "batch", "skip": True}
    page = render(replace(REPORT, training=made))
    assert "depth 3.\n" in page
    assert "<code>normalization = batch</code>, <code>skip = true</code>" in page
