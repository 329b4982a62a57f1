"""Calls take keys as forms do: what is kept of both is the key and the first answer, of no complaint in particular."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0029_overdue_tasks'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='submission',
            name='complaint',
        ),
        migrations.AddField(
            model_name='submission',
            name='answer',
            field=models.TextField(blank=True, help_text='Where a form led, or what a call was told.'),
        ),
        migrations.AddField(
            model_name='submission',
            name='digest',
            field=models.CharField(blank=True, help_text='Of what a call asked for; a form has none.', max_length=64),
        ),
        migrations.AddField(
            model_name='submission',
            name='status',
            field=models.PositiveSmallIntegerField(default=302, help_text='The status it was answered with.'),
        ),
        migrations.AlterField(
            model_name='submission',
            name='key',
            field=models.UUIDField(help_text='Made with the form, or from the key a call came with.'),
        ),
        # Back again each would need its complaint; none is needed for longer than a day.
        migrations.RunSQL(migrations.RunSQL.noop, "DELETE FROM complaints_submission"),
    ]
