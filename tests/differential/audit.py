### csv.reader with a header
import csv, io
text = "name,age,city\nAnn,42,Rome\nBo,,Oslo\n\"Cy, Jr\",7,\"New\nYork\"\n"
reader = csv.reader(io.StringIO(text))
header = next(reader)
print(header)
for i, row in enumerate(reader, start=2):
    print(i, len(row), dict(zip(header, row)))

### csv.reader over lines with another separator
import csv
lines = "id;note\n1;'a;b'\n2;plain\n".splitlines()
reader = csv.reader(lines, delimiter=";", quotechar="'")
head, *rest = reader
print(head, rest)

### csv.DictReader with its own field names
import csv, io
rows = csv.DictReader(io.StringIO("1,x\n2,y,extra\n3\n"), fieldnames=["n", "s"], restkey="more", restval="-")
for row in rows:
    print(row)

### csv.writer quotes what it must
import csv, io
out = io.StringIO()
w = csv.writer(out, lineterminator="\n")
w.writerow(["a", "b,c", 'say "hi"', 3, None, 2.5])
w.writerows([[1, 2], ["x\ny", ""]])
print(out.getvalue())

### csv.DictWriter with extra keys left out
import csv, io
out = io.StringIO()
w = csv.DictWriter(out, fieldnames=["id", "total"], extrasaction="ignore", lineterminator="\n")
w.writeheader()
for i in range(3):
    w.writerow({"id": i, "total": i * 1.5, "skip": True})
print(out.getvalue().splitlines())

### csv tabs and summing a column
import csv
data = "region\tsales\nN\t10\nS\t20\nN\t5\n"
total = {}
reader = csv.DictReader(data.splitlines(), delimiter="\t")
for row in reader:
    total[row["region"]] = total.get(row["region"], 0) + int(row["sales"])
print(reader.fieldnames, total)

### lru_cache and a recursion
from functools import lru_cache
calls = []
@lru_cache(maxsize=None)
def ways(n):
    calls.append(n)
    return 1 if n <= 1 else ways(n - 1) + ways(n - 2)
print(ways(30), len(calls), ways(10), len(calls))

### cache with two arguments
from functools import cache
@cache
def distance(a, b):
    if not a or not b:
        return len(a) + len(b)
    if a[0] == b[0]:
        return distance(a[1:], b[1:])
    return 1 + min(distance(a[1:], b), distance(a, b[1:]), distance(a[1:], b[1:]))
print(distance("kitten", "sitting"), distance("", "abc"), distance("flaw", "lawn"))

### a decorator with arguments and wraps
from functools import wraps
log = []
def traced(label):
    def wrap(fn):
        @wraps(fn)
        def inner(*args, **kwargs):
            log.append((label, fn.__name__, args, sorted(kwargs.items())))
            return fn(*args, **kwargs)
        return inner
    return wrap
@traced("sum")
def add(a, b=1, *, c=0):
    return a + b + c
print(add(1), add(1, 2), add(1, b=5, c=10))
print(log)

### two decorators, the inner one first
def shout(f):
    return lambda *a: f(*a).upper()
def twice(f):
    return lambda *a: f(*a) * 2
@shout
@twice
def greet(name):
    return f"hi {name} "
print(greet("bo"))

### a decorator that counts and one that retries
def retry(times):
    def deco(fn):
        def inner(*args):
            for attempt in range(1, times + 1):
                try:
                    return fn(*args)
                except ValueError as e:
                    print("attempt", attempt, "failed")
                    last = e
            raise RuntimeError("gave up")
        return inner
    return deco
state = {"n": 0}
@retry(3)
def flaky(limit):
    state["n"] += 1
    if state["n"] < limit:
        raise ValueError("not yet")
    return state["n"]
print(flaky(3))
state["n"] = -10
try:
    flaky(5)
except RuntimeError as e:
    print("caught", e)

### string.Template
from string import Template
t = Template("Dear $name, you owe $$${amount} since ${when}.")
print(t.substitute(name="Ann", amount=12.5, when="May"))
print(t.safe_substitute(name="Bo"))
try:
    t.substitute(name="Cy")
except KeyError as e:
    print("missing")
print(Template("$a-$b").substitute({"a": 1}, b=2))

### NormalDist
from statistics import NormalDist
d = NormalDist(100, 15)
print(round(d.cdf(130), 6), round(d.inv_cdf(0.5), 6), round(d.pdf(100), 8))
print(round(1 - d.cdf(115), 4), d.mean, d.stdev, round(d.zscore(130), 3))
print(NormalDist().stdev, NormalDist(mu=3).mean)

### statistics of several kinds
import statistics as st
xs = [2, 4, 4, 4, 5, 5, 7, 9]
print(st.mean(xs), st.median(xs), st.mode(xs), st.pstdev(xs), st.pvariance(xs))
print(st.multimode("aabbc"), st.median_low([1, 2, 3, 4]), st.median_high([1, 2, 3, 4]))
print(round(st.stdev(xs), 6), round(st.harmonic_mean([40, 60]), 6), round(st.geometric_mean([1, 10, 100]), 6))
print(st.quantiles(xs, n=4), round(st.correlation([1, 2, 3], [2, 4, 7]), 6), st.fmean([1, 2, 4]))

### an iterator taken in pieces
it = iter(range(10))
print(next(it), next(it), list(zip(it, it)), list(it), next(it, "end"))
words = iter("one two three".split())
for w in words:
    print(w, next(words, None))

### zip of one iterator makes batches
items = list("abcdefgh")
it = iter(items)
print(list(zip(*[it] * 3)))
from itertools import zip_longest
it = iter(items)
print(["".join(filter(None, p)) for p in zip_longest(*[it] * 3)])

