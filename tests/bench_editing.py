"""What an editor waits for on a large site: a form saved, the list of articles, a long history."""

from collections.abc import Callable
from typing import Any

VERSIONS = 500
ROUNDS = 15


def report() -> None:
    from django.test import Client

    from articles import versions
    from articles.models import Article
    from articles.roles import ADMINISTRATORS

    from . import factories

    client = Client()
    client.force_login(factories.make_member(ADMINISTRATORS, "mesure"))
    article = full_article()
    versions.begin(Article.objects.filter(pk=article.pk))
    print(f"{f'médiane de {ROUNDS} demandes':<36}{'requêtes SQL':>14}{'ms':>8}")
    print_request("enregistrer le formulaire", saving(client, article))
    print_request("liste des articles", lambda: client.get("/admin/articles/article/"))
    print_request("formulaire", lambda: client.get(f"/admin/articles/article/{article.pk}/change/"))
    for number in range(VERSIONS):
        article.title = f"Titre {number}"
        article.save()
        versions.record(article, None)
    history = f"/admin/articles/article/{article.pk}/history/"
    print_request(f"historique de {VERSIONS} versions", lambda: client.get(history, follow=True))
    print()


def full_article() -> Any:
    """Five images, two videos, five files."""
    from . import factories
    from .bench import BODY

    article = factories.make_article(body=BODY, tags=["mesure", "simplification"])
    for _ in range(5):
        factories.make_carousel_image(article)
        factories.make_attachment(article)
    for _ in range(2):
        factories.make_video(article, transcript="Le texte de la vidéo.")
    return article


def saving(client: Any, article: Any) -> Callable[[], Any]:
    """What sends the form with its text and every item changed; it is filled once, which is not measured."""
    from articles.models import Version

    from .editing import LIST, form_of

    form = form_of(client, article)
    captions = [name for name in form if name.endswith(("-caption", "-title")) and "__prefix__" not in name]

    def save() -> Any:
        last = Version.objects.last_of(article.uuid)
        words = f"Essai {last.number}"
        said = dict.fromkeys(captions, words) | {
            "body": f"{words}.\r\n\r\n{form['body']}",
            "seen": last.number,
        }
        return client.post(f"{LIST}{article.pk}/change/", form | said)

    return save


def print_request(name: str, ask: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from .bench import median_ms

    ask()
    with CaptureQueriesContext(connection) as queries:
        response = ask()
    if response.status_code not in (200, 302):
        raise SystemExit(f"{name} : {response.status_code}, la mesure n’aurait pas de sens.")
    count = len(queries)
    print(f"{name:<36}{count:>14}{median_ms(ask, rounds=ROUNDS):>8.1f}", flush=True)
