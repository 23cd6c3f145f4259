"""Editions, their frozen copies, and prints of these.

The trigger belongs to the table: a later migration that rebuilds `FrozenEdition` on SQLite has to make it again.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQLITE = """CREATE TRIGGER frozen_edition_stays BEFORE UPDATE ON landscape_frozenedition
BEGIN SELECT RAISE(ABORT, 'a frozen edition is never changed'); END"""
POSTGRESQL = """CREATE FUNCTION frozen_edition_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a frozen edition is never changed'; END $$;
CREATE TRIGGER frozen_edition_stays BEFORE UPDATE ON landscape_frozenedition
FOR EACH ROW EXECUTE FUNCTION frozen_edition_stays()"""


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    schema_editor.execute(POSTGRESQL if vendor == "postgresql" else SQLITE, params=None)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER frozen_edition_stays ON landscape_frozenedition")
        schema_editor.execute("DROP FUNCTION frozen_edition_stays()")
    else:
        schema_editor.execute("DROP TRIGGER frozen_edition_stays")


class Migration(migrations.Migration):
    dependencies = [
        ("landscape", "0004_declarations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Edition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("major", models.PositiveIntegerField()),
                ("minor", models.PositiveIntegerField(default=0)),
                ("title", models.CharField(max_length=200)),
                ("as_of", models.CharField(max_length=10)),
                ("scheme", models.CharField(blank=True, max_length=120)),
                ("rule", models.JSONField(default=dict)),
                ("note", models.TextField(blank=True)),
                ("correction", models.TextField(blank=True)),
                ("made_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="landscape.edition",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FrozenEdition",
            fields=[
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="frozen",
                        serialize=False,
                        to="landscape.edition",
                    ),
                ),
                ("body", models.BinaryField()),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("frozen_at", models.DateTimeField()),
                (
                    "frozen_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EditionPrint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=12)),
                ("version", models.CharField(max_length=60)),
                ("body", models.BinaryField()),
                (
                    "frozen",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="prints",
                        to="landscape.frozenedition",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.UniqueConstraint(fields=("major", "minor"), name="edition_number_once"),
        ),
        migrations.AddConstraint(
            model_name="editionprint",
            constraint=models.UniqueConstraint(fields=("frozen", "language"), name="edition_print_once"),
        ),
        migrations.RunPython(guard, unguard),
    ]
