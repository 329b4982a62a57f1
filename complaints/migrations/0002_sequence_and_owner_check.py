from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_first")]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="owner_check_at",
            field=models.DateTimeField(help_text="When somebody must own it at the latest, UTC.", null=True),
        ),
        migrations.RunSQL("CREATE SEQUENCE complaint_number", "DROP SEQUENCE complaint_number"),
    ]
