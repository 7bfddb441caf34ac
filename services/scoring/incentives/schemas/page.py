"""The certificate as a page: first what came out and why, then every number behind it."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.scoring.incentives.schemas.certificates import CertificateView, SectionView
from services.scoring.kernel.certificate import StarVerdict
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.render_stars import StarSentences, star_sentences
from services.scoring.kernel.render_table import ItemTable, item_table
from shared.money import decimal_text


@dataclass(frozen=True)
class StarPage:
    """One star: its line in the overview, its table, its sentences."""

    code: str
    name: str
    outcome: str
    applied: bool
    held: bool
    base: str
    total: str
    table: ItemTable
    said: StarSentences


@dataclass(frozen=True)
class CertificatePage:
    """What the page shows beside the view itself."""

    view: CertificateView
    head: tuple[str, ...]
    star_word: str
    stars: tuple[StarPage, ...]
    ending: tuple[SectionView, ...]

    @classmethod
    def of(cls, policy: Policy, view: CertificateView) -> "CertificatePage":
        """Make the page; the stars' sections are replaced by their tables."""
        first, *others = view.sections
        codes = {star.code for star in policy.stars}
        shown = bool({section.code for section in others} & codes)
        return cls(
            view=view,
            head=tuple(first.sentences),
            star_word="评分表" if policy.levels_by_points else "星",
            stars=tuple(_stars(policy, view)) if shown else (),
            ending=tuple(section for section in others if section.code not in codes),
        )


def _stars(policy: Policy, view: CertificateView) -> Iterator[StarPage]:
    for verdict in view.certificate.stars:
        yield StarPage(
            code=verdict.star,
            name=policy.star(verdict.star).name,
            outcome=_outcome(policy, verdict),
            applied=verdict.applied,
            held=verdict.awarded,
            base=decimal_text(verdict.sum.base) if verdict.sum else "—",
            total=decimal_text(verdict.sum.total) if verdict.sum else "—",
            table=item_table(policy, verdict),
            said=star_sentences(policy, verdict),
        )


def _outcome(policy: Policy, verdict: StarVerdict) -> str:
    if policy.levels_by_points:
        return "计分" if verdict.applied else "没有填报"
    if verdict.awarded:
        return "授予"
    return "不授予" if verdict.applied else "没有申报"
