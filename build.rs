//! How the program is linked.
#![expect(
    clippy::disallowed_methods,
    reason = "this is how cargo tells what it builds for, and where the linker finds what"
)]

use std::env;
use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, wanted: &str| env::var(name).is_ok_and(|value| value == wanted);
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let glibc = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    if !glibc || features.split(',').any(|feature| feature == "crt-static") {
        return;
    }
    // A program at an address of its own choosing has its thousands of pointers corrected each time it starts, which takes as
    // long as a small render: a tenth of the time of one object. It is safe Rust, so that there is little to gain by that.
    println!("cargo::rustc-link-arg-bins=-no-pie");
    let is_native = env::var("HOST") == env::var("TARGET");
    if is_native && let Ok(folder) = static_libraries() {
        println!("cargo::rustc-link-arg-bins=-static");
        println!("cargo::rustc-link-arg-bins=-L{}", folder.display());
    }
}

/// A folder with the C library and what it stands on, to be linked into the program. It then starts in three quarters of the
/// time (there is nothing to find, map and bind), and runs in any image, whatever C library that has.
///
/// `-C target-feature=+crt-static` says the same to all programs of a build at once, and procedural macros cannot be linked so.
/// The linker takes a library from the first folder that has it, in whatever form, and asks this one before the system's.
///
/// Fails where the system has these libraries as shared ones only, as Fedora without `glibc-static`: they are shared then.
fn static_libraries() -> Result<PathBuf> {
    let folder = env::var_os("OUT_DIR").ok_or(ErrorKind::NotFound)?;
    let folder = PathBuf::from(folder).join("static");
    fs::create_dir_all(&folder)?;
    for (name, asked_for) in [
        ("libc.a", "libc.a"),
        ("libm.a", "libm.a"),
        ("libgcc_eh.a", "libgcc_s.a"),
    ] {
        let link = folder.join(asked_for);
        if link.is_symlink() {
            fs::remove_file(&link)?;
        }
        symlink(library(name)?, link)?;
    }
    Ok(folder)
}

/// Where the linker finds a library.
fn library(name: &str) -> Result<PathBuf> {
    let linker = env::var_os("RUSTC_LINKER").unwrap_or("cc".into());
    let output = Command::new(linker)
        .arg(format!("-print-file-name={name}"))
        .output()?;
    let path = String::from_utf8(output.stdout).map_err(Error::other)?;
    // The name alone comes back where there is no such file.
    let path = Path::new(path.trim());
    path.canonicalize()
}
