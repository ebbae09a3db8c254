"""What the public had and has no more says so; what it never had does not."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import gone, publishing, versions
from articles.models import Article, GoneAddress, OldAddress, Status, Tag, Version
from articles.roles import PUBLISHERS

from .editing import as_editor, save
from .factories import make_administrator, make_article, make_attachment, make_member, section
from .test_public_addresses import OPEN_PLACES, make_placed

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def by():
    return make_member(PUBLISHERS)


def status_of(address: str) -> int:
    return Client().get(address).status_code


def edited(article, by, **fields):
    """The article once its form is saved with other fields."""
    tags = fields.pop("tags", None)
    for name, value in fields.items():
        setattr(article, name, value)
    article.save()
    if tags is not None:
        article.tags.set(tags)
    publishing.keep(article, by)
    return article


def replaced(article, by, **fields):
    draft = edited(publishing.prepare(article, by), by, **fields)
    publishing.publish(draft, by)


def gone_back(article, by, **fields):
    """The article once it is back at a version that said this, after another that says what it says now."""
    now = {name: getattr(article, name) for name in fields} | {
        "tags": [str(tag) for tag in article.tags.all()]
    }
    edited(article, by, **fields)
    then = Version.objects.last_of(article.uuid)
    edited(article, by, **now)
    GoneAddress.objects.all().delete()
    publishing.restore(article, then, by)


WAYS = [edited, replaced, gone_back]


# --- pages


def test_a_page_that_is_deleted_says_so_below_all_names_of_its_section(by):
    press = section("communiques")
    article = make_article(section=press, slug="guichet", status=Status.WITHDRAWN)
    OldAddress.objects.lead_to(article, ["/2018/guichet/"])
    press.prefix = "presse"
    press.save()
    publishing.delete(article, by)
    for address in ("/presse/guichet/", "/espace-presse/guichet/", "/communiques/guichet/", "/2018/guichet/"):
        assert status_of(address) == 410, address
    assert status_of("/actualites/guichet/") == 404


@pytest.mark.parametrize("published_at", [None, timezone.now() + 24 * HOUR])
def test_a_page_that_was_never_public_leaves_no_word(by, published_at):
    article = make_article(status=Status.WITHDRAWN, published_at=published_at, tags=["Guichet"])
    publishing.delete(article, by)
    assert not GoneAddress.objects.exists()


# --- all that the public had


def withdrawn_under_a_notice(article, by):
    publishing.withdraw(article, by, notice="Périmé.")


def withdrawn_to_another_page(article, by):
    publishing.withdraw(article, by, redirect_to="/plan-du-site/")


def withdrawn_for_good(article, by):
    publishing.withdraw(article, by)


def deleted(article, by):
    withdrawn_for_good(article, by)
    publishing.delete(article, by)


def led_on_by_its_form(article, by):
    response = save(as_editor(Client()), article, redirect_to="/plan-du-site/")
    assert response.status_code == 302


def led_on_by_its_next_version(article, by):
    replaced(article, by, redirect_to="/plan-du-site/")


def ended(article, by):
    edited(article, by, ends_at=timezone.now() - HOUR)


LEAVING = [
    withdrawn_under_a_notice,
    withdrawn_to_another_page,
    withdrawn_for_good,
    deleted,
    led_on_by_its_form,
    led_on_by_its_next_version,
    ended,
]


@pytest.mark.parametrize("collection", ["communiques", "evenements", "pages"])
@pytest.mark.parametrize("leave", LEAVING)
def test_no_address_that_the_public_had_is_lost_without_a_word(by, leave, collection):
    article = make_placed(replace(OPEN_PLACES["article"], collection=collection))
    OldAddress.objects.lead_to(article, ["/2018/guichet/"])
    versions.begin(Article.objects.all())
    rows = (row for row in OPEN_PLACES.values() if row.collection in ("actualites", collection))
    places = {row.address(article) for row in rows if not row.translated}
    image = article.carousel_images.get().address
    names = {"/2018/guichet/", f"/{article.section.collection}/{article.slug}/"}
    known = {address for address in {*places, *names, image} if status_of(address) < 400}
    assert {*names, image} <= known
    leave(article, by)
    assert {address for address in known if status_of(address) == 404} == set()


@pytest.mark.parametrize("way", [edited, replaced])
def test_what_was_beside_a_page_that_leads_on_says_that_it_is_gone(by, way):
    article = make_article(tags=["Guichet"])
    make_attachment(article, address="/uploads/plan.pdf")
    versions.record(article, None)
    way(article, by, redirect_to="https://example.org/")
    for address in ("/uploads/plan.pdf", "/mots-cles/guichet/", "/mots-cles/guichet/flux.atom"):
        assert status_of(address) == 410, address
    article.refresh_from_db()
    edited(article, by, redirect_to="")
    assert status_of("/uploads/plan.pdf") == status_of("/mots-cles/guichet/") == 200


def test_what_a_page_that_only_ever_led_on_has_beside_it_leaves_no_word(by):
    article = make_article(redirect_to="/plan-du-site/", tags=["Guichet"])
    attachment = make_attachment(article, address="/uploads/plan.pdf")
    versions.record(article, None)
    attachment.delete()
    edited(article, by, tags=["Autre"])
    assert not GoneAddress.objects.exists()


# --- lists of keywords


@pytest.mark.parametrize("way", WAYS)
def test_the_list_of_a_keyword_that_its_last_article_drops_says_so(by, way):
    article = make_article(tags=["Guichet", "Commun"])
    make_article(tags=["Commun"])
    versions.record(article, None)
    way(article, by, tags=["Autre"])
    for end in ("", "flux.atom"):
        assert status_of(f"/mots-cles/guichet/{end}") == 410
        assert status_of(f"/mots-cles/commun/{end}") == 200
    edited(article, by, tags=["Guichet"])
    assert status_of("/mots-cles/guichet/") == 200


@pytest.mark.parametrize("published_at", [timezone.now() + 24 * HOUR, None])
def test_the_list_of_a_keyword_that_was_never_public_says_nothing(by, published_at):
    status = Status.PUBLISHED if published_at else Status.DRAFT
    article = make_article(status=status, published_at=published_at, tags=["Guichet"])
    versions.record(article, None)
    # Dropped in the very change that makes the article public.
    edited(article, by, status=Status.PUBLISHED, published_at=timezone.now() - HOUR, tags=["Autre"])
    assert status_of("/mots-cles/autre/") == 200
    assert status_of("/mots-cles/guichet/") == 404


def removed_alone(client, tag, other):
    client.post(reverse("admin:articles_tag_delete", args=[tag.pk]), {"post": "yes"})


def removed_from_the_list(client, tag, other):
    chosen = {"action": "delete_selected", "_selected_action": [tag.pk], "post": "yes"}
    client.post(reverse("admin:articles_tag_changelist"), chosen)


def merged(client, tag, other):
    chosen = {"action": "merge", "_selected_action": [tag.pk, other.pk], "kept": other.pk, "merge": "1"}
    client.post(reverse("admin:articles_tag_changelist"), chosen)


KNOWN = [{}, {"status": Status.WITHDRAWN}, {"ends_at": timezone.now() - HOUR}]
UNKNOWN = [{"status": Status.DRAFT}, {"published_at": timezone.now() + 24 * HOUR}]


@pytest.mark.parametrize(("way", "said"), [(removed_alone, 410), (removed_from_the_list, 410), (merged, 301)])
@pytest.mark.parametrize(("state", "is_known"), [(each, each in KNOWN) for each in (*KNOWN, *UNKNOWN)])
def test_the_list_of_a_keyword_that_is_no_more_says_so_if_the_public_knew_it(
    client, way, said, state, is_known
):
    make_article(**state, tags=["Guichet"])
    make_article(tags=["Autre"])
    client.force_login(make_administrator())
    way(client, *Tag.objects.order_by("-folded"))
    assert Tag.objects.get().name == "Autre"
    assert status_of("/mots-cles/guichet/") == (said if is_known else 404)
    assert status_of("/mots-cles/autre/") == 200


ONLY_LEADS_ON = {"redirect_to": "/plan-du-site/"}


@pytest.mark.parametrize("way", [removed_alone, removed_from_the_list, merged])
@pytest.mark.parametrize(
    ("collection", "fields"),
    [
        ("pages", {}),
        ("pages", KNOWN[1]),
        ("actualites", ONLY_LEADS_ON),
        ("actualites", ONLY_LEADS_ON | KNOWN[2]),
    ],
)
def test_the_list_of_a_keyword_that_no_list_ever_was_of_says_nothing(client, way, collection, fields):
    make_article(section=section(collection), **fields, tags=["Guichet"])
    make_article(tags=["Autre"])
    client.force_login(make_administrator())
    assert status_of("/mots-cles/guichet/") == 404
    way(client, *Tag.objects.order_by("-folded"))
    assert Tag.objects.get().name == "Autre"
    assert status_of("/mots-cles/guichet/") == 404


@pytest.mark.parametrize(("way", "said"), [(removed_alone, 410), (removed_from_the_list, 410), (merged, 301)])
@pytest.mark.parametrize("leave", [led_on_by_its_form, led_on_by_its_next_version, withdrawn_to_another_page])
def test_the_list_of_a_keyword_whose_article_leads_on_now_says_so(client, by, way, said, leave):
    article = make_article(tags=["Guichet"])
    make_article(tags=["Autre"])
    versions.begin(Article.objects.all())
    leave(article, by)
    assert status_of("/mots-cles/guichet/") == 410
    client.force_login(make_administrator())
    way(client, *Tag.objects.order_by("-folded"))
    assert status_of("/mots-cles/guichet/") == said


@pytest.mark.parametrize(
    ("collection", "fields", "said"),
    [("pages", {}, 404), ("actualites", ONLY_LEADS_ON, 404), ("actualites", {}, 410)],
)
def test_a_page_that_goes_says_so_of_the_lists_of_keywords_that_it_was_in(collection, fields, said):
    article = make_article(section=section(collection), **fields, tags=["Guichet"])
    gone.say_gone(article)
    article.delete()
    assert status_of(article.get_absolute_url()) == 410
    assert status_of("/mots-cles/guichet/") == said


def merge(client, name, kept):
    merged(client, Tag.objects.get(name=name), Tag.objects.get(name=kept))


def test_the_list_of_a_merged_keyword_leads_to_the_one_that_was_kept_in_one_step(client):
    for name in ("Guichet", "Accueil", "Service"):
        make_article(tags=[name])
    client.force_login(make_administrator())
    merge(client, "Guichet", "Accueil")
    merge(client, "Accueil", "Service")
    for old in ("guichet", "Guichet", "accueil"):
        for end in ("", "flux.atom", "flux.json"):
            response = Client().get(f"/mots-cles/{old}/{end}")
            assert (response.status_code, response["Location"]) == (301, f"/mots-cles/service/{end}")
    assert "max-age=0" in response["Cache-Control"]


def test_a_merged_keyword_that_lives_again_is_itself(client):
    for name in ("Guichet", "Accueil"):
        make_article(tags=[name])
    client.force_login(make_administrator())
    merge(client, "Guichet", "Accueil")
    make_article(tags=["Guichet"])
    make_article(slug="court", redirect_to="/mots-cles/guichet/")
    assert status_of("/mots-cles/guichet/") == 200
    for address in ("/mots-cles/Guichet/", "/mots-cles/guichet", "/actualites/court/"):
        assert Client().get(address)["Location"] == "/mots-cles/guichet/"
    assert status_of("/mots-cles/guichet/?page=99") == 404


def test_the_list_of_a_merged_keyword_is_gone_once_the_one_that_was_kept_has_no_list(client):
    make_article(tags=["Guichet"])
    article = make_article(tags=["Accueil"])
    client.force_login(make_administrator())
    merge(client, "Guichet", "Accueil")
    Article.objects.update(status=Status.WITHDRAWN)
    assert status_of("/mots-cles/guichet/") == status_of("/mots-cles/accueil/") == 410
    Article.objects.filter(pk=article.pk).update(status=Status.PUBLISHED)
    assert status_of("/mots-cles/guichet/") == 301
    removed_alone(client, Tag.objects.get(), None)
    assert status_of("/mots-cles/guichet/") == status_of("/mots-cles/accueil/") == 410


def test_a_redirect_to_the_list_of_a_merged_keyword_leads_to_the_one_that_was_kept(client):
    make_article(tags=["Guichet"])
    make_article(tags=["Accueil"])
    make_article(slug="court", redirect_to="/mots-cles/guichet/")
    client.force_login(make_administrator())
    merge(client, "Guichet", "Accueil")
    assert Client().get("/actualites/court/")["Location"] == "/mots-cles/accueil/"


# --- sections


def sections_deleted(client, *names):
    """What the admin answers when it has deleted the sections that have these folders."""
    chosen = [section(name).pk for name in names]
    if len(chosen) == 1:
        return client.post(reverse("admin:articles_section_delete", args=chosen), {"post": "yes"})
    sent = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    return client.post(reverse("admin:articles_section_changelist"), sent)


@pytest.mark.parametrize("names", [["evenements"], ["communiques", "evenements"]])
def test_the_lists_of_a_section_that_is_deleted_say_so_by_all_its_names(client, names):
    agenda = section("evenements")
    agenda.prefix = "rendez-vous"
    agenda.save()
    ends = ("", "flux.atom", "flux.ics")
    addresses = [f"/{name}/{end}" for name in ("rendez-vous", "agenda", "evenements") for end in ends]
    addresses.append("/feed.evenements.xml")
    assert {status_of(address) for address in addresses} == {200, 301}
    client.force_login(make_administrator())
    assert sections_deleted(client, *names).status_code == 302
    assert {status_of(address) for address in addresses} == {410}
    assert status_of("/actualites/") == 200


def test_a_section_of_pages_at_the_root_that_is_deleted_leaves_no_word(client):
    client.force_login(make_administrator())
    assert sections_deleted(client, "pages").status_code == 302
    assert not GoneAddress.objects.exists()
    assert status_of("/") == 200


def test_the_folder_of_a_section_is_given_once(client):
    client.force_login(make_administrator())
    press = section("communiques")
    address = reverse("admin:articles_section_change", args=[press.pk])
    fields = {"title": "Presse", "prefix": press.prefix, "kind": press.kind, "position": 2}
    assert client.post(address, fields | {"collection": "presse"}).status_code == 302
    press.refresh_from_db()
    assert (press.title, press.collection) == ("Presse", "communiques")
    assert "Il ne change plus une fois la rubrique créée" in client.get(address).content.decode()
    made = fields | {"title": "Dossiers", "prefix": "dossiers", "collection": "dossiers"}
    client.post(reverse("admin:articles_section_add"), made)
    assert section("dossiers").title == "Dossiers"


# --- calendars


@pytest.mark.parametrize("way", WAYS)
def test_the_calendar_of_a_page_that_is_no_event_any_more_says_so(by, way):
    agenda, day = section("evenements"), timezone.now()
    article = make_article(section=agenda, slug="forum", event_starts_at=day)
    OldAddress.objects.lead_to(article, ["/agenda/salon/"])
    versions.record(article, None)
    calendars = [f"/{agenda.prefix}/{slug}/evenement.ics" for slug in ("forum", "salon")]
    assert [status_of(each) for each in calendars] == [200, 301]
    way(article, by, event_starts_at=None)
    assert [status_of(each) for each in calendars] == [410, 410]
    assert status_of(f"/{agenda.prefix}/forum/") == 200
    article.refresh_from_db()
    edited(article, by, event_ends_at=day)
    assert status_of(calendars[0]) == 200


def test_the_calendar_of_a_page_that_moves_when_it_stops_being_an_event_says_so(client):
    agenda = section("evenements")
    article = make_article(section=agenda, slug="forum", event_starts_at=timezone.now())
    versions.record(article, None)
    save(as_editor(client), article, slug="salon", event_starts_at="")
    for slug in ("forum", "salon"):
        assert status_of(f"/{agenda.prefix}/{slug}/evenement.ics") == 410


def test_a_calendar_below_the_longest_old_address_was_never_there_and_leaves_no_word(by):
    article = make_article(section=section("evenements"), slug="forum", event_starts_at=timezone.now())
    old = f"/{'a' * 488}/"
    OldAddress.objects.lead_to(article, [old])
    versions.record(article, None)
    assert [status_of(old), status_of(f"{old}evenement.ics")] == [301, 404]
    edited(article, by, event_starts_at=None)
    assert [status_of(old), status_of("/agenda/forum/evenement.ics")] == [301, 410]
    assert not GoneAddress.objects.filter(address__startswith=old).exists()


def test_the_calendar_of_a_draft_leaves_no_word(by):
    article = make_article(section=section("evenements"), status=Status.DRAFT, event_starts_at=timezone.now())
    versions.record(article, None)
    edited(article, by, event_starts_at=None)
    assert not GoneAddress.objects.exists()
