# Programs in the manner of models that work for an RLM: each takes a made-up input apart.

### log levels by hour
import re
from collections import Counter, defaultdict
log = """2024-03-05 12:00:07 INFO [api-3] GET /v1/orders status=200 took=34ms
2024-03-05 12:10:11 ERROR [api-1] GET /v1/users status=500 took=120ms
2024-03-05 13:02:59 WARN [api-2] POST /v1/orders status=429 took=8ms
broken line
2024-03-05 13:40:00 ERROR [api-3] GET /v1/orders status=503 took=77ms"""
pattern = re.compile(r"^(\d{4}-\d{2}-\d{2}) (\d{2}):\d{2}:\d{2} (\w+) \[(.*?)\] (\w+) (\S+) status=(\d+) took=(\d+)ms$")
by_hour = defaultdict(Counter)
slow = []
for i, line in enumerate(log.splitlines(), 1):
    if not (m := pattern.match(line)):
        print(f"line {i} does not match: {line!r}")
        continue
    day, hour, level, host, method, path, status, took = m.groups()
    by_hour[hour][level] += 1
    if int(took) > 50:
        slow.append((int(took), path))
for hour in sorted(by_hour):
    print(hour, dict(by_hour[hour]), sum(by_hour[hour].values()))
print(sorted(slow, reverse=True))

### top talkers with percentages
hits = ["10.0.0.1", "10.0.0.2", "10.0.0.1", "10.0.0.3", "10.0.0.1", "10.0.0.2"]
counts = {}
for ip in hits:
    counts[ip] = counts.get(ip, 0) + 1
total = sum(counts.values())
for ip, n in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))[:2]:
    print("%-12s %3d %5.1f%%" % (ip, n, 100.0 * n / total))
print("%(total)d hits of %(kinds)s" % {"total": total, "kinds": len(counts)})

### csv with quotes by DictReader
import csv, io
data = 'id,name,price\n1,"Bolt, hex",1.25\n2,"Nut ""M8""",0.40\n3,Washer,\n'
rows = list(csv.DictReader(io.StringIO(data)))
total = 0.0
for row in rows:
    try:
        total += float(row["price"])
    except ValueError as e:
        print("bad price in", row["id"], "-", type(e).__name__)
print(len(rows), rows[1]["name"], round(total, 2))

### csv written back
import csv, io
rows = [{"name": "Ann", "n": 3}, {"name": 'Bo "B"', "n": None}]
out = io.StringIO()
writer = csv.DictWriter(out, fieldnames=["name", "n"], lineterminator="\n")
writer.writeheader()
for r in rows:
    writer.writerow(r)
print(out.getvalue())
plain = io.StringIO()
csv.writer(plain, delimiter=";", quoting=csv.QUOTE_ALL).writerows([[1, "a;b"], ["", 2.5]])
print(repr(plain.getvalue()))

### json lines with broken ones
import json
lines = ['{"user": "a", "tags": ["x", "y"]}', "{oops", '{"user": "b", "tags": []}', ""]
users, errors = [], 0
for raw in lines:
    raw = raw.strip()
    if not raw:
        continue
    try:
        record = json.loads(raw)
    except json.JSONDecodeError:
        errors += 1
    else:
        users.append(record["user"])
        print(record.get("tags", [])[:1] or "none")
    finally:
        print("read", len(raw) > 5)
print(users, errors)

### chat export, several lines a message
import re
chat = """[02/11/2023, 08:01] Mia: hello
second line
[02/11/2023, 08:05] Jon: ok
[02/11/2023, 09:45] Mia: done
"""
messages = []
for line in chat.strip().split("\n"):
    m = re.match(r"\[(\d+/\d+/\d+), (\d+):(\d+)\] (\w+): (.*)", line)
    if m:
        date, hh, mm, who, text = m.groups()
        messages.append({"at": int(hh) * 60 + int(mm), "who": who, "text": text})
    elif messages:
        messages[-1]["text"] += "\n" + line
gaps = [(b["at"] - a["at"], b["who"]) for a, b in zip(messages, messages[1:])]
print(max(gaps), len(messages), messages[0]["text"].count("\n"))

