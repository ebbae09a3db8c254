from django.db import migrations, models

UNRESOLVED_TRANSLATION = "traduction-de"


def mend(apps, schema_editor):
    """Let all versions of an article name one original, and each language have one version.

    Of a circle, the version in French is the original, else the oldest; a second version in a language
    becomes an article of its own, which keeps the address of the original that it named.
    """
    Article = apps.get_model("articles", "Article")
    rows = Article.objects.order_by("pk").values_list("pk", "language", "translation_of")
    languages = {pk: language for pk, language, _named in rows}
    named = {pk: other for pk, _language, other in rows if other is not None}
    versions = {}
    for pk in named:
        original = original_of(pk, named, languages)
        if original != pk:
            versions.setdefault(original, []).append(pk)
    mended, alone = {pk: None for pk in named}, set()
    for original, translations in versions.items():
        taken = {languages[original]}
        for pk in translations:
            if languages[pk] in taken:
                alone.add(pk)
            else:
                mended[pk] = original
                taken.add(languages[pk])
    for pk in (pk for pk in named if mended[pk] != named[pk]):
        article = Article.objects.select_related("translation_of__section").get(pk=pk)
        if pk in alone:
            path = f"{article.translation_of.section.prefix}/{article.translation_of.slug}".strip("/")
            article.extra[UNRESOLVED_TRANSLATION] = f"/{path}/"
        Article.objects.filter(pk=pk).update(translation_of=mended[pk], extra=article.extra)
    # PostgreSQL makes no index on a table whose foreign keys are still to be checked.
    schema_editor.connection.check_constraints()


def original_of(pk, named, languages):
    """Where the originals that are named lead; of a circle, one of those in it."""
    passed = []
    while pk in named and pk not in passed:
        passed.append(pk)
        pk = named[pk]
    if pk not in named:
        return pk
    return min(passed[passed.index(pk):], key=lambda each: (languages[each] != "fr", each))


class Migration(migrations.Migration):

    dependencies = [
        ("articles", "0007_search"),
    ]

    operations = [
        migrations.RunPython(mend, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(
                fields=["translation_of", "language"],
                condition=models.Q(translation_of__isnull=False),
                name="article_one_version_per_language",
                violation_error_message=(
                    "L’original a déjà une version dans cette langue\xa0: changez de langue ou d’original."
                ),
            ),
        ),
    ]
