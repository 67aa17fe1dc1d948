//! `/v1/webhooks`: who is told of the ends of jobs, with what secret, and how it went.

pub(super) mod deliveries;
pub(super) mod endpoints;
pub(super) mod secrets;

use super::{Code, Problem};
use crate::webhooks::WebhookError;

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Unknown => Self::new(Code::NotFound),
            WebhookError::TooMany(most) => Self::new(Code::TooManyWebhooks).with("most", most),
            WebhookError::Disabled => Self::new(Code::WebhookDisabled),
            WebhookError::Inactive => Self::new(Code::AccountFrozen),
            WebhookError::Db(error) => error.into(),
        }
    }
}
