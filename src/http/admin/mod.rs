//! `/v1/admin`: what operators see and do.

pub(super) mod jobs;
