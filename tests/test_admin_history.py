import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import publishing, versions
from articles.admin.fields import MAX_NOTE
from articles.erasing import erase
from articles.models import Act, Article, Version
from articles.roles import ADMINISTRATORS, PUBLISHERS, WRITERS

from .factories import (
    image_bytes,
    make_article,
    make_attachment,
    make_carousel_image,
    make_member,
    make_user,
    make_video,
    store,
)

pytestmark = pytest.mark.django_db

REFUSED, MISSING = 403, 404


@pytest.fixture
def administrator():
    return make_member(ADMINISTRATORS, first_name="Ada", last_name="Lovelace")


@pytest.fixture
def reader(client, administrator):
    """The browser of somebody who may do all."""
    client.force_login(administrator)
    return client


def versioned(*bodies: str, **overrides) -> Article:
    """An article with one version for each of these texts."""
    article = make_article(**overrides)
    for body in bodies:
        article.body = body
        article.save()
        versions.record(article, None, note=f"Pour {body}")
    return article


def version_of(article, number) -> Version:
    return Version.objects.get(article_uuid=article.uuid, number=number)


def address(name: str, article: Article, number: int = 0) -> str:
    of = version_of(article, number).pk if number else article.uuid
    return reverse(f"admin:articles_version_{name}", args=[of])


def pair(article, old, new) -> str:
    return f"avant={version_of(article, old).pk}&apres={version_of(article, new).pk}"


def sent(response) -> bytes:
    """What a file's answer holds."""
    assert response.status_code == 200
    return b"".join(response)


