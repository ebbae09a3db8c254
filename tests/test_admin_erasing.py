import re

import pytest
from django.urls import reverse

from articles import erasing, publishing, versions
from articles.admin.erasing import MAX_PASSAGE_LENGTH
from articles.admin.fields import MAX_NOTE
from articles.models import Act, Article, ImportRemark, Version
from articles.roles import ADMINISTRATORS, PUBLISHERS
from articles.verifying import verify

from .factories import make_article, make_imported_post, make_member, make_remark

pytestmark = pytest.mark.django_db

NAME = "Hélène Œuvrard"
REASON = {"reason": "Demande de la personne.", "_erase": ""}


@pytest.fixture
def administrator():
    return make_member(ADMINISTRATORS)


@pytest.fixture
def reader(client, administrator):
    """The browser of an administrator."""
    client.force_login(administrator)
    return client


def say(article: Article, body: str, **said) -> Version:
    """Record a version of the article that says this."""
    article.body = body
    article.save()
    version = versions.record(article, None, **said)
    assert version is not None
    return version


@pytest.fixture
def article() -> Article:
    """An article whose first four versions name somebody, each otherwise, and whose last does not."""
    article = make_article(status="draft")
    say(article, f"Écrivez à {NAME}.")
    say(article, "Écrivez à l’équipe, ou à\nHELENE **OEUVRARD**.")
    say(article, "Écrivez à l’équipe.", note="Plus de Hélène-Œuvrard.")
    say(article, "Écrivez au service.", public_note="helene œuvrard est partie.")
    say(article, "Écrivez à l’accueil.")
    return article


def address(article: Article) -> str:
    return reverse("admin:articles_version_erase", args=[article.uuid])


def looked_for(reader, article, passage=NAME):
    """The page once the passage was looked for."""
    return reader.post(address(article), {"passage": passage})


def shown(page) -> list[tuple[int, bool]]:
    """The versions that the page lists, each with whether it has a box."""
    return [(line.version.number, line.box is not None) for line in page.context.get("lines", ())]


def keys_of(page) -> list[int]:
    return [line.version.pk for line in page.context["lines"] if line.box]


def text_of(page) -> str:
    html = re.sub(r"<head>.*?</head>|<[^>]+>", " ", page.content.decode(), flags=re.S)
    return " ".join(html.replace("&nbsp;", " ").replace("\xa0", " ").split())


def erased(article) -> list[int]:
    kept = Version.objects.of(article.uuid).exclude(erased_at=None).order_by("number")
    return list(kept.values_list("number", flat=True))


# A passage


def test_a_passage_is_found_in_texts_and_notes_whatever_its_accents_case_and_marks(reader, article):
    assert shown(reader.get(address(article))) == []
    page = looked_for(reader, article, "  hélene OEUVRARD ")
    assert shown(page) == [(4, True), (3, True), (2, True), (1, True)]
    assert page.content.decode().count(" checked") == 4
    assert "4 versions disent ce passage" in text_of(page)


@pytest.mark.parametrize(
    "passage", ["01 23 45", "01.23.45", "d’accueil", "(D'ACCUEIL", "l’adjoint : le 01", "★"]
)
def test_a_passage_is_found_however_the_post_writes_it(reader, passage):
    article = make_article(title="L’adjoint : le 01.23.45 d'accueil ★ 'x'")
    versions.record(article, None)
    article.title = "Personne"
    say(article, "Rien.")
    assert shown(looked_for(reader, article, passage)) == [(1, True)]
    assert shown(looked_for(reader, article, "02.23.45")) == []


@pytest.mark.parametrize(
    "written",
    [
        "Luc&nbsp;Bernardin",
        "L&uuml;c&#160;B&eacute;rnardin",
        "Luc **Bern**ardin",
        "Luc Ber\u200bnar\u00addin",
        "Luc <b>Bern</b>ardin",
        "[Luc](https://example.org/fiche) Bernardin",
        "[Luc][1] Bernardin",
        "Luc[^1] Bernardin",
        "Luc{: .nom} Bernardin",
        "Luc\u3164Bernardin",
        "LUC-BERNARDIN",
    ],
)
def test_a_passage_is_found_as_readers_read_it(reader, written):
    article = make_article(status="draft")
    say(article, f"Écrivez à {written} demain.")
    say(article, "Écrivez à Lucie, de Bernard.")
    assert shown(looked_for(reader, article, "Luc Bernardin")) == [(1, True)]
    assert shown(looked_for(reader, article, "Luc&nbsp;Bernardin")) == [(1, True)]


def test_what_a_post_spells_out_is_found(reader, article):
    make_imported_post(article, text='---\ntitle: "H\\xE9l\\u00e8ne\\u0020Pau\\uFEFFline"\n---\n')
    assert looked_for(reader, article, "Hélène Pauline").context["originals"]


