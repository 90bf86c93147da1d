//! Paths as text, in the shortest form that means the same.

use super::Text;

/// The path without empty segments, `.` and what `..` takes back, as Go's `path.Clean` has it; no file is looked at.
pub fn clean_path(path: &str) -> Text {
    let is_absolute = path.starts_with('/');
    let mut clean: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match (segment, clean.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => drop(clean.pop()),
            ("..", None) if is_absolute => {}
            _ => clean.push(segment),
        }
    }
    match (is_absolute, clean.join("/")) {
        (true, joined) => ecow::eco_format!("/{joined}"),
        (false, joined) if joined.is_empty() => ".".into(),
        (false, joined) => joined.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_as_short_as_they_can_be() {
        for (path, expected) in [
            ("a//b/./c", "a/b/c"),
            ("../a/../../b", "../../b"),
            ("a/..", "."),
            ("", "."),
            ("/../a/", "/a"),
            ("//", "/"),
            ("../base/../o2/x", "../o2/x"),
        ] {
            assert_eq!(clean_path(path), expected, "{path}");
        }
    }
}
