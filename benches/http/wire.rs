//! A lean HTTP/1.1 client: so many connections, each one request after another, written and read byte by byte, so that
//! what is measured is the server.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a run of requests took.
pub(crate) struct Figures {
    took: Duration,
    durations: Vec<Duration>,
}

impl Figures {
    /// Answers a second.
    pub(crate) fn per_second(&self) -> f64 {
        self.durations.len() as f64 / self.took.as_secs_f64()
    }

    /// The duration under which this share of the answers came, in milliseconds.
    pub(crate) fn quantile_ms(&self, share: f64) -> f64 {
        let at = (self.durations.len() as f64 * share) as usize;
        self.durations[at.min(self.durations.len() - 1)].as_secs_f64() * 1000.0
    }

    /// Prints a line.
    pub(crate) fn print(&self, name: &str) {
        println!(
            "{name:<28} {:>8.0}/s   p50 {:>7.2} ms   p99 {:>7.2} ms",
            self.per_second(),
            self.quantile_ms(0.5),
            self.quantile_ms(0.99)
        );
    }
}

/// A whole request.
pub(crate) fn request(method: &str, path: &str, token: &str, body: &[u8], media: &str) -> Vec<u8> {
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: {media}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

/// An answer: its status and its body.
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// One connection that is kept.
pub(crate) struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket option");
        let read = Vec::with_capacity(8192);
        Self { stream, read }
    }

    /// Sends a request and reads its answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Answer {
        self.stream.write_all(request).await.expect("it is sent");
        self.read.clear();
        loop {
            let read = self
                .stream
                .read_buf(&mut self.read)
                .await
                .expect("an answer");
            assert!(read > 0, "the server closed the connection");
            if let Some((status, start, length)) = head(&self.read)
                && self.read.len() >= start + length
            {
                let body = self.read[start..start + length].to_vec();
                return Answer { status, body };
            }
        }
    }
}

/// Status, start of the body, and its length, once the head is there.
fn head(read: &[u8]) -> Option<(u16, usize, usize)> {
    let end = read.windows(4).position(|w| w == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&read[..end]).expect("a head of ASCII");
    let status = text.get(9..12)?.parse().ok()?;
    let length = text
        .lines()
        .find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then_some(value)
        })
        .map_or(0, |value| value.parse().expect("a length"));
    Some((status, end + 4, length))
}

/// Sends every connection its requests, all at once, and expects this status of each.
pub(crate) async fn run(
    address: SocketAddr,
    requests: Vec<Vec<Vec<u8>>>,
    expected: u16,
) -> Figures {
    let began = Instant::now();
    let mut connections = Vec::new();
    for requests in requests {
        connections.push(tokio::spawn(async move {
            let mut wire = Wire::open(address).await;
            let mut durations = Vec::with_capacity(requests.len());
            for request in requests {
                let sent = Instant::now();
                let answer = wire.ask(&request).await;
                durations.push(sent.elapsed());
                let body = String::from_utf8_lossy(&answer.body);
                assert_eq!(answer.status, expected, "{body}");
            }
            durations
        }));
    }
    let mut durations = Vec::new();
    for connection in connections {
        durations.extend(connection.await.expect("no connection panics"));
    }
    let took = began.elapsed();
    durations.sort_unstable();
    Figures { took, durations }
}
