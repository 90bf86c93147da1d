use std::path::Path;

use super::*;
use crate::emit;
use crate::load::{LoadOptions, Memory, load};

/// Trees with what kustomize makes of them.
const CASES: &str = include_str!("cases.txt");

struct Case<'a> {
    name: &'a str,
    folder: String,
    files: Memory,
    expected: Result<String, String>,
}

impl<'a> Case<'a> {
    fn parse(text: &'a str) -> Self {
        let (head, expected) = if let Some((head, output)) = text.split_once("\n==>\n") {
            (head, Ok(output.trim_end().to_owned()))
        } else {
            let (head, message) = text.split_once("\n!!>\n").expect("something is expected");
            (head, Err(message.trim_end().to_owned()))
        };
        let mut parts = head.split("\n=== ");
        let first = parts.next().unwrap_or_default();
        let (name, folder) = first.split_once("\n@").unwrap_or((first, ""));
        let files = parts.fold(Memory::new(), |files, part| {
            let (path, content) = part.split_once('\n').unwrap_or((part, ""));
            files.file(&format!("/k/{path}"), format!("{content}\n"))
        });
        Self {
            name,
            folder: format!("/k/{folder}"),
            files,
            expected,
        }
    }

    fn run(&self) -> Result<String> {
        let options = LoadOptions::default();
        let loaded = load(Path::new(&self.folder), &self.files, &options)?;
        let outside = Outside::new(&self.files, &options);
        emit::to_yaml(&build(loaded.layer, &outside, &BuildOptions::default())?.resources)
    }

    /// What is wrong with the result.
    fn problem(&self) -> Option<String> {
        let problem = match (&self.expected, self.run()) {
            (Ok(expected), Ok(output)) if *expected == output.trim_end() => return None,
            (Err(expected), Err(error)) if format!("{error:#}").contains(expected) => return None,
            (_, Ok(output)) => output,
            (_, Err(error)) => format!("error: {error:#}\n"),
        };
        Some(format!("##### {}\n{problem}", self.name))
    }
}

#[test]
fn trees_render_as_in_kustomize() {
    let cases = CASES.split("\n##### ").skip(1).map(Case::parse);
    let problems: Vec<_> = cases.filter_map(|case| case.problem()).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
