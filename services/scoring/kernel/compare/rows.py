"""What stands in a rule or a linkage: settings, and rows with a label and a text each."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from services.scoring.kernel.annex.forms import Form
from services.scoring.kernel.annex.kinds import KINDS
from services.scoring.kernel.annex.signs import shortest
from services.scoring.kernel.compare.statements import Judging, Statement
from services.scoring.kernel.compare.wording import Content, Wording, cited
from services.scoring.kernel.phrases import KIND_NAMES
from services.scoring.kernel.vocabulary import relation

_Telling = Callable[[Content, Wording], str]


@dataclass(frozen=True)
class _Row:
    """How one row of a list is known (`key`), called (`label`) and read (`text`)."""

    key: str
    label: _Telling
    text: _Telling


def _points(row: Content, _: Wording) -> str:
    return f"得{shortest(row['points'])}分"


def _name(row: Content, _: Wording) -> str:
    return cited(row["name"])


def _condition(row: Content, words: Wording) -> str:
    return f"条件{_name(row, words)}"


def _measure(row: Content, words: Wording) -> str:
    return f"措施{_name(row, words)}"


def _percent(row: Content, _: Wording) -> str:
    return f"发{row['percent']}%"


def _nothing(_: Content, __: Wording) -> str:
    return ""


def _each(row: Content, _: Wording) -> str:
    most = f"，最多{shortest(row['most_points'])}分" if "most_points" in row else ""
    return f"每次{shortest(row['points'])}分{most}"


def _periods(row: Content) -> Iterator[str]:
    for one in row.get("periods", ()):
        yield f"{one['decided_from']}起作出的影响期{one['months']}个月（{one['clause']}）"


def _occasion(row: Content, _: Wording) -> str:
    return "，".join((f"{shortest(row['points'])}分", *_periods(row)))


def _interval(one: Content, words: Wording) -> str:
    below = f"、不满{words.measured(one['below'], one['measure'])}" if "below" in one else ""
    start = words.measured(one["from_value"], one["measure"])
    return f"{words.named('measure', one['measure'])}{start}以上{below}"


def _from_on(row: Content, words: Wording) -> str:
    return f"{words.measured(row['from_value'], row['measure'])}以上"


def _limit(row: Content, _: Wording) -> str:
    return relation(row["operator"], f"{row['count']}次")


def _yearly(row: Content, words: Wording) -> str:
    return words.level(row["level"])


def _onwards(row: Content, words: Wording) -> str:
    return f"{words.level(row['from_level'])}起"


_ROWS: dict[tuple[str, str], _Row] = {
    ("events", "events"): _Row("event", _name, _each),
    ("steps", "steps"): _Row("from_value", _from_on, _points),
    ("bands", "rows"): _Row(
        "any_of",
        lambda row, words: "或".join(_interval(one, words) for one in row["any_of"]),
        _points,
    ),
    ("ranked", "places"): _Row("up_to", lambda row, _: f"前{row['up_to']}名", _points),
    ("graded", "grades"): _Row("grade", lambda row, _: f"等级{cited(row['grade'])}", _points),
    ("all_or_nothing", "conditions"): _Row("code", _condition, _nothing),
    ("occurring", "events"): _Row("event", _name, _occasion),
    ("composite", "caps"): _Row(
        "parts",
        lambda row, words: f"{'、'.join(words.named('part', one) for one in row['parts'])}合计",
        lambda row, _: f"最多{shortest(row['most_points'])}分（{row['clause']}）",
    ),
    ("counts_per_problem", "limits"): _Row("event", _name, _limit),
    ("in_influence", "sanctions"): _Row(
        "sanction", _name, lambda row, _: "，".join(_periods(row))
    ),
    ("performance_pay", "paid"): _Row("from_level", _onwards, _percent),
    ("star_pay", "rates"): _Row(
        "posts",
        lambda row, words: "、".join(words.named("post", one) for one in row["posts"]),
        lambda row, _: f"每颗星每月{shortest(row['amount'])}元",
    ),
    ("county_award", "amounts"): _Row(
        "level", _yearly, lambda row, _: f"每年{shortest(row['amount'])}元"
    ),
    ("rights", "rights"): _Row("code", _name, _onwards),
    ("rectification", "measures"): _Row("code", _measure, _nothing),
    ("township_appraisal", "points"): _Row("level", _yearly, _points),
}  # fmt: skip
# Under a label that says more than that of the table's cell.
_AMOUNTS = {"per_resident_70": "每人每年"}


def judging(group: str, label: str, content: Content, words: Wording) -> Judging:
    """Return kind and statements of a rule (`rule`, `bottom`) or linkage."""
    kind = content["kind"]
    form = KINDS[group][kind]
    said = (*_settings(form, content, words), *_rows(form, kind, content, words))
    return Judging(label, kind, KIND_NAMES[kind], said)


def _settings(form: Form, content: Content, words: Wording) -> Iterator[Statement]:
    for one in form.settings:
        if one.key == "amount":
            text = f"{_AMOUNTS[content['kind']]}{shortest(content['amount'])}元"
            yield Statement(one.key, one.label, content["amount"], text)
        elif one.key in content:
            yield words.statement(one.label, one.key, one.codec, content)


def _rows(form: Form, kind: str, content: Content, words: Wording) -> Iterator[Statement]:
    telling = _ROWS.get((kind, form.list_key))
    if telling is None:
        return
    seen: Counter[str] = Counter()
    for row in content.get(form.list_key, ()):
        key = _key(row[telling.key])
        seen[key] += 1
        within = {"measure": content.get("measure")} | row
        text = telling.text(row, words)
        yield Statement(
            key=(form.list_key, key, seen[key]),
            label=telling.label(within, words),
            value=row,
            text=text,
            alias=(form.list_key, row.get("name") or text),
            rows=form.list_key,
            code=key,
        )


def _key(value: Any) -> str:  # noqa: ANN401 -- any JSON value
    return value if isinstance(value, str) else repr(value)
