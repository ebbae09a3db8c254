"""French punctuation in what people read: U+00A0, the character itself, before `: ; ! ? »` and after `«`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
PLAIN_SPACE = re.compile(r"\s(?=[:;!?»])|(?<=«)\s")
NO_BREAK_SPACE = "\u00a0"

# Migrations hold what was said once; those of kramdown's reader are syntax.
LEFT = {"migrations", "kramdown"}

# Of a post, not about one: the text is Markdown, and gets its spaces when it is rendered.
WRITTEN_INTO_POSTS = {("articles/legacy.py", " : ")}


def of_python(source: str) -> Iterator[tuple[int, str]]:
    """The strings of a module, with their lines; one that stands alone is a docstring."""
    tree = ast.parse(source)
    alone = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in alone:
            yield node.lineno, node.value


def of_template(source: str) -> Iterator[tuple[int, str]]:
    """The lines of a template without its comments; of a tag only what is between quotes is text."""
    source = re.sub(r"\{#.*?#\}", "", source)
    source = re.sub(r"\{[%{].*?[%}]\}", lambda tag: f"·{'·'.join(quoted_in(tag[0]))}·", source)
    yield from enumerate(source.replace("&nbsp;", " ").splitlines(keepends=True), 1)


def quoted_in(tag: str) -> list[str]:
    return [one or other for one, other in re.findall(r""""([^"]*)"|'([^']*)'""", tag)]


def of_script(source: str) -> Iterator[tuple[int, str]]:
    """The strings of a script or a style sheet, with their lines, without the expressions within them."""
    for number, line in enumerate(source.splitlines(), 1):
        if not line.lstrip().startswith("//"):
            for text in re.findall(r"""("[^"]*"|'[^']*'|`[^`]*`)""", line):
                yield number, re.sub(r"\$\{.*?\}", "·", text)


READERS = {
    ".py": of_python,
    **dict.fromkeys((".html", ".txt", ".xml"), of_template),
    **dict.fromkeys((".js", ".css"), of_script),
}
FILES = [
    path
    for folder in ("articles", "dcant_site", "templates")
    for path in sorted((PROJECT / folder).rglob("*"))
    if path.suffix in READERS and not LEFT.intersection(path.parts)
]


def faults_of(suffix: str, source: str, name: str = "") -> list[str]:
    """Where a sentence has a plain space, or an entity for the other: file and line."""
    return [
        f"{name}:{line}"
        for line, text in READERS[suffix](source)
        if any(space[0] != NO_BREAK_SPACE for space in PLAIN_SPACE.finditer(text))
        and (name, text) not in WRITTEN_INTO_POSTS
    ]


def test_no_line_breaks_before_french_punctuation():
    sources = {path: path.read_text(encoding="utf-8") for path in FILES}
    faults = [
        fault
        for path, source in sources.items()
        for fault in faults_of(path.suffix, source, str(path.relative_to(PROJECT)))
    ]
    assert faults == [], "write U+00A0 there:\n" + "\n".join(faults)


@pytest.mark.parametrize(
    ("suffix", "source"),
    [
        (".py", 'raise Refused("Refusé : recommencez.")'),
        (".py", 'say(f"« {name}\u00a0»")'),
        (".py", 'say("Que faire"\n    " ?")'),
        (".html", "<p>Aucun import : les remarques viendront ici.</p>"),
        (".html", "{{ each.label }} :"),
        (".html", '{% translate "Que faire ?" %}'),
        (".html", "<p>Note&nbsp;: {{ note }}</p>"),
        (".html", '{% include "a.html" with side="Avant : " only %}'),
        (".txt", "«\n{{ title }}\u00a0»"),
        (".js", "status.textContent = `« ${name}\u00a0» retiré.`;"),
        (".js", 'throw new Refusal("Refusé ; recommencez.");'),
        (".css", 'td::before { content: "Publication : "; }'),
    ],
)
def test_a_plain_space_is_found(suffix, source):
    assert faults_of(suffix, source)


@pytest.mark.parametrize(
    ("suffix", "source"),
    [
        (".py", 'raise Refused("Refusé\u00a0: recommencez.")'),
        (".py", '"""« title : x »"""\n# « ici »\nrows[a : b] if a != b else {"key": f"{a:>3}"}'),
        (".py", 'LIMIT = 3\n"""What « limit » : says."""'),
        (".html", '{# « actions » : #} {% if a|slice:":3" != "b" %}{{ a|date:"H:i" }}{% endif %}'),
        (".html", "<p>«\u00a0{{ title }}\u00a0»\u00a0: lu</p>"),
        (".css", 'a > b { content: "Fin\u00a0: "; } /* « ici » */'),
        (".js", "// « undo » : here\nconst a = b !== c ? `${b ? c : d}` : `«\u00a0${d}\u00a0»`;"),
    ],
)
def test_what_is_no_sentence_is_left(suffix, source):
    assert faults_of(suffix, source) == []
