//! How a server dies: at a random moment, or as a thread of it enters its n-th system call of a kind.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::dice::Dice;

/// Where a process can be cut off: what `strace` calls it, and how far the numbers are swept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    /// Before something is flushed: the commit is written and not yet safe. Migrations flush, too.
    Flush,
    /// Before a page or a frame is written: inside a commit or a checkpoint.
    Write,
    /// Before a file gets its name.
    Rename,
    /// Before an answer leaves: it is committed and nobody was told.
    Answer,
}

impl Call {
    /// Names that a machine does not know are skipped (`?`).
    pub(crate) const fn names(self) -> &'static str {
        match self {
            Self::Flush => "?fsync,?fdatasync",
            Self::Write => "?pwrite64",
            Self::Rename => "?rename,?renameat,?renameat2,?linkat,?link",
            Self::Answer => "?sendto,?sendmsg,?writev",
        }
    }

    /// Numbers beyond this come too late for a round. They count the calls of one thread. No multiple of the stride.
    const fn span(self) -> u64 {
        match self {
            Self::Flush => 90,
            Self::Write => 400,
            Self::Rename => 12,
            Self::Answer => 71,
        }
    }
}

/// How one start of the server ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Death {
    /// SIGKILL after this time at the latest.
    pub(crate) after: Duration,
    /// SIGKILL as some thread enters this call for the n-th time.
    pub(crate) at: Option<(Call, u64)>,
    /// The machine loses its power: what was not flushed is gone as well.
    pub(crate) power: bool,
}

impl Death {
    /// It ends when the test says so.
    pub(crate) const NEVER: Self = Self {
        after: Duration::from_secs(600),
        at: None,
        power: false,
    };

    /// True if `strace` must watch the process.
    pub(crate) const fn is_watched(&self) -> bool {
        self.at.is_some() || self.power
    }
}

/// How far apart the numbers of two deaths in turn are.
const STRIDE: u64 = 7;

/// Deals deaths: random moments in turn with calls whose numbers are swept, so that every one of them comes up.
#[derive(Debug)]
pub(crate) struct Deaths {
    dice: Dice,
    dealt: u64,
    strace: bool,
}

impl Deaths {
    /// Deaths for this seed; only random moments if this machine has no `strace` that may watch processes.
    pub(crate) fn new(mut dice: Dice) -> Self {
        let strace = strace_works();
        if !strace {
            println!("strace is missing or may not watch processes: random moments only");
        }
        Self {
            dealt: dice.below(1 << 20),
            dice,
            strace,
        }
    }

    /// The next death.
    pub(crate) fn next(&mut self) -> Death {
        self.dealt += 1;
        let turn = self.dealt / 8;
        let nth = |call: Call| (self.strace).then(|| (call, 1 + turn * STRIDE % call.span()));
        let (at, power) = match self.dealt % 8 {
            0 => (nth(Call::Flush), false),
            1 | 2 => (nth(Call::Flush), self.strace),
            3 => (nth(Call::Write), false),
            4 => (nth(Call::Rename), false),
            5 => (nth(Call::Answer), false),
            6 => (None, self.strace),
            _ => (None, false),
        };
        let after = match at {
            Some(_) => self.dice.millis(1200, 1600),
            None => self.dice.millis(100, 1400),
        };
        Death { after, at, power }
    }
}

/// `strace` around a program, writing what it sees to `trace`.
pub(crate) fn watched(death: &Death, program: &Path, trace: &Path) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-q", "-y", "-s", "0"]);
    if death.at.is_none() {
        // Much quicker, but strace 6.1 then injects nothing.
        strace.arg("--seccomp-bpf");
    }
    let mut calls = vec![];
    if death.power {
        calls.extend([
            Call::Flush.names(),
            Call::Write.names(),
            Call::Rename.names(),
        ]);
    }
    if let Some((call, number)) = death.at {
        calls.push(call.names());
        let names = call.names();
        strace
            .arg("-e")
            .arg(format!("inject={names}:signal=SIGKILL:when={number}"));
    }
    strace.arg("-e").arg(format!("trace={}", calls.join(",")));
    strace.arg("-o").arg(trace).arg(program);
    strace
}

fn strace_works() -> bool {
    Command::new("strace")
        .args(["-f", "-q", "--seccomp-bpf", "-o", "/dev/null", "true"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
