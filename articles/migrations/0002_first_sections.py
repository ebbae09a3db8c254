"""The four sections that the posts' collections have, and the one of the site's own pages."""

from django.db import migrations

SECTIONS = [
    # title, prefix, kind, collection
    ("Actualités", "actualites", "news", "actualites"),
    ("Espace presse", "espace-presse", "press", "communiques"),
    ("Agenda", "agenda", "event", "evenements"),
    ("Publications", "publication", "publication", "publications"),
    ("Pages du site", "", "page", "pages"),
]


def create(apps, schema_editor):
    section = apps.get_model("articles", "Section")
    for position, (title, prefix, kind, collection) in enumerate(SECTIONS, start=1):
        section.objects.create(
            title=title, prefix=prefix, kind=kind, collection=collection, position=position
        )


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
