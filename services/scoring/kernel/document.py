"""A policy written as YAML text: numbers keep their digits, mistakes keep row and column."""

from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer, MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from services.scoring.kernel.grammar import Policy
from services.scoring.kernel.spots import (
    WHOLE,
    DocumentError,
    DocumentFault,
    Place,
    Spot,
    Written,
    dotted,
    understood,
)

# Far above any real policy (the shipped one has 15,000), far below what could hurt.
LARGEST = 300_000
DEEPEST = 40
# The shipped one has 1,700 values and lists. Reading takes its time for each of them.
MOST_NODES = 20_000
_TOO_DEEP = f"嵌套过深，最多{DEEPEST}层"


def read_policy(text: str) -> Policy:
    """Return the policy that YAML 1.2 `text` describes; raise `DocumentError` otherwise."""
    return read_written(text).policy


def read_written(text: str) -> Written:
    """Return the policy and where each part stands; `DocumentError` names every mistake.

    A number with a fraction reaches the grammar as its text, never as a binary float.
    """
    if len(text) > LARGEST:
        raise DocumentError((DocumentFault(WHOLE, "", f"文件超过{LARGEST}个字符"),))
    reader = _Reader()
    content = reader.content(_compose(text))
    try:
        policy = understood(content, reader.spots)
    except DocumentError as error:
        refused = tuple(fault.where for fault in reader.faults)
        others = tuple(fault for fault in error.faults if not _under(fault.where, refused))
        raise DocumentError((*reader.faults, *others)) from None
    if reader.faults:
        raise DocumentError(tuple(reader.faults))
    return Written(policy, {dotted(place): spot for place, spot in reader.spots.items()})


def write_policy(policy: Policy) -> str:
    """Return YAML text that reads back as the same policy; without comments."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = LARGEST
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # annotated None
    stream = StringIO()
    yaml.dump(policy.model_dump(mode="json"), stream)
    return stream.getvalue()


def _under(where: str, refused: tuple[str, ...]) -> bool:
    return any(where == one or where.startswith(f"{one}.") for one in refused)


class _TooManyError(Exception):
    """The text has more nodes than any policy; `args` holds the spot of the first too many."""


class _Limited(Composer):
    """Stops at the first node too many, so that no text takes more than its share of time."""

    nodes = 0

    def compose_node(self, parent: object, index: object) -> object:
        """Count a node before it is made."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            mark = self.parser.peek_event().start_mark
            raise _TooManyError(Spot(mark.line + 1, mark.column + 1))
        return super().compose_node(parent, index)


def _compose(text: str) -> Node:
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _Limited
    yaml.max_depth = 2 * DEEPEST
    try:
        node: Node | None = yaml.compose(text)
    except _TooManyError as error:
        raise _refused(error.args[0], f"内容过多，全文最多{MOST_NODES}个值和列表") from None
    except MaxDepthExceededError as error:
        mark = error.problem_mark
        raise _refused(Spot(mark.line + 1, mark.column + 1), _TOO_DEEP) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark
        spot = Spot(mark.line + 1, mark.column + 1) if mark else WHOLE
        raise _refused(spot, _explained(text, spot, str(error.problem))) from None
    except YAMLError as error:
        raise _refused(WHOLE, f"不是正确的YAML：{error}") from None
    if node is None:
        raise _refused(WHOLE, "文件是空的")
    return node


def _refused(spot: Spot, zh: str) -> DocumentError:
    return DocumentError((DocumentFault(spot, "", zh),))


def _explained(text: str, spot: Spot, problem: str) -> str:
    """Return what to do about what the parser stumbled over."""
    rows = text.splitlines()
    if spot.row and spot.row <= len(rows) and "\t" in rows[spot.row - 1]:
        return "这一行有制表符（Tab），YAML只能用空格缩进，请换成空格"
    return f"不是正确的YAML，请检查这一处的缩进、冒号和引号（{problem}）"


class _Reader:
    """Turns a tree of nodes into plain values and remembers the spot of every place."""

    def __init__(self) -> None:
        self.spots: dict[Place, Spot] = {}
        self.faults: list[DocumentFault] = []
        self._seen: set[int] = set()

    def content(self, node: Node, place: Place = ()) -> object:
        self.spots[place] = _spot(node)
        if id(node) in self._seen:
            self._refuse(node, place, "不支持YAML引用（*别名），请把内容写完整")
            return None
        if len(place) > DEEPEST:
            self._refuse(node, place, _TOO_DEEP)
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
        plain = digits.isdecimal() and digits.isascii() and not (digits[0] == "0" < digits[1:])
        if not plain or len(digits) > 18:  # noqa: PLR2004 -- so many digits fit int64
            self._refuse(node, place, f"“{node.value}”应写成普通的十进制整数，开头不带0")
            return None
        return int(node.value)

    def _refuse(self, node: Node, place: Place, zh: str) -> None:
        self.faults.append(DocumentFault(_spot(node), dotted(place), zh))


def _spot(node: Node) -> Spot:
    return Spot(node.start_mark.line + 1, node.start_mark.column + 1)