### islice over an iterator keeps its place
from itertools import islice
it = iter("abcdefg")
print(list(islice(it, 2)), list(islice(it, 1, 3)), list(it))
print(list(islice(range(100), 10, 40, 7)), list(islice("xyz", None)))

### iter with a sentinel
data = [3, 1, 4, 0, 5]
pos = [0]
def read():
    pos[0] += 1
    return data[pos[0] - 1]
print(list(iter(read, 0)), pos)

### groupby of sorted rows
from itertools import groupby
from operator import itemgetter
rows = [{"t": "b", "n": 1}, {"t": "a", "n": 2}, {"t": "b", "n": 3}]
for key, group in groupby(sorted(rows, key=itemgetter("t")), key=itemgetter("t")):
    group = list(group)
    print(key, [g["n"] for g in group], sum(map(itemgetter("n"), group)))
print([(k, len(list(g))) for k, g in groupby("aaabccd")])

### accumulate with functions
from itertools import accumulate
import operator
print(list(accumulate([1, 2, 3, 4])), list(accumulate([3, 1, 4, 1], max)))
print(list(accumulate([1, 2, 3], operator.mul, initial=10)))
print(list(accumulate("abc", lambda a, b: b + a)))

### takewhile, dropwhile, filterfalse, compress
from itertools import takewhile, dropwhile, filterfalse, compress
xs = [1, 3, 5, 4, 7, 2]
print(list(takewhile(lambda x: x % 2, xs)), list(dropwhile(lambda x: x % 2, xs)))
print(list(filterfalse(lambda x: x > 3, xs)), list(compress("abcdef", [1, 0, 1, 0, 0, 1])))

### product, permutations, combinations
from itertools import product, permutations, combinations, combinations_with_replacement
print(list(product("ab", [1, 2])), len(list(product([0, 1], repeat=5))))
print(list(permutations([1, 2, 3], 2)))
print(["".join(c) for c in combinations("abcd", 3)], list(combinations_with_replacement("ab", 2)))

### chain, repeat, cycle, count
from itertools import chain, repeat, cycle, count, islice
print(list(chain([1], (2, 3), "ab")), list(chain.from_iterable([[1], [2, 3], []])))
print(list(repeat("x", 3)), list(islice(cycle([1, 2]), 5)), list(islice(count(5, 2), 3)))
print(list(map(pow, [2, 3, 4], repeat(2))))

### starmap and tee
from itertools import starmap, tee, pairwise
print(list(starmap(lambda a, b: a * b, [(1, 2), (3, 4)])))
a, b = tee([1, 2, 3])
print(list(a), sum(b))
print([y - x for x, y in pairwise([1, 4, 9, 16])])

### heapq: the largest, the smallest, merging
import heapq
scores = [("ann", 7), ("bo", 9), ("cy", 3), ("di", 9)]
print(heapq.nlargest(2, scores, key=lambda s: s[1]), heapq.nsmallest(1, scores, key=lambda s: s[1]))
heap = [5, 1, 8, 3]
heapq.heapify(heap)
heapq.heappush(heap, 0)
print([heapq.heappop(heap) for _ in range(len(heap))], heapq.heappushpop([2, 3], 1))
print(list(heapq.merge([1, 4], [2, 3], [0, 9])))

### bisect: grades and insertion
import bisect
def grade(score, breaks=(60, 70, 80, 90), grades="FDCBA"):
    return grades[bisect.bisect(breaks, score)]
print([grade(s) for s in [33, 60, 77, 90, 100]])
xs = [1, 3, 3, 7]
print(bisect.bisect_left(xs, 3), bisect.bisect_right(xs, 3))
bisect.insort(xs, 4)
print(xs)

### deque with a limit and rotation
from collections import deque
d = deque(maxlen=3)
for i in range(5):
    d.append(i)
print(list(d), len(d), d[0], d[-1])
d.appendleft(9)
print(list(d))
q = deque("abcd")
q.rotate(1)
print("".join(q), q.popleft(), q.pop(), list(q))
q.extendleft([1, 2])
print(list(q), 1 in q, q.index("a") if "a" in q else None)

### a moving average with a deque
from collections import deque
def moving(xs, n):
    window, out = deque(), []
    total = 0
    for x in xs:
        window.append(x)
        total += x
        if len(window) > n:
            total -= window.popleft()
        if len(window) == n:
            out.append(round(total / n, 2))
    return out
print(moving([1, 2, 3, 4, 10], 3), moving([5], 3))

### Counter arithmetic
from collections import Counter
a, b = Counter("aabbbc"), Counter("abcd")
print(sorted((a + b).items()), sorted((a - b).items()), sorted((a & b).items()), sorted((a | b).items()))
a.subtract("aaa")
print(a["a"], a["zzz"], sum(b.values()), sorted(b.elements()))
a.update({"x": 4})
print(a.most_common(1), a.total())
print(+a == Counter({k: v for k, v in a.items() if v > 0}))

### nested defaultdicts
from collections import defaultdict
tree = defaultdict(lambda: defaultdict(int))
for who, what in [("ann", "tea"), ("bo", "tea"), ("ann", "jam"), ("ann", "tea")]:
    tree[who][what] += 1
print({k: dict(v) for k, v in tree.items()}, "zed" in tree, tree["zed"]["x"], "zed" in tree)

### OrderedDict moves and equality
from collections import OrderedDict
d = OrderedDict([("a", 1), ("b", 2), ("c", 3)])
d.move_to_end("a")
d.move_to_end("c", last=False)
print(list(d.items()), d.popitem(last=False), d.popitem())
print(OrderedDict(a=1) == {"a": 1}, list(OrderedDict.fromkeys("bab")), "a" in OrderedDict(a=1))