def test_a_passage_is_a_sentence_or_some(reader, article):
    page = looked_for(reader, article, "é" * 1001)
    assert "lines" not in page.context
    assert "1000" in text_of(page)
    assert "lines" in looked_for(reader, article, "é" * 1000).context


def test_all_that_say_a_passage_are_erased_at_once(reader, article, administrator):
    found = keys_of(looked_for(reader, article))
    page = reader.post(address(article), {"passage": NAME, "versions": found, **REASON}, follow=True)
    assert "4 versions effacées." in text_of(page)
    assert erased(article) == [1, 2, 3, 4]
    told = Version.objects.filter(act=Act.ERASED).order_by("number")
    assert [versions.erased_by(each) for each in told] == [{1, 2, 3, 4}]
    assert [(each.author, versions.reason_of(each)) for each in told] == [(administrator, REASON["reason"])]
    passage = erasing.Passage(NAME)
    assert not any(passage.is_in(str(row)) for row in Version.objects.values())
    assert verify().versions == 6
    assert "Ni les versions" in text_of(looked_for(reader, article))


def test_only_what_is_ticked_is_erased(reader, article):
    (_last, *others) = keys_of(looked_for(reader, article))
    reader.post(address(article), {"passage": NAME, "versions": others, **REASON})
    assert erased(article) == [1, 2, 3]


def test_what_may_not_be_erased_now_is_listed_with_the_reason(reader, administrator):
    live = make_article()
    say(live, f"Un. {NAME}")
    draft = publishing.prepare(live, administrator)
    say(draft, "Rien.")
    say(live, f"Deux. {NAME}")
    say(live, "Trois.", note=f"Sans {NAME}.")
    page = looked_for(reader, live)
    by_key = {(line.version.article_uuid, line.version.number): line for line in page.context["lines"]}
    assert "seule une note y dit ce passage" in by_key[live.uuid, 3].obstacle
    assert by_key[live.uuid, 2].box
    assert "en préparation à partir de celle-ci" in by_key[live.uuid, 1].obstacle
    assert by_key[draft.uuid, 1].is_beside
    assert by_key[draft.uuid, 1].box
    current = Version.objects.last_of(live.uuid)
    page = reader.post(address(live), {"passage": NAME, "versions": [current.pk], **REASON})
    assert "Ce qui peut être effacé a changé" in text_of(page)
    assert Version.objects.filter(erased_at=None).count() == Version.objects.count()


def test_what_an_article_still_says_is_corrected_before_anything_is_erased(reader, article, administrator):
    article.changes = [{"on": "2024-01-02", "note": f"Sans {NAME}."}]
    article.old_addresses.create(address="/ancienne/helene-oeuvrard/")
    say(article, f"Écrivez à {NAME}.")
    found = [*Version.objects.filter(number__lt=5).values_list("pk", flat=True)]
    for sent in ({}, {"versions": found, **REASON}):
        page = reader.post(address(article), {"passage": NAME, **sent})
        assert "L’article dit encore ce passage : corrigez-le d’abord, puis effacez." in text_of(page)
        assert "Corriger l’article : texte, modifications." in text_of(page)
        assert "Resteront, car aucun formulaire ne les change : anciennes adresses." in text_of(page)
        assert reverse("admin:articles_article_change", args=[article.pk]) in page.content.decode()
        assert "lines" not in page.context
    assert erased(article) == []


def test_what_a_draft_beside_still_says_is_corrected_first(reader, administrator):
    live = make_article()
    say(live, "Rien.")
    draft = publishing.prepare(live, administrator)
    say(draft, f"Écrivez à {NAME}.")
    page = looked_for(reader, live)
    assert "Corriger la nouvelle version en préparation : texte." in text_of(page)
    assert reverse("admin:articles_article_change", args=[draft.pk]) in page.content.decode()


def test_the_address_that_says_a_passage_is_corrected_first(reader):
    article = make_article(slug="helene-oeuvrard")
    say(article, "Rien.")
    assert "Corriger l’article : adresse." in text_of(looked_for(reader, article))


def test_what_no_form_changes_keeps_nothing_else_from_being_erased(reader, article):
    article.extra = {"clé": [{"auteur": NAME}]}
    article.old_addresses.create(address="/ancienne/helene-oeuvrard/")
    say(article, "Écrivez à l’agence.")
    page = looked_for(reader, article)
    assert shown(page) == [(6, False), (4, True), (3, True), (2, True), (1, True)]
    assert "ce passage y reste (anciennes adresses, autres clés du billet)" in text_of(page)
    reader.post(address(article), {"passage": NAME, "versions": keys_of(page), **REASON})
    assert erased(article) == [1, 2, 3, 4]


