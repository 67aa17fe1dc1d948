//! WeChat's server interface for mini-programs: log-in, access token, messages out, and messages pushed in.
//!
//! Facts come from developers.weixin.qq.com. The host is a setting, so that tests talk to a stand-in.

mod client;
mod error;
pub mod push;
pub mod seal;
mod settings;
pub mod sign;
mod token;
pub mod words;

pub use client::{Session, SubscribeMessage, Wechat};
pub use error::{Meaning, WechatError};
pub use settings::{Settings, Template, Word};
