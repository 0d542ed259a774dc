# Whole programs, in the manner of those that models write over a long input.

### chunk loop
text = "word " * 500
i = 0
chunks = []
while i < len(text):
    chunks.append(text[i:i + 600])
    i += 600
print(len(chunks), len(chunks[-1]), "".join(chunks) == text)

### overlapping chunks
text = "".join(str(i % 10) for i in range(100))
size, overlap = 30, 5
parts = []
start = 0
while start < len(text):
    end = min(start + size, len(text))
    parts.append((start, end, text[start:end][:3]))
    if end == len(text):
        break
    start = end - overlap
for p in parts:
    print(p)

### keyword windows
text = "The magic number is 42. " + "filler " * 30 + "Another magic word appears. " + "end"
lower = text.lower()
pos = lower.find("magic")
while pos != -1:
    left = max(0, pos - 10)
    right = min(len(text), pos + 25)
    print(pos, "...", text[left:right].strip(), "...")
    pos = lower.find("magic", pos + 1)

### count labels
text = """Date: 2023-01-01 || User: 12 || Label: spam
Date: 2023-01-02 || User: 13 || Label: ham
Date: 2023-01-03 || User: 12 || Label: spam
Date: 2023-01-04 || User: 15 || Label: ham
broken line
Date: 2023-01-05 || User: 12 || Label: ham"""
counts = {}
by_user = {}
for line in text.split("\n"):
    if "||" not in line:
        continue
    fields = {}
    for part in line.split(" || "):
        k, v = part.split(": ", 1)
        fields[k] = v
    counts[fields["Label"]] = counts.get(fields["Label"], 0) + 1
    by_user.setdefault(int(fields["User"]), []).append(fields["Label"])
print(counts, by_user)
print(max(counts, key=counts.get), sorted(by_user, key=lambda u: len(by_user[u]), reverse=True))
answer_text = f"Label: {max(counts, key=counts.get)}"
print(answer_text)

### access log
import re
from collections import Counter, defaultdict
text = """10.0.0.1 - - [10/Oct/2024:13:55:36] "GET /a HTTP/1.1" 200 512
10.0.0.2 - - [10/Oct/2024:13:55:37] "GET /b HTTP/1.1" 404 0
10.0.0.1 - - [10/Oct/2024:13:56:36] "POST /a HTTP/1.1" 500 17
10.0.0.3 - - [10/Oct/2024:14:00:00] "GET /b HTTP/1.1" 404 -
"""
hits = Counter()
size = defaultdict(int)
for line in text.strip().splitlines():
    m = re.match(r'(\S+) .*?\[(.*?)\] "(\w+) (\S+) [^"]*" (\d{3}) (\S+)', line)
    ip, when, method, path, status, n = m.groups()
    hits[(path, status)] += 1
    size[ip] += int(n) if n != "-" else 0
for (path, status), n in hits.most_common():
    print(f"{path} {status}: {n}")
print(dict(size), sum(v for (p, s), v in hits.items() if s >= "400"))

### inventory
orders = [
    {"id": 1, "item": "pen", "qty": 10, "price": 1.5, "paid": True},
    {"id": 2, "item": "ink", "qty": 2, "price": 12.25, "paid": False},
    {"id": 3, "item": "pen", "qty": 5, "price": 1.4, "paid": True},
    {"id": 4, "item": "pad", "qty": 0, "price": 3.0, "paid": None},
]
revenue = {}
for o in orders:
    if o["paid"]:
        revenue[o["item"]] = revenue.get(o["item"], 0) + o["qty"] * o["price"]
print(revenue, f"{sum(revenue.values()):.2f}")
unpaid = [o["id"] for o in orders if not o["paid"]]
print(unpaid, [o["item"] for o in orders if o["paid"] is None])
print(sorted({o["item"] for o in orders}), len([o for o in orders if o["qty"]]))
for o in sorted(orders, key=lambda o: (-o["qty"] * o["price"], o["id"])):
    print(f"{o['id']:>3} {o['item']:<6} {o['qty'] * o['price']:8.2f} {'yes' if o['paid'] else 'no'}")

