//! `render [OVERLAY|DIR]` and `render build [DIR]`: prints the manifests, or writes them to a file or a folder.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use super::terminal::{Terminal, write_file};
use crate::build::{BuildOptions, Built, build};
use crate::emit;
use crate::load::{Disk, FileSystem, LoadOptions, Restrictor, load};
use crate::model::Resource;
use crate::transform::sort_order::SortOrder;

/// What a build is told on the command line; names and values are kustomize's.
#[derive(Args)]
pub(super) struct BuildArgs {
    /// Write to this file instead, or, where it is a folder, one file per object into it
    #[arg(short, long, value_name = "FILE|DIR")]
    output: Option<PathBuf>,

    /// Whether files outside the kustomization's folder may be read
    #[arg(
        long,
        value_name = "RESTRICTOR",
        default_value = "LoadRestrictionsRootOnly"
    )]
    load_restrictor: LoadRestrictor,

    /// Order of the objects where the kustomization has no `sortOptions`
    #[arg(long, value_name = "ORDER", default_value = "legacy")]
    reorder: Reorder,
}

#[derive(Clone, Copy, ValueEnum)]
enum LoadRestrictor {
    #[value(name = "LoadRestrictionsRootOnly", alias = "rootOnly")]
    RootOnly,
    #[value(name = "LoadRestrictionsNone", alias = "none")]
    None,
}

#[derive(Clone, Copy, ValueEnum)]
enum Reorder {
    /// By kind, namespaces first, webhooks last
    Legacy,
    /// As they are read
    None,
}

/// Renders the kustomization in a folder.
pub(super) fn run(dir: &Path, args: &BuildArgs, terminal: &mut Terminal) -> Result<()> {
    let restrictor = match args.load_restrictor {
        LoadRestrictor::RootOnly => Restrictor::RootOnly,
        LoadRestrictor::None => Restrictor::None,
    };
    let order = match args.reorder {
        Reorder::Legacy => SortOrder::default(),
        Reorder::None => SortOrder::Fifo,
    };
    let loaded = load(dir, &Disk, &LoadOptions { restrictor })?;
    loaded
        .warnings
        .iter()
        .for_each(|warning| terminal.warning(warning));
    let Built {
        resources,
        warnings,
    } = build(
        loaded.layer,
        &BuildOptions {
            order,
            managed_by_label: false,
        },
    )?;
    warnings
        .iter()
        .for_each(|warning| terminal.warning(warning));
    match &args.output {
        None => terminal.print(&emit::to_yaml(&resources)?),
        Some(folder) if Disk.is_dir(folder) => write_folder(folder, &resources),
        Some(file) => write_file(file, emit::to_yaml(&resources)?.as_bytes()),
    }
}

fn write_folder(folder: &Path, resources: &[Resource]) -> Result<()> {
    let in_several_namespaces = emit::are_in_several_namespaces(resources);
    let documents: Vec<_> = resources
        .iter()
        .map(emit::document)
        .collect::<Result<_>>()?;
    for (resource, document) in resources.iter().zip(documents) {
        let file = folder.join(emit::file_name(resource, in_several_namespaces));
        write_file(&file, document.as_bytes())
            .with_context(|| format!("write object {}", resource.id()))?;
    }
    Ok(())
}
