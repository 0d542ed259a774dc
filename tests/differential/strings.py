# Texts: methods, slices, escapes, Unicode.

### strip family
for s in ["  a b  ", "\t\nx\r\n", "xxhixx", "", "   "]:
    print(repr(s.strip()), repr(s.lstrip()), repr(s.rstrip()), repr(s.strip("x")))
print("www.example.com".lstrip("w."), "file.txt.txt".rstrip(".tx"), "[a]".strip("[]"))

### prefixes and suffixes
s = "error: disk full"
print(s.removeprefix("error: "), s.removesuffix("full"), s.removeprefix("nope"))
print(s.startswith("err"), s.startswith(("warn", "error")), s.endswith("full"), s.endswith(("a", "b")))
print(s.startswith("disk", 7), s.startswith("disk", 8), s.endswith("err", 0, 3), "".startswith(""), "".endswith("x"))

### case
words = ["hello world", "ÉCOLE", "straße", "ǅ", "it's o'clock", "3rd place", "iPhone"]
for w in words:
    print(w.upper(), w.lower(), w.title(), w.capitalize(), w.swapcase(), w.casefold())

### split
print("a,b,,c".split(","), "a b  c".split(), "  lead  ".split(), "".split(), "".split(","))
print("a,b,c,d".split(",", 2), "a b c d".split(None, 1), "  a  b c ".split(maxsplit=1), "k=v=w".split("=", maxsplit=1))
print("aXXbXXc".split("XX"), "abc".split("abc"), "abc".split("z"))

### rsplit
print("a,b,c,d".rsplit(",", 1), "a b  c".rsplit(), " a b c ".rsplit(None, 1), "path/to/file.txt".rsplit("/", 1)[-1])

### splitlines
print("a\nb\r\nc\rd".splitlines(), "a\n\nb\n".splitlines(), "".splitlines(), "\n".splitlines())
print("a\nb\r\n".splitlines(True), "a\nb".splitlines(keepends=True), "x\x0by\x0cz\u2028w".splitlines())

### partition
print("key: value: more".partition(": "), "key: value: more".rpartition(": "), "none".partition(":"), "none".rpartition(":"))
head, sep, tail = "a=b".partition("=")
print(head, sep, tail)

### join
print(", ".join(["a", "b"]), "".join([]), "-".join("abc"), "|".join({"k": 1, "l": 2}), " ".join(str(i) for i in range(4)))
print("\n".join(["one", "two"]), "ab".join("x"), ", ".join(sorted({"z", "y"})))

### replace
print("aaaa".replace("a", "b", 2), "abc".replace("", "-"), "abc".replace("b", ""), "aaa".replace("aa", "b"), "x".replace("y", "z"))
print("Hello".replace("l", "L").replace("o", "0"), "abc".replace("", "-", 2), "".replace("", "x"))

### find
s = "the cat sat on the mat"
print(s.find("the"), s.find("the", 1), s.find("dog"), s.rfind("the"), s.find("t", 5, 9), s.find("", 4), s.find("", 100))
print(s.index("cat"), s.rindex("at"), s.count("at"), s.count("the", 1), s.count(""), s.count("t", 0, 5))

### index missing (fails)
print("before")
s = "abc"
print(s.index("z"))

### find loop
text = "needle in a haystack with another needle and a needle"
i = 0
found = []
while True:
    i = text.find("needle", i)
    if i == -1:
        break
    found.append(i)
    i += 1
print(found)

### classification
for s in ["abc", "ABC", "123", "12a", " ", "", "a b", "½", "²", "٣", "Title Case", "title", "É", "_x", "x1", "1x", "\n"]:
    print(repr(s), s.isalpha(), s.isdigit(), s.isnumeric(), s.isdecimal(), s.isalnum(), s.isspace(), s.isupper(), s.islower(), s.istitle(), s.isidentifier(), s.isascii())

### justify
print("[" + "x".ljust(5) + "]", "[" + "x".rjust(5, ".") + "]", "[" + "x".center(6, "*") + "]", "[" + "ab".center(5) + "]", "[" + "abc".center(6, "-") + "]")
print("42".zfill(5), "-42".zfill(5), "+7".zfill(4), "abc".zfill(2), "toolong".ljust(3), "".zfill(3))

### slices
s = "abcdefghij"
print(s[2:5], s[:3], s[7:], s[:], s[-3:], s[:-3], s[-5:-2], s[::2], s[1::3], s[::-1], s[8:2:-2], s[100:], s[5:2], s[-100:3])
print(s[0], s[-1], s[9], s[-10], s[::-3], s[5::-1], s[:5:-1], s[-1:-5:-1])

