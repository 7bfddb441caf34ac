"""The rows of every sheet of an annex, from a policy."""

from collections.abc import Iterator
from typing import Any

from services.scoring.kernel.annex import tables, words
from services.scoring.kernel.annex.kinds import BOTTOM, LINKAGES, RULES
from services.scoring.kernel.annex.names import Names
from services.scoring.kernel.annex.phrases import places_text
from services.scoring.kernel.annex.settings import LINES_OF_POLICY
from services.scoring.kernel.annex.tables import LISTS, Table
from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.phrases import KIND_NAMES

Content = dict[str, Any]


def settings_rows(policy: Policy) -> list[list[str]]:
    """Return the rows of the sheet of single settings; what is not said has no row."""
    content, names = policy.model_dump(mode="json"), Names()
    found = []
    for line in LINES_OF_POLICY:
        value: Any = content
        for key in line.path:
            value = value.get(key) if value is not None else None
        if not (line.optional and not value):
            found.append([line.group, line.label, line.codec.write(value, names)])
    return found


def table_rows(policy: Policy) -> Iterator[tuple[Table, list[list[str]]]]:
    """Yield every other sheet with its rows, in the order of the workbook."""
    content = policy.model_dump(mode="json")
    names = names_of(content)
    for table in tables.TABLES:
        entries = _ENTRIES.get(table.key, _plain)(table, content, names)
        yield table, [_cells(table, entry, names) for entry in entries]


def names_of(content: Content) -> Names:
    """Return what a policy declares, by kind."""
    names = Names()
    lists = LISTS | {"measures": "measure", "stars": "star"}
    for key, kind in lists.items():
        for one in content.get(key, ()):
            names.add(kind, one["code"], one["name"])
    for star in content["stars"]:
        for item in star["items"]:
            names.add("item", item["code"], item["name"])
    return names


def _cells(table: Table, entry: Content, names: Names) -> list[str]:
    return [
        column.codec.write(entry[column.key], names) if column.key in entry else ""
        for column in table.columns
    ]


def _plain(table: Table, content: Content, names: Names) -> Iterator[Content]:  # noqa: ARG001 -- one face for all
    yield from content.get(table.key, ())


def _declared(table: Table, content: Content, names: Names) -> Iterator[Content]:  # noqa: ARG001 -- one face for all
    for key in LISTS:
        for one in content[key]:
            yield {**one, "list": key}


def _items(table: Table, content: Content, names: Names) -> Iterator[Content]:  # noqa: ARG001 -- one face for all
    for star in content["stars"]:
        for number, item in enumerate(star["items"], 1):
            parts = item["rule"]["parts"] if item["rule"]["kind"] == "composite" else ()
            names.forget("part")
            for part in parts:
                names.add("part", part["code"], part["name"])
            head = {"star": star["code"], "number": str(number)}
            yield {**item, **head, **_judged(item["rule"], names)}
            for place, part in enumerate(parts, 1):
                own = {"number": f"{number}.{place}", "block": words.PART}
                yield {**part, **head, **own, **_judged(part["rule"], names)}


def _judged(rule: Content, names: Names) -> Content:
    kind = rule["kind"]
    parameters = RULES[kind].write(rule, names)
    return {
        "max_points": rule["max_points"],
        "kind": KIND_NAMES[kind],
        "parameters": parameters,
    }


def _bottom_lines(table: Table, content: Content, names: Names) -> Iterator[Content]:  # noqa: ARG001 -- one face for all
    for star in content["stars"]:
        for line in star["bottom_lines"]:
            kind = line["rule"]["kind"]
            parameters = BOTTOM[kind].write(line["rule"], names)
            yield {
                **line,
                "star": star["code"],
                "kind": KIND_NAMES[kind],
                "parameters": parameters,
            }


def _groups(table: Table, content: Content, names: Names) -> Iterator[Content]:  # noqa: ARG001 -- one face for all
    for star in content["stars"]:
        for group in star.get("groups", ()):
            yield {**group, "star": star["code"]}


def _quotas(table: Table, content: Content, names: Names) -> Iterator[Content]:  # noqa: ARG001 -- one face for all
    for quota in content.get("quotas", ()):
        yield {**quota, "places": places_text(quota)}


def _linkages(table: Table, content: Content, names: Names) -> Iterator[Content]:  # noqa: ARG001 -- one face for all
    for linkage in content["linkages"]:
        kind = linkage["kind"]
        parameters = LINKAGES[kind].write(linkage, names)
        yield {**linkage, "kind": KIND_NAMES[kind], "parameters": parameters}


_ENTRIES = {
    "declared": _declared,
    "items": _items,
    "bottom_lines": _bottom_lines,
    "groups": _groups,
    "quotas": _quotas,
    "linkages": _linkages,
}
