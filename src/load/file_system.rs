//! Where files come from. Nothing else in the crate reads.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads files"
)]

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use rustix::buffer::spare_capacity;
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use super::resolve::join;
use crate::model::MAX_FILE;

/// No file is trusted to be larger before it was read.
const MAX_GUESS: usize = 1 << 24;

/// What a path leads to; links are not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A file of so many bytes.
    File {
        /// The bytes.
        size: u64,
    },
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device, a pipe or the like.
    Other,
}

/// Files and folders. Several threads may read them at once.
pub trait FileSystem: Sync {
    /// A path from the root folder.
    fn absolute(&self, path: &Path) -> io::Result<PathBuf>;
    /// What is there.
    fn kind(&self, path: &Path) -> io::Result<FileKind>;
    /// Whether a path leads to a folder, links followed.
    fn is_dir(&self, path: &Path) -> bool;
    /// Whether a path leads to a file, links followed.
    fn is_file(&self, path: &Path) -> bool;
    /// Where a symbolic link points to.
    fn read_link(&self, path: &Path) -> io::Result<PathBuf>;
    /// The whole content of a file, links followed.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// The whole content of a file that was just seen to have so many bytes.
    fn read_of_size(&self, path: &Path, _size: u64) -> io::Result<Vec<u8>> {
        self.read(path)
    }
    /// The whole content of what is a file itself; nothing where it is a link, a folder or a device.
    fn read_file(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        match self.kind(path)? {
            FileKind::File { size } => self.read_of_size(path, size).map(Some),
            _ => Ok(None),
        }
    }
    /// The names of what is in a folder, sorted.
    fn list(&self, folder: &Path) -> io::Result<Vec<String>>;
    /// The same, with whether each is a folder; a link to one is none.
    fn list_kinds(&self, folder: &Path) -> io::Result<Vec<(String, bool)>> {
        let kind = |name: String| {
            let kind = self.kind(&folder.join(&name));
            (name, matches!(kind, Ok(FileKind::Folder)))
        };
        Ok(self.list(folder)?.into_iter().map(kind).collect())
    }
}

/// The files of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl FileSystem for Disk {
    fn absolute(&self, path: &Path) -> io::Result<PathBuf> {
        std::path::absolute(path)
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        let metadata = std::fs::symlink_metadata(path)?;
        let kind = metadata.file_type();
        Ok(if kind.is_file() {
            FileKind::File {
                size: metadata.len(),
            }
        } else if kind.is_dir() {
            FileKind::Folder
        } else if kind.is_symlink() {
            FileKind::Link
        } else {
            FileKind::Other
        })
    }

    fn is_dir(&self, path: &Path) -> bool {
        path.is_dir()
    }

    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        std::fs::read_link(path)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        read_rest(&mut open(path, 0)?, &mut content)?;
        Ok(content)
    }

    fn read_of_size(&self, path: &Path, size: u64) -> io::Result<Vec<u8>> {
        read_sized(open(path, 0)?, size)
    }

    /// To look at a path before it is opened takes as long as to open it.
    fn read_file(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        let file = match open_in_folder(path) {
            Err(error) if error.raw_os_error() == Some(libc::ELOOP) => return Ok(None),
            opened => opened?,
        };
        let found = file.metadata()?;
        if !found.is_file() {
            return Ok(None);
        }
        read_sized(file, found.len()).map(Some)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let entries = self.list_kinds(folder)?;
        Ok(entries.into_iter().map(|(name, _)| name).collect())
    }

    /// What a folder holds says for most file systems what kind it is, and no file need be looked at.
    fn list_kinds(&self, folder: &Path) -> io::Result<Vec<(String, bool)>> {
        let mut entries: Vec<_> = std::fs::read_dir(folder)?
            .filter_map(Result::ok)
            .map(|entry| {
                let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                (entry.file_name().to_string_lossy().into_owned(), is_folder)
            })
            .collect();
        entries.sort_unstable();
        Ok(entries)
    }
}

