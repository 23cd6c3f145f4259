from learnwork.wallet.models.issuing import Issued, Issuer, Key, StatusList

__all__ = ["Issued", "Issuer", "Key", "StatusList"]
