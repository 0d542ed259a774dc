"""Writes cpython.txt: calls and what CPython 3.11 makes of them.

A text that begins with @ names a function of FUNCTIONS, which the Rust test defines as well. Lazy
results are shown as lists.
"""
import collections
import functools
import heapq
import itertools
import operator
import random
import sys

FUNCTIONS = {
    "@len": len,
    "@neg": operator.neg,
    "@mod3": lambda x: x % 3,
    "@first": lambda x: x[0],
    "@second": lambda x: x[1],
    "@add": operator.add,
    "@mul": operator.mul,
    "@even": lambda x: x % 2 == 0,
    "@big": lambda x: x > 2,
    "@none": lambda x: None,
}
NAMES = {
    "chain": itertools.chain,
    "chain.from_iterable": itertools.chain.from_iterable,
    "combinations": itertools.combinations,
    "permutations": itertools.permutations,
    "product": itertools.product,
    "islice": itertools.islice,
    "groupby": itertools.groupby,
    "accumulate": itertools.accumulate,
    "zip_longest": itertools.zip_longest,
    "pairwise": itertools.pairwise,
    "takewhile": itertools.takewhile,
    "dropwhile": itertools.dropwhile,
    "filterfalse": itertools.filterfalse,
    "starmap": itertools.starmap,
    "compress": itertools.compress,
    "repeat": itertools.repeat,
    "nlargest": heapq.nlargest,
    "nsmallest": heapq.nsmallest,
    "reduce": functools.reduce,
    "Counter": collections.Counter,
    "dict.fromkeys": dict.fromkeys,
    "OrderedDict": lambda *a: dict(collections.OrderedDict(*a)),
}
PLAIN = (type(None), bool, int, float, str, list, tuple, dict, set, frozenset)


def decoded(value):
    if isinstance(value, str) and value in FUNCTIONS:
        return FUNCTIONS[value]
    return value


def shown(value):
    if isinstance(value, (type({}.keys()), type({}.values()), type({}.items()))):
        value = list(value)
    elif isinstance(value, itertools.groupby):
        value = [(k, list(g)) for k, g in value]
    elif not isinstance(value, PLAIN):
        value = list(value)
    return repr(value)


def copied(value):
    if isinstance(value, collections.Counter):
        return collections.Counter(value)
    return eval(repr(value)) if not isinstance(value, frozenset) else value


def line(name, *args, **kwargs):
    args = list(args)
    written = repr(tuple(args)), repr(kwargs)
    try:
        if name.startswith("."):
            receiver = args[0]
            if name.startswith(".Counter."):
                receiver = collections.Counter(receiver)
            method = getattr(receiver, name.split(".")[-1])
            rest = [decoded(a) for a in args[1:]]
            result = shown(method(*rest, **{k: decoded(v) for k, v in kwargs.items()}))
            result = f"({result}, {shown(receiver)})"
        else:
            function = NAMES.get(name) or getattr(__builtins__, name)
            given = [decoded(a) for a in args]
            result = shown(function(*given, **{k: decoded(v) for k, v in kwargs.items()}))
    except Exception:
        result = "error"
    LINES.append("\t".join([name, *written, result]))


LINES = []
random.seed(7)


def ints(n, low=-9, high=9):
    return [random.randint(low, high) for _ in range(n)]


def words(n):
    return ["".join(random.choices("abc", k=random.randint(0, 3))) for _ in range(n)]


def mixed(n):
    return [random.choice([random.randint(-3, 3), random.randint(-6, 6) / 2]) for _ in range(n)]


def rows(n):
    return [(random.randint(0, 3), "".join(random.choices("xy", k=2))) for _ in range(n)]


