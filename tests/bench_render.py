"""Measure reading and rendering alone, in CPU time: a post, and the worst text of 40 kB.

Run by `make bench`. Where real posts are beside the project, they are measured too.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

HOSTILE_BYTES = 40_000
HEADER = "---\ntitle: a\ndate: 2024-01-01\n---\n\n"
ROUNDS = 5
BODIES = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "blog" / "bodies"


def report() -> None:
    django.setup()
    from articles import jekyll
    from articles.rendering import page_html

    from .bench_import import post_text
    from .test_kramdown import HOSTILE

    posts = [post_text(number) for number in range(200)]
    bodies = [jekyll.markdown(post.encode(), "a.md") for post in posts]
    print(f"\nTemps de calcul, médiane de {ROUNDS} passages")
    print_each("lire un billet", posts, lambda post: jekyll.parse(post.encode(), "a.md"))
    print_each("rendre un billet", bodies, lambda body: page_html(body, "fr"))
    if BODIES.exists():
        real = [path.read_text(encoding="utf-8") for path in BODIES.glob("*.md")]
        print_each("rendre un vrai billet", real, lambda body: page_html(body, "fr"))
    print_worst("rendre", HOSTILE, lambda text: page_html(text, "fr"))
    written = [part for part in HOSTILE if "\0" not in part]
    print_worst("lire", written, lambda text: jekyll.parse(f"{HEADER}{text}".encode(), "a.md"))


def print_worst(name: str, parts: Iterable[str], work: Callable[[str], object]) -> None:
    """The most that a text of HOSTILE_BYTES, made of one part over and over, takes."""
    times = {}
    for part in parts:
        text = (part * (HOSTILE_BYTES // len(part) + 1))[:HOSTILE_BYTES]
        times[part] = cpu_seconds(partial(work, text))
    worst = max(times, key=lambda part: times[part])
    label = f"{name} : le pire de {len(times)} textes de 40 ko"
    print(f"{label:<50}{times[worst] * 1000:>8.0f} ms ({worst[:12]!r}…)")


def print_each(name: str, texts: Iterable[str], work: Callable[[str], object]) -> None:
    every = list(texts)
    passes = [cpu_seconds(lambda: [work(text) for text in every]) for _ in range(ROUNDS)]
    print(f"{name:<50}{statistics.median(passes) / len(every) * 1000:>8.2f} ms")


def cpu_seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    report()