### index out of range (fails)
s = "abc"
print(s[3])

### unicode slices
s = "naïve café 日本語 😀 ok"
print(len(s), s[2], s[11:14], s[::-1], s[15], s.find("語"), s.index("ok"), s[-4:])
print(s.upper(), s.title(), s.split())

### combining characters
s = "e\u0301a\u0300"
print(len(s), len(s[0]), s == "éà", s[::-1] == "\u0300a\u0301e", [c for c in s] == ["e", "\u0301", "a", "\u0300"])

### escapes
print("tab\there", "nl\\n", "quote\"s", 'it\'s', "\x41\u00e9\U0001F600\101\0end".replace("\0", "0"), "a\
b")
print(r"\d+\n", "bell\a".strip("\a"), len("\a\b\f\v\r\n\t\\"))

### repr of texts
for s in ["plain", "it's", 'say "hi"', "both ' and \"", "nl\n", "tab\t", "\\", "\x00\x1f\x7f", "é", "日本", "\u200b", "\xa0", "😀", "\r", "\u2028", "\ue000", "\ufeff"]:
    print(repr(s), [s])

### repetition and membership
print("ab" * 3, 3 * "-", "x" * 0, "x" * -1, "bc" in "abcd", "" in "abc", "z" not in "abc", "=" * 20)

### comparison
print("a" < "b", "a" < "B", "abc" < "abd", "" < "a", "Z" < "a", "é" > "z", "10" < "9", "a" == 'a', "a" != "A")
print(max("hello"), min("hello"), sorted("hello"), max(["b", "abc"], key=len), sorted(["b", "A", "c"], key=str.lower))

### expandtabs
print("a\tb\tc".expandtabs(4), "\tx".expandtabs(), "ab\n\tc".expandtabs(2))

### format method
print("{} and {}".format(1, "two"), "{1} {0}".format("a", "b"), "{name}: {n:>5.2f}".format(name="x", n=3.14159), "{{}}".format())
print("{0[1]} {d[k]}".format([1, 2], d={"k": "v"}), "{!r}".format("q"), "{:,}".format(1234567), "{:%}".format(0.25))

### iteration
for i, c in enumerate("añ😀"):
    print(i, c, ord(c), hex(ord(c)), chr(ord(c) + 1) if c != "😀" else "")
print(list("abc"), tuple("ab"), [c.upper() for c in "xyz"], dict(zip("ab", "cd")))

### chr and ord
print(chr(65), ord("a"), chr(8364), ord("€"), [chr(c) for c in range(97, 103)], "".join(map(chr, [72, 105])))

### chr out of range (fails)
n = 1114112
print(chr(n))

### count words
text = """The quick brown fox. The lazy dog! The end?"""
words = text.lower().replace(".", "").replace("!", "").replace("?", "").split()
counts = {}
for w in words:
    counts[w] = counts.get(w, 0) + 1
for w, n in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0])):
    print(w, n)

### caesar
def shift(c, k):
    if c.isupper():
        return chr((ord(c) - 65 + k) % 26 + 65)
    if c.islower():
        return chr((ord(c) - 97 + k) % 26 + 97)
    return c
secret = "".join(shift(c, 3) for c in "Hello, World!")
print(secret, "".join(shift(c, -3) for c in secret))

### palindromes
for s in ["A man, a plan, a canal: Panama", "hello", "", "No lemon, no melon"]:
    t = "".join(c for c in s.lower() if c.isalnum())
    print(t == t[::-1], t[:10])

### adjacent literals
print("a" "b" 'c', ("long "
      "text"), f"x{1}" "y")
x = ("first line\n"
     "second line")
print(x)

### triple quotes
t = """line one
  indented "quoted"
\ttabbed \
joined
"""
print(t)
print(repr(t), len(t.splitlines()))
u = '''it's'''
print(u)

### string of values
print(str(None), str(True), str(1.0), str([1, "a", None]), str((1,)), str({}), str({"a": 1}), str(-0.0), str(1e16), str("x"))

### text as bool
print(bool(""), bool(" "), bool("0"), not "", "a" or "b", "" or "default", "a" and "b", "" and "b")

### in-place concatenation
s = ""
for i in range(5):
    s += str(i) + ","
s *= 2
print(s, s.rstrip(","), s.count(","))

### textwrap-like
text = "the quick brown fox jumps over the lazy dog and runs away"
line = ""
for w in text.split():
    if len(line) + len(w) + 1 > 20:
        print(line)
        line = w
    else:
        line = (line + " " + w).strip()