### chapters of a book
import re
book = "CHAPTER 1\nA Ferrant came.\n\nCHAPTER 2\nNobody.\n\nCHAPTER 3\nFerrant left. Ferrant's hat.\n"
parts = re.split(r"^CHAPTER (\d+)$", book, flags=re.MULTILINE)
chapters = {int(n): body.strip() for n, body in zip(parts[1::2], parts[2::2])}
found = {n: len(re.findall(r"\bFerrant\b", body)) for n, body in chapters.items()}
first = next((n for n in sorted(found) if found[n]), None)
print(chapters[2], found, first, sum(v for n, v in found.items() if n > first))

### defined terms of a contract
import re
contract = '''1.1 "Fee" means the sum.
1.2 "Work Order" means an order.
1.3 "Trial Period" means a time.
2.1 The Fee is due with each Work Order.'''
terms = re.findall(r'"([^"]+)" means', contract)
body = contract[contract.index("2.1"):]
unused = [t for t in terms if not re.search(rf"\b{re.escape(t)}\b", body)]
print(terms, unused or "all used")

### needle with corrections
import re
notes = "code for V-7 is 4471. ... code for V-70 is 1. ... code for V-7 has been changed to 6624. end"
codes = {}
for m in re.finditer(r"code for (V-\d+) (?:is|has been changed to) (\d+)", notes):
    codes[m.group(1)] = m.group(2)
    print(m.start(), m.end(), m.group(0)[:12])
print(codes["V-7"], len(codes))

### hops over documents
docs_by_name = {
    "voss.txt": "Name: Lea Voss\nReports to: Tom Reed\nOffice: Graz",
    "reed.txt": "Name: Tom Reed\nReports to: Lea Voss\nOffice: Lyon",
}
def field(text, name):
    for line in text.split("\n"):
        key, _, value = line.partition(": ")
        if key == name:
            return value
    return None
people = {field(t, "Name"): t for t in docs_by_name.values()}
boss = field(people["Lea Voss"], "Reports to")
print(boss, field(people[boss], "Office"), field(people[boss], "Phone"))

### counting labels before and after a date
from datetime import datetime
lines = [
    "Date: Jan 06, 2023 || User: 63685 || Label: spam",
    "Date: Apr 02, 2023 || User: 11 || Label: ham",
    "Date: Dec 31, 2022 || User: 63685 || Label: ham",
]
before, after = {}, {}
cut = datetime(2023, 1, 15)
for line in lines:
    fields = dict(part.split(": ", 1) for part in line.split(" || "))
    when = datetime.strptime(fields["Date"], "%b %d, %Y")
    target = before if when < cut else after
    target[fields["Label"]] = target.get(fields["Label"], 0) + 1
print(before, after, {k: after.get(k, 0) - before.get(k, 0) for k in sorted({*before, *after})})

### pairs of users
from itertools import combinations
kinds = {7: {"a", "b"}, 3: {"a"}, 9: {"b", "a"}, 5: set()}
good = sorted(u for u, ks in kinds.items() if {"a", "b"} <= ks)
print("\n".join(f"({a}, {b})" for a, b in combinations(good, 2)) or "no pairs")
print(list(combinations(sorted(kinds), 2))[:2], len(list(combinations(range(6), 3))))

### variables in a shuffled order
import re
text = "noise VAR X3 = VAR X2 noise VAR X1 = 12345 ... VAR X2 = VAR X1 end"
assignments = dict(re.findall(r"VAR (X\d+) = (VAR X\d+|\d+)", text))
def value_of(name, seen=()):
    if name in seen:
        raise RecursionError("a circle: " + name)
    right = assignments[name]
    if right.startswith("VAR "):
        return value_of(right[4:], seen + (name,))
    return int(right)
print({name: value_of(name) for name in sorted(assignments)})

### arithmetic in assignments
import re, operator
ops = {"+": operator.add, "-": operator.sub, "*": operator.mul}
text = "X1 = 17; X3 = X2 - 4; X2 = X1 * 3"
known = {}
pending = [m.groups() for m in re.finditer(r"(X\d+) = (\S+?)(?: ([-+*]) (\d+))?(?:;|$)", text)]
while pending:
    rest = []
    for name, left, op, right in pending:
        if left.isdigit():
            known[name] = int(left)
        elif left in known:
            known[name] = ops[op](known[left], int(right)) if op else known[left]
        else:
            rest.append((name, left, op, right))
    if len(rest) == len(pending):
        print("stuck", rest)
        break
    pending = rest
