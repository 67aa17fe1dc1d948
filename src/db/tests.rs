//! The database's promises, tried one by one.

use std::path::Path;

use tempfile::TempDir;

use super::{Access, Db, DbError, Lane, Query, Tx};
use crate::time::Moment;

fn open(directory: &TempDir) -> Db {
    Db::open(directory.path(), Access::Server).expect("a new database")
}

fn note(tx: &Tx<'_>, name: &str) -> Result<(), DbError> {
    tx.run("INSERT INTO counters (name, value) VALUES (?1, 1)", [name])?;
    Ok(())
}

fn names(db: &Db) -> Vec<String> {
    let all: Result<Vec<String>, DbError> = db.read(|r| {
        let sql = "SELECT name FROM counters WHERE name <> 'revision' ORDER BY name";
        Ok(r.all(sql, [], |row| row.get(0))?)
    });
    all.expect("the names can be read")
}

#[tokio::test]
async fn an_error_or_a_panic_undoes_only_its_own_closure() {
    let directory = TempDir::new().unwrap();
    let db = open(&directory);
    let good = db.write(|tx| note(tx, "good"));
    let bad = db.write(|tx| {
        note(tx, "bad")?;
        Err::<(), _>(DbError::Busy)
    });
    let broken = db.write(|tx| {
        note(tx, "broken")?;
        panic!("on purpose");
        #[expect(unreachable_code, reason = "the panic is the point")]
        Ok::<(), DbError>(())
    });
    let late = db.write(|tx| note(tx, "late"));
    let (good, bad, broken, late) = tokio::join!(good, bad, broken, late);
    assert!(good.is_ok() && late.is_ok());
    assert!(matches!(bad, Err(DbError::Busy)));
    assert!(matches!(broken, Err(DbError::Panicked)));
    assert_eq!(names(&db), ["good", "late"]);
}

#[tokio::test]
async fn a_commit_waits_for_the_disk() {
    let directory = TempDir::new().unwrap();
    let db = open(&directory);
    let sql = "PRAGMA synchronous";
    let read = db.write(move |tx| Ok::<i64, DbError>(tx.one(sql, [], |row| row.get(0))?));
    assert_eq!(read.await.unwrap(), 2, "FULL");
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let directory = TempDir::new().unwrap();
    let db = open(&directory);
    let writes = (0..500).map(|n| {
        let db = db.clone();
        tokio::spawn(async move {
            let lane = if n % 2 == 0 {
                Lane::Door
            } else {
                Lane::Workers
            };
            db.write_on(lane, move |tx| note(tx, &format!("{n:03}")))
                .await
        })
    });
    for write in writes.collect::<Vec<_>>() {
        write.await.unwrap().expect("the write is answered");
    }
    db.close();
    drop(db);
    let db = open(&directory);
    assert_eq!(names(&db).len(), 500);
}

#[tokio::test]
async fn a_disk_that_fills_up_in_a_batch_is_a_lie_to_nobody() {
    let directory = TempDir::new().unwrap();
    let db = open(&directory);
    let limit = db.write(|tx| {
        let pages: i64 = tx.one("PRAGMA page_count", [], |row| row.get(0))?;
        let sql = format!("PRAGMA max_page_count = {}", pages + 4);
        Ok::<i64, DbError>(tx.one(&sql, [], |row| row.get(0))?)
    });
    limit.await.expect("the limit is set");
    let writes = (0..20).map(|n| {
        let db = db.clone();
        tokio::spawn(async move {
            let name = format!("{n:02}{}", "x".repeat(3000));
            let written = db.write(move |tx| note(tx, &name)).await;
            (n, written)
        })
    });
    let mut told = Vec::new();
    for write in writes.collect::<Vec<_>>() {
        match write.await.unwrap() {
            (n, Ok(())) => told.push(format!("{n:02}")),
            (_, Err(error)) => {
                assert!(
                    matches!(error, DbError::Full | DbError::Unavailable(_)),
                    "{error:?}"
                );
            }
        }
    }
    told.sort();
    let there: Vec<String> = names(&db).iter().map(|name| name[..2].to_owned()).collect();
    assert_eq!(
        there, told,
        "exactly what was answered with success is there"
    );
    assert!(told.len() < 20, "the disk did fill up");
    let freed = db.write(|tx| {
        let sql = "PRAGMA max_page_count = 1000000";
        Ok::<i64, DbError>(tx.one(sql, [], |row| row.get(0))?)
    });
    freed.await.expect("the limit is lifted");
    db.write(|tx| note(tx, "after"))
        .await
        .expect("the writer goes on");
}

