//! Pictures: the operations of the door, uploads, jobs and works.

use serde_json::{Value, json};

use super::operation::{Operation, delete, get, post, put};
use super::schemas::one_of;
use crate::http::Code;
use crate::jobs::Status;
use crate::kinds::{Format, Kind};

const UPLOAD: &str = "upl_0199c0ffee007abc8def0123456789ab";
const WORK: &str = "wrk_0199c0ffee007abc8def0123456789ab";

/// Every operation that has to do with pictures.
pub(super) fn operations() -> Vec<Operation> {
    let parts = [door(), uploads(), jobs(), works(), shown()];
    parts.into_iter().flatten().collect()
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn door() -> Vec<Operation> {
    vec![
        get("/s/{token}", "分享页", "The page behind a share link.")
            .open()
            .bytes("text/html"),
        get(
            "/s/{token}/image",
            "分享的图片",
            "The picture behind a share link.",
        )
        .open()
        .bytes("image/*"),
        get("/healthz", "存活检查", "Whether the process lives.").open(),
        get("/readyz", "就绪检查", "Whether it can serve.").open(),
        get("/metrics", "Prometheus 指标", "Figures for Prometheus.")
            .open()
            .bytes("text/plain")
            .refuses(&[Code::Unauthorized, Code::Forbidden]),
        get("/openapi.json", "本说明", "This description.").open(),
        get("/docs", "说明页面", "This description as a page.")
            .open()
            .bytes("text/html"),
        get("/docs/{file}", "说明页面的文件", "What that page needs.")
            .open()
            .bytes("text/css"),
        get(
            "/llms.txt",
            "给语言模型的说明",
            "This description for language models.",
        )
        .open()
        .bytes("text/plain"),
        get(
            "/files/{key:.*}",
            "按签名链接取图片",
            "A picture, by its signed link.",
        )
        .open()
        .query(
            "exp",
            json!({ "type": "integer" }),
            "When the link ends, in seconds.",
        )
        .query("sig", text(), "Its signature.")
        .bytes("image/*")
        .refuses(&[Code::LinkInvalid]),
        get("/v1/site", "站点信息", "What this site says of itself.").open(),
        get(
            "/v1/catalog",
            "可做的图片、设置与价格",
            "Kinds, inputs, settings, outputs and prices for the caller.",
        )
        .open()
        .refuses(&[Code::Unauthorized, Code::TokenExpired, Code::ScopeMissing]),
    ]
}

fn uploads() -> Vec<Operation> {
    let bad = [
        Code::UnusablePicture,
        Code::QuotaExceeded,
        Code::TooLarge,
        Code::UnsupportedMediaType,
        Code::StorageUnavailable,
        Code::DiskFull,
        Code::BadRequest,
    ];
    vec![
        get(
            "/v1/uploads",
            "上传的图片",
            "The caller's uploads, newest first.",
        )
        .pages("Upload"),
        post(
            "/v1/uploads",
            "上传图片",
            "Uploads a picture: multipart `file` or raw bytes. The same bytes again answer 200.",
        )
        .status(201)
        .answers("Upload")
        .refuses(&bad),
        delete("/v1/uploads/{id}", "删除上传", "Deletes an upload.").refuses(&[Code::UploadInUse]),
    ]
}

fn jobs() -> Vec<Operation> {
    let order = json!({
        "kind": "product_photo",
        "inputs": { "product": UPLOAD },
        "settings": { "background": "marble" },
        "reference": "SKU-17",
    });
    let seconds = || json!({ "type": "string", "example": "wait=30" });
    let last = || json!({ "type": "string", "pattern": "^[0-9]*$" });
    vec![
        get("/v1/jobs", "任务列表", "The caller's jobs, newest first.")
            .pages("Job")
            .query("status", one_of::<Status>(), "Only in this state.")
            .query("kind", one_of::<Kind>(), "Only of this kind.")
            .query("batch", text(), "Only of this batch."),
        post("/v1/jobs", "提交任务", "Submits a job: it is charged and queued, or refused. 200 if it ended within `Prefer: wait=N`.")
            .takes("JobRequest", order.clone())
            .header("Idempotency-Key", text(), "The same key and request answer with the same job.")
            .header("Prefer", seconds(), "How long to wait for the end, at most 60 s.")
            .status(202)
            .answers("Job")
            .refuses(&SUBMIT),
        post("/v1/jobs/preview", "预检与报价", "All checks and the price of a job; nothing is charged.")
            .takes("JobRequest", order)
            .answers("Quote")
            .refuses(&SUBMIT),
        get("/v1/jobs/{id}", "任务", "A job.")
            .header("Prefer", seconds(), "How long to wait for the end, at most 60 s.")
            .answers("Job"),
        post("/v1/jobs/{id}/cancel", "取消任务", "Cancels a job that waits, and refunds it.")
            .answers("Job")
            .refuses(&[Code::JobNotCancellable]),
        post("/v1/jobs/{id}/save", "保存结果", "Keeps the work of a job for good.")
            .answers("Work")
            .refuses(&[Code::JobNotFinished, Code::Gone]),
        post("/v1/jobs/{id}/feedback", "评分", "Rates the result of a job.")
            .takes("Feedback", json!({ "rating": 5 }))
            .nothing()
            .refuses(&[Code::JobNotFinished]),
        get("/v1/jobs/{id}/route", "选择模型的理由", "Why a model was chosen, and every attempt."),
        get("/v1/jobs/{id}/events", "任务的实时事件", "A job as it changes, as server-sent events; ends with its final state.")
            .header("Last-Event-ID", last(), "The revision seen last.")
            .bytes("text/event-stream")
            .refuses(&[Code::TooManyStreams]),
        get("/v1/events", "全部任务的实时事件", "All jobs of the caller as they change, as server-sent events.")
            .header("Last-Event-ID", last(), "The revision seen last.")
            .bytes("text/event-stream")
            .refuses(&[Code::TooManyStreams]),
        get("/v1/batches/{batch}", "批次统计", "How many jobs of a batch stand where.").answers("Batch"),
    ]
}

/// Why a job is not taken.
const SUBMIT: [Code; 11] = [
    Code::InsufficientCredits,
    Code::ConsentRequired,
    Code::IdempotencyMismatch,
    Code::UnusablePicture,
    Code::UnreachableUrl,
    Code::QuotaExceeded,
    Code::UpstreamFailed,
    Code::NoModelAvailable,
    Code::StorageUnavailable,
    Code::Draining,
    Code::DiskFull,
];

fn works() -> Vec<Operation> {
    let title = json!({ "title": "Mug", "tags": ["kitchen"], "is_public": true });
    vec![
        get("/v1/works", "作品列表", "The caller's works, newest first.")
            .pages("Work")
            .query("kind", one_of::<Kind>(), "Only of this kind.")
            .query("tag", text(), "Only with this tag.")
            .query("batch", text(), "Only of this batch.")
            .query(
                "favorite",
                json!({ "type": "boolean" }),
                "Only those the caller likes.",
            ),
        get(
            "/v1/works/export",
            "打包下载",
            "Works in one zip, at most 500.",
        )
        .query(
            "ids",
            text(),
            "Ids with commas between them; all if absent.",
        )
        .query("batch", text(), "Only of this batch.")
        .bytes("application/zip")
        .refuses(&[Code::NotFound, Code::DiskFull]),
        get("/v1/works/{id}", "作品", "A work.").answers("Work"),
        put(
            "/v1/works/{id}",
            "修改作品",
            "Changes some fields of a work.",
        )
        .takes("WorkChange", title)
        .answers("Work")
        .refuses(&[Code::WordsRefused, Code::Conflict]),
        delete(
            "/v1/works/{id}",
            "删除作品",
            "Deletes a work and its picture.",
        ),
        get(
            "/v1/works/{id}/file",
            "作品文件",
            "The picture itself, in a format of choice.",
        )
        .query("format", one_of::<Format>(), "As it was made, if absent.")
        .bytes("image/*")
        .refuses(&[Code::StorageUnavailable, Code::Gone]),
        put("/v1/works/{id}/favorite", "喜欢", "Likes a work."),
        delete("/v1/works/{id}/favorite", "取消喜欢", "Likes it no more.")
            .status(200)
            .answers("Object"),
        post(
            "/v1/works/{id}/share",
            "分享",
            "Makes a link that shows a work to anybody.",
        ),
        delete("/v1/works/{id}/share", "收回分享", "Takes the link back."),
    ]
}

fn shown() -> Vec<Operation> {
    let complaint = json!({ "work_id": WORK, "reason": "This is my photo." });
    vec![
        get("/v1/gallery", "作品广场", "Public works, newest first.")
            .open()
            .pages("PublicWork")
            .refuses(&[Code::Unauthorized, Code::NotFound]),
        get(
            "/v1/shared/{token}",
            "分享的作品",
            "The work behind a share link.",
        )
        .open()
        .answers("PublicWork"),
        post(
            "/v1/reports",
            "投诉",
            "Complains about a work that others can see.",
        )
        .open()
        .takes("Complaint", complaint)
        .status(201)
        .refuses(&[Code::NotFound]),
    ]
}
