//! Typed ids: a prefix that says what it names and a UUIDv7 that sorts by time; and the digits of hashes and signatures.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// Why a text is not an id of the wanted type.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an id that begins with {prefix}")]
pub struct BadId {
    /// The prefix that was wanted.
    pub prefix: &'static str,
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// What every id of this type begins with.
            pub const PREFIX: &'static str = $prefix;

            /// A new id; later ones sort after earlier ones.
            #[expect(clippy::new_without_default, reason = "an id has no default value")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The 32 hexadecimal digits behind the prefix.
            pub fn digits(self) -> String {
                self.0.simple().to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", $prefix, self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                let bad = BadId { prefix: $prefix };
                let hex = text.strip_prefix($prefix).ok_or(BadId { prefix: $prefix })?;
                if hex.len() != 32 || hex.bytes().any(|b| b.is_ascii_uppercase()) {
                    return Err(bad);
                }
                Uuid::try_parse(hex).map(Self).map_err(|_| bad)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(self.to_string().into())
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(
                value: rusqlite::types::ValueRef<'_>,
            ) -> rusqlite::types::FromSqlResult<Self> {
                value.as_str()?.parse().map_err(rusqlite::types::FromSqlError::other)
            }
        }
    )*};
}

ids! {
    /// Names a user.
    UserId = "usr_";
    /// Names a wallet.
    WalletId = "wal_";
    /// Names an entry of the ledger.
    EntryId = "ent_";
    /// Names an uploaded picture.
    UploadId = "upl_";
    /// Names a job.
    JobId = "job_";
    /// Names a work.
    WorkId = "wrk_";
    /// Names an order.
    OrderId = "ord_";
    /// Names a request for an invoice.
    InvoiceId = "inv_";
    /// Names a batch of redeem codes.
    BatchId = "cdb_";
    /// Names an API key.
    KeyId = "key_";
    /// Names a log-in session (a family of refresh tokens).
    SessionId = "ses_";
    /// Names a one-time link.
    LinkId = "lnk_";
    /// Names a complaint.
    ReportId = "rep_";
    /// Names an endpoint that is told of the ends of jobs.
    WebhookId = "whk_";
    /// Names something that is told, at every try the same.
    EventId = "evt_";
    /// Names a review by moderation.
    ReviewId = "rev_";
    /// Names one start of the server.
    BootId = "boot_";
    /// Names one HTTP request in logs and errors.
    RequestId = "req_";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip_sort_and_do_not_mix() {
        let first = JobId::new();
        let second = JobId::new();
        assert!(first < second && first.to_string() < second.to_string());
        assert_eq!(first.to_string().parse::<JobId>(), Ok(first));
        assert!(first.to_string().parse::<WorkId>().is_err());
        for bad in [
            "",
            "job_",
            "job_zz",
            "job_0199_",
            &first.to_string().to_uppercase(),
        ] {
            assert!(bad.parse::<JobId>().is_err(), "{bad}");
        }
    }
}
