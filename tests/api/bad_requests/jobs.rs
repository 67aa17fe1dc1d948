//! Jobs that are wrong in one thing.

use reqwest::Method;
use serde_json::{Value, json};

use super::{BAD, Row, row};
use crate::shop::{product_photo, with};

/// A job's body that is good but for one member.
#[expect(clippy::too_many_lines, reason = "one table")]
pub(super) fn jobs(upload: &str) -> Vec<Row> {
    let good = product_photo(upload);
    let job = |what, more: Value| {
        let body = with(good.clone(), more);
        row(what, Method::POST, "/v1/jobs", &body, BAD)
    };
    vec![
        job("a kind that is a number", json!({"kind": 7})),
        job("a kind that is null", json!({"kind": null})),
        job("a kind that is a list", json!({"kind": ["product_photo"]})),
        job("a kind nobody knows", json!({"kind": "product_phot0"})),
        job("a kind in capitals", json!({"kind": "PRODUCT_PHOTO"})),
        job("a kind with a space", json!({"kind": "product_photo "})),
        job(
            "a kind in look-alike letters",
            json!({"kind": "рroduct_photo"}),
        ),
        job(
            "a kind with a zero in it",
            json!({"kind": "product_photo\u{0}"}),
        ),
        job("no inputs", json!({"inputs": {}})),
        job("inputs that are a list", json!({"inputs": [upload]})),
        job("inputs that are null", json!({"inputs": null})),
        job(
            "a role nobody knows",
            json!({"inputs": {"product": upload, "hat": upload}}),
        ),
        job(
            "an input that is a number",
            json!({"inputs": {"product": 7}}),
        ),
        job(
            "an input that is true",
            json!({"inputs": {"product": true}}),
        ),
        job(
            "an input that is null",
            json!({"inputs": {"product": null}}),
        ),
        job("an input that is empty", json!({"inputs": {"product": ""}})),
        job("an input of no inputs", json!({"inputs": {"product": []}})),
        job(
            "two products",
            json!({"inputs": {"product": [upload, upload]}}),
        ),
        job(
            "an input in an object",
            json!({"inputs": {"product": {"id": upload}}}),
        ),
        job(
            "an input in two lists",
            json!({"inputs": {"product": [[upload]]}}),
        ),
        job(
            "an id of another sort",
            json!({"inputs": {"product": "usr_00000000000000000000000000"}}),
        ),
        job(
            "an id that is too long",
            json!({"inputs": {"product": format!("{upload}0")}}),
        ),
        job(
            "an id with another prefix",
            json!({"inputs": {"product": upload.replace("upl_", "job_")}}),
        ),
        job(
            "a file on this machine",
            json!({"inputs": {"product": "file:///etc/passwd"}}),
        ),
        job(
            "a plain http URL",
            json!({"inputs": {"product": "http://127.0.0.1/a.png"}}),
        )
        .answered("unreachable_url"),
        job(
            "an ftp URL",
            json!({"inputs": {"product": "ftp://example.com/a.png"}}),
        ),
        job(
            "a script URL",
            json!({"inputs": {"product": "javascript:alert(1)"}}),
        ),
        job(
            "a URL with a password",
            json!({"inputs": {"product": "https://a:b@example.com/a.png"}}),
        )
        .answered("unreachable_url"),
        job(
            "a data URL of text",
            json!({"inputs": {"product": "data:text/html;base64,PGI+"}}),
        )
        .answered("unsupported_format"),
        job(
            "a data URL without base64",
            json!({"inputs": {"product": "data:image/png,abc"}}),
        ),
        job(
            "a data URL with broken base64",
            json!({"inputs": {"product": "data:image/png;base64,@@@@"}}),
        ),
        job("settings that are a list", json!({"settings": []})),
        job(
            "a setting nobody knows",
            json!({"settings": {"colour": "red"}}),
        ),
        job(
            "a setting of another kind",
            json!({"settings": {"avatar_style": "oil"}}),
        ),
        job(
            "a choice nobody knows",
            json!({"settings": {"background": "lava"}}),
        ),
        job(
            "a choice that is a number",
            json!({"settings": {"background": 1}}),
        ),
        job(
            "a choice that is an object",
            json!({"settings": {"background": {"id": "white"}}}),
        ),
        job(
            "a choice that is huge",
            json!({"settings": {"background": "w".repeat(50_000)}}),
        ),
        job("a quality nobody knows", json!({"quality": "ultra"})),
        job("a quality that is a number", json!({"quality": 2})),
        job("an output nobody knows", json!({"output": "1x1-801"})),
        job("an output with a path", json!({"output": "../original"})),
        job("a seed below zero", json!({"seed": -1})),
        job("a seed with a fraction", json!({"seed": 1.5})),
        job("a seed in text", json!({"seed": "7"})),
        job("a seed beyond all numbers", json!({"seed": 1e300})),
        job("fresh as text", json!({"fresh": "yes"})),
        job("a label nobody knows", json!({"label": "hidden"})),
        job("a label that is false", json!({"label": false})),
        job("an empty reference", json!({"reference": ""})),
        job(
            "a reference that is too long",
            json!({"reference": "货".repeat(101)}),
        ),
        job(
            "a reference with a line break",
            json!({"reference": "a\nb"}),
        ),
        job(
            "a reference with an escape",
            json!({"reference": "a\u{1b}[31m"}),
        ),
        job("an empty batch", json!({"batch": ""})),
        job("a batch with a slash", json!({"batch": "a/b"})),
        job("a batch in Chinese", json!({"batch": "批次"})),
        job("a batch that is too long", json!({"batch": "b".repeat(41)})),
        job("a price of one's own", json!({"price": 0})),
        job(
            "another user",
            json!({"user_id": "usr_00000000000000000000000000"}),
        ),
        job("a status of one's own", json!({"status": "completed"})),
    ]
}
