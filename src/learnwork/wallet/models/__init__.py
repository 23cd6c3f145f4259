from learnwork.wallet.models.holding import Group, Held, Holder, Share, Shared, Tie, Work
from learnwork.wallet.models.issuing import Issued, Issuer, Key, StatusList

__all__ = [
    "Group",
    "Held",
    "Holder",
    "Issued",
    "Issuer",
    "Key",
    "Share",
    "Shared",
    "StatusList",
    "Tie",
    "Work",
]
