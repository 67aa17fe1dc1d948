//! What a job says of itself to people.

use super::job::{Job, Status};
use crate::i18n::{Text, Words};
use crate::kinds::Kind;
use crate::time::{Moment, ceil_secs};

/// The sentence that goes with a job's state and progress; `retries_max` is how many retries there can be.
pub fn message(job: &Job, retries_max: usize, now: Moment) -> Words {
    match job.status {
        Status::Pending if job.held => Words::new(
            "图片已生成，正在等待人工审核",
            "Your picture is made; a person is reviewing it before it is shown",
        ),
        Status::Pending => match (job.retries, job.due_at) {
            (1.., Some(due)) if job.storage_since.is_none() => {
                retry(job.retries, retries_max, due, now)
            }
            _ => Words::new("排队中", "Waiting"),
        },
        Status::Processing => progress(job.kind, job.progress),
        Status::Completed => Words::new("完成", "Done"),
        Status::Failed => Words::new("失败，积分已退还", "Failed; your credits are back"),
        Status::Cancelled => Words::new("已取消，积分已退还", "Cancelled; your credits are back"),
    }
}

fn retry(n: u32, most: usize, due: Moment, now: Moment) -> Words {
    let secs = ceil_secs(due.since(now)).max(0);
    Words::new(
        format!("第 {n} 次重试，{secs} 秒后"),
        format!("Retry {n} of {most} in {secs} s"),
    )
}

fn progress(kind: Kind, percent: u32) -> Words {
    let noun = kind.noun();
    match percent {
        80.. => Words::new("AI生成完成，后处理中...", "Generated, finishing…"),
        50.. => Words::new(
            format!("开始{}生成...", noun.zh),
            format!("Generating your {}…", noun.en),
        ),
        30.. => Words::new(
            "图片处理完成，开始AI生成...",
            "Photos ready, starting to generate…",
        ),
        _ if kind == Kind::DigitalAvatar => Words::new("开始分析照片...", "Reading your photos…"),
        _ => Words::new("开始处理图片...", "Preparing your photos…"),
    }
}

/// What a failed job's code means and what its owner can do. The credits are back in every case.
pub fn failure_words(code: &str) -> Text {
    match code {
        "person_not_found" => Text::new(
            "照片里没有找到人物，请换一张正面、上半身完整的照片",
            "No person was found; use a photo of one person facing the camera, upper body in frame",
        ),
        "garment_not_found" => Text::new(
            "没有找到服装，请换一张背景干净、服装完整的照片",
            "No garment was found; use a photo of the whole garment on a plain background",
        ),
        "face_not_found" => Text::new(
            "没有找到清晰的人脸，请换一张正面照片",
            "No clear face was found; use a photo that faces the camera",
        ),
        "subject_not_found" => Text::new(
            "没有找到商品，请换一张背景干净的照片",
            "No product was found; use a photo on a plain background",
        ),
        "pose_unsupported" => Text::new(
            "这个姿势暂不支持：请正面站立，双臂不遮挡身体；试穿裤装需穿长裤，双腿完整入镜",
            "This pose does not work: stand facing the camera, arms clear of the body; for trousers wear long ones, with both legs in the frame",
        ),
        "category_unsupported" => Text::new(
            "本地引擎支持上装和长裤，请换一件或使用远程模型",
            "The local engine fits tops and long trousers; choose another garment or a remote model",
        ),
        "category_mismatch" => Text::new(
            "服装与所选品类不符，请改选品类或选“自动识别”",
            "The garment is not of the category chosen; choose another category, or automatic",
        ),
        "input_gone" => Text::new("输入图片已被删除", "An input picture has been deleted"),
        "input_refused" => Text::new(
            "图片未通过模型的内容审核，请换一张",
            "The model refused the picture for its content; use another one",
        ),
        "result_refused" | "no_picture_made" => Text::new(
            "模型没有给出图片，请换一张照片或设置再试",
            "The model made no picture; try another photo or setting",
        ),
        "input_unusable" => Text::new(
            "图片无法使用，请换一张",
            "The picture cannot be used; use another one",
        ),
        "provider_busy" | "provider_timeout" | "no_model_available" => Text::new(
            "模型暂时不可用，请稍后再试",
            "The models are not available now; try again later",
        ),
        "result_blocked" => Text::new(
            "生成的图片未通过内容审核，积分已退还，请换一张照片或设置再试",
            "The picture did not pass the content review; your credits are back, try another photo or setting",
        ),
        "moderation_unavailable" => Text::new(
            "内容审核暂时不可用，积分已退还，请稍后再试",
            "The content review is not available; your credits are back, try again later",
        ),
        "output_cannot_fit" => Text::new(
            "图片无法压缩到要求的大小，请换一种输出",
            "The picture does not fit the file size of this output; choose another",
        ),
        "storage_unavailable" => Text::new(
            "存储暂时不可用，请稍后再试",
            "Storage is not available; try again later",
        ),
        "timeout" => Text::new("生成超时，请稍后再试", "It took too long; try again later"),
        "stopped_by_operator" => Text::new("管理员终止了任务", "The operator stopped the job"),
        "account_erased" => Text::new("账号已注销", "The account was erased"),
        _ => Text::new(
            "出错了，请稍后再试",
            "Something went wrong; try again later",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Choice;

    #[test]
    fn every_kind_has_its_own_words_at_every_station() {
        for kind in Kind::ALL {
            let noun = kind.noun();
            assert_eq!(progress(*kind, 50).zh, format!("开始{}生成...", noun.zh));
            assert!(progress(*kind, 50).en.contains(noun.en));
        }
        assert_eq!(progress(Kind::DigitalAvatar, 10).zh, "开始分析照片...");
        assert_eq!(
            progress(Kind::VirtualTryon, 10).en,
            "Preparing your photos…"
        );
        assert_eq!(progress(Kind::ProductPhoto, 80).en, "Generated, finishing…");
    }
}
