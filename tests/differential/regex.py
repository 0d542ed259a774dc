# Regular expressions: the module re.

### search groups
import re
m = re.search(r"(\w+)@(\w+)\.com", "mail bob@site.com now")
print(m.group(), m.group(0), m.group(1), m.group(2), m[1], m.groups(), m.group(1, 2), bool(m))

### no match
import re
m = re.search(r"\d+", "none here")
print(m, m is None, bool(m), "found" if m else "missing")

### no match group (fails)
import re
m = re.search(r"\d+", "none here")
print(m.group(1))

### match and fullmatch
import re
print(bool(re.match(r"\d+", "12a")), bool(re.match(r"\d+", "a12")), bool(re.fullmatch(r"\d+", "12a")), bool(re.fullmatch(r"\d+", "12")), re.match(r"a|ab", "ab").group(), re.fullmatch(r"a|ab", "ab").group())

### findall
import re
t = "a1b22c333"
print(re.findall(r"\d+", t), re.findall(r"([a-z])(\d+)", t), re.findall(r"[a-z](\d)", t), re.findall(r"x", t), re.findall(r"\d*", "a1"), re.findall(r"(a)|(b)", "ab"), re.findall(r"(?:ab)+", "ababab"))

### finditer
import re
for m in re.finditer(r"(?P<key>\w+)=(?P<val>\d+)", "a=1, bb=22 ccc=x d=4"):
    print(m.group("key"), m["val"], m.groupdict(), m.group("key", "val"))

### spans
import re
t = "one two three"
print([(m.start(), m.end(), m.span(), m.group()) for m in re.finditer(r"\w+", t)])
m = re.search(r"(t\w)(o)", t)
print(m.start(1), m.end(2), m.span(1), t[m.start():m.end()])

### optional groups
import re
m = re.search(r"(\d+)(?:-(\d+))?", "pages 12")
print(m.group(2), m.groups(), m.groups("x"), m.lastindex, m[2] is None)
print(re.findall(r"(\d+)(?:-(\d+))?", "1-2 3"))

