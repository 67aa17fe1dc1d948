//! The real server as a process that is killed and started again, on one directory and one port.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

/// Settings: three vendors at one address, quick retries, nobody is held back. Many jobs are under way at once, as their
/// vendors take seconds: a kill finds them at every station.
const SETTINGS: &str = r#"
[server]
bind = "127.0.0.1:PORT"
[log]
level = "warn"
[rate_limit]
enabled = false
[credits]
signup_bonus = 100000000
[jobs]
per_user = 100
concurrency = 256
retry_delays_secs = [1, 1, 1]
limit_secs = 120
drain_secs = 20
min_free_mb = 1
[matting]
method = "classical"
[providers.alpha]
kind = "gemini"
base_url = "http://UPSTREAM/alpha"
api_key = "a"
[providers.beta]
kind = "gemini"
base_url = "http://UPSTREAM/beta"
api_key = "b"
[providers.gamma]
kind = "fashn"
base_url = "http://UPSTREAM/gamma"
api_key = "c"
[models.alpha]
provider = "alpha"
model = "alpha"
concurrency = 64
price_usd = 0.05
timeout_secs = 3
[models.beta]
provider = "beta"
model = "beta"
concurrency = 64
price_usd = 0.06
timeout_secs = 3
[models.gamma]
provider = "gamma"
model = "tryon-v1.6"
kinds = ["virtual_tryon"]
concurrency = 128
price_usd = 0.07
timeout_secs = 30
[routing]
personal = ["alpha", "beta"]
business = ["alpha", "beta"]
first = { virtual_tryon = ["gamma"] }
[[outputs]]
id = "small"
label = { zh = "小图", en = "Small" }
width = 256
height = 256
format = "jpeg"
"#;

/// The server's directory, port and present process.
pub(crate) struct Server {
    directory: TempDir,
    port: u16,
    child: Mutex<Option<Child>>,
}

impl Server {
    /// A server that has not started yet.
    pub(crate) fn new(upstream: SocketAddr) -> Self {
        let directory = TempDir::new().expect("a directory");
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        let settings = SETTINGS
            .replace("PORT", &port.to_string())
            .replace("UPSTREAM", &upstream.to_string());
        std::fs::write(directory.path().join("atelier.toml"), settings).expect("settings");
        Self {
            directory,
            port,
            child: Mutex::default(),
        }
    }

    /// Where it answers while it lives.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Starts it and waits until it answers.
    pub(crate) async fn start(&self) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.directory.path().join("log"));
        let child = command(self.directory.path())
            .arg("serve")
            .stdout(Stdio::null())
            .stderr(log.expect("a log"))
            .spawn();
        *self.child.lock().expect("nobody panicked") = Some(child.expect("the server starts"));
        let deadline = Instant::now() + PATIENCE;
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < deadline, "the server does not come up");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn take(&self) -> Child {
        let mut child = self.child.lock().expect("nobody panicked");
        child.take().expect("it runs")
    }

    /// Ends it without a warning.
    pub(crate) async fn kill(&self) {
        let mut child = self.take();
        child.kill().expect("it can be killed");
        child.wait().expect("it is gone");
    }

    /// Lets it end in order; answers its directory.
    pub(crate) async fn stop(&self) -> &TempDir {
        let mut child = self.take();
        let id = Pid::from_raw(child.id().try_into().expect("a pid"));
        kill(id, Signal::SIGTERM).expect("it can be told");
        let ended = tokio::task::spawn_blocking(move || child.wait()).await;
        let ended = ended.expect("no panic").expect("it ends");
        assert!(ended.success(), "{ended}");
        &self.directory
    }

    /// How many jobs have ended.
    pub(crate) fn ended(&self) -> usize {
        count(
            self.directory.path(),
            "SELECT count(*) FROM jobs WHERE completed_at IS NOT NULL",
        )
    }

    /// Waits until no job is live.
    pub(crate) async fn until_idle(&self) {
        let deadline = Instant::now() + PATIENCE;
        let live = "SELECT count(*) FROM jobs WHERE status IN ('pending', 'processing')";
        while count(self.directory.path(), live) > 0 {
            assert!(Instant::now() < deadline, "jobs go on for ever");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.lock().expect("nobody panicked").take() {
            // A test that failed leaves nothing running.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A command of the binary on this directory.
pub(crate) fn command(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atelier"));
    command
        .arg("--data-dir")
        .arg(directory)
        .stdin(Stdio::null());
    command
}

/// The database, to look into.
pub(crate) fn database(directory: &Path) -> Connection {
    let path = directory.join("atelier.db");
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let db = db.expect("the database");
    db.busy_timeout(Duration::from_secs(5)).expect("patience");
    db
}

/// What a query counts. A server that comes up may keep the database to itself for a moment.
pub(crate) fn count(directory: &Path, sql: &str) -> usize {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match database(directory).query_row(sql, [], |row| row.get(0)) {
            Ok(counted) => return counted,
            Err(error) => assert!(Instant::now() < deadline, "{error}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
