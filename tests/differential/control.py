# Control flow, functions, closures, exceptions.

### if chains
for n in [-1, 0, 1, 10]:
    if n < 0:
        print("neg")
    elif n == 0:
        print("zero")
    elif n < 5:
        print("small")
    else:
        print("big")

### while with break and else
i = 0
while i < 5:
    i += 1
    if i == 2:
        continue
    if i == 4:
        break
    print(i)
else:
    print("not reached")
while i > 0:
    i -= 2
else:
    print("done", i)

### for else
for n in [4, 6, 9]:
    for d in range(2, n):
        if n % d == 0:
            print(n, "=", d, "*", n // d)
            break
    else:
        print(n, "prime")
for x in []:
    pass
else:
    print("empty", "else")

### nested loops with flags
found = None
for i in range(3):
    for j in range(3):
        if i * j == 2:
            found = (i, j)
            break
    if found:
        break
print(found, i, j)

### loop variable stays
for i in range(3):
    pass
print(i)
for c in "ab": last = c
print(c, last)

### truth values
for v in [None, False, 0, 0.0, "", [], (), {}, set(), "0", [0], (0,), -1, 0.1, " "]:
    print(bool(v), "T" if v else "F", not v)

### short circuit
def f(name, v):
    print("call", name)
    return v
print(f("a", 0) and f("b", 1))
print(f("c", 2) or f("d", 3))
print(f("e", None) or f("g", []) or "last")
print(not f("h", 0))

### ternary nesting
for x in [1, 5, 10]:
    print("low" if x < 3 else "mid" if x < 8 else "high", (x if x > 3 else -x) + 1)

### functions
def area(w, h=2, *, unit="m"):
    return f"{w * h}{unit}"
print(area(3), area(3, 4), area(w=1, h=5), area(2, unit="cm"), area(h=3, w=2))
def nothing():
    pass
print(nothing(), nothing() is None)
def early(x):
    if x:
        return "yes"
print(early(1), early(0))

### varargs
def f(*args, **kw):
    return args, kw
print(f(), f(1, 2), f(1, a=2), f(*[1, 2], **{"b": 3}))
def g(first, *rest, last=0):
    return first, rest, last
print(g(1), g(1, 2, 3), g(1, 2, last=9), g(*"abc"))

### missing argument (fails)
def f(a, b):
    return a
print(f(1))

### extra argument (fails)
def f(a):
    return a
print(f(1, 2))

### unknown keyword (fails)
def f(a):
    return a
print(f(b=1))

### recursion
def depth(xs):
    return 1 + max([depth(x) for x in xs], default=0) if isinstance(xs, list) else 0
print(depth([1, [2, [3, []]]]), depth([]), depth(3))
def hanoi(n, a, b, c):
    return 0 if n == 0 else hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a)
print(hanoi(5, "a", "b", "c"))

### endless recursion (fails)
def f(n):
    return f(n + 1)
print(f(0))

### memo
memo = {}
def fib(n):
    if n in memo:
        return memo[n]
    memo[n] = n if n < 2 else fib(n - 1) + fib(n - 2)
    return memo[n]
print(fib(80), len(memo))

### closures
def counter():
    n = 0
    def inc():
        nonlocal n
        n += 1
        return n
    return inc
a, b = counter(), counter()
print(a(), a(), b(), a())
fs = [lambda x, i=i: x + i for i in range(3)]
print([f(10) for f in fs])
late = [lambda: i for i in range(3)]
print([f() for f in late])
def adder(k):
    return lambda v: v + k
print(adder(5)(1), list(map(adder(2), [1, 2])))

### globals
total = 0
def add(n):
    global total
    total += n
add(3)
add(4)
print(total)
limit = 10
def under(n):
    return n < limit
limit = 2
print(under(5))

### local shadows (fails)
x = 1
def f():
    print(x)
    x = 2
f()

### lambda
print((lambda: 5)(), (lambda a, b=2: a + b)(1), sorted([3, 1, 2], key=lambda v: -v), (lambda *a: a)(1, 2), list(map(lambda p: p[0] * p[1], [(1, 2), (3, 4)])))

### functions as values
def twice(f, x):
    return f(f(x))
ops = {"inc": lambda v: v + 1, "dbl": lambda v: v * 2, "len": len, "up": str.upper}
print(twice(ops["inc"], 1), twice(ops["dbl"], 3), ops["len"]("abc"), ops["up"]("x"), [name for name in ops])

### decorator by hand
def logged(f):
    def inner(*args):
        r = f(*args)
        print("log", args, r)
        return r
    return inner
def add(a, b):
    return a + b
add = logged(add)
print(add(1, 2))

### try except
for s in ["1", "x", "2.5", ""]:
    try:
        print(int(s))
    except ValueError:
        print("bad", repr(s))

### try else finally
def f(x):
    try:
        v = 10 / x
    except ZeroDivisionError:
        print("div")
        return "error"
    else:
        print("ok")
        return v
    finally:
        print("finally")
print(f(2), f(0))