def text_of(response) -> str:
    """What the page says, without markup."""
    assert response.status_code == 200
    html = re.sub(r"<head>.*?</head>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return " ".join(html.replace("&nbsp;", " ").replace("\xa0", " ").split())


# The history


def test_the_history_of_an_article_tells_each_version_the_latest_first(reader, administrator):
    article = versioned("Un", status="draft")
    publishing.publish(article, administrator, note="Relu.")
    article.refresh_from_db()
    article.body = "Deux"
    article.save()
    versions.record(article, administrator, is_major=True, public_note="Le guichet ouvre.", note="Vu.")
    page = reader.get(f"/admin/articles/article/{article.pk}/history/", follow=True)
    assert page.redirect_chain == [(address("history", article), 302)]
    said = text_of(page)
    assert f"Historique : {article.title}" in said
    assert said.index("Enregistrement Ada Lovelace") < said.index("Publication Ada Lovelace")
    assert re.search(r"Publication Ada Lovelace .* Brouillon → devient Publié Note : Relu\.", said)
    assert "Changement de fond Note publique : Le guichet ouvre. Note : Vu." in said
    assert version_of(article, 2).sha256[:12] in said


def test_the_history_marks_what_was_prepared_beside(reader, administrator):
    article = versioned("Un")
    publishing.prepare(article, administrator)
    page = reader.get(address("history", article))
    assert "de la nouvelle version" in text_of(page)
    assert [line.is_beside for line in page.context["groups"][1]] == [True, False]
    draft = article.next_versions.get()
    assert "Historique de la page en ligne" in text_of(reader.get(address("history", draft)))


def test_a_long_history_comes_in_pages_that_cost_the_same(reader, django_assert_max_num_queries):
    article = versioned("Un")
    reader.get(address("history", article))
    for number in range(120):
        versions.record(article, None, Act.RESTORED, about=1, note=str(number))
    with django_assert_max_num_queries(12):
        page = reader.get(f"{address('history', article)}?page=2")
    (elsewhere, shown) = page.context["groups"]
    assert (len(elsewhere), len(shown)) == (0, 50)
    assert text_of(page).count("Retour à une version") == 50


def test_what_is_chosen_on_one_page_stays_chosen_on_the_next(reader):
    article = versioned("Un")
    for _ in range(60):
        versions.record(article, None, Act.RESTORED, about=1)
    new, old = version_of(article, 61), version_of(article, 60)
    page = reader.get(f"{address('history', article)}?page=2&avant={old.pk}&apres={new.pk}")
    assert [line.version for line in page.context["groups"][0]] == [new, old]
    assert "Choisies sur une autre page" in text_of(page)
    assert page.content.decode().count(" checked") == 2


def test_the_last_two_versions_are_chosen_to_be_compared(reader):
    article = versioned("Un", "Deux", "Trois")
    page = reader.get(address("history", article)).content.decode()
    checked = re.findall(r'name="(\w+)"\s+value="(\d+)"[^>]*\schecked', page)
    assert dict(checked) == {
        "apres": str(version_of(article, 3).pk),
        "avant": str(version_of(article, 2).pk),
    }


def test_what_was_scheduled_is_called_so(reader, administrator):
    article = make_article(status="draft", published_at=timezone.now() + timedelta(days=1))
    publishing.publish(article, administrator)
    publishing.unschedule(article, administrator)
    said = text_of(reader.get(address("history", article)))
    assert "Brouillon → devient Programmé" in said
    assert "Programmé → devient Brouillon" in said


def test_the_history_tells_how_a_page_was_withdrawn(reader, administrator):
    article = versioned("Un")
    for ways in ({"notice": "Le guichet est fermé."}, {"redirect_to": "https://example.org/"}, {}):
        publishing.withdraw(article, administrator, **ways)
    said = text_of(reader.get(address("history", article)))
    assert re.search(r" Retrait Ada Lovelace .* Avis : Le guichet est fermé\.", said)
    assert re.search(r" Retrait modifié Ada .* Mène à https://example\.org/ .* Avis : ", said)
    assert re.search(r" Retrait modifié Ada .* Page disparue .* Mène à ", said)
    assert said.count("Retrait modifié") == 2
    erase([version_of(article, 2)], administrator, "Demande.")
    assert "Avis : " not in text_of(reader.get(address("history", article)))


def test_a_page_of_withdrawals_costs_the_same(reader, administrator, django_assert_max_num_queries):
    article = versioned("Un")
    for number in range(20):
        publishing.withdraw(article, administrator, notice=f"Avis {number}.")
    with django_assert_max_num_queries(12):
        page = reader.get(address("history", article))
    assert text_of(page).count("Avis : ") == 20


def test_one_version_is_compared_with_nothing(reader):
    assert "Comparer" not in text_of(reader.get(address("history", versioned("Un"))))


def test_an_article_without_history_says_so(reader):
    assert "Rien n’a encore été enregistré" in text_of(reader.get(address("history", make_article())))


def test_the_history_of_a_deleted_article_stays(reader, administrator):
    article = versioned("Un", status="draft")
    publishing.delete(article, administrator)
    said = text_of(reader.get(address("history", article)))
    assert "Cet article n’est plus là." in said
    assert "Brouillon → devient N’est plus là" in said


def test_what_was_never_there_has_no_history(reader):
    article = make_article()
    article.delete()
    assert reader.get(address("history", article)).status_code == MISSING


# Who may


def pages_of(article):
    yield address("history", article)
    yield f"{address('comparison', article)}?{pair(article, 1, 2)}"
    yield from (address(name, article, 1) for name in ("version", "restore"))
    yield address("erase", article)
    yield reverse("admin:articles_version_bin")


def test_whoever_may_read_articles_reads_their_history(client):
    article = versioned("Un", "Deux", status="draft")
    client.force_login(make_member(WRITERS))
    assert {client.get(each).status_code for each in pages_of(article)} == {200}
    assert client.get(reverse("admin:articles_version_changelist")).status_code == REFUSED


@pytest.mark.parametrize("user", [None, {"is_staff": True}])
def test_nobody_else_does(client, user):
    article = versioned("Un", "Deux")
    if user:
        client.force_login(make_user(**user))
    expected = REFUSED if user else 302
    assert {client.get(each).status_code for each in pages_of(article)} == {expected}


def test_the_pages_offer_what_may_be_done(client):
    article = versioned("Un", "Deux")
    for group, offers in (
        (WRITERS, ()),
        (PUBLISHERS, ("Revenir",)),
        (ADMINISTRATORS, ("Revenir", "Effacer")),
    ):
        client.force_login(make_member(group))
        for page in (address("history", article), address("version", article, 1)):
            said = text_of(client.get(page)).replace("Revenir à l’article", "")
            assert [word for word in ("Revenir", "Effacer") if f" {word} " in said] == list(offers)


def test_what_an_article_says_today_is_neither_gone_back_to_nor_erased(reader, administrator):
    article = versioned("Un", "Deux")
    publishing.prepare(article, administrator)
    page = reader.get(address("history", article)).content.decode()
    assert len(re.findall(r"/revenir/", page)) == len(re.findall(r"/effacer/\?version=", page)) == 1


# One version


def test_a_version_shows_what_the_article_said_then(reader):
    image = "![Un plan](/uploads/plan.png)"
    article = make_article(title="Un guichet", body=f"Un *mot*.\n\n{image}\n\n[[video:film]]", tags=["eau"])
    article.body_images.update(file=store("plan.png", image_bytes(60)))
    make_carousel_image(article, key="une", alt_text="Le guichet")
    make_attachment(article, key="plan", title="Le plan")
    make_video(article, key="film", title="Le film")
    versions.record(article, None)
    article.delete()
    page = reader.get(address("version", article, 1))
    html, said = page.content.decode(), text_of(page)
    assert "<p>Un <em>mot</em>.</p>" in html
    assert 'alt="Un plan"' in html
    assert "[ video « film » ]" in said
    assert "Mots-clés eau" in said
    for words in ("Le guichet", "Le plan", "Le film", "title: Un guichet"):
        assert words in said
    sources = re.findall(r'src="(/admin/articles/article/fichiers/images/[^"]*)"', html)
    assert len(sources) == 3
    assert all(sent(reader.get(each)) for each in sources)


def test_a_file_of_a_version_stays_readable(reader):
    article = make_article()
    make_attachment(article, key="plan")
    make_carousel_image(article, key="une")
    versions.record(article, None)
    article.delete()
    version = version_of(article, 1)
    for name, media_type in (("document:plan", "application/pdf"), ("image:une", "image/png")):
        answer = reader.get(reverse("admin:articles_version_file", args=[version.pk, name]))
        assert sent(answer)
        assert answer["Content-Type"] == media_type
    missing = reader.get(reverse("admin:articles_version_file", args=[version.pk, "document:autre"]))
    assert missing.status_code == MISSING


def test_an_erased_version_says_so_wherever_it_stands(reader, administrator):
    article = versioned("Un", "Deux")
    erase([version_of(article, 1)], administrator, "Demande de la personne.")
    assert "Contenu effacé" in text_of(reader.get(address("history", article)))
    said = text_of(reader.get(address("version", article, 1)))
    assert re.search(r"a été effacé le .* par Ada Lovelace\. Motif : Demande de la personne\.", said)
    said = text_of(compared(reader, article))
    assert "Le contenu de la version 1 a été effacé : il n’y a rien à comparer." in said


def test_a_version_that_cannot_be_read_says_what_to_do(reader):
    article = versioned("Un")
    Version.objects.update(dump="---\ntitle: [\n---\n")
    assert "verify_history" in text_of(reader.get(address("version", article, 1)))


# Two versions


def compared(reader, article, old=1, new=2):
    return reader.get(f"{address('comparison', article)}?{pair(article, old, new)}")


def test_two_versions_are_compared_word_by_word(reader):
    article = versioned("Le guichet ouvre lundi.", "Le guichet ferme lundi.")
    page = compared(reader, article)
    assert "Le guichet supprimé : « − ouvre » ajouté : « + ferme » lundi." in text_of(page)
    assert len(re.findall(r"<del>.*?ouvre.*?</del><ins>.*?ferme.*?</ins>", page.content.decode())) == 1


def test_the_older_version_comes_first_whichever_is_named_first(reader):
    article = versioned("Un", "Deux")
    assert compared(reader, article, 2, 1).context["old"] == version_of(article, 1)


def prepared_beside(administrator) -> tuple[Article, Article]:
    """A page whose last version is later than that of its next version, which adds a paragraph."""
    live = versioned("Un.")
    draft = publishing.prepare(live, administrator)
    draft.body = "Un.\n\nParagraphe neuf."
    draft.save()
    versions.record(draft, administrator)
    publishing.withdraw(live, administrator, notice="Périmé.")
    return live, draft


def test_a_page_comes_before_its_next_version_whichever_was_saved_last(reader, administrator):
    live, draft = prepared_beside(administrator)
    last = [Version.objects.last_of(each.uuid) for each in (live, draft)]
    assert last[0].pk > last[1].pk
    for old, new in (last, reversed(last)):
        page = reader.get(f"{address('comparison', live)}?avant={old.pk}&apres={new.pk}")
        said = text_of(page)
        assert [page.context["old"], page.context["new"]] == last
        assert "ajouté : « + Paragraphe neuf. »" in said
        assert "supprimé : « − Paragraphe neuf" not in said
        assert "Avant : version 2 de la page" in said
        assert "Après : version 2 de la nouvelle version" in said


def test_a_next_version_that_took_its_place_comes_before_what_the_page_says_since(reader, administrator):
    live, draft = prepared_beside(administrator)
    prepared = Version.objects.last_of(draft.uuid)
    publishing.publish(draft, administrator)
    live.refresh_from_db()
    live.body = "Un seul."
    live.save()
    since = versions.record(live, administrator)
    page = reader.get(f"{address('comparison', live)}?avant={since.pk}&apres={prepared.pk}")
    assert (page.context["old"], page.context["new"]) == (prepared, since)
    assert "supprimé : « − Paragraphe neuf. »" in text_of(page)


def test_what_a_next_version_leaves_to_its_page_is_no_difference(reader, administrator):
    live = versioned("Un.")
    live.old_addresses.create(address="/actualites/ancienne/")
    versions.record(live, administrator)
    draft = publishing.prepare(live, administrator)
    draft.title = "Autre"
    draft.save()
    versions.record(draft, administrator)
    old, new = (Version.objects.last_of(each.uuid) for each in (live, draft))
    page = reader.get(f"{address('comparison', live)}?avant={old.pk}&apres={new.pk}")
    assert [each.field for each in page.context["changes"].comparison.fields] == ["title"]


def test_what_did_not_change_is_folded(reader):
    same = "\n\n".join(f"Un passage {number}." for number in range(9))
    article = versioned(f"Un\n\n{same}", f"Deux\n\n{same}")
    said = text_of(compared(reader, article))
    assert "[ 8 passages inchangés ]" in said
    assert "Un passage 8" not in said.partition("Supprimé")[2]


def test_two_versions_show_both_files_of_what_differs(reader):
    article = make_article()
    image = make_carousel_image(article, key="une")
    document = make_attachment(article, key="plan", title="Le plan")
    versions.record(article, None)
    image.file = store("autre.png", image_bytes(99))
    image.save()
    document.delete()
    versions.record(article, None)
    page = compared(reader, article)
    said = text_of(page)
    assert "Image « une » : modification" in said
    assert "Document « plan » : − suppression" in said
    thumbnails = re.findall(r'class="thumbnail"\s+src="([^"]+)"', page.content.decode())
    assert len(thumbnails) == 2
    for each in thumbnails:
        assert each.startswith("/admin/articles/article/fichiers/images/")
        assert sent(reader.get(each))
    assert "Avant : Fichier du document « plan »" in said
    assert "Fichier de l’image « une » : remplacement" in said


def test_files_of_the_text_that_came_went_or_were_replaced_are_told_apart(reader):
    article = make_article(body="![Un](/uploads/un.png) ![Deux](/uploads/deux.png)")
    article.body_images.update(file=store("un.png", image_bytes(20)))
    versions.record(article, None)
    article.body_images.filter(address="/uploads/un.png").update(file=store("un.png", image_bytes(30)))
    article.body = "![Un](/uploads/un.png) ![Trois](/uploads/trois.png)"
    article.save()
    article.body_images.filter(address="/uploads/trois.png").update(file=store("t.png", image_bytes(40)))
    versions.record(article, None)
    said = text_of(compared(reader, article))
    assert "Image du texte « /uploads/un.png » : remplacement" in said
    assert "Image du texte « /uploads/deux.png » : − suppression" in said
    assert "Image du texte « /uploads/trois.png » : + ajout" in said


def test_versions_at_two_addresses_differ_by_them(reader):
    article = versioned("Un", slug="guichet")
    article.slug = "accueil"
    article.save()
    versions.record(article, None)
    said = text_of(compared(reader, article))
    assert "Adresse de la page" in said
    assert "supprimé : « − guichet » ajouté : « + accueil »" in said
    assert "disent la même chose" not in said


def test_versions_that_say_the_same_are_told_to(reader):
    article = versioned("Un")
    versions.record(article, None, Act.RESTORED, about=1)
    assert "Ces deux versions disent la même chose" in text_of(compared(reader, article))


@pytest.mark.parametrize("query", ["", "?avant=1", "?avant=a&apres=b", f"?avant=1&apres={'9' * 30}"])
def test_two_versions_that_are_not_there_are_not_compared(reader, query):
    article = versioned("Un", "Deux")
    assert reader.get(f"{address('comparison', article)}{query}").status_code == MISSING


def test_versions_of_another_article_are_not_compared(reader):
    article, other = versioned("Un", "Deux"), versioned("Trois")
    query = f"avant={version_of(article, 1).pk}&apres={version_of(other, 1).pk}"
    assert reader.get(f"{address('comparison', article)}?{query}").status_code == MISSING


# Back to a version


def seen(article, **fields):
    """What somebody sends who has seen the article as it is now."""
    return {"seen": Version.objects.last_of(article.uuid).number, **fields}


def seen_in(response) -> str:
    return re.search(r'name="seen" value="(\d+)"', response.content.decode())[1]


def test_an_article_goes_back_to_a_version(reader, administrator):
    article = versioned("Un", "Deux")
    assert "L’article dira de nouveau" in text_of(reader.get(address("restore", article, 1)))
    page = reader.post(address("restore", article, 1), seen(article, note="À tort."), follow=True)
    assert "L’article dit de nouveau ce que disait la version 1." in text_of(page)
    article.refresh_from_db()
    assert article.body == "Un"
    last = Version.objects.last_of(article.uuid)
    assert (last.act, last.about, last.author, last.note) == (Act.RESTORED, 1, administrator, "À tort.")


def test_going_back_on_a_page_says_that_readers_see_it_and_may_tell_them(reader):
    article = versioned("Un", "Deux")
    assert "La page en ligne change aussitôt." in text_of(reader.get(address("restore", article, 1)))
    told = {"note": "À tort.", "public_note": "Anciens horaires."}
    reader.post(address("restore", article, 1), seen(article, **told))
    article = Article.objects.get()
    assert [each["note"] for each in article.changes] == ["Anciens horaires."]
    last = Version.objects.last_of(article.uuid)
    assert (last.act, last.is_major, last.public_note) == ("restored", True, "Anciens horaires.")
    draft = versioned("Un", "Deux", status="draft")
    assert "change aussitôt" not in text_of(reader.get(address("restore", draft, 1)))


def test_going_back_is_asked_once_more_when_somebody_has_saved_meanwhile(reader):
    article = versioned("Premier.", "Deuxième.")
    sent = seen(article)
    article.body = "Troisième."
    article.save()
    versions.record(article, None)
    response = reader.post(address("restore", article, 1), sent)
    assert "L’article a changé depuis que cette page est ouverte" in response.content.decode()
    article.refresh_from_db()
    assert article.body == "Troisième."
    assert reader.post(address("restore", article, 1), sent | {"seen": seen_in(response)}).status_code == 302
    article.refresh_from_db()
    assert article.body == "Premier."


def test_going_back_sent_twice_tells_readers_once(reader):
    article = versioned("Premier.", "Deuxième.")
    sent = seen(article, public_note="Le texte d’avant est revenu.")
    assert [reader.post(address("restore", article, 1), sent).status_code for _ in range(2)] == [302, 200]
    article.refresh_from_db()
    assert [change["note"] for change in article.changes] == ["Le texte d’avant est revenu."]


def test_a_public_note_of_going_back_that_nobody_would_read_is_given_back(reader, administrator):
    article = versioned("Premier.", "Deuxième.")
    sent = seen(article, public_note="Le texte d’avant.")
    publishing.withdraw(article, administrator)
    sent["seen"] = seen_in(reader.post(address("restore", article, 1), sent))
    page = reader.post(address("restore", article, 1), sent).content.decode()
    assert "personne ne verrait cette note publique" in page
    assert "Le texte d’avant.</textarea>" in page
    assert reader.post(address("restore", article, 1), sent | {"public_note": ""}).status_code == 302


def test_what_going_back_would_change_is_a_link_away(reader):
    article = versioned("Premier.", "Deuxième.")
    page = reader.get(address("restore", article, 1)).content.decode()
    [comparison] = re.findall(r'href="([^"]+/comparer/[^"]+)"', page)
    assert "Deuxième" in reader.get(comparison.replace("&amp;", "&")).content.decode()


def test_who_may_not_go_back_is_told_who_may(client):
    article = versioned("Un", "Deux")
    client.force_login(make_member(WRITERS))
    said = text_of(client.get(address("restore", article, 1)))
    assert "groupe « Publication »" in said
    assert "Revenir à cette version</button>" not in said
    said = text_of(client.post(address("restore", article, 1), seen(article, note="À tort.")))
    assert "groupe « Publication »" in said
    assert "À tort." in said
    article.refresh_from_db()
    assert article.body == "Deux"


def test_a_version_of_a_deleted_article_is_not_gone_back_to(reader, administrator):
    article = versioned("Un", status="draft")
    publishing.delete(article, administrator)
    assert reader.get(address("restore", article, 1)).status_code == MISSING


# The bin


def test_the_bin_takes_a_deletion_back(reader, administrator):
    article = versioned("Un", status="draft")
    make_attachment(article)
    publishing.delete(article, administrator, note="Doublon.")
    assert "Corbeille" in text_of(reader.get(reverse("admin:articles_article_changelist")))
    said = text_of(reader.get(reverse("admin:articles_version_bin")))
    assert article.title in said
    assert "Ada Lovelace" in said
    last_day = timezone.localtime(Version.objects.last_of(article.uuid).created_at + timedelta(days=30))
    assert f"{last_day:%d/%m/%Y %H:%M} Doublon." in said
    page = reader.post(reverse("admin:articles_version_bin"), {"article": str(article.uuid)}, follow=True)
    assert "est de nouveau là." in text_of(page)
    assert "La corbeille est vide." in text_of(page)
    assert Article.objects.get(uuid=article.uuid).attachments.count() == 1


def test_what_cannot_be_taken_back_says_why(reader):
    article = versioned("Un")
    page = reader.post(reverse("admin:articles_version_bin"), {"article": str(article.uuid)}, follow=True)
    assert "ne peut plus être annulée" in text_of(page)
    assert reader.post(reverse("admin:articles_version_bin"), {"article": "x"}).status_code == MISSING


def test_the_bin_costs_the_same_whatever_it_holds(reader, administrator, django_assert_max_num_queries):
    for _ in range(12):
        publishing.delete(versioned("Un", status="draft"), administrator)
    with django_assert_max_num_queries(8):
        assert (
            text_of(reader.get(reverse("admin:articles_version_bin"))).count("Annuler la suppression") == 12
        )


# Who did what

LIST = "/admin/articles/version/"


def test_the_audit_tells_who_did_what(reader, administrator):
    article = versioned("Un", status="draft", title="Un guichet ouvre")
    publishing.publish(article, administrator, note="Vu avec <le cabinet>.")
    said = text_of(reader.get(LIST))
    assert "qui a fait quoi" in said
    assert "Vu avec &lt;le cabinet&gt;." in said
    assert re.search(r"Ada Lovelace Publication Un guichet ouvre .* Brouillon → devient Publié", said)
    assert f'href="{address("history", article)}"' in reader.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("personne={ada}", 1),
        ("personne=site", 2),
        ("personne=rien", 3),
        ("action=restored", 1),
        ("action=rien", 0),
        ("article={uuid}", 2),
        ("article=rien", 3),
        ("q=éCOLE", 2),
        ("q=/actualites/l-ecole/", 2),
        ("q=rien", 0),
        ("created_at__year=1999", 0),
    ],
)
def test_the_audit_is_narrowed(reader, administrator, query, found):
    article = versioned("Un", title="L’école ouvre", slug="l-ecole")
    versions.record(article, administrator, Act.RESTORED, about=1)
    versioned("Deux")
    query = query.format(ada=administrator.pk, uuid=article.uuid)
    assert reader.get(f"{LIST}?{query}").context["cl"].result_count == found


