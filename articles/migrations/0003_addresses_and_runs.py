"""Old addresses, runs and remarks; posts imported before get what the new fields want."""

import hashlib

import articles.models.articles
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def fill(apps, schema_editor):
    posts = apps.get_model("articles", "ImportedPost")
    remarks = apps.get_model("articles", "ImportRemark")
    if not posts.objects.exists():
        return
    run = apps.get_model("articles", "ImportRun").objects.create()
    for post in posts.objects.select_related("article__section").iterator():
        post.path = f"_{post.name}"
        post.sha256 = hashlib.sha256(post.text.encode()).hexdigest()
        if post.article is not None:
            prefix = post.article.section.prefix
            post.address = f"/{prefix}/{post.article.slug}/" if prefix else f"/{post.article.slug}/"
        post.save(update_fields=["path", "sha256", "address"])
        remarks.objects.bulk_create(
            remarks(run=run, post=post, path=post.path, **warning) for warning in post.warnings
        )


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0002_first_sections'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(auto_now_add=True, verbose_name='commencé le')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='terminé le')),
                ('outcomes', models.JSONField(default=dict, verbose_name='bilan')),
                ('site_config', models.TextField(blank=True, verbose_name='_config.yml')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='redirect_to',
            field=models.CharField(blank=True, help_text='Pour que cette page en montre une autre : son adresse (/agenda/… ou https://…). L’article n’est alors plus dans les listes.', max_length=500, validators=[articles.models.articles.validate_target], verbose_name='redirige vers'),
        ),
        migrations.AddField(
            model_name='importedpost',
            name='address',
            field=models.CharField(default='', max_length=500, verbose_name='adresse à l’import'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='importedpost',
            name='path',
            field=models.CharField(default='', max_length=1000, verbose_name='chemin'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='importedpost',
            name='sha256',
            field=models.CharField(db_index=True, default='', editable=False, max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='importedpost',
            name='twin_of',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='twins', to='articles.importedpost'),
        ),
        migrations.CreateModel(
            name='ImportRemark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=1000, verbose_name='billet')),
                ('code', models.SlugField(verbose_name='sorte')),
                ('line', models.PositiveIntegerField(null=True, verbose_name='ligne')),
                ('message', models.TextField(verbose_name='remarque')),
                ('is_done', models.BooleanField(default=False, verbose_name='traitée')),
                ('done_at', models.DateTimeField(null=True, verbose_name='traitée le')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
                ('post', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='remarks', to='articles.importedpost')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='remarks', to='articles.importrun')),
            ],
            options={
                'verbose_name': 'remarque d’import',
                'verbose_name_plural': 'remarques d’import',
                'ordering': ['is_done', 'path', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='OldAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=500, unique=True, verbose_name='adresse')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='old_addresses', to='articles.article')),
            ],
            options={
                'verbose_name': 'ancienne adresse',
                'verbose_name_plural': 'anciennes adresses',
                'ordering': ['pk'],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='importedpost',
            name='warnings',
        ),
    ]
