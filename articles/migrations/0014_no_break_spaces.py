"""French sentences take the no-break space before their double punctuation."""

import re

import articles.models.articles
import django.core.validators
from django.db import migrations, models

PLAIN_SPACE = re.compile(r" (?=[:;!?»])|(?<=«) ")


def respell(apps, schema_editor):
    """Spell the remarks of earlier imports as the next one does: in other words they would lose their ticks."""
    remarks = apps.get_model("articles", "ImportRemark").objects
    changed = []
    for remark in remarks.only("message").iterator(chunk_size=1000):
        spelled = PLAIN_SPACE.sub("\u00a0", remark.message)
        if spelled != remark.message:
            remark.message = spelled
            changed.append(remark)
    remarks.bulk_update(changed, ["message"], batch_size=200)


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0013_erasure_of_originals'),
    ]

    operations = [
        migrations.RunPython(respell, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='article',
            name='ends_at',
            field=models.DateTimeField(blank=True, help_text='Vide\xa0: l’article reste en ligne.', null=True, verbose_name='fin de publication le'),
        ),
        migrations.AlterField(
            model_name='article',
            name='practical_details',
            field=models.TextField(blank=True, help_text='En Markdown, par exemple une liste «\xa0Accès\xa0» puis «\xa0: métro Ségur\xa0» à la ligne.', verbose_name='informations pratiques'),
        ),
        migrations.AlterField(
            model_name='article',
            name='press_contact',
            field=models.TextField(blank=True, help_text='En Markdown\xa0: service, téléphone, courriel.', verbose_name='contact presse'),
        ),
        migrations.AlterField(
            model_name='article',
            name='published_at',
            field=models.DateTimeField(blank=True, help_text='Une date à venir programme la publication. Vide\xa0: au moment où l’article est publié.', null=True, verbose_name='publication le'),
        ),
        migrations.AlterField(
            model_name='article',
            name='redirect_to',
            field=models.CharField(blank=True, help_text='Pour que cette page en montre une autre\xa0: son adresse (/agenda/… ou https://…). L’article n’est alors plus dans les listes.', max_length=500, validators=[articles.models.articles.validate_target], verbose_name='redirige vers'),
        ),
        migrations.AlterField(
            model_name='article',
            name='slug',
            field=models.CharField(blank=True, help_text='La fin de l’adresse de la page. Laissez vide\xa0: elle sera faite du titre.', max_length=255, validators=[django.core.validators.RegexValidator('^(?!\\.{1,2}\\Z)[^\\s/?#%\\\\<>\\"\\x00-\\x1f\\x7f]{1,255}\\Z', 'L’adresse ne peut contenir ni espace ni aucun des signes /\xa0? # %% \\ < > ".')], verbose_name='adresse'),
        ),
        migrations.AlterField(
            model_name='section',
            name='collection',
            field=models.CharField(help_text='Le nom du dossier Jekyll, sans le tiret bas\xa0: «\xa0communiques\xa0» pour _communiques.', max_length=60, unique=True, validators=[django.core.validators.RegexValidator('^\\w[\\w. -]*\\Z', 'Utilisez des lettres, des chiffres, des espaces, des points, des traits d’union.')], verbose_name='dossier des billets'),
        ),
        migrations.AlterField(
            model_name='section',
            name='prefix',
            field=models.CharField(blank=True, help_text='Le début de l’adresse des articles\xa0: «\xa0actualites\xa0» pour /actualites/…', max_length=60, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+(?:-[a-z0-9]+)*\\Z', 'Utilisez des lettres minuscules sans accent, des chiffres et des traits d’union.')], verbose_name='préfixe d’adresse'),
        ),
        migrations.AlterField(
            model_name='sitesettings',
            name='accessibility_state',
            field=models.CharField(choices=[('non', 'non conforme'), ('partiellement', 'partiellement conforme'), ('totalement', 'totalement conforme')], default='non', help_text='Ce que dit le pied de page. Sans audit en cours de validité, un site est non conforme\xa0; de 50 à 99 % des critères respectés, il l’est partiellement.', max_length=20, verbose_name='état de conformité'),
        ),
        migrations.AlterField(
            model_name='sitesettings',
            name='banner_ends_at',
            field=models.DateTimeField(blank=True, help_text='Le bandeau disparaît de lui-même à cette heure. Vide\xa0: il reste jusqu’à ce que vous le retiriez.', null=True, verbose_name='fin'),
        ),
        migrations.AlterField(
            model_name='sitesettings',
            name='banner_level',
            field=models.CharField(blank=True, choices=[(None, 'aucun bandeau'), ('info', 'information'), ('warning', 'avertissement'), ('alert', 'alerte'), ('weather-orange', 'vigilance météo orange'), ('weather-red', 'vigilance météo rouge'), ('weather-purple', 'vigilance météo violette'), ('witness', 'appel à témoins'), ('attack', 'alerte attentat'), ('cyberattack', 'alerte technologique')], help_text='«\xa0aucun bandeau\xa0» le retire des pages\xa0; son texte est gardé ici.', max_length=20, verbose_name='niveau'),
        ),
        migrations.AlterField(
            model_name='sitesettings',
            name='banner_link_label',
            field=models.CharField(blank=True, help_text='Il se comprend seul\xa0: «\xa0Consignes de sécurité\xa0», plutôt que «\xa0En savoir plus\xa0».', max_length=100, verbose_name='texte du lien'),
        ),
        migrations.AlterField(
            model_name='sitesettings',
            name='banner_text',
            field=models.TextField(blank=True, help_text='Une ou deux phrases\xa0: ce qui se passe, ce qu’il faut faire. Sans mise en forme.', max_length=500, verbose_name='texte'),
        ),
        migrations.AlterField(
            model_name='sitesettings',
            name='banner_title',
            field=models.CharField(blank=True, help_text='Quelques mots, sans point final\xa0: «\xa0Vigilance rouge\xa0: crues dans le sud-ouest\xa0».', max_length=120, verbose_name='titre'),
        ),
        migrations.AlterField(
            model_name='videoembed',
            name='title',
            field=models.CharField(blank=True, help_text='Ce que montre la vidéo\xa0: le titre est lu par les lecteurs d’écran.', max_length=300, verbose_name='titre'),
        ),
        migrations.AlterField(
            model_name='videoembed',
            name='transcript',
            field=models.TextField(blank=True, help_text='Le texte de la vidéo, en Markdown\xa0: paroles, et ce que l’image est seule à dire.', verbose_name='transcription'),
        ),
        migrations.AlterConstraint(
            model_name='article',
            name='article_has_slug',
            constraint=models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='article_has_slug', violation_error_message='Un article a une adresse\xa0: donnez-la.'),
        ),
        migrations.AlterConstraint(
            model_name='article',
            name='article_published_has_time',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='article_published_has_time', violation_error_message='Un article publié a une date de publication\xa0: donnez-la.'),
        ),
        migrations.AlterConstraint(
            model_name='article',
            name='article_slug_once_per_section',
            constraint=models.UniqueConstraint(condition=models.Q(('replaces__isnull', True)), fields=('section', 'slug'), name='article_slug_once_per_section', violation_error_message='Un autre article de cette rubrique a déjà cette adresse\xa0: changez-en.'),
        ),
        migrations.AlterConstraint(
            model_name='article',
            name='article_next_version_is_hidden',
            constraint=models.CheckConstraint(condition=models.Q(('replaces__isnull', True), ('status__in', ['draft', 'in_review']), _connector='OR'), name='article_next_version_is_hidden', violation_error_message='Une nouvelle version reste un brouillon\xa0: publiez-la, elle remplace la page en ligne.'),
        ),
        migrations.AlterConstraint(
            model_name='section',
            name='section_prefix_unless_pages',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('prefix', ''), _negated=True), ('kind', 'page'), _connector='OR'), name='section_prefix_unless_pages', violation_error_message='Seule une rubrique de pages peut se passer de préfixe d’adresse\xa0: donnez-en un.'),
        ),
        migrations.AlterConstraint(
            model_name='sitesettings',
            name='site_settings_banner_has_title',
            constraint=models.CheckConstraint(condition=models.Q(('banner_level', ''), models.Q(('banner_title', ''), _negated=True), _connector='OR'), name='site_settings_banner_has_title', violation_error_message='Un bandeau a un titre\xa0: donnez-le, ou choisissez «\xa0aucun bandeau\xa0».'),
        ),
        migrations.AlterConstraint(
            model_name='sitesettings',
            name='site_settings_link_is_whole',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('banner_link_address', ''), ('banner_link_label', '')), models.Q(models.Q(('banner_link_label', ''), _negated=True), models.Q(('banner_link_address', ''), _negated=True)), _connector='OR'), name='site_settings_link_is_whole', violation_error_message='Un lien a un texte et une adresse\xa0: donnez les deux, ou aucun.'),
        ),
    ]