def test_the_audit_finds_who_has_no_account_any_more(reader):
    leaver = make_user("partante", first_name="Grace", last_name="Hopper")
    versions.record(versioned("Un"), leaver, Act.RESTORED, about=1)
    leaver.delete()
    assert "Grace Hopper (compte supprimé)" in reader.get(LIST).content.decode()
    found = reader.get(LIST, {"personne": "nom:Grace Hopper"}).context["cl"].result_list
    assert [(each.author, each.author_name) for each in found] == [(None, "Grace Hopper")]
    assert reader.get(LIST, {"personne": "site"}).context["cl"].result_count == 1


def test_the_audit_costs_the_same_whatever_it_holds(reader, administrator, django_assert_max_num_queries):
    article = versioned("Un")
    for number in range(150):
        versions.record(article, administrator, Act.RESTORED, about=1, note=str(number))
    reader.get(LIST)
    with django_assert_max_num_queries(13):
        assert (
            len(reader.get(f"{LIST}?action=restored&article={article.uuid}").context["cl"].result_list) == 100
        )


def test_the_audit_is_read_alone(reader):
    versioned("Un")
    pk = Version.objects.get().pk
    assert {
        reader.get(f"{LIST}{each}").status_code for each in ("add/", f"{pk}/change/", f"{pk}/delete/")
    } == {MISSING}


