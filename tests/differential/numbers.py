# Integers, floats, math, statistics.

### floor division
for a in [7, -7, 0, 1]:
    for b in [2, -2, 3, -3]:
        print(a, b, a // b, a % b, divmod(a, b), a / b)

### float floor division
for a, b in [(7.5, 2), (-7.5, 2), (7.5, -2), (-1, 3.0), (5.0, 5), (0.3, 0.1), (-0.0, 1), (1e300, 1e-5)]:
    print(a // b, a % b, divmod(a, b))

### power
print(2 ** 10, 2 ** -1, (-2) ** 3, -2 ** 2, 2 ** 0.5, 0 ** 0, 0.0 ** 0, 10 ** 20, 2 ** 3 ** 2, (-8) ** 2, pow(2, 5), pow(3, 4, 5), 4 ** 0.5, 1 ** -1, (-1) ** -1)

### big integers
a = 2 ** 64
b = 3 ** 50
print(a, b, a + b, a - b, a * b, b // a, b % a, -b // a, -b % a, a == 18446744073709551616, a > b, hash(a) == hash(a))
print(9223372036854775807 + 1, -9223372036854775808 - 1, 9223372036854775807 * 2, abs(-2 ** 63), -(-2 ** 63), 2 ** 63 - 1)

### factorial
def fact(n):
    return 1 if n < 2 else n * fact(n - 1)
print(fact(5), fact(20), fact(21), fact(30), len(str(fact(100))), fact(50) // fact(48))

### fibonacci
a, b = 0, 1
for _ in range(100):
    a, b = b, a + b
print(a, b, a % 10 ** 9)

### int conversions
print(int("42"), int(" -7 "), int("+5"), int("1_000"), int("ff", 16), int("0xff", 16), int("0b11", 2), int("77", 8), int("z", 36), int("0x1f", 0), int(3.99), int(-3.99), int(True), int("007"))

### bad int (fails)
s = "12.5"
print(int(s))

### bad int empty (fails)
s = ""
print(int(s))

### int of nan (fails)
x = float("nan")
print(int(x))

### int of infinity (fails)
x = float("inf")
print(int(x))

### float conversions
print(float("1.5"), float(" -2e3 "), float("inf"), float("-Infinity"), float("nan"), float("1_0.5"), float(3), float("1e400"), float(".5"), float("5."), float("1E5"), float(True), float(10 ** 20))

### bad float (fails)
s = "1,5"
print(float(s))

### division by zero (fails)
x = 0
print(1 / x)

### modulo by zero (fails)
x = 0
print(1 % x)

### float modulo by zero (fails)
x = 0.0
print(1.5 % x)

### zero to negative power (fails)
x = 0
print(x ** -1)

### round
for x in [0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1234.567, 1e20, 0.1 + 0.2]:
    print(round(x), round(x, 1), round(x, 2), round(x, -1))
print(round(1234, -2), round(1250, -2), round(1350, -2), round(15, -1), round(25, -1), round(-25, -1), round(5, 3), round(True), type(round(2.5)), type(round(2.5, 0)), round(12345, -10))

### bases
print(hex(255), oct(8), bin(10), hex(-255), bin(-5), bin(0), hex(2 ** 70), 0xff, 0o17, 0b101, 1_000_000, 0xFF_FF)

### bit operations
print(5 & 3, 5 | 3, 5 ^ 3, ~5, 1 << 10, 1024 >> 3, -5 >> 1, -5 & 0xff, 1 << 70, (1 << 70) >> 68, ~-1, -1 ^ 5, True & False, True | False, True ^ True)
print(bin(37).count("1"), len(bin(10)) - 2)

### bool arithmetic
print(True + True, True * 5, sum([True, False, True]), True == 1, False == 0, True is True, 1 + (2 > 1), -True, True / 2, True // 1, [10, 20][True], {1: "a"}[True], {True: "x", 1: "y"}, isinstance(True, int), True < 2, max(True, 2), True ** 2)

### comparison chains
x = 5
print(1 < x < 10, 1 < x > 3, 1 < 2 < 3 < 4, 1 < 3 < 2, x == 5 == 5.0, 0 <= x <= 4, 1 != 2 != 1, not 1 < x, 3 > 2 == 2)

### mixed comparison
print(1 == 1.0, 1 < 1.5, 2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53, 2 ** 53 + 1 > 2.0 ** 53, 10 ** 400 > 1e308, -10 ** 400 < float("-inf"), 0.1 + 0.2 == 0.3, 1 in [1.0], hash(1) == hash(1.0), {1.0: "a"}[1])

### nan and inf
nan = float("nan")
inf = float("inf")
print(nan == nan, nan != nan, nan < 1, inf > 10 ** 100, -inf < 0, inf == inf, inf - inf, inf * 0, inf + 1, 1 / inf, -1 / inf, max(1, inf), min([inf, 2]), inf // 1, 5 % inf, -5 % inf)

### sums
print(sum([]), sum([1, 2, 3]), sum([0.1] * 10), sum([1, 2.5]), sum([[1], [2]], []), sum(range(101)), sum([1, 2], 10), sum(x for x in range(4)), sum([1], start=5), sum([0.1, 0.2, 0.3]), sum({1, 2}), sum({1: 5, 2: 6}))

### min and max
print(min(3, 1, 2), max([3, 1, 2]), min("b", "a"), max([], default=0), min([], default=None), max([1, 5, 3], key=lambda v: -v), min(["ccc", "a", "bb"], key=len), max((1, 2), (1, 3)), max([1, 1.0]), min([1.0, 1]), max(2, 2.5, True), max({"a": 1, "b": 2}), max([[1, 2], [1, 3]]))

### max of empty (fails)
xs = []
print(max(xs))

### max of mixed (fails)
xs = [1, "a"]
print(max(xs))

### abs and divmod
print(abs(-5), abs(-5.5), abs(0), abs(True), abs(-2 ** 70), divmod(17, 5), divmod(-17, 5), divmod(17.5, 5), divmod(2 ** 70, 10))

### math basics
import math
print(math.pi, math.e, math.sqrt(2), math.sqrt(16), math.floor(-2.5), math.ceil(-2.5), math.trunc(-2.7), math.fabs(-3), math.inf, math.nan, math.tau)
print(math.log(10), math.log(8, 2), math.log2(8), math.log10(1000), math.log1p(0.5), math.exp(1), math.expm1(0.5), math.pow(2, 3), math.hypot(3, 4), math.fsum([0.1] * 10))
print(math.gcd(12, 18), math.lcm(4, 6), math.factorial(10), math.comb(5, 2), math.perm(5, 2), math.isqrt(17), math.prod([1, 2, 3, 4]), math.gcd(0, 5), math.gcd(), math.copysign(1, -0.0))
print(math.isnan(math.nan), math.isinf(-math.inf), math.isfinite(1), math.isclose(0.1 + 0.2, 0.3), math.isclose(1, 1.1), math.isclose(1, 1.1, rel_tol=0.2), math.isclose(0, 1e-10, abs_tol=1e-9))
print(math.sin(1), math.cos(1), math.tan(1), math.asin(0.5), math.acos(0.5), math.atan(1), math.atan2(1, -1), math.sinh(1), math.degrees(math.pi), math.radians(180))
print(math.modf(3.25), math.modf(-3.25), math.frexp(8), math.ldexp(0.5, 4), math.fmod(-7, 3), math.dist([0, 0], [3, 4]))

### math sqrt negative (fails)
import math
x = -1
print(math.sqrt(x))

### math log zero (fails)
import math
x = 0
print(math.log(x))

### math imports
from math import sqrt, floor as fl, pi
import math as m
print(sqrt(9), fl(2.7), round(pi, 5), m.ceil(1.2), m.floor(7), m.floor(-0.5), m.ceil(-0.5), type(m.floor(2.5)))

### huge floor
import math
print(math.floor(1e20), math.ceil(1e300) % 1000, int(1e25), 10 ** 25 == int(1e25), math.log(10 ** 400), math.sqrt(10 ** 40), math.isqrt(10 ** 41), math.log2(2 ** 1000))

### statistics
import statistics
xs = [3, 1, 4, 1, 5, 9, 2, 6]
print(statistics.mean(xs), statistics.median(xs), statistics.mode(xs), statistics.stdev(xs), statistics.pstdev(xs), statistics.variance(xs), statistics.pvariance(xs))
print(statistics.median([1, 2, 3]), statistics.median_low(xs), statistics.median_high(xs), statistics.multimode([1, 1, 2, 2, 3]), statistics.fmean(xs), statistics.mean([1, 2]), statistics.mean([1.5, 2.5]), statistics.mean([2, 4]), statistics.harmonic_mean([4, 4]), statistics.geometric_mean([54, 24, 36]))
print(statistics.quantiles(xs, n=4), statistics.mode(["a", "b", "a"]), statistics.median([0.5, 1.5]), statistics.median([7]))

### statistics of nothing (fails)
import statistics
xs = []
print(statistics.mean(xs))

### stdev of one (fails)
import statistics
xs = [1]
print(statistics.stdev(xs))

### from statistics
from statistics import mean, median, stdev
print(mean([1, 2, 3, 4]), median([1, 2, 3, 4]), round(stdev([1, 2, 3, 4]), 4), mean([0.1, 0.2, 0.3]), mean([1, 2, 4]))

### float arithmetic
print(0.1 + 0.2, 0.1 * 3, 1 / 3, 2 / 3, 10 / 4, 10 / 5, 1e308 * 10, 3.0 * 2, 7 - 0.5, 1.1 + 2.2, 100 * 1.1, 0.1 + 0.7, 4.35 * 100, 1.0 - 0.9)

### float methods
print(2.0 == int(2.0), 2.5 == int(2.5), 3.0 == 3, int(2.9), float(7) / 2)

### augmented operators
x = 10
x += 5; x -= 3; x *= 2
print(x)
x /= 5
print(x)
x //= 2
print(x)
x **= 3
x %= 5
print(x)
y = 6
y |= 1
y &= 5
y ^= 2
y <<= 3
y >>= 1
print(y)

### primes
def is_prime(n):
    if n < 2:
        return False
    i = 2
    while i * i <= n:
        if n % i == 0:
            return False
        i += 1
    return True
print([n for n in range(50) if is_prime(n)])

### sieve
n = 60
sieve = [True] * (n + 1)
sieve[0] = sieve[1] = False
for i in range(2, int(n ** 0.5) + 1):
    if sieve[i]:
        for j in range(i * i, n + 1, i):
            sieve[j] = False
print([i for i, p in enumerate(sieve) if p])

### gcd loop and collatz
a, b = 1071, 462
while b:
    a, b = b, a % b
print(a)
n, steps = 27, 0
while n != 1:
    n = n // 2 if n % 2 == 0 else 3 * n + 1
    steps += 1
print(steps)

### digits
n = 9876543210123
print(sum(int(d) for d in str(n)), str(n)[::-1], int(str(n)[::-1]), len(str(n)), [int(d) for d in str(n)][:4])

### isinstance
for v in [1, 1.5, True, None, "s", [1], (1,), {1: 2}, {1}, lambda: 1]:
    print(isinstance(v, int), isinstance(v, (int, float)), isinstance(v, str), isinstance(v, (list, tuple)), isinstance(v, dict), isinstance(v, bool), v is None)

### type comparisons
print(type(1) == int, type("a") is str, type([]) == list, type({}) == dict, type(1) == type(2), type(1.0) == float, type(True) == bool)
print(type("a") in (str, int), {type(v) for v in [1, 2]} == {int}, [t for t in (int, str) if isinstance("a", t)] == [str])

### sum of squares
print(sum(i ** 2 for i in range(1, 11)), sum(1 / i for i in range(1, 11)), sum(1 for c in "banana" if c == "a"))

### parse numbers from text
text = "Revenue was $1,234.50 in Q1, $2,000 in Q2 and -$300.25 in Q3"
import re
values = [float(v.replace(",", "")) for v in re.findall(r"-?\$?([\d,]+\.?\d*)", text)]
print(values, [v for v in values if v > 10], round(sum(v for v in values if v > 10), 2))

### average rounding
grades = {"ann": [90, 85, 77], "bob": [60, 70], "eve": [100]}
for k, v in grades.items():
    print(k, sum(v) / len(v), round(sum(v) / len(v), 1), sum(v) // len(v))

### running totals
total = 0
for x in [1.1, 2.2, 3.3]:
    total += x
    print(total, round(total, 2), f"{total:.1f}")

### matrix
a = [[1, 2], [3, 4]]
b = [[5, 6], [7, 8]]
print([[sum(a[i][k] * b[k][j] for k in range(2)) for j in range(2)] for i in range(2)], list(zip(*a)), [list(r) for r in zip(*b)], [sum(r) for r in a])

### compound interest
p, r = 1000, 0.05
for year in range(1, 6):
    p *= 1 + r
    print(year, round(p, 2), f"{p:,.2f}")

### distances
pts = [(0, 0), (3, 4), (6, 8), (-1.5, 2)]
for (x1, y1), (x2, y2) in zip(pts, pts[1:]):
    print(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, abs(x2 - x1) + abs(y2 - y1))

### correlation
xs = [1, 2, 3, 4, 5]
ys = [2, 4, 5, 4, 5]
mx, my = sum(xs) / 5, sum(ys) / 5
num = sum((x - mx) * (y - my) for x, y in zip(xs, ys))
den = (sum((x - mx) ** 2 for x in xs) * sum((y - my) ** 2 for y in ys)) ** 0.5
print(num, den, num / den)

### precedence
print(2 + 3 * 4 ** 2 / 8 - 1, -3 ** 2, (-3) ** 2, 7 // 2 * 2, 7 % 4 * 2, not 1 == 2, 1 + 2 << 1, 1 | 2 & 3, 5 - 3 - 1, 2 ** -2 ** 1, -7 // 2, -(7 // 2), 3 if 0 else 4 + 1, 1 < 2 and 3 > 2 or False, 6 ^ 3 & 1)

### complex conditions
for n in range(1, 16):
    print("FizzBuzz" if n % 15 == 0 else "Fizz" if n % 3 == 0 else "Buzz" if n % 5 == 0 else n, end=" ")
print()

### number of text plus (fails)
x = "5"
print(x + 5)

### text times float (fails)
n = 2.0
print("a" * n)

### unary on text (fails)
s = "a"
print(-s)

### compare int and text (fails)
a, b = 1, "2"
print(a < b)

### equality across types
print(1 == "1", [1] == (1,), {} == [], None == 0, "" == None, (1, 2) == (1, 2), [1, [2]] == [1, [2.0]], {1, 2} == {2, 1}, {"a": 1, "b": 2} == {"b": 2, "a": 1}, None == None, True == "True")

### error and gamma functions
import math
print([round(math.erf(x), 10) for x in [-2, -0.5, 0, 0.3, 1, 4]], [round(math.erfc(x), 10) for x in [-2, 0, 0.3, 3]])
print([round(math.gamma(x), 6) for x in [0.5, 1, 5, 7.5, -1.5]], [round(math.lgamma(x), 8) for x in [0.5, 3, 10, 100, -1.5]])
print(math.remainder(7, 4), math.remainder(-7, 4), math.remainder(5, 2.5), math.ulp(1.0), math.ulp(0), math.nextafter(1.0, 2.0), math.nextafter(0.0, -1.0))

### gamma of zero (fails)
import math
print(math.gamma(0))

### numbers as fractions
print((13).bit_count(), (-5).bit_count(), (0.75).as_integer_ratio(), (3).as_integer_ratio(), (-0.5).as_integer_ratio(), (3).real, (3).imag, (2.5).real, (3).conjugate(), (7).numerator, (7).denominator, True.real)

### normal distributions
from statistics import NormalDist, linear_regression
nd = NormalDist(100, 15)
print(nd.mean, nd.stdev, round(nd.cdf(115), 8), round(nd.pdf(100), 8), round(nd.inv_cdf(0.975), 6), nd.zscore(130))
sample = NormalDist.from_samples([1, 2, 4, 7])
print(sample.mean, round(sample.stdev, 10))
line = linear_regression([1, 2, 3, 4], [2.1, 3.9, 6.2, 7.8])
print(round(line.slope, 10), round(line.intercept, 10))
slope, intercept = linear_regression([1, 2, 3], [2, 4, 6])
print(slope, intercept)

### ranges of large numbers
print(list(range(2 ** 70, 2 ** 70 + 3)), list(range(2 ** 64, 2 ** 64 - 3, -1)), len(range(-2 ** 65, -2 ** 65 + 10, 3)))
for i in range(10 ** 30):
    if i == 3:
        break
print(i, list(range(2 ** 70, 0)), 5 in range(10 ** 20))
