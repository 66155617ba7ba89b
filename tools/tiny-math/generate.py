"""Draw training examples and write the held-out set and the page's family list.

Held-out problems are disjoint from training by construction: a stable hash of the
problem's family and numbers (not its wording) reserves one problem in ten, and the
training stream rejects every reserved one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from families import FAMILIES, Draft
from hand import Hand

ROOT = Path(__file__).resolve().parents[2]
HELD_OUT = ROOT / "public/problems/tiny-math-heldout.jsonl"
FAMILY_FILE = ROOT / "public/models/tiny-math/families.json"
CALIBRATION = ROOT / "tools/tiny-math/paths/problems-calibration.jsonl"
"""Problems on which parameters of voting rules are chosen. They are not reserved, so they are none of the held-out ones."""
FRESH = ROOT / "tools/tiny-math/paths/problems-fresh.jsonl"
"""Reserved problems that are not in the held-out set; nothing is ever chosen on them."""
PATIENCE = 20_000
"""A family that yields nothing new in so many draws has nothing left: there are only 56 reserved geometric sequences."""

SLIP_RATE = 0.105
"""Chance of a slip at a step of difficulty 1 in a training solution."""

TITLES = {
    "linear": ("Linear equations", "一元一次方程", ["solve", "x", "equation"]),
    "order": ("Order of operations", "四则混合运算", ["compute", "evaluate", "calculate", "value"]),
    "gcd": ("Greatest common divisor", "最大公约数", ["gcd", "greatest common"]),
    "percent": ("Percentages", "百分数", ["%", "percent"]),
    "arithmetic": ("Arithmetic sequences", "等差数列", ["arithmetic sequence"]),
    "geometric": ("Geometric sequences", "等比数列", ["geometric sequence"]),
    "fraction": ("Fractions", "分数运算", ["/"]),
    "power": ("Powers modulo m", "幂的余数", ["mod", "remainder", "^"]),
    "rectangle": ("Rectangles", "长方形", ["rectangle"]),
    "mean": ("Averages", "平均数", ["mean", "average"]),
    "shopping": ("Shopping", "购物问题", ["costs", "buys"]),
}


@dataclass
class Example:
    """One training text."""

    family: str
    problem: str
    solution: str
    right: bool


def is_held_out(draft: Draft) -> bool:
    """Whether this problem, however worded, is reserved for evaluation."""
    digest = hashlib.md5(repr(draft.key).encode()).digest()
    return int.from_bytes(digest[:4], "big") % 10 == 0


def gold(draft: Draft) -> str:
    """The right answer, as text."""
    return str(draft.solve(Hand(random.Random(0), 0.0))[1])


def training_example(rng: random.Random, slip_rate: float = SLIP_RATE) -> Example:
    """A problem that is not reserved, with a solution that may contain slips."""
    family = rng.choice(tuple(FAMILIES))
    while is_held_out(draft := FAMILIES[family](rng)):
        pass
    lines, answer = draft.solve(Hand(rng, slip_rate))
    solution = "\n".join([*lines, f"\\boxed{{{answer}}}"])
    return Example(family, draft.problem, solution, str(answer) == gold(draft))


def held_out(
    count: int, seed: int = 2024, prefix: str = "tm", seen: set | None = None, *, reserved: bool = True
) -> list[dict]:
    """`count` distinct reserved problems, the families taking turns; none of `seen`, to which theirs are added."""
    rng = random.Random(seed)
    names, rows, misses = list(FAMILIES), [], 0
    seen = set() if seen is None else seen
    while len(rows) < count:
        family = names[len(rows) % len(names)]
        draft = FAMILIES[family](rng)
        if draft.key in seen or is_held_out(draft) != reserved:
            misses += 1
            if misses == PATIENCE:
                names.remove(family)
                misses = 0
            continue
        misses = 0
        seen.add(draft.key)
        identity = f"{prefix}-{len(rows):03d}"
        rows.append({"id": identity, "problem": draft.problem, "answer": gold(draft), "family": family})
    return rows


def problem_sets() -> dict[Path, list[dict]]:
    """The held-out set, and two others; no problem is in two of them."""
    seen: set = set()
    return {
        HELD_OUT: held_out(500, 2024, "tm", seen),
        FRESH: held_out(500, 2026, "tf", seen),
        CALIBRATION: held_out(500, 2025, "tc", reserved=False),
    }


def skeleton(problem: str) -> str:
    """The wording alone: lower case, no spaces, digit runs as `#`, so that a page can compare."""
    return re.sub(r"\d+", "#", re.sub(r"\s+", "", problem.lower()))


def family_rows(rows: list[dict]) -> list[dict]:
    """What the page shows and matches: a title, an example, keywords, wordings."""
    rng = random.Random(7)
    found: dict[str, Counter] = {name: Counter() for name in FAMILIES}
    for _ in range(30_000):
        example = training_example(rng, 0.0)
        found[example.family][skeleton(example.problem)] += 1
    result = []
    for name, (title, title_zh, keywords) in TITLES.items():
        first = next(row for row in rows if row["family"] == name)
        skeletons = [text for text, _ in found[name].most_common(160)]
        result.append(
            {
                "id": name,
                "title": title,
                "title_zh": title_zh,
                "example": first["problem"],
                "answer": first["answer"],
                "keywords": keywords,
                "skeletons": skeletons,
            }
        )
    return result


def main() -> None:
    """Write the held-out set and families.json; print a sample with `--show`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", type=int, default=0, help="print this many training examples")
    options = parser.parse_args()
    rng = random.Random(1)
    for _ in range(options.show):
        example = training_example(rng)
        print(f"[{example.family} {example.right}] {example.problem}\n{example.solution}\n")
    sets = problem_sets()
    for path in (*sets, FAMILY_FILE):
        path.parent.mkdir(parents=True, exist_ok=True)
    for path, rows in sets.items():
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    rows = sets[HELD_OUT]
    text = json.dumps(family_rows(rows), ensure_ascii=False, indent=1)
    FAMILY_FILE.write_text(text + "\n")


if __name__ == "__main__":
    main()
