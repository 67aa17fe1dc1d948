//! Request bodies in pieces: text, and files that are read while they are sent. A call that waits for its answer holds
//! no picture in memory, and its length is known before it leaves.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::try_unfold;
use serde_json::Value;
use tokio::fs::File;
use tokio::io::AsyncReadExt;

/// Read at once; a multiple of 3, so that every chunk is whole in base64.
const CHUNK_BYTES: usize = 48 << 10;
/// Stands around the number of a file in a JSON text. JSON writes it as `\u0001`; nobody else does.
const MARK: char = '\u{1}';
const WRITTEN_MARK: &str = "\\u0001";

#[derive(Debug)]
enum Piece {
    Text(Bytes),
    Plain(PathBuf),
    Base64(PathBuf),
}

/// Files that stand in a JSON body as base64.
#[derive(Debug, Default)]
pub(in crate::providers) struct Files(Vec<PathBuf>);

impl Files {
    /// A text that stands for the base64 of this file.
    pub(in crate::providers) fn base64(&mut self, file: &Path) -> String {
        self.0.push(file.to_owned());
        format!("{MARK}{}{MARK}", self.0.len() - 1)
    }

    /// A text that stands for the `data:` URL of this JPEG file.
    pub(in crate::providers) fn data_url(&mut self, file: &Path) -> String {
        format!("data:image/jpeg;base64,{}", self.base64(file))
    }
}

/// The body of a request.
#[derive(Debug)]
pub(in crate::providers) struct Body {
    content_type: String,
    pieces: Vec<Piece>,
}

impl Body {
    /// A JSON body in which the texts of `files` are replaced by what they stand for.
    pub(in crate::providers) fn json(value: &Value, files: &Files) -> Self {
        let text = value.to_string();
        let parts = text.split(WRITTEN_MARK).enumerate();
        let piece = |(index, part): (usize, &str)| {
            let file = part.parse().ok().and_then(|n: usize| files.0.get(n));
            match file.filter(|_| index % 2 == 1) {
                Some(file) => Piece::Base64(file.clone()),
                None => Piece::Text(Bytes::copy_from_slice(part.as_bytes())),
            }
        };
        Self {
            content_type: "application/json".into(),
            pieces: parts.map(piece).collect(),
        }
    }

    pub(super) fn content_type(&self) -> String {
        self.content_type.clone()
    }

    /// How many bytes it has.
    pub(super) async fn length(&self) -> io::Result<u64> {
        let mut sum = 0;
        for piece in &self.pieces {
            sum += match piece {
                Piece::Text(text) => text.len() as u64,
                Piece::Plain(file) => tokio::fs::metadata(file).await?.len(),
                Piece::Base64(file) => tokio::fs::metadata(file).await?.len().div_ceil(3) * 4,
            };
        }
        Ok(sum)
    }

    /// Its bytes, and how far they have come.
    pub(super) fn into_stream(
        self,
        length: u64,
    ) -> (impl Stream<Item = io::Result<Bytes>> + Send, Progress) {
        let progress = Progress::default();
        let reader = Reader {
            pieces: self.pieces.into_iter(),
            open: None,
            left: length,
            progress: progress.clone(),
        };
        let stream = try_unfold(reader, |mut reader| async move {
            match reader.next().await {
                Ok(chunk) => Ok(chunk.map(|chunk| (chunk, reader))),
                Err(error) => {
                    reader.progress.set(BROKEN);
                    Err(error)
                }
            }
        });
        (stream, progress)
    }
}

// 0 is on its way.
const SENT: u8 = 1;
const BROKEN: u8 = 2;

/// How far a body has come.
#[derive(Clone, Debug, Default)]
pub(in crate::providers) struct Progress(Arc<AtomicU8>);

impl Progress {
    fn set(&self, state: u8) {
        self.0.store(state, Ordering::Release);
    }

    /// True if the last byte has been handed over: from then on the other side may act on it.
    pub(super) fn is_sent(&self) -> bool {
        self.0.load(Ordering::Acquire) == SENT
    }

    /// True if a file could not be read.
    pub(super) fn is_broken(&self) -> bool {
        self.0.load(Ordering::Acquire) == BROKEN
    }
}

struct Reader {
    pieces: std::vec::IntoIter<Piece>,
    open: Option<(File, bool)>,
    left: u64,
    progress: Progress,
}

impl Reader {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            if let Some((file, encoded)) = &mut self.open {
                let chunk = read_chunk(file).await?;
                if !chunk.is_empty() {
                    let chunk = if *encoded {
                        Bytes::from(STANDARD.encode(&chunk))
                    } else {
                        Bytes::from(chunk)
                    };
                    return Ok(Some(self.handed(chunk)));
                }
                self.open = None;
            }
            match self.pieces.next() {
                None => return Ok(None),
                Some(Piece::Text(text)) if text.is_empty() => {}
                Some(Piece::Text(text)) => return Ok(Some(self.handed(text))),
                Some(Piece::Plain(file)) => self.open = Some((File::open(file).await?, false)),
                Some(Piece::Base64(file)) => self.open = Some((File::open(file).await?, true)),
            }
        }
    }

    /// With the last byte the request counts as sent; the client does not ask for more than it has announced.
    fn handed(&mut self, chunk: Bytes) -> Bytes {
        self.left = self.left.saturating_sub(chunk.len() as u64);
        if self.left == 0 {
            self.progress.set(SENT);
        }
        chunk
    }
}

async fn read_chunk(file: &mut File) -> io::Result<Vec<u8>> {
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut filled = 0;
    while filled < chunk.len() {
        match file.read(&mut chunk[filled..]).await? {
            0 => break,
            count => filled += count,
        }
    }
    chunk.truncate(filled);
    Ok(chunk)
}

/// A multipart form whose fields keep their order.
#[derive(Debug)]
pub(in crate::providers) struct Form {
    boundary: String,
    pieces: Vec<Piece>,
}

impl Form {
    /// An empty form. `unique` makes its boundary one that no field holds.
    pub(in crate::providers) fn new(unique: &str) -> Self {
        Self {
            boundary: format!("atelier-{unique}"),
            pieces: Vec::new(),
        }
    }

    fn push(&mut self, text: String) {
        self.pieces.push(Piece::Text(text.into()));
    }

    /// A field of text.
    pub(in crate::providers) fn text(&mut self, name: &str, value: &str) {
        let boundary = &self.boundary;
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"");
        self.push(format!("{head}\r\n\r\n{value}\r\n"));
    }

    /// A JPEG file.
    pub(in crate::providers) fn jpeg(&mut self, name: &str, file_name: &str, file: &Path) {
        let boundary = &self.boundary;
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; \
             filename=\"{file_name}\"\r\nContent-Type: image/jpeg\r\n\r\n"
        );
        self.push(head);
        self.pieces.push(Piece::Plain(file.to_owned()));
        self.push("\r\n".into());
    }

    /// The whole form.
    pub(in crate::providers) fn into_body(mut self) -> Body {
        let end = format!("--{}--\r\n", self.boundary);
        self.push(end);
        Body {
            content_type: format!("multipart/form-data; boundary={}", self.boundary),
            pieces: self.pieces,
        }
    }
}
