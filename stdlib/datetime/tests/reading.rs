use crate::testing::{FakeHost, shown};
use crate::value::Value;

fn strptime(text: &str, format: &str) -> String {
    shown(FakeHost::new().run("datetime.strptime", &[Value::from(text), Value::from(format)]))
}

fn iso(name: &str, text: &str) -> String {
    shown(FakeHost::new().run(name, &[Value::from(text)]))
}

#[test]
fn formats_are_read_as_in_python() {
    for (text, format, expected) in [
        ("Jan 06, 2023", "%b %d, %Y", "2023-01-06 00:00:00"),
        ("6/1/23", "%d/%m/%y", "2023-01-06 00:00:00"),
        ("6/1/69", "%d/%m/%y", "1969-01-06 00:00:00"),
        ("2023-01-06 12:30:05 AM", "%Y-%m-%d %I:%M:%S %p", "2023-01-06 00:30:05"),
        ("12:30 PM", "%I:%M %p", "1900-01-01 12:30:00"),
        ("12:30", "%I:%M", "1900-01-01 00:30:00"),
        ("Friday,  06 January 2023", "%A, %d %B %Y", "2023-01-06 00:00:00"),
        ("2023 032", "%Y %j", "2023-02-01 00:00:00"),
        ("366 2023", "%j %Y", "2024-01-01 00:00:00"),
        ("06/Jan/2023:10:00:00 +0000", "%d/%b/%Y:%H:%M:%S %z", "2023-01-06 10:00:00"),
        ("10.5", "%S.%f", "1900-01-01 00:00:10.500000"),
        ("20230106", "%Y%m%d", "2023-01-06 00:00:00"),
        ("2023-1-6", "%Y-%m-%d", "2023-01-06 00:00:00"),
        ("2023  01", "%Y %m", "2023-01-01 00:00:00"),
        ("111", "%m%d", "1900-11-01 00:00:00"),
        ("1111", "%m%d", "1900-11-11 00:00:00"),
        ("100%", "%H0%%", "1900-01-01 10:00:00"),
        ("01 GMT", "%d %Z", "1900-01-01 00:00:00"),
        ("JAN 1", "%b %d", "1900-01-01 00:00:00"),
        ("May 1", "%B %d", "1900-05-01 00:00:00"),
        ("Fri Jan  6 10:00:00 2023", "%c", "2023-01-06 10:00:00"),
    ] {
        assert_eq!(strptime(text, format), expected, "{text} {format}");
    }
}

#[test]
fn what_does_not_match_is_an_error() {
    assert_eq!(
        strptime("2023-01-06x", "%Y-%m-%d"),
        "error: \"2023-01-06x\" does not match the date format \"%Y-%m-%d\""
    );
    assert_eq!(strptime("2023-02-30", "%Y-%m-%d"), "error: 2023-02 has no day 30");
    assert_eq!(strptime("23:59:60", "%H:%M:%S"), "error: second: expected 0 to 59, found 60");
    assert_eq!(strptime("1", "%Q"), "error: no date format code %Q for reading");
    assert_eq!(strptime("1", "%"), "error: the date format ends in a lone %");
    assert_eq!(
        strptime("1 1", "%d %d"),
        "error: the code %d stands twice in the date format \"%d %d\""
    );
    assert_eq!(strptime("1", &"x".repeat(1001)), "error: this date format is too long");
    let fault = FakeHost::new()
        .run("datetime.strptime", &[Value::from("6.1.2023"), Value::from("%b %d, %Y")])
        .unwrap_err();
    assert_eq!(fault.help.as_deref(), Some("in this format a date reads \"Jan 06, 2023\""));
}

#[test]
fn iso_is_read_as_in_python() {
    for (text, expected) in [
        ("2023-01-06", "2023-01-06 00:00:00"),
        ("20230106", "2023-01-06 00:00:00"),
        ("2023-01-06T10", "2023-01-06 10:00:00"),
        ("2023-01-06 10:30", "2023-01-06 10:30:00"),
        ("2023-01-06T10:30:05.123456", "2023-01-06 10:30:05.123456"),
        ("2023-01-06T10:30:05.1234567", "2023-01-06 10:30:05.123456"),
        ("2023-01-06T10:30:05,5", "2023-01-06 10:30:05.500000"),
        ("2023-01-06T103005", "2023-01-06 10:30:05"),
        ("2023-01-06T10:30:05Z", "2023-01-06 10:30:05"),
        ("2023-01-06T10:30:05+02:00", "2023-01-06 10:30:05"),
        ("2023-W01-5", "2023-01-06 00:00:00"),
        ("2023W015", "2023-01-06 00:00:00"),
        ("2023-W01", "2023-01-02 00:00:00"),
        ("2023-13-06", "error: month: expected 1 to 12, found 13"),
        ("2023-01-06T24:00", "error: hour: expected 0 to 23, found 24"),
    ] {
        assert_eq!(iso("datetime.fromisoformat", text), expected, "{text}");
    }
    for text in
        ["2023-1-6", "2023-01-06T", "2023-01-06T10:3", "2023-01-06T10:30:", "2023-01-0610:30"]
    {
        let expected = format!("error: expected a date as in ISO 8601, found {text:?}");
        assert_eq!(iso("datetime.fromisoformat", text), expected, "{text}");
    }
    assert_eq!(iso("date.fromisoformat", "2023-01-06"), "2023-01-06");
    assert!(iso("date.fromisoformat", "2023-01-06T10").starts_with("error: "));
}

#[test]
fn there_is_no_clock() {
    for name in
        ["datetime.now", "datetime.datetime.now", "date.today", "datetime.date.today", "time.time"]
    {
        let fault = FakeHost::new().run(name, &[]).unwrap_err();
        assert_eq!(fault.message, "there is no clock; take dates from the input", "{name}");
    }
}

#[test]
fn timestamps_are_in_utc() {
    let mut host = FakeHost::new();
    let mut at = |x: f64| shown(host.run("datetime.fromtimestamp", &[Value::Float(x)]));
    assert_eq!(at(1_672_990_200.5), "2023-01-06 07:30:00.500000");
    assert_eq!(at(-1.0), "1969-12-31 23:59:59");
    assert!(at(1e15).starts_with("error: "));
    assert!(at(f64::NAN).starts_with("error: "));
}
