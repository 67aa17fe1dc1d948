//! The table of faults of COS and CI: what a user reads, and what becomes of the credits. README.md shows the same table.

use atelier::blobs::Backend;
use atelier::{matting, moderation};
use serde_json::json;

use crate::cos_double::Double;
use crate::harness::{Server, User};
use crate::pictures::product;
use crate::shop::{START, compose, product_photo};
use crate::storages::bucket;

const README: &str = include_str!("../../README.md");
const README_ZH: &str = include_str!("../../README.zh-CN.md");

/// What a user sees.
enum Seen {
    /// The upload is refused with this status and code.
    Refused(u16, &'static str),
    /// The job fails with this code and is refunded.
    Failed(&'static str),
    /// The job is completed and paid for.
    Completed,
}

/// One fault.
struct Fault {
    /// Which requests fail: a part of their line.
    part: &'static str,
    /// How they fail. Status 0: they go well, and moderation gives `code` as its result.
    status: u16,
    code: &'static str,
    /// What stands on COS: pictures, matting, moderation.
    on: [bool; 3],
    seen: Seen,
    /// What the user reads.
    zh: &'static str,
    en: &'static str,
}

const STORAGE: [&str; 2] = [
    "图片存储暂时不可用，请稍后再试",
    "The storage for pictures is not available now; try again later",
];
const REVIEW: [&str; 2] = [
    "内容审核暂时不可用，请稍后再试",
    "The content review is not available now; try again later",
];

const fn fault(
    (part, status, code): (&'static str, u16, &'static str),
    on: [bool; 3],
    seen: Seen,
    [zh, en]: [&'static str; 2],
) -> Fault {
    Fault {
        part,
        status,
        code,
        on,
        seen,
        zh,
        en,
    }
}

const PICTURES: [bool; 3] = [true, false, false];
const MATTING: [bool; 3] = [false, true, false];
const MODERATION: [bool; 3] = [false, false, true];

const FAULTS: [Fault; 11] = [
    fault(
        ("PUT /uploads", 500, "InternalError"),
        PICTURES,
        Seen::Refused(503, "storage_unavailable"),
        STORAGE,
    ),
    fault(
        ("PUT /uploads", 503, "SlowDown"),
        PICTURES,
        Seen::Refused(503, "storage_unavailable"),
        STORAGE,
    ),
    fault(
        ("PUT /uploads", 403, "AccessDenied"),
        PICTURES,
        Seen::Refused(503, "storage_unavailable"),
        STORAGE,
    ),
    fault(
        ("PUT /uploads", 404, "NoSuchBucket"),
        PICTURES,
        Seen::Refused(503, "storage_unavailable"),
        STORAGE,
    ),
    fault(
        ("PUT /ci/", 403, "AccessDenied"),
        MATTING,
        Seen::Completed,
        ["完成", "Done"],
    ),
    fault(
        ("PUT /ci/", 400, "ImageTooLarge"),
        MATTING,
        Seen::Completed,
        ["完成", "Done"],
    ),
    fault(
        ("PUT /ci/", 503, "SlowDown"),
        MATTING,
        Seen::Completed,
        ["完成", "Done"],
    ),
    fault(
        ("sensitive", 403, "AccessDenied"),
        MODERATION,
        Seen::Refused(503, "moderation_unavailable"),
        REVIEW,
    ),
    fault(
        ("sensitive", 500, "InternalError"),
        MODERATION,
        Seen::Failed("moderation_unavailable"),
        [
            "内容审核暂时不可用，积分已退还，请稍后再试",
            "The content review is not available; your credits are back, try again later",
        ],
    ),
    fault(
        ("", 0, "1"),
        MODERATION,
        Seen::Refused(422, "picture_blocked"),
        [
            "图片未通过内容审核，请换一张",
            "This picture did not pass the content review; use another one",
        ],
    ),
    fault(
        ("", 0, "1"),
        MODERATION,
        Seen::Failed("result_blocked"),
        [
            "生成的图片未通过内容审核，积分已退还，请换一张照片或设置再试",
            "The picture did not pass the content review; your credits are back, try another photo or setting",
        ],
    ),
];

async fn server(double: &Double, [pictures, cut_outs, judged]: [bool; 3]) -> Server {
    double.judge("<Result>0</Result>");
    Server::with(|config| {
        let backend = if pictures {
            Backend::Cos
        } else {
            Backend::Local
        };
        bucket(config, double, backend);
        config.jobs.retry_delays_secs = Vec::new();
        if cut_outs {
            config.matting.method = matting::Method::Ci;
            compose(config);
        }
        if judged {
            config.moderation.method = moderation::Method::Ci;
        }
    })
    .await
}

/// Brings the fault about from here on.
fn happen(double: &Double, fault: &Fault) {
    if fault.status == 0 {
        double.judge(&format!("<Result>{}</Result>", fault.code));
    } else {
        double.break_on(fault.part, fault.status, fault.code);
    }
}

async fn refused(anna: &User<'_>, double: &Double, fault: &Fault, status: u16, code: &str) {
    happen(double, fault);
    for (language, words) in [("zh", fault.zh), ("en", fault.en)] {
        let request = anna.request(reqwest::Method::POST, "/v1/uploads");
        let request = request.header("Accept-Language", language);
        let answer = crate::harness::Answer::of(request.body(product(1))).await;
        assert_eq!(answer.refused(status), code, "{}", fault.code);
        assert_eq!(answer.body["detail"], words);
    }
    assert!(anna.moves().await.is_empty());
}

async fn made(anna: &User<'_>, double: &Double, fault: &Fault, error: Option<&str>) {
    let upload = anna.upload(product(1)).await;
    happen(double, fault);
    let job = anna.make(product_photo(&upload)).await;
    let words = json!({"zh": fault.zh, "en": fault.en});
    match error {
        Some(code) => {
            assert_eq!(
                (&job["error"]["code"], &job["error"]["message"]),
                (&json!(code), &words)
            );
            assert_eq!(anna.moves().await, ["charge", "refund"], "{}", fault.code);
            assert_eq!(anna.balance().await, START);
        }
        None => {
            assert_eq!(
                (&job["status"], &job["message"]),
                (&json!("completed"), &words)
            );
            assert_eq!(anna.moves().await, ["charge"], "{}", fault.code);
        }
    }
}

#[tokio::test]
async fn every_fault_is_told_kindly_and_costs_what_the_table_says() {
    for fault in FAULTS {
        let double = Double::start().await;
        let server = server(&double, fault.on).await;
        let anna = server.register("anna").await;
        let code = match fault.seen {
            Seen::Refused(status, code) => {
                refused(&anna, &double, &fault, status, code).await;
                code
            }
            Seen::Failed(code) => {
                made(&anna, &double, &fault, Some(code)).await;
                code
            }
            Seen::Completed => {
                made(&anna, &double, &fault, None).await;
                "completed"
            }
        };
        for (readme, words) in [(README, fault.en), (README_ZH, fault.zh)] {
            let row =
                |line: &&str| line.starts_with('|') && line.contains(code) && line.contains(words);
            assert!(
                readme.lines().any(|line| row(&line)),
                "the table lacks {code}: {words}"
            );
        }
        server.stop().await;
    }
}
