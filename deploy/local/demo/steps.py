"""The progress display of the demonstration."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.progress import Progress


@dataclass
class Steps:
    """The progress display: one line a step, with what it brought and how long it took."""

    progress: Progress
    laps: dict[str, float] = field(default_factory=dict)

    def __call__(self, label: str) -> Callable[..., None]:
        """Begin a step; call the result with what came of it."""
        task = self.progress.add_task(label, total=1)
        begun = time.monotonic()

        def end(result: object = "") -> None:
            self.laps[label] = round(time.monotonic() - begun, 2)
            text = f"{label}  [dim]{result}[/]" if result != "" else label
            self.progress.update(task, completed=1, description=text)

        return end
