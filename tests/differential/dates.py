# Dates: datetime, date, timedelta.

### parse and fields
from datetime import datetime
d = datetime.strptime("2024-03-15 14:30:05", "%Y-%m-%d %H:%M:%S")
print(d.year, d.month, d.day, d.hour, d.minute, d.second, d.weekday(), d.isoweekday(), d)

### formats of strptime
from datetime import datetime
for s, f in [("15/03/2024", "%d/%m/%Y"), ("Mar 5, 2024", "%b %d, %Y"), ("5 March 2024", "%d %B %Y"), ("2024-03-15T10:20:30", "%Y-%m-%dT%H:%M:%S"), ("03/05/24", "%m/%d/%y"), ("10:45 PM", "%I:%M %p"), ("20240315", "%Y%m%d"), ("2024-03-15 10:00:00.123456", "%Y-%m-%d %H:%M:%S.%f")]:
    print(datetime.strptime(s, f))

### bad date (fails)
from datetime import datetime
s = "2024-13-01"
print(datetime.strptime(s, "%Y-%m-%d"))

### bad format (fails)
from datetime import datetime
s = "15.03.2024"
print(datetime.strptime(s, "%Y-%m-%d"))

### strftime
from datetime import datetime
d = datetime(2024, 3, 5, 9, 7, 3)
for f in ["%Y-%m-%d", "%d.%m.%y", "%H:%M:%S", "%B %d, %Y", "%b %a %A", "%j", "%I:%M %p", "%Y%m%d", "%%", "%d/%m", "Q%m", "%U %w"]:
    print(d.strftime(f))
print(f"{d:%Y-%m-%d}", f"{d:%H:%M}", f"{d}", str(d))

### difference
from datetime import datetime
a = datetime.strptime("2024-03-01", "%Y-%m-%d")
b = datetime.strptime("2024-02-01", "%Y-%m-%d")
print((a - b).days, (b - a).days, a > b, a == a, max(a, b) == a, (a - b).total_seconds())

### date class
from datetime import date
d = date(2024, 2, 29)
print(d, d.year, d.isoformat(), d.weekday(), d < date(2024, 3, 1), (date(2024, 12, 25) - d).days, str(d))

### invalid day (fails)
from datetime import date
y = 2023
print(date(y, 2, 29))

### timedelta
from datetime import datetime, timedelta
d = datetime(2024, 2, 28)
print(d + timedelta(days=2), d - timedelta(days=30), d + timedelta(hours=36), d + timedelta(weeks=1), (d + timedelta(minutes=90)).strftime("%H:%M"))
t = timedelta(days=1, hours=2, minutes=30)
print(t.days, t.seconds, t.total_seconds(), t)

### isoformat
from datetime import datetime
d = datetime.fromisoformat("2024-03-15T10:20:30")
print(d, d.isoformat(), d.date(), d.date().isoformat())

### sort by date
from datetime import datetime
rows = [("b", "2024-05-01"), ("a", "2023-12-31"), ("c", "2024-01-15")]
rows.sort(key=lambda r: datetime.strptime(r[1], "%Y-%m-%d"))
print(rows)
days = [datetime.strptime(r[1], "%Y-%m-%d") for r in rows]
print([(b - a).days for a, b in zip(days, days[1:])], min(days), max(days).year)

### group by month
from datetime import datetime
from collections import Counter
stamps = ["2024-01-05", "2024-01-20", "2024-02-01", "2023-01-01"]
c = Counter(datetime.strptime(s, "%Y-%m-%d").strftime("%Y-%m") for s in stamps)
print(sorted(c.items()), c.most_common(1))

### weekdays
from datetime import date, timedelta
d = date(2024, 1, 1)
print([(d + timedelta(days=i)).strftime("%a") for i in range(7)], sum(1 for i in range(31) if (d + timedelta(days=i)).weekday() < 5))

### durations in logs
from datetime import datetime
import re
log = """2024-01-05 10:00:00 start job=1
2024-01-05 10:00:42 end job=1
2024-01-05 23:59:50 start job=2
2024-01-06 00:01:00 end job=2"""
started = {}
for line in log.splitlines():
    m = re.match(r"(\S+ \S+) (start|end) job=(\d+)", line)
    t = datetime.strptime(m.group(1), "%Y-%m-%d %H:%M:%S")
    if m.group(2) == "start":
        started[m.group(3)] = t
    else:
        print(m.group(3), (t - started[m.group(3)]).total_seconds())

### age
from datetime import date
def age(born, today):
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
print(age(date(1990, 5, 17), date(2024, 5, 16)), age(date(1990, 5, 17), date(2024, 5, 17)))

### comparisons as text
stamps = ["2024-01-05", "2023-12-31", "2024-01-04"]
print(sorted(stamps), max(stamps), [s for s in stamps if s >= "2024-01-05"], [s for s in stamps if "2024-01-01" <= s <= "2024-01-31"])

### leap years
print([y for y in range(1896, 2105) if y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)][:6], sum(1 for y in range(1900, 2001) if y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)))

### date as key
from datetime import date
d = {date(2024, 1, 1): "new year", date(2024, 12, 25): "xmas"}
print(d[date(2024, 1, 1)], date(2024, 12, 25) in d, date(2024, 1, 2) in d, len({date(2024, 1, 1), date(2024, 1, 1)}), sorted(d)[0])

### replace
from datetime import datetime
d = datetime(2024, 5, 17, 10, 30)
print(d.replace(day=1), d.replace(year=2020, month=2), d.replace(hour=0, minute=0))

### try formats
from datetime import datetime
def parse(s):
    for f in ("%Y-%m-%d", "%d/%m/%Y", "%B %d, %Y"):
        try:
            return datetime.strptime(s, f)
        except ValueError:
            continue
    return None
for s in ["2024-01-02", "03/04/2024", "May 6, 2024", "soon"]:
    r = parse(s)
    print(r.strftime("%Y-%m-%d") if r else "?")

### combining dates and times
from datetime import datetime, date, timezone
import datetime as dt
d = date(2023, 1, 6)
print(datetime.combine(d, datetime.min.time()), datetime.combine(d, datetime(2020, 1, 1, 9, 30).time()))
print(datetime.min, datetime.max, date.min, date.max, dt.datetime.min.year, dt.MINYEAR)
print(date.fromordinal(738526), date.fromordinal(1), d.toordinal())
print(datetime.fromtimestamp(0, tz=timezone.utc).year, d < date.max)
