//! A folder in which a caller's commands run.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// Stands for the session's folder in arguments, and in what is printed.
pub(crate) const FOLDER: &str = "[folder]";

/// A folder for render, and one with the same files for the original if there is one.
pub(crate) struct Session {
    ours: TempDir,
    theirs: Option<(PathBuf, TempDir)>,
}

/// What a command did.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Done {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Session {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = || {
            let folder = tempfile::tempdir().unwrap();
            for (path, text) in files {
                write(folder.path(), path, text);
            }
            folder
        };
        let oracle = std::env::var_os("RENDER_ORACLE").map(PathBuf::from);
        Self {
            ours: folder(),
            theirs: oracle.map(|program| (program, folder())),
        }
    }

    /// Runs a command in a folder of the session. The original must do the same; of what it complains the first line counts.
    pub(crate) fn run(&self, cwd: &str, args: &[&str]) -> Done {
        self.run_with(cwd, args, "")
    }

    /// As [`Self::run`], with something on standard input.
    pub(crate) fn run_with(&self, cwd: &str, args: &[&str], input: &str) -> Done {
        let done = self.run_ours(cwd, args, input);
        if let Some((program, folder)) = &self.theirs {
            let theirs = execute(program, folder.path(), cwd, args, input);
            let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
            assert_eq!(done.stdout, theirs.stdout, "{args:?}");
            assert_eq!(first(&done.stderr), first(&theirs.stderr), "{args:?}");
            assert_eq!(done.status, theirs.status, "{args:?}");
        }
        done
    }

    /// Runs a command without a look at the original.
    pub(crate) fn run_ours(&self, cwd: &str, args: &[&str], input: &str) -> Done {
        let program = Path::new(env!("CARGO_BIN_EXE_render"));
        execute(program, self.ours.path(), cwd, args, input)
    }

    /// Runs commands that print nothing and do not fail.
    pub(crate) fn run_all(&self, cwd: &str, commands: &[&[&str]]) {
        for args in commands {
            let done = self.run(cwd, args);
            assert_eq!(
                (done.status, done.stdout.as_str()),
                (0, ""),
                "{args:?}: {}",
                done.stderr
            );
        }
    }

    /// A file of the session.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.ours.path().join(path)).unwrap()
    }

    /// The files of a folder of the session; those of the original must be the same, byte for byte.
    pub(crate) fn files(&self, path: &str) -> Vec<(String, String)> {
        let ours = files(&self.ours.path().join(path));
        if let Some((_, folder)) = &self.theirs {
            assert_eq!(ours, files(&folder.path().join(path)));
        }
        ours
    }
}

/// Writes a file, or makes a folder where the path ends with a slash.
fn write(folder: &Path, path: &str, text: &str) {
    let target = folder.join(path);
    if path.ends_with('/') {
        std::fs::create_dir_all(target).unwrap();
    } else {
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::write(target, text).unwrap();
    }
}

fn files(folder: &Path) -> Vec<(String, String)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn execute(program: &Path, folder: &Path, cwd: &str, args: &[&str], input: &str) -> Done {
    let folder = folder.canonicalize().unwrap();
    let name = folder.display().to_string();
    let mut child = Command::new(program)
        .arg0("kustomize")
        .args(args.iter().map(|arg| arg.replace(FOLDER, &name)))
        .current_dir(folder.join(cwd))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap().replace(&name, FOLDER);
    Done {
        status: output.status.code().unwrap(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// A Deployment, a Service and their kustomization in a folder.
pub(crate) fn application(folder: &str) -> Vec<(String, String)> {
    let at = |name: &str| format!("{folder}/{name}");
    vec![
        (
            at("kustomization.yaml"),
            "# what is deployed\nresources:\n- deployment.yaml\n- service.yaml\n".to_owned(),
        ),
        (at("deployment.yaml"), DEPLOYMENT.to_owned()),
        (at("service.yaml"), SERVICE.to_owned()),
    ]
}

/// The files as [`Session::new`] takes them.
pub(crate) fn borrowed(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect()
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  replicas: 2
  selector:
    matchLabels:
      app: api
  template:
    metadata:
      labels:
        app: api
    spec:
      containers:
      - name: api
        image: registry.example/api:1
";

const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: api
spec:
  selector:
    app: api
  ports:
  - port: 80
";
