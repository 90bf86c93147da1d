//! Programs that a build runs: helm, functions, plugins. Git aside, which `remote` runs, nothing else in the crate starts one.

use std::cell::{Cell, RefCell};
use std::ffi::OsString;
use std::fs::Permissions;
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::thread;

use super::resolve::cause;

/// As much as a program may print: what is printed is kept in memory.
const MAX_OUTPUT: u64 = 1 << 30;

/// A program, and what it is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// Its name, which is looked for where the `PATH` says, or its path.
    pub program: String,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Variables besides those of this program's own environment.
    pub env: Vec<(String, OsString)>,
    /// The folder that it runs in, if it is not the one that this program runs in. A relative path of the program starts there.
    pub folder: Option<PathBuf>,
    /// What it reads.
    pub stdin: Vec<u8>,
    /// Whether what it says to standard error is kept. Otherwise a person sees it at once.
    pub keeps_stderr: bool,
}

/// What a program came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// How it failed, as Go tells it, if it did: `exit status 1`.
    pub failure: Option<String>,
    /// What it printed.
    pub stdout: Vec<u8>,
    /// What it said to standard error, if that was kept.
    pub stderr: Vec<u8>,
}

/// Who runs programs.
pub trait Commands {
    /// Runs a program to its end. Fails where it cannot be started, as Go tells it.
    fn run(&self, command: &Command) -> Result<Output, String>;
}

/// Runs programs on this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Processes;

impl Commands for Processes {
    fn run(&self, command: &Command) -> Result<Output, String> {
        let mut child = start(command)?;
        let output = attend(&mut child, &command.stdin);
        let status = child.wait().map_err(|error| cause(&error))?;
        let (stdout, stderr) = output.map_err(|error| cause(&error))?;
        Ok(Output {
            failure: failure(status),
            stdout,
            stderr,
        })
    }
}

fn start(command: &Command) -> Result<Child, String> {
    let Command { program, .. } = command;
    let mut process = std::process::Command::new(program);
    process
        .args(&command.args)
        .envs(command.env.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    if command.keeps_stderr {
        process.stderr(Stdio::piped());
    }
    if let Some(folder) = &command.folder {
        process.current_dir(folder);
    }
    process.spawn().map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound && !program.contains('/') {
            format!("exec: {program:?}: executable file not found in $PATH")
        } else {
            format!("fork/exec {program}: {}", cause(&error))
        }
    })
}

/// Gives a program what it reads while taking what it prints, so that neither waits for the other.
fn attend(child: &mut Child, stdin: &[u8]) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let (input, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        scope.spawn(move || {
            if let Some(mut input) = input {
                // A program need not read what it is given.
                drop(input.write_all(stdin));
            }
        });
        let stderr = scope.spawn(move || stderr.map_or(Ok(Vec::new()), read));
        let stdout = stdout.map_or(Ok(Vec::new()), read);
        if stdout.is_err() {
            // It may go on printing; a failure to stop what has stopped is none.
            drop(child.kill());
        }
        let stderr = stderr
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the reader of standard error died")));
        Ok((stdout?, stderr?))
    })
}

fn read(pipe: impl Read) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    pipe.take(MAX_OUTPUT + 1).read_to_end(&mut text)?;
    if text.len() as u64 > MAX_OUTPUT {
        let message = format!("it prints more than {MAX_OUTPUT} bytes");
        return Err(io::Error::other(message));
    }
    Ok(text)
}

/// How Go tells what became of a process.
fn failure(status: ExitStatus) -> Option<String> {
    if status.success() {
        return None;
    }
    Some(match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("signal: {}", signal_name(signal)),
        (None, None) => status.to_string(),
    })
}

fn signal_name(signal: i32) -> String {
    let name = match signal {
        libc::SIGHUP => "hangup",
        libc::SIGINT => "interrupt",
        libc::SIGQUIT => "quit",
        libc::SIGILL => "illegal instruction",
        libc::SIGABRT => "aborted",
        libc::SIGKILL => "killed",
        libc::SIGSEGV => "segmentation fault",
        libc::SIGPIPE => "broken pipe",
        libc::SIGTERM => "terminated",
        other => return format!("signal {other}"),
    };
    name.into()
}

