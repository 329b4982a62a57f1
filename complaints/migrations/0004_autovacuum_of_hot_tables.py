from django.db import migrations

# A burst at midnight rewrites every row that falls due. PostgreSQL's own settings wait for a fifth of the table to
# be dead; these begin after a fixed number, so that the sweep's index stays short, and do not pause between pages.
HOT = {
    "complaints_complaint": "autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000",
    "complaints_clock": "autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000",
}


class Migration(migrations.Migration):
    dependencies = [("complaints", "0003_law_pins")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE {table} SET ({settings}, autovacuum_analyze_scale_factor = 0.02, "
            "autovacuum_vacuum_cost_delay = 0)",
            f"ALTER TABLE {table} RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, "
            "autovacuum_analyze_scale_factor, autovacuum_vacuum_cost_delay)",
        )
        for table, settings in HOT.items()
    ]
