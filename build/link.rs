//! How the program is linked.

use std::env;
use std::fs;
use std::io::{Error, ErrorKind, Result, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::output_folder;

/// What a run of the program calls, in one place: see `.ci/hot-functions`.
const HOT_FUNCTIONS: &str = "src/hot_functions.txt";

/// What has the program written once more: see there.
const WRITE_WHOLE: &str = "build/write_whole.sh";

/// A program with the parts of the C library that `render` has.
const PROBE: &str = r#"
    fn main() {
        let address = std::net::ToSocketAddrs::to_socket_addrs("localhost:1");
        drop(std::thread::spawn(|| drop(address)).join());
    }
"#;

/// Tells cargo the arguments of the linker.
pub(crate) fn choose() {
    println!("cargo::rerun-if-changed={HOT_FUNCTIONS}");
    let is = |name: &str, wanted: &str| env::var(name).is_ok_and(|value| value == wanted);
    if !is("CARGO_CFG_TARGET_OS", "linux") {
        return;
    }
    // Kept together, they come into memory in half as many steps, which is a tenth of the time of a small render. The linker
    // passes over functions that have other names, as another compiler gives them.
    if let Ok(path) = fs::canonicalize(HOT_FUNCTIONS) {
        link_with_if_possible(&[
            format!("-Wl,--symbol-ordering-file={}", path.display()),
            "-Wl,--no-warn-symbol-ordering".to_owned(),
        ]);
    }
    // The compiler's driver runs the linker through it; others than gcc do not know the argument. It is for those who measure,
    // and not worth its second while developing.
    if is("PROFILE", "release")
        && let Ok(path) = fs::canonicalize(WRITE_WHOLE)
    {
        link_with_if_possible(&["-wrapper".to_owned(), format!("sh,{}", path.display())]);
    }
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let is_static = features.split(',').any(|feature| feature == "crt-static");
    if is("CARGO_CFG_TARGET_ENV", "gnu") && !is_static {
        // A program at an address of its own choosing has its thousands of pointers corrected each time it starts, which takes
        // as long as a small render: a tenth of the time of one object. It is safe Rust, so that there is little to gain by
        // that.
        link_with_if_possible(&["-no-pie".to_owned()]);
        if let Ok(folder) = static_libraries() {
            let folder = format!("-L{}", folder.display());
            link_with_if_possible(&["-no-pie".to_owned(), "-static".to_owned(), folder]);
        }
    }
}

/// Has the linker do something, if this one can: there are many.
fn link_with_if_possible(args: &[String]) {
    if links(args).is_ok_and(|links| links) {
        for arg in args {
            println!("cargo::rustc-link-arg-bins={arg}");
        }
    }
}

/// Whether a program can be linked with these arguments.
fn links(args: &[String]) -> Result<bool> {
    let variable = |name| env::var(name).map_err(Error::other);
    let mut rustc = Command::new(variable("RUSTC")?);
    rustc.args(["--crate-name=probe", "--target", &variable("TARGET")?]);
    rustc.arg("-o").arg(output_folder()?.join("probe"));
    if let Ok(linker) = variable("RUSTC_LINKER") {
        rustc.arg(format!("-Clinker={linker}"));
    }
    let flags = variable("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    rustc.args(flags.split('\u{1f}').filter(|flag| !flag.is_empty()));
    rustc.args(args.iter().map(|arg| format!("-Clink-arg={arg}")));
    let quiet = rustc.arg("-").stdin(Stdio::piped()).stdout(Stdio::null());
    let mut running = quiet.stderr(Stdio::null()).spawn()?;
    if let Some(mut input) = running.stdin.take() {
        input.write_all(PROBE.as_bytes())?;
    }
    Ok(running.wait()?.success())
}

/// A folder with the C library and what it stands on, to be linked into the program. It then starts in three quarters of the
/// time (there is nothing to find, map and bind), and runs in any image, whatever C library that has.
///
/// `-C target-feature=+crt-static` says the same to all programs of a build at once, and procedural macros cannot be linked so.
/// The linker takes a library from the first folder that has it, in whatever form, and asks this one before the system's.
///
/// Fails where the system has these libraries as shared ones only, as Fedora without `glibc-static`: they are shared then.
fn static_libraries() -> Result<PathBuf> {
    if env::var("HOST") != env::var("TARGET") {
        return Err(ErrorKind::Unsupported.into());
    }
    let folder = output_folder()?.join("static");
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