### chapters
text = """# Book
intro text
## One
It began. The storm came.
## Two
It went on and on.
Second line.
## Three
"""
sections = text.split("\n## ")[1:]
titles = [s.split("\n")[0] for s in sections]
bodies = ["\n".join(s.split("\n")[1:]).strip() for s in sections]
for i, (t, b) in enumerate(zip(titles, bodies), 1):
    print(f"{i}. {t} ({len(b.split())} words)", b[:10] + "..." if len(b) > 10 else b)
print(max(range(len(bodies)), key=lambda i: len(bodies[i])), titles)

### variable chain
import re
text = """VAR X1 = 5
VAR X2 = X1
VAR X3 = X2 + 1
VAR X4 = X9"""
values = {}
for line in text.splitlines():
    m = re.match(r"VAR (\w+) = (.+)", line)
    name, expr = m.group(1), m.group(2)
    total = 0
    ok = True
    for term in expr.split(" + "):
        if term.isdigit():
            total += int(term)
        elif term in values and values[term] is not None:
            total += values[term]
        else:
            ok = False
    values[name] = total if ok else None
for k, v in values.items():
    print(f"{k} -> {v if v is not None else 'unknown'}")

### email threads
text = """From: ann@x.org
Subject: Plan
Hello

From: bob@x.org
Subject: Re: Plan
OK

From: ann@x.org
Subject: Lunch
Noon?"""
mails = []
for block in text.split("\n\n"):
    head = {}
    lines_ = block.split("\n")
    body = []
    for line in lines_:
        if ": " in line and not body:
            k, _, v = line.partition(": ")
            head[k.lower()] = v
        else:
            body.append(line)
    mails.append({**head, "body": " ".join(body)})
threads = {}
for m in mails:
    subject = m["subject"]
    while subject.lower().startswith("re: "):
        subject = subject[4:]
    threads.setdefault(subject, []).append(m["from"].split("@")[0])
print(threads, [len(v) for v in threads.values()], mails[1])

### config diff
a = """port=80
host=a
debug=true
# note
"""
b = """port=8080
host=a
trace=on
"""
def read(t):
    return dict(l.split("=", 1) for l in t.splitlines() if l and not l.startswith("#"))
x, y = read(a), read(b)
for k in sorted(set(x) | set(y)):
    if x.get(k) != y.get(k):
        print(f"{k}: {x.get(k, '-')} -> {y.get(k, '-')}")
print(sorted(x.keys() & y.keys()), sorted(set(x) - set(y)))

### edit distance
def distance(a, b):
    row = list(range(len(b) + 1))
    for i, ca in enumerate(a, 1):
        prev, row[0] = row[0], i
        for j, cb in enumerate(b, 1):
            prev, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, prev + (ca != cb))
    return row[-1]
print(distance("kitten", "sitting"), distance("", "abc"), distance("flaw", "lawn"))

### longest common subsequence
def lcs(a, b):
    t = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a)):
        for j in range(len(b)):
            t[i + 1][j + 1] = t[i][j] + 1 if a[i] == b[j] else max(t[i][j + 1], t[i + 1][j])
    return t[-1][-1]
print(lcs("AGGTAB", "GXTXAYB"), lcs("", "x"))

### tf idf
import math
from collections import Counter
texts_ = ["the cat sat", "the dog sat down", "a cat and a dog"]
df = Counter(w for t in texts_ for w in set(t.split()))
n = len(texts_)
for t in texts_:
    tf = Counter(t.split())
    scores = {w: c * math.log(n / df[w]) for w, c in tf.items()}
    top = sorted(scores.items(), key=lambda kv: (-kv[1], kv[0]))[:2]
    print([(w, round(s, 4)) for w, s in top])

### majority of replies
replies = ["Yes", "yes.", " NO", "Yes!", "unsure"]
clean = [r.strip().lower().rstrip(".!") for r in replies]
votes = {r: clean.count(r) for r in dict.fromkeys(clean)}
print(votes, max(votes, key=votes.get), sorted(votes.items(), key=lambda kv: -kv[1])[0])

