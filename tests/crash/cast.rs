//! Who takes part: one administrator, some customers with pictures. Each step may be cut short and is then repeated.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Answer, Api, Gone, PASSWORD};
use crate::server::Server;
use crate::witness::Member;

/// Customers of a server.
pub(crate) const CUSTOMERS: usize = 3;

/// Makes sure that everybody is there.
pub(crate) async fn assemble(api: &Api, server: &Server) -> Result<(), Gone> {
    if api.witness.book().admin.is_empty() {
        let admin = administrator(api, server).await?;
        api.witness.book().admin = admin;
    }
    for number in 0..CUSTOMERS {
        if api.witness.book().members.len() <= number {
            join(api, &format!("customer{number}")).await?;
        }
        while api.witness.book().members[number].uploads.len() < 2 {
            upload(api, number).await?;
        }
    }
    Ok(())
}

async fn administrator(api: &Api, server: &Server) -> Result<String, Gone> {
    let body = json!({"username": "root", "password": PASSWORD});
    let known = api.post("/v1/auth/login", "", &body).await?;
    if known.status == 200 {
        return Ok(text(&known, "access_token"));
    }
    let link = server.setup_link().await.ok_or(Gone)?;
    let made = api.post(&format!("/v1/links/{link}"), "", &body).await?;
    Ok(text(&made, "access_token"))
}

/// Opens an account, or finds it again if an earlier answer was lost; answers the place in the list.
pub(crate) async fn join(api: &Api, name: &str) -> Result<usize, Gone> {
    let body = json!({"username": name, "password": PASSWORD});
    let mut answer = api.post("/v1/auth/register", "", &body).await?;
    if answer.status == 409 {
        answer = api.post("/v1/auth/login", "", &body).await?;
    }
    let member = Member {
        id: answer.body["user"]["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        token: text(&answer, "access_token"),
        uploads: Vec::new(),
    };
    if member.token.is_empty() {
        api.witness.complain(format!(
            "{name} was answered {}: {}",
            answer.status, answer.body
        ));
    }
    let mut book = api.witness.book();
    book.members.push(member);
    Ok(book.members.len() - 1)
}

fn text(answer: &Answer, name: &str) -> String {
    answer.body[name].as_str().unwrap_or_default().to_owned()
}

/// Sends a picture that nobody sent before.
pub(crate) async fn upload(api: &Api, member: usize) -> Result<(), Gone> {
    let picture = product(api.witness.number());
    let request = api.request(Method::POST, "/v1/uploads", &api.token(member));
    let request = request.header("Content-Type", "image/png").body(picture);
    let answer = api.send(request).await?;
    match answer.body["id"].as_str() {
        Some(id) if answer.status == 201 => {
            api.witness.book().members[member]
                .uploads
                .push(id.to_owned());
        }
        _ => api.witness.complain(format!(
            "an upload was answered {}: {}",
            answer.status, answer.body
        )),
    }
    Ok(())
}

/// The body of a product photo; another number is another picture.
pub(crate) fn order(upload: &str, number: u64) -> Value {
    json!({"kind": "product_photo", "inputs": {"product": upload}, "seed": number})
}

/// A disc whose colour tells the number.
fn product(number: u64) -> Vec<u8> {
    const SIDE: u32 = 80;
    let [red, green, ..] = number.to_le_bytes();
    let mut bytes = Vec::new();
    let picture = RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let (dx, dy) = (x.abs_diff(SIDE / 2), y.abs_diff(SIDE / 2));
        if dx * dx + dy * dy < 25 * 25 {
            Rgb([red, green, 60])
        } else {
            Rgb([236, 236, 236])
        }
    });
    picture
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png)
        .expect("it can be encoded");
    bytes
}
