//! Fetching from other machines as the command line does it: by the environment's settings, with a word to who waits, and with
//! nothing left behind.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

use super::names;
use super::terminal::complain;
use crate::load::{Progress, Proxies, RemoteSettings, Remotes};

/// What is over sooner is not worth a word.
const SOON: Duration = Duration::from_millis(500);

/// What fetches for a command, by the settings of the environment.
pub(super) fn from_environment() -> Remotes {
    Remotes::new(RemoteSettings {
        search_path: variable("PATH"),
        proxies: Proxies {
            http: setting(["HTTP_PROXY", "http_proxy"]),
            https: setting(["HTTPS_PROXY", "https_proxy"]),
            none: setting(["NO_PROXY", "no_proxy"]),
        },
        progress: Some(Arc::new(Watch {
            begun: Once::new(),
            fetches: Arc::default(),
        })),
    })
}

#[expect(clippy::disallowed_methods, reason = "the command line reads settings")]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

fn setting(names: [&str; 2]) -> Option<String> {
    let found = names.into_iter().filter_map(variable);
    let mut found = found.filter_map(|value| value.into_string().ok());
    found.find(|value| !value.is_empty())
}

/// Watches fetches: tells who waits what for, and ends them with the program.
struct Watch {
    begun: Once,
    fetches: Arc<Fetches>,
}

impl Progress for Watch {
    fn started(&self, remotes: &Remotes, what: &str) {
        self.begun.call_once(|| {
            names::look_up_as_kustomize_does();
            let remotes = remotes.clone();
            // Where there is no thread to be had, fetching goes on without.
            drop(thread::Builder::new().spawn(move || abandon_on_signal(&remotes)));
            if std::io::stderr().is_terminal() {
                let fetches = Arc::clone(&self.fetches);
                drop(thread::Builder::new().spawn(move || fetches.announce()));
            }
        });
        self.fetches.list().push(Fetch {
            what: what.to_owned(),
            started: Instant::now(),
            is_announced: false,
        });
        self.fetches.changed.notify_all();
    }

    fn ended(&self, what: &str) {
        self.fetches.list().retain(|fetch| fetch.what != what);
    }
}

/// Waits for the program to be ended, and leaves nothing behind then.
fn abandon_on_signal(remotes: &Remotes) {
    let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGTERM]) else {
        return;
    };
    for signal in signals.forever() {
        remotes.abandon();
        drop(emulate_default_handler(signal));
    }
}

/// What is being fetched.
#[derive(Default)]
struct Fetches {
    now: Mutex<Vec<Fetch>>,
    changed: Condvar,
}

struct Fetch {
    what: String,
    started: Instant,
    is_announced: bool,
}

impl Fetches {
    fn list(&self) -> MutexGuard<'_, Vec<Fetch>> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Announces each fetch that takes long, for ever. A line for each, since git may be asking for a password below it.
    fn announce(&self) {
        let mut list = self.list();
        loop {
            for fetch in list.iter_mut().filter(|fetch| fetch.is_due()) {
                complain(&format!("fetching {}", fetch.what));
                fetch.is_announced = true;
            }
            let is_idle = list.iter().all(|fetch| fetch.is_announced);
            let patience = if is_idle { Duration::MAX } else { SOON / 5 };
            let waited = self.changed.wait_timeout(list, patience);
            list = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Fetch {
    fn is_due(&self) -> bool {
        !self.is_announced && self.started.elapsed() >= SOON
    }
}