### table of results
rows = [["model", "f1", "n"], ["a", 0.91234, 10], ["bb", 0.5, 1200]]
widths = [max(len(str(r[i])) for r in rows) for i in range(3)]
for r in rows:
    print(" | ".join(str(c).ljust(w) for c, w in zip(r, widths)))
print("-+-".join("-" * w for w in widths))
md = "| " + " | ".join(rows[0]) + " |\n" + "|".join([""] + ["---"] * 3 + [""])
print(md)

### verify quotes
source = "The  treaty was\nsigned in Port Meridian."
def norm(s):
    return " ".join(s.lower().split())
for q in ["treaty was signed", "Port meridian", "signed at Port"]:
    print(q, norm(q) in norm(source))

### build a report
findings = {"security": ["open port", "old key"], "style": [], "speed": ["slow query"]}
lines_ = ["# Report", ""]
for k, items in findings.items():
    if not items:
        continue
    lines_.append(f"## {k.title()} ({len(items)})")
    lines_.extend(f"- {x}" for x in items)
    lines_.append("")
lines_ += ["Total: " + str(sum(len(v) for v in findings.values()))]
print("\n".join(lines_))

### pairs of users
users = {1: {"a", "b"}, 2: {"b"}, 3: {"c"}, 4: {"a", "c"}}
ids = sorted(users)
out = []
for i in range(len(ids)):
    for j in range(i + 1, len(ids)):
        if users[ids[i]] & users[ids[j]]:
            out.append((ids[i], ids[j]))
print("\n".join(f"({a}, {b})" for a, b in out))

### bank statement
text = """+100.00 salary
-20.50 food
-3.25 bus
+5 gift
-x bad"""
balance, errors = 0.0, []
for n, line in enumerate(text.splitlines(), start=1):
    amount, _, what = line.partition(" ")
    try:
        balance += float(amount)
    except ValueError as e:
        errors.append((n, what))
print(f"{balance:.2f}", errors)

### tic tac toe
board = ["XOX", "OXO", "OXX"]
lines_ = board + ["".join(c) for c in zip(*board)] + ["".join(board[i][i] for i in range(3)), "".join(board[i][2 - i] for i in range(3))]
print([l for l in lines_ if len(set(l)) == 1], any(l == "XXX" for l in lines_))

### spiral and transpose
m = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
out = []
g = [r[:] for r in m]
while g:
    out += g.pop(0)
    g = [list(r) for r in zip(*g)][::-1]
print(out, [list(r) for r in zip(*m)], [r[::-1] for r in m], [m[i][i] for i in range(3)])

### run length
text = "aaabccdddd"
out, i = "", 0
while i < len(text):
    j = i
    while j < len(text) and text[j] == text[i]:
        j += 1
    out += f"{text[i]}{j - i}"
    i = j
print(out)
import re
print("".join(c * int(n) for c, n in re.findall(r"(\D)(\d+)", out)) == text)

### brackets
def balanced(s):
    stack = []
    for c in s:
        if c in "([{":
            stack.append(c)
        elif c in ")]}":
            if not stack or "([{".index(stack.pop()) != ")]}".index(c):
                return False
    return not stack
print([balanced(s) for s in ["([]{})", "([)]", "((", "", "a(b)c]"]])

### knapsack
items = [(60, 10), (100, 20), (120, 30)]
best = [0] * 51
for value, weight in items:
    for w in range(50, weight - 1, -1):
        best[w] = max(best[w], best[w - weight] + value)
print(best[50], best[10], best[29])

### topological order
deps = {"app": ["lib", "ui"], "ui": ["core"], "lib": ["core"], "core": []}
done, order = set(), []
def visit(n):
    if n in done:
        return
    done.add(n)
    for d in deps[n]:
        visit(d)
    order.append(n)
for n in deps:
    visit(n)
print(order)

