"""The Qwen2 architecture in PyTorch, its int4 quantiser and a batched sampler.

Weights are stored fused as MLC stores them (`c_attn`, `gate_up_proj`), so that the
quantisation-aware training, the export and the page share one layout.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

GROUP = 32
TOP_K = 20


@dataclass
class Shape:
    """Dimensions; every input dimension is a multiple of the quantisation group."""

    vocab_size: int = 384
    hidden_size: int = 128
    layers: int = 6
    heads: int = 4
    kv_heads: int = 2
    head_dim: int = 32
    ff: int = 384
    rope_theta: float = 10_000.0
    eps: float = 1e-6
    context: int = 256

    def as_dict(self) -> dict:
        """For checkpoints."""
        return asdict(self)


def quantise(weight: Tensor) -> tuple[Tensor, Tensor]:
    """MLC's q4f16_1: codes 0..14 and one f16 scale per 32 inputs."""
    groups = weight.float().reshape(*weight.shape[:-1], -1, GROUP)
    scale = (groups.abs().amax(-1, keepdim=True) / 7).half().float()
    codes = torch.where(scale > 0, groups / scale.clamp_min(1e-30), torch.zeros_like(groups))
    codes = (codes.round() + 7).clamp(0, 14)
    return codes.reshape(weight.shape), scale.squeeze(-1)


def dequantise(codes: Tensor, scale: Tensor) -> Tensor:
    """The weights the page computes with."""
    groups = (codes - 7).reshape(*scale.shape, GROUP) * scale.unsqueeze(-1)
    return groups.reshape(codes.shape)


def straight_through(weight: Tensor) -> Tensor:
    """Quantised value forward, identity gradient backward."""
    with torch.no_grad():
        rounded = dequantise(*quantise(weight))
    return weight + (rounded - weight).detach()


def rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    """RMSNorm."""
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * weight


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """RoPE, half-split; `sin` carries the sign of rotate_half's first half."""
    return x * cos + torch.roll(x, x.shape[-1] // 2, -1) * sin


def rope_tables(shape: Shape) -> tuple[Tensor, Tensor]:
    """[context, head_dim] cosines and sign-carrying sines."""
    half = shape.head_dim // 2
    rates = shape.rope_theta ** (-torch.arange(half, dtype=torch.float64) / half)
    angles = torch.arange(shape.context, dtype=torch.float64)[:, None] * rates
    cos, sin = angles.cos(), angles.sin()
    return torch.cat((cos, cos), 1).float(), torch.cat((-sin, sin), 1).float()


class Layer(nn.Module):
    """One decoder layer; names follow MLC's."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        h, rows = shape.hidden_size, (shape.heads + 2 * shape.kv_heads) * shape.head_dim
        self.input_norm = nn.Parameter(torch.ones(h))
        self.post_norm = nn.Parameter(torch.ones(h))
        self.c_attn = nn.Parameter(torch.randn(rows, h) * 0.02)
        self.c_attn_bias = nn.Parameter(torch.zeros(rows))
        deep = 0.02 / math.sqrt(2 * shape.layers)
        self.o_proj = nn.Parameter(torch.randn(h, shape.heads * shape.head_dim) * deep)
        self.gate_up = nn.Parameter(torch.randn(2 * shape.ff, h) * 0.02)
        self.down = nn.Parameter(torch.randn(h, shape.ff) * deep)


class TinyQwen2(nn.Module):
    """Tied embeddings, RMSNorm, GQA, biased q/k/v, SwiGLU."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embed = nn.Parameter(torch.randn(shape.vocab_size, shape.hidden_size) * 0.02)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = nn.Parameter(torch.ones(shape.hidden_size))
        self.int4 = False
        cos, sin = rope_tables(shape)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)

    def weight(self, parameter: Tensor) -> Tensor:
        """The matrix as it takes part in the forward pass."""
        return straight_through(parameter) if self.int4 else parameter

    def qkv(self, layer: Layer, x: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Rotated queries and keys, and values: [batch, heads, tokens, head_dim]."""
        s, (batch, tokens, _) = self.shape, x.shape
        fused = F.linear(rms_norm(x, layer.input_norm, s.eps), self.weight(layer.c_attn), layer.c_attn_bias)
        fused = fused.view(batch, tokens, -1, s.head_dim).transpose(1, 2)
        turned = rotate(fused[:, : s.heads + s.kv_heads], cos, sin)
        q, k = turned[:, : s.heads], turned[:, s.heads :]
        return q, k, fused[:, s.heads + s.kv_heads :]

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
        """Grouped-query attention; `mask` is added to the scores [batch or 1, 1, q, k]."""
        s, (batch, _, tokens, dim) = self.shape, q.shape
        share = s.heads // s.kv_heads
        grouped = q.reshape(batch, s.kv_heads, share * tokens, dim) * dim**-0.5
        scores = grouped @ k.transpose(-1, -2)
        scores = scores.view(batch, s.heads, tokens, -1) + mask
        weights = scores.softmax(-1).view(batch, s.kv_heads, share * tokens, -1)
        mixed = (weights @ v).view(batch, s.heads, tokens, dim)
        return mixed.transpose(1, 2).reshape(batch, tokens, -1)

    def finish(self, layer: Layer, x: Tensor, mixed: Tensor) -> Tensor:
        """Output projection and SwiGLU with their residuals."""
        x = x + F.linear(mixed, self.weight(layer.o_proj))
        normed = rms_norm(x, layer.post_norm, self.shape.eps)
        gate, up = F.linear(normed, self.weight(layer.gate_up)).chunk(2, -1)
        return x + F.linear(F.silu(gate) * up, self.weight(layer.down))

    def hidden(self, ids: Tensor) -> Tensor:
        """Final normed states [batch, tokens, hidden], causal."""
        tokens = ids.shape[1]
        mask = torch.full((tokens, tokens), float("-inf")).triu(1)[None, None]
        cos, sin = self.cos[:tokens], self.sin[:tokens]
        x = F.embedding(ids, self.weight(self.embed))
        for layer in self.layers:
            q, k, v = self.qkv(layer, x, cos, sin)
            x = self.finish(layer, x, self.attend(q, k, v, mask))
        return rms_norm(x, self.norm, self.shape.eps)

    def head(self, states: Tensor) -> Tensor:
        """Logits from the tied embedding."""
        return F.linear(states, self.weight(self.embed))


def rounded_copy(model: TinyQwen2) -> TinyQwen2:
    """The model exactly as exported: int4 matrices, f16 vectors."""
    copy = TinyQwen2(model.shape)
    with torch.no_grad():
        for (name, to), (_, source) in zip(copy.named_parameters(), model.named_parameters(), strict=True):
            assert name
            to.copy_(dequantise(*quantise(source)) if source.dim() == 2 else source.half().float())
    return copy.eval()


@torch.no_grad()
def sample(
    model: TinyQwen2, prompts: list[list[int]], limit: int, active: int, end: int, seed: int
) -> tuple[list[list[int]], list[list[float]]]:
    """One path at temperature 1 for each prompt, and its top-20 entropies.

    Finished rows leave the batch as they end.
    """
    s = model.shape
    rng = torch.Generator().manual_seed(seed)
    rows, width = len(prompts), max(map(len, prompts))
    ids = torch.zeros(rows, width, dtype=torch.long)
    blocked = torch.zeros(rows, 1, 1, width + limit)
    for row, prompt in enumerate(prompts):  # left padding: RoPE only sees differences
        ids[row, width - len(prompt) :] = torch.tensor(prompt)
        blocked[row, :, :, : width - len(prompt)] = float("-inf")
    causal = torch.full((width, width), float("-inf")).triu(1)
    # A pad row may look at itself only, which keeps its softmax finite.
    mask = blocked[..., :width] + causal
    mask = mask.masked_fill(torch.eye(width, dtype=torch.bool), 0.0)
    keys = [torch.zeros(rows, s.kv_heads, width + limit, s.head_dim) for _ in model.layers]
    values = [torch.zeros_like(key) for key in keys]
    x = F.embedding(ids, model.embed)
    for index, layer in enumerate(model.layers):
        q, k, v = model.qkv(layer, x, model.cos[:width], model.sin[:width])
        keys[index][:, :, :width], values[index][:, :, :width] = k, v
        x = model.finish(layer, x, model.attend(q, k, v, mask))
    states = x[:, -1]
    paths: list[list[int]] = [[] for _ in prompts]
    entropies: list[list[float]] = [[] for _ in prompts]
    alive = torch.arange(rows)
    for step in range(limit):
        logits = model.head(rms_norm(states, model.norm, s.eps))[:, :active]
        chosen = torch.multinomial(logits.softmax(-1), 1, generator=rng)[:, 0]
        best = logits.topk(TOP_K, dim=-1).values.softmax(-1).clamp_min(1e-10)
        spread = -(best * best.log()).sum(-1)
        for row, token, entropy in zip(alive.tolist(), chosen.tolist(), spread.tolist(), strict=True):
            paths[row].append(token)
            entropies[row].append(entropy)
        going = chosen != end
        if not going.any() or step + 1 == limit:
            break
        if not going.all():
            alive, chosen, blocked = alive[going], chosen[going], blocked[going]
            keys = [key[going] for key in keys]
            values = [value[going] for value in values]
        place = width + step
        x = F.embedding(chosen[:, None], model.embed)
        cos, sin = model.cos[place : place + 1], model.sin[place : place + 1]
        for index, layer in enumerate(model.layers):
            q, k, v = model.qkv(layer, x, cos, sin)
            keys[index][:, :, place : place + 1], values[index][:, :, place : place + 1] = k, v
            seen = slice(0, place + 1)
            mixed = model.attend(q, keys[index][:, :, seen], values[index][:, :, seen], blocked[..., seen])
            x = model.finish(layer, x, mixed)
        states = x[:, 0]
    return paths, entropies
