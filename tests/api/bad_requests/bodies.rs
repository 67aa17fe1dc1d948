//! Bodies that are no JSON, or more of it than anybody needs.

use super::{BAD, NOT_JSON, Row, raw};

/// Bodies that are no JSON, or more of it than anybody needs.
#[expect(clippy::too_many_lines, reason = "one table")]
pub(super) fn bodies() -> Vec<Row> {
    let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    vec![
        raw("no body where one is needed", "/v1/auth/login", "", BAD),
        raw("a text", "/v1/jobs", "hello", NOT_JSON),
        raw("half an object", "/v1/jobs", r#"{"kind":"#, NOT_JSON),
        raw(
            "two objects",
            "/v1/jobs",
            r#"{"kind":"x"}{"kind":"y"}"#,
            NOT_JSON,
        ),
        raw("a comma too many", "/v1/jobs", r#"{"kind":"x",}"#, NOT_JSON),
        raw("single quotes", "/v1/jobs", "{'kind':'x'}", NOT_JSON),
        raw("not a number", "/v1/jobs", r#"{"seed":NaN}"#, NOT_JSON),
        raw(
            "broken UTF-8",
            "/v1/jobs",
            b"{\"kind\":\"\xff\xfe\"}".to_vec(),
            NOT_JSON,
        ),
        raw(
            "half a surrogate",
            "/v1/jobs",
            r#"{"kind":"\ud800"}"#,
            NOT_JSON,
        ),
        raw("UTF-16", "/v1/jobs", b"\xff\xfe{\0}\0".to_vec(), NOT_JSON),
        raw("a list", "/v1/jobs", "[]", BAD),
        raw("a number", "/v1/jobs", "7", BAD),
        raw("null", "/v1/jobs", "null", BAD),
        raw(
            "a member twice",
            "/v1/jobs",
            r#"{"kind":"product_photo","kind":"virtual_tryon"}"#,
            BAD,
        ),
        raw("a hundred thousand lists", "/v1/jobs", deep(100_000), BAD),
        raw(
            "settings a thousand deep",
            "/v1/jobs",
            format!(r#"{{"kind":"x","settings":{}}}"#, deep(1000)),
            BAD,
        ),
        raw(
            "inputs a thousand deep",
            "/v1/jobs",
            format!(
                r#"{{"kind":"product_photo","inputs":{{"product":{}}}}}"#,
                deep(1000)
            ),
            NOT_JSON,
        ),
        raw(
            "a form",
            "/v1/jobs",
            "kind=product_photo",
            (415, "unsupported_media_type"),
        )
        .header("content-type", "application/x-www-form-urlencoded"),
        raw(
            "XML",
            "/v1/jobs",
            "<kind/>",
            (415, "unsupported_media_type"),
        )
        .header("content-type", "text/xml"),
        raw(
            "a media type of nonsense",
            "/v1/jobs",
            "{}",
            (415, "unsupported_media_type"),
        )
        .header("content-type", "json"),
        raw(
            "a body too large",
            "/v1/auth/login",
            vec![b' '; 65 * 1024],
            (413, "too_large"),
        ),
        raw(
            "a job too large",
            "/v1/jobs",
            vec![b' '; 32_000_001],
            (413, "too_large"),
        ),
    ]
}
