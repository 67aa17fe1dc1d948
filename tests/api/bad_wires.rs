//! What a client library would never send: requests written byte by byte. Smuggled, cut, slow or endless, each gets
//! one answer or none, never two, and the server goes on.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::harness::Server;
use crate::shop::{START, idle};

const PATIENCE: Duration = Duration::from_secs(20);

/// Sends bytes, says that no more come, and reads all that is answered.
async fn exchange(server: &Server, sent: &[u8]) -> String {
    let mut wire = connect(server).await;
    // The server may close before it has read everything.
    let _ = wire.write_all(sent).await;
    let _ = wire.shutdown().await;
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, wire.read_to_end(&mut answer)).await;
    let _ = read.expect("the server ends the connection");
    String::from_utf8_lossy(&answer).into_owned()
}

async fn connect(server: &Server) -> TcpStream {
    let address = server.url.strip_prefix("http://").expect("plain http");
    TcpStream::connect(address).await.expect("a connection")
}

/// The status lines of an answer.
fn statuses(answer: &str) -> Vec<u16> {
    let lines = answer.match_indices("HTTP/1.1 ");
    lines
        .filter_map(|(at, _)| answer.get(at + 9..at + 12)?.parse().ok())
        .collect()
}

/// A log-in with these headers and this body.
fn post(headers: &str, body: &str) -> Vec<u8> {
    format!("POST /v1/auth/login HTTP/1.1\r\nHost: a\r\n{headers}\r\n{body}").into_bytes()
}

const HIDDEN: &str = "GET /v1/admin/users HTTP/1.1\r\nHost: a\r\n\r\n";

#[expect(clippy::too_many_lines, reason = "one table")]
fn smuggled() -> Vec<(&'static str, Vec<u8>)> {
    let chunked = format!("0\r\n\r\n{HIDDEN}");
    vec![
        (
            "a length and chunks",
            post(
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                &chunked,
            ),
        ),
        (
            "chunks and a length",
            post(
                "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                &chunked,
            ),
        ),
        (
            "two lengths",
            post("Content-Length: 0\r\nContent-Length: 44\r\n", HIDDEN),
        ),
        (
            "a length of two numbers",
            post("Content-Length: 0, 44\r\n", HIDDEN),
        ),
        (
            "a length with a sign",
            post("Content-Length: +0\r\n", HIDDEN),
        ),
        (
            "a length below zero",
            post("Content-Length: -1\r\n", HIDDEN),
        ),
        ("a length in hex", post("Content-Length: 0x2c\r\n", HIDDEN)),
        (
            "another transfer coding",
            post("Transfer-Encoding: xchunked\r\n", &chunked),
        ),
        (
            "chunks by another name",
            post("Transfer-Encoding : chunked\r\n", &chunked),
        ),
        (
            "a chunk of no size",
            post("Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n0\r\n\r\n"),
        ),
        (
            "a chunk beyond all sizes",
            post(
                "Transfer-Encoding: chunked\r\n",
                "ffffffffffffffffff\r\nabc\r\n",
            ),
        ),
        (
            "a folded header",
            post("X-A: b\r\n c: d\r\nContent-Length: 0\r\n", ""),
        ),
        (
            "a header with a zero",
            post("X-A: b\0c\r\nContent-Length: 0\r\n", ""),
        ),
        (
            "a header without a name",
            post(": b\r\nContent-Length: 0\r\n", ""),
        ),
        ("no version", b"GET /healthz\r\n\r\n".to_vec()),
        (
            "another version",
            b"GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n".to_vec(),
        ),
        (
            "a method of signs",
            b"G<>T /healthz HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(),
        ),
        (
            "a path with a space",
            b"GET /health z HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(),
        ),
        ("a thousand headers", many_headers(1000)),
        (
            "a header of a megabyte",
            post(&format!("X-A: {}\r\n", "a".repeat(1 << 20)), ""),
        ),
        ("TLS", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03".to_vec()),
        (
            "noise",
            (0..4096_u32)
                .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
                .collect(),
        ),
    ]
}

fn many_headers(count: usize) -> Vec<u8> {
    let headers: String = (0..count).map(|n| format!("X-{n}: a\r\n")).collect();
    format!("GET /healthz HTTP/1.1\r\nHost: a\r\n{headers}\r\n").into_bytes()
}

#[tokio::test]
async fn nothing_is_smuggled() {
    let server = idle().await;
    for (what, sent) in smuggled() {
        let answer = exchange(&server, &sent).await;
        let seen = statuses(&answer);
        assert!(seen.len() <= 1, "{what}: {answer}");
        assert!(
            seen.iter().all(|status| (400..500).contains(status)),
            "{what}: {answer}"
        );
        assert!(
            !answer.contains("unauthorized"),
            "{what} reached the hidden request"
        );
    }
    assert_eq!(server.get("/healthz").await.status, 200);
    server.stop().await;
}

#[tokio::test]
async fn cut_bodies_do_nothing() {
    let server = idle().await;
    let user = server.register("mei").await;
    let head = format!(
        "POST /v1/uploads HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {}\r\n",
        user.token
    );
    let picture = crate::pictures::product(1);
    let half = &picture[..picture.len() / 2];
    let declared = format!("{head}Content-Length: {}\r\n\r\n", picture.len());
    let chunked = format!(
        "{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n",
        picture.len()
    );
    for start in [declared, chunked] {
        let answer = exchange(&server, &[start.as_bytes(), half].concat()).await;
        assert!(
            statuses(&answer).iter().all(|status| *status >= 400),
            "{answer}"
        );
    }
    assert_eq!(server.count("SELECT count(*) FROM uploads"), 0);
    assert_eq!(user.balance().await, START);
    server.stop().await;
}

#[tokio::test]
async fn slow_clients_hold_nobody_back() {
    let server = idle().await;
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut wire = connect(&server).await;
        let head = b"POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n{";
        wire.write_all(head).await.expect("the first bytes");
        slow.push(wire);
    }
    let quick = timeout(Duration::from_secs(5), server.get("/v1/site")).await;
    assert_eq!(quick.expect("an answer in time").status, 200);
    // Headers that never end are not waited for either.
    let mut endless = connect(&server).await;
    endless
        .write_all(b"GET /healthz HTTP/1.1\r\nX-")
        .await
        .expect("the first bytes");
    let mut answer = Vec::new();
    let ended = timeout(PATIENCE, endless.read_to_end(&mut answer)).await;
    assert!(ended.is_ok(), "endless headers are waited for");
    drop(slow);
    server.stop().await;
}
