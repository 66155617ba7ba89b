"""Checks of the data and of the published files: `python3 -m unittest` in this folder."""

from __future__ import annotations

import hashlib
import json
import random
import re
import unittest

from families import FAMILIES
from generate import HELD_OUT, gold, held_out, is_held_out, training_example
from tokenizer import MODEL_DIR, Tokenizer


class HeldOut(unittest.TestCase):
    """The evaluation set and the training stream have no problem in common."""

    def test_file_is_reserved_problems_only(self) -> None:
        rows = [json.loads(line) for line in HELD_OUT.read_text().splitlines()]
        self.assertEqual(rows, held_out(len(rows)))
        self.assertEqual(len({row["problem"] for row in rows}), len(rows))
        self.assertEqual({row["family"] for row in rows}, set(FAMILIES))

    def test_training_never_draws_a_held_out_problem(self) -> None:
        rows = [json.loads(line) for line in HELD_OUT.read_text().splitlines()]
        texts = {row["problem"] for row in rows}
        # Rewording does not help: the numbers of a power problem, in their order, are its key.
        keys = {numbers(row["problem"]) for row in rows if row["family"] == "power"}
        rng = random.Random(17)
        for _ in range(40_000):
            example = training_example(rng)
            self.assertNotIn(example.problem, texts)
            if example.family == "power":
                self.assertNotIn(numbers(example.problem), keys)

    def test_slips_change_the_answer_but_not_the_gold(self) -> None:
        rng = random.Random(5)
        self.assertTrue(all(training_example(rng, 0.0).right for _ in range(500)))
        right = sum(training_example(rng).right for _ in range(4000)) / 4000
        self.assertTrue(0.5 < right < 0.9, right)

    def test_gold_does_not_depend_on_the_method(self) -> None:
        for name, family in FAMILIES.items():
            answers: dict = {}
            rng = random.Random(name)
            for _ in range(3000):
                draft = family(rng)
                self.assertEqual(answers.setdefault(draft.key, gold(draft)), gold(draft), draft)
                self.assertEqual(is_held_out(draft), is_held_out(draft))


def numbers(problem: str) -> tuple[int, ...]:
    """The numbers of a wording, in their order."""
    return tuple(map(int, re.findall(r"\d+", problem)))


class Published(unittest.TestCase):
    """The files the page loads fit together."""

    def test_tokens(self) -> None:
        coder, rng = Tokenizer(), random.Random(8)
        for _ in range(500):
            example = training_example(rng)
            text = f"{example.problem}\n{example.solution}"
            self.assertEqual(coder.decode(coder.encode(text)), text)
        for name in coder.vocab:
            if any(c in "0123456789+-*/=^%()" for c in name):
                self.assertEqual(len(name), 1, "digits and operators never merge")
        self.assertEqual(coder.encode("é"), [1, 1])

    def test_shard_matches_its_index(self) -> None:
        index = json.loads((MODEL_DIR / "tensor-cache.json").read_text())
        config = json.loads((MODEL_DIR / "mlc-chat-config.json").read_text())
        shard = index["records"][0]
        data = (MODEL_DIR / shard["dataPath"]).read_bytes()
        self.assertEqual(hashlib.md5(data).hexdigest(), shard["md5sum"])
        self.assertEqual(sum(r["nbytes"] for r in shard["records"]), len(data))
        self.assertEqual(config["active_vocab_size"], len(Tokenizer()))
        total = sum(path.stat().st_size for path in MODEL_DIR.iterdir())
        self.assertLessEqual(total, 2 << 20)


if __name__ == "__main__":
    unittest.main()