print(known)

### running balance
statement = """Opening balance: EUR 1,250.00
2024-01-03 DEBIT  EUR   300.50 rent
2024-01-05 DEBIT  EUR 1,200.00 car (used)
2024-01-09 CREDIT EUR   900.00 salary
"""
balance = None
low = (float("inf"), None)
for line in statement.splitlines():
    parts = line.split()
    if line.startswith("Opening"):
        balance = float(parts[-1].replace(",", ""))
        continue
    day, kind, _, amount = parts[:4]
    amount = float(amount.replace(",", ""))
    balance += amount if kind == "CREDIT" else -amount
    low = min(low, (balance, day))
print(f"{low[1]} {low[0]:.2f}", f"{balance:,.2f}")

### git numstat
numstat = "commit a1\nAuthor: Kim <k@x>\n\n3\t12\tsrc/io.rs\n-\t-\tlogo.png\ncommit b2\nAuthor: Noor <n@x>\n\n1\t2\tsrc/net/tcp.rs\n9\t9\tdocs/a.md\n"
author, deleted = None, {}
for line in numstat.split("\n"):
    if line.startswith("Author:"):
        author = line.split()[1]
    elif "\t" in line:
        added, gone, path = line.split("\t")
        if path.startswith("src/") and gone != "-":
            deleted[author] = deleted.setdefault(author, 0) + int(gone)
winner, n = max(deleted.items(), key=lambda item: item[1])
print(f"{winner}: {n}", deleted)

### word frequencies
import re, string
from collections import Counter
text = "The castle's bridge, the Bridge; Castle! market market."
stop = {"the", "of"}
words = [w.strip(string.punctuation).lower() for w in text.split()]
words = [w[:-2] if w.endswith("'s") else w for w in words if w and w not in stop]
print(Counter(words).most_common(2), Counter(re.findall(r"[a-z]+", text.lower()))["s"])
print(text.translate(str.maketrans("", "", string.punctuation)).split()[:3])

### markdown table
table_text = """| Site | Area | Score |
|------|-----:|------:|
| A    | 10.5 |    70 |
| B    | 4.0  |   n/a |
| C    | 2    |    40 |"""
header, *body = [[c.strip() for c in row.strip("|").split("|")] for row in table_text.split("\n") if not set(row) <= set("|-: ")]
rows = [dict(zip(header, cells)) for cells in body]
rated = [r for r in rows if r["Score"].isdigit()]
weight = sum(float(r["Area"]) for r in rated)
print(header, round(sum(float(r["Area"]) * int(r["Score"]) for r in rated) / weight, 1))

### mail threads
import re
from collections import defaultdict
mails = [("anna", "Re: Budget"), ("bo", "Budget"), ("cy", "FWD: re: Budget"), ("anna", "Trip"), ("bo", "AW: Trip")]
threads = defaultdict(list)
for sender, subject in mails:
    base = re.sub(r"^(?:(?:re|fwd?|aw)\s*:\s*)+", "", subject, flags=re.IGNORECASE)
    threads[base].append(sender)
print({s: (len(v), len(set(v))) for s, v in threads.items()})
print(max(threads, key=lambda s: len(threads[s])))

### layers of settings
import re
files_in_order = {"10.ini": "[db]\nhost = a\nport=1\n", "20.ini": "; c\n[db]\nhost = b\n[web]\nport = 80\n"}
settings = {}
for name in sorted(files_in_order):
    section = None
    for line in files_in_order[name].splitlines():
        line = line.strip()
        if not line or line[0] in "#;":
            continue
        if line.startswith("["):
            section = line[1:-1]
        else:
            key, value = (part.strip() for part in line.split("=", 1))
            settings[f"{section}.{key}"] = value
print(settings)

### meetings that overlap
def minutes(text):
    clock, half = text.split()
    h, m = map(int, clock.split(":"))
    return (h % 12 + (12 if half == "pm" else 0)) * 60 + m
plan = ["Ana: 9:00 am - 10:30 am", "Ana: 10:00 am - 11:00 am", "Bo: 12:15 pm - 1:00 pm"]
busy = {}
for row in plan:
    who, times = row.split(": ", 1)
    start, end = (minutes(t) for t in times.split(" - "))
    busy.setdefault(who, []).append((start, end))
