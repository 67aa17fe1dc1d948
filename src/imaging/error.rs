//! Why a picture cannot be used or made, for programs (a code), for people (advice) and for the log.

use crate::i18n::Words;

/// A picture that cannot be read, or a result that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// More bytes than allowed.
    #[error("the file has {bytes} bytes, more than {max}")]
    FileTooLarge {
        /// Its size in bytes.
        bytes: usize,
        /// The limit in bytes.
        max: usize,
    },
    /// Not one of the formats we read.
    #[error("the format is not supported")]
    Unsupported,
    /// HEIC, HEIF or AVIF: what an iPhone takes unless told otherwise.
    #[error("HEIC, HEIF and AVIF are not supported")]
    Heic,
    /// A side is longer than allowed.
    #[error("{width}×{height} px has a side over {max} px")]
    TooLarge {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The limit of a side in pixels.
        max: u32,
    },
    /// A side is shorter than allowed.
    #[error("{width}×{height} px has a side under {min} px")]
    TooSmall {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The least side in pixels.
        min: u32,
    },
    /// More pixels than allowed.
    #[error("{width}×{height} px is more than {max} pixels")]
    TooManyPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The limit in pixels.
        max: u64,
    },
    /// Damaged, cut off, or a variant that no decoder here knows.
    #[error("the picture cannot be read: {0}")]
    Unreadable(String),
    /// Our own pixels could not be written.
    #[error("the picture cannot be written: {0}")]
    Unwritable(String),
    /// No quality makes the file small enough.
    #[error("the picture does not fit into {max_kb} kB")]
    CannotFit {
        /// The limit in kB (1,000 bytes).
        max_kb: u32,
    },
}

impl PictureError {
    /// The name of the broken rule on the wire.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_file",
            Self::FileTooLarge { .. } => "file_too_large",
            Self::Unsupported => "unsupported_format",
            Self::Heic => "heic_unsupported",
            Self::TooLarge { .. } => "image_too_large",
            Self::TooSmall { .. } => "image_too_small",
            Self::TooManyPixels { .. } => "image_too_many_pixels",
            Self::Unreadable(_) => "unreadable_image",
            Self::Unwritable(_) => "unwritable_image",
            Self::CannotFit { .. } => "image_cannot_fit",
        }
    }

    /// What the sender can do about it.
    pub fn advice(&self) -> Words {
        match self {
            Self::Empty => Words::new(
                "文件是空的，请重新选择图片",
                "The file is empty; choose the picture again",
            ),
            Self::FileTooLarge { max, .. } => {
                let mb = max / 1_000_000;
                Words::new(
                    format!("图片不能超过 {mb} MB，请压缩后再上传"),
                    format!(
                        "A picture may have at most {mb} MB; make it smaller and send it again"
                    ),
                )
            }
            Self::Unsupported => Words::new(
                "不支持这种格式，请上传 JPEG、PNG、WebP、GIF、BMP 或 TIFF 图片",
                "This format is not supported; send a JPEG, PNG, WebP, GIF, BMP or TIFF picture",
            ),
            Self::Heic => Words::new(
                "不支持 HEIC/HEIF/AVIF。iPhone 请在“设置 › 相机 › 格式”中选择“兼容性最佳”，或将照片导出为 JPEG",
                "HEIC, HEIF and AVIF are not supported. On an iPhone choose Settings › Camera › Formats › Most Compatible, or export the photo as JPEG",
            ),
            Self::TooLarge { width, height, max } => Words::new(
                format!("图片为 {width}×{height} 像素，每边最多 {max} 像素，请缩小后再上传"),
                format!("The picture is {width}×{height} px; a side may have at most {max} px"),
            ),
            Self::TooSmall { width, height, min } => Words::new(
                format!(
                    "图片只有 {width}×{height} 像素，每边至少 {min} 像素，请换一张更清晰的图片"
                ),
                format!(
                    "The picture is only {width}×{height} px; each side needs at least {min} px"
                ),
            ),
            Self::TooManyPixels { width, height, max } => {
                let mpx = max / 1_000_000;
                Words::new(
                    format!(
                        "图片为 {width}×{height} 像素，总数不能超过 {mpx} 百万像素，请缩小后再上传"
                    ),
                    format!(
                        "The picture is {width}×{height} px; it may have at most {mpx} megapixels"
                    ),
                )
            }
            Self::Unreadable(_) => Words::new(
                "图片已损坏或不完整，无法读取，请重新导出或重新拍摄",
                "The picture is damaged or incomplete and cannot be read; export or take it again",
            ),
            Self::Unwritable(_) => Words::new(
                "图片无法保存，请稍后重试",
                "The picture could not be written; try again later",
            ),
            Self::CannotFit { max_kb } => Words::new(
                format!("图片无法压缩到 {max_kb} kB 以内，请选择更小的尺寸或 JPEG 格式"),
                format!("The picture does not fit into {max_kb} kB; choose a smaller size or JPEG"),
            ),
        }
    }
}