### raise message
try:
    raise ValueError("my message")
except ValueError as e:
    print(e, str(e), f"{e}", repr(str(e)))

### reraise (fails)
try:
    x = int("q")
except ValueError:
    print("again")
    raise

### assert
try:
    assert 1 == 2, "not equal"
except AssertionError as e:
    print("assert:", e)
assert True
print("after")

### assert failing (fails)
x = 3
assert x < 2, f"{x} is too big"

### raise at top (fails)
raise RuntimeError("stop")

### nested try
try:
    try:
        int("x")
    finally:
        print("inner finally")
except ValueError:
    print("outer")
try:
    try:
        {}["a"]
    except KeyError:
        int("y")
except ValueError:
    print("second")

### loop with try
total, bad = 0, []
for v in ["1", "two", "3", None, "4.5"]:
    try:
        total += float(v)
    except (ValueError, TypeError) as e:
        bad.append(v)
        continue
    finally:
        total += 100
print(total, bad)

### retry loop
attempts = 0
while True:
    attempts += 1
    try:
        if attempts < 3:
            raise ValueError("try again")
        print("worked after", attempts)
        break
    except ValueError:
        if attempts > 5:
            raise

### parse or default
def to_int(s, default=None):
    try:
        return int(s)
    except (ValueError, TypeError):
        return default
print([to_int(s) for s in ["1", "a", None, " 7 ", "0x1"]], to_int("q", -1))

### name error (fails)
print("x")
y = undefined_name + 1

### attribute error (fails)
s = "abc"
s.nope()

### key error message kept
d = {"a": 1}
try:
    d["zz"]
except KeyError as e:
    print("missing key")

### none arithmetic (fails)
x = None
y = x + 1

### none call (fails)
f = None
f()

### is and equality
a = [1]
b = [1]
c = a
print(a == b, a is b, a is c, None is None, a is not None, 1 == 1.0, "a" != "b", not None)

### chained assignment
a = b = c = 0
a += 1
print(a, b, c)
x = y = []
x.append(1)
print(y)

### multiple statements on a line
a = 1; b = 2; print(a + b)
if a: print("one line")
for i in range(2): print(i, end=" ")
print()
while a < 3: a += 1
print(a)

### line continuation
total = 1 + \
    2 + \
    3
value = (1 +
         2 +
         3)
cond = (total == 6 and
        value == 6)
print(total, value, cond)
text = ("a"
        "b")
print(text)
d = {
    "k": [
        1,
        2,
    ],
}
print(d)

### comments and blank lines
# a comment
x = 1  # trailing

# another

def f():

    # inside
    return x

print(f())

### pass and ellipsis
def todo():
    pass
class_ = "x"
if class_:
    pass
else:
    print("no")
print(todo())

### type hints
def f(x: int, y: str = "a") -> str:
    z: list = [x, y]
    return f"{z}"
count: int = 3
print(f(1), count)

### main guard
def main():
    print("in main")
if __name__ == "__main__":
    main()

### docstrings
def f(x):
    """Adds one.

    More text.
    """
    return x + 1
print(f(1))

### state machine
state = "start"
steps = []
for token in ["a", "b", "end", "c"]:
    if state == "start" and token == "a":
        state = "middle"
    elif state == "middle":
        if token == "end":
            state = "done"
    steps.append(state)
print(steps)

### binary search
def find(xs, v):
    lo, hi = 0, len(xs) - 1
    while lo <= hi:
        mid = (lo + hi) // 2
        if xs[mid] == v:
            return mid
        if xs[mid] < v:
            lo = mid + 1
        else:
            hi = mid - 1
    return -1
xs = [1, 3, 5, 7, 9]
print([find(xs, v) for v in [1, 4, 9, 10]])

### bubble and quick sort
def quick(xs):
    if len(xs) <= 1:
        return xs
    p = xs[0]
    return quick([x for x in xs[1:] if x < p]) + [p] + quick([x for x in xs[1:] if x >= p])
print(quick([3, 6, 1, 8, 2, 9, 2]))
xs = [5, 2, 4]
for i in range(len(xs)):
    for j in range(len(xs) - 1 - i):
        if xs[j] > xs[j + 1]:
            xs[j], xs[j + 1] = xs[j + 1], xs[j]
print(xs)

### permutations by recursion
def perms(s):
    if len(s) <= 1:
        return [s]
    return [c + p for i, c in enumerate(s) for p in perms(s[:i] + s[i + 1:])]
print(perms("abc"), len(perms("abcd")))

### swap and tuple return
def stats(xs):
    return min(xs), max(xs), sum(xs) / len(xs)
lo, hi, avg = stats([1, 2, 3, 4])
print(lo, hi, avg, stats([5]))

### mutation in function
def change(d, xs, n):
    d["k"] = 1
    xs.append(1)
    n += 1
    xs = [9]
    return n
d, xs, n = {}, [], 0
print(change(d, xs, n), d, xs, n)

### list while iterating
xs = [1, 2, 3, 4, 5, 6]
for x in xs[:]:
    if x % 2 == 0:
        xs.remove(x)