for who, spans in busy.items():
    spans.sort()
    double = sum(max(0, min(e1, e2) - max(s1, s2)) for i, (s1, e1) in enumerate(spans) for s2, e2 in spans[i + 1:])
    print(who, double, spans[0])

### addresses made alike
import re
raw = ["12 High Street, Leeds", "12 HIGH ST. LEEDS", " 4 Mill Ln,York ", "4 Mill Lane, York"]
short = {"street": "st", "lane": "ln"}
def norm(a):
    words = re.sub(r"[^\w\s]", " ", a.lower()).split()
    return " ".join(short.get(w, w) for w in words)
seen = {}
for a in raw:
    seen.setdefault(norm(a), []).append(a)
print(len(seen), list(seen), [len(v) for v in seen.values()])

### functions never called
import re
sources = {
    "main.py": "from util import load\n\ndef main():\n    load(1)\n\ndef old():\n    pass\n",
    "util.py": "def load(x):\n    return clean(x)\n\ndef clean(x):\n    return x\n",
}
defs = {}
for path, code in sources.items():
    for n, line in enumerate(code.split("\n"), start=1):
        if m := re.match(r"def (\w+)\(", line):
            defs[m.group(1)] = f"{path}:{n}"
unused = [f for f in defs if not any(re.search(rf"(?<!def )\b{f}\(|import .*\b{f}\b", c) for c in sources.values())]
print(sorted(unused), defs["clean"])

### chunks with overlap
def chunk_text(text, size, overlap=0):
    chunks = []
    i = 0
    while i < len(text):
        chunks.append(text[i:i + size])
        i += size - overlap
    return chunks
pieces = chunk_text("abcdefghij", 4, 1)
print(pieces, [p for p in pieces if "d" in p], "".join(p[:3] for p in pieces)[:10])

### handlers by kind
def attempt(thing):
    try:
        return thing()
    except (ValueError, ZeroDivisionError) as e:
        return type(e).__name__
    except KeyError as e:
        return "missing key"
    except IndexError:
        return "too far"
    except Exception as e:
        return f"other {type(e).__name__}"
xs, d = [1], {}
for f in [lambda: int("a"), lambda: 1 / 0, lambda: d["k"], lambda: xs[3], lambda: None + 1, lambda: xs.nope, lambda: "ok"]:
    print(attempt(f))

### the right handler, else, finally
def parse(text):
    try:
        value = int(text)
    except KeyError:
        print("not this one")
    except ValueError:
        print("a value error")
        value = -1
    else:
        print("fine")
    finally:
        print("at the end")
    return value
print(parse("5"), parse("x"))

### errors that pass a handler
def inner():
    try:
        return {}["a"]
    except ValueError:
        return "wrong handler"
try:
    print(inner())
except LookupError as e:
    print("outer", isinstance(e, KeyError), isinstance(e, ValueError))

### raise and raise again
class_of = lambda e: type(e).__name__
def check(x):
    if x < 0:
        raise ValueError(f"negative: {x}")
    if x > 9:
        raise RuntimeError
    return x
for x in [1, -2, 10]:
    try:
        try:
            print(check(x))
        except ValueError as e:
            print("first", e)
            raise
    except Exception as e:
        print("second", class_of(e), str(e))

### raise from, and error values
errors = []
for text in ["1", "a", "2"]:
    try:
        errors.append(int(text))
    except ValueError as e:
        errors.append(RuntimeError("cannot read " + text))
print([x if isinstance(x, int) else type(x).__name__ for x in errors])
try:
    try:
        int("q")
    except ValueError as e:
        raise TypeError("wrapped") from e
except TypeError as e:
    print(e, repr(e), e.args)

### assertion caught
try:
    assert sum([1, 2]) == 4, "sums differ"
except AssertionError as e:
    print("caught:", e)

### kinds of errors in a variable
transient = (TimeoutError, ConnectionError)
def call(n):
    if n == 0:
        raise TimeoutError("slow")
    if n == 1:
        raise ConnectionError("gone")
    raise ValueError("bad")
for n in range(3):
    try:
        call(n)
    except transient as e:
        print("again", e)
    except ValueError as e:
        print("no", e)

### statistics errors
import statistics
try:
    statistics.mean([])
