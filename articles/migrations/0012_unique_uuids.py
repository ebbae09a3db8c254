import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0011_uuids_of_articles")]

    operations = [
        migrations.AlterField(
            model_name="article",
            name="uuid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        )
    ]
