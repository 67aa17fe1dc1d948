//! Paths, methods, queries and headers.

use reqwest::Method;
use serde_json::json;

use super::{BAD, NOWHERE, Row, row};
use crate::shop::product_photo;

/// Paths, methods, queries and headers.
#[expect(clippy::too_many_lines, reason = "one table")]
pub(super) fn doors(upload: &str) -> Vec<Row> {
    let get = |what, path: &str, answer| row(what, Method::GET, path, &json!({}), answer);
    let good = product_photo(upload);
    vec![
        get("nothing", "/v1/nothing", NOWHERE),
        get("a path outside", "/v1/../../etc/passwd", NOWHERE),
        get(
            "an escaped path outside",
            "/%2e%2e/%2e%2e/etc/passwd",
            NOWHERE,
        ),
        get(
            "a job that is none",
            "/v1/jobs/job_00000000000000000000000000",
            NOWHERE,
        ),
        get(
            "an id of another sort",
            "/v1/jobs/upl_00000000000000000000000000",
            NOWHERE,
        ),
        get("an id with SQL", "/v1/jobs/job_'%20OR%201=1", NOWHERE),
        get("an id with a zero", "/v1/jobs/job_%00", NOWHERE),
        get("a work that is none", "/v1/works/7", NOWHERE),
        get("a limit of nothing", "/v1/jobs?limit=0", BAD),
        get("a limit beyond", "/v1/jobs?limit=101", BAD),
        get("a limit below zero", "/v1/jobs?limit=-1", BAD),
        get("a limit in letters", "/v1/jobs?limit=ten", BAD),
        get("a cursor that is none", "/v1/jobs?cursor=%27", BAD),
        get("a status nobody knows", "/v1/jobs?status=done", BAD),
        get("a kind nobody knows", "/v1/jobs?kind=painting", BAD),
        get("a batch that is none", "/v1/batches/a%20b", NOWHERE),
        get(
            "a wrong method",
            "/v1/jobs/preview",
            (405, "method_not_allowed"),
        ),
        row(
            "another wrong method",
            Method::DELETE,
            "/v1/jobs",
            &json!({}),
            (405, "method_not_allowed"),
        ),
        row(
            "a deleted upload that is none",
            Method::DELETE,
            "/v1/uploads/upl_0",
            &json!({}),
            NOWHERE,
        ),
        row("an empty key", Method::POST, "/v1/jobs", &good, BAD).header("idempotency-key", ""),
        row(
            "a key that is too long",
            Method::POST,
            "/v1/jobs",
            &good,
            BAD,
        )
        .header("idempotency-key", "k".repeat(256)),
        row("a key with a space", Method::POST, "/v1/jobs", &good, BAD)
            .header("idempotency-key", "a b"),
        row("a key in Chinese", Method::POST, "/v1/jobs", &good, BAD)
            .header("idempotency-key", "钥匙"),
        row(
            "an admin's route",
            Method::GET,
            "/v1/admin/users",
            &json!({}),
            (403, "forbidden"),
        ),
        row(
            "a report of nothing",
            Method::POST,
            "/v1/reports",
            &json!({}),
            BAD,
        ),
        row(
            "a report of a work that is none",
            Method::POST,
            "/v1/reports",
            &json!({"work_id": "wrk_00000000000000000000000000", "reason": "mine"}),
            NOWHERE,
        ),
    ]
}
