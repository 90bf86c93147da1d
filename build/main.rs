//! What is made before the program is compiled: its tables, from the text files beside the code that uses them, and the
//! arguments of the linker.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "this is how cargo tells what it builds for, where the linker finds what, and is told what to do"
)]
#![expect(
    clippy::format_collect,
    clippy::format_push_string,
    reason = "code is made once a build, and is to be read as it comes out"
)]

use std::env;
use std::fs;
use std::io::{ErrorKind, Result};
use std::path::PathBuf;

mod cluster_scoped_kinds;
mod field_specs;
mod link;
mod merge_keys;

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build");
    make("cluster_scoped_kinds.rs", cluster_scoped_kinds::code()?)?;
    make("field_specs.rs", field_specs::code()?)?;
    make("merge_keys.rs", merge_keys::code()?)?;
    link::choose();
    Ok(())
}

/// Writes code that the program includes.
fn make(name: &str, code: String) -> Result<()> {
    fs::write(output_folder()?.join(name), code)
}

/// The text of a table of the program, without its comments.
fn table(path: &str) -> Result<String> {
    println!("cargo::rerun-if-changed={path}");
    let text = fs::read_to_string(path)?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

fn output_folder() -> Result<PathBuf> {
    let folder = env::var_os("OUT_DIR").ok_or(ErrorKind::NotFound)?;
    Ok(PathBuf::from(folder))
}
