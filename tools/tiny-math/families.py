"""The problem families: each draws numbers, phrases a problem and writes a solution.

A family function takes a seeded generator and returns a `Draft`; nothing is solved
until `Draft.solve(hand)` is called, so that the same problem can be solved without
slips (for its gold answer) or with them (for training), by one of several methods.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from hand import Hand, Number


@dataclass
class Draft:
    """A drawn problem: its identity, its wording, and how to solve it."""

    key: tuple
    """Family, kind and numbers; never the wording (see `generate.is_held_out`)."""
    problem: str
    solve: Callable[[Hand], tuple[list[str], Number]]
    """Worked lines and the answer reached."""


def signed(value: int) -> str:
    """`+5` or `-5`."""
    return f"{value:+d}"


def term(coefficient: int) -> str:
    """`x` with its coefficient, 1 left out."""
    return "x" if coefficient == 1 else f"{coefficient}x"


def linear(rng: random.Random) -> Draft:
    """Linear equations with an integer solution."""
    kind = rng.choice(("ax+b", "both", "bracket", "collect"))
    x = rng.choice([*range(2, 16), *range(-6, 0)])
    a, b = rng.randint(2, 9), rng.choice((-1, 1)) * rng.randint(1, 30)
    c, d = rng.randint(2, 9), 0
    if kind == "ax+b":
        left, right = f"{a}x{signed(b)}", str(a * x + b)

        def solve(hand: Hand) -> tuple[list[str], Number]:
            value = hand.plus(a * x + b, -b)
            root = hand.over(value, a)
            return [f"{a}x={a * x + b}{signed(-b)}={value}", f"x={value}/{a}={root}"], root

    elif kind == "both":
        c = rng.randint(1, a - 1)
        d = (a - c) * x + b
        left, right = f"{a}x{signed(b)}", term(c) + (signed(d) if d else "")

        def solve(hand: Hand) -> tuple[list[str], Number]:
            factor = hand.put(a - c, 0.3)
            value = hand.plus(d, -b)
            root = hand.over(value, factor)
            lines = [f"{a}x-{term(c)}={d}{signed(-b)}", f"{term(factor)}={value}"]
            return [*lines, f"x={value}/{factor}={root}"], root

    elif kind == "bracket":
        b = rng.choice((-1, 1)) * rng.randint(1, 9)
        total = a * (x + b)
        left, right = f"{a}(x{signed(b)})", str(total)
        expand = rng.random() < 0.5

        def solve(hand: Hand) -> tuple[list[str], Number]:
            if expand:
                shift = hand.put(a * b, 0.6)
                value = hand.plus(total, -shift)
                root = hand.over(value, a)
                lines = [f"{a}x{signed(shift)}={total}", f"{a}x={total}{signed(-shift)}={value}"]
                return [*lines, f"x={value}/{a}={root}"], root
            inner = hand.over(total, a)
            root = hand.plus(inner, -b)
            return [f"x{signed(b)}={total}/{a}={inner}", f"x={inner}{signed(-b)}={root}"], root

    else:
        b = rng.choice((-1, 1)) * rng.randint(1, 9)
        total = a * (x + b) + c * x
        left, right = f"{a}(x{signed(b)})+{c}x", str(total)

        def solve(hand: Hand) -> tuple[list[str], Number]:
            shift = hand.put(a * b, 0.6)
            factor = hand.plus(a, c)
            value = hand.plus(total, -shift)
            root = hand.over(value, factor)
            lines = [f"{a}x{signed(shift)}+{c}x={total}", f"{factor}x={total}{signed(-shift)}={value}"]
            return [*lines, f"x={value}/{factor}={root}"], root

    equation = f"{left}={right}"
    problem = rng.choice(
        (
            "Solve for x: {}",
            "Solve {}.",
            "Find x if {}.",
            "What is x when {}?",
            "Solve the equation {}.",
        )
    ).format(space_out(rng, equation))
    return Draft(("linear", kind, left, right), problem, solve)


def space_out(rng: random.Random, expression: str) -> str:
    """Sometimes put spaces round the operators, as people type."""
    if rng.random() < 0.6:
        return expression
    for operator in "+-*=/":
        expression = expression.replace(operator, f" {operator} ")
    return expression.replace("= - ", "= -").replace("( - ", "(-")


def order(rng: random.Random) -> Draft:
    """Order of operations."""
    kind = rng.randrange(6)
    a, b, c, d = (rng.randint(2, 12) for _ in range(4))
    e, f = rng.randint(13, 60), rng.randint(2, 9)
    if kind == 0:
        text = f"{e}+{b}*{c}-{d}"

        def solve(hand: Hand) -> tuple[list[str], Number]:
            line, product = hand.times(b, c)
            first = hand.plus(e, product)
            value = hand.minus(first, d)
            return [line, f"{e}+{product}={first}", f"{first}-{d}={value}"], value

    elif kind == 1:
        text = f"({a}+{b})*{f}-{c}*{d}"

        def solve(hand: Hand) -> tuple[list[str], Number]:
            inner = hand.plus(a, b)
            one, left = hand.times(inner, f)
            two, right = hand.times(c, d)
            value = hand.minus(left, right)
            return [f"{a}+{b}={inner}", one, two, f"{left}-{right}={value}"], value

    elif kind == 2:
        text = f"{e}*{f}+{c}*{d}"

        def solve(hand: Hand) -> tuple[list[str], Number]:
            one, left = hand.times(e, f)
            two, right = hand.times(c, d)
            value = hand.plus(left, right)
            return [one, two, f"{left}+{right}={value}"], value

    elif kind == 3:
        text = f"{f}*({e}-{b})+{d}"

        def solve(hand: Hand) -> tuple[list[str], Number]:
            inner = hand.minus(e, b)
            line, product = hand.times(f, inner)
            value = hand.plus(product, d)
            return [f"{e}-{b}={inner}", line, f"{product}+{d}={value}"], value

    elif kind == 4:
        text = f"{e}+{f}*({c}+{d})"

        def solve(hand: Hand) -> tuple[list[str], Number]:
            inner = hand.plus(c, d)
            line, product = hand.times(f, inner)
            value = hand.plus(e, product)
            return [f"{c}+{d}={inner}", line, f"{e}+{product}={value}"], value

    else:
        text = f"{a}*{b}+{c * f}/{f}-{d}"

        def solve(hand: Hand) -> tuple[list[str], Number]:
            line, product = hand.times(a, b)
            quotient = hand.over(c * f, f)
            total = hand.plus(product, quotient)
            value = hand.minus(total, d)
            lines = [line, f"{c * f}/{f}={quotient}", f"{product}+{quotient}={total}"]
            return [*lines, f"{total}-{d}={value}"], value

    problem = rng.choice(
        ("Compute {}.", "Evaluate {}.", "What is {}?", "Calculate {}", "Find the value of {}.")
    ).format(space_out(rng, text))
    return Draft(("order", text), problem, solve)


def gcd(rng: random.Random) -> Draft:
    """Greatest common divisor by Euclid's algorithm."""
    while True:
        common = rng.choice((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 15, 18))
        a, b = common * rng.randint(2, 26), common * rng.randint(2, 14)
        if 10 <= b < a <= 250 and 2 <= euclid_steps(a, b) <= 5:
            break
    problem = rng.choice(
        (
            "Find the greatest common divisor of {} and {}.",
            "What is gcd({}, {})?",
            "Compute the gcd of {} and {}.",
            "Find gcd({},{}).",
            "What is the greatest common factor of {} and {}?",
        )
    ).format(*((a, b) if rng.random() < 0.5 else (b, a)))

    def solve(hand: Hand) -> tuple[list[str], Number]:
        lines, high, low = [], a, b
        while low:
            times = high // low
            product = times * low if times == 1 else hand.put(times * low, 0.6)
            rest = high - product if high == product else hand.minus(high, product)
            if not 0 <= rest < low:  # a slip that Euclid would notice: do it again
                product, rest = times * low, high % low
            lines.append(f"{high}-{times}*{low}={high}-{product}={rest}")
            high, low = low, rest
        return lines, high

    return Draft(("gcd", a, b), problem, solve)


