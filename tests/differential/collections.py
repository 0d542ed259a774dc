# Lists, tuples, dicts, sets, Counter, defaultdict, sorting, itertools.

### list methods
xs = [3, 1, 2]
xs.append(4); xs.extend([5, 6]); xs.insert(0, 9); xs.insert(-1, 8); xs.insert(100, 7)
print(xs, xs.pop(), xs.pop(0), xs.pop(-2), xs, xs.index(1), xs.count(3))
xs.remove(3); xs.reverse()
print(xs)
xs.sort()
print(xs)
xs.sort(reverse=True, key=lambda v: v % 3)
print(xs)
ys = xs.copy(); ys.clear()
print(xs, ys, len(xs))

### list pop empty (fails)
xs = []
xs.pop()

### list remove missing (fails)
xs = [1]
xs.remove(2)

### list index missing (fails)
xs = [1, 2]
print(xs.index(3))

### list index out of range (fails)
xs = [1, 2]
print(xs[2])

### list slices
xs = list(range(10))
print(xs[2:5], xs[:-2], xs[-3:], xs[::2], xs[::-1], xs[8:2:-2], xs[20:], xs[5:1], xs[-20:3], xs[:], xs[1:-1:3])

### slice assignment
xs = list(range(6))
xs[1:3] = ["a", "b", "c"]
print(xs)
xs[:0] = [-1]
print(xs)
xs[-2:] = []
print(xs)
xs[::2] = [0, 0, 0]
print(xs)
del xs[1:3]
print(xs)
del xs[0]
print(xs)

### list operators
print([1] + [2, 3], [0] * 3, [1, 2] * 2, 2 in [1, 2], 3 not in [1, 2], [1, 2] < [1, 3], [1] < [1, 0], [] < [1], [[1]] == [[1]], [1, 2] > [1], len([[], []]))

### aliasing
a = [1, 2]
b = a
b.append(3)
c = a[:]
c.append(4)
print(a, b, c, a is b, a == b, a is c)
grid = [[0] * 2] * 2
grid[0][0] = 1
print(grid)
grid2 = [[0] * 2 for _ in range(2)]
grid2[0][0] = 1
print(grid2)

### augmented list
xs = [1]
ys = xs
xs += [2]
print(xs, ys, xs is ys)
xs = xs + [3]
print(xs, ys)
xs *= 2
print(xs)
xs += "ab"
print(xs)

### default argument shared
def add(x, acc=[]):
    acc.append(x)
    return acc
print(add(1), add(2), add(3, []))

### tuple basics
t = (1, "a", None)
a, b, c = t
print(t[0], t[-1], t[1:], len(t), a, b, c, t + (4,), t * 2, "a" in t, t.index("a"), t.count(1), (), (5,), tuple("ab"), (1, 2) < (1, 3))

### tuple assignment (fails)
t = (1, 2)
t[0] = 5

### unpacking
a, *b = [1, 2, 3]
print(a, b)
*a, b = "xyz"
print(a, b)
a, *b, c = range(5)
print(a, b, c)
(a, b), c = (1, 2), 3
print(a, b, c)
[x, y] = 1, 2
print(x, y)
a, b = b, a
print(a, b)
first, *_ = [9, 8]
print(first, [*range(3), *"ab"], {**{"a": 1}, "b": 2}, (*[1], 2), {*[1, 2], 3})

### unpack too few (fails)
xs = [1]
a, b = xs

### unpack too many (fails)
xs = [1, 2, 3]
a, b = xs

### dict methods
d = {"a": 1, "b": 2}
d["c"] = 3
print(d.get("a"), d.get("z"), d.get("z", 0), d.pop("a"), d.pop("q", None), d, "b" in d, len(d), list(d), list(d.items()))
d.update({"b": 20, "e": 5})
d.update(f=6)
print(d, d.setdefault("b", 1), d.setdefault("g", []), d)
del d["b"]
print(d.popitem(), d, sorted(d), max(d, key=d.get), list(d.values()), sum(d.values()))
d2 = d.copy()
d2.clear()
print(d, d2, dict(d) == d, dict([("x", 1), ("y", 2)]), dict(a=1, b=2), dict(zip("ab", [1, 2])), dict.fromkeys(["a", "b"], 0), dict.fromkeys("xy"))

