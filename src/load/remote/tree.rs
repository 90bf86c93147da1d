//! The files of a repository without git's own: their hash, and copies of them.

#![expect(
    clippy::disallowed_methods,
    reason = "these files are on the disk, wherever the tree is that names them"
)]

use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// As many files may a repository have that is hashed.
const MOST_FILES: usize = 1_000_000;

/// The hash of all files, their names and kinds. Times and owners do not count.
pub(super) fn hash(folder: &Path) -> io::Result<String> {
    walk(folder, None)
}

/// Copies all files to an empty folder. Gives the hash of what was copied.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<String> {
    walk(from, Some(to))
}

fn walk(folder: &Path, copy_to: Option<&Path>) -> io::Result<String> {
    let mut all = Sha256::new();
    for path in paths(folder)? {
        let source = folder.join(&path);
        let target = copy_to.map(|folder| folder.join(&path));
        let kind = fs::symlink_metadata(&source)?;
        let (letter, content) = if kind.is_symlink() {
            let points_to = fs::read_link(&source)?;
            if let Some(target) = &target {
                symlink(&points_to, target)?;
            }
            ("link", points_to.into_os_string().into_encoded_bytes())
        } else if kind.is_dir() {
            if let Some(target) = &target {
                fs::create_dir(target)?;
            }
            continue;
        } else {
            let is_program = kind.permissions().mode() & 0o100 != 0;
            let content = read(&source)?;
            if let Some(target) = &target {
                write(target, &content, is_program)?;
            }
            (if is_program { "program" } else { "file" }, content)
        };
        let hash = hex(&Sha256::digest(content));
        all.update(format!("{letter} {hash} "));
        all.update(path.as_os_str().as_encoded_bytes());
        all.update("\n");
    }
    Ok(hex(&all.finalize()))
}

/// All paths in a folder, each folder before what is in it; git's own files are left out.
fn paths(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    let mut rest = vec![PathBuf::new()];
    while let Some(inner) = rest.pop() {
        for entry in fs::read_dir(folder.join(&inner))? {
            let entry = entry?;
            if entry.file_name() == ".git" {
                continue;
            }
            let path = inner.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                rest.push(path.clone());
            }
            paths.push(path);
        }
        if paths.len() > MOST_FILES {
            return Err(io::Error::other("the repository has too many files"));
        }
    }
    paths.sort_unstable();
    Ok(paths)
}

/// How many bytes all files have, git's own among them, as far as can be told while git is at work.
pub(super) fn size(folder: &Path) -> u64 {
    let mut size = 0;
    let mut rest = vec![folder.to_owned()];
    while let Some(folder) = rest.pop() {
        let entries = fs::read_dir(folder).into_iter().flatten();
        for entry in entries.filter_map(Result::ok) {
            match entry.metadata() {
                Ok(of_folder) if of_folder.is_dir() => rest.push(entry.path()),
                Ok(of_file) => size += of_file.len(),
                Err(_) => {}
            }
        }
    }
    size
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    let mut file = fs::File::options()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)?;
    file.read_to_end(&mut content)?;
    Ok(content)
}

fn write(path: &Path, content: &[u8], is_program: bool) -> io::Result<()> {
    fs::write(path, content)?;
    if is_program {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

/// The hash of a file.
pub(super) fn hash_of(content: &[u8]) -> String {
    hex(&Sha256::digest(content))
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digits = digits.filter_map(|digit| char::from_digit(digit.into(), 16));
    digits.collect()
}
