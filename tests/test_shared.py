"""Share links as those who get them use them: what opens, what does not, and that nothing is kept."""

from datetime import timedelta

import pytest
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone

from articles import publishing, shared, versions
from articles.models import Article, OldAddress, ShareLink, Status
from articles.roles import PUBLISHERS

from .factories import (
    image_bytes,
    make_article,
    make_attachment,
    make_carousel_image,
    make_member,
    make_share_link,
    make_video,
    pdf_bytes,
    store,
)

pytestmark = pytest.mark.django_db

GONE = "Ce lien ne mène plus à rien"


def make_draft(**overrides):
    return make_article(**{"status": Status.DRAFT, "published_at": None} | overrides)


def fetch(client, address):
    """The answer with its content read whole, which closes its file."""
    response = client.get(address)
    response.whole = response.getvalue()
    return response


# What opens


@pytest.mark.parametrize("status", [Status.DRAFT, Status.IN_REVIEW, Status.WITHDRAWN])
def test_a_link_shows_an_article_that_is_not_public_under_a_banner(client, status):
    link = make_share_link(make_draft(status=status, body="Du texte de brouillon."))
    page = client.get(link.get_absolute_url()).content.decode()
    assert "Aperçu partagé\u00a0: ce texte n’est pas publié, ne le diffusez pas." in page
    assert "Lien valable jusqu’au" in page
    assert "Du texte de brouillon." in page
    assert client.get(link.article.get_absolute_url()).status_code == 404


def test_a_text_without_a_date_says_that_it_is_not_published(client):
    page = client.get(make_share_link(make_draft()).get_absolute_url()).content.decode()
    assert "Non publié" in page
    assert "Publié le" not in page
    planned = make_draft(published_at=timezone.now() + timedelta(days=9))
    assert "Publié le" in client.get(make_share_link(planned).get_absolute_url()).content.decode()


def test_the_banner_says_when_the_link_ends_in_the_time_of_the_site(client):
    link = make_share_link(make_draft(), expires_at=timezone.now() + timedelta(days=1))
    ends = timezone.localtime(link.expires_at)
    said = f"{ends.year} à {ends.hour}\u00a0h"
    assert said in client.get(link.get_absolute_url()).content.decode()


def test_a_scheduled_article_is_read_by_its_link_alone(client):
    link = make_share_link(make_article(published_at=timezone.now() + timedelta(hours=1)))
    assert client.get(link.get_absolute_url()).status_code == 200
    assert client.get(link.article.get_absolute_url()).status_code == 404


def test_a_next_version_is_read_beside_the_live_article(client):
    live = make_article(title="Ce qui est en ligne", slug="guichet")
    version = make_draft(title="Ce qui vient", slug="guichet", replaces=live, replaces_number=1)
    shown = client.get(make_share_link(version).get_absolute_url()).content.decode()
    assert "Ce qui vient" in shown
    assert "Ce qui vient" not in client.get(live.get_absolute_url()).content.decode()


def test_a_link_of_what_the_public_reads_leads_there(client):
    link = make_share_link(make_article())
    response = client.get(link.get_absolute_url())
    assert (response.status_code, response["Location"]) == (302, link.article.get_absolute_url())
    assert "no-store" in response["Cache-Control"]


def test_a_link_of_a_next_version_leads_to_the_page_that_it_became(client):
    live = make_article(slug="guichet")
    publisher = make_member(PUBLISHERS)
    versions.begin(Article.objects.all())
    draft = publishing.prepare(live, publisher)
    link = make_share_link(draft)
    assert client.get(link.get_absolute_url()).status_code == 200
    publishing.publish(draft, publisher)
    response = client.get(link.get_absolute_url())
    assert (response.status_code, response["Location"]) == (302, "/actualites/guichet/")


def test_the_page_names_neither_itself_nor_the_article_to_networks_and_search_engines(client):
    link = make_share_link(make_draft())
    page = client.get(link.get_absolute_url()).content.decode()
    for word in ('rel="canonical"', "og:", "application/atom+xml", "sharer", "Partager la page"):
        assert word not in page
    assert '<meta name="robots" content="noindex, nofollow">' in page
    live = client.get(make_article().get_absolute_url()).content.decode()
    assert 'rel="canonical"' in live
    assert "sharer" in live


def test_a_page_with_a_video_may_frame_its_player_alone(client):
    link = make_share_link(make_draft())
    assert "frame-src 'none'" in client.get(link.get_absolute_url())["Content-Security-Policy"]
    make_video(link.article)
    policy = client.get(link.get_absolute_url())["Content-Security-Policy"]
    assert "frame-src https://geo.dailymotion.com" in policy


# Its files


def test_the_files_of_the_article_are_read_below_its_link(client):
    article = make_draft()
    document = make_attachment(article, file=store("rapport.pdf", pdf_bytes(2)))
    image = make_carousel_image(article)
    poster = store("affiche.png", image_bytes(33))
    make_video(article, poster=poster, poster_address="/uploads/affiche.png")
    article.body = f"Lire [le rapport]({document.address}).\n\n![Un plan]({image.address})"
    article.save()
    link = make_share_link(article)
    files = f"{link.get_absolute_url()}fichiers"
    page = client.get(link.get_absolute_url()).content.decode()
    assert f'href="{files}{document.address}"' in page
    for sha256 in (image.file.sha256, poster.sha256):
        assert f"{files}/images/{sha256}/" in page
    assert f'="{document.address}' not in page
    assert '="/images/' not in page
    sent = fetch(client, f"{files}{document.address}")
    assert sent.whole.startswith(b"%PDF")
    assert "sandbox" in sent["Content-Security-Policy"]
    assert fetch(client, f"{files}{image.address}")["Content-Type"] == "image/png"
    assert fetch(client, f"{files}/uploads/affiche.png")["Content-Type"] == "image/png"
    for stored in (image.file, poster):
        source = stored.image_source(f"{files}/images/").src
        assert fetch(client, source)["Content-Type"] == "image/png"
        assert client.get(stored.image_source().src).status_code == 404
    assert client.get(document.address).status_code == 404


