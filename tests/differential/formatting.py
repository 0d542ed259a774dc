# f-strings, format specs, repr of numbers.

### widths
x = "ab"
print(f"[{x:5}]", f"[{x:<5}]", f"[{x:>5}]", f"[{x:^5}]", f"[{x:*^6}]", f"[{x:.1}]", f"[{x:5.1}]", f"[{x:}]")
n = 42
print(f"[{n:5}]", f"[{n:<5}]", f"[{n:^5}]", f"[{n:05}]", f"[{n:+}]", f"[{n: }]", f"[{n:-}]", f"[{n:=+6}]", f"[{n:x<5}]")

### integers
n = 255
print(f"{n:x} {n:X} {n:#x} {n:b} {n:#b} {n:o} {n:#o} {n:d} {n:c}", f"{n:08b}", f"{-n:x}", f"{n:_b}", f"{n:#010x}")
m = 1234567890
print(f"{m:,} {m:_} {m:15,} {m:<15,}| {-m:,} {m:015,}", f"{10**25:,}", f"{m:n}")

### floats
for x in [0.0, 1.0, -1.5, 3.14159, 1e10, 1e-10, 123456789.987654321, 0.1 + 0.2, 1e100, 2.5, 1 / 3]:
    print(f"{x} {x:.2f} {x:.0f} {x:e} {x:.3e} {x:g} {x:.3g} {x:10.3f} {x:,.2f} {x:.1%} {x:+.1f} {x:010.2f} {x:G} {x:E}")

### int with float spec
n = 7
print(f"{n:.2f} {n:e} {n:%} {n:g} {n:8.3f} {n:,.1f}", f"{True:d} {True} {True:5} {False:>6}")

### special floats
inf = float("inf")
nan = float("nan")
print(inf, -inf, nan, f"{inf:.2f} {nan:.1f} {-inf:8} {inf:+} {nan:05} {inf:e} {inf:%}")

### rounding in format
for x in [0.5, 1.5, 2.5, 0.125, 0.375, 2.675, 1.005, 1e22, 0.045, -0.5, -0.001]:
    print(f"{x:.0f} {x:.1f} {x:.2f}", round(x), round(x, 1), round(x, 2))

### repr of floats
for x in [0.1, 1e15, 1e16, 1e17, 123456789012345680.0, 1e-4, 1e-5, 0.00001234, 5e-324, 1.7976931348623157e308, 100.0, 1e22, 1e21, 12345.678, -0.0, 2.0 ** 53, 3e0, 1.10]:
    print(x, repr(x), str(x), [x])

### nested specs
w, p = 10, 3
x = 3.14159265
print(f"[{x:{w}.{p}f}]", f"[{'hi':>{w}}]", f"[{'hi':{'*'}^{w}}]", f"{x:.{p}}")

### debug form
x = 5
name = "n"
print(f"{x=}", f"{x = }", f"{name=}", f"{x + 1=}", f"{x=:>4}", f"{name=!s}", f"{len(name)=}")

### conversions
s = "it's"
print(f"{s!r} {s!s} {s!a}", f"{'é'!a}", f"{s!r:>10}", f"{[1, 'a']!r}", f"{None!r} {1.5!s:>6}")

### braces
x = 1
print(f"{{}} {{{x}}} {{x}}", f"{ {'a': 1}['a'] }", f"{'}'}", f"{'{'}", f"{{{{")

### expressions inside
d = {"k": [1, 2, 3]}
print(f"{d['k'][0]} {sum(d['k'])} {len(d)} {', '.join(str(v) for v in d['k'])} {'yes' if d else 'no'} {[v * 2 for v in d['k']]} {max(d['k'], key=lambda v: -v)}")
x = 1
print(f"{(lambda v: v + 1)(2)}", f"{1 if x == 1 else 2}", f"{x == 1 and 'one'}", f"{x:>{len(d) + 3}}")

### multi line
total, n = 10.5, 3
report = f"""Report
======
total: {total:>8.2f}
mean:  {total / n:>8.2f}
"""
print(report)

### format of containers
print(f"{[1, 2]} {(1, 'a')} {{}} {dict(a=1)} {set()} {None} {True}", f"{[1.0, 'x', None]}", f"{'a':>3}{'b':>3}")

### table
rows = [("apple", 3, 0.5), ("banana", 12, 0.25), ("cherry", 150, 12.0)]
print(f"{'item':<10}{'qty':>5}{'price':>10}")
print("-" * 25)
for name, qty, price in rows:
    print(f"{name:<10}{qty:>5}{price:>10.2f}")
print(f"{'total':<10}{sum(r[1] for r in rows):>5}{sum(r[1] * r[2] for r in rows):>10.2f}")

### percent
for num, den in [(1, 3), (2, 3), (0, 5), (5, 5), (1, 1000)]:
    print(f"{num / den:.1%} {100 * num / den:.1f}% {num / den:.0%} {num / den * 100:6.2f}")

