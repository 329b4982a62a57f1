import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# As complaints/services/words.py makes them.
FILL = """INSERT INTO complaints_words (complaint_id, said, line)
    SELECT id, to_tsvector('simple', left(subject || ' ' || narrative, 60000)), upper(reference || ' ' || subject)
    FROM complaints_complaint"""
# What stood on the complaint before, and comes back when this is undone.
WERE = {
    "complaints_said": "gin (to_tsvector('simple', left(subject || ' ' || narrative, 60000)))",
    "complaints_reference": "gin (upper(reference) gin_trgm_ops)",
    "complaints_subject": "gin (upper(subject) gin_trgm_ops)",
}


class Migration(migrations.Migration):
    dependencies = [("complaints", "0015_care")]

    operations = [
        migrations.CreateModel(
            name='Words',
            fields=[
                ('complaint', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='words', serialize=False, to='complaints.complaint')),
                ('said', django.contrib.postgres.search.SearchVectorField(help_text='The words of subject and narrative.')),
                ('line', models.CharField(help_text='Reference and subject in capitals.', max_length=240)),
            ],
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='words',
            index=django.contrib.postgres.indexes.GinIndex(fields=['said'], name='words_said'),
        ),
        migrations.AddIndex(
            model_name='words',
            index=django.contrib.postgres.indexes.GinIndex(fields=['line'], name='words_line', opclasses=['gin_trgm_ops']),
        ),
        # Its statistics are the list of common words that a misspelt one is corrected to: ten thousand of them.
        migrations.RunSQL("ALTER TABLE complaints_words ALTER COLUMN said SET STATISTICS 1000", migrations.RunSQL.noop),
        # Every step of every complaint wrote these anew.
        *[
            migrations.RunSQL(f"DROP INDEX {name}", f"CREATE INDEX {name} ON complaints_complaint USING {what}")
            for name, what in WERE.items()
        ],
    ]
