//! How fast YAML is read and written, beside other crates: `cargo run --release --example throughput FOLDER`.
//!
//! Takes all files `*.yaml` and `*.yml` below a folder that every reader here takes, each in memory beforehand, and prints
//! megabytes a second, the best of some runs. JSON is the same content in the fewest bytes. All of them get their memory from
//! the allocator that `render` runs with.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program of its own"
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use render::cli::Heap;
use render::yaml;
use saphyr::LoadableYamlNode;
use serde::Deserialize;

#[global_allocator]
static HEAP: Heap = Heap;

const RUNS: usize = 5;

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).context("name a folder")?;
    let mut files = Vec::new();
    find(Path::new(&folder), &mut files)?;
    let texts: Vec<_> = files
        .iter()
        .filter_map(|file| std::fs::read_to_string(file).ok())
        .filter(|text| is_read_by_all(text))
        .collect();
    println!("{} of {} files are read by all", texts.len(), files.len());
    let documents = documents(&texts);
    let json: Vec<_> = documents
        .iter()
        .map(|document| yaml::json::to_json(&document.value))
        .collect();
    read(&texts, &json);
    write(&texts, &documents, &json)
}

fn find(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() && !path.is_symlink() {
        for entry in std::fs::read_dir(path)? {
            find(&entry?.path(), files)?;
        }
    } else if path.is_file()
        && path
            .extension()
            .is_some_and(|end| end == "yaml" || end == "yml")
    {
        files.push(path.to_path_buf());
    }
    Ok(())
}

fn is_read_by_all(text: &str) -> bool {
    let documents = yaml::read_documents(text.as_bytes()).unwrap_or_default();
    let is_written = |document: &yaml::Document| yaml::write(&document.value, &mut String::new());
    let is_json = |document: &yaml::Document| {
        let json = yaml::json::to_json(&document.value);
        serde_json::from_str::<serde_json::Value>(&json).is_ok()
    };
    !documents.is_empty()
        && documents
            .iter()
            .all(|it| is_written(it).is_ok() && is_json(it))
        && saphyr::Yaml::load_from_str(text).is_ok()
        && yaml_rust2::YamlLoader::load_from_str(text).is_ok()
        && serde_yaml_documents(text).is_ok()
}

fn documents(texts: &[String]) -> Vec<yaml::Document> {
    let read = |text: &String| yaml::read_documents(text.as_bytes()).unwrap_or_default();
    texts.iter().flat_map(read).collect()
}

fn serde_yaml_documents(text: &str) -> Result<Vec<serde_yaml::Value>, serde_yaml::Error> {
    let documents = serde_yaml::Deserializer::from_str(text);
    documents.map(serde_yaml::Value::deserialize).collect()
}

fn read(texts: &[String], json: &[String]) {
    println!("read");
    time("render", texts, |text| {
        yaml::read_documents(text.as_bytes()).is_ok()
    });
    time("saphyr", texts, |text| {
        saphyr::Yaml::load_from_str(text).is_ok()
    });
    time("yaml-rust2", texts, |text| {
        yaml_rust2::YamlLoader::load_from_str(text).is_ok()
    });
    time("yaml_serde", texts, |text| {
        serde_yaml_documents(text).is_ok()
    });
    time("serde_json, JSON", json, |text| {
        serde_json::from_str::<serde_json::Value>(text).is_ok()
    });
}

fn time<T>(name: &str, texts: &[String], read: impl Fn(&String) -> T) {
    let bytes = texts.iter().map(String::len).sum();
    let runs = || texts.iter().for_each(|text| drop(black_box(read(text))));
    show(name, bytes, best(runs));
}

fn write(texts: &[String], documents: &[yaml::Document], json: &[String]) -> Result<()> {
    println!("write");
    emit("render", documents, |document, out| {
        yaml::write(&document.value, out).is_ok()
    });
    let (mut saphyr, mut rust2, mut serde) = (Vec::new(), Vec::new(), Vec::new());
    for text in texts {
        saphyr.extend(saphyr::Yaml::load_from_str(text)?);
        rust2.extend(yaml_rust2::YamlLoader::load_from_str(text)?);
        serde.extend(serde_yaml_documents(text)?);
    }
    emit("saphyr", &saphyr, |document, out| {
        saphyr::YamlEmitter::new(out).dump(document).is_ok()
    });
    emit("yaml-rust2", &rust2, |document, out| {
        yaml_rust2::YamlEmitter::new(out).dump(document).is_ok()
    });
    emit("yaml_serde", &serde, |document, out| {
        serde_yaml::to_string(document)
            .map(|text| *out = text)
            .is_ok()
    });
    let json: Vec<serde_json::Value> = json
        .iter()
        .map(|text| serde_json::from_str(text))
        .collect::<Result<_, _>>()?;
    emit("serde_json, JSON", &json, |document, out| {
        serde_json::to_string(document)
            .map(|text| *out = text)
            .is_ok()
    });
    Ok(())
}

fn emit<T>(name: &str, documents: &[T], write: impl Fn(&T, &mut String) -> bool) {
    let mut bytes = 0;
    let time = best(|| {
        bytes = 0;
        let mut out = String::new();
        for document in documents {
            out.clear();
            black_box(write(document, &mut out));
            bytes += out.len();
        }
    });
    show(name, bytes, time);
}

/// The shortest of some runs.
fn best(mut run: impl FnMut()) -> Duration {
    let times = (0..RUNS).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
fn show(name: &str, bytes: usize, time: Duration) {
    let speed = bytes as f64 / time.as_secs_f64() / 1e6;
    println!("  {name:20} {speed:7.1} MB/s");
}
