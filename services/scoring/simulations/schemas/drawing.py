"""A drawing of bars, lines and texts, 360 wide so that a phone shows it as it is; as SVG.

Lengths are whole pixels. The file stands alone: no script, no font and no address in it.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.scoring.simulations.domain.simulation import MARK

WIDTH, MARGIN = 360, 12
SMALL, NORMAL, LARGE = 11, 12, 15
# So far apart stand the watermarks: no part of a drawing can be cut out without one.
_BETWEEN_MARKS = 110

# From here on letters are as wide as they are high: Chinese with its punctuation.
_SQUARE = "\u2e80"
_UNBROKEN = re.compile(r"[!-~]{1,20}|.")

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parents[2] / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
)


@dataclass(frozen=True)
class Bar:
    """A filled rectangle; `title` is what a pointer over it shows."""

    x: int
    y: int
    width: int
    height: int
    fill: str
    title: str


@dataclass(frozen=True)
class Line:
    """A straight line of one of the kinds the style knows."""

    kind: Literal["axis", "ceiling", "rule"]
    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True)
class Label:
    """A text at its base line."""

    x: int
    y: int
    text: str
    size: int = NORMAL
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False
    mark: bool = False
    fill: str = ""


@dataclass
class Drawing:
    """What is drawn so far; `y` is where the next thing goes."""

    title: str
    mark: str = MARK
    width: int = WIDTH
    y: int = MARGIN
    bars: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    texts: list[Label] = field(default_factory=list)

    @property
    def height(self) -> int:
        """The height of all that is drawn."""
        return self.y + MARGIN

    @property
    def watermarks(self) -> list[int]:
        """The heights at which the mark is laid over everything."""
        return list(
            range(_BETWEEN_MARKS - MARGIN, max(self.height, _BETWEEN_MARKS), _BETWEEN_MARKS)
        )

    def write(
        self, text: str, size: int = NORMAL, *, bold: bool = False, mark: bool = False
    ) -> None:
        """Write a paragraph across the whole width, on as many lines as it needs."""
        for line in wrapped(text, self.width - 2 * MARGIN, size):
            self.y += size + 4
            self.texts.append(Label(MARGIN, self.y, line, size, bold=bold, mark=mark))

    def svg(self) -> bytes:
        """Return the file."""
        template = _environment.get_template("simulation_chart.svg")
        return template.render(drawing=self).encode()


def begun(title: str, subtitle: str) -> Drawing:
    """Return a drawing with its heading and the mark below it."""
    drawing = Drawing(title)
    drawing.write(title, LARGE, bold=True)
    drawing.write(MARK, NORMAL, mark=True)
    drawing.write(subtitle, SMALL)
    return drawing


def wrapped(text: str, width: int, size: int) -> list[str]:
    """Break a text into lines of at most `width` pixels, never inside a number or a word."""
    lines, line = [], ""
    for part in _UNBROKEN.findall(text):
        if line and width_of(line + part, size) > width:
            lines.append(line)
            line = ""
        line += part
    return [*lines, line]


def width_of(text: str, size: int) -> int:
    """Return about how many pixels a text takes; Chinese letters are square."""
    return sum(size if _is_square(letter) else (size * 3 + 4) // 5 for letter in text)


def _is_square(letter: str) -> bool:
    return letter >= _SQUARE or letter in "·—…①②③④⑤"
