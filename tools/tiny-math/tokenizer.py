"""A small byte-level BPE: trains it, writes tokenizer.json, and encodes in Python.

Words become single tokens; every digit, operator, space and line break is its own
token, because digit-wise arithmetic is what so small a model can learn.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path

from generate import ROOT, training_example

MODEL_DIR = ROOT / "public/models/tiny-math"
SPECIAL = ("<|pad|>", "<|unk|>", "<|user|>", "<|assistant|>", "<|end|>")
PAD, UNK, USER, ASSISTANT, END = range(5)
SPLIT = r"\\boxed\{| ?[A-Za-z]+|[^A-Za-z]"
CORPUS_SLIPS = 0.08
"""Slip rate of the texts the merges are learned from; another one gives slightly other merges."""

VOCAB_SIZE = 384
MERGES = VOCAB_SIZE - len(SPECIAL) - 96 - 3
"""Printable ASCII (95) and the line break are the base; three ids stay unused as padding."""


def to_symbol(character: str) -> str:
    """GPT-2's byte alphabet: only space and line break are remapped here."""
    return {" ": "Ġ", "\n": "Ċ"}.get(character, character)


def base_symbols() -> list[str]:
    """The single-character tokens."""
    return ["Ċ", "Ġ", *map(chr, range(0x21, 0x7F))]


def merged(symbols: list[str], pair: tuple[str, str]) -> list[str]:
    """`symbols` with each occurrence of `pair` joined."""
    result, index = [], 0
    while index < len(symbols):
        if tuple(symbols[index : index + 2]) == pair:
            result.append(symbols[index] + symbols[index + 1])
            index += 2
        else:
            result.append(symbols[index])
            index += 1
    return result


def learn_merges(texts: list[str], count: int) -> list[tuple[str, str]]:
    """Plain BPE on word counts; ties go to the alphabetically first pair."""
    words = Counter(piece for text in texts for piece in re.findall(SPLIT, text) if len(piece) > 1)
    # Square roots even out frequencies, so that rarer words become single tokens too.
    table = [([to_symbol(c) for c in word], n**0.5) for word, n in sorted(words.items())]
    merges: list[tuple[str, str]] = []
    while len(merges) < count:
        pairs: Counter = Counter()
        for symbols, n in table:
            for pair in zip(symbols, symbols[1:], strict=False):
                pairs[pair] += n
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        table = [(merged(symbols, best), n) for symbols, n in table]
    return merges


class Tokenizer:
    """Encodes as the page's library does, from the same tokenizer.json."""

    def __init__(self, path: Path = MODEL_DIR / "tokenizer.json") -> None:
        document = json.loads(path.read_text())
        self.vocab: dict[str, int] = document["model"]["vocab"]
        self.names = {index: name for name, index in self.vocab.items()}
        ranks = [tuple(pair) for pair in document["model"]["merges"]]
        self.ranks = {pair: rank for rank, pair in enumerate(ranks)}
        self.cache: dict[str, list[int]] = {}
        self.pieces = re.compile("|".join(map(re.escape, SPECIAL)) + "|" + SPLIT)

    def __len__(self) -> int:
        return len(self.vocab)

    def encode(self, text: str) -> list[int]:
        """Token ids; special tokens in the text are recognised."""
        ids: list[int] = []
        for piece in self.pieces.findall(text):
            if piece not in self.cache:
                self.cache[piece] = self._encode_piece(piece)
            ids += self.cache[piece]
        return ids

    def _encode_piece(self, piece: str) -> list[int]:
        if piece in SPECIAL:
            return [self.vocab[piece]]
        if not piece.isascii():
            return [UNK] * len(piece.encode())
        symbols = [to_symbol(c) for c in piece]
        while len(symbols) > 1:
            pairs = zip(symbols, symbols[1:], strict=False)
            best = min(pairs, key=lambda pair: self.ranks.get(pair, 1 << 30))
            if best not in self.ranks:
                break
            symbols = merged(symbols, best)
        return [self.vocab.get(symbol, UNK) for symbol in symbols]

    def decode(self, ids: list[int]) -> str:
        """Text without special tokens."""
        text = "".join(self.names.get(i, "") for i in ids if i >= len(SPECIAL))
        return text.replace("Ġ", " ").replace("Ċ", "\n")


def document(merges: list[tuple[str, str]]) -> dict:
    """tokenizer.json in Hugging Face's format."""
    names = [*SPECIAL, *base_symbols(), *(a + b for a, b in merges)]
    added = [
        {
            "id": index,
            "content": name,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for index, name in enumerate(SPECIAL)
    ]
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    split = {"type": "Split", "pattern": {"Regex": SPLIT}, "behavior": "Isolated", "invert": False}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [split, byte_level]},
        "post_processor": None,
        "decoder": {**byte_level, "use_regex": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": SPECIAL[UNK],
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {name: index for index, name in enumerate(names)},
            "merges": [list(pair) for pair in merges],
        },
    }


def main() -> None:
    """Train on generated text and write tokenizer.json and tokenizer_config.json."""
    rng = random.Random(3)
    examples = [training_example(rng, CORPUS_SLIPS) for _ in range(20_000)]
    merges = learn_merges([f"{e.problem}\n{e.solution}" for e in examples], MERGES)
    MODEL_DIR.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document(merges), ensure_ascii=False, indent=1)
    (MODEL_DIR / "tokenizer.json").write_text(text + "\n")
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": 256,
        "add_bos_token": False,
        "add_eos_token": False,
        "bos_token": None,
        "eos_token": SPECIAL[END],
        "pad_token": SPECIAL[PAD],
        "unk_token": SPECIAL[UNK],
        "clean_up_tokenization_spaces": False,
    }
    (MODEL_DIR / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")
    coder = Tokenizer()
    prompts = [len(coder.encode(e.problem)) + 2 for e in examples]
    own = [len(coder.encode(e.solution)) + 1 for e in examples]
    print(f"{len(coder)} ids; prompt mean {sum(prompts) / len(own):.1f} max {max(prompts)};", end=" ")
    print(f"solution mean {sum(own) / len(own):.1f} max {max(own)}")


if __name__ == "__main__":
    main()
