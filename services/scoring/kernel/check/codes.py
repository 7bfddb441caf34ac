"""Codes that stand for two things at once."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from services.scoring.kernel.errors import PolicyFault
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.items import Composite

_H = TypeVar("_H", bound=Hashable)

# What is declared: a place in the document, a code, and the clause of what bears it.
Declared = tuple[str, Hashable, str]


def code_faults(policy: Policy) -> Iterator[PolicyFault]:
    """Yield every second use of a code where codes must differ.

    Items and sub-items share one namespace, because scores are kept by code alone.
    """
    for declared in _namespaces(policy):
        seen: set[Hashable] = set()
        for where, code, clause in declared:
            if code in seen:
                yield PolicyFault("duplicate_code", where, clause, f"代码“{code}”重复，请换一个")
            seen.add(code)


def repeated(codes: Iterable[_H]) -> list[_H]:
    """Return the codes that occur more than once, each once, in order."""
    seen: set[_H] = set()
    found: dict[_H, None] = {}
    for code in codes:
        if code in seen:
            found[code] = None
        seen.add(code)
    return list(found)


def _namespaces(policy: Policy) -> Iterator[list[Declared]]:
    for name in ("departments", "source_offices", "payers", "posts", "stages"):
        named = getattr(policy, name)
        yield [(f"{name}.{n}", one.code, "") for n, one in enumerate(named)]
    yield [(f"measures.{n}", one.code, "") for n, one in enumerate(policy.measures)]
    for name in ("stars", "lines", "quotas", "linkages"):
        yield _claused(name, getattr(policy, name))
    yield [(f"levels.{n}", one.level, one.clause) for n, one in enumerate(policy.levels)]
    yield [("ranking.by", one, policy.ranking.clause) for one in policy.ranking.by]
    yield list(_scored(policy))
    for name in ("bottom_lines", "groups"):
        yield [
            found
            for s, star in enumerate(policy.stars)
            for found in _claused(f"stars.{s}.{name}", getattr(star, name))
        ]


def _claused(where: str, parts: Sequence[object]) -> list[Declared]:
    return [
        (f"{where}.{n}", getattr(one, "code"), getattr(one, "clause"))  # noqa: B009 -- any part that has both
        for n, one in enumerate(parts)
    ]


def _scored(policy: Policy) -> Iterator[Declared]:
    for s, star in enumerate(policy.stars):
        for n, item in enumerate(star.items):
            where = f"stars.{s}.items.{n}"
            yield where, item.code, item.clause
            if isinstance(item.rule, Composite):
                for p, part in enumerate(item.rule.parts):
                    yield f"{where}.rule.parts.{p}", part.code, part.clause
