"""Train tiny-math on the CPU on an endless stream of generated problems.

Matrices are trained with Muon (orthogonalised momentum), the rest with AdamW: on
this little compute Muon learns the arithmetic in fewer tokens. The last part runs
with the exporter's int4 rounding in the forward pass (straight-through gradient).
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F
from torch import Tensor

from evaluate import evaluate, held_out_rows
from generate import SLIP_RATE, training_example
from model import Shape, TinyQwen2
from tokenizer import ASSISTANT, END, PAD, USER, Tokenizer

IGNORE = -100
WORKERS = 2
"""Processes of one thread each: far faster here than one process whose BLAS has two threads."""

LONG_EVERY = 20
"""Every n-th batch joins texts up to the whole context, so that all distances get trained."""


def encoded(coder: Tokenizer, rng: random.Random, slip_rate: float) -> tuple[list[int], list[int]]:
    """Ids of one training text and the targets (only the solution is learned)."""
    example = training_example(rng, slip_rate)
    prompt = [USER, *coder.encode(example.problem), ASSISTANT]
    own = [*coder.encode(example.solution), END]
    return prompt + own, [IGNORE] * (len(prompt) - 1) + own + [IGNORE]


def batches(
    coder: Tokenizer, rng: random.Random, tokens: int, context: int, slip_rate: float
) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of about `tokens` ids, similar lengths together to save padding."""
    count = 0
    while True:
        texts = [encoded(coder, rng, slip_rate) for _ in range(40 * tokens // 70)]
        texts = [text for text in texts if len(text[0]) <= context]
        texts.sort(key=lambda text: len(text[0]))
        groups, group = [], []
        for text in texts:
            if (len(group) + 1) * len(text[0]) > tokens:
                groups.append(group)
                group = []
            group.append(text)
        rng.shuffle(groups)
        for group in groups:
            count += 1
            yield padded(joined(group, context, rng) if count % LONG_EVERY == 0 else group)


def joined(group: list, context: int, rng: random.Random) -> list:
    """Texts of a group one after another, in rows of the whole context."""
    rng.shuffle(group)
    ids = [i for text in group for i in text[0]]
    targets = [t for text in group for t in text[1]]
    cut = max(context, len(ids) // context * context)
    return [(ids[at : at + context], targets[at : at + context]) for at in range(0, cut, context)]


def padded(group: list) -> tuple[Tensor, Tensor]:
    """Right-padded id and target tensors."""
    width = max(len(ids) for ids, _ in group)
    ids = torch.tensor([row + [PAD] * (width - len(row)) for row, _ in group])
    targets = torch.tensor([row + [IGNORE] * (width - len(row)) for _, row in group])
    return ids, targets


def orthogonal(matrix: Tensor) -> Tensor:
    """Newton-Schulz iteration towards the nearest orthogonal matrix (Muon's quintic)."""
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = matrix.shape[0] > matrix.shape[1]
    x = (matrix.t() if tall else matrix) / (matrix.norm() + 1e-7)
    for _ in range(5):
        gram = x @ x.t()
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.t() if tall else x


class Muon:
    """Momentum whose update is orthogonalised; fused matrices are treated part by part."""

    def __init__(self, parts: list[tuple[torch.nn.Parameter, list[int]]], decay: float) -> None:
        self.parts, self.decay = parts, decay
        self.momentum = [torch.zeros_like(p) for p, _ in parts]

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """One update with learning rate `rate`; the workers share the iterations."""
        updates = torch.zeros(sum(p.numel() for p, _ in self.parts))
        views = updates.split([p.numel() for p, _ in self.parts])
        for index, ((parameter, sizes), momentum) in enumerate(zip(self.parts, self.momentum, strict=True)):
            momentum.mul_(0.95).add_(parameter.grad)
            if index % WORKERS != dist.get_rank():
                continue
            update = parameter.grad + 0.95 * momentum
            pieces = zip(views[index].view_as(parameter).split(sizes), update.split(sizes), strict=True)
            for target, piece in pieces:
                scale = max(1.0, piece.shape[0] / piece.shape[1]) ** 0.5
                target.copy_(orthogonal(piece) * scale)
        dist.all_reduce(updates)
        for (parameter, _), view in zip(self.parts, views, strict=True):
            parameter.mul_(1 - rate * self.decay).add_(view.view_as(parameter), alpha=-rate)


def split_parameters(model: TinyQwen2) -> tuple[list, list]:
    """(matrices with their parts, everything else)."""
    s = model.shape
    q, kv = s.heads * s.head_dim, s.kv_heads * s.head_dim
    matrices, others = [], [model.embed, model.norm]
    for layer in model.layers:
        matrices += [
            (layer.c_attn, [q, kv, kv]),
            (layer.o_proj, [s.hidden_size]),
            (layer.gate_up, [s.ff, s.ff]),
            (layer.down, [s.hidden_size]),
        ]
        others += [layer.input_norm, layer.post_norm, layer.c_attn_bias]
    return matrices, others


def schedule(done: float) -> float:
    """Learning-rate factor at a fraction of the time budget: warm-up, then cosine to 2 %."""
    return min(1.0, done / 0.02) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, done))))