except statistics.StatisticsError as e:
    print("no data", isinstance(e, ValueError))
try:
    next(iter([]))
except StopIteration:
    print("no more")

### regex errors
import re
pattern = "(" + "a"
try:
    re.compile(pattern)
except re.error:
    print("bad pattern")
try:
    re.search("a(b)?", "ac").group(5)
except IndexError:
    print("no group")

### walrus in conditions
import re
rows = ["id=1 ok", "nothing", "id=22 ok"]
ids = [int(m[1]) for r in rows if (m := re.search(r"id=(\d+)", r))]
print(ids, m[0])
while (n := len(rows)) > 1:
    rows.pop()
print(n, rows)
if (total := sum(ids)) > 20 and (half := total // 2):
    print(total, half)
print([y := 5, y ** 2], (z := 3) + z)

### walrus keeps a running value
total = 0
print([total := total + x for x in [1, 2, 3]], total)
def first_long(words):
    return (found := [w for w in words if len(w) > 3]) and found[0]
print(first_long(["a", "word", "longer"]), first_long([]))
print({k: v for k in "ab" if (v := ord(k)) > 97}, v, any((hit := x) > 1 for x in [0, 1, 2]), hit)

### walrus in functions and lambdas
def scan(lines):
    out = []
    for line in lines:
        if (k := line.find(":")) >= 0:
            out.append((line[:k], k))
    return out
print(scan(["a:1", "b", "cc:2"]), (lambda x: (y := x * 2) + y)(4))

### percent formatting
print("%s is %d years, %.2f%%" % ("Al", 3, 4.5))
print("%5d|%-5s|%05.1f|%x|%X|%o|%+d|% d" % (3, "ab", 2.25, 255, 255, 8, 7, 7))
print("%(a)s-%(b)03d" % {"a": 1, "b": 2}, "one: %s" % 5, "%r" % "x", "%s" % None, "%s" % [1])
print("%c%c" % ("x", 65), "%.3s|%10.2s|" % ("abcdef", "xyz"), "%e" % 12345.678, "%g" % 1e-7, "%i" % 3.99)
print("%s %s" % ("a", (1, 2)), "%5.1f|%-8.3f|" % (3.14159, 2.0), "%*d" % (5, 42), "%%" % (), "%#x" % 255)
print("%08.3f" % -3.14159, "%-5d|" % 42, "%5s" % True, "%.0f" % 2.5, "%d" % True, "%s" % (3,))

### percent formatting that fails (fails)
print("%d" % "x")

### percent with too few values (fails)
print("%s %s" % ("a",))

### percent with too many values (fails)
print("%s" % ("a", "b"))

### a queue
from collections import deque
graph = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}
queue, seen, order = deque(["a"]), {"a"}, []
while queue:
    node = queue.popleft()
    order.append(node)
    for nxt in graph[node]:
        if nxt not in seen:
            seen.add(nxt)
            queue.append(nxt)
print(order, queue, len(queue), bool(queue))

### the last few
from collections import deque
last = deque(maxlen=3)
for i in range(6):
    last.append(i)
print(last, list(last), last[0], last[-1], 4 in last)
last.appendleft(9)
print(last, last.maxlen)
d = deque([1, 2, 3, 4])
d.rotate(1); d.extendleft([7, 8]); d.extend([0])
print(d, d.pop(), d.popleft(), d.count(4), sum(d), sorted(d), type(d).__name__)
try:
    deque().popleft()
except IndexError:
    print("empty")

### heaps
import heapq
heap = []
for word in "pear fig apple banana kiwi".split():
    heapq.heappush(heap, (len(word), word))
print(heap[0], heapq.heappop(heap), heap)
xs = [5, 3, 8, 1]
heapq.heapify(xs)
print(xs, heapq.heappushpop(xs, 0), heapq.heapreplace(xs, 9), xs, heapq.nlargest(2, xs), heapq.nsmallest(2, xs, key=lambda v: -v))
print(list(heapq.merge([1, 4, 6], [2, 3], [0])), [heapq.heappop(xs) for _ in range(len(xs))])