def test_versions_of_drafts_that_were_prepared_beside_are_erased_too(reader, administrator):
    live = make_article()
    say(live, "Un.")
    draft = publishing.prepare(live, administrator)
    say(draft, f"Deux. {NAME}")
    say(draft, "Trois.")
    publishing.publish(draft, administrator)
    page = looked_for(reader, live)
    assert [(line.is_beside, line.box is not None) for line in page.context["lines"]] == [(True, True)]
    reader.post(address(live), {"passage": NAME, "versions": keys_of(page), **REASON})
    told = Version.objects.get(act=Act.ERASED)
    assert (told.article_uuid, told.dump) == (draft.uuid, "")
    verify()


def test_what_a_draft_said_is_looked_for_in_its_page_and_in_other_drafts_too(reader, administrator):
    live = make_article()
    post = make_imported_post(live, text=f"De {NAME}.")
    say(live, f"Un. {NAME}")
    say(live, "Deux.")
    for body in (f"Trois. {NAME}", "Quatre."):
        draft = publishing.prepare(live, administrator)
        say(draft, body)
        say(draft, "Rien.")
        publishing.delete(draft, administrator)
    page = looked_for(reader, draft)
    assert [(line.version.article_uuid == live.uuid, line.is_beside) for line in page.context["lines"]] == [
        (False, True),
        (True, False),
    ]
    reader.post(address(draft), {"passage": NAME, "versions": keys_of(page), "original": "on", **REASON})
    post.refresh_from_db()
    assert post.is_erased
    assert erased(live) == [1, 2]
    assert "Ni les versions" in text_of(looked_for(reader, live))


def test_versions_of_a_deleted_article_are_erased(reader, article, administrator):
    publishing.delete(article, administrator)
    found = keys_of(looked_for(reader, article))
    reader.post(address(article), {"passage": NAME, "versions": found, **REASON})
    assert erased(article) == [1, 2, 3, 4]
    verify()


def test_an_erasure_that_fails_half_way_erases_nothing(reader, article, monkeypatch):
    found = keys_of(looked_for(reader, article))
    post = make_imported_post(article, text=f"De {NAME}.")
    record = versions.record

    def failing(article, by, act, **said):
        if act == Act.ORIGINAL_ERASED:
            raise RuntimeError
        record(article, by, act, **said)

    monkeypatch.setattr(versions, "record", failing)
    sent = {"passage": NAME, "versions": found, "original": "on", **REASON}
    with pytest.raises(RuntimeError):
        reader.post(address(article), sent)
    post.refresh_from_db()
    assert (erased(article), Version.objects.count(), post.is_erased) == ([], 5, False)
    monkeypatch.undo()
    reader.post(address(article), sent)
    assert erased(article) == [1, 2, 3, 4]


def test_what_is_missing_is_asked_for_and_nothing_is_lost(reader, article):
    assert "Écrivez le passage à effacer." in text_of(reader.post(address(article), {"passage": " "}))
    found = keys_of(looked_for(reader, article))
    sent = {"passage": NAME, "versions": found[:2], "reason": "", "_erase": ""}
    page = reader.post(address(article), sent)
    assert "Écrivez le motif de l’effacement." in text_of(page)
    assert page.content.decode().count(" checked") == 2
    page = reader.post(address(article), {"passage": NAME, **REASON})
    assert "Cochez ce qui doit être effacé." in text_of(page)
    assert REASON["reason"] in text_of(page)
    assert erased(article) == []


def test_what_is_too_long_is_refused_and_nothing_is_lost(reader, article):
    too_long = "x" * (MAX_PASSAGE_LENGTH + 1)
    assert "au plus 1000 caractères" in text_of(looked_for(reader, article, too_long))
    found = keys_of(looked_for(reader, article))
    page = reader.post(
        address(article), REASON | {"passage": NAME, "versions": found, "reason": "x" * (MAX_NOTE + 1)}
    )
    assert "au plus 2000 caractères" in text_of(page)
    assert erased(article) == []


def test_a_passage_is_kept_nowhere(reader, article, caplog):
    found = keys_of(looked_for(reader, article))
    sent = {"passage": NAME, "versions": found, **REASON}
    page = reader.post(address(article), sent | {"reason": "Pour helene oeuvrard."})
    assert "Ce motif dit le passage à effacer" in text_of(page)
    assert erased(article) == []
    page = reader.post(address(article), sent)
    assert page["Location"] == reverse("admin:articles_version_history", args=[article.uuid])
    assert not any(NAME in str(row) for row in Version.objects.values())
    assert NAME not in caplog.text
    assert page.wsgi_request.sensitive_post_parameters == ("passage",)


