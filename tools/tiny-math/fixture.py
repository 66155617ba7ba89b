"""Write expected.json: float64 logits of real sampled paths, for the engine's parity check."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from evaluate import held_out_rows, load
from model import TOP_K, rounded_copy, sample
from tokenizer import ASSISTANT, END, USER, Tokenizer

PATHS = 3


def rounded(values: list[float]) -> list[float]:
    """Seven significant digits are more than f32 arithmetic reproduces."""
    return [float(f"{value:.7g}") for value in values]


@torch.no_grad()
def main() -> None:
    """Sample a few paths of one held-out problem and record what the int4 model says of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--problem", type=int, default=0, help="line of the held-out file")
    options = parser.parse_args()
    coder, model = Tokenizer(), rounded_copy(load(options.checkpoint))
    problem = held_out_rows()[options.problem]["problem"]
    prompt = [USER, *coder.encode(problem), ASSISTANT]
    paths, _ = sample(model, [prompt] * PATHS, 60, len(coder), END, seed=1)
    exact = model.double()
    logits = [exact.head(exact.hidden(torch.tensor([prompt + path])))[0] for path in paths]
    top = logits[0].topk(TOP_K, dim=-1).values.softmax(-1).clamp_min(1e-10)
    before = len(prompt) - 1
    logprobs = [
        rows.log_softmax(-1)[before:-1].gather(1, torch.tensor(path)[:, None])[:, 0].tolist()
        for rows, path in zip(logits, paths, strict=True)
    ]
    expected = {
        "problem": problem,
        "texts": [coder.decode(path) for path in paths],
        "prompt": prompt,
        "paths": paths,
        "path0": {
            "shape": list(logits[0].shape),
            "base_logits": rounded(logits[0].flatten().tolist()),
            "entropy_top20_base": rounded((-(top * top.log()).sum(-1)).tolist()),
        },
        "ref_logprobs": [rounded(values) for values in logprobs],
    }
    Path(__file__).with_name("expected.json").write_text(json.dumps(expected) + "\n")
    print(problem, *expected["texts"], sep="\n")


if __name__ == "__main__":
    main()