def share_gradients(model: TinyQwen2, done: float) -> float:
    """Average the gradients over the workers; everybody gets worker 0's clock."""
    parameters = list(model.parameters())
    clock = torch.tensor([done if dist.get_rank() == 0 else 0.0])
    flat = torch.cat([*(p.grad.flatten() for p in parameters), clock])
    dist.all_reduce(flat)
    flat[:-1] /= WORKERS
    for parameter, part in zip(parameters, flat.split([*(p.numel() for p in parameters), 1]), strict=False):
        parameter.grad.copy_(part.view_as(parameter))
    return flat[-1].item()


def log(*parts: object) -> None:
    """Print at once, from worker 0 only."""
    if dist.get_rank() == 0:
        print(*parts, flush=True)


def work(rank: int, options: argparse.Namespace, meeting: str) -> None:
    """One worker: same model and updates as the others, its own stream of problems."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=WORKERS)
    torch.manual_seed(options.seed)
    coder, shape = Tokenizer(), Shape()
    model = TinyQwen2(shape)
    if options.resume:
        model.load_state_dict(torch.load(options.resume)["model"])
    matrices, others = split_parameters(model)
    muon = Muon(matrices, decay=0.1)
    adam = torch.optim.AdamW(others, lr=options.rate, betas=(0.9, 0.98), weight_decay=0.0)
    log(sum(p.numel() for p in model.parameters()), "parameters")
    own = random.Random(options.seed * WORKERS + rank)
    stream = batches(coder, own, options.tokens, shape.context, options.slip_rate)
    rows = held_out_rows(66)
    budget, start = options.minutes * 60, time.time()
    done, paused, seen, losses, next_eval = 0.0, 0.0, 0, [], options.eval_minutes * 60
    for step, (ids, targets) in enumerate(stream):
        if done >= 1:
            break
        model.int4 = done >= options.int4_from
        states = model.hidden(ids)
        chosen = targets != IGNORE
        loss = F.cross_entropy(model.head(states[chosen]), targets[chosen])
        model.zero_grad()
        loss.backward()
        spent = time.time() - start - paused
        done = share_gradients(model, spent / budget)
        norm = torch.nn.utils.clip_grad_norm_(others, 1.0)
        factor = schedule(done)
        muon.step(options.matrix_rate * factor)
        for group in adam.param_groups:
            group["lr"] = options.rate * factor
        adam.step()
        seen += ids.numel() * WORKERS
        losses.append(loss.item())
        if step % 100 == 0:
            recent = sum(losses[-100:]) / len(losses[-100:])
            log(
                f"step {step} {spent / 60:.1f} min loss {recent:.4f} {seen / 1e6:.2f} M tokens "
                f"{seen / spent:.0f}/s norm {norm:.2f} lr x{factor:.3f} int4 {model.int4}"
            )
        if spent > next_eval and rank == 0:
            began = time.time()
            next_eval += options.eval_minutes * 60
            save(model, options.out)
            report = evaluate(model, coder, rows, 16)
            report["families"] = {k: [v["pass@1"], v["maj@16"]] for k, v in report["families"].items()}
            log("eval", json.dumps(report), f"{time.time() - began:.0f} s")
            paused += time.time() - began
    if rank == 0:
        save(model, options.out)


def main() -> None:
    """Train for a given number of minutes; the schedule follows the clock."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=35)
    parser.add_argument("--tokens", type=int, default=2048, help="ids a batch and worker")
    parser.add_argument("--matrix-rate", type=float, default=0.02)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--int4-from", type=float, default=0.8, help="fraction of the time")
    parser.add_argument("--slip-rate", type=float, default=SLIP_RATE)
    parser.add_argument("--eval-minutes", type=float, default=4)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--resume", type=Path, help="start from this checkpoint's weights")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write")
    options = parser.parse_args()
    # Set before the workers start: big blocks are reused instead of being returned to the system.
    os.environ.update(
        OMP_NUM_THREADS="1",
        OPENBLAS_NUM_THREADS="1",
        MALLOC_MMAP_THRESHOLD_="4000000000",
        MALLOC_TRIM_THRESHOLD_="4000000000",
        MALLOC_TOP_PAD_="268435456",
    )
    with tempfile.TemporaryDirectory() as folder:
        mp.spawn(work, args=(options, f"{folder}/meeting"), nprocs=WORKERS)


def save(model: TinyQwen2, path: Path) -> None:
    """Write the checkpoint."""
    torch.save({"shape": model.shape.as_dict(), "model": model.state_dict()}, path)


if __name__ == "__main__":
    main()