@pytest.mark.parametrize("number", ["9" * 20, "9" * 5000, "-1", "x", "%00"])
def test_numbers_that_nothing_has_are_not_found(reader, number):
    article = make_article()
    versions.record(article, None)
    history = f"/admin/articles/version/article/{article.uuid}/"
    assert reader.get(f"{history}?avant={number}").status_code == 200
    assert reader.get(f"{history}comparer/?avant={number}&apres={number}").status_code == 404
    assert reader.get(f"/admin/articles/version/?personne={number}", follow=True).status_code == 200
    assert reader.get(f"/admin/articles/article/?mot-cle={number}", follow=True).status_code == 200


@pytest.mark.parametrize("query", ["created_at__year=99999", "created_at__year=99999999999999999999"])
def test_a_question_that_no_database_can_ask_leads_to_the_whole_list(reader, query):
    response = reader.get(f"/admin/articles/article/?{query}")
    assert (response.status_code, response.get("Location")) == (302, "/admin/articles/article/?e=1")


def test_a_version_that_says_nothing_is_not_gone_back_to(reader, administrator):
    article = make_article(status="draft")
    first, _second = versions.record(article, administrator), record_again(article, administrator)
    publishing.delete(article, administrator)
    erase([first], administrator, "Un nom.")
    article = publishing.undelete(article.uuid, administrator)
    told = Version.objects.get(act=Act.ERASED)
    response = reader.post(f"/admin/articles/version/{told.pk}/revenir/", seen(article, note="Comme avant."))
    page = response.content.decode()
    assert "ne dit rien de l’article" in page
    assert "Comme avant." in page


def test_a_note_that_is_too_long_is_refused_there_too(reader, administrator):
    article = versioned("Un", status="draft")
    version = versions.record(article, administrator, Act.RESTORED, about=1)
    page = reader.post(f"/admin/articles/version/{version.pk}/revenir/", {"note": "x" * (MAX_NOTE + 1)})
    assert "au plus 2000 caractères" in text_of(page)
    assert Version.objects.last_of(article.uuid) == version


def record_again(article, by):
    article.title = "Autre"
    article.save()
    return versions.record(article, by)