### dict missing key (fails)
d = {"a": 1}
print(d["b"])

### dict pop missing (fails)
d = {}
d.pop("x")

### unhashable key (fails)
k = [1]
d = {k: 1}

### dict order
d = {}
for k in "banana":
    d[k] = d.get(k, 0) + 1
print(d, list(reversed(d)), list(d.keys())[0])
del d["b"]
d["b"] = 9
print(d, {"a": 1, "b": 2, "a": 3}, {**d, "a": 0})

### dict iteration
d = {"x": 1, "y": 2}
for k in d:
    print(k, d[k])
for k, v in d.items():
    print(k, v)
for i, (k, v) in enumerate(d.items()):
    print(i, k, v)
for v in d.values():
    print(v)
print({v: k for k, v in d.items()}, [k + str(v) for k, v in d.items()], {k: v for k, v in d.items() if v > 1})

### dict merge
a = {"x": 1, "y": 2}
b = {"y": 3, "z": 4}
print(a | b, {**a, **b}, {**b, **a}, a)
a |= b
print(a)

### nested dicts
db = {"users": [{"name": "Ann", "tags": ["a", "b"]}, {"name": "Bob", "tags": []}], "meta": {"n": 2}}
print(db["users"][0]["tags"][-1], db["meta"].get("m", {}).get("x"), [u["name"] for u in db["users"] if u["tags"]], db.get("none", {}).get("k", "dflt"))
db["users"][1]["tags"].append("z")
db["meta"]["n"] += 1
print(db)

### dict delete in copy of keys
d = {i: i * i for i in range(6)}
for k in list(d.keys()):
    if k % 2:
        del d[k]
print(d)

### grouping with setdefault
rows = [("fruit", "apple"), ("veg", "kale"), ("fruit", "pear")]
g = {}
for kind, name in rows:
    g.setdefault(kind, []).append(name)
print(g, {k: len(v) for k, v in g.items()})

### set methods
a = {1, 2, 3}
b = {3, 4}
print(sorted(a | b), sorted(a & b), sorted(a - b), sorted(a ^ b), a.issubset({1, 2, 3, 4}), a >= {1}, a.isdisjoint({9}), a < {1, 2, 3, 4}, a == {3, 2, 1}, a.issuperset({1, 2}))
a.add(5); a.discard(99); a.remove(1)
a.update([7, 8])
print(sorted(a), len(a), 5 in a, sorted(a.union([1], [0])), sorted(a.intersection([5, 7])), sorted(a.difference([5])), sorted(a.symmetric_difference({5, 100})))
a |= {50}
a -= {7}
a &= {50, 5}
print(sorted(a), set(), len(set("hello")), sorted(set("hello")), frozenset([1, 2]) == {1, 2})

### set remove missing (fails)
s = {1}
s.remove(2)

### set of list (fails)
x = [1]
s = {x}

### dedupe keeping order
xs = [3, 1, 3, 2, 1]
seen = set()
out = []
for x in xs:
    if x not in seen:
        seen.add(x)
        out.append(x)
print(out, list(dict.fromkeys(xs)), sorted(set(xs)), len(set(xs)) == len(xs))

### tuples as keys
d = {(0, 1): "a", (1, 0): "b"}
d[(2, 2)] = "c"
d[3, 3] = "d"
print(d[0, 1], d.get((9, 9)), sorted(d), {k[0] for k in d} == {0, 1, 2, 3}, (1, 0) in d)

### Counter
from collections import Counter
c = Counter("mississippi")
print(c["s"], c["z"], c.most_common(2), len(c), sum(c.values()), sorted(c.items()), sorted(c.elements()), c.total())
c.update("ppp")
c["z"] += 1
c.subtract("ii")
print(c.most_common(), c, dict(c), max(c, key=c.get), Counter({"x": 3}), Counter([1, 1, 2]))

