"""What the map keeps of its own; entries, roles, grants and ties are documents of the registry."""

from learnwork.landscape.models.declared import GapDeclaration
from learnwork.landscape.models.editions import Edition, EditionPrint, FrozenEdition
from learnwork.landscape.models.rulings import Ruling
from learnwork.landscape.models.words import NoTerm

__all__ = ["Edition", "EditionPrint", "FrozenEdition", "GapDeclaration", "NoTerm", "Ruling"]
