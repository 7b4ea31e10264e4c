"""What was measured, as a table and as a plot."""

import statistics
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Measurement:
    """One quantity of the connector and of others, in the rounds of one run."""

    row: str
    """The row of the bench, such as `durable`."""
    quantity: str
    unit: str
    more_is_better: bool
    values: dict[str, list[float]] = field(default_factory=dict)
    """The rounds of each contestant, the connector first."""
    limit: float | None = None
    """What the connector is not to exceed, or for what is better when it is more, not to fall below."""
    least_ratio: dict[str, float] = field(default_factory=dict)
    """How many times better than a peer it is to be."""

    def add(self, contestant: str, value: float):
        self.values.setdefault(contestant, []).append(value)

    def median(self, contestant: str) -> float:
        return statistics.median(self.values[contestant])

    def ratio(self, peer: str) -> float | None:
        """How many times better the connector is."""
        own, other = self.median("connector"), self.median(peer)
        if min(own, other) <= 0:
            return None
        return own / other if self.more_is_better else other / own

    def verdict(self) -> str:
        """What became of the targets; empty without any."""
        found = [f"{'met' if self.is_within_limit() else 'MISSED'}: {number(self.limit)} {self.unit}"] if self.limit is not None else []
        for peer, least in self.least_ratio.items():
            if peer in self.values:
                ratio = self.ratio(peer)
                found.append(f"{'met' if ratio is not None and ratio >= least else 'MISSED'}: {number(least)} × {peer}")
        return "; ".join(found)

    def is_within_limit(self) -> bool:
        own = self.median("connector")
        return own >= self.limit if self.more_is_better else own <= self.limit


def number(value: float) -> str:
    """Three digits that count."""
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def spread(values: list[float]) -> str:
    return f"{number(min(values))} to {number(max(values))}"


def table(measurements: list[Measurement]) -> str:
    lines = [
        "| row | quantity | contestant | median | from the least to the most | the connector is better by | target |",
        "|---|---|---|---:|---:|---:|---|",
    ]
    for measurement in measurements:
        for contestant, values in measurement.values.items():
            is_own = contestant == "connector"
            ratio = None if is_own else measurement.ratio(contestant)
            lines.append(
                f"| {measurement.row} | {measurement.quantity} ({measurement.unit}) | {contestant} | {number(measurement.median(contestant))} "
                f"| {spread(values)} | {'' if ratio is None else number(ratio) + ' ×'} | {measurement.verdict() if is_own else ''} |")
    return "\n".join(lines) + "\n"


def plot(measurements: list[Measurement], path: Path):
    """A bar for each peer: how many times better the connector is, on a logarithmic scale."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    bars = [
        (f"{measurement.row}: {measurement.quantity}\nagainst {peer}", measurement.ratio(peer))
        for measurement in measurements for peer in measurement.values if peer != "connector"
    ]
    bars = [(name, ratio) for name, ratio in reversed(bars) if ratio]
    if not bars:
        return
    figure, axes = pyplot.subplots(figsize=(9, 0.5 + 0.42 * len(bars)), layout="constrained")
    colours = ["#1a7f5a" if ratio >= 1 else "#b3452c" for _, ratio in bars]
    drawn = axes.barh([name for name, _ in bars], [ratio for _, ratio in bars], color=colours)
    axes.bar_label(drawn, labels=[f" {number(ratio)} ×" for _, ratio in bars], fontsize=8)
    axes.set_xscale("log")
    axes.axvline(1, color="#444444", linewidth=1)
    axes.margins(x=0.15)
    axes.tick_params(axis="y", labelsize=8)
    axes.set_xlabel("how many times better the connector is (1: as good as the other)")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(path, dpi=110)