print(line)

### textwrap module
import textwrap
text = "The quick brown fox jumps over the lazy dog. Sentences wrap at a width."
for line in textwrap.wrap(text, 24):
    print("|" + line + "|")
print(textwrap.fill(text, width=30))
print(textwrap.shorten(text, 30))
print(textwrap.dedent("    a\n      b\n    c"))
print(textwrap.indent("a\nb\n\nc", "> "))

### string constants
import string
print(string.ascii_lowercase, string.digits, string.ascii_uppercase[:5], string.punctuation)
print("".join(c for c in "he,l.l!o" if c not in string.punctuation), string.ascii_letters[26:30], string.hexdigits, string.whitespace == " \t\n\r\x0b\x0c")

### unicode normalisation by hand
s = "ÀÉÎõü"
pairs_ = {"À": "A", "É": "E", "Î": "I", "õ": "o", "ü": "u"}
print("".join(pairs_.get(c, c) for c in s))

### zero width and spaces
s = "a\u00a0b\u2003c\u3000d\u200be"
print(s.split(), len(s.split()), "\u00a0x\u3000".strip(), "\u200bx".strip() == "x")

### greek and turkish case
print("ΑΣ".lower(), "Σ".lower(), "ΟΔΟΣ ΑΣΑ".lower(), "ﬁ".upper(), "ŉ".upper(), "İ".lower() == "i\u0307", "ß".upper(), "ẞ".lower())

### sort texts
names = ["Zoë", "adam", "Ärger", "bob", "Bob", "zoe", "Adam"]
print(sorted(names), sorted(names, key=str.lower), sorted(names, key=lambda s: (len(s), s)), sorted(names, reverse=True)[:2])

### swap pairs
s = "abcdefg"
print("".join(s[i:i + 2][::-1] for i in range(0, len(s), 2)), [s[i:i + 3] for i in range(0, len(s), 3)])

### common prefix
words = ["interview", "internet", "interval"]
prefix = words[0]
for w in words[1:]:
    while not w.startswith(prefix):
        prefix = prefix[:-1]
print(prefix, len(prefix))

### text methods passed as functions
print(list(map(str.strip, [" a ", "b "])), list(map(str.upper, "ab")), sorted("bAc", key=str.lower), list(map(len, ["a", "bb"])), list(filter(str.isdigit, "a1b2")))

### windows line endings
text = "a\r\nb\r\nc"
print(text.split("\n"), text.replace("\r\n", "\n").split("\n"), [l.rstrip() for l in text.split("\n")])

### nested quotes
name = "Bob"
print(f"{name}'s", f'"{name}"', 'a "b" \'c\'', "say: 'x'", """a "b" c""")

### lengths count characters
s = "aé日😀"
print(len(s), [s[i] for i in range(len(s))], [s[:i] for i in range(len(s))], s.center(8, "é"))

### ascii and repr calls
print(ascii("é日"), repr("é"), ascii("plain"), repr(1.5), repr([1, 'a']))

### count lines with numbers
text = "alpha 1\nbeta\ngamma 22\n\ndelta 3"
for i, line in enumerate(text.split("\n"), 1):
    if any(c.isdigit() for c in line):
        print(f"{i:3}: {line}")

### last index and between
text = "[start]payload[end] tail [start]two[end]"
i = text.rfind("[start]") + len("[start]")
print(text[i:text.rfind("[end]")], text[text.find("]") + 1:text.find("[", 1)])

### csv by hand
text = "name,age\nAnn,31\nBen,27"
header, *rows = text.split("\n")
keys = header.split(",")
people = [dict(zip(keys, r.split(","))) for r in rows]
print(people, sum(int(p["age"]) for p in people))

### text plus number (fails)
n = 3
print("n: " + n)

### immutable text (fails)
s = "abc"
s[0] = "x"

### printable
print([s.isprintable() for s in ["", "ab c", "a\tb", "\n", "é", "\x7f", "\u200b"]])

### capwords and Template
import string
from string import Template
print(string.capwords("hello  big WORLD"), string.capwords("a-b-C", "-"), string.capwords("  x  "))
t = Template("Dear $name, ${n}th of $$ $x.")
print(t.substitute(name="Ada", n=5, x=None), t.safe_substitute({"name": "Bo"}), t.safe_substitute(name="é", x=1))
print(Template("$a ${a}b $ab").safe_substitute(a=1), Template("100% $ {x} $1").safe_substitute(x=1))

### a template without its value (fails)
from string import Template
print(Template("$a $b").substitute(a=1))