#[tokio::test]
async fn a_constraint_that_breaks_at_commit_is_a_lie_to_nobody() {
    let directory = TempDir::new().unwrap();
    let db = open(&directory);
    let writes = (0..20).map(|n| {
        let db = db.clone();
        tokio::spawn(async move {
            let written = db.write(move |tx| {
                if n == 7 {
                    tx.run("PRAGMA defer_foreign_keys = ON", [])?;
                    let sql = "INSERT INTO sessions VALUES ('a session', 'nobody', 0, 0)";
                    tx.run(sql, [])?;
                }
                note(tx, &format!("{n:02}"))
            });
            (n, written.await)
        })
    });
    let mut told = Vec::new();
    for write in writes.collect::<Vec<_>>() {
        let (n, written) = write.await.unwrap();
        match written {
            Ok(()) => told.push(format!("{n:02}")),
            Err(error) => assert!(matches!(error, DbError::Unavailable(_)), "{error:?}"),
        }
    }
    told.sort();
    assert!(
        !told.contains(&"07".to_owned()),
        "nobody's session was kept"
    );
    assert_eq!(names(&db), told, "exactly what was answered is there");
    db.write(|tx| note(tx, "after"))
        .await
        .expect("the writer goes on");
}

#[tokio::test]
async fn a_full_lane_refuses_at_once_and_the_clock_never_goes_back() {
    let directory = TempDir::new().unwrap();
    let db = open(&directory);
    let (enter, entered) = std::sync::mpsc::channel();
    let (leave, left) = std::sync::mpsc::channel::<()>();
    let holder = db.clone();
    let held = tokio::spawn(async move {
        holder
            .write(move |_| {
                enter.send(()).expect("the test waits");
                left.recv().expect("the test lets go");
                Ok::<_, DbError>(())
            })
            .await
    });
    tokio::task::spawn_blocking(move || entered.recv())
        .await
        .unwrap()
        .unwrap();
    let mut waiting = Vec::new();
    let mut refused = 0;
    for _ in 0..1100 {
        let mut write = Box::pin(db.write(|_| Ok::<_, DbError>(())));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match write.as_mut().poll(&mut context) {
            std::task::Poll::Ready(Err(DbError::Busy)) => refused += 1,
            std::task::Poll::Ready(other) => panic!("{other:?}"),
            std::task::Poll::Pending => waiting.push(write),
        }
    }
    assert_eq!((waiting.len(), refused), (1024, 76));
    leave.send(()).unwrap();
    held.await.unwrap().unwrap();
    for write in waiting {
        write.await.unwrap();
    }
    let late = Moment::from_millis(2_000);
    let early = Moment::from_millis(1_000);
    let seen = db.write(move |tx| Ok::<_, DbError>((tx.clamp(late), tx.clamp(early))));
    assert_eq!(seen.await.unwrap(), (late, late));
}

#[test]
fn what_cannot_be_opened_says_why() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let refused = |access| Db::open(path, access).err().expect("it cannot be opened");
    assert!(matches!(refused(Access::Command), DbError::Missing(_)));
    let db = open(&directory);
    assert!(matches!(refused(Access::Server), DbError::Locked(_)));
    assert_eq!(refused(Access::Server).exit_code(), 75);
    assert!(
        Db::open(path, Access::Command).is_ok(),
        "commands work beside a server"
    );
    db.close();
    drop(db);

    set_version(path, 99);
    let newer = refused(Access::Server);
    assert!(matches!(newer, DbError::Newer { found: 99, .. }), "{newer}");
    set_version(path, 0);
    assert!(matches!(
        refused(Access::Command),
        DbError::Older { found: 0, .. }
    ));

    std::fs::write(path.join("atelier.db"), [7_u8; 8192]).unwrap();
    let _ = std::fs::remove_file(path.join("atelier.db-wal"));
    let corrupt = refused(Access::Server);
    assert!(matches!(corrupt, DbError::Corrupt { .. }), "{corrupt:?}");
    assert_eq!(corrupt.exit_code(), 65);

    let nowhere = Db::open(Path::new("/proc/atelier"), Access::Server);
    assert!(matches!(nowhere.err(), Some(DbError::Directory { .. })));
}

fn set_version(directory: &Path, version: i64) {
    let connection = rusqlite::Connection::open(directory.join("atelier.db")).unwrap();
    connection
        .pragma_update(None, "user_version", version)
        .unwrap();
}

#[test]
fn a_copy_is_whole_and_readable() {
    let directory = TempDir::new().unwrap();
    let db = open(&directory);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(db.write(|tx| note(tx, "kept"))).unwrap();
    let elsewhere = TempDir::new().unwrap();
    let copy = elsewhere.path().join("atelier.db");
    db.copy_into(&copy).expect("a copy");
    let restored = open(&elsewhere);
    assert_eq!(names(&restored), ["kept"]);
}