def euclid_steps(a: int, b: int) -> int:
    """Divisions Euclid's algorithm needs."""
    steps = 0
    while b:
        a, b, steps = b, a % b, steps + 1
    return steps


def percent(rng: random.Random) -> Draft:
    """Percentages of a number, and rises or falls by a percentage."""
    kind = rng.choice(("of", "rise", "fall"))
    p, n = 5 * rng.randint(1, 19), 20 * rng.randint(2, 30)
    wordings = {
        "of": ("What is {p}% of {n}?", "Find {p}% of {n}.", "Compute {p} percent of {n}."),
        "rise": (
            "Increase {n} by {p}%.",
            "A price of {n} dollars rises by {p}%. What is the new price?",
            "What is {n} increased by {p}%?",
        ),
        "fall": (
            "Decrease {n} by {p}%.",
            "A price of {n} dollars falls by {p}%. What is the new price?",
            "A coat costs {n} dollars and is {p}% off. What does it cost now?",
        ),
    }
    problem = rng.choice(wordings[kind]).format(p=p, n=n)
    by_tens = rng.random() < 0.6

    def solve(hand: Hand) -> tuple[list[str], Number]:
        lines = []
        if by_tens:
            tens, five = divmod(p, 10)
            part = 0
            if tens:
                tenth = hand.put(n // 10, 0.4)
                lines.append(f"10% is {tenth}")
                part = tenth
                if tens > 1:
                    line, part = hand.times(tenth, tens)
                    lines.append(f"{10 * tens}% is {line}")
            if five:
                half = hand.put(n // 20, 0.7)
                lines.append(f"5% is {half}")
                if tens:
                    total = hand.plus(part, half)
                    lines.append(f"{p}% is {part}+{half}={total}")
                    part = total
                else:
                    part = half
        else:
            common = math.gcd(p, 20 * 5)
            top, low = p // common, 100 // common
            quotient = Fraction(n, low)
            if quotient.denominator == 1:
                quotient = hand.put(int(quotient), 0.7)
                line, part = hand.times(quotient, top)
                lines += [f"{p}%={p}/100={top}/{low}", f"{n}/{low}={quotient}", line]
            else:
                fifth = hand.put(n // 20, 0.7)
                line, part = hand.times(fifth, p // 5)
                lines += [f"5% is {n}/20={fifth}", line]
        if kind == "of":
            return lines, part
        value = hand.plus(n, part) if kind == "rise" else hand.minus(n, part)
        return [*lines, f"{n}{'+' if kind == 'rise' else '-'}{part}={value}"], value

    return Draft(("percent", kind, p, n), problem, solve)


def arithmetic(rng: random.Random) -> Draft:
    """Arithmetic sequences: a term, or the sum of the first terms."""
    kind = rng.choice(("term", "sum"))
    a, d = rng.randint(1, 30), rng.randint(2, 12)
    n = rng.randint(7, 40) if kind == "term" else 2 * rng.randint(3, 10)
    listed = rng.random() < 0.5
    shown = (
        f"{a}, {a + d}, {a + 2 * d}, ..." if listed else f"first term {a} and common difference {d}"
    )
    if kind == "term":
        problem = rng.choice(
            (
                "Find term {n} of the arithmetic sequence {s}",
                "What is term {n} of the arithmetic sequence {s}?",
            )
            if listed
            else (
                "An arithmetic sequence has {s}. Find term {n}.",
                "What is term {n} of the arithmetic sequence with {s}?",
            )
        )
    else:
        problem = rng.choice(
            ("Find the sum of the first {n} terms of the arithmetic sequence {s}",)
            if listed
            else (
                "An arithmetic sequence has {s}. Find the sum of the first {n} terms.",
                "What is the sum of the first {n} terms of the arithmetic sequence with {s}?",
            )
        )
    problem = problem.format(n=n, s=shown)

    def solve(hand: Hand) -> tuple[list[str], Number]:
        lines, step = [], d
        if listed:
            step = hand.minus(a + d, a)
            lines.append(f"d={a + d}-{a}={step}")
        count = hand.put(n - 1, 0.3)
        line, product = hand.times(count, step)
        last = hand.plus(a, product)
        lines += [f"{n}-1={count}", line, f"{a}+{product}={last}"]
        if kind == "term":
            return lines, last
        pair = hand.plus(a, last)
        half = n // 2
        line, total = hand.times(half, pair)
        return [*lines, f"{a}+{last}={pair}", f"{n}/2={half}", line], total

    return Draft(("arithmetic", kind, a, d, n), problem, solve)


def geometric(rng: random.Random) -> Draft:
    """Geometric sequences: a term, or the sum of the first terms."""
    while True:
        kind = rng.choice(("term", "sum"))
        a, r = rng.randint(2, 40), rng.choice((2, 2, 3, 4, 5))
        n = rng.randint(4, 7) if kind == "term" else rng.randint(3, 5)
        if a * r ** (n - 1) <= 999:
            break
    listed = rng.random() < 0.5
    shown = f"{a}, {a * r}, {a * r * r}, ..." if listed else f"first term {a} and common ratio {r}"
    if kind == "term":
        problem = rng.choice(
            ("Find term {n} of the geometric sequence {s}", "What is term {n} of the geometric sequence {s}?")
            if listed
            else (
                "A geometric sequence has {s}. Find term {n}.",
                "What is term {n} of the geometric sequence with {s}?",
            )
        )
    else:
        problem = rng.choice(
            ("Find the sum of the first {n} terms of the geometric sequence {s}",)
            if listed
            else (
                "A geometric sequence has {s}. Find the sum of the first {n} terms.",
                "What is the sum of the first {n} terms of the geometric sequence with {s}?",
            )
        )
    problem = problem.format(n=n, s=shown)

    def solve(hand: Hand) -> tuple[list[str], Number]:
        lines, value, total = [], a, a
        if listed:
            lines.append(f"r={a * r}/{a}={r}")
        terms = [a]
        for index in range(2, n + 1):
            line, value = hand.times(value, r)
            lines.append(f"{index}: {line}")
            terms.append(value)
        if kind == "term":
            return lines, value
        for other in terms[1:]:
            grown = hand.plus(total, other)
            lines.append(f"{total}+{other}={grown}")
            total = grown
        return lines, total

    return Draft(("geometric", kind, a, r, n), problem, solve)


def fraction(rng: random.Random) -> Draft:
    """Sums, differences and products of two fractions, in lowest terms."""
    while True:
        kind = rng.choice(("+", "-", "+", "-", "*"))
        b, d = rng.randint(2, 12), rng.randint(2, 12)
        a, c = rng.randint(1, b - 1), rng.randint(1, d - 1)
        if math.gcd(a, b) == 1 == math.gcd(c, d) and (kind != "-" or a * d > b * c):
            if b != d or kind != "+":
                break
    text = f"{a}/{b}{kind}{c}/{d}"
    names = {"+": "sum", "-": "difference", "*": "product"}
    problem = rng.choice(("Compute {}.", "What is {}?", "Calculate {}", "Find the {} {}.", "Simplify {}."))
    spaced = text if rng.random() < 0.5 else f"{a}/{b} {kind} {c}/{d}"
    problem = problem.format(*((names[kind], spaced) if "the" in problem else (spaced,)))

    def solve(hand: Hand) -> tuple[list[str], Number]:
        lines = []
        if kind == "*":
            one, top = hand.times(a, c)
            two, low = hand.times(b, d)
            lines = [one, two]
        else:
            low = hand.put(math.lcm(b, d), 0.7)
            while low % b or low % d:  # a multiple is easy to check: only real ones get used
                low = math.lcm(b, d)
            one, left = hand.times(a, low // b)
            two, right = hand.times(c, low // d)
            top = hand.plus(left, right) if kind == "+" else hand.minus(left, right)
            lines = [f"common {low}", one, two, f"{left}{kind}{right}={top}"]
        value = Fraction(top, low)
        common = math.gcd(top, low)
        lines.append(f"{top}/{low}={value}" if common > 1 else f"{top}/{low}")
        return lines, value

    # Addition and multiplication do not care which fraction comes first.
    pair = (a, b, c, d) if kind == "-" or (a, b) <= (c, d) else (c, d, a, b)
    return Draft(("fraction", kind, *pair), problem, solve)


def power(rng: random.Random) -> Draft:
    """Powers modulo m, by repeated multiplication or by squaring."""
    base, exponent, modulus = rng.randint(2, 12), rng.randint(3, 8), rng.randint(5, 19)
    while base % modulus == 0:
        modulus = rng.randint(5, 19)
    problem = rng.choice(
        (
            "What is {a}^{n} mod {m}?",
            "Find the remainder when {a}^{n} is divided by {m}.",
            "Compute {a}^{n} mod {m}.",
        )
    ).format(a=base, n=exponent, m=modulus)
    squaring = exponent in (4, 6, 8) and rng.random() < 0.5

    def solve(hand: Hand) -> tuple[list[str], Number]:
        lines = []

        def reduced(left: int, right: int, label: int) -> int:
            product = hand.put(left * right, 0.8)
            rest = product
            text = f"{base}^{label}: {left}*{right}={product}"
            if product >= modulus:
                multiple = product // modulus * modulus
                rest = product - multiple if product == multiple else hand.minus(product, multiple)
                if not 0 <= rest < modulus:
                    rest = product - multiple
                text += f", {product}-{multiple}={rest}"
            lines.append(text)
            return rest

        first = base
        if base >= modulus:
            first = base % modulus
            lines.append(f"{base}-{base - first}={first}")
        value, done = first, 1
        if squaring:
            square = value = reduced(first, first, 2)
            done = 2
            if exponent in (4, 8):
                while done < exponent:
                    done *= 2
                    value = reduced(value, value, done)
            else:
                while done < exponent:
                    done += 2
                    value = reduced(value, square, done)
        while done < exponent:
            done += 1
            value = reduced(value, first, done)
        return lines, value

    return Draft(("power", base, exponent, modulus), problem, solve)


def rectangle(rng: random.Random) -> Draft:
    """Area and perimeter of rectangles."""
    kind = rng.choice(("area from perimeter", "perimeter from area", "perimeter", "area"))
    w, h = rng.randint(3, 19), rng.randint(11, 60)
    if kind == "perimeter from area":
        w = rng.randint(3, 9)
        problem = rng.choice(
            (
                "A rectangle has area {s} and width {w}. Find its perimeter.",
                "The area of a rectangle is {s} and its width is {w}. What is its perimeter?",
            )
        ).format(s=w * h, w=w)
        key = (w * h, w)
    elif kind == "area from perimeter":
        problem = rng.choice(
            (
                "A rectangle has perimeter {s} and width {w}. Find its area.",
                "The perimeter of a rectangle is {s} and its width is {w}. What is its area?",
            )
        ).format(s=2 * (w + h), w=w)
        key = (2 * (w + h), w)
    else:
        problem = rng.choice(
            (
                "A rectangle is {h} long and {w} wide. Find its {k}.",
                "What is the {k} of a rectangle with length {h} and width {w}?",
            )
        ).format(h=h, w=w, k=kind)
        key = (w, h)

    def solve(hand: Hand) -> tuple[list[str], Number]:
        if kind == "area":
            line, value = hand.times(h, w)
            return [f"area {line}"], value
        if kind == "perimeter":
            total = hand.plus(h, w)
            line, value = hand.times(total, 2)
            return [f"{h}+{w}={total}", f"perimeter {line}"], value
        if kind == "area from perimeter":
            half = hand.put(w + h, 0.7)
            length = hand.minus(half, w)
            line, value = hand.times(length, w)
            return [f"half {2 * (w + h)}/2={half}", f"length {half}-{w}={length}", f"area {line}"], value
        length = hand.put(h, 0.9)
        total = hand.plus(length, w)
        line, value = hand.times(total, 2)
        return [f"length {w * h}/{w}={length}", f"{length}+{w}={total}", f"perimeter {line}"], value

    return Draft(("rectangle", kind, *key), problem, solve)


def mean(rng: random.Random) -> Draft:
    """Averages, and the missing number behind an average."""
    kind = rng.choice(("mean", "missing"))
    count = rng.randint(3, 5)
    while True:
        numbers = [rng.randint(3, 60) for _ in range(count)]
        if sum(numbers) % count == 0:
            break
    average = sum(numbers) // count
    shown = ", ".join(map(str, numbers if kind == "mean" else numbers[:-1]))
    if kind == "mean":
        problem = rng.choice(
            ("Find the mean of {}.", "What is the average of {}?", "Compute the average of {}.")
        ).format(shown)
    else:
        problem = rng.choice(
            (
                "The mean of {}, x is {}. Find x.",
                "The average of {} and x is {}. What is x?",
            )
        ).format(shown, average)
        numbers = numbers[:-1]

    def solve(hand: Hand) -> tuple[list[str], Number]:
        lines, total = [], numbers[0]
        for number in numbers[1:]:
            grown = hand.plus(total, number)
            lines.append(f"{total}+{number}={grown}")
            total = grown
        if kind == "mean":
            value = hand.over(total, count)
            return [*lines, f"{total}/{count}={value}"], value
        line, whole = hand.times(average, count)
        value = hand.minus(whole, total)
        return [*lines, line, f"x={whole}-{total}={value}"], value

    return Draft(("mean", kind, average, *sorted(numbers)), problem, solve)


def shopping(rng: random.Random) -> Draft:
    """What a purchase costs, or the change from a note."""
    kind = rng.choice(("total", "change"))
    price, other = rng.randint(3, 12), rng.randint(13, 40)
    many, few = rng.randint(2, 9), rng.randint(2, 6)
    total_price = price * many + other * few
    note = next(n for n in (50, 100, 150, 200, 250, 300, 400) if n > total_price)
    one, two = rng.choice((("pen", "book"), ("cup", "bag"), ("ticket", "map"), ("roll", "cake")))
    name = rng.choice(("Ann", "Ben", "Mia", "Sam"))
    problem = (
        f"A {one} costs {price} dollars and a {two} costs {other} dollars. "
        f"{name} buys {many} {one}s and {few} {two}s"
    )
    problem += (
        rng.choice((". How much does it cost?", ". Find the total cost."))
        if kind == "total"
        else f" and pays with {note} dollars. How much change is left?"
    )

    def solve(hand: Hand) -> tuple[list[str], Number]:
        first, left = hand.times(many, price)
        second, right = hand.times(few, other)
        total = hand.plus(left, right)
        lines = [f"{one}s {first}", f"{two}s {second}", f"total {left}+{right}={total}"]
        if kind == "total":
            return lines, total
        value = hand.minus(note, total)
        return [*lines, f"change {note}-{total}={value}"], value

    return Draft(("shopping", kind, price, many, other, few), problem, solve)


FAMILIES: dict[str, Callable[[random.Random], Draft]] = {
    "linear": linear,
    "order": order,
    "gcd": gcd,
    "percent": percent,
    "arithmetic": arithmetic,
    "geometric": geometric,
    "fraction": fraction,
    "power": power,
    "rectangle": rectangle,
    "mean": mean,
    "shopping": shopping,
}