### bisect
import bisect
from bisect import bisect_left, insort
xs = [1, 3, 3, 5]
print(bisect.bisect(xs, 3), bisect_left(xs, 3), bisect.bisect_right(xs, 4), bisect_left(xs, 9), bisect_left(xs, 3, 2))
insort(xs, 4)
print(xs, bisect.bisect_left([{"k": 1}, {"k": 4}], 2, key=lambda r: r["k"]))
grades = [bisect.bisect([60, 70, 80, 90], s) for s in (33, 70, 95)]
print(["FDCBA"[g] for g in grades])

### copies
import copy
a = {"x": [1, [2]], "y": {"z": 1}}
b, c = copy.deepcopy(a), copy.copy(a)
a["x"][1].append(9)
a["new"] = 1
print(a, b, c, b == c)
loop = [1]
loop.append(loop)
twin = copy.deepcopy(loop)
print(twin[1] is twin, twin is loop, copy.copy([1, 2]), copy.deepcopy((1, [2])))

### partial and friends
from functools import partial, reduce, cmp_to_key
from operator import itemgetter, methodcaller, add
to_int = partial(int, base=16)
power = partial(pow, 2)
print(to_int("ff"), power(5), partial(lambda *a, **k: (a, k), 1, x=2)(3, y=4))
print(reduce(add, [1, 2, 3], 10), reduce(lambda a, b: {**a, **b}, [{"a": 1}, {"b": 2}]))
print(sorted(["b10", "a2", "a1"], key=cmp_to_key(lambda x, y: (x > y) - (x < y))))
print(sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a), reverse=True))
print(list(map(itemgetter(1, 0), [(1, 2), (3, 4)])), list(map(methodcaller("split", ","), ["a,b"])))

### namedtuple
from collections import namedtuple
Point = namedtuple("Point", ["x", "y"])
p = Point(1, y=2)
x, y = p
print(p, p.x + p[1], x, y, p == (1, 2), len(p), p._asdict(), p._replace(x=5), list(p))
Row = namedtuple("Row", "name score", defaults=[0])
rows = [Row("a", 3), Row("b"), Row(name="c", score=2)]
print(sorted(rows, key=lambda r: r.score)[0].name, max(r.score for r in rows), [f"{r.name}={r.score}" for r in rows])
print({Point(0, 0): "origin"}[(0, 0)], Point(0, 1) in {Point(0, 1)}, isinstance(p, tuple))

### counters as numbers
from collections import Counter
a, b = Counter("aab"), Counter("abc")
print(a + b, a - b, a & b, a | b, a["zzz"])
a.update("zz"); a.update({"q": 2}); a.subtract({"a": 1})
print(a, sorted(a.elements()), a.most_common(1), sum(a.values()), a.total(), list(a)[:2])
print(Counter(a=1, b=2), Counter([1, 1, 2]).most_common(), dict(Counter("hello").most_common(2)), max(Counter("hello"), key=Counter("hello").get))

### text buffers
import io
buf = io.StringIO("a\nb\nc")
print(buf.readline(), buf.read(1), [line for line in buf], repr(buf.read()))
out = io.StringIO()
out.write("x = "); print(1, 2, sep=",", file=out); out.writelines(["p", "q"])
print(repr(out.getvalue()), len(out.getvalue().splitlines()))
out.seek(0)
print(out.readlines())

### texts alike
import difflib
from difflib import SequenceMatcher, get_close_matches
print(SequenceMatcher(None, "abcd", "bcde").ratio(), round(SequenceMatcher(None, "the treaty was signed", "a treaty was signed at").ratio(), 4))
print(get_close_matches("appel", ["ape", "apple", "peach", "puppy"]), get_close_matches("x", ["abc"]), get_close_matches("lee", ["leeds", "lead", "leek"], n=2, cutoff=0.5))
s = SequenceMatcher(None, "qabxcd", "abycdf")
print(s.get_opcodes(), [tuple(m) for m in s.get_matching_blocks()], s.find_longest_match(0, 6, 0, 6).size)
old, new = ["a", "b", "c", "d", "e", "f", "g", "h"], ["a", "x", "c", "d", "e", "f", "g", "h", "i"]
print("\n".join(difflib.unified_diff(old, new, "old", "new", lineterm="", n=1)))
long_a, long_b = "ab" * 150 + "tail", "ba" * 140 + "tall"
print(round(SequenceMatcher(None, long_a, long_b).ratio(), 6), SequenceMatcher(None, [1, 2, 3], [1, 3]).ratio())