### word index with lines
text = "to be or not\nto be that is\nthe question"
index = {}
for n, line in enumerate(text.splitlines(), 1):
    for w in line.split():
        index.setdefault(w, []).append(n)
for w in sorted(index):
    print(f"{w:<10}{', '.join(map(str, index[w]))}")

### simple calculator
import re
def evaluate(s):
    tokens = re.findall(r"\d+\.?\d*|[-+*/()]", s)
    pos = 0
    def expr():
        nonlocal pos
        v = term()
        while pos < len(tokens) and tokens[pos] in "+-":
            op = tokens[pos]
            pos += 1
            v = v + term() if op == "+" else v - term()
        return v
    def term():
        nonlocal pos
        v = atom()
        while pos < len(tokens) and tokens[pos] in "*/":
            op = tokens[pos]
            pos += 1
            v = v * atom() if op == "*" else v / atom()
        return v
    def atom():
        nonlocal pos
        t = tokens[pos]
        pos += 1
        if t == "(":
            v = expr()
            pos += 1
            return v
        return float(t)
    return expr()
print(evaluate("1 + 2 * 3"), evaluate("(1+2)*3/4"), evaluate("10/4-1"))

### game of life
cells = {(1, 0), (1, 1), (1, 2)}
for step in range(3):
    print(sorted(cells))
    near = {}
    for x, y in cells:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if (dx, dy) != (0, 0):
                    near[(x + dx, y + dy)] = near.get((x + dx, y + dy), 0) + 1
    cells = {c for c, n in near.items() if n == 3 or n == 2 and c in cells}

### bigrams
from collections import Counter
text = "the cat and the dog and the cat"
words = text.split()
big = Counter(zip(words, words[1:]))
for (a, b), n in big.most_common(3):
    print(a, b, n)

### merge intervals
spans = [(5, 8), (1, 3), (2, 4), (8, 9)]
out = []
for a, b in sorted(spans):
    if out and a <= out[-1][1]:
        out[-1] = (out[-1][0], max(out[-1][1], b))
    else:
        out.append((a, b))
print(out, sum(b - a for a, b in out))

### ranking with ties
scores = {"a": 90, "b": 85, "c": 90, "d": 70}
rank_, last = 0, None
for i, (n, s) in enumerate(sorted(scores.items(), key=lambda kv: (-kv[1], kv[0])), 1):
    if s != last:
        rank_, last = i, s
    print(rank_, n, s)

### percentile
xs = sorted([15, 20, 35, 40, 50])
def pct(p):
    k = (len(xs) - 1) * p / 100
    lo = int(k)
    hi = min(lo + 1, len(xs) - 1)
    return xs[lo] + (xs[hi] - xs[lo]) * (k - lo)
print([pct(p) for p in (0, 25, 40, 50, 90, 100)])

### histogram
xs = [1, 3, 2, 8, 9, 3, 3, 7]
bins = {}
for x in xs:
    b = x // 3 * 3
    bins[b] = bins.get(b, 0) + 1
for b in sorted(bins):
    print(f"{b:>2}-{b + 2:<2} {'*' * bins[b]} {bins[b] / len(xs):.0%}")

### confusion matrix
truth = ["a", "b", "a", "a", "b", "c"]
guess = ["a", "a", "a", "b", "b", "c"]
labels = sorted(set(truth))
m = {t: {g: 0 for g in labels} for t in labels}
for t, g in zip(truth, guess):
    m[t][g] += 1
print(m, sum(t == g for t, g in zip(truth, guess)) / len(truth))
for t in labels:
    tp = m[t][t]
    fp = sum(m[o][t] for o in labels if o != t)
    fn = sum(m[t].values()) - tp
    print(t, f"{tp / (tp + fp):.2f} {tp / (tp + fn):.2f}")

### sql like join
users = [{"id": 1, "n": "Ann"}, {"id": 2, "n": "Bob"}]
orders = [{"u": 1, "t": 5}, {"u": 1, "t": 7}, {"u": 3, "t": 1}]
by_id = {u["id"]: u for u in users}
joined = [{**by_id[o["u"]], **o} for o in orders if o["u"] in by_id]
print(joined)
sums = {u["n"]: sum(o["t"] for o in orders if o["u"] == u["id"]) for u in users}
print(sums)

