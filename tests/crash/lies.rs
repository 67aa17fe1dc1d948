//! The harness sees lies: servers that forget or contradict what they answered are caught by the very same checks.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use crate::api::Api;
use crate::cast;
use crate::death::Death;
use crate::load;
use crate::proxy::{self, Manner};
use crate::rules;
use crate::server::Server;
use crate::witness::Submit;
use crate::{Folder, confirm};

/// A server in a new folder, with everybody assembled.
async fn scene(workers: u32) -> (Folder, Server, Api) {
    let folder = Folder::new(workers);
    let server = Server::start(folder.path(), Death::NEVER);
    let url = server.ready().await.expect("it starts");
    let api = Api::new(url, server.died.clone(), Arc::clone(&folder.witness));
    cast::assemble(&api, &server).await.expect("it lives");
    (folder, server, api)
}

/// Submits a picture that nobody had before, under the key `key-…`.
async fn submit(api: &Api) -> String {
    let number = api.witness.number();
    let upload = api.witness.book().members[0].uploads[0].clone();
    let mut body = cast::order(&upload, number);
    body["fresh"] = json!(true);
    let submit = Submit {
        member: 0,
        body,
        job: None,
    };
    let key = format!("key-{number}");
    api.witness.book().submits.insert(key.clone(), submit);
    api.submit(&key)
        .await
        .expect("it lives")
        .expect("there are credits")
}

/// What a client may be told that is not kept.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Submit,
    Cancel,
    Grant,
    Upload,
    Completion,
    Erasure,
}

async fn perform(deed: Deed, api: &Api, earlier: &str) {
    let done = match deed {
        Deed::Submit => {
            submit(api).await;
            Ok(())
        }
        Deed::Cancel => api.cancel(earlier).await,
        Deed::Grant => {
            let user = api.witness.book().members[0].id.clone();
            load::grant(api, &user).await
        }
        Deed::Upload => cast::upload(api, 0).await,
        Deed::Completion => api.look(earlier, 60).await.map(drop),
        Deed::Erasure => load::leave(api).await,
    };
    done.expect("it lives");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_forgets_what_it_answered_is_caught() {
    for deed in [
        Deed::Submit,
        Deed::Cancel,
        Deed::Grant,
        Deed::Upload,
        Deed::Completion,
        Deed::Erasure,
    ] {
        let workers = if matches!(deed, Deed::Completion) {
            1
        } else {
            0
        };
        let (folder, server, api) = scene(workers).await;
        let log = folder.path().join("atelier.db-wal");
        let earlier = submit(&api).await;
        let before = commits(&log).len();
        perform(deed, &api, &earlier).await;
        server.kill().await;
        assert_eq!(
            folder.complaints(),
            Vec::<String>::new(),
            "{deed:?} is kept"
        );
        // As if the answers had gone out before the commits.
        let keep = commits(&log)[before - 1];
        let file = OpenOptions::new().write(true).open(&log).expect("the log");
        file.set_len(keep).expect("a shorter log");
        folder.witness.book().final_rows.clear();
        let caught = folder.complaints();
        assert!(
            !caught.is_empty(),
            "{deed:?} was forgotten, and nobody complains"
        );
        println!("{deed:?} forgotten: {}", caught[0]);
    }
}

/// Where each commit of a write-ahead log ends.
fn commits(log: &Path) -> Vec<u64> {
    let bytes = std::fs::read(log).expect("the log");
    let word = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    let frame = 24 + word(8) as usize;
    let mut ends = Vec::new();
    let mut at = 32;
    // Frames of an earlier turn of the log carry other salts.
    while at + frame <= bytes.len() && bytes[at + 8..at + 16] == bytes[16..24] {
        at += frame;
        if word(at - frame + 4) != 0 {
            ends.push(at as u64);
        }
    }
    ends
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_answers_before_its_commit_is_caught() {
    for manner in [Manner::Honest, Manner::Early] {
        let (folder, server, api) = scene(0).await;
        let job = submit(&api).await;
        let url = server.ready().await.expect("it lives");
        let proxied = Api::new(
            proxy::open(url, manner).await,
            server.died.clone(),
            Arc::clone(&folder.witness),
        );
        proxied.cancel(&job).await.expect("an answer");
        server.kill().await;
        let caught = folder.complaints();
        let expected = format!("{job}: is pending; cancelled was told");
        match manner {
            Manner::Honest => assert_eq!(caught, Vec::<String>::new()),
            Manner::Early => assert_eq!(caught, [expected]),
        }
        // The API says the same.
        let server = Server::start(folder.path(), Death::NEVER);
        let url = server.ready().await.expect("it starts");
        let api = Api::new(url, server.died.clone(), Arc::clone(&folder.witness));
        confirm::confirm(&api).await.expect("it lives");
        let caught = folder.witness.complaints();
        assert_eq!(caught.is_empty(), manner == Manner::Honest, "{caught:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_rule_can_fail() {
    let (folder, server, api) = scene(4).await;
    let mut jobs = Vec::new();
    for _ in 0..6 {
        jobs.push(submit(&api).await);
    }
    api.cancel(&jobs[5]).await.expect("it lives");
    load::leave(&api).await.expect("it lives");
    confirm::settle(&api, || folder.is_settled())
        .await
        .expect("it lives");
    server.stop().await;
    assert_eq!(folder.complaints(), Vec::<String>::new());
    rules::can_all_fail(&folder.path().join("atelier.db"));

    let lost = a_file(&folder.path().join("blobs").join("works"));
    std::fs::write(&lost, b"less").expect("a shorter file");
    let caught = folder.complaints();
    assert!(
        caught.len() == 1 && caught[0].contains("4 of "),
        "{caught:?}"
    );
    for ended in folder.witness.book().final_rows.values_mut() {
        ended.push_str(", it was said");
    }
    let caught = folder.complaints();
    assert!(
        caught.iter().any(|what| what.contains("had ended")),
        "{caught:?}"
    );
}

fn a_file(folder: &Path) -> PathBuf {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let path = entries
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.is_dir() || path.is_file());
    let path = path.expect("something is there");
    if path.is_dir() { a_file(&path) } else { path }
}
