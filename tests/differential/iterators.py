# What gives items one by one: next() takes them, and a loop goes on from there.

### a reader and its header
import csv, io
rows = csv.reader(io.StringIO("name,age\nAda,36\nBo,41\n"))
header = next(rows)
print(header)
for row in rows:
    print(dict(zip(header, row)))
print(next(rows, "end"), list(rows))

### DictReader and next
import csv, io
rows = csv.DictReader(io.StringIO("name,age\nAda,36\nBo,41\nCy,7\n"))
first = next(rows)
print(first["name"], [r["age"] for r in rows], list(rows))

### a generator and next
squares = (n * n for n in range(5))
print(next(squares), next(squares))
for s in squares:
    print(s)
print(next(squares, None), list(squares))

### finditer and next
import re
found = re.finditer(r"\d+", "a1 b22 c333")
first = next(found)
print(first.group(), [m.group() for m in found], next(found, None))

### map, filter, zip, enumerate, reversed
m = map(str.upper, ["a", "b", "c"])
print(next(m), list(m))
f = filter(None, [0, 1, 2, 3])
print(next(f), next(f), list(f))
z = zip("abc", range(3))
print(next(z), list(z))
e = enumerate(["x", "y", "z"], 1)
print(next(e), next(e), list(e))
r = reversed([1, 2, 3])
print(next(r), sorted(r))

### count and cycle
import itertools
ids = itertools.count(10, 5)
print(next(ids), next(ids), next(ids))
colours = itertools.cycle(["red", "green"])
print([next(colours) for _ in range(5)])
pairs = [(next(ids), word) for word in ["a", "b"]]
print(pairs)

### a loop that is left goes on
lines = iter(["# title", "# more", "body", "end"])
for line in lines:
    if not line.startswith("#"):
        print("first", line)
        break
print("rest", list(lines))

### a generator loop that is left goes on
gen = (w for w in "a b STOP c d".split())
for w in gen:
    if w == "STOP":
        break
print(list(gen))

### next inside a loop
it = iter(["key", "1", "other", "2"])
out = {}
for name in it:
    out[name] = next(it)
print(out)

### next inside a loop over enumerate
lines = ["a \\", "b", "c"]
it = enumerate(lines)
for i, line in it:
    while line.endswith("\\"):
        line = line[:-1] + next(it)[1]
    print(i, line)

### pairs of one iterator
it = iter(range(7))
print(list(zip(it, it)))
g = (n for n in range(6))
print(list(zip(g, g, g)))
chunks = list(zip(*[iter("abcdef")] * 2))
print(chunks)

### islice takes
import itertools
g = (n for n in range(10))
print(list(itertools.islice(g, 3)), list(itertools.islice(g, 1, 4)), list(g))
it = iter("abcdef")
print("".join(itertools.islice(it, 2)), "".join(it))

### in uses up an iterator
it = iter("abcde")
print("c" in it, list(it))
letters = iter("banana")
print(all(c in letters for c in "bnn"), all(c in iter("banana") for c in "nb"))

### StringIO by lines
import io
f = io.StringIO("one\ntwo\nthree\nfour")
print(repr(next(f)))
for line in f:
    print(repr(line))
    if line.startswith("two"):
        break
print(repr(f.readline()), f.read(), repr(f.readline()), next(f, "end"))

### StringIO written and read
import io
f = io.StringIO()
f.write("a\nb\n")
f.seek(0)
print([line.strip() for line in f], f.read() == "")

### iter gives an iterator itself
g = (n for n in [1, 2, 3])
it = iter(g)
print(next(it), next(g), list(it), list(g))

### a while loop until the end
it = iter([1, 2])
while True:
    try:
        print(next(it))
    except StopIteration:
        print("stop")
        break

### next of nothing (fails)
g = (n for n in [])
print("before")
next(g)

### tee gives two
import itertools
a, b = itertools.tee(n for n in [1, 2, 3])
next(b)
print(list(zip(a, b)))

### groupby one by one
from itertools import groupby
groups = groupby(["aa", "bb", "c"], key=len)
key, members = next(groups)
print(key, list(members))
print([(k, list(g)) for k, g in groups])

### chain and next
from itertools import chain, combinations
c = chain([1], [2, 3])
print(next(c), sum(c))
p = combinations("abc", 2)
print(next(p), list(p))

### a generator given to a function
def first_two(xs):
    return next(xs), next(xs)

g = (n for n in range(5))
print(first_two(g), max(g))

### first match by next
rows = [{"id": 1, "ok": False}, {"id": 2, "ok": True}]
print(next((r["id"] for r in rows if r["ok"]), None), next((r for r in rows if r["id"] > 5), "none"))
print(next(iter({"k": 1})), next(iter({7: 8}.values())), next(iter([3])))

### unpacking takes all
g = (n for n in range(4))
a, *b = g
print(a, b, next(g, None))

### star takes the rest
g = (n for n in range(4))
next(g)
print(*g)

### enumerate over a reader
import csv, io
reader = csv.reader(io.StringIO("h1,h2\n1,2\n3,4\n"))
next(reader)
for i, (a, b) in enumerate(reader):
    print(i, a, b)

### what a function took stays taken
def rows():
    g = (n for n in [1, 2, 3])
    next(g)
    return g
for n in rows():
    print(n)
print([n for n in rows()], [*rows()])
def no_head(lines):
    it = map(str.strip, lines)
    next(it)
    return it
for line in no_head([" a ", " b "]):
    print(line)