### Counter arithmetic
from collections import Counter
a = Counter({"x": 3, "y": 1})
b = Counter({"x": 1, "y": 2, "z": 1})
print(a + b, a - b, a & b, a | b, a == Counter({"y": 1, "x": 3}), Counter(), bool(Counter()), +Counter({"a": 0, "b": 2}))

### Counter ties
from collections import Counter
words = "b a c a b d".split()
print(Counter(words).most_common(3), Counter(words), [w for w, _ in Counter(words).most_common()], Counter(words).most_common(1)[0][0], Counter(len(w) for w in words))

### Counter loop
from collections import Counter
c = Counter()
for w in ["x", "y", "x"]:
    c[w] += 1
for k, v in c.most_common():
    print(k, v)
for k in c:
    print(k, c[k])
print(c.get("q"), c["q"], "q" in c, c.items() == {"x": 2, "y": 1}.items())

### defaultdict
from collections import defaultdict
d = defaultdict(list)
d["a"].append(1)
d["b"].extend([2, 3])
n = defaultdict(int)
for ch in "hello":
    n[ch] += 1
s = defaultdict(set)
s["k"].add(1)
nested = defaultdict(lambda: defaultdict(int))
nested["x"]["y"] += 5
print(dict(d), dict(n), d["missing"], len(d), "zz" in d, d.get("zz"), dict(s), nested["x"]["y"], {k: dict(v) for k, v in nested.items()})

### defaultdict with values
from collections import defaultdict
d = defaultdict(lambda: "n/a", {"a": 1})
print(d["a"], d["b"], sorted(d), isinstance(d, dict))
f = defaultdict(float)
f["x"] += 1.5
print(f["x"], f["y"], dict(f))

### sorted
xs = [3, -1, 2, -5]
print(sorted(xs), sorted(xs, reverse=True), sorted(xs, key=abs), sorted(xs, key=lambda v: (v < 0, v)), sorted("bca"), sorted({"b": 1, "a": 2}), sorted([(2, "a"), (1, "b"), (1, "a")]), sorted([]), sorted([True, 0, 2]), sorted([1.5, 1, 2]))

### sort stability
rows = [("a", 2), ("b", 1), ("c", 2), ("d", 1)]
print(sorted(rows, key=lambda r: r[1]), sorted(rows, key=lambda r: r[1], reverse=True), sorted(rows, key=lambda r: (-r[1], r[0])))
rows.sort(key=lambda r: r[0], reverse=True)
print(rows)

### sort mixed (fails)
xs = [1, "a"]
xs.sort()

### sort none (fails)
xs = [{"a": 1}, {"a": 2}]
print(sorted(xs))

### sort dict by value
d = {"a": 3, "b": 1, "c": 2}
print(sorted(d.items(), key=lambda kv: kv[1]), dict(sorted(d.items(), key=lambda kv: -kv[1])), sorted(d, key=d.get), sorted(d, key=d.get, reverse=True)[:2], list(dict(sorted(d.items()))))

### operator itemgetter
from operator import itemgetter
rows = [{"n": "x", "v": 2}, {"n": "y", "v": 1}]
print(sorted(rows, key=itemgetter("v")), sorted([(1, 9), (2, 3)], key=itemgetter(1)))

### reversed and enumerate and zip
print(list(reversed([1, 2, 3])), list(enumerate("ab", start=1)), list(zip([1, 2, 3], "ab")), list(zip()), list(zip([1], [2], [3])), dict(enumerate("xy")), list(reversed("abc")), list(reversed(range(3))), [a + b for a, b in zip([1, 2], [10, 20])])
for i, (a, b) in enumerate(zip("ab", [1, 2])):
    print(i, a, b)

