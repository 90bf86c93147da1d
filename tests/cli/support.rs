//! A folder to run the program in.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "this is test code, and tests may read"
)]

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

/// A folder that is gone afterwards.
pub(crate) struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// The folder with one more file.
    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// The folder with the base that most tests share: a Deployment `api` in `base`.
    pub(crate) fn base(self) -> Self {
        self.file("base/kustomization.yaml", "resources:\n- deployment.yaml\n")
            .file("base/deployment.yaml", DEPLOYMENT)
    }

    /// A place in the folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The text of a file.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(path)).unwrap()
    }

    /// Runs the program under kustomize's name.
    pub(crate) fn run_as_kustomize(&self, arguments: &[&str]) -> std::process::Output {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("kustomize");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_render"), &link).unwrap();
        Command::new(link)
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    /// Runs the program in the folder: what it prints and its status, the folder's own path as `[folder]`.
    pub(crate) fn run<const N: usize>(&self, arguments: [&str; N]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_render"))
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        let folder: PathBuf = self.folder.path().canonicalize().unwrap();
        let text = format!(
            "exit: {}\n--- stdout\n{}--- stderr\n{}",
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        );
        text.replace(&folder.display().to_string(), "[folder]")
    }
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  labels:
    app: api
spec:
  template:
    spec:
      containers:
      - name: api
        image: registry.example/team/api:1
        env:
        - name: DATABASE
          valueFrom:
            secretKeyRef:
              name: database
              key: url
";
