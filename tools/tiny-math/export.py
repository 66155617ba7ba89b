"""Write a checkpoint as MLC q4f16_1 shards with the chat config the page reads."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import torch
from torch import Tensor

from evaluate import load
from generate import FAMILY_FILE
from model import TinyQwen2, quantise
from tokenizer import ASSISTANT, END, MODEL_DIR, PAD, SPECIAL, USER, Tokenizer

SHARD = "params_shard_0.bin"


def packed(codes: Tensor) -> bytes:
    """Eight 4-bit codes a little-endian u32, the first in the low bits."""
    eights = codes.to(torch.int64).reshape(codes.shape[0], -1, 8)
    words = (eights << (4 * torch.arange(8))).sum(-1)
    return words.numpy().astype("<u4").tobytes()


def tensors(model: TinyQwen2) -> list[tuple[str, list[int], str, bytes]]:
    """(name, shape, dtype, bytes) in MLC's order."""
    result: list[tuple[str, list[int], str, bytes]] = []

    def matrix(name: str, weight: Tensor) -> None:
        codes, scale = quantise(weight.detach())
        rows, columns = weight.shape
        result.append((f"{name}.q_weight", [rows, columns // 8], "uint32", packed(codes)))
        result.append((f"{name}.q_scale", list(scale.shape), "float16", half(scale)))

    def vector(name: str, weight: Tensor) -> None:
        result.append((name, list(weight.shape), "float16", half(weight)))

    matrix("model.embed_tokens", model.embed)
    for index, layer in enumerate(model.layers):
        prefix = f"model.layers.{index}"
        vector(f"{prefix}.input_layernorm.weight", layer.input_norm)
        vector(f"{prefix}.post_attention_layernorm.weight", layer.post_norm)
        matrix(f"{prefix}.self_attn.c_attn", layer.c_attn)
        vector(f"{prefix}.self_attn.c_attn.bias", layer.c_attn_bias)
        matrix(f"{prefix}.self_attn.o_proj", layer.o_proj)
        matrix(f"{prefix}.mlp.gate_up_proj", layer.gate_up)
        matrix(f"{prefix}.mlp.down_proj", layer.down)
    vector("model.norm.weight", model.norm)
    return result


def half(values: Tensor) -> bytes:
    """Little-endian f16."""
    return values.detach().half().numpy().astype("<f2").tobytes()


def chat_config(model: TinyQwen2, active: int) -> dict:
    """mlc-chat-config.json."""
    shape = model.shape
    families = json.loads(FAMILY_FILE.read_text())
    sizes = {"vocab_size": shape.vocab_size, "context_window_size": shape.context}
    return {
        "version": "0.1.0",
        "model_type": "qwen2",
        "quantization": "q4f16_1",
        "model_config": {
            "hidden_act": "silu",
            "hidden_size": shape.hidden_size,
            "intermediate_size": shape.ff,
            "num_attention_heads": shape.heads,
            "num_hidden_layers": shape.layers,
            "num_key_value_heads": shape.kv_heads,
            "head_dim": shape.head_dim,
            "rms_norm_eps": shape.eps,
            "rope_theta": shape.rope_theta,
            "tie_word_embeddings": True,
            **sizes,
        },
        **sizes,
        "active_vocab_size": active,
        "temperature": 1.0,
        "top_p": 1.0,
        "repetition_penalty": 1.0,
        "pad_token_id": PAD,
        "bos_token_id": None,
        "eos_token_id": END,
        "tokenizer_files": ["tokenizer.json", "tokenizer_config.json"],
        "conv_template": {
            "name": "tiny-math",
            "system_template": "{system_message}",
            "system_message": "",
            "system_prefix_token_ids": None,
            "add_role_after_system_message": True,
            "roles": {"user": SPECIAL[USER], "assistant": SPECIAL[ASSISTANT]},
            "role_templates": {"user": "{user_message}", "assistant": "{assistant_message}"},
            "messages": [],
            "seps": [""],
            "role_content_sep": "",
            "role_empty_sep": "",
            "stop_str": [],
            "stop_token_ids": [END],
        },
        "tiny_math": {"families": [{"id": row["id"], "example": row["example"]} for row in families]},
    }


def main() -> None:
    """Write shard, index and config next to the tokenizer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--output", type=Path, default=MODEL_DIR)
    options = parser.parse_args()
    model = load(options.checkpoint)
    data, records = b"", []
    for name, shape, dtype, content in tensors(model):
        record = {"name": name, "shape": shape, "dtype": dtype, "format": "f32-to-bf16"}
        records.append({**record, "nbytes": len(content), "byteOffset": len(data)})
        data += content
    shard = {"dataPath": SHARD, "format": "raw-shard", "nbytes": len(data)}
    shard |= {"md5sum": hashlib.md5(data).hexdigest(), "records": records}
    bits = 8 * len(data) / sum(p.numel() for p in model.parameters())
    metadata = {"ParamSize": len(records), "ParamBytes": len(data), "BitsPerParam": round(bits, 4)}
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / SHARD).write_bytes(data)
    index = {"metadata": metadata, "records": [shard]}
    (options.output / "tensor-cache.json").write_text(json.dumps(index, indent=1) + "\n")
    config = chat_config(model, len(Tokenizer()))
    (options.output / "mlc-chat-config.json").write_text(json.dumps(config, indent=1) + "\n")
    print(f"{len(data)} bytes in {len(records)} tensors")


if __name__ == "__main__":
    main()
