//! Format specs, templates and date codes against CPython.

use rlm_lang_syntax::codes::Code;

use super::{convert, format_value, str_format};
use crate::dates::Date;
use crate::testing::{FakeHost, lit};
use crate::text::Text;
use crate::value::Value;

#[test]
fn agrees_with_cpython() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in include_str!("cpython.txt").lines().filter(|l| !l.starts_with('#')) {
        let [value, spec, expected] =
            <[&str; 3]>::try_from(line.split('\t').collect::<Vec<_>>()).unwrap();
        let found = match format_value(&lit(value), spec) {
            Ok(text) => text.to_str().into_owned(),
            Err(_) => "ERROR".to_string(),
        };
        count += 1;
        if found != expected {
            wrong.push(format!("{value} :{spec}: expected {expected:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 2000, "{count}");
}

#[test]
fn errors_say_what_to_do() {
    for (value, spec, message, help) in [
        ("3.5", "d", "the format code d expects an int, found a float", ".0f"),
        ("'a'", ".2f", "the format code f expects a number, found a text", "float(x)"),
        ("[1]", ">10", "a list takes no format spec, found :>10", "str(x)"),
        ("None", ".2f", "None takes no format spec, found :.2f", "test it first"),
        ("5", "s", "the format code s expects a text, found a number", "leave the s out"),
        ("5", "10q", "this is no format spec: q", ".2f"),
        ("5", "2.3.4", "this is no format spec: 2.3.4", ".2f"),
        ("5", ".2", "an int takes no precision in a format spec", ".2f"),
        ("5", "99999999999999999999", "a format spec with a width or precision above 1000000", ""),
        ("1.0", ".99999f", "a format spec with a width or precision above 10000", ""),
    ] {
        let fault = format_value(&lit(value), spec).unwrap_err();
        assert_eq!(fault.message, message, "{value}:{spec}");
        assert!(fault.help.clone().unwrap_or_default().contains(help), "{value}:{spec} {fault:?}");
    }
}

#[test]
fn conversions() {
    for (value, conversion, expected) in [
        ("'a'", 'r', "'a'"),
        ("'a'", 's', "a"),
        ("'ä€'", 'a', "'\\xe4\\u20ac'"),
        ("'😀'", 'a', "'\\U0001f600'"),
        ("[1, 'b']", 's', "[1, 'b']"),
    ] {
        assert_eq!(convert(&lit(value), conversion), Text::from(expected));
    }
}

fn filled(template: &str, positional: &str, keywords: &[(&str, &str)]) -> String {
    let Value::Tuple(positional) = lit(positional) else { panic!("no tuple") };
    let keywords: Vec<(String, Value)> =
        keywords.iter().map(|(name, value)| (name.to_string(), lit(value))).collect();
    match str_format(&mut FakeHost::new(), &Text::from(template), &positional, &keywords) {
        Ok(text) => text.to_str().into_owned(),
        Err(fault) => format!("error: {}", fault.message),
    }
}

#[test]
fn templates() {
    for (template, positional, keywords, expected) in [
        ("a {} b {}", "(1, 'x')", &[][..], "a 1 b x"),
        ("{1} {0} {1}", "('a', 'b')", &[], "b a b"),
        ("{name:.2f} {n:>5}|", "()", &[("name", "2.5"), ("n", "7")], "2.50     7|"),
        ("{{}} {{x}} {}", "(1,)", &[], "{} {x} 1"),
        ("{0[1]} {0[0]}", "([5, 6],)", &[], "6 5"),
        ("{row[name]} {row.name}", "()", &[("row", "{'name': 'z'}")], "z z"),
        ("{!r} {!s}", "('a', 'a')", &[], "'a' a"),
        ("{:{}}|{:{w}}|", "('a', 4, 'b')", &[("w", "3")], "a   |b  |"),
        ("{!r:>6}", "('a',)", &[], "   'a'"),
        ("no fields", "()", &[], "no fields"),
        ("{:,}", "(1234567,)", &[], "1,234,567"),
        ("{", "()", &[], "error: format: a { without its }"),
        ("}", "()", &[], "error: format: a } without its {"),
        ("{} {0}", "(1,)", &[], "error: format: {} and {0} cannot be mixed"),
        ("{0} {}", "(1,)", &[], "error: format: {} and {0} cannot be mixed"),
        ("{} {}", "(1,)", &[], "error: format: no value for field 1, found 1 values"),
        ("{who}", "()", &[], "error: format: no value for {who}"),
        ("{!x}", "(1,)", &[], "error: format: expected !s, !r or !a"),
        ("{0[}", "(1,)", &[], "error: format: a { without its }"),
        ("{:{:{}}}", "(1, 2, 3)", &[], "error: format: fields nested too deeply"),
    ] {
        assert_eq!(filled(template, positional, keywords), expected, "{template}");
    }
}

#[test]
fn dates_take_format_codes() {
    let codes = "%Y|%y|%m|%d|%H|%I|%M|%S|%f|%p|%j|%B|%b|%A|%a|%u|%w|%U|%W|%V|%G|%D|%F|%T|%R|%c\
                 |%x|%X|%e|%-d|%-m|%-I|%%|%Y-%m-%d %H:%M|%C|%h|%z";
    for (moment, expected) in [
        (
            "2024-02-29T13:05:09",
            "2024|24|02|29|13|01|05|09|000000|PM|060|February|Feb|Thursday|Thu|4|4|08|09|09|2024\
             |02/29/24|2024-02-29|13:05:09|13:05|Thu Feb 29 13:05:09 2024|02/29/24|13:05:09|29|29\
             |2|1|%|2024-02-29 13:05|20|Feb|",
        ),
        (
            "1999-12-31T00:00:00",
            "1999|99|12|31|00|12|00|00|000000|AM|365|December|Dec|Friday|Fri|5|5|52|52|52|1999\
             |12/31/99|1999-12-31|00:00:00|00:00|Fri Dec 31 00:00:00 1999|12/31/99|00:00:00|31|31\
             |12|12|%|1999-12-31 00:00|19|Dec|",
        ),
        (
            "2021-01-03T12:59:59",
            "2021|21|01|03|12|12|59|59|000000|PM|003|January|Jan|Sunday|Sun|7|0|01|00|53|2020\
             |01/03/21|2021-01-03|12:59:59|12:59|Sun Jan  3 12:59:59 2021|01/03/21|12:59:59| 3|3\
             |1|12|%|2021-01-03 12:59|20|Jan|",
        ),
    ] {
        let date = Date { moment: moment.parse().unwrap(), has_time: true };
        let date = Value::Date(std::rc::Rc::new(date));
        assert_eq!(format_value(&date, codes).unwrap(), Text::from(expected));
        let fault = format_value(&date, "%Q").unwrap_err();
        assert_eq!(
            (fault.code, fault.message.as_str()),
            (Code::BadValue, "no date format code %Q")
        );
        assert_eq!(format_value(&date, "at %").unwrap(), Text::from("at %"));
    }
}