/// Reads a file that has so many bytes. Spares the system calls that ask for the size and for the end.
fn read_sized(mut file: File, size: u64) -> io::Result<Vec<u8>> {
    if size > MAX_FILE as u64 {
        return Err(too_large());
    }
    let size = usize::try_from(size).unwrap_or(usize::MAX).min(MAX_GUESS);
    let mut content = Vec::with_capacity(size);
    while content.len() < size {
        match rustix::io::read(&file, spare_capacity(&mut content)) {
            Ok(0) => break,
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    // Files of `/proc` say that they are empty, and a huge size may be a lie.
    if size == 0 || size == MAX_GUESS {
        read_rest(&mut file, &mut content)?;
    }
    Ok(content)
}

/// A path without links.
pub(super) fn canonical(path: &Path) -> io::Result<PathBuf> {
    path.canonicalize()
}

/// Whether a file can be run.
pub(super) fn is_program(path: &Path) -> bool {
    std::fs::metadata(path)
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// Deletes a folder and all in it. What cannot be deleted stays.
pub(super) fn remove_folder(path: &Path) {
    drop(std::fs::remove_dir_all(path));
}

/// Reads to the end of a file, which may be no file any more but a device without an end.
fn read_rest(file: &mut File, content: &mut Vec<u8>) -> io::Result<()> {
    let most = MAX_FILE - content.len().min(MAX_FILE);
    let read = file.take(most as u64 + 1).read_to_end(content)?;
    if read > most {
        return Err(too_large());
    }
    Ok(())
}

fn too_large() -> io::Error {
    let problem = format!("larger than {MAX_FILE} bytes");
    io::Error::new(io::ErrorKind::FileTooLarge, problem)
}

thread_local! {
    /// The folder of the file that this thread opened last.
    static FOLDER: RefCell<Option<OpenFolder>> = const { RefCell::new(None) };
}

/// A folder that is held open: from there the way to its files is short.
struct OpenFolder {
    path: PathBuf,
    handle: OwnedFd,
}

impl OpenFolder {
    fn open(path: &Path) -> rustix::io::Result<Self> {
        #[cfg(target_os = "linux")]
        let access = OFlags::PATH;
        #[cfg(not(target_os = "linux"))]
        let access = OFlags::RDONLY;
        let flags = access | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let handle = rustix::fs::open(path, flags, Mode::empty())?;
        let path = path.to_path_buf();
        Ok(Self { path, handle })
    }

    /// Whether it is in the file system no more.
    fn is_gone(&self) -> bool {
        rustix::fs::fstat(&self.handle).is_ok_and(|found| found.st_nlink == 0)
    }
}

/// Opens a file that is no link. Mostly several files of a folder are read one after the other, and the folder is looked up
/// once.
fn open_in_folder(path: &Path) -> io::Result<File> {
    let by_path = || open(path, libc::O_NOFOLLOW);
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return by_path();
    };
    FOLDER.with_borrow_mut(|last| {
        // As texts: to compare the parts of paths takes longer than to open a file.
        last.take_if(|last| last.path.as_os_str() != folder.as_os_str());
        let held = match last {
            Some(held) => held,
            None => match OpenFolder::open(folder) {
                Ok(folder) => last.insert(folder),
                Err(_) => return by_path(),
            },
        };
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        match rustix::fs::openat(&held.handle, name, flags, Mode::empty()) {
            // The folder may have been made anew since it was opened.
            Err(Errno::NOENT) if held.is_gone() => {
                *last = None;
                by_path()
            }
            opened => Ok(opened?.into()),
        }
    })
}

/// Opens a file. A pipe that was put in the place of a file is empty, and does not make us wait for someone to write to it.
fn open(path: &Path, flags: i32) -> io::Result<File> {
    File::options()
        .read(true)
        .custom_flags(libc::O_NONBLOCK | flags)
        .open(path)
}

/// Files in memory, by absolute path.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    nodes: IndexMap<PathBuf, Node>,
}

#[derive(Clone, Debug)]
enum Node {
    File(Vec<u8>),
    Folder,
    Link(PathBuf),
}

impl Memory {
    /// Nothing but the root folder.
    pub fn new() -> Self {
        let mut memory = Self::default();
        memory.nodes.insert("/".into(), Node::Folder);
        memory
    }

    /// With one more file, and the folders on the way to it.
    #[must_use]
    pub fn file(self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.with(path, Node::File(content.into()))
    }

    /// With one more folder, and the folders on the way to it.
    #[must_use]
    pub fn folder(self, path: &str) -> Self {
        self.with(path, Node::Folder)
    }

    /// With one more symbolic link, and the folders on the way to it.
    #[must_use]
    pub fn link(self, path: &str, target: &str) -> Self {
        self.with(path, Node::Link(target.into()))
    }

    fn with(mut self, path: &str, node: Node) -> Self {
        for folder in Path::new(path).ancestors().skip(1) {
            self.nodes
                .entry(folder.to_path_buf())
                .or_insert(Node::Folder);
        }
        self.nodes.insert(path.into(), node);
        self
    }

    fn node(&self, path: &Path) -> io::Result<&Node> {
        let is_below_file = || {
            let mut above = path.ancestors().skip(1);
            above.any(|folder| matches!(self.nodes.get(folder), Some(Node::File(_))))
        };
        self.nodes.get(path).ok_or_else(|| {
            if is_below_file() {
                io::ErrorKind::NotADirectory.into()
            } else {
                io::ErrorKind::NotFound.into()
            }
        })
    }
}

impl Memory {
    /// What is at the end of a chain of links; links to folders on the way are not followed.
    fn target(&self, path: &Path) -> Option<&Node> {
        let mut path = path.to_path_buf();
        for _ in 0..=self.nodes.len() {
            match self.nodes.get(&path)? {
                Node::Link(target) => path = join(path.parent()?, target.to_str()?),
                node => return Some(node),
            }
        }
        None
    }
}

impl FileSystem for Memory {
    fn absolute(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(Path::new("/").join(path))
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        Ok(match self.node(path)? {
            Node::File(content) => FileKind::File {
                size: content.len() as u64,
            },
            Node::Folder => FileKind::Folder,
            Node::Link(_) => FileKind::Link,
        })
    }

    fn is_dir(&self, path: &Path) -> bool {
        matches!(self.target(path), Some(Node::Folder))
    }

    fn is_file(&self, path: &Path) -> bool {
        matches!(self.target(path), Some(Node::File(_)))
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        match self.node(path)? {
            Node::Link(target) => Ok(target.clone()),
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.target(path) {
            Some(Node::File(content)) => Ok(content.clone()),
            Some(_) => Err(io::ErrorKind::IsADirectory.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names: Vec<_> = self
            .nodes
            .keys()
            .filter(|path| path.parent() == Some(folder))
            .filter_map(|path| path.file_name())
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort_unstable();
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_made_anew_is_looked_up_anew() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("folder");
        let write = |name: &str| {
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join(name), name).unwrap();
        };
        let read = |name: &str| Disk.read_file(&folder.join(name));
        write("first");
        assert_eq!(read("first").unwrap().unwrap(), b"first");
        std::fs::remove_dir_all(&folder).unwrap();
        write("second");
        assert_eq!(read("second").unwrap().unwrap(), b"second");
        let gone = read("first").unwrap_err();
        assert_eq!(gone.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn what_is_no_file_has_no_content() {
        let root = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("nowhere", root.path().join("link")).unwrap();
        assert_eq!(Disk.read_file(&root.path().join("link")).unwrap(), None);
        assert_eq!(Disk.read_file(root.path()).unwrap(), None);
        let below_file = Disk.read_file(Path::new("/proc/self/status/below"));
        assert_eq!(below_file.unwrap_err().kind(), io::ErrorKind::NotADirectory);
    }
}
