"""The editions that the demonstration begins with: the recovered guide of 2019, and the map as it was loaded."""

from __future__ import annotations

from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from learnwork.landscape import editions
from learnwork.landscape.models import Edition
from learnwork.registry.models import Release

GUIDE_SCHEME, GUIDE_ISSUED = "recovered_pdf", "2019"


def load_demonstration(folder: Path) -> list[Edition]:
    """Freeze and publish both. folder: of the ecosystem files. The map's day is that of their release.

    [] where the guide is not among the files, the map was not loaded, or an edition is there already.
    """
    guide = folder / "guide.yaml"
    release = (
        Release.objects.filter(source__key="ecosystem", status=Release.Status.LOADED)
        .order_by("-date")
        .first()
    )
    if release is None or not guide.is_file() or Edition.objects.exists():
        return []
    recovered = editions.recover(yaml.safe_load(guide.read_text()), GUIDE_SCHEME, GUIDE_ISSUED)
    loaded = editions.make(editions.Setting(_("The map of the demonstration"), release.date.isoformat()))
    editions.freeze(loaded)
    for one in (recovered, loaded):
        editions.publish(one)
    return [recovered, loaded]
