//! Dates against CPython, and the forms that CPython does not read.

use crate::testing::{FakeHost, lit, shown};
use crate::value::Value;

fn iso(date: &Value) -> String {
    let Value::Date(date) = date else { panic!("a date") };
    super::isoformat_of(date, "T")
}

/// Lines of JSON: function, text, format, and what CPython 3.11 gives.
#[test]
fn agrees_with_cpython() {
    let mut wrong = Vec::new();
    for line in include_str!("cpython.jsonl").lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = |i: usize| Value::from(case[i].as_str().unwrap());
        let result = match case[0].as_str().unwrap() {
            "iso" => FakeHost::new().run("datetime.fromisoformat", &[text(1)]),
            _ => FakeHost::new().run("datetime.strptime", &[text(1), text(2)]),
        };
        let found = result.ok().map(|date| iso(&date));
        // Without a time of day ours is a plain date; CPython's datetime always has one.
        let found = found.map(|d| if d.len() == 10 { d + "T00:00:00" } else { d });
        if found.as_deref() != case[3].as_str() {
            wrong.push(format!("{line}\n    found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_usual_forms_are_read() {
    for (text, expected) in [
        ("2024-03-05", "2024-03-05"),
        ("2024/03/05", "2024-03-05"),
        ("2024-3-5", "2024-03-05"),
        ("05.03.2024", "2024-03-05"),
        ("5.3.24", "2024-03-05"),
        ("3/15/2024", "2024-03-15"),
        ("15/3/2024", "2024-03-15"),
        ("15-03-2024", "2024-03-15"),
        ("Mar 5, 2024", "2024-03-05"),
        ("March 5th, 2024", "2024-03-05"),
        ("5 Mar 2024", "2024-03-05"),
        ("Tue, 05 Mar 2024 10:00:00 GMT", "2024-03-05T10:00:00"),
        ("Mar 2024", "2024-03-01"),
        ("2024 March 5", "2024-03-05"),
        ("Sept. 3, 1987", "1987-09-03"),
        ("17/May/2015:10:05:03 +0000", "2015-05-17T10:05:03"),
        ("2024-03-05 12:00:07,221", "2024-03-05T12:00:07.221000"),
        ("2024-03-05T12:00:07.221Z", "2024-03-05T12:00:07.221000"),
        ("2024-03-05T12:00:07+02:00", "2024-03-05T12:00:07"),
        ("Jan 6, 2023 3:05 PM", "2023-01-06T15:05:00"),
        ("12:00 am, Jan 6, 2023", ""),
        ("3/5/2024 12:15 AM", "2024-03-05T00:15:00"),
        ("20240305", "2024-03-05"),
        ("", ""),
        ("yesterday", ""),
        ("2024-02-30", ""),
        ("1,234", ""),
        ("the 5th element", ""),
    ] {
        let result = FakeHost::new().run("date", &[Value::from(text)]);
        let found = result.map_or_else(|_| String::new(), |date| iso(&date));
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn dates_have_parts() {
    let mut host = FakeHost::new();
    let args = lit("[2024, 3, 5, 14, 30, 7, 250000]").items().unwrap().to_vec();
    let date = host.run("datetime", &args).unwrap();
    for (name, expected) in [
        ("year", "2024"),
        ("month", "3"),
        ("day", "5"),
        ("hour", "14"),
        ("minute", "30"),
        ("second", "7"),
        ("microsecond", "250000"),
        ("weekday", "1"),
        ("isoweekday", "2"),
        ("isocalendar", "(2024, 10, 2)"),
        ("toordinal", "738950"),
        ("timestamp", "1709649007.25"),
        ("isoformat", "'2024-03-05T14:30:07.250000'"),
        ("date", "2024-03-05"),
    ] {
        assert_eq!(shown(host.method(&date, name, &[])), expected, "{name}");
    }
    let format = [Value::from("%d %b %Y, %I %p")];
    assert_eq!(shown(host.method(&date, "strftime", &format)), "'05 Mar 2024, 02 PM'");
    let first = host.method_with(&date, "replace", &[], &[("day", Value::Int(1))]).unwrap();
    assert_eq!(iso(&first), "2024-03-01T14:30:07.250000");
    let fault = host.method_with(&date, "replace", &[], &[("month", Value::Int(13))]).unwrap_err();
    assert_eq!(fault.message, "expected a month from 1 to 12, found 13");
}

#[test]
fn durations_have_parts() {
    let mut host = FakeHost::new();
    let hours = [("days", Value::Int(1)), ("hours", Value::Float(-1.5))];
    let duration = host.run_with("timedelta", &[], &hours).unwrap();
    for (name, expected) in [("days", "0"), ("seconds", "81000"), ("total_seconds", "81000.0")] {
        assert_eq!(shown(host.method(&duration, name, &[])), expected, "{name}");
    }
    let long = [("days", Value::Float(1e12))];
    assert!(host.run_with("timedelta", &[], &long).is_err());
}

#[test]
fn a_year_month_and_day_are_a_date() {
    let mut host = FakeHost::new();
    let date = host.run("date", &[Value::Int(2023), Value::Int(3), Value::Int(15)]).unwrap();
    assert_eq!(iso(&date), "2023-03-15");
    let wrong = shown(host.run("datetime", &[Value::Int(2023), Value::Int(2), Value::Int(30)]));
    assert_eq!(wrong, "error: there is no 2023-02-30");
    assert_eq!(shown(host.run("datetime.now", &[])), "error: there is no clock");
}
