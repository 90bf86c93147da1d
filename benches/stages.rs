//! Times the stages of a render on generated trees: `cargo bench`.

use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use render::build::{BuildOptions, build};
use render::emit::to_yaml;
use render::load::{LoadOptions, Memory, Outside, load};
use render::yaml;

/// The objects of one application, with `{i}` for its number.
const APPLICATION: &str = include_str!("application.yaml");

/// An overlay that uses most transformers.
const OVERLAY: &str = include_str!("overlay.yaml");

/// A base of applications, four objects each, and an overlay on top of it.
fn tree(applications: usize) -> Memory {
    let mut files = Memory::new();
    let mut base = String::from("resources:\n");
    for i in 0..applications {
        files = files.file(
            &format!("/base/app{i}.yaml"),
            APPLICATION.replace("{i}", &i.to_string()),
        );
        writeln!(base, "- app{i}.yaml").expect("invariant: writing to a string cannot fail");
    }
    files
        .file("/base/kustomization.yaml", base)
        .file("/overlay/kustomization.yaml", OVERLAY)
}

fn stages(criterion: &mut Criterion) {
    let overlay = Path::new("/overlay");
    let options = LoadOptions::default();
    for applications in [25, 250, 2500] {
        let files = tree(applications);
        let objects = 4 * applications;
        let mut group = criterion.benchmark_group("stages");
        group
            .throughput(Throughput::Elements(objects as u64))
            .sample_size(20);
        let outside = Outside::new(&files, &options);
        let loaded = || {
            load(overlay, &files, &options)
                .expect("invariant: the tree is well formed")
                .layer
        };
        let built = || {
            build(loaded(), &outside, &BuildOptions::default())
                .expect("invariant: the tree is well formed")
        };
        group.bench_function(BenchmarkId::new("load", objects), |bencher| {
            bencher.iter_with_large_drop(loaded);
        });
        group.bench_function(BenchmarkId::new("build", objects), |bencher| {
            bencher.iter_batched(
                loaded,
                |layer| build(layer, &outside, &BuildOptions::default()),
                criterion::BatchSize::LargeInput,
            );
        });
        let resources = built().resources;
        group.bench_function(BenchmarkId::new("emit", objects), |bencher| {
            bencher.iter(|| to_yaml(black_box(&resources)));
        });
        group.finish();
    }
}

fn yaml(criterion: &mut Criterion) {
    let text: String = (0..500)
        .map(|i| APPLICATION.replace("{i}", &i.to_string()))
        .collect::<Vec<_>>()
        .join("---\n");
    let documents =
        yaml::read_documents(text.as_bytes()).expect("invariant: the text is well formed");
    let mut group = criterion.benchmark_group("yaml");
    group
        .throughput(Throughput::Bytes(text.len() as u64))
        .sample_size(20);
    group.bench_function("read", |bencher| {
        bencher.iter_with_large_drop(|| yaml::read_documents(black_box(text.as_bytes())));
    });
    group.bench_function("write", |bencher| {
        bencher.iter(|| {
            let mut out = String::new();
            documents
                .iter()
                .try_for_each(|document| yaml::write(&document.value, &mut out))
                .map(|()| out)
        });
    });
    group.finish();
}

mod groups {
    use super::{criterion_group, stages, yaml};
    criterion_group!(benches, stages, yaml);
}
use groups::benches;
criterion_main!(benches);
