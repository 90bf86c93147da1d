//! Functions in containers: kustomize's command line for docker (spec 15 R82).

use std::collections::BTreeMap;
use std::path::{Component, Path};

use serde::Deserialize;

use super::function::Ground;
use crate::build::FunctionOptions;
use crate::load::Command;
use crate::model::{Fault, Text};

/// The programs that run containers, the one that kustomize knows first.
const PROGRAMS: [&str; 2] = ["docker", "podman"];

/// What an annotation says of a container.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Container {
    pub(super) image: Text,
    network: bool,
    mounts: Vec<Mount>,
    envs: Vec<Text>,
}

impl Container {
    /// A container of which nothing else is said.
    pub(super) fn of_image(image: &Text) -> Self {
        Self {
            image: image.clone(),
            ..Self::default()
        }
    }
}

/// What a container sees of this machine.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Mount {
    #[serde(rename = "type")]
    kind: Text,
    src: Text,
    dst: Text,
    rw: bool,
}

/// The commands that run a container, one for each program that may be there.
pub(super) fn commands(container: &Container, ground: &Ground<'_>) -> Result<Vec<Command>, Fault> {
    let options = ground.options;
    if container.network && !options.network {
        let message = "network required but not enabled with --network";
        return Err(Fault::new(message).hint("pass `--network` to let functions reach the network"));
    }
    let mounts = mounts(container, ground)?;
    let args = args(container, &mounts, options);
    Ok(PROGRAMS
        .map(|program| Command {
            program: program.into(),
            args: args.iter().map(Into::into).collect(),
            folder: Some(ground.folder.to_path_buf()),
            ..Command::default()
        })
        .to_vec())
}

fn args(container: &Container, mounts: &[String], options: &FunctionOptions) -> Vec<String> {
    let user = match options.user {
        Some((user, group)) => format!("{user}:{group}"),
        None => "nobody".into(),
    };
    let network = if container.network { "host" } else { "none" };
    let mut args: Vec<String> = [
        "run",
        "--rm",
        "-i",
        "-a",
        "STDIN",
        "-a",
        "STDOUT",
        "-a",
        "STDERR",
        "--network",
        network,
        "--user",
        &user,
        "--security-opt=no-new-privileges",
    ]
    .map(String::from)
    .to_vec();
    for mount in mounts {
        args.extend(["--mount".into(), mount.clone()]);
    }
    for variable in variables(&container.envs, &options.env) {
        args.extend(["-e".into(), variable]);
    }
    args.push(container.image.to_string());
    args
}

/// The variables of a container: those with a value by name, what the command line says last; then those that are passed on.
fn variables(declared: &[Text], given: &[String]) -> impl Iterator<Item = String> {
    let mut values = BTreeMap::new();
    let mut passed = Vec::new();
    let all = declared.iter().map(Text::as_str);
    let all = all.chain(["LOG_TO_STDERR=true", "STRUCTURED_RESULTS=true"]);
    for variable in all.chain(given.iter().map(String::as_str)) {
        match variable.split_once('=') {
            Some((name, value)) => drop(values.insert(name.to_owned(), value.to_owned())),
            None if passed.iter().any(|name| name == variable) => {}
            None => passed.push(variable.to_owned()),
        }
    }
    let values = values
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"));
    values.chain(passed)
}

/// What is mounted: what the function declares, which lies below the kustomization, then what the command line says.
fn mounts(container: &Container, ground: &Ground<'_>) -> Result<Vec<String>, Fault> {
    let refuse = |path: &str, rule: &str| {
        let id = &ground.function;
        let rule = format!("mount paths must be {rule} the current kustomization directory");
        let message = format!("plugin {id} with mount path '{path}' is not permitted; {rule}");
        Err(Fault::new(message))
    };
    for mount in &container.mounts {
        if mount.src.starts_with('/') {
            refuse(&mount.src, "relative to")?;
        }
        if leaves(&mount.src) {
            refuse(&mount.src, "under")?;
        }
    }
    let given = ground.options.mounts.iter();
    let given: Vec<_> = given.map(|mount| Mount::parse(mount)).collect();
    let all = container.mounts.iter().chain(&given);
    all.map(|mount| {
        let source = ground.outside.joined(ground.folder, &mount.src);
        if mount.kind == "bind" || mount.kind.is_empty() {
            ground.outside.check_confined(&source)?;
        }
        Ok(mount.text(&source))
    })
    .collect()
}

/// Whether a path leads out of the folder that it starts in.
fn leaves(path: &str) -> bool {
    let mut depth = 0_usize;
    for step in Path::new(path).components() {
        match step {
            Component::ParentDir if depth == 0 => return true,
            Component::ParentDir => depth -= 1,
            Component::Normal(_) => depth += 1,
            _ => {}
        }
    }
    false
}

impl Mount {
    /// A mount of the command line. What kustomize does not know it passes over.
    fn parse(text: &str) -> Self {
        let mut mount = Self::default();
        for (name, value) in text.split(',').filter_map(|part| part.split_once('=')) {
            match name {
                "type" => mount.kind = value.into(),
                "src" | "source" => mount.src = value.into(),
                "dst" | "target" => mount.dst = value.into(),
                "rw" => mount.rw = value == "true",
                _ => {}
            }
        }
        mount
    }

    fn text(&self, source: &Path) -> String {
        let Self { kind, dst, rw, .. } = self;
        let mode = if *rw { "" } else { ",readonly" };
        format!("type={kind},source={},target={dst}{mode}", source.display())
    }
}
