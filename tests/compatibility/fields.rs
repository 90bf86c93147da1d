//! Every field of a kustomization, each in a small tree, with what kustomize prints for it.

use std::path::Path;

const CASES: &str = include_str!("fields.txt");

/// A tree that is about a field.
pub(crate) struct Case {
    /// The field, and behind a colon the field in it.
    pub(crate) name: &'static str,
    files: Vec<(&'static str, &'static str)>,
    expected: &'static str,
}

/// All trees.
pub(crate) fn cases() -> Vec<Case> {
    CASES.split("===== ").skip(1).map(case).collect()
}

fn case(text: &'static str) -> Case {
    let (name, parts) = text.split_once('\n').unwrap();
    let mut files: Vec<_> = parts
        .split("----- ")
        .skip(1)
        .map(|part| part.split_once('\n').unwrap())
        .collect();
    let (_, expected) = files.pop().unwrap();
    Case {
        name,
        files,
        expected,
    }
}

pub(crate) fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

#[test]
fn fields_do_what_they_do_in_kustomize() {
    for case in cases() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &case.files);
        let rendered = render::render(folder.path());
        let rendered = rendered.unwrap_or_else(|error| panic!("{}: {error:#}", case.name));
        assert_eq!(rendered, case.expected, "{}", case.name);
    }
}