### namedtuple with defaults
from collections import namedtuple
Point = namedtuple("Point", ["x", "y", "label"], defaults=[0, "-"])
p = Point(3)
q = p._replace(y=7)
print(p, q, q.y, q._asdict(), p._fields)
x, y, label = q
print(x + y, label, q[0], q == (3, 7, "-"), sorted([Point(2), Point(1, 5)])[0])

### ChainMap of settings
from collections import ChainMap
defaults, user = {"depth": 1, "mode": "fast"}, {"mode": "slow"}
c = ChainMap(user, defaults)
print(c["mode"], c["depth"], sorted(c), len(c), c.get("none", "?"), "depth" in c)

### partial and reduce
from functools import partial, reduce
power = partial(pow, 2)
fmt = partial("{:>{w}}".format, w=6)
print([power(n) for n in range(5)], fmt("ab"), partial(int, base=2)("1011"))
print(reduce(lambda a, b: a * 10 + b, [1, 2, 3]), reduce(lambda a, b: {**a, **b}, [{"a": 1}, {"b": 2}], {}))

### cmp_to_key for versions
from functools import cmp_to_key
def compare(a, b):
    x, y = [int(n) for n in a.split(".")], [int(n) for n in b.split(".")]
    return (x > y) - (x < y)
print(sorted(["1.10", "1.9", "1.2.3", "0.9"], key=cmp_to_key(compare), reverse=True))

### operator functions as keys
from operator import itemgetter, attrgetter, methodcaller, mul
rows = [("b", 2, 9), ("a", 2, 8), ("c", 1, 7)]
print(sorted(rows, key=itemgetter(1, 0)), list(map(itemgetter(2), rows)), max(rows, key=itemgetter(2)))
print(list(map(methodcaller("upper"), ["x", "y"])), list(map(mul, [1, 2], [3, 4])))

### sorting by several keys, stable
people = [("Ann", 30, "B"), ("Bo", 25, "A"), ("Cy", 30, "A"), ("Di", 25, "B")]
print(sorted(people, key=lambda p: (-p[1], p[2], p[0])))
people.sort(key=lambda p: p[2])
people.sort(key=lambda p: p[1], reverse=True)
print([p[0] for p in people], max(people, key=lambda p: (p[1], p[0])), min(people)[0])

### keyword-only and positional-only parameters
def f(a, /, b, *, c=3, d):
    return a, b, c, d
print(f(1, 2, d=4), f(1, b=2, c=9, d=0))
g = [f][0]
for call in [lambda: g(1, 2, 3, 4), lambda: g(1, 2), lambda: g(1, 2, d=1, e=2), lambda: g(*[1, 2, 3], d=4)]:
    try:
        print(call())
    except TypeError:
        print("TypeError")

### star arguments everywhere
def f(first, *rest, sep="-", **options):
    return sep.join([str(first), *map(str, rest)]), sorted(options.items())
print(f(1), f(1, 2, 3, sep="+"), f(*[1, 2], **{"sep": "/", "x": 1}), f(*"ab", *range(2), y=2, **{"z": 3}))
args = [1, 2]
kwargs = {"sep": ":"}
print(f(0, *args, **kwargs)[0], [*args, *[9]], {*args, 1}, (*args,), {**kwargs, "k": 1})

### closures that count
def counter(start=0):
    n = start
    def step(by=1):
        nonlocal n
        n += by
        return n
    def reset():
        nonlocal n
        n = start
    return step, reset
step, reset = counter(10)
print(step(), step(5), step())
reset()
print(step())
fs = [lambda x, k=k: x * k for k in range(3)]
gs = [lambda x: x * k for k in range(3)]
print([f(10) for f in fs], [g(10) for g in gs])

### walrus in conditions and comprehensions
import re
lines = ["a=1", "noise", "b=22"]
found = {m[1]: int(m[2]) for line in lines if (m := re.match(r"(\w)=(\d+)", line))}
print(found)
values = [y := 1, y + 1, y ** 2 + 4]
print(values, y)
while (n := len(values)) > 1:
    values.pop()
print(n, values)

### unpacking in loops
pairs = [("a", (1, 2)), ("b", (3, 4))]
for name, (x, y) in pairs:
    print(name, x * y)
for i, (name, (x, *_)) in enumerate(pairs):
    print(i, name, x)
(a, b), [c, *d] = (1, 2), "xyz"
print(a, b, c, d)
first, *middle, last = range(6)
print(first, middle, last)
a, b = b, a
print(a, b)

### slices that assign and delete
xs = list(range(10))
xs[2:5] = ["a"]
print(xs)
xs[::2] = [0] * len(xs[::2])
print(xs)
del xs[1:4], xs[-1]
print(xs)
xs[len(xs):] = [7, 8]
xs[:0] = [9]
print(xs, xs[-3:], xs[5:1:-2])

