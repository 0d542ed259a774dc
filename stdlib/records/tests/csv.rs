use crate::testing::{FakeHost, lit, shown};
use crate::value::Value;

fn csv(text: &str) -> String {
    shown(FakeHost::new().run("csv", &[Value::from(text)]))
}

fn csv_with(text: &str, keywords: &[(&str, Value)]) -> String {
    shown(FakeHost::new().run_with("csv", &[Value::from(text)], keywords))
}

/// All rows of a reader, as `list(csv.reader(...))`.
fn reader(name: &str, text: &str, keywords: &[(&str, Value)]) -> String {
    let rows = FakeHost::new().run_with(name, &[Value::from(text)], keywords);
    shown(rows.and_then(|rows| rows.items()).map(|rows| Value::list(rows.to_vec())))
}

#[test]
fn rows_are_dicts_by_the_header() {
    assert_eq!(csv("a,b\n1,2\r\n3,4"), "[{'a': '1', 'b': '2'}, {'a': '3', 'b': '4'}]");
    assert_eq!(csv("\u{feff}a,b\n1,2\n"), "[{'a': '1', 'b': '2'}]");
    assert_eq!(csv("\n\na\n\nx\n\n"), "[{'a': 'x'}]");
    assert_eq!(csv(""), "[]");
    assert_eq!(csv("a,b"), "[]");
}

#[test]
fn quotes_hold_separators_line_ends_and_quotes() {
    assert_eq!(csv("a,b\n\"x, y\",\"p\nq\""), "[{'a': 'x, y', 'b': 'p\\nq'}]");
    assert_eq!(csv("a,b\n\"say \"\"hi\"\"\",\"\""), "[{'a': 'say \"hi\"', 'b': ''}]");
    assert_eq!(csv("a,b\n5\" disk,x"), "[{'a': '5\" disk', 'b': 'x'}]");
    assert_eq!(csv_with("a,b\n\"x,y", &[("quote", Value::None)]), "[{'a': '\"x', 'b': 'y'}]");
    assert_eq!(
        csv("a,b\n1,2\n3,\"x\n4,5\n"),
        "error: the quote that opens a field in line 3 is never closed"
    );
}

#[test]
fn the_separator_is_recognised() {
    assert_eq!(csv("a;b\n1,5;2\n"), "[{'a': '1,5', 'b': '2'}]");
    assert_eq!(csv("a\tb\nx, y\t2\n"), "[{'a': 'x, y', 'b': '2'}]");
    assert_eq!(csv("a|b\n1|2\n"), "[{'a': '1', 'b': '2'}]");
    assert_eq!(csv("only\none, two\n"), "[{'only': 'one', '2': ' two'}]");
    assert_eq!(csv_with("a:b\n1:2", &[("sep", Value::from(":"))]), "[{'a': '1', 'b': '2'}]");
    assert_eq!(csv_with("aéb\n1é2", &[("sep", Value::from("é"))]), "[{'a': '1', 'b': '2'}]");
    assert_eq!(
        csv_with("a", &[("sep", Value::from("||"))]),
        "error: expected one character as the separator, found \"||\""
    );
}

#[test]
fn ragged_rows_lose_nothing() {
    assert_eq!(
        csv("a,b\n1\n1,2,3,4\n5,6"),
        "[{'a': '1', 'b': ''}, {'a': '1', 'b': '2', '3': '3', '4': '4'}, {'a': '5', 'b': '6'}]"
    );
    assert_eq!(csv("a,a,b\n1,2,3"), "[{'a': '1', 'a_2': '2', 'b': '3'}]");
}

#[test]
fn the_header_can_be_given_or_absent() {
    let names = [("header", lit("['x', 'y']"))];
    assert_eq!(csv_with("1,2\n3,4", &names), "[{'x': '1', 'y': '2'}, {'x': '3', 'y': '4'}]");
    let none = [("header", Value::Bool(false))];
    assert_eq!(csv_with("1,2\n\n3", &none), "[['1', '2'], ['3']]");
}

#[test]
fn values_are_views_of_the_input() {
    let mut host = FakeHost::over("name,note\nAda,\"a \"\"b\"\"\"\nBo,\"x, y\"\n");
    let context = Value::Text(host.context.clone());
    let rows = host.run("csv", &[context]).unwrap();
    let place = |row: usize, name: &str| {
        let Some(Value::Dict(row)) = rows.items().unwrap().get(row) else { panic!("no dict") };
        row.get(&Value::from(name)).and_then(|v| v.as_text()?.place().map(|p| p.start_byte))
    };
    assert_eq!(place(0, "name"), Some(10));
    assert_eq!(place(0, "note"), None);
    assert_eq!(place(1, "note"), Some(28));
}

#[test]
fn lines_are_put_together_without_a_copy() {
    let mut host = FakeHost::over("a,b\r\n1,\"x\r\ny\"\r\n2,z");
    let lines: Vec<Value> = host.context.lines().map(Value::Text).collect();
    let rows = host.run("csv", &[Value::list(lines)]).unwrap();
    assert_eq!(format!("{rows:?}"), "[{'a': '1', 'b': 'x\\r\\ny'}, {'a': '2', 'b': 'z'}]");
    let Some(Value::Dict(row)) = rows.items().unwrap().get(1) else { panic!("no dict") };
    let field = row.get(&Value::from("b")).and_then(|v| v.as_text()).unwrap();
    assert_eq!(field.place().map(|p| p.start_byte), Some(17));
    let owned = lit("['a,b', '1,2']");
    assert_eq!(shown(host.run("csv", &[owned])), "[{'a': '1', 'b': '2'}]");
}

#[test]
fn the_reader_is_pythons() {
    assert_eq!(
        reader("csv.reader", "a,b\n\n\"x\"y,\"q\"\"\"\n", &[]),
        "[['a', 'b'], [], ['xy', 'q\"']]"
    );
    assert_eq!(reader("csv.reader", "a,b,\n,\n", &[]), "[['a', 'b', ''], ['', '']]");
    assert_eq!(reader("csv.reader", "a;b", &[]), "[['a;b']]");
    assert_eq!(reader("csv.reader", "a;b", &[("delimiter", Value::from(";"))]), "[['a', 'b']]");
    assert_eq!(reader("csv.reader", "a,\"b\nc", &[]), "[['a', 'b\\nc']]");
    assert_eq!(reader("csv.reader", "\"\"\n", &[]), "[['']]");
}

#[test]
fn the_dict_reader_is_pythons() {
    assert_eq!(
        reader("csv.DictReader", "a,b\n1\n1,2,3\n\n4,5\n", &[]),
        "[{'a': '1', 'b': None}, {'a': '1', 'b': '2', None: ['3']}, {'a': '4', 'b': '5'}]"
    );
    assert_eq!(reader("csv.DictReader", "a,a\n1,2\n", &[]), "[{'a': '2'}]");
    let names = [("fieldnames", lit("['x']")), ("restkey", Value::from("more"))];
    assert_eq!(reader("csv.DictReader", "1,2\n", &names), "[{'x': '1', 'more': ['2']}]");
    let mut host = FakeHost::new();
    let rows = host.run("csv.DictReader", &[Value::from("a,b\n1,2")]).unwrap();
    assert_eq!(shown(host.method(&rows, "fieldnames", &[])), "['a', 'b']");
}

#[test]
fn limits_stop_a_large_table() {
    let mut host = FakeHost::new();
    host.fuel = 100;
    let table = "a,b\n".repeat(10_000);
    assert!(host.run("csv", &[Value::from(table.as_str())]).is_err());
}
