from learnwork.wallet.models.holding import Group, Held, Holder, Share, Shared, Tie, Work
from learnwork.wallet.models.issuing import Issued, Issuer, Key, Offer, StatusList

__all__ = [
    "Group",
    "Held",
    "Holder",
    "Issued",
    "Issuer",
    "Key",
    "Offer",
    "Share",
    "Shared",
    "StatusList",
    "Tie",
    "Work",
]
