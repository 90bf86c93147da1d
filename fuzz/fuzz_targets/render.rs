//! A whole render of any tree: the input is a list of files, each after a line `### path`.
//!
//! A path that ends in ` -> target` is a symbolic link. The tree is rendered from `/work/app`.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use render::load::{LoadOptions, Memory, Outside};
use render::model::Fault;
use render::{build, emit, load, locate};

const ROOT: &str = "/work/app";

fuzz_target!(|bytes: &[u8]| {
    let files = tree(bytes);
    if let Err(error) = render(&files) {
        for fault in error.chain().filter_map(|cause| cause.downcast_ref::<Fault>()) {
            let places = fault.others.iter().chain([fault]).filter_map(|fault| fault.place.as_ref());
            for excerpt in locate::excerpts(places, &files).into_values() {
                assert!(excerpt.text.get(excerpt.span.clone()).is_some(), "{:?}", excerpt.span);
            }
        }
    }
});

fn render(files: &Memory) -> anyhow::Result<String> {
    let options = LoadOptions {
        offline: true,
        ..LoadOptions::default()
    };
    let loaded = load::load(Path::new(ROOT), files, &options)?;
    let outside = Outside::new(files, &options);
    let built = build::build(loaded.layer, &outside, &build::BuildOptions::default())?;
    emit::to_yaml(&built.resources)
}

fn tree(bytes: &[u8]) -> Memory {
    let text = String::from_utf8_lossy(bytes);
    let mut files = Memory::new().folder(ROOT);
    let mut sections = text.split("### ");
    files = match sections.next() {
        Some(first) if !first.trim().is_empty() => files.file("/work/app/kustomization.yaml", first),
        _ => files,
    };
    for section in sections {
        let (head, content) = section.split_once('\n').unwrap_or((section, ""));
        let (path, target) = match head.split_once(" -> ") {
            Some((path, target)) => (path, Some(target)),
            None => (head, None),
        };
        let is_plain = !path.is_empty() && path.split('/').all(|step| !matches!(step, "" | "." | ".."));
        if !is_plain {
            continue;
        }
        let path = format!("{ROOT}/{path}");
        files = match target {
            Some(target) => files.link(&path, target),
            None => files.file(&path, content),
        };
    }
    files
}
