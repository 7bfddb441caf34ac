"""A policy taken apart into the rows of its annex, in the order of the annex."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from services.scoring.kernel.annex import settings, tables, words
from services.scoring.kernel.annex.tables import LISTS, Column, Table
from services.scoring.kernel.compare.rows import judging
from services.scoring.kernel.compare.statements import Part, Statement
from services.scoring.kernel.compare.wording import Content, Wording, cited
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.vocabulary import relation

# What a difference shows beside its sentence, or what a rule says: no statements of the row.
_ELSEWHERE = {"list", "number", "kind", "parameters", "max_points", "star"}
_OF_STAR = "所属的星"
# All sheets, in the order of the workbook.
SHEETS = (settings.SHEET, *(table.sheet for table in tables.TABLES))


def parts_of(policy: Policy) -> tuple[Part, ...]:
    """Return every part of the policy; two of them never have one key."""
    content = policy.model_dump(mode="json")
    said = Wording(content)
    found = [*_settings(content, said)]
    for table in tables.TABLES:
        found += _TELLERS.get(table.key, _plain)(table, content, said)
    return tuple(_numbered(found))


def _numbered(found: Iterable[Part]) -> Iterator[Part]:
    """Tell parts apart that a draft has given one key."""
    seen: Counter[Hashable] = Counter()
    for part in found:
        key = (part.sheet, part.key)
        seen[key] += 1
        yield replace(part, key=(*key, seen[key]))


def _settings(content: Content, said: Wording) -> Iterator[Part]:
    for group, lines in groupby(settings.LINES_OF_POLICY, key=lambda line: line.group):
        own, inner = list(lines), content
        for key in own[0].path[:-1]:
            inner = inner.get(key, {})
        yield Part(
            sheet=settings.SHEET,
            key=group,
            what="",
            code=".".join(own[0].path[:-1]),
            name=group,
            statements=tuple(
                said.statement(line.label, line.path[-1], line.codec, inner)
                for line in own
                if line.path[-1] in inner
            ),
            clause=inner.get("clause", ""),
            single=True,
        )


def _row(table: Table, entry: Content, said: Wording, what: str, key: Hashable) -> Part:
    """Return a row of a table by its columns; what is not said has no statement."""
    name = entry.get("name", "")
    return Part(
        sheet=table.sheet,
        key=key,
        what=what,
        code=str(entry.get("code", "")),
        name=name,
        statements=tuple(_stated(table.columns, entry, said)),
        alias=name,
        clause=entry.get("clause", ""),
        page=entry.get("page", ""),
    )


def _stated(columns: Iterable[Column], entry: Content, said: Wording) -> Iterator[Statement]:
    for column in columns:
        if column.key in entry and column.key not in _ELSEWHERE:
            title = tables.NAME.title if column.key == "name" else column.title
            yield said.statement(title, column.key, column.codec, entry)


def _plain(table: Table, content: Content, said: Wording) -> Iterator[Part]:
    for entry in content.get(table.key, ()):
        yield _row(table, entry, said, _WHAT.get(table.key, table.sheet), entry["code"])


def _declared(table: Table, content: Content, said: Wording) -> Iterator[Part]:
    for key in LISTS:
        what = tables.LIST.codec.write(key, said.names)
        for entry in content[key]:
            part = _row(table, entry, said, what, (key, entry["code"]))
            yield replace(part, alias=(key, part.name), scope=key)


def _items(table: Table, content: Content, said: Wording) -> Iterator[Part]:
    for star in content["stars"]:
        for item in star["items"]:
            yield _item(table, star, item, said)
            yield from _item_parts(table, star, item, said)


def _item(table: Table, star: Content, item: Content, said: Wording) -> Part:
    rule = item["rule"]
    said.names.forget("part")
    for one in _parts_of_rule(rule):
        said.names.add("part", one["code"], one["name"])
    part = _row(table, item, said, "评分项", ("item", item["code"]))
    return replace(
        _of_star(part, star),
        statements=(
            _belongs(star, _OF_STAR), *part.statements, _most(rule, said)
        ),
        judging=judging("rule", tables.ITEM_KIND.title, rule, said),
    )  # fmt: skip


def _item_parts(table: Table, star: Content, item: Content, said: Wording) -> Iterator[Part]:
    for one in _parts_of_rule(item["rule"]):
        part = _row(table, one, said, f"{cited(item['name'])}的{words.PART}", ("part", one["code"]))
        yield replace(
            part,
            statements=(
                _belongs(item, "所属的评分项"), *part.statements, _most(one["rule"], said)
            ),
            judging=judging("rule", tables.ITEM_KIND.title, one["rule"], said),
            star=star["name"],
            scope=("part", item["code"]),
            alias=("part", item["code"], part.name),
        )  # fmt: skip


def _parts_of_rule(rule: Content) -> list[Content]:
    return rule["parts"] if rule["kind"] == "composite" else []


def _most(rule: Content, said: Wording) -> Statement:
    return said.statement(tables.MOST.title, "max_points", tables.MOST.codec, rule)


def _belongs(owner: Content, label: str) -> Statement:
    return Statement("owner", label, owner["code"], cited(owner["name"]), code=owner["code"])


def _of_star(part: Part, star: Content) -> Part:
    owner = (star["code"], part.sheet)
    return replace(part, star=star["name"], scope=owner, alias=(*owner, part.name))


def _bottom_lines(table: Table, content: Content, said: Wording) -> Iterator[Part]:
    for star in content["stars"]:
        for line in star["bottom_lines"]:
            part = _row(table, line, said, "底线标准", line["code"])
            yield replace(
                _of_star(part, star),
                statements=(_belongs(star, _OF_STAR), *part.statements),
                judging=judging("bottom", tables.LINE_KIND.title, line["rule"], said),
            )


def _groups(table: Table, content: Content, said: Wording) -> Iterator[Part]:
    for star in content["stars"]:
        for group in star.get("groups", ()):
            part = _row(table, group, said, "小组线", group["code"])
            kept = tuple(one for one in part.statements if one.key not in {"operator", "points"})
            line = _reached("合计", group, said)
            yield replace(_of_star(part, star), statements=(_belongs(star, _OF_STAR), *kept, line))


def _lines(table: Table, content: Content, said: Wording) -> Iterator[Part]:
    together = {"measure", "operator", "points"}
    for entry in content["lines"]:
        part = _row(table, entry, said, "分数线", entry["code"])
        kept = tuple(one for one in part.statements if one.key not in together)
        measure = words.MEASURE.write(entry["measure"], said.names)
        yield replace(part, statements=(*kept, _reached(measure, entry, said)))


def _reached(measure: str, entry: Content, said: Wording) -> Statement:
    """Return measure, relation and points as the one thing that they are to people."""
    points = said.statement("", "points", tables.POINTS.codec, entry).text
    text = relation(entry["operator"], points)
    value = (entry.get("measure"), entry["operator"], entry["points"])
    return Statement("reached", "标准线", value, f"{measure}{text}")


def _levels(table: Table, content: Content, said: Wording) -> Iterator[Part]:
    for entry in content["levels"]:
        yield _row(table, entry, said, "星级", entry["level"])


def _prerequisites(table: Table, content: Content, said: Wording) -> Iterator[Part]:
    for entry in content.get(table.key, ()):
        star = said.named("star", entry["star"])
        own = entry.get("requires") or entry["from_level"]
        part = _row(table, entry, said, table.sheet, (entry["star"], own))
        yield replace(part, name=star, code=entry["star"], alias=entry["star"])


def _quotas(table: Table, content: Content, said: Wording) -> Iterator[Part]:
    for entry in content.get("quotas", ()):
        part = _row(table, entry, said, "名额", entry["code"])
        share = entry.get("percent")
        text = f"{entry['at_most']}个" if share is None else f"参评数的{share}%"
        places = Statement("places", tables.PLACES.title, text, text)
        star = tables.STAR
        of = [said.statement(star.title, star.key, star.codec, entry)] if "star" in entry else []
        yield replace(part, statements=(*of, *part.statements, places))


def _linkages(table: Table, content: Content, said: Wording) -> Iterator[Part]:
    for entry in content["linkages"]:
        part = _row(table, entry, said, "挂钩", entry["code"])
        yield replace(part, judging=judging("linkage", tables.KIND.title, entry, said))


_WHAT = {"measures": "指标", "stars": "星"}
_TELLERS: dict[str, Callable[[Table, Content, Wording], Iterable[Part]]] = {
    "declared": _declared,
    "items": _items,
    "bottom_lines": _bottom_lines,
    "groups": _groups,
    "lines": _lines,
    "levels": _levels,
    "prerequisites": _prerequisites,
    "star_prerequisites": _prerequisites,
    "quotas": _quotas,
    "linkages": _linkages,
}
