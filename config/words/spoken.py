"""Which words of the Python code people read: found by where they stand, so that the code says them plainly. Pure.

A word or sentence that Python gives to a page stays English in the code, in the record and in the API; the page
translates it where it shows it (|word). What is found here is what translators get to see.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

ROOMS = ("users", "regulations", "correspondence", "complaints", "escalations", "insights", "config")
# The law's own sentences, letters, imported and demonstrated data, and what only programs and logs see.
SILENT = (
    "regulations/engine/", "regulations/calendars/", "regulations/rulebooks/", "regulations/studio/wording.py",
    "regulations/books.py", "regulations/services.py", "regulations/checks.py",
    "correspondence/letters.py", "correspondence/pdf.py", "correspondence/templates.py", "correspondence/packs/",
    "correspondence/gathering.py", "complaints/importing/", "complaints/demo/", "complaints/services/announcing.py",
    "complaints/services/law.py", "complaints/services/clocks.py", "complaints/services/sets.py", "complaints/search.py",
    "complaints/services/words.py", "complaints/clockfile.py", "complaints/thresholds/phrases.py",
    "complaints/thresholds/rules.py", "complaints/queues/counting.py", "complaints/drawing.py",
    "complaints/services/targets.py", "config/settings.py", "config/env.py", "config/checks.py", "config/api.py",
    "config/metrics.py", "config/parsing.py", "config/beat.py", "config/celery.py", "users/dates.py", "users/interface_languages.py", "config/words/", "config/formats/",
    "/management/", "/migrations/", "/api/", "/api.py", "/checks.py", "/templatetags/",
)  # fmt: skip
# Calls whose words are for machines or for the log.
MACHINES = frozenset(
    [
        "debug",
        "info",
        "warning",
        "error",
        "exception",
        "critical",
        "compile",
        "match",
        "search",
        "sub",
        "split",
        "fullmatch",
        "getLogger",
        "path",
        "re_path",
        "execute",
        "SQL",
        "RawSQL",
        "Literal",
        "Func",
        "set_cookie",
        "reverse",
        "redirect",
        "render",
        "filter",
        "exclude",
        "annotate",
        "order_by",
        "get",
        "select_related",
        "prefetch_related",
        "values",
        "values_list",
        "only",
        "defer",
        "getattr",
        "setattr",
        "hasattr",
        "get_or_create",
        "HttpResponse",
        "JsonResponse",
        "startswith",
        "endswith",
        "encode",
        "decode",
        "strftime",
        "Q",
        "F",
        "open",
        "joinpath",
        "CheckConstraint",
        "UniqueConstraint",
        "Index",
        "GinIndex",
        "register",
        "inclusion_tag",
        "TypeVar",
        "cast",
        "partition",
        "rpartition",
        "replace",
        "removeprefix",
        "removesuffix",
        "strip",
        "lstrip",
        "rstrip",
        "Trigger",
        "Protect",
    ]
)
# Arguments whose words are for machines.
MACHINE_WORDS = frozenset(
    [
        "related_name",
        "db_table",
        "name",
        "app_label",
        "verbose_name",
        "default",
        "template_name",
        "samesite",
        "content_type",
        "key",
        "icon",
        "url",
        "field",
        "kind",
        "status",
        "action",
        "code",
        "id",
        "level",
        "route",
        "html",
        "attrs",
        "widget",
        "input_formats",
    ]
)
SENTENCE = re.compile(r"(?:[^\W\d_]{2,}|\w['’]s)[,.:;]? [\w{“\[(@]")
WORD = re.compile(r"[A-Z][a-z]*(?:-[a-z]+)*")
SPACE = re.compile(r"\s+")
TOGETHER = re.compile(r"\{(\w+)\}(?:\{\w+\})+")
# Letters to customers, headers and statements stand among sentences now and then.
NOT_SAID = re.compile(
    r"Dear |Yours sincerely|Our reference: |We have forwarded|\w+; filename=|value (ASC|DESC)|key = |(None|True|False)$|M\{|\[\{"
)


def modules(root: Path) -> Iterator[Path]:
    """Return the modules whose words people read."""
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            if not any(name.startswith(part) or (part.startswith("/") and part in f"/{name}") for part in SILENT):
                yield path


def said_in(source: str, *, model: bool = False) -> Iterator[tuple[int, str]]:
    """Return line and words of everything in this code that people read. A gap is written as {name}."""
    tree = ast.parse(source)
    yield from _walk(tree, model=model)


def _walk(node: ast.AST, *, model: bool) -> Iterator[tuple[int, str]]:
    for child in _read(node, model=model):
        if isinstance(child, ast.JoinedStr):
            yield from ((child.lineno, text) for text in _variants(child) if people_read(text))
            for value in child.values:
                if isinstance(value, ast.FormattedValue):
                    yield from _walk(value, model=model)
        elif isinstance(child, ast.ClassDef) and any("TextChoices" in ast.unparse(base) for base in child.bases):
            yield from _labels(child)
        elif isinstance(child, ast.Constant):
            if isinstance(child.value, str) and people_read(child.value):
                yield child.lineno, SPACE.sub(" ", child.value).strip()
        else:
            yield from _walk(child, model=model)


def _labels(choices: ast.ClassDef) -> Iterator[tuple[int, str]]:
    """Return what each choice is called."""
    for line in choices.body:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple):
            label = line.value.elts[-1]
            if isinstance(label, ast.Constant):
                yield label.lineno, str(label.value)


def _read(node: ast.AST, *, model: bool) -> Iterator[ast.AST]:
    """Return the children of a node without those that only machines read."""
    if isinstance(node, (ast.Subscript, ast.Compare, ast.Assert, ast.arguments, ast.AnnAssign)) and not (
        isinstance(node, ast.AnnAssign) and node.value
    ):
        # An index, a comparison: words to compare with are no words to read. What they are taken from may be.
        if isinstance(node, ast.Subscript):
            yield node.value
        return
    if isinstance(node, ast.AnnAssign) and node.value:
        yield node.value
        return
    if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id.startswith("__") for t in node.targets):
        return
    if isinstance(node, ast.FunctionDef) and node.name == "__str__":
        return
    if isinstance(node, ast.Call):
        yield from _arguments(node, model=model)
        return
    if isinstance(node, ast.Dict):
        yield from node.values
        return
    body = getattr(node, "body", None)
    first = body[0] if isinstance(body, list) and body else None
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue  # a docstring
        if child is first and isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        yield child


def _arguments(call: ast.Call, *, model: bool) -> Iterator[ast.AST]:
    func = call.func
    called = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    if isinstance(func, ast.Attribute):
        yield func.value
    if model and called.endswith("Field"):
        return
    words = [
        one.value for one in call.keywords if one.arg not in MACHINE_WORDS and not (one.arg == "help_text" and model)
    ]
    if called in MACHINES:
        # {...}.get(key, "words") and (...).join: what is called upon was looked at above.
        words = [word for word in (*call.args, *words) if not isinstance(word, (ast.Constant, ast.JoinedStr))]
        if called == "get" and len(call.args) == 2:
            words.append(call.args[1])
        yield from words
        return
    yield from call.args
    yield from words


def _variants(joined: ast.JoinedStr) -> Iterator[str]:
    """Return each sentence an f-string can be, where it chooses between fixed words."""
    seen: dict[str, str] = {}
    parts = [_part(value, seen) for value in joined.values]
    for chosen in itertools.islice(itertools.product(*parts), 8):
        # Two gaps side by side are one to whoever reads it.
        yield TOGETHER.sub(r"{\1}", SPACE.sub(" ", "".join(chosen)).strip())


def _part(value: ast.expr, seen: dict[str, str]) -> list[str]:
    if isinstance(value, ast.Constant):
        return [str(value.value).replace("{", "").replace("}", "")]
    if isinstance(value, ast.FormattedValue):
        inside = value.value
        if isinstance(inside, ast.IfExp) and all(isinstance(one, ast.Constant) for one in (inside.body, inside.orelse)):
            return [str(one.value) for one in (inside.body, inside.orelse)]  # type: ignore[attr-defined]
        return ["{" + _gap(inside, seen) + "}"]
    return [""]


def _gap(value: ast.expr, seen: dict[str, str]) -> str:
    """Return how translators see a gap: the last name in the expression."""
    written = ast.unparse(value)
    if written in seen:
        return seen[written]
    names = [
        name.lower().strip("_") for name in re.findall(r"[A-Za-z_]\w*", re.sub(r"'[^']*'|\"[^\"]*\"", "", written))
    ]
    plain = [
        name
        for name in names
        if len(name) > 1 and name not in {"str", "len", "if", "else", "for", "in", "join", "self"}
    ]
    name = plain[-1] if plain and isinstance(value, (ast.Attribute, ast.Name)) else plain[0] if plain else "value"
    number = sum(1 for known in seen.values() if known == name or known.rstrip("0123456789") == name)
    seen[written] = name if not number else f"{name}{number + 1}"
    return seen[written]


def people_read(text: str) -> bool:
    """Tell whether this is a word or a sentence for people, not a key, a pattern or a statement."""
    text = text.strip()
    if (
        not text
        or text.isupper()
        or "%s" in text
        or "(?" in text
        or "\\" in text
        or "</" in text
        or text.startswith(("#", "%"))
    ):
        return False
    if NOT_SAID.match(text):
        return False
    if re.match(r"(SELECT|INSERT|UPDATE|LOCK|WITH|DELETE|SET) ", text) or (" = {" in text and "\n" in text):
        return False
    if len(text) == 1:
        return False
    letters = re.sub(r"\{\w+\}", "", text)
    return bool(SENTENCE.search(re.sub(r"\{\w+\}", "Gap", text)) and re.search(r"[a-z]{2,}", letters)) or bool(
        WORD.fullmatch(text)
    )
