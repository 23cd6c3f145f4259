"""The registry's tables. Originals: sources, releases, envelopes, observations, decisions. The rest is derived.

`Resource`, `Link` and `Identifier` can be thrown away and rebuilt (`learnwork doctor --rebuild`). Loading writes
these tables with plain SQL in `store.py`; everything else reads them through `queries.py`.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

# Links, observations and changes come by the million and are written by `store` alone: the database does not look
# each of their keys up again (db_constraint=False halves the time to insert them); `learnwork doctor` does.


class Key(models.BigIntegerField):  # type: ignore[type-arg]
    """A primary key that `store.Numbers` hands out. On SQLite it is the rowid itself, not one more index."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class Source(models.Model):
    """A place that facts come from. `declaration` keeps the YAML's fields as they were at the last load."""

    key = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=300)
    short_name = models.CharField(max_length=60)
    publisher = models.CharField(max_length=300)
    url = models.URLField(max_length=1000)
    licence = models.CharField(max_length=200)
    licence_url = models.URLField(max_length=1000, blank=True)
    trust = models.SmallIntegerField(default=50)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class Release(models.Model):
    """One load of one release: what came, when, from which files, and what it changed.

    first_figure, last_figure: keys of its observations, which follow each other; null where it brought none.
    """

    class Status(models.TextChoices):
        LOADED = "loaded"
        HELD = "held"

    source = models.ForeignKey(Source, models.CASCADE, related_name="releases")
    format = models.CharField(max_length=40)
    part = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=120)
    date = models.DateField()
    files = models.JSONField(default=list)
    status = models.CharField(max_length=8, choices=Status)
    loaded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    report = models.JSONField(default=dict)
    first_figure = models.BigIntegerField(null=True)
    last_figure = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["source", "part", "date"])]

    def __str__(self) -> str:
        return f"{self.source_id} {self.label}"


class Resource(models.Model):
    """The thing itself. `document` is the composition, and null where one envelope alone is the composition."""

    class Status(models.TextChoices):
        CURRENT = "current"
        MERGED = "merged"
        WITHDRAWN = "withdrawn"
        RETIRED = "retired"

    id = Key(primary_key=True)
    ctid = models.CharField(max_length=39, unique=True, db_column="ct_id")  # "ctid" is PostgreSQL's own
    type = models.CharField(max_length=80)
    name = models.TextField()
    status = models.CharField(max_length=9, choices=Status, default=Status.CURRENT)
    derived = models.BooleanField()
    owner = models.ForeignKey(Source, models.PROTECT, null=True, db_index=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, db_index=False)
    document = models.TextField(null=True)  # noqa: DJ001 - null means "same as the one envelope"

    class Meta:
        indexes = [
            models.Index(fields=["type"]),
            models.Index(
                fields=["merged_into"], name="resource_merged", condition=models.Q(merged_into__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ctid} {self.name}"


class Envelope(models.Model):
    """What one source said about one thing, kept exactly as received. Never changed: superseded or withdrawn.

    body: the document's text. digest: see `Said.digest`. graph: the envelope whose body is the `@graph`
    document that this one is a node of.
    """

    id = Key(primary_key=True)
    source = models.ForeignKey(Source, models.PROTECT, db_index=False)
    release = models.ForeignKey(Release, models.PROTECT, db_index=False)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="envelopes")
    key = models.TextField()
    digest = models.BinaryField(max_length=16)
    body = models.TextField()
    place = models.TextField(blank=True)
    graph = models.ForeignKey("self", models.PROTECT, null=True, db_index=False)
    received_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "key"],
                condition=models.Q(superseded_at__isnull=True, withdrawn_at__isnull=True),
                name="envelope_one_current",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.key}"


class Identifier(models.Model):
    """A name that identifies exactly one resource, by which a source without CTIDs finds it.

    resource is null where one source uses the name for two things: then it identifies nothing.
    """

    scheme = models.CharField(max_length=40)
    value = models.TextField()
    resource = models.ForeignKey(Resource, models.CASCADE, null=True, related_name="identifiers")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scheme", "value"], name="identifier_unique")]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class Link(models.Model):
    """Subject, predicate, object. `predicate` is the path of properties ("ceterms:requires/ceterms:targetCredential").

    Where the object is not here yet, `object` is null and `reference` keeps its CTID or URI. Links point at the
    resource that was named, even when it was merged since; queries follow `merged_into`.
    """

    id = Key(primary_key=True)
    subject = models.ForeignKey(Resource, models.CASCADE, db_constraint=False, related_name="links")
    predicate = models.CharField(max_length=200)
    object = models.ForeignKey(
        Resource, models.CASCADE, db_constraint=False, null=True, db_index=False, related_name="linked"
    )
    reference = models.TextField(blank=True)
    valid_from = models.CharField(max_length=10, blank=True)
    valid_to = models.CharField(max_length=10, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["object", "predicate"], name="link_object", condition=models.Q(object__isnull=False)
            ),
            models.Index(fields=["reference"], name="link_open", condition=models.Q(object__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.predicate} {self.object_id or self.reference}"


class Area(models.Model):
    """A place that figures are given for."""

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=2, blank=True)

    def __str__(self) -> str:
        return self.name


