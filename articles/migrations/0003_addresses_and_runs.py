"""Old addresses, runs and remarks; posts imported before get what the new fields want."""

import hashlib
import re

import articles.models.articles
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from articles.addresses import page_address, target_address


def fill(apps, schema_editor):
    for article in apps.get_model("articles", "Article").objects.exclude(extra={}).iterator():
        take_addresses(apps, article)
    posts = apps.get_model("articles", "ImportedPost").objects.select_related("article__section")
    remarks = apps.get_model("articles", "ImportRemark")
    if not posts.exists():
        return
    run = apps.get_model("articles", "ImportRun").objects.create(ended_at=timezone.now())
    for post in posts.iterator():
        post.path = f"_{post.name}"
        post.sha256 = hashlib.sha256(post.text.encode()).hexdigest()
        post.run = run
        # What was a key among others is an old address now, in the dump of then too.
        header, mark, body = post.dump.partition("\n---\n")
        if "\nredirect_from:" not in header:
            header = re.sub(r"^permalink: ", "redirect_from: ", header, flags=re.MULTILINE)
        else:
            header = re.sub(r"^permalink: (.*)\n", "", header, flags=re.MULTILINE)
        post.dump = header + mark + body
        if post.article is not None:
            prefix = post.article.section.prefix
            post.address = f"/{prefix}/{post.article.slug}/" if prefix else f"/{post.article.slug}/"
        post.save(update_fields=["path", "sha256", "run", "dump", "address"])
        remarks.objects.bulk_create(
            remarks(run=run, post=post, path=post.path, **warning) for warning in post.warnings
        )


def take_addresses(apps, article):
    """Keys that had no field have one now: left among the others, they would be written twice."""
    extra = dict(article.extra)
    extra.pop("slug", None)
    for key in ("redirect_to", "redirection", "redirection-interne"):
        target = extra.pop(key, None)
        if isinstance(target, str) and not article.redirect_to:
            article.redirect_to = target_address(target)[:490]
    addresses = []
    for key in ("permalink", "redirect_from"):
        written = extra.pop(key, None)
        addresses += [written] if isinstance(written, str) else written or []
    old_addresses = apps.get_model("articles", "OldAddress").objects
    for address in filter(None, (page_address(each) for each in addresses if isinstance(each, str))):
        if len(address) <= 490:
            old_addresses.get_or_create(address=address, defaults={"article": article})
    article.extra = extra
    article.save(update_fields=["extra", "redirect_to"])


def give_back(apps, schema_editor):
    remarks = apps.get_model("articles", "ImportRemark").objects.exclude(post=None)
    for post in apps.get_model("articles", "ImportedPost").objects.iterator():
        post.warnings = list(remarks.filter(post_id=post.pk).values("code", "line", "message"))
        post.save(update_fields=["warnings"])


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
        migrations.AddField(
            model_name='importedpost',
            name='run',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='posts', to='articles.importrun'),
        ),
        migrations.AlterField(
            model_name='article',
            name='slug',
            field=models.CharField(blank=True, help_text='La fin de l’adresse de la page. Laissez vide : elle sera faite du titre.', max_length=255, validators=[django.core.validators.RegexValidator('^(?!\\.{1,2}\\Z)[^\\s/?#%\\\\<>\\"\\x00-\\x1f\\x7f]{1,255}\\Z', 'L’adresse ne peut contenir ni espace ni aucun des signes / ? # %% \\ < > ".')], verbose_name='adresse'),
        ),
        migrations.AlterField(
            model_name='section',
            name='collection',
            field=models.CharField(help_text='Le nom du dossier Jekyll, sans le tiret bas : « communiques » pour _communiques.', max_length=60, unique=True, validators=[django.core.validators.RegexValidator('^\\w[\\w. -]*\\Z', 'Utilisez des lettres, des chiffres, des espaces, des points, des traits d’union.')], verbose_name='dossier des billets'),
        ),
        migrations.RunPython(fill, give_back),
        migrations.RemoveField(
            model_name='importedpost',
            name='warnings',
        ),
    ]
