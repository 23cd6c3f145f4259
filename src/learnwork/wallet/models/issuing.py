"""Who issues, with which keys, what was issued, and what became of it."""

from __future__ import annotations

from django.db import models


class Issuer(models.Model):
    """Somebody who issues records here, with one suite in which they are signed.

    slug: part of its addresses. did: its name in the records. ctid: its organization's page in the registry, or "".
    suite: a cryptosuite ("eddsa-rdfc-2022"), or an algorithm of tokens ("ES256"). status: the purposes of the status
    lists that its records stand in, comma-separated; "revocation-list" is that of 1EdTech. caller: digest of the
    secret that a machine shows to issue, or "". until: when a throw-away issuer ends.
    """

    slug = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=300)
    url = models.CharField(max_length=500, default="", blank=True)
    did = models.CharField(max_length=2_000)
    ctid = models.CharField(max_length=60, default="", blank=True, db_column="ct_id")
    suite = models.CharField(max_length=40)
    status = models.CharField(max_length=80, default="", blank=True)
    caller = models.CharField(max_length=64, default="", blank=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.slug


class Key(models.Model):
    """A key of an issuer: public for good, secret only sealed (`vault.py`).

    name: the part of its URL after "#". retired_at: it signs no more, and what it signed still holds.
    compromised_at: somebody else may have had it from then on.
    """

    issuer = models.ForeignKey(Issuer, models.CASCADE, related_name="keys")
    name = models.CharField(max_length=2_000)
    kind = models.CharField(max_length=10)
    public = models.JSONField()
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    compromised_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "name"], name="wallet_key_named")]

    def __str__(self) -> str:
        return f"{self.issuer_id}#{self.name[:20]}"


class StatusList(models.Model):
    """A status list: `bits` as they are published, `taken` which entries belong to a record.

    purpose: of a bitstring status list; `both` is a token status list of the IETF, with two bits an entry.
    """

    slug = models.CharField(max_length=40, unique=True)
    issuer = models.ForeignKey(Issuer, models.CASCADE, related_name="lists")
    purpose = models.CharField(max_length=40)
    bits = models.BinaryField()
    taken = models.BinaryField()
    count = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug


class Issued(models.Model):
    """That a record was issued. Nothing here names its recipient; `body` is kept only where we host the record.

    identifier: the record's id, or "". entries: {purpose: [status list's slug, index]}. state: by status purpose.
    """

    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="issued")
    key = models.ForeignKey(Key, models.PROTECT)
    identifier = models.CharField(max_length=1_000, default="", blank=True)
    ctid = models.CharField(max_length=60, default="", blank=True, db_column="ct_id")
    entries = models.JSONField(default=dict)
    state = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, default="", blank=True)
    digest = models.BinaryField()
    issued_at = models.DateTimeField()
    state_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["issuer", "identifier"], name="wallet_issued_named")]

    def __str__(self) -> str:
        return f"{self.issuer_id}: {self.pk}"


class Offer(models.Model):
    """A record that waits for its recipient, until they claim it or it ends; then what is sealed in it is wiped.

    code: digest of the secret of its link; token: digest of what the wallet that claims it was given. sealed: the
    unsigned record and whom it is for (`vault.py`); row: of the sheet that it came from; issued: once it was claimed.
    """

    issuer = models.ForeignKey(Issuer, models.CASCADE, related_name="offers")
    code = models.CharField(max_length=64, unique=True)
    token = models.CharField(max_length=64, default="", blank=True, db_index=True)
    token_until = models.DateTimeField(null=True)
    sealed = models.BinaryField()
    identifier = models.CharField(max_length=1_000)
    ctid = models.CharField(max_length=60, default="", blank=True, db_column="ct_id")
    title = models.CharField(max_length=500)
    row = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    issued = models.ForeignKey(Issued, models.SET_NULL, null=True)

    def __str__(self) -> str:
        return f"{self.issuer_id}: offer {self.pk}"


class IssuerList(models.Model):
    """A list of known issuers, as its publisher wrote it, looked at in the order of `position`.

    keys: of its publisher, as they were given, or b"": then its signatures cannot be checked. digest: of `data`.
    """

    name = models.CharField(max_length=200, unique=True)
    position = models.PositiveIntegerField()
    data = models.BinaryField()
    keys = models.BinaryField(default=b"")
    digest = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    until = models.DateTimeField(null=True)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