### sub
import re
print(re.sub(r"\d+", "#", "a1b22"), re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world"), re.sub(r"\s+", " ", "a \n b\t c"), re.sub("a", "b", "aaa", count=2), re.sub(r"(?P<x>\d)", r"<\g<x>>", "1a2"), re.sub(r"(\d)", r"\g<1>0", "12"), re.sub(r"x*", "-", "abc"))

### sub function
import re
print(re.sub(r"\d+", lambda m: str(int(m.group()) * 2), "a1b22"), re.sub(r"(\w)(\w*)", lambda m: m.group(1).upper() + m.group(2), "hello big world"))
def mask(m):
    return m.group(0)[0] + "*" * (len(m.group(0)) - 1)
print(re.sub(r"\b[a-z]{4,}\b", mask, "some words are long ok"))

### subn and split
import re
print(re.subn(r"a", "b", "banana"), re.split(r"[,;]\s*", "a, b;c"), re.split(r"(\d)", "a1b2c"), re.split(r"\s+", " a b "), re.split(r",", "a,b,c", maxsplit=1), re.split(r"x", ""), re.split(r"\n{2,}", "p1\n\np2\n\n\np3"))

### flags
import re
t = "Hello\nhello\nHELLO world"
print(re.findall("hello", t, re.IGNORECASE), re.findall("^hello", t, re.M | re.I), re.findall(r"h.*d", t, re.S | re.I), re.findall("hello", t, flags=re.I), re.findall(r"(?i)HELLO", t), re.findall(r"^\w+$", t, re.MULTILINE), re.search(r"(?s)Hello.hello", t) is not None)

### verbose
import re
p = re.compile(r"""
    (\d{4})   # year
    -
    (\d{2})   # month
""", re.VERBOSE)
print(p.findall("2024-05 and 1999-12"))

### compiled
import re
p = re.compile(r"(\w)(\d)")
print(p.findall("a1 b2"), p.search("x9").groups(), p.match("zz"), p.sub(r"\2\1", "a1"), p.split("--a1--"), [m.group() for m in p.finditer("c3d4")], bool(p.fullmatch("a1")), p.pattern)

### anchors and boundaries
import re
print(re.findall(r"\bcat\b", "cat concat cat's"), re.findall(r"\Bcat", "concat cat"), re.findall(r"^a", "a\na"), re.findall(r"a$", "a\na\n"), re.findall(r"\Aa", "aa"), re.findall(r"a\Z", "aa"), re.findall(r"$", "a\n"))

### lazy and greedy
import re
t = "<b>x</b><b>y</b>"
print(re.findall(r"<b>.*</b>", t), re.findall(r"<b>.*?</b>", t), re.findall(r"<b>(.*?)</b>", t), re.findall(r"a{2,3}", "aaaaaaa"), re.findall(r"a{2,3}?", "aaaaa"), re.findall(r"a{,2}b", "aaab"))

### lookaround
import re
print(re.findall(r"\w+(?=:)", "a: b c:"), re.findall(r"(?<=\$)\d+", "$5 6 $77"), re.findall(r"\b\w+\b(?!:)", "a: b"), re.findall(r"(?<!\d)\d{2}(?!\d)", "1 22 333 44"), re.split(r"(?=[A-Z])", "helloWorldFoo"), re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", "1234567"))

### backreferences
import re
print(re.findall(r"(\w)\1", "hello book"), re.search(r"(\w+) \1", "the the cat").group(), re.sub(r"\b(\w+)( \1\b)+", r"\1", "a a a b b c"), bool(re.search(r"(?P<q>['\"]).*?(?P=q)", "say 'hi'")))

### classes
import re
t = "aZ_9 é-ü 日本 .\t"
print(re.findall(r"\w", t), re.findall(r"\W", t), re.findall(r"\s", t), re.findall(r"[^\w\s]", t), re.findall(r"[a-zA-Z]", t), re.findall(r"\d", "1٣x"), re.findall(r"[\d.]+", "v1.2.3"), re.findall(r"[-+]?\d", "-1 +2 3"), re.findall(r"[]a]", "a]"), re.findall(r"[\]x-]", "x-]"))

### alternation
import re
print(re.findall(r"cat|dog|bird", "cats dog birds"), re.findall(r"gr(?:a|e)y", "gray grey griy"), re.findall(r"(foo|bar)baz", "foobaz barbaz"), re.search(r"(a)|b", "b").group(1))

### escape
import re
print(re.escape("a.b*c"), re.escape("1+1=2"), re.escape("x y-z_é"), bool(re.search(re.escape("$5.00"), "cost $5.00")), re.findall(re.escape("(x)"), "f(x) (x)"))

### log parsing
import re
log = """2024-01-05 10:00:01 ERROR [db] timeout after 30s
2024-01-05 10:00:02 INFO [web] ok
2024-01-06 11:30:00 ERROR [web] 500 for /api/x
bad line
2024-01-06 11:31:00 WARN [db] slow query 1200ms"""
pattern = re.compile(r"^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) (\w+) \[(\w+)\] (.*)$")
for line in log.splitlines():
    m = pattern.match(line)
    if not m:
        print("skip:", line)
        continue
    date_, time_, level, component, message = m.groups()
    print(date_, level, component, message)
print(re.findall(r"(\d+)(s|ms)\b", log), len(re.findall(r"^.*ERROR.*$", log, re.M)))

### url parsing
import re
urls = ["https://example.com/a/b?x=1&y=2#top", "http://localhost:8080/", "ftp://h/p"]
for u in urls:
    m = re.match(r"(?P<scheme>\w+)://(?P<host>[^/:]+)(?::(?P<port>\d+))?(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?", u)
    print(m.groupdict())

### emails and phones
import re
text = "Contact: a.b@x.org, (555) 123-4567 or 555-987-6543; c_d+1@mail.example.co.uk"
print(re.findall(r"[\w.+-]+@[\w-]+\.[\w.-]+", text), re.findall(r"\(?\d{3}\)?[-\s]\d{3}-\d{4}", text))

### dates in text
import re
text = "Due 2024-03-01, paid 15/04/2024, and on March 5, 2023 or 7 May 2022."
print(re.findall(r"\d{4}-\d{2}-\d{2}", text), re.findall(r"(\d{1,2})/(\d{1,2})/(\d{4})", text), re.findall(r"(?:January|March|May) \d{1,2}, \d{4}", text), re.findall(r"\b(\d{1,2}) ([A-Z][a-z]+) (\d{4})", text))

### markdown headings
import re
md = "# Title\n\ntext\n\n## One\nbody\n## Two\n### Sub\nend"
print(re.findall(r"^(#+) (.*)$", md, re.MULTILINE), re.split(r"^## ", md, flags=re.M), len(re.findall(r"^#", md, re.M)))
sections = re.split(r"\n(?=## )", md)
print(len(sections), [s.split("\n")[0] for s in sections])

### tokenizer
import re
tokens = re.findall(r"\d+\.?\d*|[-+*/()]|\w+", "x1 + 3.14*(y - 2)")
print(tokens)

### template
import re
t = "Dear {{name}}, you owe {{ amount }}."
values = {"name": "Ann", "amount": "$5"}
print(re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda m: values.get(m.group(1), "?"), t))

### key value
import re
text = 'a=1 b="two words" c=3'
print(dict(re.findall(r'(\w)=("[^"]*"|\S+)', text)), {k: v.strip('"') for k, v in re.findall(r'(\w)=("[^"]*"|\S+)', text)})

### camel and snake
import re
print(re.sub(r"(?<!^)(?=[A-Z])", "_", "camelCaseName").lower(), re.sub(r"_(\w)", lambda m: m.group(1).upper(), "snake_case_name"), re.sub(r"[^a-z0-9]+", "-", "Hello, World! 2".lower()).strip("-"))

### html
import re
html_ = "<p class='x'>One <b>two</b></p><p>Three</p>"
print(re.sub(r"<[^>]+>", "", html_), re.findall(r"<p[^>]*>(.*?)</p>", html_), re.findall(r"<(\w+)", html_))

### unicode patterns
import re
t = "Zoë ordered crème brûlée für 5€ 😀"
print(re.findall(r"\w+", t), re.sub(r"[^\x00-\x7F]", "?", t), [m.start() for m in re.finditer("r", t)], re.search("für", t).span(), re.findall("É", "é", re.I))

### bad regex (fails)
import re
p = "(" + "abc"
print(re.search(p, "abc"))

### invalid group (fails)
import re
m = re.search(r"(a)", "a")
print(m.group(2))

### bad replacement (fails)
import re
new = r"\2"
print(re.sub(r"(a)", new, "a"))

### expand and position
import re
m = re.search(r"(\w+) (\w+)", "John Smith")
print(m.expand(r"\2, \1"), m.string, m.span(2))
p = re.compile("a")
print(p.search("banana", 2).start(), p.findall("banana", 2))

### count words by regex
import re
from collections import Counter
text = "It was the best of times, it was the worst of times; it was..."
words = re.findall(r"[a-z']+", text.lower())
print(Counter(words).most_common(3), len(words), len(set(words)))

### empty matches
import re
print(re.findall(r"", "ab"), re.findall(r"a*", "baac"), re.sub(r"", "-", "ab"), re.split(r"x*", "axbc"), [m.span() for m in re.finditer(r"b*", "abb")])

### inline flags and conditionals
import re
print(re.findall(r"(?im)^x.*", "x1\nX2\ny"), re.findall(r"(?:(?i:a)b)", "Ab ab AB"), re.findall(r"(?x) a  b # c", "ab"))

### nested groups
import re
m = re.match(r"((a)(b(c)?))", "ab")
print(m.groups(), m.group(3), m.group(4))

### possessive-like and quantifiers
import re
print(re.findall(r"(ab){2}", "abab ab"), re.findall(r"\d{3}", "12345678"), re.findall(r"a?b", "ab b aab"), re.findall(r".{3}", "abcdefgh"), re.findall(r"[^,]+", "a,b,,c"))

### dot and newline
import re
print(re.findall(r".+", "a\nb\r\nc"), re.findall(r"[\s\S]+", "a\nb"), re.search(r"a.b", "a\nb"), re.search(r"a.b", "a\nb", re.DOTALL) is not None)

### strip punctuation
import re
print([re.sub(r"^\W+|\W+$", "", w) for w in ["(hello)", "world!", "it's", "--"]])

### match object as condition in comprehension
import re
lines_ = ["id=1", "x", "id=22"]
print([int(m.group(1)) for m in (re.match(r"id=(\d+)", l) for l in lines_) if m], [l for l in lines_ if re.search(r"\d", l)], [bool(re.match("id", l)) for l in lines_])

### sentences
import re
text = "Dr. No arrived. He left! Did he? Yes."
print(re.split(r"(?<=[.!?])\s+", text), re.findall(r"[^.!?]+[.!?]", text))

### re.purge free functions
from re import findall, sub, compile as rc
print(findall(r"\d", "a1b2"), sub("a", "b", "aa"), rc("x+").findall("xx x"))

### the last group, as in tokenizers
import re
spec = re.compile(r"(?P<num>\d+(\.\d*)?)|(?P<id>[a-z]+)|(?P<op>[-+*/()\]\[])|(?P<skip>\s+)")
print([(m.lastgroup, m.group()) for m in spec.finditer("x1 + 3.5*(y)") if m.lastgroup != "skip"])
for pattern, text in [(r"(a)(b)?", "a"), (r"((a)(b))", "ab"), (r"(a(b))(?:c)", "abc"), (r"([)(])\(", "((("), (r"x", "x"), (r"(?P<o>(?P<i>a)b)", "ab")]:
    m = re.match(pattern, text)
    print(m.lastindex, m.lastgroup)
