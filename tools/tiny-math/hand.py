"""A solver's hand: does the arithmetic of a worked solution and sometimes slips.

A slip is one wrong result (a digit, a carry) at one step; everything after it is
carried on consistently from the wrong value.  Slips are what makes the trained
model err at random at temperature 1, as a larger model does, rather than always
in the same way; the README says so plainly.
"""

from __future__ import annotations

import random
from fractions import Fraction

Number = int | Fraction


def digits(value: int) -> int:
    """Number of decimal digits of |value|."""
    return len(str(abs(value)))


class Hand:
    """Computes each step, slipping with a probability that grows with its difficulty."""

    def __init__(self, rng: random.Random, slip_rate: float) -> None:
        self.rng = rng
        self.slip_rate = slip_rate

    def put(self, value: Number, hardness: float) -> Number:
        """Return the step's result as it gets written down."""
        if self.rng.random() >= self.slip_rate * hardness:
            return value
        if isinstance(value, Fraction):
            if value.denominator != 1:
                return value
            value = int(value)
        return self._slip(value)

    def _slip(self, value: int) -> int:
        """A nearby wrong number with the same sign."""
        rng = self.rng
        size = abs(value)
        while True:
            kind = rng.random()
            if kind < 0.45 or size < 5:
                wrong = size + rng.choice((-1, 1))
            elif kind < 0.75 and size >= 10:
                wrong = size + rng.choice((-10, 10))
            else:
                place = 10 ** rng.randrange(digits(size))
                wrong = size + place * (rng.randrange(10) - size // place % 10)
            if wrong >= 1 and wrong != size:
                return -wrong if value < 0 else wrong

    def plus(self, a: int, b: int) -> int:
        """a + b."""
        size = max(digits(a), digits(b))
        carry = abs(a) % 10 + abs(b) % 10 > 9
        return self.put(a + b, 0.35 * size + 0.4 * carry)

    def minus(self, a: int, b: int) -> int:
        """a - b."""
        size = max(digits(a), digits(b))
        borrow = a % 10 < b % 10
        return self.put(a - b, 0.35 * size + 0.4 * borrow)

    def over(self, a: Number, b: Number) -> Number:
        """a / b, an exact fraction when it does not divide (only after a slip)."""
        ratio = Fraction(a) / Fraction(b)
        if ratio.denominator != 1:
            return ratio
        return self.put(int(ratio), 0.5 * digits(int(ratio)))

    def times(self, a: int, b: int) -> tuple[str, int]:
        """a * b as written text (with partial products when needed) and its value."""
        big, small = (a, b) if abs(a) >= abs(b) else (b, a)
        if abs(big) <= 12 or small in (0, 1, 10) or big % 100 == 0:
            value = self.put(a * b, 0.6)
            return f"{a}*{b}={value}", value
        unit = 10 ** (digits(big) - 1) if digits(small) == 1 else 1
        if digits(small) == 1:
            head, tail = big // unit * unit, big % unit
        else:  # two digits each: split the smaller one into tens and units
            head, tail = small // 10 * 10, small % 10
            small = big
        if tail == 0:
            value = self.put(a * b, 0.9)
            return f"{a}*{b}={value}", value
        left = self.put(head * small, 0.7)
        right = self.put(tail * small, 0.7)
        value = self.plus(left, right)
        return f"{a}*{b}={left}+{right}={value}", value
