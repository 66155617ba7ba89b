"""The published SASC vote and its rivals on sampled paths (an implementation independent of the page's)."""

from __future__ import annotations

import math
from collections import Counter
from statistics import fmean, pstdev

GATE_FROM, KEPT_PERCENTILE = 5, 0.8


def percentile(values: list[float], fraction: float) -> float:
    """Linear interpolation between order statistics."""
    ordered = sorted(values)
    place = fraction * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def elect(answers: list[str], weights: list[float]) -> str | None:
    """Largest sum of weights; ties go to the answer seen first."""
    sums: Counter = Counter()
    for answer, weight in zip(answers, weights, strict=True):
        sums[answer] += weight
    return max(sums, key=sums.__getitem__) if sums else None


def votes(paths: list[tuple[str | None, float]]) -> dict[str, str | None]:
    """Elected answers of (answer, stability) paths by rule; paths without an answer leave first."""
    pool = [(answer, s) for answer, s in paths if answer is not None]
    majority = elect([answer for answer, _ in pool], [1.0] * len(pool))
    if len(pool) >= GATE_FROM:
        limit = percentile([s for _, s in pool], KEPT_PERCENTILE)
        pool = [(answer, s) for answer, s in pool if s <= limit]
    answers, steadiness = [answer for answer, _ in pool], [s for _, s in pool]
    gate = elect(answers, [1.0] * len(pool))
    spread = pstdev(steadiness) if pool else 0.0
    if spread <= 1e-9:
        weights = [1.0] * len(pool)
    else:
        middle = fmean(steadiness)
        weights = [math.exp(-(s - middle) / spread) for s in steadiness]
    return {"maj": majority, "gate": gate, "sasc": elect(answers, weights)}


def discrimination(right: list[float], wrong: list[float]) -> tuple[float, int]:
    """(pairs in which the right path is steadier, ties counting half; pairs)."""
    won = sum((a < b) + 0.5 * (a == b) for a in right for b in wrong)
    return won, len(right) * len(wrong)
