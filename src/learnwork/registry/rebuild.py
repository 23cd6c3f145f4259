"""Throwing away what follows from envelopes and decisions, and making it again."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from learnwork.registry.composing import recompose
from learnwork.registry.decisions import merged_roots
from learnwork.registry.models import Link, Resource
from learnwork.registry.store import begin, chunked, update


def rebuild(progress: Callable[[int], None] | None = None) -> int:
    """Compose every resource again and write every link again; returns how many. One transaction."""
    with transaction.atomic():
        numbers = begin()
        Link.objects.all().delete()
        Resource.objects.filter(merged_into__isnull=False).update(merged_into=None)
        update(
            "UPDATE registry_resource SET merged_into_id = %s WHERE id = %s",
            [(r, m) for m, r in merged_roots().items()],
        )
        done = 0
        for chunk in chunked(Resource.objects.order_by("id").values_list("id", flat=True).iterator(), 2_000):
            recompose(numbers, chunk)
            done += len(chunk)
            if progress:
                progress(done)
    return done
