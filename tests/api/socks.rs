//! Vendors are reached through a SOCKS5 proxy (RFC 1928) with a name and a password (RFC 1929).

use std::io;
use std::sync::{Arc, Mutex};

use atelier::kinds::Kind;
use atelier::mock::Vendor;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::vendors::{Stage, call};

const NAME: &str = "atelier";
const PASSWORD: &str = "socks-word";
const BY_NAME: u8 = 3;

/// What a proxy was asked to reach, in order.
type Reached = Arc<Mutex<Vec<(String, u16)>>>;

/// A proxy that leads everywhere to `house`; its port.
async fn proxy(house: u16, reached: Reached) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let reached = Arc::clone(&reached);
            // A refused client sees the connection closed.
            tokio::spawn(async move { lead(stream, house, &reached).await.ok() });
        }
    });
    port
}

async fn text(stream: &mut TcpStream) -> io::Result<String> {
    let mut text = vec![0; usize::from(stream.read_u8().await?)];
    stream.read_exact(&mut text).await?;
    String::from_utf8(text).map_err(io::Error::other)
}

fn expect(good: bool) -> io::Result<()> {
    good.then_some(()).ok_or(io::ErrorKind::InvalidData.into())
}

async fn lead(mut client: TcpStream, house: u16, reached: &Reached) -> io::Result<()> {
    expect(client.read_u8().await? == 5)?;
    let mut methods = vec![0; usize::from(client.read_u8().await?)];
    client.read_exact(&mut methods).await?;
    expect(methods.contains(&2))?;
    client.write_all(&[5, 2]).await?;
    expect(client.read_u8().await? == 1)?;
    let known = (text(&mut client).await?, text(&mut client).await?);
    let good = known == (NAME.into(), PASSWORD.into());
    client.write_all(&[1, u8::from(!good)]).await?;
    expect(good)?;
    let mut head = [0; 4];
    client.read_exact(&mut head).await?;
    expect(head == [5, 1, 0, BY_NAME])?;
    let host = text(&mut client).await?;
    let asked = (host, client.read_u16().await?);
    reached.lock().expect("no panic").push(asked);
    client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    let mut there = TcpStream::connect(("127.0.0.1", house)).await?;
    copy_bidirectional(&mut client, &mut there).await.map(drop)
}

#[tokio::test]
async fn a_vendor_is_reached_through_socks_by_its_name() {
    let stage = Stage::new();
    let house = Url::parse(stage.mock.url()).expect("a URL");
    let reached = Reached::default();
    let port = proxy(house.port().expect("a port"), Arc::clone(&reached)).await;
    // Nobody answers to this name here: the proxy looks it up.
    let vendor = "http://vendor.invalid/ark/api/v3";
    for (password, is_good) in [(PASSWORD, true), ("another", false)] {
        let through = json!({"proxy": format!("socks5h://{NAME}:{password}@127.0.0.1:{port}")});
        let model = stage.models(Vendor::Ark, vendor, &through).swap_remove(0);
        let answer = call(&model, &stage.ask(Kind::ProductPhoto)).await;
        assert_eq!(answer.is_ok(), is_good, "{answer:?}");
    }
    let asked = reached.lock().expect("no panic").clone();
    assert_eq!(asked, [("vendor.invalid".to_owned(), 80)]);
    stage.mock.stop().await;
}
