use crate::testing::{FakeHost, shown};
use crate::value::{Value, repr};

fn date(text: &str) -> String {
    shown(FakeHost::new().run("date", &[Value::from(text)]))
}

#[test]
fn common_forms_are_read() {
    for text in [
        "2023-01-06",
        " 2023-01-06\n",
        "20230106",
        "2023/01/06",
        "2023/1/6",
        "2023.01.06",
        "2023 01 06",
        "06.01.2023",
        "Jan 06, 2023",
        "Jan. 6th, 2023",
        "January 6 2023",
        "JANUARY 6, 2023",
        "6 January 2023",
        "6th of January 2023",
        "6-Jan-2023",
        "06/Jan/2023",
        "2023-Jan-06",
        "2023 January 6",
        "Friday, January 6, 2023",
        "Fri, 06 Jan 2023",
        "[06/Jan/2023]",
        "2023-W01-5",
    ] {
        assert_eq!(date(text), "2023-01-06", "{text}");
    }
    assert_eq!(date("1 sept 2023"), "2023-09-01");
    assert_eq!(date("May 1, 2023"), "2023-05-01");
}

#[test]
fn times_of_day_are_read() {
    for text in [
        "2023-01-06T09:30:05",
        "2023-01-06 09:30:05",
        "2023-01-06T09:30:05Z",
        "2023-01-06 09:30:05 UTC",
        "2023-01-06 09:30:05 +0200",
        "2023-01-06T09:30:05-05:00",
        "2023/01/06 9:30:05",
        "Jan 06, 2023 9:30:05 AM",
        "Jan 06, 2023, 09:30:05",
        "January 6, 2023 at 9:30:05 a.m.",
        "06/Jan/2023:09:30:05 +0000",
        "[06/Jan/2023:09:30:05 +0000]",
        "Fri Jan  6 09:30:05 2023",
        "Fri, 06 Jan 2023 09:30:05 GMT",
        "09:30:05 2023-01-06",
    ] {
        assert_eq!(date(text), "2023-01-06 09:30:05", "{text}");
    }
    assert_eq!(date("2023-01-06 12:15 am"), "2023-01-06 00:15:00");
    assert_eq!(date("2023-01-06 12:15 PM"), "2023-01-06 12:15:00");
    assert_eq!(date("6 Jan 2023 3pm"), "2023-01-06 15:00:00");
    assert_eq!(date("2023-01-06 09:30:05.25"), "2023-01-06 09:30:05.250000");
    assert_eq!(date("2023/01/06 09:30:05,123"), "2023-01-06 09:30:05.123000");
}

#[test]
fn doubts_are_errors() {
    assert_eq!(date("13/02/2023"), "2023-02-13");
    assert_eq!(date("02/13/2023"), "2023-02-13");
    assert_eq!(date("02/02/2023"), "2023-02-02");
    assert_eq!(date("01/02/2023"), "error: \"01/02/2023\" can be read day first or month first");
    assert_eq!(
        date("1-2-2023 10:00"),
        "error: \"1-2-2023 10:00\" can be read day first or month first"
    );
    for text in [
        "",
        "soon",
        "2023",
        "1/2/23",
        "12 34 56",
        "Jan 2023",
        "06-Jan-23",
        "x2023-1-6",
        "10:30",
        "v1.2.2023b",
    ] {
        assert!(date(text).starts_with("error: expected a date, found"), "{text}: {}", date(text));
    }
    assert_eq!(date("2023-02-30"), "error: 2023-02 has no day 30");
    assert_eq!(date("2023-13-01"), "error: month: expected 1 to 12, found 13");
    assert_eq!(date("2023/01/06 25:00"), "error: hour: expected 0 to 23, found 25");
    let long = "2023-01-06 ".repeat(1000);
    assert!(date(&long).starts_with("error: expected a date, found \"2023-01-06 "));
}

#[test]
fn any_text_is_a_date_or_an_error() {
    let pieces = [
        "2023",
        "1",
        "99",
        "jan",
        "é",
        ":",
        "-",
        "/",
        " ",
        "T",
        "+",
        "pm",
        "000000000000",
        "٣",
        "W5",
    ];
    let mut seed = 7_usize;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..(seed >> 7) % 9 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(seed >> 33) % pieces.len()]);
        }
        seed = seed.wrapping_add(1);
        date(&text);
        let _ = FakeHost::new().run("datetime.fromisoformat", &[Value::from(text.as_str())]);
        let _ = FakeHost::new()
            .run("datetime.strptime", &[Value::from(text.as_str()), Value::from("%Y")]);
    }
}

#[test]
fn parts_and_formats() {
    let mut host = FakeHost::new();
    let mut run = |args: &[Value]| shown(host.run("date", args));
    assert_eq!(run(&[Value::Int(2023), Value::Int(1), Value::Int(6)]), "2023-01-06");
    assert_eq!(
        run(&[Value::Int(2023), Value::Int(2), Value::Int(30)]),
        "error: 2023-02 has no day 30"
    );
    assert_eq!(
        run(&[Value::Int(0), Value::Int(1), Value::Int(1)]),
        "error: year: expected 1 to 9999, found 0"
    );
    assert_eq!(run(&[Value::Int(2023), Value::Int(1)]), "error: date needs the argument day");
    assert_eq!(run(&[Value::Int(2023)]), "error: date needs the argument month");
    assert_eq!(run(&[Value::from("01/02/2023"), Value::from("%d/%m/%Y")]), "2023-02-01");
    assert_eq!(
        run(&[Value::from("01/02/2023 10"), Value::from("%m/%d/%Y %H")]),
        "2023-01-02 10:00:00"
    );
    assert_eq!(run(&[Value::None]), "error: expected a text or a year, found None");
}

#[test]
fn a_plain_date_equals_its_midnight() {
    let mut host = FakeHost::new();
    let plain = host.run("date", &[Value::from("2023-01-06")]).unwrap();
    let exact = host.run("datetime", &[Value::Int(2023), Value::Int(1), Value::Int(6)]).unwrap();
    assert_eq!(repr(&exact), "2023-01-06 00:00:00");
    assert_eq!(repr(&plain), "2023-01-06");
    assert!(plain == exact);
    let order = crate::value::compare(&exact, &plain).unwrap();
    assert_eq!(order, Some(std::cmp::Ordering::Equal));
}
