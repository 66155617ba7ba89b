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


def held_out(count: int, seed: int = 2024) -> list[dict]:
    """`count` distinct reserved problems, the families taking turns."""
    rng = random.Random(seed)
    names, seen, rows = tuple(FAMILIES), set(), []
    while len(rows) < count:
        family = names[len(rows) % len(names)]
        draft = FAMILIES[family](rng)
        if draft.key in seen or not is_held_out(draft):
            continue
        seen.add(draft.key)
        identity = f"tm-{len(rows):03d}"
        rows.append({"id": identity, "problem": draft.problem, "answer": gold(draft), "family": family})
    return rows


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
    rows = held_out(500)
    for path in (HELD_OUT, FAMILY_FILE):
        path.parent.mkdir(parents=True, exist_ok=True)
    HELD_OUT.write_text("".join(json.dumps(row) + "\n" for row in rows))
    text = json.dumps(family_rows(rows), ensure_ascii=False, indent=1)
    FAMILY_FILE.write_text(text + "\n")


if __name__ == "__main__":
    main()
