//! The real binary in a process of its own, from its start to its death.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rusqlite::Connection;
use tokio_util::sync::CancellationToken;

use crate::death::{Death, watched};

/// The settings of every server here: quick retries, small pictures, models that fail now and then.
const SETTINGS: &str = include_str!("atelier.toml");
const PATIENCE: Duration = Duration::from_secs(60);

/// One start of the server.
pub(crate) struct Server {
    process: Process,
    url: Arc<OnceLock<String>>,
    link: Arc<OnceLock<String>>,
    ended: Arc<OnceLock<String>>,
    /// Cancelled when the process is gone.
    pub(crate) died: CancellationToken,
    trace: PathBuf,
    death: Death,
}

/// The process that was started: the server, or `strace` around it.
#[derive(Clone, Copy)]
struct Process {
    id: u32,
    is_strace: bool,
}

impl Process {
    /// Sends a signal to the server itself.
    fn signal(self, signal: Signal) {
        let id = if self.is_strace {
            self.watched()
        } else {
            Some(self.id)
        };
        if let Some(id) = id {
            // It may have died meanwhile.
            let _ = kill(Pid::from_raw(id.try_into().expect("a pid")), signal);
        }
    }

    /// The child of `strace` that runs our binary; a moment after the start there is one.
    fn watched(self) -> Option<u32> {
        let ours = binary();
        let is_ours =
            |id: &u32| std::fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe == ours);
        let children = format!("/proc/{0}/task/{0}/children", self.id);
        let text = std::fs::read_to_string(children).unwrap_or_default();
        text.split_whitespace()
            .filter_map(|id| id.parse().ok())
            .find(is_ours)
    }
}

/// Puts the settings of a server with so many workers into its folder.
pub(crate) fn furnish(directory: &Path, workers: u32) {
    let settings = SETTINGS.replace("concurrency = 6", &format!("concurrency = {workers}"));
    std::fs::write(directory.join("atelier.toml"), settings).expect("settings");
}

/// Leaves a database of the first version, with somebody's credits in it, for the next start to migrate.
pub(crate) fn furnish_old(directory: &Path) {
    let database = Connection::open(directory.join("atelier.db")).expect("a database");
    database
        .execute_batch(concat!(
            include_str!("../../src/db/migrations/0001_first.sql"),
            "PRAGMA user_version = 1;
             INSERT INTO wallets VALUES ('wal_00000000000000000000000000000001', 7, 1, 1);
             INSERT INTO users (id, wallet_id, created_at, updated_at) VALUES
                ('usr_00000000000000000000000000000001', 'wal_00000000000000000000000000000001', 1, 1);
             INSERT INTO entries (id, wallet_id, user_id, kind, amount, balance_after, created_at) VALUES
                ('ent_00000000000000000000000000000001', 'wal_00000000000000000000000000000001',
                 'usr_00000000000000000000000000000001', 'grant', 7, 7, 1);"
        ))
        .expect("the first version");
}

/// The executable that is tried: the one built with these tests, or `ATELIER_CRASH_BINARY`.
fn binary() -> PathBuf {
    let other = std::env::var_os("ATELIER_CRASH_BINARY");
    let binary = other.unwrap_or_else(|| env!("CARGO_BIN_EXE_atelier").into());
    Path::new(&binary).canonicalize().expect("an executable")
}

/// A command of the binary on this folder.
pub(crate) fn atelier(directory: &Path, arguments: &[&str]) -> Command {
    with_arguments(Command::new(binary()), directory, arguments)
}

fn with_arguments(mut command: Command, directory: &Path, arguments: &[&str]) -> Command {
    command.arg("--data-dir").arg(directory).args(arguments);
    command.stdin(Stdio::null());
    command
}

