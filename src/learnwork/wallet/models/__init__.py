from learnwork.wallet.models.access import OwnProfile, Permission, Program
from learnwork.wallet.models.holding import Group, Held, Holder, Share, Shared, Tie, Work
from learnwork.wallet.models.issuing import Issued, Issuer, IssuerList, Key, Offer, StatusList

__all__ = [
    "Group",
    "Held",
    "Holder",
    "Issued",
    "Issuer",
    "IssuerList",
    "Key",
    "Offer",
    "OwnProfile",
    "Permission",
    "Program",
    "Share",
    "Shared",
    "StatusList",
    "Tie",
    "Work",
]
