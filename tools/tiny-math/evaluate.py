"""pass@1, majority of 16 and lengths on held-out problems, with the int4 weights."""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import torch

from generate import HELD_OUT
from model import Shape, TinyQwen2, rounded_copy, sample
from tokenizer import ASSISTANT, END, USER, Tokenizer

OUTPUT = Path(__file__).with_name("eval-torch.json")


def boxed(text: str) -> str | None:
    """The last box's content; None when there is none or it is empty."""
    found = re.findall(r"\\boxed\{([^{}]*)\}", text)
    return found[-1].strip() or None if found else None


def mean(values: list[float]) -> float | None:
    """Rounded mean, None of nothing."""
    return round(sum(values) / len(values), 4) if values else None


def evaluate(
    model: TinyQwen2, coder: Tokenizer, rows: list[dict], paths: int, seed: int = 1, batch: int = 60
) -> dict:
    """Sample `paths` solutions a problem at temperature 1 and count."""
    exact = rounded_copy(model)
    family: dict[str, list[tuple[float, float]]] = defaultdict(list)
    length: dict[bool, list[float]] = {True: [], False: []}
    missing, solved = 0, 0
    for start in range(0, len(rows), batch):
        chunk = rows[start : start + batch]
        prompts = [[USER, *coder.encode(row["problem"]), ASSISTANT] for row in chunk for _ in range(paths)]
        limit = model.shape.context - max(map(len, prompts))
        answers = sample(exact, prompts, limit, len(coder), END, seed + start)
        for index, row in enumerate(chunk):
            own = answers[index * paths : (index + 1) * paths]
            found = [boxed(coder.decode(ids)) for ids in own]
            right = [answer == row["answer"] for answer in found]
            for ids, good in zip(own, right, strict=True):
                length[good].append(len(ids))
            missing += sum(answer is None for answer in found)
            votes = Counter(answer for answer in found if answer is not None)
            majority = bool(votes) and votes.most_common(1)[0][0] == row["answer"]
            solved += any(right)
            family[row["family"]].append((sum(right) / paths, float(majority)))
    everything = [pair for pairs in family.values() for pair in pairs]
    return {
        "problems": len(rows),
        "paths": paths,
        "pass@1": mean([one for one, _ in everything]),
        f"maj@{paths}": mean([many for _, many in everything]),
        f"pass@{paths}": round(solved / len(rows), 4),
        "no_answer": round(missing / len(rows) / paths, 4),
        "mean_tokens_right": mean(length[True]),
        "mean_tokens_wrong": mean(length[False]),
        "families": {
            name: {
                "problems": len(pairs),
                "pass@1": mean([one for one, _ in pairs]),
                f"maj@{paths}": mean([many for _, many in pairs]),
            }
            for name, pairs in family.items()
        },
    }


def load(path: Path) -> TinyQwen2:
    """A model from a checkpoint of train.py."""
    checkpoint = torch.load(path)
    model = TinyQwen2(Shape(**checkpoint["shape"]))
    model.load_state_dict(checkpoint["model"])
    return model


def held_out_rows(limit: int | None = None) -> list[dict]:
    """The held-out problems in file order."""
    return [json.loads(line) for line in HELD_OUT.read_text().splitlines()[:limit]]


def main() -> None:
    """Evaluate a checkpoint on the held-out file and write eval-torch.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--paths", type=int, default=16)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    rows = held_out_rows(options.limit)
    report = evaluate(load(options.checkpoint), Tokenizer(), rows, options.paths)
    options.output.write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