/// Runs programs once: after [`Self::rewind`] the same render gets the same answers without running anything.
pub struct Recorded<'a> {
    commands: &'a dyn Commands,
    answers: RefCell<Vec<Result<Output, String>>>,
    next: Cell<usize>,
}

impl<'a> Recorded<'a> {
    /// Nothing is recorded yet.
    pub fn new(commands: &'a dyn Commands) -> Self {
        Self {
            commands,
            answers: RefCell::new(Vec::new()),
            next: Cell::new(0),
        }
    }

    /// Begins from the first answer again.
    pub fn rewind(&self) {
        self.next.set(0);
    }
}

impl Commands for Recorded<'_> {
    fn run(&self, command: &Command) -> Result<Output, String> {
        let position = self.next.get();
        self.next.set(position + 1);
        if let Some(answer) = self.answers.borrow().get(position) {
            return answer.clone();
        }
        let answer = self.commands.run(command);
        self.answers.borrow_mut().push(answer.clone());
        answer
    }
}

/// A folder for the files of one program, which nobody else may enter, and which is gone afterwards.
#[derive(Debug)]
pub struct Scratch(tempfile::TempDir);

impl Scratch {
    /// A new folder, whose name starts with `prefix`.
    pub fn new(prefix: &str) -> io::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix(prefix)
            .permissions(Permissions::from_mode(0o700))
            .tempdir()?;
        Ok(Self(folder))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Puts a file into it, and returns its path.
    pub fn write(&self, name: &str, content: &[u8]) -> io::Result<PathBuf> {
        let path = self.path().join(name);
        let mut file = std::fs::File::create_new(&path)?;
        file.write_all(content)?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, stdin: &[u8]) -> Command {
        Command {
            program: "sh".into(),
            args: vec!["-c".into(), script.into()],
            stdin: stdin.to_vec(),
            keeps_stderr: true,
            ..Command::default()
        }
    }

    #[test]
    fn large_input_and_output_do_not_wait_for_each_other() {
        let input = vec![b'x'; 3 << 20];
        let output = Processes.run(&shell("tee /dev/stderr", &input)).unwrap();
        assert_eq!(output.failure, None);
        assert!(output.stdout == input && output.stderr == input);
    }

    #[test]
    fn a_program_need_not_read_its_input() {
        let input = vec![b'x'; 1 << 20];
        let output = Processes.run(&shell("exec echo done", &input)).unwrap();
        assert_eq!((output.failure, output.stdout), (None, b"done\n".to_vec()));
    }

    #[test]
    fn failures_are_told_as_go_tells_them() {
        let failure = |script| Processes.run(&shell(script, b"")).unwrap().failure;
        assert_eq!(failure("exit 3").as_deref(), Some("exit status 3"));
        assert_eq!(failure("kill -9 $$").as_deref(), Some("signal: killed"));
        let start = |program: &str| {
            let program = program.into();
            let command = Command {
                program,
                ..Command::default()
            };
            Processes.run(&command).unwrap_err()
        };
        assert_eq!(
            start("no-such-program"),
            "exec: \"no-such-program\": executable file not found in $PATH"
        );
        assert_eq!(
            start("./no-such-program"),
            "fork/exec ./no-such-program: no such file or directory"
        );
    }

    #[test]
    fn what_was_recorded_is_not_run_again() {
        let folder = Scratch::new("render-test-").unwrap();
        let script = "echo x >> count; wc -l < count";
        let command = Command {
            folder: Some(folder.path().into()),
            ..shell(script, b"")
        };
        let recorded = Recorded::new(&Processes);
        let run = || recorded.run(&command).unwrap().stdout;
        assert_eq!([run(), run()], [b"1\n", b"2\n"]);
        recorded.rewind();
        assert_eq!([run(), run()], [b"1\n", b"2\n"]);
    }

    #[test]
    fn scratch_folders_are_private_and_vanish() {
        let folder = Scratch::new("render-test-").unwrap();
        let file = folder.write("a", b"b").unwrap();
        let mode = std::fs::metadata(folder.path())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700);
        drop(folder);
        assert!(std::fs::metadata(file).is_err());
    }
}
