//! Values stay small: a text and what contains it share 24 bytes.

use std::rc::Rc;

use crate::text::Text;

/// Shaped like the interpreter's values.
#[allow(dead_code)]
enum Sample {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Text),
    Big(Rc<u128>),
    List(Rc<Vec<Sample>>),
    Tuple(Rc<[Sample]>),
    Dict(Rc<Vec<(Sample, Sample)>>),
    Set(Rc<Vec<Sample>>),
    Match(Rc<Vec<Text>>),
    Function(Rc<str>),
    Bound(Rc<u64>, u32),
    Failed(Rc<str>),
    Date(i64),
}

#[test]
fn a_text_has_24_bytes_wherever_it_stands() {
    assert_eq!(size_of::<Text>(), 24);
    assert_eq!(size_of::<Option<Text>>(), 24);
    assert_eq!(size_of::<Sample>(), 24);
    assert_eq!(size_of::<Option<Sample>>(), 24);
    assert_eq!(size_of::<Result<Sample, Box<String>>>(), 24);
}

#[test]
fn texts_go_between_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<Text>();
}
