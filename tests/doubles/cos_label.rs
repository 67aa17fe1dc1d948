//! CI's AI label, as the stand-in plays it: another block in front of what the JPEG holds, and what that says when it is
//! read back. It takes no other format.

use actix_web::HttpResponse;
use actix_web::web::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::{Bucket, Object, lock, refuse, xml};

/// What stands in a file that CI labelled.
pub(crate) const OWN: &str = "CI-own";

/// Upload-time labelling.
pub(super) fn write(name: String, sent: &Bytes, rule: &str, bucket: &Bucket) -> HttpResponse {
    let Ok(picture) = image::load_from_memory_with_format(sent, image::ImageFormat::Jpeg) else {
        return refuse(400, "InvalidImageFormat");
    };
    let bytes = [&sent[..2], b"\xff\xe1\0\x08", OWN.as_bytes(), &sent[2..]].concat();
    let done = format!(
        "<UploadResult><OriginalInfo><Key>in</Key></OriginalInfo><ProcessResults><Object><Key>{name}</Key>\
         <Format>JPEG</Format><Width>{}</Width><Height>{}</Height><Size>{}</Size><Quality>90</Quality></Object>\
         </ProcessResults></UploadResult>",
        picture.width(),
        picture.height(),
        bytes.len(),
    );
    let object = Object {
        bytes: bytes.into(),
        content_type: "image/jpeg".into(),
        cache_control: String::new(),
    };
    lock(&bucket.labels).insert(name.clone(), rule.to_owned());
    lock(&bucket.objects).insert(name, object);
    xml(200, &done)
}

/// What CI reads in an object.
pub(super) fn read(name: &str, bucket: &Bucket) -> HttpResponse {
    let label = match lock(&bucket.labels).get(name) {
        Some(rule) => json!({"AIGC": fields(rule)}),
        None => json!({}),
    };
    HttpResponse::Ok().json(label)
}

/// The fields of a rule.
pub(crate) fn fields(rule: &str) -> Value {
    let parts: Vec<&str> = rule.split('/').skip(2).collect();
    let pairs = parts.chunks(2).map(|pair| {
        let value = URL_SAFE_NO_PAD.decode(pair[1]).expect("base64url");
        let value = String::from_utf8(value).expect("a text");
        (pair[0].to_owned(), Value::String(value))
    });
    Value::Object(pairs.collect::<Map<_, _>>())
}