### map and filter
print(list(map(lambda v: v * 2, [1, 2])), list(filter(None, [0, 1, "", "a", None])), list(map(str, [1, 2])), list(map(lambda a, b: a + b, [1, 2], [3, 4])), list(filter(lambda v: v > 1, [1, 2, 3])), list(map(int, "1 2 3".split())), sum(map(len, ["a", "bb"])))

### all and any
print(all([]), any([]), all([1, "a"]), any([0, None]), all(v > 0 for v in [1, 2]), any(v > 1 for v in [1, 2]), all(x for x in [True, 0]), any({"a": 0}))

### comprehensions
print([x * y for x in range(3) for y in range(3) if x != y], {x % 3 for x in range(10)} == {0, 1, 2}, {k: v for k, v in zip("ab", range(2))}, [[j for j in range(i)] for i in range(4)], [x for x in range(20) if x % 2 if x % 3], [c for w in ["ab", "cd"] for c in w], sum(x for x in range(5)), [(a, b) for a, b in [(1, 2), (3, 4)]], [x if x > 1 else -x for x in range(4)])

### comprehension scope
x = "outer"
ys = [x for x in range(3)]
print(x, ys, [y for y in ys if y], [x for _ in range(2)])

### range
print(list(range(5)), list(range(2, 8, 3)), list(range(5, 0, -2)), list(range(0)), len(range(0, 10, 3)), 3 in range(5), 7 in range(0, 10, 2), range(10)[3], range(10)[-1], list(range(10))[2:4], range(3), range(1, 5), range(0, 10, 2), list(range(3, 3)), sum(range(10, 0, -1)), range(0, 10)[2:5])

### itertools
from itertools import combinations, permutations, product, chain, groupby, accumulate, islice, count, repeat, zip_longest, takewhile, dropwhile, starmap, cycle
print(list(combinations("abc", 2)), list(permutations([1, 2, 3], 2)), list(product("ab", [1, 2])), list(chain([1], [2, 3])), list(chain.from_iterable([[1], [2]])), list(accumulate([1, 2, 3])), list(islice(range(10), 3)), list(islice(range(10), 2, 8, 3)), list(repeat("x", 3)))
print([(k, list(g)) for k, g in groupby("aabbbc")], list(zip_longest([1, 2, 3], "a", fillvalue="-")), list(takewhile(lambda v: v < 3, [1, 2, 3, 1])), list(dropwhile(lambda v: v < 3, [1, 2, 3, 1])), list(starmap(pow, [(2, 3), (3, 2)])), list(product([0, 1], repeat=2)))

### itertools module
import itertools
rows = [("a", 1), ("a", 2), ("b", 3)]
for key, group in itertools.groupby(rows, key=lambda r: r[0]):
    print(key, [v for _, v in group])
print(list(itertools.chain("ab", [1])), list(itertools.accumulate([3, 1, 4], max)), list(itertools.pairwise([1, 2, 3])), list(itertools.compress("abc", [1, 0, 1])))

### functools reduce
from functools import reduce
print(reduce(lambda a, b: a * b, [1, 2, 3, 4]), reduce(lambda a, b: a + b, ["a", "b"], "z"), reduce(max, [3, 9, 2]))

### heapq
import heapq
print(heapq.nlargest(2, [1, 5, 3]), heapq.nsmallest(2, [("b", 2), ("a", 1)], key=lambda r: r[1]))

### next and iter
print(next((x for x in [1, 2, 3] if x > 1), None), next((x for x in [] if x), "none"))
it = iter([1, 2])
print(next(it), next(it), next(it, "end"))

### membership of structures
print([1, 2] in [[1, 2]], (1,) in {(1,)}, "a" in {"a": 1}, 1 in {"a": 1}, None in [None], 2 in (1, 2), "ab" in ["abc"], {"a": 1} in [{"a": 1}])

### min max by key
people = [{"n": "Ann", "age": 31}, {"n": "Bob", "age": 27}, {"n": "Cid", "age": 31}]
print(max(people, key=lambda p: p["age"])["n"], min(people, key=lambda p: p["age"])["n"], [p["n"] for p in sorted(people, key=lambda p: (-p["age"], p["n"]))])