class Group(models.Model):
    """The programs of one provider in one field, at some award levels: what shared figures hang on.

    provider: CTID, which may not be here yet. levels: codes joined by commas, "" for all.
    """

    id = Key(primary_key=True)
    provider = models.CharField(max_length=39)
    field = models.CharField(max_length=7)
    levels = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "field", "levels"], name="group_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.field} {self.levels}"


class Observation(models.Model):
    """One measured figure. `release` says by whom and when; figures of a superseded release are kept, not shown.

    measure: `number` of the measure in vocabulary/measures.yaml. status: see `Status`. precision: relative
    standard error, per cent. row: row number in the release's file.
    """

    class Status(models.IntegerChoices):
        REPORTED = 0, "reported"
        SUPPRESSED = 1, "suppressed"
        NOT_KNOWN = 2, "not known"
        NONE = 3, "none"
        NOT_APPLICABLE = 4, "not applicable"

    id = Key(primary_key=True)
    release = models.ForeignKey(Release, models.PROTECT, db_constraint=False, db_index=False)
    resource = models.ForeignKey(Resource, models.PROTECT, db_constraint=False, null=True, db_index=False)
    group = models.ForeignKey(Group, models.PROTECT, db_constraint=False, null=True, db_index=False)
    measure = models.SmallIntegerField()
    area = models.ForeignKey(Area, models.PROTECT, db_constraint=False, null=True, db_index=False)
    period = models.CharField(max_length=10)
    cohort = models.CharField(max_length=60, null=True)  # noqa: DJ001 - null saves a byte in millions of rows
    value = models.FloatField(null=True)
    status = models.SmallIntegerField(choices=Status, default=Status.REPORTED)
    base = models.IntegerField(null=True)
    precision = models.FloatField(null=True)
    item = models.ForeignKey(
        Resource, models.PROTECT, db_constraint=False, null=True, db_index=False, related_name="+"
    )
    row = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["resource", "area"],
                name="observed_resource",
                condition=models.Q(resource__isnull=False),
            ),
            models.Index(fields=["group"], name="observed_group", condition=models.Q(group__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id or self.group_id} {self.measure} {self.period}: {self.value}"


class Decision(models.Model):
    """A curator's ruling. Never deleted: undoing sets `undone_at`, and the former state is composed again.

    same: `other` is `resource`. not-same: `other` is not `resource`, and an envelope (source, key) of the one
    moves to the other. prefer: of `property`, what `source` says is preferred. retire: `resource` is not to be
    shown, for `reason`.
    """

    class Kind(models.TextChoices):
        SAME = "same"
        NOT_SAME = "not-same"
        PREFER = "prefer"
        RETIRE = "retire"

    kind = models.CharField(max_length=8, choices=Kind)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="decisions")
    other = models.ForeignKey(Resource, models.PROTECT, null=True, related_name="decisions_on")
    property = models.CharField(max_length=120, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True)
    key = models.TextField(blank=True)
    reason = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind} {self.resource_id}"


class Change(models.Model):
    """One row for every published change, in commit order. Readers keep their own cursor.

    New figures are one row for the release that brought them, without a resource: `queries.subjects_of_figures` says
    which resources they are about. A row for each of a quarter million programs a year would say no more.
    """

    class Kind(models.IntegerChoices):
        CREATED = 0, "created"
        UPDATED = 1, "updated"
        FIGURES = 2, "figures"
        WITHDRAWN = 3, "withdrawn"
        MERGED = 4, "merged"
        RETIRED = 5, "retired"
        RESTORED = 6, "restored"

    seq = Key(primary_key=True)
    resource = models.ForeignKey(Resource, models.PROTECT, db_constraint=False, null=True, db_index=False)
    kind = models.SmallIntegerField(choices=Kind)
    release = models.ForeignKey(Release, models.PROTECT, db_constraint=False, null=True, db_index=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.resource_id}"
