//! The guard over a server on this machine.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

/// Answers every connection with what `answer` makes of the request's path; the URL of its root.
async fn server(answer: fn(&str) -> Vec<u8>) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 2048];
            let length = stream.read(&mut request).await.unwrap();
            let text = String::from_utf8_lossy(&request[..length]).into_owned();
            let path = text.split(' ').nth(1).unwrap_or("/").to_owned();
            let _ = stream.write_all(&answer(&path)).await;
        }
    });
    root.parse().unwrap()
}

fn answers(path: &str) -> Vec<u8> {
    let moved = |to: &str| {
        format!(
            "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
    };
    let text = match path {
        "/picture" => "HTTP/1.1 200 OK\r\nContent-Type: image/PNG; x=1\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello".into(),
        "/endless" => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n\r\n";
            format!("{head}{}", "x".repeat(100_000))
        }
        "/html" => "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi".into(),
        "/once" => moved("/picture"),
        "/loop" => moved("/loop"),
        "/metadata" => moved("http://169.254.169.254/latest/meta-data/"),
        "/inside" => moved("https://192.168.0.1/"),
        "/file" => moved("file:///etc/passwd"),
        _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".into(),
    };
    text.into_bytes()
}

fn opened() -> Fetcher {
    Fetcher::new(Settings {
        allow: vec!["127.0.0.1/32".parse().unwrap(), "::1/128".parse().unwrap()],
    })
}

#[tokio::test]
async fn opened_addresses_are_fetched_within_the_bounds() {
    let root = server(answers).await;
    let fetcher = opened();
    let get = |path: &str| {
        let url = root.join(path).unwrap();
        let fetcher = &fetcher;
        async move { fetcher.fetch(&url, 1000, &["image/*"]).await }
    };
    for path in ["picture", "once"] {
        let found = get(path).await.unwrap();
        assert_eq!(
            (found.bytes.as_ref(), found.content_type.as_str()),
            (b"hello".as_slice(), "image/png")
        );
    }
    assert!(matches!(
        get("endless").await,
        Err(FetchError::TooLarge { max_bytes: 1000 })
    ));
    assert!(matches!(get("html").await, Err(FetchError::WrongType(t)) if t == "text/html"));
    assert!(matches!(get("loop").await, Err(FetchError::Redirects)));
    assert!(matches!(get("nothing").await, Err(FetchError::Status(404))));
    assert!(
        matches!(get("metadata").await, Err(FetchError::BadUrl)),
        "http is for opened addresses only"
    );
    assert!(
        matches!(get("inside").await, Err(FetchError::Blocked)),
        "redirects are checked too"
    );
    assert!(matches!(get("file").await, Err(FetchError::BadUrl)));
}

#[tokio::test]
async fn names_are_checked_by_their_addresses() {
    let root = server(answers).await;
    let by_name: Url = format!("http://localhost:{}/picture", root.port().unwrap())
        .parse()
        .unwrap();
    assert_eq!(
        opened()
            .fetch(&by_name, 1000, &[])
            .await
            .unwrap()
            .bytes
            .as_ref(),
        b"hello"
    );
    assert!(matches!(
        Fetcher::new(Settings::default())
            .fetch(&by_name, 1000, &[])
            .await,
        Err(FetchError::BadUrl)
    ));
}

#[tokio::test]
async fn closed_urls_are_refused_before_anything_is_sent() {
    let fetcher = Fetcher::new(Settings::default());
    let blocked = [
        "https://127.0.0.1/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest",
        "https://10.1.2.3/",
        "https://localhost/",
        "https://0.0.0.0/",
    ];
    let bad = [
        "http://1.1.1.1/",
        "https://1.1.1.1:8443/",
        "https://user@1.1.1.1/",
        "https://u:p@1.1.1.1/",
        "ftp://1.1.1.1/",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "http://127.0.0.1/",
    ];
    for text in blocked {
        let url = text.parse().unwrap();
        assert!(
            matches!(fetcher.check(&url).await, Err(FetchError::Blocked)),
            "{text}"
        );
        let error = fetcher.fetch(&url, 10, &[]).await.unwrap_err();
        let no_roots = matches!(error, FetchError::NoCertificates);
        assert!(
            matches!(error, FetchError::Blocked) || no_roots,
            "{text}: {error:?}"
        );
    }
    for text in bad {
        let url = text.parse().unwrap();
        assert!(
            matches!(fetcher.check(&url).await, Err(FetchError::BadUrl)),
            "{text}"
        );
        assert!(
            matches!(fetcher.fetch(&url, 10, &[]).await, Err(FetchError::BadUrl)),
            "{text}"
        );
    }
    assert!(
        fetcher
            .check(&"https://1.1.1.1/hook".parse().unwrap())
            .await
            .is_ok()
    );
    assert!(
        opened()
            .check(&"http://127.0.0.1:9/".parse().unwrap())
            .await
            .is_ok()
    );
}
