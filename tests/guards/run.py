"""Takes each guard out of the source once, runs the tests, and names those that turn red.

    python3 tests/guards/run.py            every guard (about 3 minutes each)
    python3 tests/guards/run.py claim full  some of them

It edits the checkout it stands in, one place at a time, and puts it back; so the checkout must have no changes. A guard
whose loss turns nothing red ends it with 1.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
QUEUE = ["--lib", "--", "jobs::", "ledger::", "db::"]
RACES = ["--test", "api", "--", "races::"]
CRASH = ["--test", "crash", "--", "--nocapture"]

FIRST = "src/db/migrations/0001_first.sql"

# name: what it guards, where it stands, what is taken out, what is put there, and which tests ought to see it.
GUARDS = {
    "state": (
        "a cancel ends only what still waits",
        "src/jobs/queue/cancel.rs",
        "Some(late @ (Status::Processing | Status::Completed | Status::Failed)) => {",
        "Some(Status::Processing) => { end(tx, job, tx.clamp(now))?; Ok(Cancelled::Yes) }\n"
        "            Some(late @ (Status::Completed | Status::Failed)) => {",
        [QUEUE],
    ),
    "claim": (
        "a run ends only the claim that it holds",
        "src/jobs/queue/finish.rs",
        "AND claims = ?2 AND boot = ?3",
        "AND ?2 = ?2 AND boot = ?3",
        [QUEUE],
    ),
    "boot": (
        "a run of another start of the server ends nothing",
        "src/jobs/queue/finish.rs",
        "AND claims = ?2 AND boot = ?3",
        "AND claims = ?2 AND ?3 = ?3",
        [QUEUE],
    ),
    "refund": (
        "one refund a job",
        FIRST,
        "CREATE UNIQUE INDEX entries_one_refund",
        "CREATE INDEX entries_one_refund",
        [QUEUE],
    ),
    "charge": (
        "one charge a job",
        FIRST,
        "CREATE UNIQUE INDEX entries_one_charge",
        "CREATE INDEX entries_one_charge",
        [QUEUE],
    ),
    "amount": (
        "a refund is its charge",
        FIRST,
        "WHEN NEW.kind = 'refund' AND NEW.amount",
        "WHEN 0 AND NEW.kind = 'refund' AND NEW.amount",
        [QUEUE],
    ),
    "balance": (
        "no balance below zero",
        FIRST,
        "balance    INTEGER NOT NULL DEFAULT 0 CHECK (balance >= 0)",
        "balance    INTEGER NOT NULL DEFAULT 0",
        [QUEUE],
    ),
    "grows": (
        "the ledger only grows",
        FIRST,
        "CREATE TRIGGER entries_are_never_changed BEFORE UPDATE ON entries\n",
        "CREATE TRIGGER entries_are_never_changed BEFORE UPDATE ON entries WHEN 0\n",
        [QUEUE],
    ),
    "final": (
        "final states never change",
        FIRST,
        "WHEN OLD.status IN ('completed', 'failed', 'cancelled') AND NEW.status",
        "WHEN 0 AND OLD.status IN ('completed', 'failed', 'cancelled') AND NEW.status",
        [QUEUE],
    ),
    "key": (
        "one key, one job",
        "src/jobs/queue/submit.rs",
        "WHERE user_id = ?1 AND key = ?2",
        "WHERE user_id = ?1 AND key = ?2 AND 0",
        [QUEUE, RACES],
    ),
    "slots": (
        "no user has more jobs admitted than the limit",
        "src/jobs/queue/admit.rs",
        "per_user.saturating_sub(slots_taken(tx, user)?)",
        "per_user.saturating_sub(slots_taken(tx, user)?.min(0))",
        [QUEUE],
    ),
    "commit": (
        "an answer leaves after COMMIT",
        "src/db/writer.rs",
        "        let verdict = verdict.and_then(|()| commit(connection));\n",
        "        if verdict.is_ok() {\n"
        "            for item in std::mem::take(&mut self.items) { item.answer(); }\n"
        "            std::thread::sleep(std::time::Duration::from_millis(5));\n"
        "        }\n"
        "        let verdict = verdict.and_then(|()| commit(connection));\n",
        [QUEUE, CRASH],
    ),
    "full": (
        "COMMIT reaches the disk",
        "src/db/open.rs",
        "PRAGMA synchronous=FULL",
        "PRAGMA synchronous=OFF",
        [QUEUE, CRASH],
    ),
    "fsync": (
        "a picture reaches the disk before its row",
        "src/blobs/local.rs",
        "with_fsync(true)",
        "with_fsync(false)",
        [CRASH],
    ),
}


def red_tests(arguments):
    """The tests that fail, or None if all is green."""
    run = subprocess.run(["cargo", "test", "--locked", *arguments], cwd=ROOT, capture_output=True, text=True)
    if run.returncode == 0:
        return None
    red = sorted(set(re.findall(r"^test (\S+) \.\.\. FAILED$", run.stdout, re.M)))
    red = red or sorted(set(re.findall(r"^    (\S+)$", run.stdout, re.M)))
    if not red:
        sys.exit(f"the tests could not be built or run:\n{run.stderr[-3000:]}")
    return red


def lose(name):
    what, place, guard, without, tests = GUARDS[name]
    path = ROOT / place
    source = path.read_text()
    if source.count(guard) != 1:
        sys.exit(f"{name}: {place} has this guard {source.count(guard)} times: {guard}")
    path.write_text(source.replace(guard, without))
    try:
        for arguments in tests:
            if red := red_tests(arguments):
                print(f"{name}: without \"{what}\" these turn red: {', '.join(red)}", flush=True)
                return True
    finally:
        path.write_text(source)
    print(f"{name}: NOTHING turns red without \"{what}\"", flush=True)
    return False


def main():
    if subprocess.run(["git", "diff", "--quiet", "HEAD"], cwd=ROOT).returncode:
        sys.exit("this checkout has changes; commit them first")
    names = sys.argv[1:] or list(GUARDS)
    seen = [lose(name) for name in names]
    sys.exit(0 if all(seen) else 1)


main()