impl Server {
    /// Starts a server that will die this way.
    pub(crate) fn start(directory: &Path, death: Death) -> Self {
        let trace = directory.join("trace");
        let _ = std::fs::remove_file(&trace);
        let binary = binary();
        let command = if death.is_watched() {
            watched(&death, &binary, &trace)
        } else {
            Command::new(&binary)
        };
        let log = File::options()
            .create(true)
            .append(true)
            .open(directory.join("log"));
        let mut child = with_arguments(command, directory, &["serve"])
            .stdout(Stdio::piped())
            .stderr(log.expect("a log"))
            .spawn()
            .expect("the server starts");
        let server = Self {
            process: Process {
                id: child.id(),
                is_strace: death.is_watched(),
            },
            url: Arc::default(),
            link: Arc::default(),
            ended: Arc::default(),
            died: CancellationToken::new(),
            trace,
            death,
        };
        server.listen(&mut child);
        server.bury(child);
        server.limit();
        server
    }

    /// Reads what the server says about itself.
    fn listen(&self, child: &mut Child) {
        let said = BufReader::new(child.stdout.take().expect("a pipe"));
        let (url, link) = (Arc::clone(&self.url), Arc::clone(&self.link));
        std::thread::spawn(move || {
            for line in said.lines().map_while(Result::ok) {
                if let Some(at) = line.strip_prefix("Atelier is at ") {
                    let _ = url.set(at.to_owned());
                } else if let Some((_, token)) = line.split_once("/#links/") {
                    let _ = link.set(token.to_owned());
                }
            }
        });
    }

    /// Waits for the process in a thread of its own.
    fn bury(&self, mut child: Child) {
        let (died, ended) = (self.died.clone(), Arc::clone(&self.ended));
        std::thread::spawn(move || {
            let status = child.wait().expect("it was our child");
            let killed = status.signal() == Some(Signal::SIGKILL as i32);
            let calm = status.success();
            let _ = ended.set(if killed || calm {
                String::new()
            } else {
                status.to_string()
            });
            died.cancel();
        });
    }

    /// Kills it when its time is over. A watched server starts slowly: its time begins when it answers.
    fn limit(&self) {
        let (process, died, death) = (self.process, self.died.clone(), self.death);
        let url = Arc::clone(&self.url);
        let over = async move {
            while death.is_watched() && url.get().is_none() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            tokio::time::sleep(death.after).await;
        };
        tokio::spawn(async move {
            tokio::select! {
                () = died.cancelled() => {}
                () = over => process.signal(Signal::SIGKILL),
            }
        });
    }

    /// Where it answers; `None` if it died before it could say so.
    pub(crate) async fn ready(&self) -> Option<String> {
        self.said(&self.url).await
    }

    /// The token of the link that makes the first administrator.
    pub(crate) async fn setup_link(&self) -> Option<String> {
        self.said(&self.link).await
    }

    async fn said(&self, what: &OnceLock<String>) -> Option<String> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(said) = what.get() {
                return Some(said.clone());
            }
            if self.died.is_cancelled() {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!("the server neither speaks nor dies");
    }

    /// Kills it now.
    pub(crate) async fn kill(&self) {
        self.process.signal(Signal::SIGKILL);
        self.died.cancelled().await;
    }

    /// Asks it to stop in order and waits for that.
    pub(crate) async fn stop(&self) {
        self.process.signal(Signal::SIGTERM);
        tokio::time::timeout(PATIENCE, self.died.cancelled())
            .await
            .expect("it stops");
    }

    /// True if it died before it was ready.
    pub(crate) fn died_young(&self) -> bool {
        self.url.get().is_none()
    }

    /// After the death: plays the power cut if there was one. Complains if the process ended by itself.
    pub(crate) async fn aftermath(&self) -> Result<(u64, usize), String> {
        self.died.cancelled().await;
        let by_itself = self.ended.get().cloned().unwrap_or_default();
        if !by_itself.is_empty() {
            return Err(format!("the server ended by itself: {by_itself}"));
        }
        if !self.death.power {
            return Ok((0, 0));
        }
        // strace has ended as well, so the trace is whole.
        Ok(crate::power::cut(&self.trace))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !self.died.is_cancelled() {
            self.process.signal(Signal::SIGKILL);
        }
    }
}
