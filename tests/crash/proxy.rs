//! A proxy that can lie: it answers a cancel as if it were done, and only then sends it on.

use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// When the proxy answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// When the server has answered.
    Honest,
    /// Before the server has heard of it.
    Early,
}

/// How long a liar waits before it does what it said it did.
const LAZINESS: Duration = Duration::from_secs(5);

/// Opens a proxy in front of `server`; answers its address. It understands requests of one packet, one a connection.
pub(crate) async fn open(server: String, manner: Manner) -> String {
    let door = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", door.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((guest, _)) = door.accept().await {
            let server = server.clone();
            tokio::spawn(async move { pass(guest, &server, manner).await });
        }
    });
    url
}

async fn pass(mut guest: TcpStream, server: &str, manner: Manner) {
    let mut request = vec![0; 8192];
    let length = guest.read(&mut request).await.unwrap_or(0);
    let text = String::from_utf8_lossy(&request[..length]).into_owned();
    let header = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_default()
    };
    let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
    let bearer = header("authorization: ").to_owned();
    let client = Client::builder()
        .tls_certs_only([])
        .no_proxy()
        .build()
        .expect("a client");
    let cancel = client
        .post(format!("{server}{path}"))
        .header("authorization", &bearer)
        .json(&json!({}));
    let body = match manner {
        Manner::Honest => cancel
            .send()
            .await
            .expect("an answer")
            .bytes()
            .await
            .expect("a body")
            .to_vec(),
        Manner::Early => {
            let job = format!("{server}{}", path.trim_end_matches("/cancel"));
            let asked = client
                .get(job)
                .header("authorization", &bearer)
                .send()
                .await
                .expect("an answer");
            let mut job: Value =
                serde_json::from_slice(&asked.bytes().await.expect("a body")).expect("a job");
            job["status"] = json!("cancelled");
            job["charged"] = json!(0);
            tokio::spawn(async move {
                tokio::time::sleep(LAZINESS).await;
                let _ = cancel.send().await;
            });
            job.to_string().into_bytes()
        }
    };
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    guest.write_all(head.as_bytes()).await.expect("a head");
    guest.write_all(&body).await.expect("a body");
}
