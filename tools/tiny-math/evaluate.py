"""pass@1, majority of 16 and lengths on held-out problems, with the int4 weights."""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from pathlib import Path
from statistics import pstdev

import torch

from generate import HELD_OUT
from model import Shape, TinyQwen2, rounded_copy, sample
from tokenizer import ASSISTANT, END, USER, Tokenizer
from vote import discrimination, votes

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
    family: dict[str, list[dict]] = defaultdict(list)
    length: dict[bool, list[float]] = {True: [], False: []}
    missing = won = pairs = 0.0
    for start in range(0, len(rows), batch):
        chunk = rows[start : start + batch]
        prompts = [[USER, *coder.encode(row["problem"]), ASSISTANT] for row in chunk for _ in range(paths)]
        limit = model.shape.context - max(map(len, prompts))
        tokens, entropies = sample(exact, prompts, limit, len(coder), END, seed + start)
        for index, row in enumerate(chunk):
            own = range(index * paths, (index + 1) * paths)
            found = [boxed(coder.decode(tokens[i])) for i in own]
            steadiness = [pstdev(entropies[i]) for i in own]
            right = [answer == row["answer"] for answer in found]
            for i, good in zip(own, right, strict=True):
                length[good].append(len(tokens[i]))
            missing += found.count(None)
            steady_right = [s for s, good in zip(steadiness, right, strict=True) if good]
            steady_wrong = [s for s, good in zip(steadiness, right, strict=True) if not good]
            more_won, more_pairs = discrimination(steady_right, steady_wrong)
            won, pairs = won + more_won, pairs + more_pairs
            elected = votes(list(zip(found, steadiness, strict=True)))
            family[row["family"]].append(
                {"pass@1": sum(right) / paths, f"pass@{paths}": float(any(right))}
                | {f"{rule}@{paths}": float(answer == row["answer"]) for rule, answer in elected.items()}
            )
    everything = [result for results in family.values() for result in results]
    return {
        "problems": len(rows),
        "paths": paths,
        **means(everything),
        "no_answer": round(missing / len(rows) / paths, 4),
        "right_steadier_than_wrong": round(won / pairs, 4) if pairs else None,
        "mean_tokens_right": mean(length[True]),
        "mean_tokens_wrong": mean(length[False]),
        "families": {name: {"problems": len(r), **means(r)} for name, r in family.items()},
    }


def means(results: list[dict]) -> dict[str, float | None]:
    """Each figure's mean over the problems."""
    return {key: mean([result[key] for result in results]) for key in results[0]}


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
