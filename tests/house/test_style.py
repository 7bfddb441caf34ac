"""What linters do not check: sizes, names of files, and a reason beside every exemption."""

import ast
import re
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
PRODUCT = sorted(
    path
    for folder in ("services", "shared", "deploy")
    for path in (ROOT / folder).rglob("*.py")
    if "versions" not in path.parts  # migrations are written once and stay as they are
)
SOURCES = [*PRODUCT, *sorted((ROOT / "tests").rglob("*.py"))]
CAPABILITY_FILES = {"domain", "tables", "store", "usecases", "schemas", "api", "jobs", "__init__"}
SERVICE_FILES = {"main", "worker", "settings", "factory", "tables", "__init__"}
NAMES_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
MEDIAN_FILE = 100
MEDIAN_FUNCTION = 10


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def line_count(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_file_is_too_long() -> None:
    lengths = {named(path): line_count(path) for path in SOURCES}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def function_lengths(path: Path) -> dict[str, int]:
    """Count a function's lines without its docstring and without functions inside it."""
    return {
        f"{named(path)}:{node.lineno} {node.name}": body_length(node)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        length -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return length


def test_no_function_is_too_long() -> None:
    lengths = {name: n for path in SOURCES for name, n in function_lengths(path).items()}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}


def test_the_usual_file_and_function_are_short() -> None:
    files = [line_count(path) for path in PRODUCT if path.stat().st_size]
    functions = [n for path in PRODUCT for n in function_lengths(path).values()]
    assert median(files) <= MEDIAN_FILE
    assert median(functions) <= MEDIAN_FUNCTION


def test_every_module_has_a_name_that_says_something() -> None:
    parts = {part for path in SOURCES for part in path.relative_to(ROOT).with_suffix("").parts}
    assert parts & NAMES_NOTHING == set()


def test_services_use_the_vocabulary_of_files() -> None:
    strange = []
    for path in (ROOT / "services").rglob("*.py"):
        parts = path.relative_to(ROOT / "services").with_suffix("").parts
        if "kernel" in parts or "migrations" in parts or len(parts) == 1:
            continue
        allowed = SERVICE_FILES if len(parts) == 2 else CAPABILITY_FILES
        if parts[min(len(parts) - 1, 2)] not in allowed:
            strange.append(named(path))
    assert strange == []


EXEMPTION = re.compile(r"#\s*(noqa|type:\s*ignore)\b(.*)$")
WITH_CODE_AND_REASON = re.compile(
    r"(:\s*[A-Z]+[0-9]+(,\s*[A-Z]+[0-9]+)*|\[[a-z, -]+\])\s+(--|#)\s+\S"
)


def test_every_exemption_names_its_rule_and_its_reason() -> None:
    bare = [
        f"{named(path)}:{number}"
        for path in SOURCES
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for found in [EXEMPTION.search(line)]
        if found and not WITH_CODE_AND_REASON.match(found[2])
    ]
    assert bare == []
