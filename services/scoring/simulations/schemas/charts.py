"""The three charts of a simulation: levels, bill, townships. Readable on a phone and printed."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from services.scoring.simulations.schemas.drawing import (
    MARGIN,
    NORMAL,
    SMALL,
    WIDTH,
    Bar,
    Drawing,
    Label,
    Line,
    begun,
    width_of,
    wrapped,
)
from services.scoring.simulations.schemas.simulations import SimulationView
from services.scoring.simulations.schemas.variants import BillLine, VariantView
from shared.money import decimal_text, hundredths

_ACROSS = WIDTH - 2 * MARGIN
_NUMBERS = "①②③④⑤"
_ROSE, _FELL = "#1b7f3b", "#c4572b"
_PAYABLE, _UNFUNDED = "#3a6ea5", "url(#hatch)"
_BAR = 20
# The column of township names, and the least a number needs inside its segment.
_NAMES, _NARROW = 84, 16


class ChartName(StrEnum):
    """Which chart."""

    LEVELS = "levels"
    BILL = "bill"
    TOWNSHIPS = "townships"


def chart(view: SimulationView, name: ChartName) -> bytes:
    """Return one chart as SVG."""
    return _CHARTS[name](view).svg()


def _levels(view: SimulationView) -> Drawing:
    drawing = begun("各方案星级分布", f"{view.cycle_title}；{view.title}")
    every = _every(view)
    codes = sorted({int(each.code) for one in every for each in one.county.levels})
    names = {each.code: each.name for one in reversed(every) for each in one.county.levels}
    _legend(drawing, [(names[str(code)], _shade(codes, code)[0]) for code in codes])
    for one in every:
        drawing.y += 8
        rose, fell = one.county.rose, one.county.fell
        moved = "" if one is view.base else f"（升{rose}，降{fell}）"
        drawing.write(f"{one.name}{moved}", NORMAL, bold=True)
        _stack(drawing, one, codes)
        drawing.write("　".join(f"{each.name}{each.count}" for each in one.county.levels), SMALL)
    return drawing


def _stack(drawing: Drawing, one: VariantView, codes: Sequence[int]) -> None:
    top, done = drawing.y + 6, 0
    whole = max(one.county.assessed, 1)
    for each in one.county.levels:
        left, right = (_ACROSS * n // whole for n in (done, done + each.count))
        done += each.count
        if right == left:
            continue
        fill, ink = _shade(codes, int(each.code))
        title = f"{one.name}：{each.name}{each.count}个"
        drawing.bars.append(Bar(MARGIN + left, top, right - left, _BAR, fill, title))
        if right - left >= _NARROW:
            middle = MARGIN + (left + right) // 2
            text = str(each.count)
            drawing.texts.append(Label(middle, top + 15, text, SMALL, "middle", fill=ink))
    drawing.y = top + _BAR


def _bill(view: SimulationView) -> Drawing:
    months = "、".join(dict.fromkeys(str(one.months) for one in _every(view)))
    drawing = begun("各支付方一年账单", f"{view.title}；含{months}个月报酬，金额为万元")
    _legend(drawing, [("应付", _PAYABLE), ("无资金来源", _UNFUNDED), ("上限（虚线）", "")])
    every = _every(view)
    payers = {line.payer: line.name for one in every for line in one.bill or ()}
    for payer, name in payers.items():
        drawing.y += 10
        drawing.write(name, NORMAL + 1, bold=True)
        _payer(drawing, every, payer)
    for one in every:
        if one.bill is None:
            drawing.y += 6
            drawing.write(f"{one.name}：缺少{len(one.missing_facts)}项数据，不能计算账单。", SMALL)
    return drawing


def _payer(drawing: Drawing, every: Sequence[VariantView], payer: str) -> None:
    owed = [(one, line) for one in every for line in one.bill or () if line.payer == payer]
    ceilings = [hundredths(line.ceiling) for _, line in owed if line.ceiling is not None]
    most = max([1, *ceilings, *(hundredths(line.total) for _, line in owed)])
    start = drawing.y
    for one, line in owed:
        drawing.y += 3
        drawing.write(one.name, SMALL, bold=True)
        drawing.write(_amounts(line), SMALL)
        total, payable = hundredths(line.total), hundredths(line.payable)
        middle, end = _ACROSS * payable // most, _ACROSS * total // most
        top, title = drawing.y + 5, f"{one.name}：{_amounts(line)}"
        drawing.bars.append(Bar(MARGIN, top, middle, 12, _PAYABLE, title))
        if end > middle:
            drawing.bars.append(Bar(MARGIN + middle, top, end - middle, 12, _UNFUNDED, title))
        if line.ceiling is not None:
            at = MARGIN + _ACROSS * hundredths(line.ceiling) // most
            drawing.lines.append(Line("ceiling", at, top - 3, at, top + 15))
        drawing.y = top + 12
    if drawing.y > start:
        drawing.y += 4
        drawing.lines.append(Line("rule", MARGIN, drawing.y, WIDTH - MARGIN, drawing.y))


def _amounts(line: BillLine) -> str:
    parts = [f"应付{_ten_thousands(line.payable)}"]
    if hundredths(line.unfunded):
        parts.append(f"无资金来源{_ten_thousands(line.unfunded)}")
    if line.ceiling is not None:
        parts.append(f"上限{_ten_thousands(line.ceiling)}")
    if hundredths(line.over):
        parts.append(f"超{_ten_thousands(line.over)}")
    return "，".join(parts)


def _ten_thousands(yuan: str) -> str:
    """Write yuan as 万元 with two decimals, half-up; exact integers."""
    return decimal_text((hundredths(yuan) + 5_000) // 10_000)


def _townships(view: SimulationView) -> Drawing:
    drawing = begun(
        "各乡镇星级变化", f"{view.title}；与现行方案相比，右侧为上升、左侧为下降的支部数"
    )
    for number, one in enumerate(view.variants):
        drawing.write(f"{_NUMBERS[number]} {one.name}", SMALL)
    drawing.y += 8
    _legend(drawing, [("上升", _ROSE), ("下降", _FELL)])
    drawing.y += 6
    column = (_ACROSS - _NAMES) // len(view.variants)
    drawing.y += NORMAL
    for number in range(len(view.variants)):
        centre = MARGIN + _NAMES + column * number + column // 2
        drawing.texts.append(
            Label(centre, drawing.y, _NUMBERS[number], NORMAL, "middle", bold=True)
        )
    most = max([1, *(n for v in view.variants for t in v.townships for n in (t.rose, t.fell))])
    for row in range(len(view.base.townships)):
        _township(drawing, view, row, column, most)
    return drawing


def _township(drawing: Drawing, view: SimulationView, row: int, column: int, most: int) -> None:
    drawing.y += 5
    top = drawing.y
    drawing.lines.append(Line("rule", MARGIN, top, WIDTH - MARGIN, top))
    lines = wrapped(view.base.townships[row].name, _NAMES - 4, NORMAL)
    for below, text in enumerate(lines):
        drawing.texts.append(Label(MARGIN, top + 16 + below * (NORMAL + 3), text))
    for number, variant in enumerate(view.variants):
        place = variant.townships[row]
        centre = MARGIN + _NAMES + column * number + column // 2
        half = column // 2 - 3
        title = f"{variant.name}，{place.name}：升{place.rose}，降{place.fell}"
        for count, fill, sign in ((place.rose, _ROSE, 1), (place.fell, _FELL, -1)):
            wide = half * count // most
            if count:
                x = centre if sign > 0 else centre - wide
                drawing.bars.append(Bar(x, top + 20, max(wide, 2), 9, fill, title))
        drawing.lines.append(Line("axis", centre, top + 18, centre, top + 31))
        said = f"升{place.rose}降{place.fell}" if place.rose or place.fell else "不变"
        drawing.texts.append(Label(centre, top + 15, said, SMALL, "middle"))
    drawing.y = top + max(32, len(lines) * (NORMAL + 3) + 6)


def _legend(drawing: Drawing, entries: Sequence[tuple[str, str]]) -> None:
    x = MARGIN
    drawing.y += 8
    for name, fill in entries:
        wide = 18 + width_of(name, SMALL) + 8
        if x + wide > WIDTH - MARGIN:
            x, drawing.y = MARGIN, drawing.y + 18
        if fill:
            drawing.bars.append(Bar(x, drawing.y, 14, 12, fill, name))
        else:
            drawing.lines.append(Line("ceiling", x, drawing.y + 6, x + 14, drawing.y + 6))
        drawing.texts.append(Label(x + 18, drawing.y + 10, name, SMALL))
        x += wide
    drawing.y += 14


def _shade(codes: Sequence[int], code: int) -> tuple[str, str]:
    """Return a level's colour, darker with each level, and the ink that is read on it."""
    steps = max(len(codes) - 1, 1)
    light = 94 - 58 * codes.index(code) // steps
    return f"hsl(8, 72%, {light}%)", "#111" if light > 60 else "#fff"  # noqa: PLR2004 -- half-way


def _every(view: SimulationView) -> list[VariantView]:
    return [view.base, *view.variants]


_CHARTS: dict[ChartName, Callable[[SimulationView], Drawing]] = {
    ChartName.LEVELS: _levels,
    ChartName.BILL: _bill,
    ChartName.TOWNSHIPS: _townships,
}
