//! A tree of files, one of whose folders is built.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use crate::node::Node;
use crate::outside;
use crate::writer;

/// The files by their path, and the folder to build.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tree {
    pub(crate) root: String,
    pub(crate) files: BTreeMap<String, Content>,
    /// Options after the folder; kubectl has none of them, and both programs run without them there.
    pub(crate) options: Vec<String>,
    /// What the generator put in, for the histogram.
    pub(crate) features: BTreeSet<&'static str>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Yaml(Vec<Node>),
    Json(Node),
    Lines(Vec<String>),
    Bytes(Vec<u8>),
}

impl Content {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Yaml(nodes) => writer::documents(nodes).into_bytes(),
            Self::Json(node) => (writer::json(node) + "\n").into_bytes(),
            Self::Lines(lines) => lines.concat().into_bytes(),
            Self::Bytes(bytes) => bytes.clone(),
        }
    }
}

impl Tree {
    /// Writes all files below a folder, and makes the repositories that they are in.
    pub(crate) fn write(&self, folder: &Path) -> outside::Places {
        std::fs::create_dir_all(folder)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let places = outside::Places::new(self, folder);
        for (path, content) in &self.files {
            if !outside::is_in_repository(path) {
                places.write(path, content.bytes());
            }
        }
        places
    }

    /// The tree as commands that a shell can run.
    pub(crate) fn script(&self) -> String {
        let mut out = String::new();
        let folders: BTreeSet<&str> = self
            .files
            .keys()
            .filter_map(|path| path.rsplit_once('/'))
            .map(|(folder, _)| folder)
            .collect();
        if !folders.is_empty() {
            let folders: Vec<_> = folders.into_iter().collect();
            writeln!(out, "mkdir -p {}", folders.join(" "))
                .expect("invariant: a string takes everything");
        }
        for (path, content) in &self.files {
            let bytes = content.bytes();
            let text = match String::from_utf8(bytes) {
                Ok(text)
                    if (text.ends_with('\n') || text.is_empty())
                        && !text.contains(['\0', '\r']) =>
                {
                    format!("cat > {path} <<'EOF'\n{text}EOF\n")
                }
                Ok(text) => format!("printf %b '{}' > {path}\n", escaped(text.as_bytes())),
                Err(error) => format!("printf %b '{}' > {path}\n", escaped(error.as_bytes())),
            };
            out.push_str(&text);
        }
        out.push_str(&outside::script(self));
        writeln!(
            out,
            "kustomize build {} {}",
            self.root,
            self.options.join(" ")
        )
        .expect("invariant: a string takes everything");
        out
    }

    pub(crate) fn size(&self) -> usize {
        self.files
            .values()
            .map(|content| content.bytes().len() + 20)
            .sum()
    }
}

fn escaped(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "\\0{byte:03o}").expect("invariant: a string takes everything");
        out
    })
}
