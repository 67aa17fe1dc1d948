//! The storages there can be, by the names that stand in blob rows.

use crate::kinds::choice;

choice! {
    /// Where blobs are kept.
    Backend {
        Local = "local", "本机磁盘", "This machine's disk";
        S3 = "s3", "S3 兼容存储", "S3-compatible storage";
        Cos = "cos", "腾讯云 COS", "Tencent Cloud COS";
    }
}