### flatten
nested = [[1, 2], [3], [], [4, [5]]]
print([x for xs in nested for x in xs], sum(nested, []))
def flat(v):
    out = []
    for x in v:
        if isinstance(x, list):
            out.extend(flat(x))
        else:
            out.append(x)
    return out
print(flat(nested), flat([]))

### chunks and windows
xs = list(range(7))
print([xs[i:i + 3] for i in range(0, len(xs), 3)], [tuple(xs[i:i + 2]) for i in range(len(xs) - 1)], list(zip(xs, xs[1:]))[:2])

### invert index
docs_ = {"d1": "red blue", "d2": "blue green"}
index = {}
for name, text in docs_.items():
    for w in text.split():
        index.setdefault(w, set()).add(name)
print({w: sorted(ns) for w, ns in sorted(index.items())})

### stack and queue
stack = []
for tok in "3 4 + 2 * 7 -".split():
    if tok.isdigit():
        stack.append(int(tok))
    else:
        b, a = stack.pop(), stack.pop()
        stack.append(a + b if tok == "+" else a - b if tok == "-" else a * b)
print(stack)

### graph search
graph = {"a": ["b", "c"], "b": ["d"], "c": ["d", "e"], "d": ["f"], "e": ["f"], "f": []}
queue, seen, order = ["a"], {"a"}, []
while queue:
    node = queue.pop(0)
    order.append(node)
    for n in graph[node]:
        if n not in seen:
            seen.add(n)
            queue.append(n)
print(order)
def paths(a, b, path=()):
    path = path + (a,)
    if a == b:
        return [path]
    return [p for n in graph[a] for p in paths(n, b, path)]
print(paths("a", "f"))

### transitive chain
links = {"x": "y", "y": "z", "z": "42"}
v = "x"
trail = [v]
while v in links:
    v = links[v]
    trail.append(v)
print(" -> ".join(trail), v.isdigit())

### del names (fails)
x = 1
del x
print(x)

### not iterable (fails)
n = 5
for x in n:
    print(x)

### not subscriptable (fails)
n = None
print(n["a"])

### len of int (fails)
n = 5
print(len(n))

### list plus tuple (fails)
a, b = [1], (2,)
print(a + b)

### none attribute (fails)
x = None
x.append(1)

### namedtuple-free records
recs = [("x", 1), ("y", 2)]
for name, value in recs:
    print(f"{name}={value}", end=";")
print([dict(zip(("name", "value"), r)) for r in recs])

### pairs of equal sum
xs = [1, 5, 7, -1, 5]
pairs_ = [(xs[i], xs[j]) for i in range(len(xs)) for j in range(i + 1, len(xs)) if xs[i] + xs[j] == 6]
print(pairs_, len(pairs_))

### printing sets of one
print({1}, {"a"}, {(1, 2)}, set(), {None}, str({1}), f"{ {2} }", [{3}])

### keys beside sets
d = {"a": 1, "b": 2}
print(d.keys() >= {"a"}, d.keys() > {"a", "b"}, d.keys() == {"b", "a"}, d.keys() != {"a"}, {"a"} <= d.keys(), {"c"} == d.keys())
print(d.keys() == {"b": 0, "a": 0}.keys(), d.keys() == d.values(), sorted(d.keys() & {"a", "z"}), sorted(d.keys() - {"a"}), sorted(d.keys() | {"c"}), sorted(d.keys() ^ {"a", "c"}))
print(d.items() == {"b": 2, "a": 1}.items(), d.items() >= {("a", 1)}, sorted(d.items() & {"a": 1, "b": 3}.items()))
print({"x": [1]}.items() == {"x": [1]}.items(), list(d.keys()) == ["a", "b"])

### several dicts as one
from collections import ChainMap
c = ChainMap({"a": 1}, {"a": 2, "b": 3})
print(c["a"], c["b"], c.get("z", 0), len(c), "b" in c, sorted(c), dict(c))
