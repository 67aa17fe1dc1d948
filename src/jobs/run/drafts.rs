//! Drafts: local files of a job in the making. The raw picture survives a crash, so that no paid call is repeated.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::ids::JobId;

/// The folder of all drafts.
#[derive(Clone, Debug)]
pub struct Drafts {
    root: PathBuf,
}

const RAW: &str = "raw";

impl Drafts {
    /// Drafts under `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder of one job, made if it is missing.
    pub fn folder(&self, job: JobId) -> io::Result<PathBuf> {
        let folder = self.root.join(job.to_string());
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Keeps the raw picture: on disk for good before this returns.
    pub fn keep_raw(&self, job: JobId, bytes: &[u8]) -> io::Result<()> {
        let folder = self.folder(job)?;
        write_durably(&folder, RAW, bytes)?;
        sync_dir(&self.root)
    }

    /// The raw picture, if it was kept.
    pub fn raw(&self, job: JobId) -> io::Result<Option<Vec<u8>>> {
        match std::fs::read(self.root.join(job.to_string()).join(RAW)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Lets job `to` have the raw picture of job `from` as well; false if there is none.
    pub fn hand_over(&self, from: JobId, to: JobId) -> io::Result<bool> {
        if from == to {
            return self.root.join(to.to_string()).join(RAW).try_exists();
        }
        match self.raw(from)? {
            Some(bytes) => self.keep_raw(to, &bytes).map(|()| true),
            None => Ok(false),
        }
    }

    /// Removes everything of one job.
    pub fn remove(&self, job: JobId) -> io::Result<()> {
        match std::fs::remove_dir_all(self.root.join(job.to_string())) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The jobs that have a folder.
    pub fn jobs(&self) -> io::Result<Vec<JobId>> {
        let entries = match std::fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut jobs = Vec::new();
        for entry in entries {
            if let Ok(job) = entry?.file_name().to_string_lossy().parse() {
                jobs.push(job);
            }
        }
        Ok(jobs)
    }
}

fn write_durably(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let temporary = folder.join(format!("{name}.tmp"));
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&temporary, folder.join(name))?;
    sync_dir(folder)
}

fn sync_dir(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
