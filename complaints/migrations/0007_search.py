from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

# As complaints/search.py asks, to the letter: an index on an expression serves no other.
SAID = "to_tsvector('simple', left(subject || ' ' || narrative, 60000))"


class Migration(migrations.Migration):
    dependencies = [("complaints", "0006_rehearsal")]

    operations = [
        TrigramExtension(),
        # Words of what the customer said. Trigrams of it would be twice as large and, for a typo, fifty times slower.
        migrations.RunSQL(
            f"CREATE INDEX complaints_said ON complaints_complaint USING gin ({SAID})", "DROP INDEX complaints_said"
        ),
        # Its statistics are the list of common words that a misspelt one is corrected to: ten thousand of them.
        migrations.RunSQL("ALTER INDEX complaints_said ALTER COLUMN 1 SET STATISTICS 1000", migrations.RunSQL.noop),
        # Any part of a reference, without knowing its beginning.
        migrations.RunSQL(
            "CREATE INDEX complaints_reference ON complaints_complaint USING gin (upper(reference) gin_trgm_ops)",
            "DROP INDEX complaints_reference",
        ),
        # A subject with a typo, and subjects that are nearly the same.
        migrations.RunSQL(
            "CREATE INDEX complaints_subject ON complaints_complaint USING gin (upper(subject) gin_trgm_ops)",
            "DROP INDEX complaints_subject",
        ),
        # Any part of a customer's name, and a name with a typo.
        migrations.RunSQL(
            "CREATE INDEX complainants_name ON complaints_complainant USING gin (upper(name) gin_trgm_ops)",
            "DROP INDEX complainants_name",
        ),
        # The same customer again.
        migrations.RunSQL(
            "CREATE INDEX complainants_email ON complaints_complainant (upper(email)) WHERE email <> ''",
            "DROP INDEX complainants_email",
        ),
    ]
