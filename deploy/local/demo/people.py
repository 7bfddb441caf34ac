"""Invented cadres and numbers for real villages: deterministic, and marked as generated.

Everything follows from the village's division code and the seed below, so two runs agree to
the last fen. No name or number here belongs to a real person.
"""

import hashlib
from dataclasses import dataclass
from random import Random

SEED = "wuxing-demo-2026"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "建国志强秀英桂兰海涛玉梅明辉春生保平永军素珍红霞新民文斌丽萍长青福来爱华广义淑敏"
# Month's pay in yuan, by post; real counties pay within such a range.
_PAY = {
    "secretary": (1800, 3200),
    "director": (1600, 2800),
    "deputy_secretary": (1400, 2200),
    "member": (1000, 1800),
    "committee_member": (900, 1600),
}


@dataclass(frozen=True)
class Cadre:
    """One invented person and the posts held: the secretary is usually the director as well."""

    name: str
    posts: tuple[str, ...]


@dataclass(frozen=True)
class Numbers:
    """One village's invented facts: pay by post in fen a month, people, income in fen a year."""

    pay_fen: dict[str, int]
    residents_70: int
    party_members: int
    collective_income_fen: int


def random_for(code: str, subject: str) -> Random:
    """Return the generator of one village and subject, the same on every machine."""
    digest = hashlib.sha256(f"{SEED}:{subject}:{code}".encode()).digest()
    return Random(digest)  # noqa: S311 -- reproducible on purpose


def cadres(code: str, *, combined: bool) -> list[Cadre]:
    """Return a village's 两委; `combined` is 书记主任“一肩挑”."""
    random = random_for(code, "cadres")
    posts: list[tuple[str, ...]] = [("secretary", "director") if combined else ("secretary",)]
    if not combined:
        posts.append(("director",))
    posts.append(("deputy_secretary",))
    posts += [("member",)] * random.randint(1, 2)
    posts += [("committee_member",)] * random.randint(1, 2)
    names = _names(random, len(posts))
    return [Cadre(name, held) for name, held in zip(names, posts, strict=True)]


def numbers(code: str, *, poor: bool) -> Numbers:
    """Return a village's facts; a `poor` one cannot pay its star pay from collective income."""
    random = random_for(code, "facts")
    pay = {post: random.randrange(*bounds, 50) * 100 for post, bounds in _PAY.items()}
    income = random.randrange(500, 9_000) if poor else random.randrange(80_000, 650_000)
    return Numbers(pay, random.randint(28, 240), random.randint(14, 95), income * 100)


def _names(random: Random, count: int) -> list[str]:
    found: list[str] = []
    while len(found) < count:
        given = "".join(random.sample(_GIVEN, random.choice((1, 2, 2))))
        name = random.choice(_SURNAMES) + given
        if name not in found:
            found.append(name)
    return found