print(xs)

### evaluation order
out = []
def t(n):
    out.append(n)
    return n
r = t(1) + t(2) * t(3)
d = {t(4): t(5)}
xs = [t(6), t(7)]
xs[t(0)] = t(8)
print(r, out, d, xs)

### default args evaluated once
k = 5
def f(x=k):
    return x
k = 6
print(f(), f(1))

### conditional import and aliases
import math as m
from collections import Counter as C, defaultdict as dd
print(m.floor(2.5), C("aab").most_common(1), dd(int)["x"])

### augmented subscript
d = {"a": [1, 2], "n": 1}
d["a"][0] += 10
d["n"] *= 5
xs = [[0, 0]]
xs[0][1] -= 3
print(d, xs)

### swap in dict and list
d = {"x": 1, "y": 2}
d["x"], d["y"] = d["y"], d["x"]
xs = [1, 2, 3]
xs[0], xs[-1] = xs[-1], xs[0]
i = 0
i, xs[i] = 1, 99
print(d, xs, i)

### nested functions reading outer
def outer(xs):
    total = 0
    def visit(x):
        nonlocal total
        if isinstance(x, list):
            for y in x:
                visit(y)
        else:
            total += x
    visit(xs)
    return total
print(outer([1, [2, [3, 4]], 5]))

### unreachable and early exits
def f(xs):
    for x in xs:
        if x < 0:
            return "negative"
        for y in range(x):
            if y == 3:
                break
        else:
            continue
        return f"big {x}"
    return "none"
print(f([1, 2]), f([1, 5]), f([-1]), f([]))

### star in calls
def f(a, b, c=0):
    return a * 100 + b * 10 + c
args = [1, 2]
kw = {"c": 3}
print(f(*args), f(*args, **kw), f(1, *[2], c=4), max(*[1, 5, 2]), list(zip(*[(1, 2), (3, 4)])))

### break in nested while
n, out = 0, []
while True:
    n += 1
    if n % 2:
        continue
    if n > 9:
        break
    m = n
    while m > 0:
        m -= 3
        if m == 1:
            break
    else:
        out.append(n)
print(n, out)

### a function with memory
from functools import lru_cache
calls = []
@lru_cache(maxsize=None)
def fib(n):
    calls.append(n)
    return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(60), len(calls))

### cache, and memory of keywords and tuples
import functools
seen = []
@functools.cache
def f(a, b=0, *rest, **named):
    seen.append((a, b, rest, named))
    return a + b
print(f(1), f(1), f(1, b=2), f(1, b=2), f((1,), (2,)), len(seen))

### cache of what cannot be a key (fails)
from functools import cache
@cache
def f(xs):
    return len(xs)
print("before")
f([1])

### decorators of one's own
from functools import wraps
def twice(function):
    @wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs) * 2
    return inner
def plus(n):
    def decorate(function):
        return lambda *args: function(*args) + n
    return decorate
@twice
@plus(10)
def add(a, b):
    return a + b
print(add(1, 2))

### a decorated function in a function
from functools import lru_cache
def longest(a, b):
    @lru_cache(None)
    def go(i, j):
        if i == len(a) or j == len(b):
            return 0
        if a[i] == b[j]:
            return 1 + go(i + 1, j + 1)
        return max(go(i + 1, j), go(i, j + 1))
    return go(0, 0)
print(longest("the quick brown fox", "a quick brown dog"))

### an import that fails is caught
try:
    import no_such_module_at_all
    print("not reached")
except ImportError as e:
    print("missing", type(e).__name__)
try:
    from no_such_module_at_all import x
except (ModuleNotFoundError, ValueError):
    x = 5
else:
    print("not reached")
print(x)

### subclasses
print(issubclass(KeyError, LookupError), issubclass(bool, int), issubclass(int, (str, object)), issubclass(str, int), issubclass(dict, dict))
from collections import Counter, OrderedDict
print(issubclass(Counter, dict), issubclass(OrderedDict, dict), issubclass(ValueError, KeyError))

### what an error was made of
try:
    raise ValueError("x", 1)
except ValueError as e:
    print(e.args, len(e.args), e)
def check(n):
    if n > 1:
        raise KeyError("key", n, [n])
    return n
for n in range(3):
    try:
        check(n)
    except (KeyError, ValueError) as e:
        print(type(e).__name__, e.args[1], e.args[2])
try:
    raise RuntimeError("plain")
except RuntimeError as e:
    print(e.args)

### dicts where blocks may begin
def g(n):
    return {"a": n}
f = lambda: {"b": 2}
h = lambda x: {x for x in [x]}
if g(1): {"c": 3}
for k in {"d": 4}: print(k)
while {"e": 5}:
    break
x = {"f": 6} if g(1) else {}
print(g(1), f(), h(7), x, [{"g": n} for n in range(2)], {n: {n} for n in [1]})
def named(a, *, b=1, **c): return {"a": a, "b": b, **c}
print(named(1), named(1, b=2), named(1, z=3))
