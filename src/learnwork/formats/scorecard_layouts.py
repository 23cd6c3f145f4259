"""Where each layout of the College Scorecard keeps which figure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from learnwork.formats.model import Status


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure: its column, the column with the number of people behind it, and its bounds.

    only: (column, value) where the figure is of this measure in those rows alone. derived: computed by the
    maker of the data set, so that a gap says nothing and gives no observation.
    """

    measure: str
    column: str
    base: str = ""
    least: float = 0
    most: float = 10_000_000
    only: tuple[str, str] | None = None
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of file. empty: what an empty cell means. field, level: "" where rows are about institutions."""

    part: str
    empty: Status
    figures: tuple[Figure, ...]
    name: str
    state: str = ""
    field: str = ""
    level: str = ""
    unitid: str = "unitid"

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(name for name in (self.unitid, self.field, self.level) if name)

    @property
    def optional(self) -> tuple[str, ...]:
        more = [name for figure in self.figures for name in (figure.column, figure.base) if name]
        conditions = [figure.only[0] for figure in self.figures if figure.only]
        return (*(name for name in (self.name, self.state) if name), *more, *conditions)

    @property
    def each(self) -> int:
        """Least number of observations that a row gives."""
        return sum(not figure.derived for figure in self.figures)

    def missing(self, found: Collection[str]) -> list[str]:
        lacking = [name for name in self.keys if name not in found]
        figures = [figure.column for figure in self.figures if not figure.derived]
        return lacking if any(name in found for name in figures) else [*lacking, *figures]

    def fits(self, found: Collection[str]) -> bool:
        return not self.missing(found)


FOUR_YEARS = ("earnings_horizon", "4yr_after_completion")

# The plain column `earnings` is never read: it holds figures after four years and, where there is none, after one.
# Premium and payback are computed from it, so they are read where it is the one after four years. Left out:
# completers_count (IPEDS's own awards of one year, which we have from IPEDS), thresholds, flags and the ratio.
VALUE_CHECK = Layout(
    part="fields of study",
    empty="suppressed",
    name="inst_name",
    state="state",
    field="cip_code",
    level="credential_level",
    figures=(
        Figure("scorecard.earnings_1yr", "earnings_median_1yr"),
        Figure("scorecard.earnings_4yr", "earnings_median_4yr"),
        Figure("scorecard.debt", "debt_median"),
        Figure(
            "scorecard.earnings_premium_4yr",
            "earnings_premium_state",
            least=-10_000_000,
            only=FOUR_YEARS,
            derived=True,
        ),
        Figure("scorecard.debt_payback_4yr", "debt_payback_years", only=FOUR_YEARS, derived=True),
    ),
)

# The official file tells suppressed from missing, and says how many people stand behind a figure.
OFFICIAL = Layout(
    part="fields of study",
    empty="not known",
    name="instnm",
    field="cipcode",
    level="credlev",
    figures=(
        Figure("scorecard.earnings_1yr", "earn_mdn_1yr", "earn_count_wne_1yr"),
        Figure("scorecard.earnings_4yr", "earn_mdn_4yr", "earn_count_wne_4yr"),
        Figure("scorecard.debt", "debt_all_stgp_eval_mdn", "debt_all_stgp_eval_n"),
    ),
)

INSTITUTIONS = Layout(
    part="institutions",
    empty="not known",
    name="inst_name",
    state="state",
    figures=(
        Figure("scorecard.completion_rate", "completion_rate", most=1),
        Figure("scorecard.net_price", "net_price_avg", least=-1_000_000),
        Figure("scorecard.pell_share", "pell_share", most=1),
        Figure("scorecard.enrollment", "enrollment"),
    ),
)

LAYOUTS = (VALUE_CHECK, OFFICIAL, INSTITUTIONS)
