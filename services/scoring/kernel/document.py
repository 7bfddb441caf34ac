"""Reading a policy written as YAML text: numbers keep their digits, mistakes keep their row."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from services.scoring.kernel.grammar import Policy

# Far above any real policy (the shipped one has 30 kB), far below what could hurt.
LARGEST = 1_000_000

Place = tuple[str | int, ...]

# What pydantic found, by its error type.
SENTENCES = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项，请检查拼写",
    "int_type": "应为整数",
    "bool_type": "应为true或false",
    "string_type": "应为文字，纯数字请加引号",
    "tuple_type": "应为列表",
    "model_type": "应为若干键值",
    "model_attributes_type": "应为若干键值",
    "dict_type": "应为若干键值",
    "string_pattern_mismatch": "格式不对，应符合{pattern}",
    "string_too_short": "不能为空",
    "string_too_long": "最多{max_length}个字",
    "too_short": "至少要有{min_length}项",
    "too_long": "最多{max_length}项",
    "literal_error": "只能是{expected}",
    "greater_than_equal": "不能小于{ge}",
    "less_than_equal": "不能大于{le}",
    "union_tag_invalid": "没有这种kind，只能是{expected_tags}",
    "union_tag_not_found": "缺少kind",
}


@dataclass(frozen=True)
class DocumentFault:
    """One mistake in the text: row (from 1; 0 = the whole text), place in the tree, sentence."""

    row: int
    where: str
    zh: str


class DocumentError(ValueError):
    """The text is no policy; `faults` names every reason with its row."""

    def __init__(self, faults: tuple[DocumentFault, ...]) -> None:
        """Take the faults in the order of the text."""
        super().__init__("; ".join(f"{f.row} {f.where}: {f.zh}" for f in faults))
        self.faults = faults


def read_policy(text: str) -> Policy:
    """Return the policy that YAML 1.2 `text` describes; raise `DocumentError` otherwise.

    A number with a fraction reaches the grammar as its text, never as a binary float.
    """
    if len(text) > LARGEST:
        raise DocumentError((DocumentFault(0, "", f"文件超过{LARGEST}个字符"),))
    reader = _Reader()
    content = reader.content(_compose(text))
    if reader.faults:
        raise DocumentError(tuple(reader.faults))
    try:
        return Policy.model_validate(content)
    except ValidationError as error:
        raise DocumentError(tuple(_faults(error, reader.rows))) from None


def _compose(text: str) -> Node:
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        row = mark.line + 1 if mark else 0
        fault = DocumentFault(row, "", f"不是正确的YAML：{error.problem}")
        raise DocumentError((fault,)) from None
    except YAMLError as error:
        raise DocumentError((DocumentFault(0, "", f"不是正确的YAML：{error}"),)) from None
    if node is None:
        raise DocumentError((DocumentFault(0, "", "文件是空的"),))
    return node


class _Reader:
    """Turns a tree of nodes into plain values and remembers the row of every place."""

    def __init__(self) -> None:
        self.rows: dict[Place, int] = {}
        self.faults: list[DocumentFault] = []
        self._seen: set[int] = set()

    def content(self, node: Node, place: Place = ()) -> object:
        self.rows[place] = node.start_mark.line + 1
        if id(node) in self._seen:
            self._refuse(node, place, "不支持YAML引用（*别名），请把内容写完整")
            return None
        self._seen.add(id(node))
        if isinstance(node, MappingNode):
            return self._mapping(node, place)
        if isinstance(node, SequenceNode):
            return [self.content(one, (*place, index)) for index, one in enumerate(node.value)]
        return self._scalar(node, place) if isinstance(node, ScalarNode) else None

    def _mapping(self, node: MappingNode, place: Place) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in node.value:
            name = str(key.value)
            if not isinstance(key, ScalarNode) or name in found:
                self._refuse(key, (*place, name), "键重复或不是文字")
            found[name] = self.content(value, (*place, name))
        return found

    def _scalar(self, node: ScalarNode, place: Place) -> object:
        kind = str(node.tag).rsplit(":", 1)[-1]
        if kind == "int":
            return self._integer(node, place)
        if kind == "bool":
            return node.value.lower() == "true"
        return None if kind == "null" else node.value

    def _integer(self, node: ScalarNode, place: Place) -> int | None:
        digits = node.value.removeprefix("-")
        if not digits.isdecimal() or not digits.isascii() or len(digits) > 18:  # noqa: PLR2004 -- so many digits fit int64
            self._refuse(node, place, f"“{node.value}”应写成普通的十进制整数")
            return None
        return int(node.value)

    def _refuse(self, node: Node, place: Place, zh: str) -> None:
        self.faults.append(DocumentFault(node.start_mark.line + 1, _dotted(place), zh))


def _faults(error: ValidationError, rows: dict[Place, int]) -> Iterator[DocumentFault]:
    for fault in error.errors(include_url=False, include_input=False):
        place = fault["loc"]
        yield DocumentFault(_row(place, rows), _dotted(place), _sentence(fault))


def _sentence(fault: ErrorDetails) -> str:
    """Return what to do; pydantic's own sentence where we have none."""
    context = fault.get("ctx", {})
    if fault["type"] == "value_error":
        return str(context["error"])
    sentence = SENTENCES.get(fault["type"])
    return sentence.format(**context) if sentence else fault["msg"]


def _row(place: Place, rows: dict[Place, int]) -> int:
    """Return the row of a place, or of the nearest one around it that stands in the text."""
    while place not in rows and place:
        place = place[:-1]
    return rows.get(place, 0)


def _dotted(place: Place) -> str:
    return ".".join(str(part) for part in place)
