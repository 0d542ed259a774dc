# json, csv, io.

### dumps
import json
print(json.dumps({"a": 1, "b": [1, 2.5, None, True, "x"], "c": {}}), json.dumps([]), json.dumps("é\n\"q\""), json.dumps("é", ensure_ascii=False), json.dumps(None), json.dumps(1.0), json.dumps((1, 2)), json.dumps({1: "a", None: 2, True: 3}))

### dumps indent
import json
d = {"name": "Ann", "tags": ["a", "b"], "empty": [], "none": {}, "nested": {"k": [1, {"x": None}]}}
print(json.dumps(d, indent=2))
print(json.dumps(d, indent=4, sort_keys=True))
print(json.dumps({"b": 1, "a": [1, 2]}, sort_keys=True), json.dumps({"b": 1}, separators=(",", ":")), json.dumps([1, 2], separators=(",", ":")))

### loads
import json
print(json.loads('{"a": [1, 2.0, "x", null, true, false], "b": {"c": -1.5e3}}'), json.loads("[]"), json.loads(' "s" '), json.loads("12"), json.loads("1.0"), json.loads('"\\u00e9\\n\\ud83d\\ude00"'), json.loads("1e5"), json.loads("123456789012345678901234567890"))

### loads empty (fails)
import json
s = ""
print(json.loads(s))

### json lines
import json
text = """{"id": 1, "score": 0.5, "tags": ["x"]}
{"id": 2, "score": 0.75, "tags": []}

{"id": 3, "score": null, "tags": ["x", "y"]}"""
rows = [json.loads(line) for line in text.split("\n") if line.strip()]
print(len(rows), [r["id"] for r in rows if r["score"] and r["score"] > 0.6], sum(r["score"] or 0 for r in rows), [len(r["tags"]) for r in rows])
best = max((r for r in rows if r["score"] is not None), key=lambda r: r["score"])
print(best)

### json errors
import json
good, bad = [], 0
for s in ['{"a": 1}', "{bad", "[1, 2", '{"a": 2}', ""]:
    try:
        good.append(json.loads(s)["a"])
    except (json.JSONDecodeError, ValueError):
        bad += 1
print(good, bad)

### round trip
import json
d = {"t": "tab\t", "u": "日本", "n": [1, [2, [3]]], "f": 0.1, "big": 10 ** 20, "e": 1e-7, "neg": -5, "q": "\"'\\/"}
print(json.loads(json.dumps(d)) == d, json.dumps(d), json.dumps(json.loads(json.dumps(d)), ensure_ascii=False))

### floats in json
import json
print(json.dumps([0.1, 1e16, 1e-5, 100.0, 1e100, 123456789.123, -0.0, 1.5e300]))

### DictReader
import csv
import io
text = '''name,age,city
Ann,31,Oslo
Bob,27,"New York, NY"
"Cid ""the kid""",40,
'''
rows = list(csv.DictReader(io.StringIO(text)))
print(len(rows), rows[0]["name"], rows[1]["city"], rows[2]["name"], rows[2]["city"] == "")
for row in csv.DictReader(io.StringIO(text)):
    print(row["name"], int(row["age"]) + 1, row.get("zip"))
print(sum(int(r["age"]) for r in rows) / len(rows), sorted(rows, key=lambda r: int(r["age"]))[0]["name"])

### reader
import csv
import io
text = "a,b\n1,2\n3,\"x,y\"\n"
rows = list(csv.reader(io.StringIO(text)))
print(rows, rows[0], len(rows))
header, *body = rows
print(header, [dict(zip(header, r)) for r in body])

### semicolon and quotes
import csv
import io
text = 'x;y\n"multi\nline";2\n;\n'
print(list(csv.reader(io.StringIO(text), delimiter=";")))

### aggregate csv
import csv
import io
from collections import defaultdict
text = """date,region,amount
2024-01-01,north,100.50
2024-01-02,south,20
2024-02-01,north,49.5
2024-02-03,east,
"""
totals = defaultdict(float)
count = defaultdict(int)
for row in csv.DictReader(io.StringIO(text)):
    if row["amount"]:
        totals[row["region"]] += float(row["amount"])
    count[row["date"][:7]] += 1
for k, v in sorted(totals.items(), key=lambda kv: -kv[1]):
    print(f"{k}: {v:.2f}")
print(dict(count))

### csv by split
text = "id|name|v\n1|a|10\n2|b|\n3|c|30"
lines_ = text.strip().split("\n")
cols = lines_[0].split("|")
rows = [dict(zip(cols, l.split("|"))) for l in lines_[1:]]
print(rows, sum(int(r["v"]) for r in rows if r["v"]), [r["name"] for r in rows if not r["v"]])

### json in prose
import json
import re
reply = """Here is the result:
```json
{"label": "spam", "score": 0.93}
```
Done."""
m = re.search(r"\{.*\}", reply, re.S)
data = json.loads(m.group(0))
print(data["label"], data["score"], sorted(data))

### nested access
import json
doc = json.loads("""{"items": [{"id": 7, "meta": {"tags": ["a", "b"], "ok": true}}, {"id": 8, "meta": {}}]}""")
for item in doc["items"]:
    print(item["id"], item["meta"].get("tags", []), item.get("meta", {}).get("ok", False), "ok" in item["meta"])
print([t for i in doc["items"] for t in i["meta"].get("tags", [])])

### walk a tree
import json
def walk(v, path=""):
    if isinstance(v, dict):
        for k, x in v.items():
            walk(x, f"{path}.{k}" if path else k)
    elif isinstance(v, list):
        for i, x in enumerate(v):
            walk(x, f"{path}[{i}]")
    else:
        print(path, "=", json.dumps(v))
walk(json.loads('{"a": {"b": [1, {"c": null}]}, "d": "x", "e": []}'))

### default str
import json
from datetime import date
print(json.dumps({"d": str(date(2024, 1, 2)), "s": sorted({2, 1}), "t": (1, "a")}))

### unicode escapes
import json
print(json.dumps("日本😀\x7f\x00\u2028"), json.dumps({"é": 1}), json.dumps("</script>"))

### bool keys and duplicates
import json
print(json.loads('{"a": 1, "a": 2}'), json.dumps({True: 1, 1.5: 2, "x": {"y": None}}), json.loads("true"), json.loads("null"))