def test_five_hundred_versions_are_listed_in_few_queries(reader, article, django_assert_max_num_queries):
    last = Version.objects.last_of(article.uuid)
    for number in range(6, 506):
        version = Version(article_uuid=article.uuid, number=number, act=Act.SAVED, dump=f"{NAME} {number}")
        version.seal(last)
        version.save()
        last = version
    looked_for(reader, article)
    with django_assert_max_num_queries(14):
        page = looked_for(reader, article)
    assert len(shown(page)) == 504


# One version


def test_one_version_is_erased_with_a_reason(reader, article):
    key = Version.objects.get(number=1).pk
    one = f"{address(article)}?version={key}"
    page = reader.get(one)
    assert "Effacer le contenu de la version 1" in text_of(page)
    assert shown(page) == [(1, True)]
    assert "Écrivez le motif" in text_of(reader.post(one, {"versions": [key], "reason": "", "_erase": ""}))
    page = reader.post(one, {"versions": [key], **REASON}, follow=True)
    assert "1 version effacée." in text_of(page)
    assert erased(article) == [1]
    assert shown(reader.get(one)) == [(1, False)]


def test_a_version_of_another_article_is_not_asked_for_here(reader, article):
    other = say(make_article(), "Autre.")
    page = reader.get(f"{address(article)}?version={other.pk}")
    assert "Effacer un passage" in text_of(page)


# Who may


def test_who_may_not_erase_is_told_who_may(client, article):
    client.force_login(make_member(PUBLISHERS))
    sent = {"passage": NAME, "versions": [Version.objects.get(number=1).pk], **REASON}
    one = f"{address(article)}?version={sent['versions'][0]}"
    for page in (client.get(address(article)), client.post(address(article), sent), client.post(one, sent)):
        assert "groupe « Administration »" in text_of(page)
        assert "lines" not in page.context
    assert erased(article) == []


def test_what_was_never_there_has_nothing_to_erase(reader):
    assert reader.get(address(make_article())).status_code == 404


# The post that came in


def test_a_post_that_came_in_with_the_passage_is_erased_with_its_twins_and_remarks(reader, article):
    post = make_imported_post(article, text=f"---\n---\n{NAME}", sha256="a" * 64)
    twin = make_imported_post(twin_of=post, text="Rien.", dump=f"De {NAME}.")
    make_remark(post, message=f"« {NAME} » : adresse inconnue")
    other = make_imported_post(text=f"Encore {NAME}.")
    page = looked_for(reader, article)
    assert "Le billet dont vient l’article dit aussi ce passage." in text_of(page)
    assert page.context["form"]["original"].value()
    sent = {"passage": NAME, "versions": keys_of(page), "original": "on", **REASON}
    assert "4 versions effacées, billet importé effacé." in text_of(
        reader.post(address(article), sent, follow=True)
    )
    for each in (post, twin):
        each.refresh_from_db()
        assert (each.text, each.dump, each.is_erased) == ("", "", True)
    assert post.sha256 == "a" * 64
    assert not ImportRemark.objects.exists()
    other.refresh_from_db()
    assert not other.is_erased
    told = Version.objects.last_of(article.uuid)
    assert (told.act, told.note) == (Act.ORIGINAL_ERASED, REASON["reason"])
    verify()
    shown_post = reader.get(reverse("admin:articles_importedpost_change", args=[post.pk]))
    assert "Effacé, avec ses remarques" in text_of(shown_post)
    assert "original" not in looked_for(reader, article).context["form"].fields


def test_a_post_that_does_not_say_the_passage_is_not_offered(reader, article):
    make_imported_post(article, text="Écrivez au service.")
    page = looked_for(reader, article)
    assert "original" not in page.context["form"].fields


def test_a_post_is_erased_alone_and_only_where_that_is_ticked(reader, administrator):
    article = make_article(status="draft")
    say(article, "Rien.")
    post = make_imported_post(article, text=f"De {NAME}.")
    publishing.delete(article, administrator)
    post.refresh_from_db()
    assert post.deleted_uuid == article.uuid
    assert "Aucune version ne dit ce passage." in text_of(looked_for(reader, article))
    reader.post(address(article), {"passage": NAME, **REASON})
    post.refresh_from_db()
    assert not post.is_erased
    reader.post(address(article), {"passage": NAME, "original": "on", **REASON})
    post.refresh_from_db()
    assert post.is_erased
    assert Version.objects.last_of(article.uuid).act == Act.ORIGINAL_ERASED
    verify()


def test_the_page_of_one_version_offers_the_post_unticked(reader, article):
    make_imported_post(article)
    page = reader.get(f"{address(article)}?version={Version.objects.get(number=1).pk}")
    assert "vient d’un billet importé" in text_of(page)
    assert not page.context["form"]["original"].value()
