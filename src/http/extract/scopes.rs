//! Which scope an API key needs for which path.

use crate::accounts::Scope;

/// The scope that covers a path; none where no API key is good enough, whatever its scopes.
pub(super) fn scope_of(path: &str) -> Option<Scope> {
    let resource = path.strip_prefix("/v1/")?.split('/').next()?;
    match resource {
        "jobs" | "batches" | "events" | "catalog" => Some(Scope::Jobs),
        "uploads" => Some(Scope::Uploads),
        "works" | "gallery" | "reports" => Some(Scope::Works),
        "me" => Some(Scope::Account),
        "credits" | "orders" | "plans" | "subscription" => Some(Scope::Credits),
        "webhooks" => Some(Scope::Webhooks),
        "admin" => Some(Scope::Admin),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_scope_covers_needs_a_log_in() {
        assert_eq!(scope_of("/v1/jobs/job_1/events"), Some(Scope::Jobs));
        assert_eq!(scope_of("/v1/credits"), Some(Scope::Credits));
        for path in [
            "/v1/api-keys",
            "/v1/auth/password",
            "/v1/jobsx",
            "/files/x",
            "/",
        ] {
            assert_eq!(scope_of(path), None, "{path}");
        }
    }
}
