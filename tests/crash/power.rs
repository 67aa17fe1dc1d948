//! A power cut, played from the trace of a process: what it wrote and never flushed is taken away again.
//!
//! Losing all of it is one of the outcomes that a disk may choose. The log of the database is cut back to where it was
//! when it was flushed last; a file whose name was not made safe is gone, one whose bytes were not is empty.

use std::collections::{HashMap, HashSet};
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

/// What stands in a trace, call by call.
#[derive(Default)]
struct Disk {
    /// By file: the lowest offset that was written and not flushed.
    unflushed: HashMap<PathBuf, u64>,
    /// Files that were flushed, ever.
    flushed: HashSet<PathBuf>,
    /// New names and whether their bytes are safe, until their folder is flushed.
    names: HashMap<PathBuf, bool>,
}

/// Takes away what was not flushed when the traced process died; answers how many bytes of the log and how many files.
pub(crate) fn cut(trace: &Path) -> (u64, usize) {
    let text = std::fs::read(trace).unwrap_or_default();
    let mut disk = Disk::default();
    disk.replay(&String::from_utf8_lossy(&text));
    disk.lose()
}

impl Disk {
    fn replay(&mut self, text: &str) {
        // A call that another thread interrupted stands on two lines: its arguments and its end.
        let mut begun: HashMap<&str, &str> = HashMap::new();
        for line in text.lines() {
            let Some((thread, rest)) = line.split_once(' ') else {
                continue;
            };
            let rest = rest.trim_start();
            if let Some(call) = rest.strip_suffix("<unfinished ...>") {
                begun.insert(thread, call);
                self.begin(call);
            } else if rest.starts_with("<... ") {
                if let Some(call) = begun.remove(thread) {
                    self.end(call, rest);
                }
            } else {
                self.begin(rest);
                self.end(rest, rest);
            }
        }
    }

    /// A write counts from its begin: nobody knows how much of it arrived.
    fn begin(&mut self, call: &str) {
        if call.starts_with("pwrite64(")
            && let (Some(file), Some(offset)) = (file_of(call), offset_of(call))
        {
            let lowest = self.unflushed.entry(file).or_insert(offset);
            *lowest = offset.min(*lowest);
        }
    }

    /// A flush and a name count from their end, and only if they went well.
    fn end(&mut self, call: &str, ended: &str) {
        if !ended.trim_end().ends_with("= 0") {
            return;
        }
        if call.starts_with("fsync(") || call.starts_with("fdatasync(") {
            let Some(file) = file_of(call) else { return };
            self.names.retain(|name, _| name.parent() != Some(&file));
            self.unflushed.remove(&file);
            self.flushed.insert(file);
        } else if call.starts_with("rename") || call.starts_with("link") {
            let quoted: Vec<&str> = call.split('"').skip(1).step_by(2).collect();
            if let [from, to] = quoted[..] {
                let safe = self.flushed.remove(Path::new(from));
                self.names.insert(PathBuf::from(to), safe);
            }
        }
    }

    fn lose(self) -> (u64, usize) {
        let mut bytes = 0;
        for (file, offset) in &self.unflushed {
            // Pages of the database itself may well have arrived: the log still holds them.
            if file.to_string_lossy().ends_with("-wal")
                && let Ok(log) = OpenOptions::new().write(true).open(file)
            {
                let length = log.metadata().expect("the log's size").len();
                log.set_len(length.min(*offset)).expect("a shorter log");
                bytes += length.saturating_sub(*offset);
            }
        }
        let lost = self.names.iter().filter(|(file, safe)| {
            if **safe {
                std::fs::remove_file(file).is_ok()
            } else {
                std::fs::write(file, []).is_ok()
            }
        });
        (bytes, lost.count())
    }
}

/// The path behind the file number: `fsync(12</data/atelier.db-wal>)`.
fn file_of(call: &str) -> Option<PathBuf> {
    let (_, rest) = call.split_once('<')?;
    let (path, _) = rest.split_once('>')?;
    Some(PathBuf::from(path))
}

/// The last argument: `pwrite64(12</data/atelier.db-wal>, ""..., 24, 4152) = 24`.
fn offset_of(call: &str) -> Option<u64> {
    let arguments = call.split(')').next()?;
    arguments.rsplit(", ").next()?.trim().parse().ok()
}

#[test]
fn what_was_flushed_stays_and_the_rest_goes() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("a.db-wal"), vec![1; 300]).expect("a log");
    for name in ["kept", "unnamed", "empty"] {
        std::fs::write(at(name), b"bytes").expect("a file");
    }
    let root = folder.path().display();
    let trace = format!(
        "7  pwrite64(3<{root}/a.db-wal>, \"\"..., 100, 0) = 100
7  fsync(3<{root}/a.db-wal> <unfinished ...>
8  fsync(4<{root}/kept#1>) = 0
7  <... fsync resumed>)              = 0
8  rename(\"{root}/kept#1\", \"{root}/kept\") = 0
8  fsync(5<{root}>) = 0
7  pwrite64(3<{root}/a.db-wal>, \"\"..., 100, 100) = 100
8  fsync(4<{root}/unnamed#1>) = 0
8  rename(\"{root}/unnamed#1\", \"{root}/unnamed\") = 0
8  rename(\"{root}/empty#1\", \"{root}/empty\") = 0
7  pwrite64(3<{root}/a.db-wal>, \"\"..., 100, 200) = 100
7  fsync(3<{root}/a.db-wal>) = ?
7  +++ killed by SIGKILL +++
"
    );
    std::fs::write(at("trace"), trace).expect("a trace");
    assert_eq!(cut(&at("trace")), (200, 2));
    let length = |name: &str| std::fs::metadata(at(name)).map(|file| file.len()).ok();
    assert_eq!(length("a.db-wal"), Some(100));
    assert_eq!(length("kept"), Some(5));
    assert_eq!((length("unnamed"), length("empty")), (None, Some(0)));
}
