"""The search index, and in it the articles that are there already."""

import django.db.models.deletion
from django.db import migrations, models

import articles.models.index

SQLITE = [
    # Words come folded and parted by spaces: the tokenizer keeps all that is not ASCII as it is.
    """
    CREATE VIRTUAL TABLE articles_search USING fts5(
        title, lead, "text", content='articles_searchentry', content_rowid='article_id',
        tokenize="ascii tokenchars '='", prefix='4 5'
    )
    """,
    """
    CREATE TRIGGER articles_searchentry_added AFTER INSERT ON articles_searchentry BEGIN
        INSERT INTO articles_search(rowid, title, lead, "text")
        VALUES (new.article_id, new.title, new.lead, new."text");
    END
    """,
    """
    CREATE TRIGGER articles_searchentry_removed AFTER DELETE ON articles_searchentry BEGIN
        INSERT INTO articles_search(articles_search, rowid, title, lead, "text")
        VALUES ('delete', old.article_id, old.title, old.lead, old."text");
    END
    """,
    """
    CREATE TRIGGER articles_searchentry_changed AFTER UPDATE ON articles_searchentry BEGIN
        INSERT INTO articles_search(articles_search, rowid, title, lead, "text")
        VALUES ('delete', old.article_id, old.title, old.lead, old."text");
        INSERT INTO articles_search(rowid, title, lead, "text")
        VALUES (new.article_id, new.title, new.lead, new."text");
    END
    """,
]
COLUMNS = ["title", "lead", "everything"]
# The planner takes reading a whole vector for as cheap as reading a number, and would read every article's:
# these functions leave it the index alone. Vectors stay uncompressed, for phrases are looked for within them.
FUNCTION = """
    CREATE FUNCTION articles_search_{column}(sought tsquery) RETURNS SETOF bigint
    LANGUAGE sql STABLE ROWS 500 SET enable_seqscan = off
    AS 'SELECT article_id FROM articles_searchentry WHERE {column} @@ sought'
"""
POSTGRESQL = [
    """
    ALTER TABLE articles_searchentry
    ADD COLUMN everything tsvector GENERATED ALWAYS AS (title || lead || "text") STORED
    """,
    "ALTER TABLE articles_searchentry ALTER COLUMN everything SET STORAGE EXTERNAL",
    *(f"CREATE INDEX article_search_{each} ON articles_searchentry USING gin ({each})" for each in COLUMNS),
    *(FUNCTION.format(column=each) for each in COLUMNS),
]


def index(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    """Indexes and triggers go with the table."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE articles_search")
    else:
        for each in COLUMNS:
            schema_editor.execute(f"DROP FUNCTION articles_search_{each}")


def fill(apps, schema_editor):
    entries = apps.get_model("articles", "SearchEntry").objects
    articles_here = apps.get_model("articles", "Article").objects
    for article in articles.models.index.with_indexed(articles_here.all()).iterator(200):
        entries.create(article=article, **articles.models.index.words_of_article(article))


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0006_site_settings'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_entry', serialize=False, to='articles.article')),
                ('title', articles.models.index.WordsField()),
                ('lead', articles.models.index.WordsField()),
                ('text', articles.models.index.WordsField()),
            ],
        ),
        migrations.RunPython(index, drop_index),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
