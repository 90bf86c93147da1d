//! A folder, and programs that run in it.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

pub(crate) const RENDER: &str = env!("CARGO_BIN_EXE_render");

/// A file of the folder `adopt`.
pub(crate) fn adopt(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A folder that is gone afterwards.
pub(crate) struct Sandbox(TempDir);

impl Sandbox {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let sandbox = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            sandbox.write(path, text);
        }
        sandbox
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Runs a command of a shell, with render first in the path.
    pub(crate) fn shell(&self, command: &str, environment: &[(&str, &str)]) -> Output {
        let programs = Path::new(RENDER).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        Command::new("bash")
            .args(["-euc", command])
            .current_dir(self.0.path())
            .env("PATH", format!("{}:{path}", programs.display()))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .envs(environment.iter().copied())
            .output()
            .unwrap()
    }

    /// Runs a command that must not fail, and gives what it prints.
    pub(crate) fn prints(&self, command: &str) -> String {
        let output = self.shell(command, &[]);
        assert!(
            output.status.success(),
            "{command}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Whether programs are there; says so where one is not.
pub(crate) fn has(programs: &[&str]) -> bool {
    let missing = programs.iter().find(|program| {
        let found = Command::new(program).arg("--version").output();
        !found.is_ok_and(|output| output.status.success())
    });
    if let Some(missing) = missing {
        eprintln!("skipped: there is no {missing}");
    }
    missing.is_none()
}