### codes of the web
import html, hashlib, base64
from urllib.parse import urlparse, unquote, quote, parse_qs, urlencode, urljoin, quote_plus, parse_qsl
print(html.unescape("a &amp; b &lt;c&gt; &#39;x&#39; &eacute; &#x41; &copy;"), html.escape("<a href=\"x\">&'"))
u = urlparse("https://user@Example.org:8080/c/d;p?x=1&y=2#f")
print(u.scheme, u.netloc, u.path, u.params, u.query, u.fragment, u.hostname, u[2], len(u))
print(unquote("a%20b%C3%A9"), quote("a b/é~"), quote_plus("a b&c"), quote("a/b", safe=""), parse_qs("x=1&y=2&x=3&z="), parse_qsl("b=2&a=1"))
print(urlencode({"q": "a b", "n": 1}), urljoin("https://a.org/x/y.html", "z.html"), urljoin("https://a.org/x/y", "/z"), urljoin("https://a.org/x/", "../b"))
print(hashlib.md5("abc".encode()).hexdigest(), hashlib.sha256("é".encode("utf-8")).hexdigest()[:16], hashlib.sha1(b"x").hexdigest()[:8])
print(base64.b64decode("aGVsbG8=").decode(), base64.b64encode("héllo".encode()).decode())