### pagination
items = [f"item{i}" for i in range(11)]
page = 4
for p in range((len(items) + page - 1) // page):
    print(p + 1, items[p * page:(p + 1) * page])

### passwords
import re
for p in ["abc", "Abcdef12", "ABCDEF12!", "aB3$efgh"]:
    problems = []
    if len(p) < 8: problems.append("short")
    if not re.search(r"[a-z]", p): problems.append("no lower")
    if not re.search(r"\d", p): problems.append("no digit")
    if not any(c in "!$%" for c in p): problems.append("no sign")
    print(p, ", ".join(problems) or "ok")

### binary conversion
def to_base(n, b):
    if n == 0:
        return "0"
    s = ""
    while n:
        n, d = divmod(n, b)
        s = "0123456789abcdef"[d] + s
    return s
print([to_base(255, b) for b in (2, 8, 16, 3)], int("ff", 16), [int(to_base(77, b), b) for b in (2, 3, 7)])

### anagrams
words = ["listen", "silent", "enlist", "google", "gogole", "cat"]
groups = {}
for w in words:
    groups.setdefault("".join(sorted(w)), []).append(w)
print([g for g in groups.values() if len(g) > 1], {k: len(v) for k, v in groups.items()})

### vowels and consonants
text = "Programming Languages"
v = sum(1 for c in text.lower() if c in "aeiou")
c = sum(1 for c in text.lower() if c.isalpha() and c not in "aeiou")
print(v, c, "".join(c for c in text if c.lower() not in "aeiou"), {ch: text.lower().count(ch) for ch in "aeiou"})

### hash and checksum
text = "hello world"
h = 5381
for ch in text:
    h = (h * 33 + ord(ch)) % 2 ** 32
print(h, hex(h), sum(ord(ch) for ch in text) % 256, ord(text[0]) ^ ord(text[-1]))

### longest line and average
text = """short
a much longer line here
mid length

"""
lines_ = [l for l in text.split("\n")]
print(max(lines_, key=len), len(lines_), sum(len(l) for l in lines_) / len(lines_), [len(l) for l in lines_], min(lines_, key=len) == "")

### shortest paths
graph = {"a": {"b": 1, "c": 4}, "b": {"c": 2, "d": 5}, "c": {"d": 1}, "d": {}}
dist = {n: float("inf") for n in graph}
dist["a"] = 0
todo = ["a"]
while todo:
    n = min(todo, key=lambda m: dist[m])
    todo.remove(n)
    for m, w in graph[n].items():
        if dist[n] + w < dist[m]:
            dist[m] = dist[n] + w
            todo.append(m)
print(dist)

### josephus
people = list("abcdefg")
i = 0
out = []
while people:
    i = (i + 2) % len(people)
    out.append(people.pop(i))
print("".join(out), people)

### inverted yes and no
replies = {"q1": ["yes", "no", "yes"], "q2": ["no"], "q3": []}
for q, rs in replies.items():
    share = rs.count("yes") / len(rs) if rs else None
    print(q, "-" if share is None else f"{share:.0%}", "yes" if share and share > 0.5 else "no")

### zip of nothing
xs = []
print(list(zip(*xs)), [list(c) for c in zip(*xs)], list(zip([], [1])), len(list(zip(*[]))))
for row in zip(*xs):
    print("never", row)

### types as functions
words = ["b", "A", " c "]
print(sorted(words, key=str.lower), list(map(str.strip, words)), str.upper("x"), str.join("-", ["a", "b"]), list(map(dict.get, [{"k": 1}, {}], ["k", "k"])), max(words, key=str.lower))

### keywords of dict and format
print(dict(a=1, b=[2]), dict({"z": 0}, a=1), "{x}-{y:.1f}".format(x=1, y=2), "{0} {n}".format("p", n="q"))
