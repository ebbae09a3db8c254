"""Images uploaded in the editor have a time: those that no text shows go when they are old."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0014_no_break_spaces'),
    ]

    operations = [
        migrations.AddField(
            model_name='bodyimage',
            name='created_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
    ]