### accents removed
import unicodedata
name = "Zoë Café Ñandú"
print("".join(c for c in unicodedata.normalize("NFD", name) if unicodedata.category(c) != "Mn"))
print(unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii"), unicodedata.normalize("NFC", "e\u0301") == "é", [unicodedata.category(c) for c in "aA1 -("])
print("naïve".encode("ascii", errors="replace").decode(), "a\tb".encode("utf-8").decode("utf-8"))

### literals read
import ast
print(ast.literal_eval("[1, 2.5, {'a': (True, None)}, -3, 'x']"), ast.literal_eval("{'k': [1]}")["k"])
for bad in ["f(1)", "[1, 2", "x"]:
    try:
        ast.literal_eval(bad)
    except (ValueError, SyntaxError):
        print("not a literal:", bad)

### pretty printing
from pprint import pprint, pformat
pprint({"b": 1, "a": [1, 2]})
pprint({"name": "x" * 30, "values": list(range(12)), "inner": {"k": "v" * 20, "a": ("p", "q")}})
pprint([["alpha" * 4, "beta" * 5], ["gamma" * 6, "delta" * 5, 1]])
print(pformat({2: "b", 1: "a"}), pformat([1] * 3, width=5))

### itertools in full
from itertools import combinations_with_replacement, tee, accumulate, groupby, chain, product, zip_longest, islice, takewhile, dropwhile, pairwise, starmap, compress, count, repeat, permutations, filterfalse
print(list(combinations_with_replacement("ab", 2)), [list(t) for t in tee([1, 2])], list(accumulate([1, 2, 3], lambda a, b: a * b)))
print([(k, len(list(g))) for k, g in groupby("aabbb")], list(chain([1], (2,), "c")), list(product("ab", repeat=2))[:3], list(zip_longest("ab", "c", fillvalue="-")))
print(list(islice(count(5), 3)), list(takewhile(lambda x: x < 3, [1, 2, 5, 1])), list(dropwhile(lambda x: x < 3, [1, 5, 1])), list(pairwise([1, 2, 3])), list(starmap(pow, [(2, 3)])))
print(list(compress("abc", [1, 0, 1])), list(repeat("x", 2)), len(list(permutations([1, 2, 3]))), list(filterfalse(str.isdigit, ["1", "a"])), list(chain.from_iterable([[1], [2, 3]])))

### numbers of every base
print((255).bit_length(), int("ff", 16), int("0b101", 0), bin(10), oct(8), hex(255), f"{255:08b}", f"{10:x}", divmod(-7, 2), round(2.675, 2), 7 // -2, -7 % 3)
print(float("1e3"), int("  42 "), abs(-2.5), pow(2, 10, 1000), sum([0.1] * 3), max([3, 1], default=0), min([], default=None), (3.0).is_integer())

### getattr and conditional names
print(getattr("abc", "upper")(), getattr("abc", "nope", "none"), hasattr([], "append"), callable(len), getattr([3, 1], "index")(1))
if __name__ == "__main__":
    print("main")

### functions with every kind of parameter
def show(a, b=2, *rest, sep="-", **extra):
    return sep.join(str(x) for x in (a, b, *rest)) + str(extra)
print(show(1), show(1, 3, 4, 5, sep="+"), show(*[1, 2, 3], **{"sep": "/", "k": 1}), show(b=9, a=8))
def only(*, name, n=1): return name * n
print(only(name="x", n=3), (lambda *a, **k: (len(a), sorted(k)))(1, 2, z=1))

### closures that count
def counter(start=0):
    n = start
    def step(by=1):
        nonlocal n
        n += by
        return n
    return step
a, b = counter(), counter(10)
print(a(), a(5), b(), [f() for f in (a, b)])

### f-strings of every kind
name, x, w, d = "bob", 3.14159, 10, {"k": [1, 2]}
print(f"{x:{w}.2f}|{name!r:>10}|{d['k'][1]}|{x=:.2f}|{name:^9}|{1234567:,}|{0.5:.0%}|{{}}|{x!s:.4}")
print(f"{'yes' if x > 3 else 'no'} {f'{name}' + '!'} {[i for i in range(3)]} {name.upper():*<6} {w:>{w}}")
print(f"""{name}
{sum(d["k"])}""", "{:>6}|{:<6}|{:^6}".format(1, 2, 3), "{0[k]} {n:.1f}".format(d, n=x), "{a} {b}".format_map({"a": 1, "b": 2}))

### sorting by several keys
rows = [("b", 2, "x"), ("a", 2, "y"), ("c", 1, "x")]
print(sorted(rows, key=lambda r: (-r[1], r[0])), sorted(rows, key=lambda r: r[2])[0], min(rows, key=lambda r: r[1]))
rows.sort(key=lambda r: r[0], reverse=True)
print([r[0] for r in rows], sorted({"b": 1, "a": 2}.items()), sorted("banana"), sorted([True, False]), sorted(["B", "a"], key=str.lower))

### nested data walked
data = {"a": {"b": [1, {"c": 2}]}, "d": 3}
def paths(node, prefix=""):
    if isinstance(node, dict):
        for k, v in node.items():
            yield_list.extend([]) if False else None
            paths(v, f"{prefix}.{k}" if prefix else k)
    elif isinstance(node, list):
        for i, v in enumerate(node):
            paths(v, f"{prefix}[{i}]")
    else:
        found.append((prefix, node))
found, yield_list = [], []
paths(data)
print(found)

### async calls
import asyncio
async def fetch(n):
    return n * 2
async def main():
    results = await asyncio.gather(*[fetch(i) for i in range(3)])
    one = await fetch(10)
    return results + [one]
print(asyncio.run(main()))

### printing in every way
import sys
xs = [1, 2, 3]
print(*xs, sep="\n")
print("a", "b", sep="-", end="!\n")
print("x", flush=True, file=sys.stdout)
print(*(f"{x}" for x in xs), sep=", ")
print()
print("-" * 20, "=" * 3)

### sets worked with
a, b = {1, 2, 3}, {2, 3, 4}
print(sorted(a & b), sorted(a | b), sorted(a - b), sorted(a ^ b), a <= b, {2} < a, a.isdisjoint({9}))
a |= {7}; a.discard(99); a.update([8])
print(sorted(a), len(a), 7 in a, frozenset([1, 2]) == {1, 2}, {frozenset([1]): 2}[frozenset([1])])

### windows and sums
nums = [3, 1, 4, 1, 5, 9, 2, 6]
print([sum(nums[i:i + 3]) for i in range(len(nums) - 2)], [b - a for a, b in zip(nums, nums[1:])], nums[::2], nums[-3:], nums[::-1][:2])
best = cur = nums[0]
for n in nums[1:]:
    cur = max(n, cur + n - 5)
    best = max(best, cur)
print(best, any(n > 8 for n in nums), all(n > 0 for n in nums), sum(1 for n in nums if n % 2), [i for i, n in enumerate(nums) if n == max(nums)])

### modules imported and not used
import os, sys, time, logging
from pathlib import Path
print(os.path.basename("src/a.rs"), os.path.splitext("a/b.tar.gz"), os.path.join("a", "b"), os.path.dirname("a/b/c.txt"), sys.maxsize > 10)
