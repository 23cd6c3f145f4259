"""What the room keeps of its own: alignments and ratings; frameworks and competencies are resources of the registry."""

from learnwork.competencies.models import alignments as alignments
from learnwork.competencies.models import profiles as profiles
