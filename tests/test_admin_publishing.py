"""The states of an article in the editors' tool: what is offered, asked, done and refused there."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from articles import publishing, versions
from articles.admin.transitions import STEPS
from articles.erasing import erase
from articles.models import Act, Article, GoneAddress, Status, Version
from articles.roles import PUBLISHERS, WRITERS
from articles.rules import Action

from .editing import ADD, LIST, errors_of, form, form_of, save
from .factories import (
    image_bytes,
    make_administrator,
    make_article,
    make_attachment,
    make_carousel_image,
    make_member,
    make_video,
    pdf_bytes,
    store,
    upload,
)
from .test_rules import STATES, TABLE, person

pytestmark = pytest.mark.django_db

BUTTON = re.compile(r'name="_then"\s+value="([\w-]+)"|/change/\.\./([\w-]+)/"')


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def writer():
    return logged_in(make_member(WRITERS, "autrice", first_name="Ada", last_name="L."))


@pytest.fixture
def publisher():
    return logged_in(make_member(PUBLISHERS, "editeur"))


def page_of(client: Client, article: Article) -> str:
    return client.get(f"{LIST}{article.pk}/change/").content.decode()


def decide(client: Client, article: Article, slug: str, **sent):
    """What the browser sends from the page of a decision, shown as the article is; a change is minor."""
    last = Version.objects.last_of(article.uuid)
    shown = {"seen": last.number if last else "", "is_major": "0"}
    return client.post(f"{LIST}{article.pk}/{slug}/", shown | sent, follow=True)


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


# --- what is offered is what the table allows


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", TABLE)
def test_the_form_shows_exactly_what_the_table_allows(role, state):
    article, user = make_article(**STATES[state]), person(role)
    allowed = set(TABLE[role][state].split())
    client = Client()
    if role != "anonymous":
        client.force_login(user)
    response = client.get(f"{LIST}{article.pk}/change/")
    if role in ("anonymous", "without a group"):
        assert (response.status_code, response.get("Location", "")[:13]) in (
            (302, "/admin/login/"),
            (403, ""),
        )
        return
    page = response.content.decode()
    offered = {slug or other for slug, other in BUTTON.findall(page)}
    assert offered == {
        step.slug for action, step in STEPS.items() if action in allowed and action != Action.DELETE
    }
    assert ('name="_save"' in page) == ("edit" in allowed)
    assert (f"{LIST}{article.pk}/delete/" in page) == ("delete" in allowed)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", TABLE)
def test_each_page_answers_those_alone_whom_the_table_allows(role, state):
    article, user = make_article(**STATES[state]), person(role)
    client = Client()
    if role != "anonymous":
        client.force_login(user)
    before = list(Article.objects.values())
    for action, step in STEPS.items():
        address = f"{LIST}{article.pk}/{'delete' if action == Action.DELETE else step.slug}/"
        is_allowed = action in TABLE[role][state].split()
        assert (client.get(address).status_code == 200) == is_allowed
        if not is_allowed:
            sent = {"note": "Motif.", "how": "gone"}
            assert client.post(address, sent).status_code in (302, 403)
    assert list(Article.objects.values()) == before
    assert not Version.objects.exclude(act=Act.FOUND).exists()


def test_a_right_is_needed_in_django_too():
    user = make_member(WRITERS)
    user.groups.clear()
    user.user_permissions.add(Permission.objects.get(codename="view_article"))
    article = make_article(status=Status.DRAFT)
    page = page_of(logged_in(user), article)
    assert BUTTON.findall(page) == []
    assert 'name="_save"' not in page


# --- the way through


def test_an_article_goes_its_way_in_the_tool(writer, publisher):
    assert writer.post(ADD, form(title="Le guichet", _then="relecture")).status_code == 302
    article = Article.objects.get()
    assert article.status == Status.DRAFT
    assert messages_of(decide(writer, article, "relecture", note="Prêt.")) == ["L’article est en relecture."]
    refused = decide(publisher, article, "renvoi", note=" ")
    assert "Dites à l’auteur ce qu’il doit revoir." in refused.content.decode()
    decide(publisher, article, "renvoi", note="Il manque la date.")
    decide(writer, article, "relecture")
    assert messages_of(decide(publisher, article, "publication")) == ["L’article est publié."]
    article.refresh_from_db()
    assert article.is_public()
    acts = Version.objects.order_by("number").values_list("act", "author__username", "note")
    assert list(acts) == [
        ("saved", "autrice", ""),
        ("submitted", "autrice", "Prêt."),
        ("returned", "editeur", "Il manque la date."),
        ("submitted", "autrice", ""),
        ("published", "editeur", ""),
    ]


def test_what_colleagues_ask_stands_above_the_form_until_it_is_done(writer, publisher):
    article = make_article(status=Status.DRAFT)
    assert 'id="asked-title"' not in page_of(writer, article)
    decide(writer, article, "relecture", note="Prêt pour lundi.")
    assert "Prêt pour lundi." in page_of(publisher, article)
    decide(publisher, article, "renvoi", note="Il manque la date.")
    page = page_of(writer, article)
    assert "Il manque la date." in page
    assert "Renvoyé à la rédaction</h2>" in page
    assert "Prêt pour lundi." not in page
    assert save(writer, article, title="Le guichet").status_code == 302
    assert "Il manque la date." in page_of(writer, article)
    decide(publisher, article, "publication")
    assert "Il manque la date." not in page_of(publisher, article)


def test_who_may_only_read_an_article_is_told_why_and_what_may_be_done(writer, publisher):
    article = make_article()
    page = page_of(writer, article)
    assert "Vous pouvez lire cet article, pas le modifier" in page
    assert "demandez à une personne du groupe « Publication » de le faire" in page
    assert "préparez une nouvelle version" in page
    assert "pas le modifier" not in page_of(publisher, article)


def test_who_may_only_read_an_article_sees_what_its_items_have(writer):
    article = make_article()
    make_carousel_image(article, alt_text="Une place")
    make_video(article)
    make_attachment(article)
    page = page_of(writer, article)
    assert "Une place" in page
    assert "None" not in page
    assert "Fichier de l’image" in page_of(writer, make_article(status=Status.DRAFT))


@pytest.mark.parametrize(
    ("status", "said"), [(Status.DRAFT, "est enregistré."), (Status.PUBLISHED, "est à jour, et en ligne.")]
)
def test_saving_says_whether_readers_see_it(publisher, status, said):
    article = make_article(status=status)
    sent = form_of(publisher, article, title="Le guichet", _continue="1")
    page = publisher.post(f"{LIST}{article.pk}/change/?_changelist_filters=etat%3Ddraft", sent)
    assert page.url.endswith("/change/?_changelist_filters=etat%3Ddraft")
    (message,) = messages_of(publisher.get(page.url))
    assert "Le guichet" in message
    assert message.endswith(said)


def test_what_was_typed_is_saved_before_a_decision(writer):
    article = make_article(status=Status.DRAFT)
    response = save(writer, article, title="Autre titre", _then="relecture")
    assert response["Location"] == f"{LIST}{article.pk}/relecture/"
    assert Article.objects.get().title == "Autre titre"


def test_a_decision_that_is_not_offered_is_not_followed(writer):
    article = make_article(status=Status.DRAFT)
    assert save(writer, article, _then="publication")["Location"] == LIST
    assert save(writer, article, _then="//ailleurs.example")["Location"] == LIST


def test_a_time_to_come_is_scheduled_by_that_name(publisher):
    article = make_article(status=Status.DRAFT, published_at=timezone.now() + timedelta(days=2))
    assert "Publier ou programmer…" in page_of(publisher, article)
    when = date_format(timezone.localtime(article.published_at), "l j F Y à H:i")
    assert messages_of(decide(publisher, article, "publication")) == [
        f"L’article est programmé : il paraîtra de lui-même le {when}."
    ]
    assert messages_of(decide(publisher, article, "deprogrammation")) == [
        "La programmation est annulée : l’article est un brouillon."
    ]


def test_a_state_cannot_be_sent_with_the_form(writer):
    article = make_article(status=Status.DRAFT)
    save(writer, article, status="published", title="Autre")
    assert Article.objects.get().status == Status.DRAFT
    writer.post(ADD, form(title="Neuf", status="published"))
    assert Article.objects.get(title="Neuf").status == Status.DRAFT


def test_the_second_publication_is_refused_on_its_page(publisher):
    article = make_article(status=Status.IN_REVIEW)
    decide(publisher, article, "publication")
    [said] = messages_of(decide(publisher, article, "publication"))
    assert "est publié : pour publier, il doit être en brouillon ou en relecture." in said
    assert "Dernière action : publication par editeur" in said


# --- changes of what is online


def test_a_change_of_substance_is_told_to_readers(publisher):
    article = make_article()
    assert (
        save(publisher, article, body="Nouveau.", is_major="on", public_note="Horaires d’été.").status_code
        == 302
    )
    article.refresh_from_db()
    today = timezone.localdate()
    assert article.updated_on == today
    assert article.changes == [{"on": today.isoformat(), "note": "Horaires d’été."}]
    version = Version.objects.last_of(article.uuid)
    assert (version.is_major, version.public_note) == (True, "Horaires d’été.")


@pytest.mark.parametrize(
    ("sent", "field"),
    [({"is_major": "on"}, "public_note"), ({"public_note": "Horaires."}, "is_major")],
)
def test_a_change_of_substance_has_a_note_and_a_minor_one_none(publisher, sent, field):
    article = make_article()
    assert list(errors_of(save(publisher, article, body="Nouveau.", **sent))) == [field]
    assert Article.objects.get().changes == []


def test_a_minor_change_keeps_its_own_note(publisher):
    article = make_article()
    save(publisher, article, body="Nouveau.", note="Coquille.")
    version = Version.objects.last_of(article.uuid)
    assert (version.is_major, version.note, Article.objects.get().updated_on) == (False, "Coquille.", None)


def test_a_form_sent_unchanged_makes_no_version(publisher):
    article = make_article()
    versions.begin(Article.objects.all())
    save(publisher, article)
    assert Version.objects.count() == 1


def test_a_document_removed_from_a_page_leaves_word_that_it_is_gone(publisher):
    article = make_article()
    document = make_attachment(article)
    versions.begin(Article.objects.all())
    save(publisher, article, **{"attachments-0-DELETE": "on"})
    assert GoneAddress.objects.get().address == document.address


# --- two people on one article


def test_a_stale_form_is_refused_once_with_the_difference_and_what_was_typed(publisher):
    article = make_article(title="Eau", chapeau="Un chapeau.")
    versions.begin(Article.objects.all())
    mine = form_of(publisher, article, title="Titre à moi")
    other = logged_in(make_member(PUBLISHERS, "b", first_name="Grace", last_name="H."))
    save(other, article, chapeau="Un chapeau à elle.")
    address = f"{LIST}{article.pk}/change/"
    refused = publisher.post(address, mine)
    page = refused.content.decode()
    assert Article.objects.get().title == "Eau"
    [error] = errors_of(refused)["__all__"]
    assert error.startswith("Grace H. a changé cet article pendant que vous l’écriviez, le ")
    assert 'value="Titre à moi"' in page
    assert "Ce qui a changé pendant que vous écriviez" in page
    assert re.search(r"<ins>.*à elle", page)
    sent = mine | {"seen": refused.context["adminform"].form["seen"].value()}
    assert publisher.post(address, sent).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.chapeau) == ("Titre à moi", "Un chapeau.")
    assert Version.objects.filter(article_uuid=article.uuid).count() == 3


def test_a_stale_form_is_shown_the_files_that_others_changed_as_the_history_shows_them(publisher):
    article = make_article(body="Un texte.")
    image = make_carousel_image(article, key="une", file=store("a.png", image_bytes(20)))
    versions.begin(Article.objects.all())
    mine = form_of(publisher, article, title="Titre à moi")
    image.file = store("b.png", image_bytes(30))
    image.save()
    article.body = "Un texte.\n\n![Un plan](/uploads/plan.png)"
    article.save()
    article.body_images.update(file=store("plan.png", image_bytes(40)))
    make_attachment(article, key="horaires")
    publishing.keep(article, None)
    page = publisher.post(f"{LIST}{article.pk}/change/", mine).content.decode()
    conflict = page.partition('id="conflict-title"')[2].partition("<form")[0]
    said = " ".join(re.sub(r"<[^>]+>", " ", conflict).replace("\xa0", " ").split())
    assert "Document « horaires » : + ajout" in said
    assert "Fichier de l’image « une » : remplacement" in said
    assert "Image du texte « /uploads/plan.png » : + ajout" in said
    old, new = Version.objects.filter(article_uuid=article.uuid).order_by("pk")
    for version in (old, new):
        assert reverse("admin:articles_version_file", args=[version.pk, "image:une"]) in conflict


def test_a_public_note_for_a_page_that_others_withdrew_meanwhile_is_given_back(publisher):
    article = make_article()
    versions.begin(Article.objects.all())
    sent = form_of(publisher, article, title="Titre", is_major="on", public_note="Un titre plus juste.")
    publishing.withdraw(article, make_member(PUBLISHERS, "b"))
    refused = publisher.post(f"{LIST}{article.pk}/change/", sent)
    assert "Un titre plus juste.</textarea>" in refused.content.decode()
    sent["seen"] = refused.context["adminform"].form["seen"].value()
    refused = publisher.post(f"{LIST}{article.pk}/change/", sent)
    [error] = errors_of(refused)["public_note"]
    assert "personne ne verrait cette note publique" in error
    assert "Un titre plus juste.</textarea>" in refused.content.decode()
    assert publisher.post(f"{LIST}{article.pk}/change/", sent | {"public_note": ""}).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.changes) == ("Titre", [])


def test_a_form_without_its_number_is_stale(publisher):
    article = make_article()
    versions.begin(Article.objects.all())
    assert "__all__" in errors_of(save(publisher, article, seen=""))
    assert "__all__" in errors_of(save(publisher, article, seen="0"))


def test_an_image_that_others_removed_meanwhile_comes_back_with_what_was_typed(publisher):
    article = make_article()
    _first, second, _third = (make_carousel_image(article, alt_text=f"Image {n}") for n in "abc")
    versions.begin(Article.objects.all())
    mine = form_of(publisher, article) | {"carousel_images-1-caption": "Une légende à moi"}
    second.delete()
    publishing.keep(article, None)
    address = f"{LIST}{article.pk}/change/"
    refused = publisher.post(address, mine)
    formset = refused.context["inline_admin_formsets"][0].formset
    assert [row["alt_text"].value() for row in formset] == ["Image a", "Image c", "Image b"]
    assert formset.forms[2]["caption"].value() == "Une légende à moi"
    assert formset.initial_form_count() == 2
    assert list(formset.forms[2].errors) == ["upload"]


def test_who_writes_while_another_publishes_keeps_what_was_typed(writer, publisher):
    article = make_article(status=Status.DRAFT)
    versions.begin(Article.objects.all())
    mine = form_of(writer, article, title="Titre à moi")
    decide(publisher, article, "publication")
    refused = writer.post(f"{LIST}{article.pk}/change/", mine)
    assert refused.status_code == 200
    assert 'value="Titre à moi"' in refused.content.decode()
    assert "demandez à une personne du groupe « Publication » de le faire" in refused.content.decode()
    assert Article.objects.get().title != "Titre à moi"


@pytest.mark.parametrize("two_people", [False, True])
@pytest.mark.parametrize(
    ("slug", "start"),
    [
        ("publication", {"status": Status.IN_REVIEW}),
        ("publication", {"status": Status.DRAFT, "published_at": timezone.now() + timedelta(days=2)}),
        ("remise-en-ligne", {"status": Status.WITHDRAWN}),
    ],
)
def test_a_text_that_changed_since_it_was_looked_at_does_not_go_out_unseen(
    publisher, settings, slug, start, two_people
):
    settings.SECOND_PERSON = two_people
    article = make_article(**start)
    grace = make_member(PUBLISHERS, "b", first_name="Grace", last_name="H.")
    versions.record(article, None)
    address = f"{LIST}{article.pk}/{slug}/"
    opened = publisher.get(address).context["form"]["seen"].value()
    article.title = "Un autre titre"
    article.save()
    publishing.keep(article, grace)
    refused = publisher.post(address, {"seen": opened, "note": "Vu."})
    page = refused.content.decode()
    assert Article.objects.get().status == start["status"]
    assert "enregistrement par Grace H., le " in page
    assert "Vu.</textarea>" in page
    [comparison] = re.findall(r'href="(/admin/articles/version/article/[^"]+/comparer/[^"]+)"', page)
    shown = publisher.get(comparison.replace("&amp;", "&"))
    assert "Un autre titre" in re.sub("<.*?>", "", shown.content.decode())
    sent = {"seen": refused.context["form"]["seen"].value(), "note": "Vu."}
    assert publisher.post(address, sent).status_code == 302
    assert Article.objects.get().status == Status.PUBLISHED


def test_a_new_version_that_takes_a_correction_over_is_looked_at_again(publisher):
    live = make_article(title="Avant", body="Un.")
    decide(publisher, live, "nouvelle-version")
    draft = Article.objects.get(replaces=live)
    opened = Version.objects.last_of(draft.uuid).number
    save(publisher, live, body="Deux.")
    refused = decide(publisher, draft, "publication", seen=opened)
    assert "report d’une correction de la page en ligne par editeur" in refused.content.decode()
    assert Article.objects.filter(replaces=live).exists()
    decide(publisher, draft, "publication")
    assert not Article.objects.filter(replaces=live).exists()


@pytest.mark.parametrize("seen", [{}, {"seen": ""}, {"seen": "x"}, {"seen": "9" * 5000}])
def test_a_decision_without_its_number_is_asked_again(publisher, seen):
    article = make_article(status=Status.DRAFT)
    versions.record(article, None)
    page = publisher.post(f"{LIST}{article.pk}/publication/", seen)
    assert "L’article a changé depuis que cette page est ouverte" in page.content.decode()
    assert Article.objects.get().status == Status.DRAFT


# --- what is written into an article that goes meanwhile


def sent_by_form(client, article, **fields):
    """What the browser sends, what is hidden in the page included."""
    [uuid] = re.findall(r'name="of" value="([^"]+)"', page_of(client, article))
    return form_of(client, article, **fields) | {"of": uuid}


def test_what_was_written_into_a_version_that_another_published_can_be_copied(writer, publisher):
    live = make_article(title="Eau")
    decide(writer, live, "nouvelle-version")
    draft = Article.objects.get(replaces=live)
    make_carousel_image(draft)
    mine = sent_by_form(writer, draft, title="L’eau & moi", body="Un texte\r\nà moi.")
    mine["carousel_images-0-caption"] = "Une légende à moi"
    decide(publisher, draft, "publication")
    lost = writer.post(f"{LIST}{draft.pk}/change/", mine)
    page = lost.content.decode()
    assert lost.status_code == 410
    assert "Cette version a déjà été publiée par editeur : elle a pris la place de la page." in page
    assert f'href="{LIST}{live.pk}/change/"' in page
    box = r'<label for="([^"]+)">(.*?) :</label>\s*<textarea id="\1" rows="\d+" readonly>(.*?)</'
    shown = {label: text for _id, label, text in re.findall(box, page, re.DOTALL)}
    assert shown["Titre"] == "L’eau &amp; moi"
    assert shown["Texte"].splitlines() == ["Un texte", "à moi."]
    assert shown["Image du carrousel 1 – Légende"] == "Une légende à moi"
    assert "Sous-titre" not in shown
    assert Article.objects.get().title == "Eau"


def test_what_was_written_into_a_draft_that_another_deleted_can_be_copied(writer, publisher):
    draft = make_article(status=Status.DRAFT, title="Eau")
    mine = sent_by_form(writer, draft, title="À moi")
    decide(publisher, draft, "delete")
    lost = writer.post(f"{LIST}{draft.pk}/change/", mine)
    page = lost.content.decode()
    assert "« Eau » a été supprimé entre-temps : voyez la corbeille." in page
    assert f'href="{reverse("admin:articles_version_bin")}"' in page
    assert ">À moi</textarea>" in page
    publishing.undelete(draft.uuid, make_member(WRITERS, "c"))
    page = writer.post(f"{LIST}{draft.pk}/change/", mine).content.decode()
    assert "est revenu de la corbeille" in page
    assert f'href="{LIST}{Article.objects.get().pk}/change/"' in page


def test_a_link_to_a_form_leads_to_what_has_become_of_its_article(writer, publisher):
    live, other = make_article(title="Eau"), make_article(title="Feu", status=Status.DRAFT)
    decide(writer, live, "nouvelle-version")
    draft = Article.objects.get(replaces=live)
    links = {each: f"{LIST}{each.pk}/change/?of={each.uuid}" for each in (draft, other)}
    assert [writer.get(link).status_code for link in links.values()] == [200, 200]
    decide(publisher, draft, "publication")
    decide(publisher, other, "delete")
    page = writer.get(links[draft], follow=True)
    assert page.redirect_chain == [(f"{LIST}{live.pk}/change/", 302)]
    assert "elle a pris la place de la page" in page.content.decode()
    page = writer.get(links[other], follow=True)
    assert page.redirect_chain == [(reverse("admin:articles_version_bin"), 302)]
    back = publishing.undelete(other.uuid, make_member(WRITERS, "c"))
    assert writer.get(links[other])["Location"] == f"{LIST}{back.pk}/change/"
    for of in ("x", "00000000-0000-0000-0000-000000000000"):
        assert writer.get(f"{LIST}999/change/?of={of}")["Location"] == "/admin/"
    assert logged_in(person("without a group")).get(links[other]).status_code == 403


def test_what_is_said_of_a_decision_can_be_copied_too(publisher):
    article = make_article()
    [uuid] = re.findall(
        r'name="of" value="([^"]+)"', publisher.get(f"{LIST}{article.pk}/retrait/").content.decode()
    )
    decide(publisher, article, "retrait", how="gone")
    decide(publisher, article, "delete")
    sent = {"how": "notice", "notice": "Voyez la mairie.", "of": uuid}
    lost = publisher.post(f"{LIST}{article.pk}/retrait/", sent)
    assert lost.status_code == 410
    assert ">Voyez la mairie.</textarea>" in lost.content.decode()


@pytest.mark.parametrize("of", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_what_is_sent_for_an_article_that_never_was_can_be_copied(writer, of):
    lost = writer.post(f"{LIST}999/change/", form(title="À moi", of=of))
    assert lost.status_code == 404
    assert ">À moi</textarea>" in lost.content.decode()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)  # what is refused is rolled back
def test_what_has_become_of_an_article_is_told_to_those_alone_who_read_articles(writer, publisher):
    draft = make_article(status=Status.DRAFT, title="Eau secrète")
    decide(publisher, draft, "delete")
    sent = form(title="À moi", of=draft.uuid)
    stranger = logged_in(person("without a group"))
    for address in ("change", "publication"):
        assert "Eau secrète" in writer.post(f"{LIST}{draft.pk}/{address}/", sent).content.decode()
        assert stranger.post(f"{LIST}{draft.pk}/{address}/", sent).status_code == 403


def test_a_number_sent_with_a_form_does_not_choose_what_is_saved(writer):
    mine, other = make_article(status=Status.DRAFT), make_article(status=Status.DRAFT, title="Autre")
    assert save(writer, mine, title="À moi", of=other.uuid).status_code == 302
    assert list(Article.objects.order_by("pk").values_list("title", flat=True)) == ["À moi", "Autre"]
    assert Article.objects.get(pk=mine.pk).uuid == mine.uuid


# --- a new version beside the page


def test_a_new_version_is_opened_written_and_published_in_the_tool(writer, publisher):
    live = make_article(title="Avant", tags=["eau"])
    address = live.get_absolute_url()
    decide(writer, live, "nouvelle-version")
    draft = Article.objects.get(replaces=live)
    page = page_of(writer, draft)
    assert "Nouvelle version d’une page en ligne" in page
    for name in ("section", "slug", "redirect_to"):
        assert f'name="{name}"' not in page
    assert "Une nouvelle version est en préparation" in page_of(writer, live)
    assert save(writer, draft, title="Après").status_code == 302
    assert Client().get(address).content.decode().count("Après") == 0
    decide(writer, draft, "relecture")
    unsaid = decide(publisher, draft, "publication", is_major="")
    assert "Dites si ce changement est mineur, ou de fond." in unsaid.content.decode()
    refused = decide(publisher, draft, "publication", is_major="1")
    assert "écrivez ce qui change" in refused.content.decode()
    done = decide(publisher, draft, "publication", is_major="1", public_note="Nouveau titre.")
    assert messages_of(done) == ["La nouvelle version est en ligne."]
    assert done.redirect_chain[-1][0] == f"{LIST}{live.pk}/change/"
    live.refresh_from_db()
    assert (live.title, live.get_absolute_url()) == ("Après", address)


def test_a_new_version_says_that_it_puts_a_withdrawn_page_back(publisher):
    live = make_article(status=Status.WITHDRAWN, withdrawal_notice="Périmé.")
    asked = publisher.get(f"{LIST}{live.pk}/nouvelle-version/").content.decode()
    assert "Elle reste retirée" in asked
    assert messages_of(decide(publisher, live, "nouvelle-version")) == [
        "La nouvelle version est ouverte : la page reste retirée."
    ]
    draft = Article.objects.get(replaces=live)
    told = "La page est retirée : publier cette version la remet en ligne"
    for address in (f"{draft.pk}/change/", f"{draft.pk}/publication/", f"{live.pk}/change/"):
        page = publisher.get(f"{LIST}{address}").content.decode()
        assert told in page
        assert "page en ligne" not in page
    Article.objects.filter(pk=live.pk).update(status=Status.PUBLISHED, withdrawal_notice="")
    for address in (f"{draft.pk}/change/", f"{draft.pk}/publication/"):
        page = publisher.get(f"{LIST}{address}").content.decode()
        assert told not in page
        assert "page en ligne" in page


@pytest.mark.parametrize(
    "sent", [{"how": "notice", "notice": "Périmé."}, {"how": "redirect", "redirect_to": "/agenda/"}]
)
def test_a_page_withdrawn_while_its_new_version_is_written_comes_back_with_it(publisher, sent):
    live = make_article(title="Avant")
    decide(publisher, live, "nouvelle-version")
    draft = Article.objects.get(replaces=live)
    decide(publisher, live, "retrait", **sent)
    assert "est retirée" in publisher.get(f"{LIST}{draft.pk}/publication/").content.decode()
    decide(publisher, draft, "publication")
    assert Client().get(live.get_absolute_url()).status_code == 200


def test_only_what_has_not_appeared_yet_is_told_how_to_be_scheduled(publisher):
    live = make_article()
    decide(publisher, live, "nouvelle-version")
    to_come = make_article(status=Status.DRAFT, published_at=None)
    said = [
        "programme la publication" in page_of(publisher, each)
        for each in (to_come, live, Article.objects.get(replaces=live))
    ]
    assert said == [True, False, False]


def test_a_page_does_not_leave_for_an_address_where_nothing_is(publisher):
    article = make_article()
    draft = make_article(status=Status.DRAFT)
    other = make_article()
    for target in ("/actualites/faute-de-frappe/", draft.get_absolute_url()):
        refused = decide(publisher, article, "retrait", how="redirect", redirect_to=target)
        assert "Aucune page du site n’est à cette adresse" in refused.content.decode()
        assert Article.objects.get(pk=article.pk).status == Status.PUBLISHED
    for target in (other.get_absolute_url(), "https://exemple.example/ailleurs/"):
        decide(publisher, article, "retrait", how="redirect", redirect_to=target)
        assert Article.objects.get(pk=article.pk).redirect_to == target


def test_a_new_version_is_deleted_without_its_page_and_told_apart_in_the_bin(writer, publisher):
    live = make_article()
    decide(writer, live, "nouvelle-version")
    draft = Article.objects.get(replaces=live)
    asked = writer.get(f"{LIST}{draft.pk}/delete/").content.decode()
    assert "la page elle-même ne change pas" in asked
    decide(writer, draft, "delete")
    assert "Nouvelle version, de la page" in writer.get("/admin/articles/version/corbeille/").content.decode()


def test_what_a_new_version_changes_is_compared_with_the_page(writer, publisher):
    live = make_article(title="Avant")
    decide(writer, live, "nouvelle-version")
    draft = Article.objects.get(replaces=live)
    save(writer, draft, title="Après")
    address = f"{LIST}{draft.pk}/publication/"
    for page in (page_of(writer, draft), publisher.get(address).content.decode()):
        found = re.search(r'href="([^"]+)">Voir ce que cette version', page)
        compared = publisher.get(found[1].replace("&amp;", "&")).content.decode()
        assert re.search(r"<del>.*?Avant.*?</del>.*?<ins>.*?Après.*?</ins>", compared, re.DOTALL)
    assert "Voir ce que cette version" not in page_of(publisher, live)


def test_what_a_new_version_adds_is_an_addition_whatever_happened_to_the_page_since(writer, publisher):
    def mended(live, draft):
        for each in (draft, live):
            save(publisher, each, title="Un guichet ouvre")

    def withdrawn(live, draft):
        decide(publisher, live, "retrait", how="notice", notice="Périmé.")

    def erased(live, draft):
        erase([Version.objects.get(article_uuid=live.uuid, number=1)], make_administrator(), "Un nom.")

    for happen in (mended, withdrawn, erased):
        live = make_article(title="Un gichet ouvre", body="Un.")
        versions.record(live, None)
        save(publisher, live, chapeau="Un autre chapeau.")
        decide(writer, live, "nouvelle-version")
        draft = Article.objects.get(replaces=live)
        save(writer, draft, body="Un.\r\n\r\nParagraphe neuf.")
        happen(live, draft)
        assert Version.objects.last_of(live.uuid).pk > Version.objects.last_of(draft.uuid).pk
        address = f"{LIST}{draft.pk}/publication/"
        for page in (page_of(publisher, draft), publisher.get(address).content.decode()):
            found = re.search(r'href="([^"]+)">Voir ce que cette version', page)
            compared = publisher.get(found[1].replace("&amp;", "&")).content.decode()
            assert re.search(r"<ins>(?:(?!</ins>).)*Paragraphe neuf", compared, re.DOTALL), happen.__name__
            assert not re.search(r"<del>(?:(?!</del>).)*Paragraphe neuf", compared, re.DOTALL)


def test_passages_that_both_changed_are_shown_and_ticked(writer, publisher):
    live = make_article(body="Un.")
    decide(writer, live, "nouvelle-version")
    draft = Article.objects.get(replaces=live)
    save(writer, draft, body="Un, demain.")
    save(publisher, live, body="Un, ce soir.")
    page = page_of(writer, draft)
    assert "Passages changés ici et sur la page en ligne" in page
    assert re.search(r"<ins>.*?ce soir.*?</ins>", page)
    refused = decide(publisher, draft, "publication")
    said = "1 passage dit autre chose sur la page et dans cette version : réglez-le."
    assert said in refused.content.decode()
    conflict = draft.merge_conflicts.get()
    save(writer, draft, body="Un, ce soir ou demain.", conflict_settled=str(conflict.pk))
    conflict.refresh_from_db()
    assert conflict.settled_by.username == "autrice"
    assert messages_of(decide(publisher, draft, "publication")) == ["La nouvelle version est en ligne."]
    live.refresh_from_db()
    assert live.body == "Un, ce soir ou demain."


def test_times_that_contradict_each_other_are_settled_and_keep_nobody_from_saving(writer, publisher):
    live = make_article()
    decide(writer, live, "nouvelle-version")
    draft = Article.objects.get(replaces=live)
    in_days = [f"{timezone.localtime() + timedelta(days=days):%Y-%m-%dT%H:%M}" for days in (30, 60)]
    save(writer, draft, published_at=in_days[1])
    save(publisher, live, ends_at=in_days[0])
    live.refresh_from_db()
    assert f"{timezone.localtime(live.ends_at):%Y-%m-%dT%H:%M}" == in_days[0]
    page = page_of(writer, draft)
    assert "Passages changés ici et sur la page en ligne" in page
    assert "[ Un passage inchangé ]" in page  # its date, on the page
    assert "[ Toujours vide ]" in page  # the end, here


def test_a_note_alone_is_kept_in_the_history(writer):
    draft = make_article(status=Status.DRAFT)
    versions.record(draft, None)
    save(writer, draft, note="Relu avec le service.")
    assert Version.objects.last_of(draft.uuid).note == "Relu avec le service."


def clashing_files(publisher) -> tuple[Article, Article]:
    """A page and its next version, in each of which images and a document were replaced."""
    live = make_article(body="Un.\n\n![Un plan](/uploads/plan.png)")
    live.body_images.update(file=store("plan.png", image_bytes(44)))
    make_carousel_image(live, key="une", file=store("a.png", image_bytes(41)))
    make_attachment(live, key="plan", file=store("a.pdf", pdf_bytes(1)))
    versions.record(live, None)
    decide(publisher, live, "nouvelle-version")
    draft = Article.objects.get(replaces=live)
    for article, size in ((draft, 2), (live, 3)):
        article.body_images.update(file=store("plan.png", image_bytes(40 * size + 4)))
        sent = {
            "carousel_images-0-upload": upload("b.png", image_bytes(40 * size)),
            "attachments-0-upload": upload("b.pdf", pdf_bytes(size)),
        }
        assert save(publisher, article, **sent).status_code == 302
    return live, draft


CLASHING = ("document:plan", "image:une", "text:/uploads/plan.png")


def read_files(client: Client, page: str) -> dict[str, bytes]:
    """The files that the passages of a form lead to, by the names of their links."""
    passages = page.partition('class="passages"')[2].partition("</section>")[0]
    links = re.findall(r'<a href="(/admin/[^"]+/fichiers/[^"]+)">(.*?)</a>', passages, re.DOTALL)
    found = {}
    for address, inside in links:
        name = re.search(r'alt="([^"]*)"', inside)
        response = client.get(address)
        assert response.status_code == 200
        found[name[1] if name else inside.strip()] = b"".join(response)
    return found


def test_files_that_both_replaced_are_both_shown_and_read(writer, publisher):
    _live, draft = clashing_files(publisher)
    page = page_of(writer, draft).replace("\xa0", " ")
    conflicts = {each.field: each for each in draft.merge_conflicts.waiting()}
    assert sorted(conflicts) == sorted(CLASHING)
    files = read_files(writer, page)
    assert files["Cette version : Fichier du document « plan »"] == pdf_bytes(2)
    assert files["La page : Fichier du document « plan »"] == pdf_bytes(3)
    for what in ("Fichier de l’image « une »", "Image du texte « /uploads/plan.png »"):
        assert files[f"Cette version : {what}"] != files[f"La page : {what}"]
    passages = page.partition('class="passages"')[2].partition("</section>")[0]
    assert passages.count('class="thumbnail"') == 4
    assert len(re.findall("2 pages|3 pages", passages)) == 2
    assert "<del>" not in passages
    assert "<ins>" not in passages
    said = re.sub(r"<[^>]+>", " ", passages)
    assert not any(sha256 in said for each in conflicts.values() for sha256 in (each.ours, each.theirs))
    for place in re.findall(r'href="#([^"]+)">Aller au champ', passages):
        assert f'id="{place}"' in page


@pytest.mark.parametrize("kept", ["ours", "theirs"])
def test_files_that_both_replaced_are_settled_either_way_and_neither_is_lost(kept, writer, publisher):
    live, draft = clashing_files(publisher)
    conflicts = {each.field: each for each in draft.merge_conflicts.waiting()}
    sent = {}
    if kept == "theirs":
        files = read_files(writer, page_of(writer, draft).replace("\xa0", " "))
        sent = {
            "carousel_images-0-upload": upload("c.png", files["La page : Fichier de l’image « une »"]),
            "attachments-0-upload": upload("c.pdf", files["La page : Fichier du document « plan »"]),
        }
    settled = [str(each.pk) for each in conflicts.values()]
    assert save(writer, draft, conflict_settled=settled, **sent).status_code == 302
    decide(publisher, draft, "publication")
    image, document = live.carousel_images.get(), live.attachments.get()
    assert document.file.sha256 == getattr(conflicts["document:plan"], kept)
    assert image.file.width == {"ours": 80, "theirs": 120}[kept]
    known = Version.objects.of(live.uuid)
    for name, conflict in conflicts.items():
        for sha256 in (conflict.ours, conflict.theirs):
            holder = next(each for each in known if each.files.get(name) == sha256)
            assert b"".join(publisher.get(reverse("admin:articles_version_file", args=[holder.pk, name])))


def test_of_a_file_that_one_side_took_away_the_other_is_shown(writer, publisher):
    live = make_article()
    make_carousel_image(live, key="une")
    versions.record(live, None)
    decide(publisher, live, "nouvelle-version")
    draft = Article.objects.get(replaces=live)
    draft.carousel_images.all().delete()
    publishing.keep(draft, None)
    save(publisher, live, **{"carousel_images-0-upload": upload("b.png", image_bytes(99))})
    page = page_of(writer, draft).replace("\xa0", " ")
    assert list(read_files(writer, page)) == ["La page : Fichier de l’image « une »"]
    assert "Fichier retiré" in page
    assert draft.carousel_images.get().file.sha256 == live.carousel_images.get().file.sha256


def test_a_file_that_was_erased_before_it_was_settled_is_said_to_be_gone(writer, publisher):
    _live, draft = clashing_files(publisher)
    conflict = draft.merge_conflicts.get(field="document:plan")
    conflict.theirs = "0" * 64
    conflict.save()
    page = page_of(writer, draft)
    assert "Ce fichier n’est plus conservé." in page
    assert "Fichier retiré" not in page


def test_passages_of_another_article_are_not_ticked(writer):
    live, other = make_article(body="Un."), make_article(status=Status.DRAFT)
    decide(writer, live, "nouvelle-version")
    draft = Article.objects.get(replaces=live)
    conflict = draft.merge_conflicts.create(field="title")
    save(writer, other, conflict_settled=[str(conflict.pk), "x"])
    conflict.refresh_from_db()
    assert conflict.settled_at is None


# --- leaving


def test_what_leads_to_a_page_is_shown_before_it_is_withdrawn(publisher):
    article = make_article(title="Eau", slug="l’eau", tags=["eau"], pinned=True)
    make_article(title="Un lien", body=f"[Lire]({article.get_absolute_url()}#suite)")
    make_article(title="Un homonyme", body="[Lire](/agenda/l’eau/)")
    make_article(title="Une redirection", redirect_to=article.get_absolute_url())
    make_article(title="Water", language="en", translation_of=article)
    page = publisher.get(f"{LIST}{article.pk}/retrait/").content.decode()
    for words in (
        "Un lien",
        "Une redirection",
        "Water",
        "/mots-cles/eau/",
        "/actualites/flux.atom",
        "/sitemap.xml",
    ):
        assert words in page
    assert "Un homonyme" not in page


WITHDRAWALS = [
    ({"how": "notice", "notice": "Ce guichet a fermé."}, 200, "son texte reste lisible"),
    ({"how": "redirect", "redirect_to": "/agenda/"}, 301, "son adresse mène à l’autre page"),
    ({"how": "gone"}, 410, "son adresse répond qu’il n’est plus en ligne"),
]


@pytest.mark.parametrize(("sent", "status", "said"), WITHDRAWALS)
@pytest.mark.parametrize("hours", [-1, 1])
def test_what_a_withdrawal_says_holds_whatever_the_end_of_the_page(
    publisher, hours, sent, status, said, monkeypatch
):
    article = make_article(ends_at=timezone.now() + timedelta(hours=hours))
    (message,) = messages_of(decide(publisher, article, "retrait", **sent))
    assert said in message
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert Client().get(article.get_absolute_url()).status_code == status


@pytest.mark.parametrize(("sent", "status", "said"), WITHDRAWALS)
def test_a_page_is_withdrawn_in_three_ways_and_put_back(publisher, sent, status, said):
    article = make_article()
    (message,) = messages_of(decide(publisher, article, "retrait", **sent))
    assert message.startswith(f"L’article est retiré : {said}")
    assert Client().get(article.get_absolute_url()).status_code == status
    assert messages_of(decide(publisher, article, "remise-en-ligne")) == [
        "L’article est de nouveau en ligne."
    ]
    assert Client().get(article.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choisissez ce que devient la page."),
        ({"how": "notice"}, "Écrivez l’avis que les lecteurs verront."),
        ({"how": "redirect"}, "Donnez l’adresse de l’autre page."),
        ({"how": "redirect", "redirect_to": "javascript:alert(1)"}, "adresse en https://"),
    ],
)
def test_a_withdrawal_that_says_too_little_is_asked_again(publisher, sent, sentence):
    article = make_article()
    page = decide(publisher, article, "retrait", **sent).content.decode()
    assert sentence in page
    assert Article.objects.get().status == Status.PUBLISHED


@pytest.mark.parametrize(("sent", "status", "said"), WITHDRAWALS)
@pytest.mark.parametrize(
    ("before", "how"),
    [
        ({"withdrawal_notice": "Périmé."}, "notice"),
        ({"redirect_to": "/plan-du-site/"}, "redirect"),
        ({}, "gone"),
    ],
)
def test_how_a_page_left_is_changed_on_the_page_that_decides_it(publisher, before, how, sent, status, said):
    article = make_article(status=Status.WITHDRAWN, **before)
    versions.begin(Article.objects.all())
    assert "Modifier le retrait…" in page_of(publisher, article)
    asked = publisher.get(f"{LIST}{article.pk}/retrait/").context["form"]
    shown = {name: asked[name].value() for name in ("how", "notice", "redirect_to")}
    assert shown == {
        "how": how,
        "notice": before.get("withdrawal_notice", ""),
        "redirect_to": before.get("redirect_to", ""),
    }
    (message,) = messages_of(decide(publisher, article, "retrait", **sent))
    assert said in message
    assert Client().get(article.get_absolute_url()).status_code == status
    last = Version.objects.last_of(article.uuid)
    assert (last.act, last.status_before, last.status_after) == ("withdrawn", "withdrawn", "withdrawn")


@pytest.mark.parametrize("left", [{"withdrawal_notice": "Périmé."}, {"redirect_to": "/agenda/"}])
def test_the_form_of_a_withdrawn_page_does_not_change_how_it_left(publisher, left):
    article = make_article(status=Status.WITHDRAWN, **left)
    assert 'name="redirect_to"' in page_of(publisher, make_article())
    assert 'name="redirect_to"' not in page_of(publisher, article)
    before = Client().get(article.get_absolute_url()).status_code
    for sent in ("", "/plan-du-site/"):
        assert save(publisher, article, title=f"Autre {sent}", redirect_to=sent).status_code == 302
        assert Client().get(article.get_absolute_url()).status_code == before


def test_the_second_of_two_withdrawals_sees_the_first(publisher):
    article = make_article()
    versions.begin(Article.objects.all())
    opened = publisher.get(f"{LIST}{article.pk}/retrait/").context["form"]["seen"].value()
    decide(publisher, article, "retrait", how="notice", notice="Périmé.")
    refused = decide(publisher, article, "retrait", how="gone", seen=opened)
    assert "retrait par editeur, le " in refused.content.decode()
    assert Article.objects.get().withdrawal_notice == "Périmé."


def test_what_was_typed_for_another_choice_is_refused_and_not_lost(publisher):
    article = make_article()
    typed = {"notice": "Reste là ?", "redirect_to": "/agenda/"}
    refused = decide(publisher, article, "retrait", how="gone", **typed)
    assert {*refused.context["form"].errors} == {"notice", "redirect_to"}
    assert "Reste là ?</textarea>" in refused.content.decode()
    assert Article.objects.get().status == Status.PUBLISHED


def test_a_notice_that_stood_there_gives_way_to_another_choice(publisher):
    article = make_article(status=Status.WITHDRAWN, withdrawal_notice="Périmé.")
    decide(publisher, article, "retrait", how="gone", notice="Périmé.")
    assert Article.objects.get().withdrawal_notice == ""


def test_passages_to_be_settled_are_told_where_a_correction_is_saved_and_where_one_publishes(
    writer, publisher
):
    live = make_article(title="Eau")
    draft = publishing.prepare(live, make_member(WRITERS, "c"))
    assert "à régler" not in page_of(publisher, live)
    save(writer, draft, title="L’eau")
    address = f"{LIST}{live.pk}/change/"
    sent = form_of(publisher, live, title="Les eaux", _continue="1")
    saved = publisher.post(address, sent, follow=True)
    link = f'<a href="{LIST}{draft.pk}/change/#passages-title">1 passage est à régler</a>'
    assert f"{link} dans la nouvelle version." in messages_of(saved)
    assert f"{link} dans cette nouvelle version." in saved.content.decode()
    for slug in ("relecture", "publication"):
        assert link in publisher.get(f"{LIST}{draft.pk}/{slug}/").content.decode()
    draft.merge_conflicts.update(settled_at=timezone.now())
    assert "à régler" not in page_of(publisher, live)
    assert link not in publisher.get(f"{LIST}{draft.pk}/publication/").content.decode()


def test_who_may_not_correct_a_page_is_not_told_what_corrections_do(writer, publisher):
    live = make_article()
    draft = publishing.prepare(live, make_member(WRITERS, "c"))
    assert "Ce que vous corrigez ici" in page_of(publisher, live)
    assert "Ce que vous corrigez ici" not in page_of(writer, live)
    assert "avant la publication de cette version" in page_of(writer, draft)


def test_what_can_only_be_read_is_not_said_how_to_be_written(writer, publisher):
    article = make_article()
    make_carousel_image(article)
    make_video(article)
    placing = "écrivez seul sur une ligne"
    assert [placing in page_of(each, article) for each in (publisher, writer)] == [True, False]
    items = page_of(writer, article).partition('id="carousel_images-group"')[2]
    assert 'class="help"\n' not in items.partition('class="article-side"')[0]


@pytest.mark.parametrize("slug", ["retrait", "publication"])
def test_a_choice_that_must_be_made_says_so_and_shows_that_it_was_not(publisher, slug):
    article = make_article()
    if slug == "publication":
        article = publishing.prepare(article, make_member(WRITERS, "c"))
    page = publisher.post(f"{LIST}{article.pk}/{slug}/", {"seen": "1"}).content.decode()
    assert '<fieldset class="choices errors"' in page
    assert '<legend class="required">' in page


def test_a_deleted_page_answers_that_it_is_gone(publisher):
    article = make_article()
    address = article.get_absolute_url()
    decide(publisher, article, "retrait", how="gone")
    assert decide(publisher, article, "delete").redirect_chain == [(LIST, 302)]
    assert not Article.objects.exists()
    assert Client().get(address).status_code == 410


def test_a_page_that_has_been_out_is_not_put_off(publisher):
    article = make_article()
    coming = f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    assert list(errors_of(save(publisher, article, published_at=coming))) == ["published_at"]
    withdrawn = make_article(status=Status.WITHDRAWN)
    assert list(errors_of(save(publisher, withdrawn, published_at=""))) == ["published_at"]
    draft = make_article(status=Status.DRAFT)
    assert save(publisher, draft, published_at=coming).status_code == 302


@pytest.mark.parametrize("hours", [None, -1, 0])
def test_an_embargo_does_not_end_by_its_date_alone(publisher, hours):
    article = make_article(published_at=timezone.now() + timedelta(days=1))
    typed = "" if hours is None else f"{timezone.localtime() + timedelta(hours=hours):%Y-%m-%dT%H:%M}"
    refused = save(publisher, article, title="Autre", published_at=typed)
    [error] = errors_of(refused)["published_at"]
    assert "annulez la programmation, puis publiez" in error
    assert Client().get(article.get_absolute_url()).status_code == 404
    later = f"{timezone.localtime() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    assert save(publisher, article, published_at=later).status_code == 302
    assert save(publisher, article, title="Un autre titre").status_code == 302


def test_the_date_of_what_is_scheduled_does_not_say_that_it_may_be_left_empty(publisher):
    scheduled = make_article(published_at=timezone.now() + timedelta(days=1))
    draft = make_article(status=Status.DRAFT)
    said = "au moment où l’article est publié"
    assert [said in page_of(publisher, each) for each in (scheduled, draft)] == [False, True]


def test_the_former_address_of_a_page_that_has_ended_says_that_it_is_gone(publisher):
    article = make_article(slug="avant", ends_at=timezone.now() - timedelta(minutes=1))
    assert save(publisher, article, slug="apres").status_code == 302
    assert Client().get("/actualites/avant/").status_code == 410


def test_a_new_address_leads_on_from_the_old_one(publisher):
    article = make_article(slug="avant")
    save(publisher, article, slug="apres")
    response = Client().get("/actualites/avant/")
    assert (response.status_code, response["Location"]) == (301, "/actualites/apres/")


def test_a_file_replaced_keeps_its_address_and_stays_with_the_earlier_versions(publisher):
    article = make_article()
    document = make_attachment(article, key="plan")
    versions.begin(Article.objects.all())
    first = document.file
    save(publisher, article, **{"attachments-0-upload": upload("autre.pdf", pdf_bytes(7))})
    document.refresh_from_db()
    assert document.file != first
    old, new = Version.objects.order_by("number")
    assert (old.files["document:plan"], new.files["document:plan"]) == (first.sha256, document.file.sha256)
    assert old.dump == new.dump


# --- limits


def test_an_article_with_all_sorts_of_items_is_saved_within_sixty_queries(
    publisher, django_assert_max_num_queries
):
    article = make_article(tags=["eau", "mer"], body="Un texte.")
    for _ in range(5):
        make_carousel_image(article)
        make_attachment(article)
    for _ in range(2):
        make_video(article)
    versions.begin(Article.objects.all())
    sent = form_of(publisher, article, title="Autre titre", body="Autre texte.")
    for number in range(5):
        sent[f"carousel_images-{number}-caption"] = "Autre légende"
        sent[f"attachments-{number}-title"] = "Autre titre"
    for number in range(2):
        sent[f"video_embeds-{number}-caption"] = "Autre légende"
    with django_assert_max_num_queries(60):
        assert publisher.post(f"{LIST}{article.pk}/change/", sent).status_code == 302
    assert Version.objects.last_of(article.uuid).number == 2


def test_the_list_takes_as_many_queries_however_many_articles(publisher, django_assert_max_num_queries):
    for number in range(60):
        make_article(status=[Status.DRAFT, Status.PUBLISHED][number % 2])
    publishing.prepare(Article.objects.filter(status=Status.PUBLISHED).first(), make_member(PUBLISHERS, "b"))
    with django_assert_max_num_queries(15):
        publisher.get(LIST)


def test_reverse_names_of_decisions_exist():
    for action, step in STEPS.items():
        name = "delete" if action == Action.DELETE else step.slug
        assert reverse(f"admin:articles_article_{name}", args=[1])


# --- what is sent by hand, or by mistake


def test_what_readers_were_told_is_corrected_in_the_form(publisher):
    article = make_article(
        changes=[{"on": "2026-11-25", "note": "Horraires."}, {"on": "2026-11-26", "note": "Lieu."}]
    )
    assert "25/11/2026\u00a0: Horraires." in page_of(publisher, article)
    before = article.changes
    save(publisher, article, title="Autre titre")
    shown = "25/11/2026\u00a0: Horraires.\r\n26/11/2026\u00a0: Lieu."
    assert save(publisher, article, title="Encore un autre", told=shown).status_code == 302
    assert Article.objects.get().changes == before
    for wrong in ("Horaires.", "31/02/2026 : Horaires.", "25/11/1026 : Horaires."):
        refused = save(publisher, article, told=wrong)
        assert refused.status_code == 200
        assert wrong in refused.content.decode()
    save(publisher, article, told="25/11/2026 : Horaires.\r\n\r\n", is_major="on", public_note="Tarifs.")
    told = Article.objects.get().changes
    assert [each["note"] for each in told] == ["Horaires.", "Tarifs."]
    assert told[0]["on"] == "2026-11-25"
    save(publisher, article, told="")
    assert Article.objects.get().changes == []
    assert 'name="told"' not in page_of(publisher, article)


def test_a_draft_tells_readers_of_no_change(writer, publisher):
    draft, live = make_article(status=Status.DRAFT), make_article()
    for article in (draft, live):
        versions.record(article, None)
    save(writer, draft, title="Autre", is_major="on", public_note="Rien de tel.")
    save(publisher, live, title="Autre", is_major="on", public_note="L’adresse du guichet.")
    assert Article.objects.get(pk=draft.pk).changes == []
    assert Version.objects.last_of(draft.uuid).public_note == ""
    assert Article.objects.get(pk=live.pk).changes[0]["note"] == "L’adresse du guichet."


@pytest.mark.parametrize("number", ["9" * 20, "9" * 5000, "-1", "x"])
def test_a_passage_of_no_such_number_is_not_settled(writer, number):
    draft = make_article(status=Status.DRAFT)
    versions.record(draft, None)
    assert save(writer, draft, conflict_settled=number).status_code == 302
    assert writer.get(f"{LIST}{number}/delete/").status_code == 404


def test_a_version_that_was_altered_keeps_nobody_from_saving(publisher):
    article = make_article()
    versions.record(article, None)
    Version.objects.update(dump="---\n")
    assert save(publisher, article, title="Autre").status_code == 302
    sent = form_of(publisher, article, title="Encore", seen=1)
    response = publisher.post(f"{LIST}{article.pk}/change/", sent)
    assert "pendant que vous l’écriviez" in errors_of(response)["__all__"][0]
    assert response.context["adminform"].form["title"].value() == "Encore"


@pytest.mark.parametrize("slug", ["nouvelle-version", "retrait"])
def test_the_summary_of_errors_leads_to_what_each_is_about(publisher, slug):
    article = make_article()
    if slug == "nouvelle-version":
        decide(publisher, article, slug)
        article, slug = Article.objects.get(replaces=article), "publication"
    sent = {"seen": Version.objects.last_of(article.uuid).number} if Version.objects.exists() else {}
    page = publisher.post(f"{LIST}{article.pk}/{slug}/", sent).content.decode()
    places = re.findall(r'<li><a href="#([^"]*)">', page)
    assert places
    for place in places:
        assert f'id="{place}"' in page