### large and small
print(f"{10**20}", f"{10**20:e}", f"{2**100:,}", f"{2**64:x}", f"{1e-7}", f"{1e-7:.10f}", f"{123456.789:.3}", f"{0.00001:.2g}", f"{1234567.0:g}", f"{100000.0:g}", f"{1000000.0:g}")

### g format
for x in [0.0001, 0.00001, 123456.0, 1234567.0, 1.0, 1.5, 100.0, 1e-10, 12345.6789]:
    print(f"{x:g} {x:.2g} {x:.10g} {x:#g} {x:8g}|")

### no type with precision
for x in [1.0, 1234.5678, 1e10, 0.0001, 123456789.0, 1e16]:
    print(f"{x:.3} {x:.10} {x:8.4} {x:,}")

### string format builtin
print(format(3.14159, ".2f"), format(42, "05d"), format("x", ">4"), format(1234567, ","), format(0.5, "%"), format(True), format(None), format(255, "x"))

### print options
print("a", "b", sep="-")
print("a", "b", sep="")
print("no newline", end=" ")
print("after")
print()
print("x", end="\n\n")
print(*[1, 2, 3], sep=", ")
print(1, None, True, 2.5, "s", [1], (2,), {"k": "v"})

### print of nested
print([[1, [2, [3]]], {"a": {"b": ["c"]}}, ("t", ("u",)), {1}, [None, True], ["it's", 'q"q']])

### empty containers
print([], (), {}, set(), [[]], [()], ({},), "", [""])

### tuple repr
print((1,), (1, 2), ((),), tuple([1]), ("a",))

### dict repr
print({1: "a", "b": 2, (1, 2): [3], None: None, 1.5: True})

### alignment of unicode
for w in ["日本", "é", "😀", "abc"]:
    print(f"[{w:<5}]", f"[{w:>5}]", f"[{w:^5}]", len(f"{w:5}"))

### sign handling
for n in [5, -5, 0]:
    print(f"{n:+d} {n: d} {n:5d} {n:<5d}| {n:05d} {n:^+7d}| {n:=5d} {n:*=+6d}")

### format error (fails)
print("start")
s = "abc"
print(f"{s:d}")

### format unknown type (fails)
n = 3
print(f"{n:q}")

### format string comma (fails)
s = "abc"
print(f"{s:,}")

### format of list with spec (fails)
xs = [1]
print(f"{xs:>10}")

### percent of none (fails)
x = None
print(f"{x:.2f}")

### date stamps
y, m, d = 2024, 3, 7
print(f"{y:04d}-{m:02d}-{d:02d}", f"{d}/{m}/{y % 100:02}", f"{'T'.join(['a', 'b'])}")

### seconds to hours
for s in [0, 59, 60, 3599, 3600, 86399, 100000]:
    h, rest = divmod(s, 3600)
    m, sec = divmod(rest, 60)
    print(f"{h:02d}:{m:02d}:{sec:02d}", f"{h}h{m:02}m" if h else f"{m}m{sec}s")

### human sizes
def human(n):
    for unit in ["B", "kB", "MB", "GB"]:
        if n < 1024:
            return f"{n:.1f} {unit}"
        n /= 1024
    return f"{n:.1f} TB"
print([human(n) for n in [0, 1023, 1024, 1536, 10**6, 10**9, 10**13]])

### bars
data = {"a": 3, "bb": 7, "ccc": 1}
for k, v in data.items():
    print(f"{k:>4} | {'#' * v:<8} | {v}")

### fstring quotes
d = {"name": "Ann"}
print(f"Name: {d['name']}", f'Name: {d["name"]}', f"""{d["name"]} and {d['name']}""")

### fstring with newline escape
items = ["a", "b"]
nl = "\n"
print(f"items:\n{nl.join(items)}\tend")

### raw fstrings
w = "cat"
print(rf"\b{w}\b", fr"\d{{2}}{w}", R"\x")

### bool formatting
print(f"{True} {False:5d}| {True + 1} {True:.1f} {1 < 2}", str(True).lower(), int(True), f"{True:>6}|{'x' if True else ''}")

### money
for v in [0, 0.5, 1234.5, 1e6, -42.424, 999.995]:
    print(f"${v:,.2f}", f"{v:>12,.2f}", f"${abs(v):.0f}")

### roman
def roman(n):
    out = ""
    for v, s in [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]:
        while n >= v:
            out += s
            n -= v
    return out
print([roman(n) for n in [1, 4, 9, 14, 40, 90, 400, 1994, 2024]])

### join formatted
scores = {"ann": 91.256, "bob": 78.0}
print("; ".join(f"{k.title()}={v:.1f}" for k, v in scores.items()))
print("\n".join(f"{i}. {k}" for i, k in enumerate(scores, start=1)))
