"""Articles that were there get an identity of their own each."""

import uuid

from django.db import migrations


def give_uuids(apps, schema_editor):
    articles = apps.get_model("articles", "Article").objects
    changed = []
    for article in articles.only("pk").iterator(chunk_size=1000):
        article.uuid = uuid.uuid4()
        changed.append(article)
    articles.bulk_update(changed, ["uuid"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_states_and_versions")]

    operations = [migrations.RunPython(give_uuids, migrations.RunPython.noop)]