### try, except, else, finally in all orders
def run(x):
    out = []
    try:
        out.append(10 // x)
    except ZeroDivisionError as e:
        out.append(type(e).__name__)
    except (TypeError, ValueError):
        out.append("type")
    else:
        out.append("else")
    finally:
        out.append("finally")
    return out
print(run(3), run(0), run("a"))
def early():
    for i in range(3):
        try:
            if i == 1:
                return i
        finally:
            print("leaving", i)
print(early())

### errors raised from errors
def parse(s):
    try:
        return int(s)
    except ValueError as e:
        raise KeyError(f"bad: {s}") from e
try:
    parse("x")
except KeyError as e:
    print(e.args[0], isinstance(e, LookupError))
try:
    try:
        raise ValueError("inner")
    except ValueError:
        raise
except Exception as e:
    print(type(e).__name__, str(e), repr(e))

### assert and its message
def check(xs):
    assert xs, "no items"
    assert all(isinstance(x, int) for x in xs), f"not ints: {xs}"
    return sum(xs)
for arg in ([1, 2], [], [1, "a"]):
    try:
        print(check(arg))
    except AssertionError as e:
        print("assertion:", e)

### for and while with else
def prime(n):
    for d in range(2, int(n ** 0.5) + 1):
        if n % d == 0:
            break
    else:
        return n > 1
    return False
print([n for n in range(20) if prime(n)])
n = 27
steps = 0
while n != 1:
    n = n // 2 if n % 2 == 0 else 3 * n + 1
    steps += 1
    if steps > 200:
        break
else:
    print("reached 1 in", steps)

### re: named groups and their dict
import re
log = "2024-05-01 12:30:45 [ERROR] db: timeout after 30s (code=504)\n2024-05-01 12:31:00 [INFO] web: ok"
pat = re.compile(r"(?P<date>[\d-]+) (?P<time>[\d:]+) \[(?P<level>\w+)\] (?P<src>\w+): (?P<msg>.*)")
for m in pat.finditer(log):
    print(m.groupdict()["level"], m["src"], m.group("msg"), m.start("level"), m.end())
m = pat.match(log)
print(m.groups()[:2], m.span("time"), m.lastindex, pat.groupindex["src"])
print(pat.search("nothing"))

### re.sub with functions and references
import re
print(re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world again now"))
print(re.sub(r"\d+", lambda m: str(int(m.group()) * 2), "a1 b22 c333", count=2))
print(re.sub(r"(?P<y>\d{4})-(?P<m>\d\d)", r"\g<m>/\g<y>", "2024-05 and 1999-12"))
print(re.subn(r"\s+", " ", "a  b \n c"))
print(re.sub(r"(?i)error", "E", "Error ERROR error"), re.escape("a.b*c"))

### re.split keeps groups
import re
print(re.split(r"[;,]\s*", "a, b;c,d"), re.split(r"([;,])", "a,b;c"), re.split(r"\s", " a b ", maxsplit=1))
print(re.split(r"(?m)^##? ", "# A\ntext\n## B\nmore"), re.split("x", "abc"), re.split("", "abc"))

### re: verbose patterns and flags
import re
phone = re.compile(r"""
    (\+\d{1,3})?      # country
    [\s-]*            # gap
    (\d{2,4})         # area
    [\s-]+
    (\d{3,})          # number
""", re.VERBOSE)
for t in ["+49 30 123456", "030-98765", "none"]:
    m = phone.search(t)
    print(m.groups() if m else None)
print(re.findall(r"^a.b$", "a\nb\na.b", re.M | re.S), re.findall("(?s)a.b", "a\nb"), re.fullmatch(r"[a-z]+", "abc").group())

### re: greedy, lazy, lookaround, back-references
import re
t = "<b>one</b><b>two</b>"
print(re.findall(r"<b>(.*?)</b>", t), re.findall(r"<b>(.*)</b>", t))
print(re.findall(r"\b(\w)(\w)\2\1\b", "noon abba deed abcd"), re.findall(r"(?<!\$)\b\d+", "$5 7 $8 9"))
print(re.findall(r"\d+(?= EUR)", "5 EUR 7 USD 9 EUR"), re.search(r"(['\"])(.*?)\1", "say 'it' \"now\"").group(2))

### f-strings: alignment, signs, widths
name, n, x = "Ann", 42, 3.14159
w = 10
print(f"[{name:<{w}}] [{name:>8}] [{name:^8}] [{name:*^9}]")
print(f"{n:05d} {n:+} {n:,} {n:x} {n:#b} {n:e} {1234567:_}")
print(f"{x:.2f} {x:8.3f} {x:<8.1f}| {x:%} {x:.3g} {-x:+.1f}")
print(f"{name!r} {n=} {x=:.1f} {name.upper()!s:>5} {{}} {'nested ' + 'quotes'}")
print(f"{True} {None} {[1, 'a']} {(1,)} {dict(a=1)}")

### format and percent
print("{0} {1} {0}".format("a", "b"), "{x:>5}|{y:.1%}".format(x=1, y=0.256))
print("{:,}".format(1234567.891), "{!r}".format("q"), "{0[k]} {1[0]}".format({"k": 1}, [2]))
print("%5.2f|%-5s|%05d|%x|%%|%r" % (3.14159, "ab", 42, 255, "q"))
print("%(a)s-%(b)03d" % {"a": "x", "b": 7})

### string methods that programs forget
s = "  The quick brown fox  "
print(s.strip().title(), s.strip().swapcase(), s.split(), s.lstrip().rstrip("x "))
print("a,b,,c".split(","), "a b  c".split(" "), "one\ntwo\r\nthree".splitlines(keepends=True))
print("key=value=x".partition("="), "key=value=x".rpartition("="), "x".partition("="))
print("abc".center(9, "*"), "42".zfill(5), "-42".zfill(5), "a\tb".expandtabs(4))
print("banana".count("an"), "banana".find("na", 3), "banana".rfind("na"), "banana".replace("a", "o", 2))
print("prefix-name.txt".removeprefix("prefix-").removesuffix(".txt"), "abc".startswith(("x", "ab")))
print("Straße".casefold(), "ǅ".lower(), "abc".isalpha(), "a1".isalnum(), "12".isdigit(), " ".isspace(), "Ab".istitle())

### translate and maketrans
table = str.maketrans({"a": "4", "e": "3", "x": None})
print("extra tea".translate(table), "hello".translate(str.maketrans("el", "ip")))
print("a-b_c".translate(str.maketrans("", "", "-_")), "abc".translate({ord("a"): "A"}))

### textwrap
import textwrap
t = "The quick brown fox jumps over the lazy dog and runs away."
print(textwrap.fill(t, 20))
print(textwrap.wrap(t, width=25)[0], textwrap.shorten(t, 30, placeholder="..."))
print(textwrap.dedent("    a\n      b\n    c"))
print(textwrap.indent("x\n\ny", "> "))

### json: dumps in all forms
import json
d = {"b": [1, 2.0, None, True], "a": {"x": "é\n\"q\""}, "c": ()}
print(json.dumps(d))
print(json.dumps(d, sort_keys=True, ensure_ascii=False, separators=(",", ":")))
print(json.dumps(d, indent=2))
print(json.dumps({1: "a", None: 2, True: 3}), json.dumps("x"), json.dumps(1e20), json.dumps([]), json.dumps({}))

### json: loads of numbers, escapes and errors
import json
v = json.loads('{"i": 12345678901234567890, "f": 1e3, "s": "\\u00e9\\ud83d\\ude00", "n": null, "t": [true, false]}')
print(v, type(v["i"]).__name__, type(v["f"]).__name__)
for bad in ["", "[1", "{'a': }", "nope"]:
    try:
        json.loads(bad)
        print("read", bad)
    except json.JSONDecodeError:
        print("bad")

### dates: parse, format, add
from datetime import datetime, timedelta, date
d = datetime.strptime("2024-02-28 23:30", "%Y-%m-%d %H:%M")
e = d + timedelta(hours=1, minutes=45)
print(e, e.strftime("%d.%m.%y %H:%M"), e.isoformat(), e.date(), e.hour)
print((date(2024, 3, 1) - date(2024, 2, 1)).days, date(2024, 12, 30).isocalendar()[1], date(2024, 5, 1).strftime("%A %d %B"))
print(timedelta(days=1, hours=2).total_seconds(), str(timedelta(seconds=3661)), timedelta(hours=36).days)
print(date.fromisoformat("2023-07-04").weekday(), datetime(2024, 1, 1) < datetime(2024, 1, 2), date(2024, 1, 31).replace(month=3))

### dates grouped by month
from datetime import datetime
from collections import defaultdict
stamps = ["2024-01-15", "2024-02-01", "2024-01-31", "2023-12-25"]
months = defaultdict(list)
for s in stamps:
    d = datetime.fromisoformat(s)
    months[(d.year, d.month)].append(d.day)
for (y, m), days in sorted(months.items()):
    print(f"{y}-{m:02d}: {sorted(days)}")
ds = sorted(datetime.fromisoformat(s) for s in stamps)
print([(b - a).days for a, b in zip(ds, ds[1:])], max(ds).strftime("%b %Y"))

### sets: all operations
a, b = {1, 2, 3, 4}, {3, 4, 5}
print(sorted(a & b), sorted(a | b), sorted(a - b), sorted(a ^ b), a >= {1, 2}, a < b, a.isdisjoint({9}))
a.update([7], (8,))
a.discard(100)
a -= {1, 2}
a &= {3, 7, 8}
print(sorted(a), len(a), sorted(set("hello")), frozenset([1]) == {1}, {frozenset([1, 2])} == {frozenset([2, 1])})
try:
    a.remove(55)
except KeyError:
    print("no 55")

### dicts: methods and merges
d = {"a": 1}
print(d.setdefault("b", []), d.get("z"), d.pop("q", None), d | {"a": 2}, list(d), "a" in d)
d.update(c=3, **{"d": 4})
d |= {"e": 5}
print(d, dict(zip("xy", [1, 2])), dict.fromkeys("ab", 0), {v: k for k, v in {"p": 1}.items()})
print(sorted(d, key=str, reverse=True), list(reversed(d)), d.popitem(), len(d))
inverted = {}
for k, v in {"x": 1, "y": 2, "z": 1}.items():
    inverted.setdefault(v, []).append(k)
print(inverted)

### comprehensions of every kind
m = [[1, 2, 3], [4, 5, 6]]
print([x for row in m for x in row if x % 2], [[row[i] for row in m] for i in range(3)], list(map(list, zip(*m))))
print({x: [y for y in range(x)] for x in range(3)}, {x % 3 for x in range(10)}, sum(x * y for x, y in zip(*m)))
print([(i, j) for i in range(3) for j in range(i)], ["fizz" * (i % 3 == 0) + "buzz" * (i % 5 == 0) or i for i in range(1, 16)][2:15:6])
print(any(x > 5 for row in m for x in row), all(len(r) == 3 for r in m), max((x for r in m for x in r), default=0))

### numbers: division, rounding, bases
print(7 // 2, -7 // 2, 7 % -3, -7 % 3, divmod(-7, 2), 7 / 2, 2 ** -1, 2 ** 100)
print(round(2.5), round(3.5), round(-0.5), round(2.675, 2), round(1234, -2), abs(-3.2), int(-3.9), int("ff", 16), int("0b11", 0))
print(0.1 + 0.2, 1e16, 1e15, 1.0, 1e-5, 123456789.123456789, float("1e3"), 3.0 == 3, hash(1) == hash(1.0))
print(bin(10), oct(8), hex(255), 5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 10, -16 >> 2, (255).bit_length())
print(min(3, 1.5), max([2, 7], key=lambda x: -x), sum([0.1] * 3), sum([[1], [2]], []), pow(3, 4, 5))

### math
import math
print(math.sqrt(2), math.floor(-1.5), math.ceil(1.2), math.trunc(-1.7), math.factorial(20), math.gcd(12, 18), math.lcm(4, 6))
print(math.log(100, 10), math.log2(8), math.log10(1000), math.exp(1), math.hypot(3, 4), math.comb(5, 2), math.perm(5, 2))
print(math.isclose(0.1 + 0.2, 0.3), math.isnan(float("nan")), math.inf > 1, math.prod([1, 2, 3]), math.fsum([0.1] * 10), math.dist((0, 0), (1, 1)))
print(round(math.sin(math.pi / 6), 10), math.degrees(math.pi), math.copysign(1, -0.0), math.isqrt(17), math.modf(2.5))

### hashing and encoding
import hashlib, base64, html
from urllib.parse import quote, unquote, urlencode, urlparse
print(hashlib.md5(b"abc").hexdigest(), hashlib.sha256("é".encode("utf-8")).hexdigest()[:16])
print(base64.b64encode(b"hello").decode(), base64.b64decode("aGk=").decode("utf-8"))
print(html.escape("<a href='x'>&"), html.unescape("&lt;&eacute;&#33;"))
print(quote("a b/ü?"), unquote("a%20b"), urlencode({"q": "a b", "n": 1}), urlparse("http://u@h.org:80/p/q?x=1#f").netloc)

### difflib
import difflib
print(difflib.get_close_matches("appel", ["ape", "apple", "peach"]), round(difflib.SequenceMatcher(None, "abcd", "bcde").ratio(), 3))
a, b = "one\ntwo\nthree".splitlines(), "one\n2\nthree\nfour".splitlines()
for line in difflib.unified_diff(a, b, "old", "new", lineterm=""):
    print(line)

### StringIO as a file
import io
f = io.StringIO("first\nsecond\n\nlast")
print(repr(f.readline()), f.read(3), [l.rstrip("\n") for l in f])
f.seek(0)
print(len(f.read()))
out = io.StringIO()
print("a", "b", sep="-", file=out, end="")
out.write("!")
print(out.getvalue())

### copy: shallow and deep
import copy
a = {"x": [1, 2], "y": {"z": 3}}
b, c = copy.copy(a), copy.deepcopy(a)
a["x"].append(3)
a["y"]["z"] = 9
print(b["x"], c["x"], c["y"]["z"], b is a, list(a["x"]) is a["x"], a["x"][:] == a["x"])

### global, nonlocal and defaults that are shared
total = 0
def add(n):
    global total
    total += n
for i in range(4):
    add(i)
print(total)
def collect(x, seen=[]):
    seen.append(x)
    return seen
print(collect(1), collect(2), collect(3, []), collect(4))

### isinstance and types
values = [1, 1.0, "a", None, True, [1], (1,), {"a": 1}, {1}, lambda: 0]
print([type(v).__name__ for v in values])
print([isinstance(v, (int, str)) for v in values], isinstance(True, int), type(1) is int, type("") == str)
print([bool(v) for v in [0, "", [], {}, None, 0.0, "0", [0]]], callable(len), callable(3))

### any order of keyword arguments
def report(title, rows, *, width=12, sort_by=None, reverse=False):
    if sort_by is not None:
        rows = sorted(rows, key=lambda r: r[sort_by], reverse=reverse)
    lines = [title.center(width, "=")]
    lines += [" ".join(f"{k}={v}" for k, v in r.items()) for r in rows]
    return "\n".join(lines)
rows = [{"a": 2, "b": 1}, {"a": 1, "b": 5}]
print(report("T", rows))
print(report(rows=rows, title="S", sort_by="a", reverse=True, width=5))

### recursion over nested data
def flatten(x, path=()):
    if isinstance(x, dict):
        for k, v in x.items():
            yield_list.extend([]) if False else None
            flatten(v, path + (k,))
    elif isinstance(x, list):
        for i, v in enumerate(x):
            flatten(v, path + (i,))
    else:
        found.append((".".join(map(str, path)), x))
yield_list, found = [], []
flatten({"a": [1, {"b": 2}], "c": {"d": []}, "e": None})
print(found)
def depth(x):
    return 1 + max(map(depth, x), default=0) if isinstance(x, list) else 0
print(depth([1, [2, [3]], []]), depth(5), depth([]))

### a small parser of expressions
import re
def tokens(s):
    return re.findall(r"\d+\.?\d*|[-+*/()]", s)
def evaluate(s):
    toks = tokens(s)
    pos = 0
    def factor():
        nonlocal pos
        t = toks[pos]
        pos += 1
        if t == "(":
            v = expr()
            pos += 1
            return v
        if t == "-":
            return -factor()
        return float(t)
    def term():
        nonlocal pos
        v = factor()
        while pos < len(toks) and toks[pos] in "*/":
            op = toks[pos]
            pos += 1
            r = factor()
            v = v * r if op == "*" else v / r
        return v
    def expr():
        nonlocal pos
        v = term()
        while pos < len(toks) and toks[pos] in "+-":
            op = toks[pos]
            pos += 1
            r = term()
            v = v + r if op == "+" else v - r
        return v
    return expr()
print(evaluate("2+3*4"), evaluate("(2+3)*-4/8"), evaluate("10-2-3"))

### a state machine over lines
text = "BEGIN a\n1\n2\nEND\nnoise\nBEGIN b\n3\nEND"
blocks, current = {}, None
for no, line in enumerate(text.split("\n"), 1):
    word, _, rest = line.partition(" ")
    if word == "BEGIN":
        current = rest
        blocks[current] = []
    elif word == "END":
        current = None
    elif current is not None:
        blocks[current].append(int(line))
    else:
        print("ignored", no, repr(line))
print(blocks, sum(sum(v) for v in blocks.values()))

### topological order
deps = {"app": ["db", "web"], "web": ["core"], "db": ["core"], "core": []}
order, seen = [], set()
def visit(n, trail=()):
    if n in trail:
        raise ValueError("cycle: " + " > ".join(trail + (n,)))
    if n in seen:
        return
    for d in deps[n]:
        visit(d, trail + (n,))
    seen.add(n)
    order.append(n)
for n in deps:
    visit(n)
print(order)
deps["core"] = ["app"]
seen.clear()
try:
    visit("app")
except ValueError as e:
    print(e)

### matrices as lists of lists
def mul(a, b):
    return [[sum(x * y for x, y in zip(row, col)) for col in zip(*b)] for row in a]
m = [[1, 1], [1, 0]]
r = [[1, 0], [0, 1]]
for _ in range(10):
    r = mul(r, m)
print(r, [list(t) for t in zip(*[[1, 2], [3, 4]])], [row[:] for row in m])
grid = [["."] * 4 for _ in range(3)]
grid[1][2] = "#"
print("\n".join("".join(row) for row in grid))

### text statistics
from collections import Counter
text = "To be, or not to be: that is the question. Whether 'tis nobler..."
words = [w.strip(".,:'").lower() for w in text.split()]
print(Counter(words).most_common(2), len(set(words)), max(words, key=len), sum(map(len, words)) / len(words))
print(Counter(c for c in text.lower() if c.isalpha()).most_common(3))
sentences = [s.strip() for s in text.replace("?", ".").split(".") if s.strip()]
print(len(sentences), [len(s.split()) for s in sentences])

### chunks with overlap, as RLM programs cut them
text = "".join(chr(97 + i % 26) for i in range(100))
size, overlap = 30, 5
chunks = [text[i:i + size] for i in range(0, len(text), size - overlap)]
print(len(chunks), [len(c) for c in chunks], chunks[0][-overlap:] == chunks[1][:overlap])
windows = [(max(0, i - 3), min(len(text), i + 4)) for i, c in enumerate(text) if c == "e"]
print(windows, [text[a:b] for a, b in windows][:2])

### a table of counts, printed
rows = [("north", "a"), ("south", "b"), ("north", "b"), ("north", "a")]
regions = sorted({r for r, _ in rows})
kinds = sorted({k for _, k in rows})
counts = {(r, k): 0 for r in regions for k in kinds}
for key in rows:
    counts[key] += 1
print("region".ljust(8) + "".join(k.rjust(4) for k in kinds))
for r in regions:
    print(r.ljust(8) + "".join(str(counts[r, k]).rjust(4) for k in kinds))
print("-" * 16, *[f"{k}:{sum(counts[r, k] for r in regions)}" for k in kinds], sep="\n")

### min, max and sorted with odd keys
words = ["pear", "fig", "apple", "kiwi"]
print(min(words, key=len), max(words, key=lambda w: (len(w), w)), sorted(words, key=lambda w: w[-1]), sorted(words, key=str.lower, reverse=True))
print(max({"a": 3, "b": 9}.items(), key=lambda kv: kv[1]), min([[2, 1], [1, 9]]), max("abc"), sorted({"b": 1, "a": 2}), min((3, 1), default=None), max([], default="none"))
best, *others = sorted([(0.9, "x"), (0.95, "y"), (0.1, "z")], reverse=True)
print(best, others, sorted([True, False, 2, -1]), sorted("bca", key=lambda c: -ord(c)))

### enumerate, zip and range in odd forms
print(list(enumerate("ab", 5)), list(zip("ab", range(10), [True, False])), list(range(10, 0, -3)), range(5)[-1], 3 in range(0, 10, 3))
names, ages = zip(*[("a", 1), ("b", 2)])
print(names, ages, list(zip()), dict(enumerate("xy")), list(reversed(range(3))), len(range(0, 100, 7)), range(3) == range(0, 3, 1))
print(list(zip([1, 2, 3], [1])), [*zip(*["abc", "def"])], list(map(lambda a, b: a + b, [1, 2], [10, 20])), sum(range(101)))

### boolean algebra and chains
a, b, c = 1, 0, None
print(a and b, a or b, b or c, not a, a and c, b or "default", c is None, a == 1 != b, 1 < 2 <= 2 < 3, not (a and not b))
print((a if b else c), (lambda x: x or "none")(""), [] or {} or "last", 0 == False, 1 == True, "" is not None, all([]), any([]))

### strings as sequences
s = "hello world"
print(s[::-1], s[1:-1:2], s[-5:], s[100:], s[:3] + s[3:] == s, "lo w" in s, s.index("o"), s * 2, "-".join(s[:3]), list(s[:2]))
print(sorted(set(s)), "".join(sorted(s)).strip(), [s[i:i + 3] for i in range(0, len(s), 3)], s.upper().lower() == s, min(s), max(s), ord("a"), chr(0x1F600), len("é"), "a" < "b" < "é")
try:
    s[0] = "H"
except TypeError:
    print("immutable")

### bytes of text
s = "naïve 日本"
b = s.encode("utf-8")
print(len(s), b.decode("utf-8") == s, s.encode("ascii", "ignore").decode())

### unicode: normal forms and categories
import unicodedata
s = "Ångström café"
plain = "".join(c for c in unicodedata.normalize("NFD", s) if unicodedata.category(c) != "Mn")
print(plain, len(unicodedata.normalize("NFD", "é")), unicodedata.category("A"), "ﬁ" == unicodedata.normalize("NFKC", "ﬁ"))

### pprint of nested data
from pprint import pprint, pformat
data = {"name": "x" * 30, "items": list(range(12)), "nested": {"a": ["b" * 20, "c" * 20, "d" * 20]}}
pprint(data)
print(pformat([1, 2]), len(pformat(data, width=40).splitlines()))

### parsing a query log by hand
log = """GET /a?x=1&y=2 200
POST /b 500
GET /a?x=3 404"""
stats = {}
for line in log.splitlines():
    method, url, status = line.split()
    path, _, query = url.partition("?")
    params = dict(p.split("=") for p in query.split("&")) if query else {}
    entry = stats.setdefault(path, {"n": 0, "bad": 0, "x": []})
    entry["n"] += 1
    entry["bad"] += int(status) >= 400
    if "x" in params:
        entry["x"].append(int(params["x"]))
print(stats)

### removing while walking, done right
xs = [1, 2, 3, 4, 5, 6]
for x in xs[:]:
    if x % 2 == 0:
        xs.remove(x)
print(xs)
d = {"a": 1, "b": 0, "c": 2}
for k in list(d):
    if not d[k]:
        del d[k]
print(d, [x for i, x in enumerate("abcabc") if x not in "abcabc"[:i]], xs.index(5), xs.pop(0), xs.insert(1, 9), xs)

### list methods
xs = [3, 1, 2]
xs.extend((5, 4))
xs += "a"
print(xs, xs.count(1), xs.index(2), xs.pop(), sorted(xs), xs)
xs.sort(reverse=True)
xs.reverse()
ys = xs.copy()
ys.clear()
print(xs, ys, [0] * 3, [1, 2] + [3], [[0] * 2 for _ in range(2)], [1, 2] < [1, 3], [1] == [1.0], xs[-1:], 2 in xs)

### printing in odd ways
print()
print("a", 1, None, sep="|", end="!\n")
print(*[1, 2, 3], sep=", ")
print("tab\tquote\"back\\slash", 'it''s', "multi" "part", r"raw\n")
print(1.0, 1e100, -0.0, 1_000, 0x1F, 1e-7, 100000000000000000000, [1.0, "a\n", None], ("x",), {}, set(), {1: {2: 3}})

### early exits of nested loops
target = 11
result = next(((i, j) for i in range(5) for j in range(5) if i * j + i == target - 2 + i), None)
print(result)
for i in range(5):
    for j in range(5):
        if i + j == 6:
            break
    else:
        continue
    print("found", i, j)
    break
found = False
i = 0
while not found and i < 100:
    i += 1
    if i * i > 50:
        found = True
print(i, found)

### generator expressions are lazy where it shows
seen = []
def look(x):
    seen.append(x)
    return x > 2
print(any(look(x) for x in range(10)), seen)
g = (x * x for x in range(5))
print(next(g), next(g), sum(x for x in range(4)), max(x % 5 for x in range(9)), ",".join(str(x) for x in range(3)), sorted(x for x in "cab"))

### sum of times and a leaderboard
times = {"ann": "1:02:03", "bo": "0:59:59", "cy": "1:00:00"}
def seconds(t):
    h, m, s = map(int, t.split(":"))
    return h * 3600 + m * 60 + s
def shown(s):
    m, s = divmod(s, 60)
    h, m = divmod(m, 60)
    return f"{h}:{m:02}:{s:02}"
for rank, (name, t) in enumerate(sorted(times.items(), key=lambda kv: seconds(kv[1])), 1):
    print(f"{rank}. {name:<5}{t:>9} +{shown(seconds(t) - min(map(seconds, times.values())))}")
print(shown(sum(seconds(t) for t in times.values()) // len(times)))

### a rank correlation and a histogram
xs, ys = [10, 20, 30, 40, 50], [1, 3, 2, 5, 4]
def ranks(v):
    order = sorted(range(len(v)), key=lambda i: v[i])
    r = [0] * len(v)
    for pos, i in enumerate(order):
        r[i] = pos + 1
    return r
rx, ry = ranks(xs), ranks(ys)
n = len(xs)
rho = 1 - 6 * sum((a - b) ** 2 for a, b in zip(rx, ry)) / (n * (n ** 2 - 1))
print(rx, ry, round(rho, 3))
data = [1, 2, 2, 3, 3, 3, 8]
lo, hi, bins = min(data), max(data), 4
width = (hi - lo) / bins
hist = [0] * bins
for d in data:
    hist[min(int((d - lo) / width), bins - 1)] += 1
print(hist, [f"{lo + i * width:.2f}-{lo + (i + 1) * width:.2f}" for i in range(bins)])

### roman numerals and other conversions
def roman(n):
    out = ""
    for value, sign in [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]:
        count, n = divmod(n, value)
        out += sign * count
    return out
print(roman(1994), roman(2024), roman(49))
def base(n, b, digits="0123456789abcdefghijklmnopqrstuvwxyz"):
    return digits[n] if n < b else base(n // b, b) + digits[n % b]
print(base(255, 16), base(5, 2), int(base(12345, 36), 36), "".join(chr((ord(c) - 97 + 13) % 26 + 97) for c in "hello"))

### an error inside a comprehension inside a function
def parse_all(rows):
    good, bad = [], []
    for i, r in enumerate(rows):
        try:
            good.append({k: float(v) for k, v in (p.split(":") for p in r.split(";"))})
        except ValueError as e:
            bad.append((i, type(e).__name__))
    return good, bad
print(parse_all(["a:1;b:2", "a:x", "nothing", "c:3.5", ""]))

### fails at the end (fails)
print("before")
data = {"a": 1}
print(data["missing"])

### fails with a wrong type (fails)
xs = ["1", "2"]
print(len(xs))
print(sum(xs))

### fails with an assertion (fails)
rows = []
print("checking")
assert len(rows) > 0, "no rows"

### dicts that get the names of parameters as keys
d = {}
d.update(d=1, self=2, x=3)
print(d, "{t} {text} {s}".format(t=1, text=2, s=3), dict(a=1, d=2, x=3))

### any, all and next stop where Python stops
rows = [{"x": 5}, {"x": 9}, {}]
print(any(r["x"] > 8 for r in rows), all(r["x"] > 5 for r in rows), next(r for r in rows if r["x"] > 4))
print(next((r["x"] for r in rows for _ in range(2) if r["x"] == 9), None))
try:
    print(any(r["x"] > 10 for r in rows))
except KeyError as e:
    print("KeyError", len(e.args))

### errors keep what they were made of
for error in [KeyError("k"), ValueError("a", 2), ValueError(), IndexError(5)]:
    try:
        raise error
    except Exception as e:
        print(type(e).__name__, e.args, str(e))
