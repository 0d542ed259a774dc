use crate::testing::{FakeHost, lit, shown};
use crate::value::Value;

fn moment() -> Value {
    let parts = ["2023", "1", "6", "9", "30", "5", "120000"].map(lit);
    FakeHost::new().run("datetime", &parts).unwrap()
}

fn call(name: &str, args: &[Value]) -> String {
    shown(FakeHost::new().method(&moment(), name, args))
}

fn call_with(name: &str, keywords: &[(&str, Value)]) -> String {
    shown(FakeHost::new().method_with(&moment(), name, &[], keywords))
}

#[test]
fn parts_of_a_date() {
    for (name, expected) in [
        ("year", "2023"),
        ("month", "1"),
        ("day", "6"),
        ("hour", "9"),
        ("minute", "30"),
        ("second", "5"),
        ("microsecond", "120000"),
        ("weekday", "4"),
        ("isoweekday", "5"),
        ("isocalendar", "(2023, 1, 5)"),
        ("toordinal", "738526"),
        ("date", "2023-01-06"),
        ("time", "'09:30:05.120000'"),
        ("isoformat", "'2023-01-06T09:30:05.120000'"),
    ] {
        assert_eq!(call(name, &[]), expected, "{name}");
    }
}

#[test]
fn forms_of_a_date() {
    assert_eq!(call("isoformat", &[Value::from(" ")]), "'2023-01-06 09:30:05.120000'");
    assert_eq!(
        call_with("isoformat", &[("timespec", Value::from("minutes"))]),
        "'2023-01-06T09:30'"
    );
    assert_eq!(
        call_with("isoformat", &[("timespec", Value::from("milliseconds"))]),
        "'2023-01-06T09:30:05.120'"
    );
    assert_eq!(
        call("strftime", &[Value::from("%d %B %Y, %I:%M %p %%")]),
        "'06 January 2023, 09:30 AM %'"
    );
    assert_eq!(call_with("replace", &[("day", Value::Int(1))]), "2023-01-01 09:30:05.120000");
    assert_eq!(
        call_with("replace", &[("hour", Value::Int(0)), ("microsecond", Value::Int(0))]),
        "2023-01-06 00:30:05"
    );
    assert_eq!(
        call_with("replace", &[("day", Value::Int(32))]),
        "error: day: expected 1 to 31, found 32"
    );
}

#[test]
fn timestamps_take_the_date_as_utc() {
    let mut host = FakeHost::new();
    let date = host.run("date", &[Value::from("2023-01-06 07:30")]).unwrap();
    assert_eq!(shown(host.method(&date, "timestamp", &[])), "1672990200.0");
}

#[test]
fn durations_are_pythons() {
    let mut host = FakeHost::new();
    let back = host
        .run_with("timedelta", &[], &[("days", Value::Int(-1)), ("seconds", Value::Int(5))])
        .unwrap();
    assert_eq!(shown(host.method(&back, "days", &[])), "-1");
    assert_eq!(shown(host.method(&back, "seconds", &[])), "5");
    assert_eq!(shown(host.method(&back, "total_seconds", &[])), "-86395.0");
    let all = (1..=7).map(Value::Int).collect::<Vec<_>>();
    assert_eq!(shown(host.run("timedelta", &all)), "50 days, 6:05:02");
    assert_eq!(shown(host.run_with("timedelta", &[], &[("hours", lit("1.5"))])), "1:30:00");
    let negative = [("days", Value::Int(-1)), ("hours", Value::Int(3))];
    assert_eq!(shown(host.run_with("timedelta", &[], &negative)), "-1 day, 3:00:00");
    assert_eq!(shown(host.run("timedelta", &[lit("1e10")])), "error: this duration is too long");
}