SIZES = [0, 1, 2, 3, 5, 17, 40]
for n in SIZES:
    for make in (ints, words, mixed, rows):
        xs = make(n)
        line("sorted", xs)
        line("sorted", xs, reverse=True)
        line("min", xs)
        line("max", xs)
        line("min", xs, default="nothing")
        line("max", xs, default=None)
        line("Counter", xs)
        line(".sort", xs)
        line(".sort", xs, reverse=True)
        line(".reverse", xs)
        line("reversed", xs)
        line("enumerate", xs, 5)
        line("nlargest", 3, xs)
        line("nsmallest", 3, xs)
        line("any", xs)
        line("all", xs)
        line("sum", xs)
    line("sorted", ints(n), key="@mod3")
    line("sorted", ints(n), key="@mod3", reverse=True)
    line("sorted", rows(n), key="@second", reverse=True)
    line("sorted", rows(n), key="@first")
    line("nlargest", 4, rows(n), key="@first")
    line("nsmallest", 4, rows(n), "@first")
    line("min", rows(n), key="@second")
    line("max", rows(n), key="@second")
    line("groupby", ints(n), key="@mod3")
    line("groupby", words(n))
    line("accumulate", ints(n))
    line("accumulate", ints(n), "@mul")
    line("accumulate", ints(n), initial=100)
    line("reduce", "@add", ints(n))
    line("reduce", "@add", ints(n), 50)
    line("map", "@neg", ints(n))
    line("map", "@add", ints(n), ints(3))
    line("filter", "@even", ints(n))
    line("filter", None, ints(n, 0, 2))
    line("filterfalse", "@even", ints(n))
    line("takewhile", "@even", ints(n))
    line("dropwhile", "@even", ints(n))
    line("zip", ints(n), words(3), rows(5))
    line("zip", ints(n), words(3), strict=True)
    line("zip_longest", ints(n), words(3), fillvalue="-")
    line("pairwise", ints(n))
    line("starmap", "@add", [(a, b) for a, b in zip(ints(n), ints(n))])
    line("compress", ints(n), ints(n, 0, 1))
for n in range(6):
    for r in range(5):
        line("combinations", list("abcdef")[:n], r)
        line("permutations", list("abcd")[:n], r)
    line("permutations", list("abcd")[:n])
    line("product", list("abc")[:n], [1, 2])
    line("product", [1, 2], repeat=n)
    line("product", [0, 1], "x", repeat=n % 3)
line("product")
line("chain", [1], (2, 3), "ab", {4: 5})
line("chain")
line("chain", 5)
line("chain.from_iterable", [[1], (2,), "c"])
line("repeat", "x", 3)
line("repeat", "x", -3)
for args in [(5,), (2, 5), (5, 2), (0, 10, 3), (10, 0, -3), (1, 2, 0), (0,), (-3,), (5, None), (None,)]:
    if args != (5, None):  # Here it means range(5).
        line("range", *args)
    line("islice", list(range(8)), *args)
for start in [0, 2.5, [1], (1,), "a"]:
    for xs in [[], [1, 2], [0.5, 1], [[2], [3]], [(2,), (3,)], ["a"], [None], [2**70, 1], [True, True]]:
        line("sum", xs, start)
line("sum", [2**63 - 1, 1])
line("sum", [2**63, 0.5])
line("sum", [-(2**63), -1])
line("sum", {"a": 1})
line("sum", {1: "a", 2: "b"})
line("min", 3, 1, 2)
line("max", 3, 1.5, 2, key="@neg")
line("max", "b", "a")
line("max", 5)
line("min", [[2], [1, 5], [1]])
line("max", [1, "a"])
line("max", "hello")
line("max", {"a": 1, "b": 0})
line("sorted", "hello")
line("sorted", {"b": 1, "a": 2})
line("sorted", [1, "a"])
line("sorted", [[2], [1, 5], [1], []])
line("sorted", [True, 0, 5, False, 1.0])
line("sorted", [2**70, 1, -(2**70), 0.5])
line("sorted", 5)
line("sorted", [(1, 2), (1,), ()])
line("sorted", [0.0, -0.0, 0])
line("enumerate", "ab")
line("enumerate", {"a": 1})
line("enumerate", [1], start=-1)
line("reversed", "abc")
line("zip")
line("zip", [1, 2])
line("any", [])
line("all", [])
line("Counter", "banana")
line("Counter", {"a": 3, "b": 5})
line("Counter")
line("Counter", [[1]])
line("Counter", 5)
line("Counter", a=2, b=1)
line("Counter", "ab", a=2)
line("OrderedDict", [("a", 1), ("b", 2)])
line("OrderedDict", {"a": 1})

