from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0016_search_words")]

    operations = [
        migrations.RemoveIndex(
            model_name='complaint',
            name='queue_by_owner',
        ),
        migrations.RemoveIndex(
            model_name='complaint',
            name='queue_by_team',
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('state__in', ['closed', 'withdrawn', 'forwarded', 'not_a_complaint', 'merged']), _negated=True), fields=['received_at', 'id'], name='queue_by_arrival'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('state__in', ['closed', 'withdrawn', 'forwarded', 'not_a_complaint', 'merged']), _negated=True), fields=['amount', 'id'], name='queue_by_stake'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('state__in', ['closed', 'withdrawn', 'forwarded', 'not_a_complaint', 'merged'])), fields=['next_due_at', 'id'], name='finished_by_legal_instant'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('state__in', ['closed', 'withdrawn', 'forwarded', 'not_a_complaint', 'merged'])), fields=['received_at', 'id'], name='finished_by_arrival'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('state__in', ['closed', 'withdrawn', 'forwarded', 'not_a_complaint', 'merged'])), fields=['amount', 'id'], name='finished_by_stake'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(fields=['state', 'next_due_at', 'id'], name='queue_by_state'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('state__in', ['closed', 'withdrawn', 'forwarded', 'not_a_complaint', 'merged']), _negated=True), fields=['respondent', 'next_due_at', 'id'], name='queue_by_respondent'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(fields=['owner', 'next_due_at', 'id'], name='queue_by_owner'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(fields=['team', 'next_due_at', 'id'], name='queue_by_team'),
        ),
    ]
