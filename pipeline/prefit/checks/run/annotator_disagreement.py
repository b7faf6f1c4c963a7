"""The check ``annotator-disagreement``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from prefit.checks.base import Applies, Stage
from prefit.checks.wording import among_them, span
from prefit.evidence import Evidence
from prefit.evidence.annotation import Annotation
from prefit.finding import Finding
from prefit.pseudonyms import pseudonym
from prefit.wording import percent, rows

__all__ = ["AnnotatorDisagreement"]


@dataclass(frozen=True)
class AnnotatorDisagreement:
    """Do the annotators disagree so much that no label can be trusted, or is one of them worse than the others?

    Parameters
    ----------
    min_alpha : float, default 0.667
        Krippendorff's alpha below which the check warns, once the whole 90 % interval lies below. He calls 0.667 the
        lowest value at which even tentative conclusions are acceptable, and asks for 0.8.
    max_gap : float, default 0.1
        How much less accurate than the others together an annotator may surely be, by an upper bound that
        holds at 95 % for all annotators at once, since whoever looks worst of many is looked at.
    max_fraction : float, default 0.03
        Share of the rows whose target the consensus may contradict: the limit of `label-noise`.

    What it measures
    ----------------
    Alpha is 1 where all agree, and 0 where they agree as by chance. The accuracy of each annotator and the probability
    of each label are estimated together by the model of Dawid and Skene: whoever agrees with good annotators is a good
    one. A target is contradicted where the annotators leave its label a probability of at most 0.1.

    Why it hurts training
    ---------------------
    No model learns more than the annotators agree on: what they decide by chance is noise in training and in the score.
    One careless annotator among three spoils a vote of the majority.

    Example
    -------
    Three people mark comments as toxic. Two agree nearly always, the third clicked "fine" throughout.

    What to do
    ----------
    Write down how the cases are to be labelled on which they differ, have them labelled again, leave out whoever
    answers at random. Train on the consensus, which ``label_issues.parquet`` suggests for every row.

    When it may be a false alarm
    ----------------------------
    When the question has no right answer, as in matters of taste: then predict the share of each answer. When nearly
    all items are of one class, alpha is low though few labels differ.

    References
    ----------
    Hayes & Krippendorff (2007), doi:10.1080/19312450709336664. Dawid & Skene (1979), doi:10.2307/2346806.
    """

    id: ClassVar[str] = "annotator-disagreement"
    stage: ClassVar[Stage] = "run"
    applies_to: ClassVar[Applies] = "any"
    needs: ClassVar[tuple[str, ...]] = ("annotation",)

    min_alpha: float = 0.667
    max_gap: float = 0.1
    max_fraction: float = 0.03

    def judge(self, evidence: Evidence) -> Iterator[Finding]:
        """Yield findings about the agreement, about single annotators, and about the target."""
        found = evidence.annotation
        assert found is not None
        assert evidence.task.annotators is not None
        columns = evidence.task.annotators.columns
        careless = list(self._worse(found, evidence, columns))
        yield from careless or self._apart(found, columns)  # who answers at random spoils the agreement of all
        known = found.consensus.given >= 0
        share = float(found.contradicted.sum() / max(1, known.sum()))
        if share > self.max_fraction:
            positions = found.consensus.positions[found.contradicted]
            target = evidence.task.target or ""
            yield Finding(
                check=self.id,
                status="warn",
                message=f"The annotators surely contradict {target!r} in {rows(len(positions))} ({percent(share)})"
                f"{among_them(positions.tolist())}.",
                columns=(target,),
                measured=share,
                limit=self.max_fraction,
                unit="fraction",
                why="The target says something else than the people who looked at the items.",
                remedy="Take the consensus: pandas.read_parquet('label_issues.parquet').query(\"reason == "
                "'annotators'\")[['row', 'suggested']]",
            )

    def _worse(self, found: Annotation, evidence: Evidence, columns: tuple[str, ...]) -> Iterator[Finding]:
        """Name the annotators who are surely less accurate than the others together."""
        labels = sum(each.n_labels for each in found.annotators)
        right = sum(each.n_labels * each.accuracy for each in found.annotators)
        gaps = {}
        for each in found.annotators:
            n_others = labels - each.n_labels
            if n_others:
                gaps[each] = (right - each.n_labels * each.accuracy) / n_others - each.highest
        worse = sorted((each for each in gaps if gaps[each] > self.max_gap), key=lambda each: -gaps[each])
        if not worse:
            return
        first = worse[0]
        hidden = found.long and not evidence.show_values
        name = pseudonym(first.name, columns[1]) if hidden else str(first.name)
        others = f", and {len(worse) - 1} more" if len(worse) > 1 else ""
        yield Finding(
            check=self.id,
            status="warn",
            message=f"Annotator {name!r} is right in {percent(first.accuracy)} of {first.n_labels:,} labels "
            f"({span(first.low, first.high)}), surely less often than the others{others}.",
            columns=columns if found.long else tuple(str(each.name) for each in worse),
            measured=first.accuracy,
            limit=first.highest + gaps[first] - self.max_gap,
            unit="fraction",
            interval=(first.low, first.high),
            why="A vote of the majority counts a careless annotator as much as a careful one.",
            remedy="Leave these labels out, or train on the consensus, which weighs annotators by their errors.",
        )

    def _apart(self, found: Annotation, columns: tuple[str, ...]) -> Iterator[Finding]:
        """Say that all agree too little."""
        if found.high < self.min_alpha:
            yield Finding(
                check=self.id,
                status="warn",
                message=f"The annotators agree too little: Krippendorff's alpha is {found.alpha:.2f} "
                f"({span(found.low, found.high)}, of {found.n_items:,} items with two labels or more).",
                columns=columns,
                measured=found.alpha,
                limit=self.min_alpha,
                unit="alpha",
                interval=(found.low, found.high),
                why="What they decide by chance no model can learn, and every score on such labels is too low.",
                remedy="Write down how to label what they differ on, and have it labelled again: the rows of "
                "label_issues.parquet whose reason is 'annotators' first.",
            )