# Methods: the result and the receiver afterwards.
xs = [3, 1, 2, 1]
line(".append", xs.copy(), 5)
for more in [[], [1, 2], (1,), "ab", {"k": 1}, 5, None, range(0)]:
    if isinstance(more, range):
        continue
    line(".extend", xs.copy(), more)
for i in range(-6, 7):
    line(".insert", xs.copy(), i, "new")
    line(".pop", xs.copy(), i)
    line(".index", xs.copy(), 1, i)
    line(".index", xs.copy(), 1, i, 3)
    line(".index", xs.copy(), 1, 0, i)
    line(".index", tuple(xs), 1, i)
line(".pop", xs.copy())
line(".pop", [])
for x in [1, 9, 1.0, True, "1", [1]]:
    line(".remove", xs.copy(), x)
    line(".index", xs.copy(), x)
    line(".count", xs.copy(), x)
    line(".count", tuple(xs), x)
line(".clear", xs.copy())
line(".copy", xs.copy())
line(".sort", rows(9), key="@second")
line(".sort", [1, "a"])
line(".index", (1, 2), 5)

d = {"a": 1, "b": 2, "c": 3}
for key in ["a", "c", "z", 1, [1], (1, 2), None]:
    line(".get", dict(d), key)
    line(".get", dict(d), key, 5)
    line(".pop", dict(d), key)
    line(".pop", dict(d), key, None)
    line(".setdefault", dict(d), key)
    line(".setdefault", dict(d), key, 5)
for name in ["keys", "values", "items", "popitem", "clear", "copy"]:
    line("." + name, dict(d))
    line("." + name, {})
for other in [{}, {"a": 9, "x": 8}, [("b", 7)], [["b", 7]], ["xy"], [(1, 2, 3)], [1], 5, "abc", [([1], 2)]]:
    line(".update", dict(d), other)
line(".update", dict(d))
line(".update", dict(d), {"a": 7}, c=9, z=0)
line("dict.fromkeys", ["a", "b"])
line("dict.fromkeys", "ab", 0)
line("dict.fromkeys", [[1]])

c = {"a": 3, "b": -1, "c": 3, "d": 5}
for n in [None, 0, 1, 2, 10, -1]:
    line(".Counter.most_common", dict(c), n)
line(".Counter.elements", dict(c))
line(".Counter.total", dict(c))
line(".Counter.total", {})
for other in ["ab", {"a": 1}, ["z"], {"a": 0.5}, 5]:
    line(".Counter.update", dict(c), other)
    line(".Counter.subtract", dict(c), other)
line(".Counter.update", dict(c), a=2, z=1)
line(".Counter.get", dict(c), "zz")
line(".Counter.pop", dict(c), "zz")
line(".Counter.copy", dict(c))

s = {1, 2, 3}
others = [[], [2], [2, 9], (1, 2, 3), {1: 0}, {3, 4}, "ab", 5, [[1]]]
for other in others:
    for name in ["union", "intersection", "difference", "symmetric_difference", "update",
                 "intersection_update", "difference_update", "symmetric_difference_update",
                 "issubset", "issuperset", "isdisjoint"]:
        line("." + name, set(s), other)
for name in ["union", "intersection", "difference", "update", "intersection_update",
             "difference_update"]:
    line("." + name, set(s))
    line("." + name, set(s), [2, 5], [2])
for x in [1, 9, 1.0, "a", [1], (1,)]:
    line(".add", set(s), x)
    line(".remove", set(s), x)
    line(".discard", set(s), x)
line(".pop", {5})
line(".pop", set())
line(".clear", set(s))
line(".copy", set(s))

print("# name, arguments, keywords, result by CPython 3.11 (written by cpython.py); tabs between them.")
for text in LINES:
    print(text)
