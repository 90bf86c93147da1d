//! What is printed is read as what it was printed from, and is printed as it is once more.
#![no_main]

use libfuzzer_sys::fuzz_target;
use render::model::{Typed, Value};
use render::yaml::{read_documents, write};

fuzz_target!(|bytes: &[u8]| {
    for document in read_documents(bytes).unwrap_or_default() {
        let mut text = String::new();
        // Objects are maps, and what cannot be printed is not printed.
        if document.value.as_mapping().is_none() || write(&document.value, &mut text).is_err() {
            continue;
        }
        if comes_out_as_something_else(&document.value) {
            continue;
        }
        let again = read_documents(text.as_bytes()).expect("what was printed can be read");
        let [again] = again.as_slice() else {
            panic!("one document was printed, {} are read:\n{text}", again.len());
        };
        assert!(is_same(&document.value, &again.value), "another value is read:\n{text}");
        let mut printed = String::new();
        write(&again.value, &mut printed).expect("what was printed can be printed again");
        assert_eq!(text, printed);
    }
});

/// Whether there is something in a value that kustomize itself prints as something else: the line breaks that are not ASCII,
/// and the key `<<` and octal numbers with a sign behind the `0o`, of which it forgets the quotes.
fn comes_out_as_something_else(value: &Value) -> bool {
    let is_octal = |text: &str| text.starts_with("0o+") || text.starts_with("0o-");
    let is_odd = |text: &str| text.contains(['\u{85}', '\u{2028}', '\u{2029}']) || is_octal(text);
    let is_odd_key = |key: &str| key == "<<" || is_odd(key);
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        match value {
            Value::Scalar(scalar) if is_odd(&scalar.text) => return true,
            Value::Scalar(_) => {}
            Value::Sequence(items) => rest.extend(items),
            Value::Mapping(map) if map.iter().any(|(key, _)| is_odd_key(key)) => return true,
            Value::Mapping(map) => rest.extend(map.iter().map(|(_, value)| value)),
        }
    }
    false
}

fn is_same(left: &Value, right: &Value) -> bool {
    let mut rest = vec![(left, right)];
    while let Some((left, right)) = rest.pop() {
        let is_same = match (left, right) {
            (Value::Scalar(left), Value::Scalar(right)) => is_same_scalar(left.typed(), right.typed()),
            (Value::Sequence(left), Value::Sequence(right)) => {
                rest.extend(left.iter().zip(right));
                left.len() == right.len()
            }
            (Value::Mapping(left), Value::Mapping(right)) => {
                let pairs: Vec<_> = left
                    .iter()
                    .filter_map(|(key, value)| Some((value, right.get(key)?)))
                    .collect();
                let is_same = left.len() == right.len() && left.len() == pairs.len();
                rest.extend(pairs);
                is_same
            }
            _ => false,
        };
        if !is_same {
            return false;
        }
    }
    true
}

/// Whether two scalars come out as the same. A float without a fraction comes out as an integer.
fn is_same_scalar(left: Result<Typed<'_>, String>, right: Result<Typed<'_>, String>) -> bool {
    match (left, right) {
        (Ok(Typed::Float(left)), Ok(Typed::Int(right))) => left == right as f64,
        (Ok(left), Ok(right)) => left == right,
        _ => false,
    }
}
