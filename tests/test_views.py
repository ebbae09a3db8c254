import re
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.archive import MediaFolder, find_posts
from articles.importing import import_files
from articles.media import Media
from articles.models import Article, Kind, Section, Status, Tag

from .factories import (
    image_bytes,
    make_article,
    make_attachment,
    make_carousel_image,
    make_video,
    pdf_bytes,
    section,
    store,
)

pytestmark = pytest.mark.django_db


def get(address: str, status: int = 200, **headers: str) -> str:
    response = Client().get(address, headers=headers)
    assert response.status_code == status
    return response.content.decode()


def title_of(html: str) -> str:
    return re.search("<title>(.*?)</title>", html, re.S)[1].strip()


def aware(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=timezone.get_default_timezone())


# --- addresses


@pytest.mark.parametrize(
    ("slug", "written"),
    [
        ("l'été.dot(2)", "/actualites/l'%C3%A9t%C3%A9.dot(2)/"),
        ("Évènement-–-fin", "/actualites/%C3%89v%C3%A8nement-%E2%80%93-fin/"),
        ("a" * 255, f"/actualites/{'a' * 255}/"),
        ("2017-12-12.v2~$&'()+,;=@", "/actualites/2017-12-12.v2~$&'()+,;=@/"),
    ],
)
def test_a_slug_of_an_old_post_is_an_address(slug, written):
    article = make_article(slug=slug, title="Un titre retrouvé")
    assert "Un titre retrouvé" in get(written)
    assert "Un titre retrouvé" in get(article.get_absolute_url())


@pytest.mark.parametrize(
    "address", ["/actualites", "/actualites/l'été", "/mots-cles/services", "/mentions-legales"]
)
def test_an_address_without_its_last_slash_moves_permanently(address):
    make_article(slug="l'été", tags=["services"])
    make_article(section=section("pages"), slug="mentions-legales")
    response = Client().get(address)
    assert response.status_code == 301
    assert Client().get(response["Location"]).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/nulle-part/",
        "/actualites/nulle-part/",
        "/nulle-part/du-tout/",
        "/mots-cles/nulle-part/",
        "/actualites/a/b/",
        "/%00/",
        "/actualites/%00/",
        "/mots-cles/%00/",
        "/%FF%FE/",
        "/" + "a" * 10_000 + "/",
        "/actualites/" + "%C3%A9" * 3_000 + "/",
    ],
)
def test_what_does_not_exist_is_not_found(address):
    assert "Page non trouvée" in get(address, 404)


@pytest.mark.parametrize("number", ["abc", "0", "-1", "99999", "1.5", "²", "9" * 5_000, "\0"])
def test_a_page_number_that_does_not_exist_is_not_found(number):
    make_article()
    for address in ("/actualites/", "/agenda/"):
        assert Client().get(address, {"page": number}).status_code == 404


def test_a_page_of_the_site_is_at_the_root_unless_a_section_is():
    make_article(section=section("pages"), slug="accessibilite", title="Déclaration")
    make_article(section=section("pages"), slug="agenda", title="Cachée par la rubrique")
    assert "Déclaration" in get("/accessibilite/")
    assert "Cachée par la rubrique" not in get("/agenda/")


def test_an_article_answers_at_its_own_address_only():
    make_article(slug="une-annonce")
    make_article(section=section("pages"), slug="une-page")
    get("/actualites/une-annonce/")
    get("/agenda/une-annonce/", 404)
    get("/une-annonce/", 404)
    get("/actualites/une-page/", 404)


# --- caches


