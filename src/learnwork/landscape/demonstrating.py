"""What the demonstration begins with beside its files: rulings on what they list twice, and two editions.

The editions are the recovered guide of 2019, and the map as it was loaded.
"""

from __future__ import annotations

from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from learnwork.formats.ecosystem_documents import ALLIANCE, FUNDER, ctid
from learnwork.landscape import editions
from learnwork.landscape.models import Edition
from learnwork.registry import decisions
from learnwork.registry.models import Envelope, Release, Resource

GUIDE_SCHEME, GUIDE_ISSUED = "recovered_pdf", "2019"
_LISTS = ALLIANCE, FUNDER


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
    join_twins()
    recovered = editions.recover(yaml.safe_load(guide.read_text()), GUIDE_SCHEME, GUIDE_ISSUED)
    loaded = editions.make(editions.Setting(_("The map of the demonstration"), release.date.isoformat()))
    editions.freeze(loaded)
    for one in (recovered, loaded):
        editions.publish(one)
    return [recovered, loaded]


def join_twins() -> list[str]:
    """Rule that an organization which the files list among organizations and among funders is one; CTIDs of those kept.

    One key and one name in both lists is one organization; a former name (`lw:laterName`) is left to curators, as the
    files count it apart and give no date.
    """
    said = Envelope.objects.filter(source__key="ecosystem", superseded_at=None, withdrawn_at=None)
    both = [set(said.filter(key__startswith=f"{kind}/").values_list("key", flat=True)) for kind in _LISTS]
    listed, paying = ({key.partition("/")[2] for key in keys} for keys in both)
    kept = []
    for key in sorted(listed & paying):
        one, other = ctid(FUNDER, key), ctid(ALLIANCE, key)
        rows = Resource.objects.filter(ctid__in=(one, other), status=Resource.Status.CURRENT)
        if len(names := list(rows.values_list("name", flat=True))) == 2 and len(set(names)) == 1:
            why = _("The source lists it under one key and name among organizations and among funders.")
            decisions.same(one, other, author=None, reason=why)
            kept.append(one)
    return kept
