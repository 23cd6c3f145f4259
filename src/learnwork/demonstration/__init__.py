"""The demonstration: public facts of New Jersey and the national map of initiatives, and recipes to load them."""

from pathlib import Path

FOLDER = Path(__file__).parent
RECIPE = FOLDER / "recipe.yaml"
UNITED_STATES = FOLDER / "recipes" / "united-states.yaml"