@pytest.mark.parametrize("address", ["/", "/actualites/", "/actualites/une/", "/mots-cles/commun/"])
def test_everybody_gets_the_same_page(address):
    make_article(slug="une", tags=["commun"])
    client = Client()
    response = client.get(address)
    assert response["Cache-Control"].startswith("public, max-age=")
    assert "Cookie" not in response.get("Vary", "")
    assert response.cookies == {}
    again = client.get(address, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_a_page_is_sent_compressed_and_is_known_again_all_the_same():
    article = make_article(body="Un texte assez long. " * 50)
    accepts = {"Accept-Encoding": "gzip"}
    response = Client().get(article.get_absolute_url(), headers=accepts)
    assert response["Content-Encoding"] == "gzip"
    again = Client().get(article.get_absolute_url(), headers=accepts | {"If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_head_answers_and_a_form_does_not():
    assert Client().head("/").status_code == 200
    assert Client().post("/").status_code == 405


# --- queries


def count_queries(address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        get(address)
    return len(queries)


def fill(count: int) -> None:
    """Articles in bulk, without HTML; the first that lists show have all that cards show."""
    picture = store("vignette.png", image_bytes(50))
    for collection in ("actualites", "evenements"):
        Article.objects.bulk_create(
            Article(
                section=section(collection),
                slug=f"{collection}-{number}-{count}",
                title=f"Annonce {number}",
                status=Status.PUBLISHED,
                published_at=timezone.now() - timedelta(days=number + 1),
                event_starts_at=timezone.now() + timedelta(days=number - 5),
            )
            for number in range(count)
        )
        latest = Article.objects.filter(slug__startswith=collection, slug__endswith=f"-{count}")
        for article in latest.order_by("-published_at")[:12]:
            make_carousel_image(article, file=picture)
            article.tags.set(["commun", f"mot {article.pk}"])


@pytest.mark.stale_index
def test_queries_do_not_grow_with_the_site():
    rich = make_article(tags=["commun"], body="![Vue](/uploads/vue.png)\n\n[[video:a]]", slug="riche")
    rich.take_body_images()
    rich.body_images.update(file=store("vue.png", image_bytes()))
    for _ in range(3):
        make_carousel_image(rich)
        make_attachment(rich)
    make_video(rich, key="a", poster=store("poster.png", image_bytes(60)))
    make_article(language="en", translation_of=rich)
    make_article(section=section("pages"), slug="accessibilite")
    fill(10)
    few = {address: count_queries(address) for address in LIMITS}
    fill(490)
    many = {address: count_queries(address) for address in LIMITS}
    assert few == many
    assert {address: count for address, count in many.items() if count > LIMITS[address]} == {}


LIMITS = {"/": 5, "/actualites/": 7, "/agenda/": 7, "/mots-cles/commun/": 7, "/actualites/riche/": 6}


def test_an_article_costs_the_same_whatever_it_holds():
    article = make_article()
    make_carousel_image(article)
    make_attachment(article)
    make_video(article)
    before = count_queries(article.get_absolute_url())
    for _ in range(10):
        make_carousel_image(article)
        make_attachment(article)
        make_video(article)
    assert count_queries(article.get_absolute_url()) == before


# --- home


def test_home_shows_what_is_pinned_then_the_latest():
    make_article(title="Ancienne épinglée", pinned=True, published_at=aware(2020, 1, 1, 9))
    make_article(title="Récente")
    html = get("/")
    assert html.index("Ancienne épinglée") < html.index("Récente")


def test_home_announces_the_next_events_the_nearest_first():
    for title, days in [("Passé", -3), ("Lointain", 30), ("Proche", 2)]:
        make_article(
            section=section("evenements"), title=title, event_starts_at=timezone.now() + timedelta(days=days)
        )
    html = get("/")
    assert "Passé" not in html
    assert html.index("Proche") < html.index("Lointain")


def test_home_shows_an_original_without_its_translations():
    original = make_article(title="S’installer")
    make_article(title="Moving", language="en", translation_of=original, pinned=True)
    assert "S’installer" in get("/")
    assert "Moving" not in get("/")
    assert "Moving" in get("/actualites/")


def test_home_shows_a_translation_whose_original_is_not_listed():
    original = make_article(title="S’installer", status=Status.WITHDRAWN)
    page = make_article(section=section("pages"), title="Une page")
    make_article(title="Moving", language="en", translation_of=original)
    make_article(title="A page", language="en", translation_of=page)
    html = get("/")
    assert "Moving" in html
    assert "A page" in html


def test_home_shows_one_of_the_translations_of_what_is_not_listed():
    draft = make_article(status=Status.DRAFT)
    make_article(title="Moving", language="en", translation_of=draft)
    make_article(title="Umzug", language="de", translation_of=draft)
    spanish = make_article(status=Status.WITHDRAWN, language="es")
    make_article(title="Leaving", language="en", translation_of=spanish)
    make_article(title="Partir", translation_of=spanish)
    html = get("/")
    assert all(title in html for title in ("Moving", "Partir"))
    assert not any(title in html for title in ("Umzug", "Leaving"))


def test_home_leads_to_each_section_but_pages():
    html = get("/")
    for each in Section.objects.exclude(prefix=""):
        assert f'href="/{each.prefix}/"' in html
    assert "Pages" not in html


def test_an_empty_site_says_so():
    assert "Aucune annonce" in get("/")
    assert "Rien n’est encore publié ici" in get("/actualites/")


def test_only_the_first_image_of_a_list_is_loaded_at_once():
    for _ in range(3):
        make_carousel_image(make_article(), file=store("a.png", image_bytes(700, 400)))
    for address in ("/", "/actualites/"):
        html = get(address)
        assert html.count('loading="lazy"') == 2
        assert html.count('fetchpriority="high"') == 1
        assert html.count("<img") == html.count('width="700"') == html.count('height="400"') == 3
        assert 'type="image/avif"' in html
        assert 'type="image/webp"' in html


# --- lists


def test_a_section_lists_its_articles_twelve_by_twelve():
    for number in range(25):
        make_article(title=f"Annonce n{number:02}", published_at=aware(2025, 1, 1 + number, 9))
    first, last = get("/actualites/"), get("/actualites/?page=3")
    assert "25 annonces" in first
    assert len(re.findall("fr-card__title", first)) == 12
    assert "Annonce n24" in first
    assert "Annonce n00" in last
    assert title_of(first) == "Actualités – Annonces"
    assert title_of(last) == "Actualités – page 3 sur 3 – Annonces"
    assert '<link rel="canonical" href="http://127.0.0.1:8000/actualites/?page=3">' in last
    assert re.search(r'aria-current="page"[^>]*>\s*3\s*<', last)


def test_the_first_page_has_one_address():
    for number in range(13):
        make_article(published_at=aware(2025, 1, 1 + number, 9))
    second = get("/actualites/?page=2")
    assert "?page=1" not in second
    assert 'href="/actualites/"' in second


def test_the_agenda_shows_what_comes_then_what_is_past():
    now = timezone.now()
    for title, start, end in [
        ("Hier", -1, None),
        ("Demain", 1, None),
        ("Dans un mois", 30, None),
        ("Il y a un an", -365, None),
        ("En cours", -2, 2),
    ]:
        make_article(
            section=section("evenements"),
            title=title,
            event_starts_at=now + timedelta(days=start),
            event_ends_at=now + timedelta(days=end) if end else None,
        )
    make_article(section=section("evenements"), title="Sans date", published_at=now - timedelta(days=900))
    html = get("/agenda/")
    order = [
        "À venir",
        "En cours",
        "Demain",
        "Dans un mois",
        "Événements passés",
        "Hier",
        "Il y a un an",
        "Sans date",
    ]
    places = [re.search(rf">\s*{title}\s*<", html).start() for title in order]
    assert places == sorted(places)
    assert "6 événements" in html


def test_an_event_whose_start_is_unknown_comes_after_the_others():
    now = timezone.now()
    for title, start in [("Sans début", None), ("Demain", now + timedelta(days=1))]:
        make_article(
            section=section("evenements"),
            title=title,
            event_starts_at=start,
            event_ends_at=now + timedelta(days=2),
        )
    for address in ("/agenda/", "/"):
        html = get(address)
        assert html.index("Demain") < html.index("Sans début")


def test_the_menu_marks_the_section_of_the_page_by_its_address():
    Section.objects.create(title="Actualités", prefix="autres", collection="autres", kind=Kind.NEWS)
    html = get("/actualites/")
    marked = re.findall(r'<a class="menu__link" href="([^"]*)" aria-current="page"', html)
    assert set(marked) == {"/actualites/"}


def test_an_event_lasts_until_the_end_of_its_last_day():
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    make_article(
        section=section("evenements"),
        title="Journée d’aujourd’hui",
        event_starts_at=today,
        event_all_day=True,
    )
    assert "À venir" in get("/agenda/")
    assert "Journée d’aujourd’hui" in get("/")


def test_a_tag_lists_the_public_articles_that_bear_it():
    make_article(title="Avec", tags=["Été 2025"])
    make_article(title="Sans")
    tag = Tag.objects.get()
    html = get(tag.get_absolute_url())
    assert title_of(html) == "Mot-clé\u00a0: Été 2025 – Annonces"
    assert ">Avec<" in html
    assert ">Sans<" not in html


def test_an_article_in_another_language_says_so_on_its_card():
    make_article(title="Moving", language="en")
    assert re.search(r'<a [^>]*lang="en"[^>]*>Moving</a>', get("/actualites/"))


# --- article


def test_an_article_shows_all_that_it_has():
    article = make_article(
        title="Un titre : complet",
        subtitle="Un sous-titre",
        chapeau="Un **chapeau**.",
        body="## Partie\n\nDu texte.",
        published_at=aware(2017, 12, 1, 16, 19),
        updated_on=date(2018, 1, 12),
        tags=["Données"],
        press_contact="[presse@exemple.fr](mailto:presse@exemple.fr)",
    )
    html = get(article.get_absolute_url())
    assert title_of(html) == "Un titre\u00a0: complet – Actualités – Annonces"
    assert html.count("<h1") == 1
    assert "Un sous-titre" in html
    assert "<strong>chapeau</strong>" in html
    assert "1er\u00a0décembre 2017" in html
    assert "12\u00a0janvier 2018" in html
    assert 'href="/mots-cles/donnees/"' in html
    assert "mailto:presse@exemple.fr" in html


def test_the_day_is_that_of_paris():
    article = make_article(published_at=datetime.fromisoformat("2018-01-01T23:30:00+00:00"))
    assert "2\u00a0janvier 2018" in get(article.get_absolute_url())


def test_a_title_is_cut_at_the_dots_and_slashes_of_its_addresses_only():
    article = make_article(title="Lancement de nos.demarches.example/fr : 2.0 et <plus>")
    assert re.search(
        r'<h1>Lancement de <span class="whole">nos.<wbr>demarches.<wbr>example/<wbr>fr</span>'
        r"\s: 2.0 et &lt;plus&gt;</h1>",
        get(article.get_absolute_url()),
    )


def test_an_article_says_how_long_it_takes_and_a_page_does_not():
    article = make_article(body="mot " * 800)
    page = make_article(section=section("pages"))
    assert "Lecture\u00a0: 4 minutes" in get(article.get_absolute_url())
    assert "Lecture" not in get(page.get_absolute_url())


def test_a_long_article_has_a_table_of_contents():
    short, long = make_article(body="## A"), make_article(body="## A\n\n### B\n\n## <i>C</i> & D")
    html = get(long.get_absolute_url())
    assert re.search(r'<nav class="[^"]*fr-summary[^"]*" aria-labelledby="sommaire">', html)
    assert re.search(r'href="#texte-c--d">C &amp; D</a>', html)
    assert "sommaire" not in get(short.get_absolute_url())


def test_a_past_event_says_that_it_is_over():
    now = timezone.now()
    past, present = [
        make_article(
            section=section("evenements"), event_starts_at=now - timedelta(days=3), event_ends_at=end
        )
        for end in (None, now)
    ]
    assert "Cet événement est terminé" in get(past.get_absolute_url())
    assert "Cet événement est terminé" not in get(present.get_absolute_url())


def test_sharing_is_plain_links_that_name_the_page(settings):
    settings.CONTACT_EMAIL = "contact@exemple.fr"
    article = make_article(title="L’été & « après »", slug="l’été")
    html = get(article.get_absolute_url())
    address = "http%3A%2F%2F127.0.0.1%3A8000%2Factualites%2Fl%25E2%2580%2599%25C3%25A9t%25C3%25A9%2F"
    title = "L%E2%80%99%C3%A9t%C3%A9%20%26%20%C2%AB%20apr%C3%A8s%20%C2%BB"
    for link in (
        f"https://www.facebook.com/sharer.php?u={address}",
        f"mailto:?subject={title}&amp;body={address}",
        f"mailto:contact@exemple.fr?subject=Erreur%20sur%20la%20page%C2%A0%3A%20{title}&amp;body={address}",
    ):
        assert f'href="{link}"' in html
    assert "_blank" not in html
    assert re.search(r"<button[^>]*data-copy[^>]* hidden>", html)


def test_nobody_is_written_to_where_there_is_no_address():
    article = make_article()
    make_attachment(article)
    assert "Signaler une erreur" not in get(article.get_absolute_url())


def test_an_article_leads_on_to_its_neighbours_by_their_titles():
    titles = ["Avant", "Celui-ci", "Après", "Ailleurs"]
    for day, title in enumerate(titles, start=1):
        make_article(title=title, published_at=aware(2025, 1, day, 9), slug=title.lower())
    html = get("/actualites/celui-ci/")
    for title in ("Avant", "Après", "Ailleurs"):
        assert len(re.findall(rf">{title}<", html)) == 1
    assert 'aria-label="Avant et après dans la rubrique Actualités"' in html


def test_a_page_of_the_site_has_no_date():
    make_article(section=section("pages"), slug="mentions-legales")
    assert "Publié le" not in get("/mentions-legales/")


def test_a_page_of_the_site_shows_no_tag():
    make_article(section=section("pages"), slug="mentions-legales", tags=["Droit"])
    assert "/mots-cles/" not in get("/mentions-legales/")


def test_one_image_is_a_figure_and_several_are_a_carousel():
    article = make_article()
    make_carousel_image(article, alt_text="Un pont", caption="Le pont", credit="Camille")
    html = get(article.get_absolute_url())
    assert "carousel" not in html
    assert 'role="figure" aria-label="Le pont – Crédit\u00a0: Camille"' in html
    assert 'alt="Un pont"' in html
    make_carousel_image(article)
    html = get(article.get_absolute_url())
    assert 'aria-label="1 sur 2"' in html
    assert "carrousel" not in re.search('role="region"[^>]*aria-label="([^"]*)"', html)[1].lower()


def test_an_image_whose_text_is_still_to_write_is_decorative():
    article = make_article()
    make_carousel_image(article, alt_text="", needs_alt=True)
    assert re.search(r'<img[^>]* alt=""', get(article.get_absolute_url()))


def test_an_image_of_the_text_is_shown_by_its_renditions():
    article = make_article(body="![Une vue](/uploads/vue.png)")
    article.take_body_images()
    file = store("vue.png", image_bytes(700, 400))
    article.body_images.update(file=file)
    html = get(article.get_absolute_url())
    assert f"/images/{file.sha256}/700." in html
    assert '"/uploads/vue.png"' not in html


def test_an_attachment_says_what_it_is():
    article = make_article()
    original = make_attachment(article, title="Le rapport", address="/uploads/été 1.pdf")
    make_attachment(article, title="The report", language="en", accessible_version_of=original)
    html = get(article.get_absolute_url())
    assert 'href="/uploads/%C3%A9t%C3%A9%201.pdf"' in html
    assert re.search(r"PDF – \d+\u00a0ko – \d pages?", html)
    assert 'hreflang="en"' in html
    assert "– Anglais" in html
    assert "version accessible de «\u00a0Le rapport\u00a0»" in html


def test_a_missing_file_is_said_to_be_missing_where_it_was_promised():
    article = make_article(body="[Le plan](/uploads/plan.pdf)\n\n[[image:vue]]")
    make_attachment(article, title="Perdu", file=None)
    make_attachment(article, address="/uploads/plan.pdf", file=None)
    make_carousel_image(article, key="vue", file=None, alt_text="Une vue")
    make_carousel_image(article, file=None, caption="Perdue")
    words = " ".join(re.sub("<[^>]*>", " ", get(article.get_absolute_url())).split())
    assert "Perdu (document non disponible)" in words
    assert "Le plan (document non disponible)" in words
    assert "Image non disponible : Une vue" in words
    assert "Perdue" not in words
    assert not re.search(r'href="[^"]*\.pdf"', get(article.get_absolute_url()))


def test_an_accessible_format_is_offered_where_somebody_reads_the_demand(settings):
    article = make_article()
    make_attachment(article)
    assert "format accessible" not in get(article.get_absolute_url())
    settings.CONTACT_EMAIL = "contact@exemple.fr"
    asked = "mailto:contact@exemple.fr?subject=Format%20accessible%20demand%C3%A9%C2%A0%3A%20Document%20num"
    assert asked in get(article.get_absolute_url())


@pytest.mark.parametrize(
    ("start", "end", "all_day", "said"),
    [
        (
            (2026, 3, 3, 9),
            (2026, 3, 3, 12, 30),
            False,
            "Le mardi 3\u00a0mars 2026, de 9\u00a0h à 12\u00a0h\u00a030",
        ),
        ((2026, 3, 3, 9), None, False, "Le mardi 3\u00a0mars 2026, à 9\u00a0h"),
        (None, (2026, 3, 3, 12), False, "Le mardi 3\u00a0mars 2026, jusqu’à 12\u00a0h"),
        ((2026, 3, 1), None, True, "Le dimanche 1er\u00a0mars 2026"),
        ((2026, 3, 3), (2026, 3, 5), True, "Du 3 au 5\u00a0mars 2026"),
        ((2026, 2, 28), (2026, 3, 1), True, "Du 28\u00a0février au 1er\u00a0mars 2026"),
        ((2025, 12, 31), (2026, 1, 1), True, "Du 31\u00a0décembre 2025 au 1er\u00a0janvier 2026"),
        (
            (2026, 3, 3, 18),
            (2026, 3, 4, 8),
            False,
            "Du 3\u00a0mars 2026 à 18\u00a0h au 4\u00a0mars 2026 à 8\u00a0h",
        ),
    ],
)
def test_an_event_says_when_and_where(start, end, all_day, said):
    article = make_article(
        section=section("evenements"),
        event_starts_at=aware(*start) if start else None,
        event_ends_at=aware(*end) if end else None,
        event_all_day=all_day,
        place="Maison des services",
        street_address="1, rue du Modèle\n99999 Ville",
        practical_details="Entrée **libre**.",
    )
    html = get(article.get_absolute_url())
    assert said in html
    assert "Maison des services" in html
    assert "Entrée <strong>libre</strong>" in html


def test_translations_lead_to_each_other():
    original = make_article(title="S’installer")
    english = make_article(title="Moving", body="A text.", language="en", translation_of=original)
    german = make_article(language="de", translation_of=original)
    for page, others in [(original, [english, german]), (english, [original, german])]:
        html = get(page.get_absolute_url())
        for other in others:
            assert (
                f'hreflang="{other.language}" href="http://127.0.0.1:8000{other.get_absolute_url()}"'
                in re.sub(r"\s+", " ", html)
            )
    assert '<html lang="fr">' in get(english.get_absolute_url())
    assert re.search(r'<h1 lang="en" dir="ltr">', get(english.get_absolute_url()))


def test_a_page_frames_only_the_players_that_it_shows():
    article = make_article(body="[[video:a]]")
    assert "frame-src 'none'" in Client().get(article.get_absolute_url())["Content-Security-Policy"]
    make_video(article, key="a")
    make_video(article, provider="vimeo", video_id="123456")
    policy = Client().get(article.get_absolute_url())["Content-Security-Policy"]
    assert "frame-src https://geo.dailymotion.com https://player.vimeo.com;" in policy + ";"
    assert "default-src 'self'" in policy


def test_a_video_is_not_loaded_with_its_page():
    article = make_article()
    make_video(article, title="Une visite", transcript="Le **texte** dit.")
    html = get(article.get_absolute_url())
    assert "<iframe" not in html
    assert not re.search(r"<(?:img|link|script|source)[^>]*dailymotion", html)
    assert "Dailymotion SA" in html
    assert "Le <strong>texte</strong> dit." in html
    assert re.search(r'<a [^>]*href="https://www.dailymotion.com/video/', html)


def test_no_id_stands_twice_in_a_page():
    note = "## Titre\n\nUn fait[^1].\n\n[^1]: Sa source."
    article = make_article(
        chapeau=note,
        body=f"{note}\n\n[[video:a]]\n\n[[video:a]]",
        press_contact=note,
        practical_details=note,
    )
    make_video(article, key="a", transcript=note)
    make_video(article, transcript=note)
    html = get(article.get_absolute_url())
    ids = re.findall(r' id="([^"]+)"', html)
    assert len([each for each in ids if each.endswith("titre")]) == 6
    assert len(ids) == len(set(ids))


def test_what_an_author_wrote_in_a_plain_field_is_text():
    article = make_article(
        title="<script>alert(1)</script>",
        subtitle='"><img src=x onerror=alert(1)>',
        place="<b>",
        body="Texte.",
    )
    make_carousel_image(article, caption='"><script>', alt_text='" onload="x')
    make_attachment(article, title="<i>")
    make_video(article, title='"><script>')
    html = get(article.get_absolute_url())
    assert "<script>" not in html
    assert "<img src=x" not in html
    assert ' onload="x"' not in html


def test_the_description_is_text_even_where_the_chapeau_has_signs():
    article = make_article(chapeau="Du pain & des « jeux » <br> à 3 €")
    assert '<meta name="description" content="Du pain &amp; des «\u00a0jeux\u00a0»' in get(
        article.get_absolute_url()
    )


# --- a post as they come, from its file to its page

OLD_POST = """\
---
title: Deux films et deux documents
date: 2018-01-09 10:00:00 +01:00
---

Avant les films.

<iframe frameborder="0" width="620" src="//www.dailymotion.com/embed/video/x1aaaaa" allowfullscreen></iframe>
*Le premier film*{: .text-align-center}

<iframe src="https://www.dailymotion.com/embed/video/x2bbbbb" align="center"></iframe>
{: .video}
*Le second film*{: .text-align-center}

**Pour en savoir plus**{:target="_blank"}

* [Le programme](/uploads/programme.pdf)
* [Le dossier][dossier.pdf](/uploads/dossier.pdf)
"""


def test_an_old_post_becomes_a_page_without_trace_of_its_making(tmp_path):
    (tmp_path / "uploads").mkdir()
    for name in ("programme.pdf", "dossier.pdf"):
        (tmp_path / "uploads" / name).write_bytes(pdf_bytes())
    (tmp_path / "2018-01-09-deux-films.markdown").write_text(OLD_POST)
    files = list(find_posts(tmp_path / "2018-01-09-deux-films.markdown"))
    [result] = import_files(files, section(), Media(MediaFolder(tmp_path)))
    html = get(result.address)
    assert result.address == "/actualites/deux-films/"
    assert "<iframe" not in html
    assert "{:" not in html
    places = [html.index(words) for words in ("Avant les films", "Le premier film", "Le second film")]
    assert places == sorted(places)
    for name in ("Le programme", "Le dossier"):
        assert html.count(f">{name}") == 1
    assert Client().get("/uploads/dossier.pdf").status_code == 200


# --- changes


def test_a_page_says_when_it_was_published_and_updated_and_what_changed():
    changes = [{"on": "2026-02-03", "note": "Le montant est précisé."}, {"on": "2026-03-01", "note": "<b>"}]
    article = make_article(
        published_at=aware(2026, 1, 1, 9), updated_on=date(2026, 3, 1), changes=changes, body="Le texte."
    )
    html = get(article.get_absolute_url())
    words = " ".join(re.sub(r"<[^>]+>", " ", html).replace("\xa0", " ").split())
    assert "Publié le 1er janvier 2026 Mis à jour le 1er mars 2026" in words
    listed = "Mises à jour de cette page 1er mars 2026 : &lt;b&gt; 3 février 2026 : Le montant"
    assert listed in words
    assert words.index("Le texte.") < words.index("Mises à jour de cette page")


def test_a_page_without_changes_lists_none():
    assert "Mises à jour de cette page" not in get(make_article().get_absolute_url())


# --- withdrawn


def make_withdrawn(**overrides) -> Article:
    notice = {"withdrawal_notice": "Le dispositif a pris fin.\nVoyez <le nouveau>."}
    return make_article(**{"status": Status.WITHDRAWN} | notice | overrides)


def test_a_page_withdrawn_under_a_notice_stays_readable_and_says_so():
    html = get(make_withdrawn(body="Un texte qui reste.").get_absolute_url())
    assert html.index("Cette page a été retirée.") < html.index("Un texte qui reste.")
    assert "Le dispositif a pris fin.<br>Voyez &lt;le nouveau&gt;." in html
    assert '<meta name="robots" content="noindex">' in html


def test_a_withdrawn_page_asks_neither_to_be_found_nor_to_be_shared():
    html = get(
        make_withdrawn(tags=["Eau"], event_starts_at=timezone.now() + timedelta(days=1)).get_absolute_url()
    )
    for offered in (
        "canonical",
        "og:",
        "schema.org/EventScheduled",
        "Partager",
        "evenement.ics",
        "/mots-cles/",
    ):
        assert offered not in html


def test_a_public_page_may_be_found_and_has_no_notice():
    html = get(make_article(withdrawal_notice="Un avis d’avant.").get_absolute_url())
    assert "noindex" not in html
    assert "retirée" not in html
    assert "Un avis d’avant." not in html


def test_a_withdrawn_page_costs_as_much_as_another():
    article = make_withdrawn()
    with CaptureQueriesContext(connection) as queries:
        get(article.get_absolute_url())
    assert len(queries) <= 6