def test_a_link_opens_no_file_of_another_article(client):
    other = make_draft()
    document = make_attachment(other, file=store("autre.pdf", pdf_bytes(3)))
    image = make_carousel_image(other, file=store("autre.png", image_bytes(47)))
    addresses = (document.address, image.address, image.file.image_source().src)
    own, foreign = make_share_link(other), make_share_link(make_draft())
    for address in addresses:
        assert fetch(client, f"{own.get_absolute_url()}fichiers{address}").status_code == 200
        refused = client.get(f"{foreign.get_absolute_url()}fichiers{address}")
        assert refused.status_code == 404
        assert GONE in refused.content.decode()


# What does not open


def expired(link):
    ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    return link.token


def revoked(link):
    ShareLink.objects.update(revoked_at=timezone.now())
    return link.token


def altered(link):
    return link.token[:-1] + ("A" if link.token[-1] != "A" else "B")


def over(link):
    now = timezone.now()
    times = {"published_at": now - timedelta(hours=2), "ends_at": now - timedelta(hours=1)}
    Article.objects.update(status=Status.PUBLISHED, **times)
    return link.token


WITHOUT_EFFECT = {
    "of a page that has ended": over,
    "expired": expired,
    "revoked": revoked,
    "deleted": lambda link: (link.token, link.delete())[0],
    "altered": altered,
    "of another link": lambda link: f"{link.pk + 1}.{link.token.partition('.')[2]}",
    "of another salt": lambda link: Signer(salt="articles.other", sep=".").sign(str(link.pk)),
    "without signature": lambda link: str(link.pk),
    "cut short": lambda link: link.token[:-6],
    "signed but no number": lambda link: Signer(salt="articles.sharing", sep=".").sign("un"),
    "made up": lambda link: "é'%",
}


@pytest.mark.parametrize("token_of", WITHOUT_EFFECT.values(), ids=WITHOUT_EFFECT)
def test_a_token_without_effect_is_answered_alike_for_page_and_files(client, token_of):
    link = make_share_link(make_draft())
    document = make_attachment(link.article)
    source = make_carousel_image(link.article).file.image_source().src
    places = [f"fichiers{document.address}", f"fichiers{source}", ""]
    for place in places:
        assert fetch(client, link.get_absolute_url() + place).status_code == 200
    known = client.get("/partage/1.inconnu/")
    token = token_of(link)
    for place in places:
        response = client.get(f"/partage/{token}/{place}")
        assert response.status_code == 404
        assert response.content == known.content
        assert response.headers == known.headers
    assert GONE in known.content.decode()


def test_no_old_address_and_no_other_way_to_write_it_leads_on(client):
    link = make_share_link(make_draft())
    known = make_article()
    for address in ("/partage/1.inconnu/", f"/partage/{link.token}/"):
        OldAddress.objects.create(article=known, address=address)
    assert client.get("/partage/1.inconnu/").status_code == 404
    for written in (link.get_absolute_url().rstrip("/"), f"{link.get_absolute_url()}index.html"):
        assert client.get(written).status_code == 404
    link.delete()
    assert client.get(f"/partage/{link.token}/").status_code == 404
    OldAddress.objects.create(article=known, address="/partages/1.inconnu/")
    assert client.get("/partages/1.inconnu/").status_code == 301


# What is kept of it


def places_of(link):
    document = make_attachment(link.article)
    source = make_carousel_image(link.article).file.image_source().src
    files = f"{link.get_absolute_url()}fichiers"
    return [link.get_absolute_url(), files + document.address, files + source, "/partage/1.inconnu/"]


def test_nobody_keeps_indexes_or_passes_on_what_a_link_answers():
    link = make_share_link(make_draft())
    for address in places_of(link):
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            response = Client(enforce_csrf_checks=True).generic(method, address)
            response.close()
            for name, value in shared.HEADERS.items():
                assert response[name] == value
            assert "ETag" not in response
            assert "Vary" not in response
            assert response.cookies == {}
            assert response.status_code == 405 or method in ("GET", "HEAD")
    page = Client().get("/")
    assert page["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "X-Robots-Tag" not in page


def test_a_session_sent_along_is_neither_read_nor_answered(client):
    link = make_share_link(make_draft())
    client.cookies["sessionid"] = "inconnue"
    client.cookies["messages"] = "illisible"
    response = client.get(link.get_absolute_url())
    assert response.status_code == 200
    assert response.cookies == {}


def test_visits_of_the_page_are_counted(client):
    link = make_share_link(make_draft())
    page, *files, _unknown = places_of(link)
    for address in files:
        fetch(client, address)
    client.head(page)
    client.post(page)
    client.get(f"/partage/{altered(link)}/")
    link.refresh_from_db()
    assert (link.visit_count, link.visited_at) == (0, None)
    for _visit in range(2):
        client.get(page)
    link.refresh_from_db()
    assert link.visit_count == 2
    assert timezone.now() - link.visited_at < timedelta(minutes=1)


def test_a_page_costs_few_queries_whatever_it_holds(client, django_assert_max_num_queries):
    link = make_share_link(make_draft(body="[[video:film]]", tags=["un", "deux"]))
    make_video(link.article, key="film")
    places_of(link)
    with django_assert_max_num_queries(4):
        client.get(link.get_absolute_url())
