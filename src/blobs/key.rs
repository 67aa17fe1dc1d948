//! Names of blobs: path, content type, owner and cache rule of every sort in one place.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::rand;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::ids::UserId;
use crate::kinds::Format;

/// A text that does not name a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the key of a blob")]
pub struct BadKey;

/// The unguessable part of a key: 128 random bits, written as 32 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ObjectName(u128);

impl ObjectName {
    /// A new name that nobody can guess.
    pub fn random() -> Self {
        let mut bits = [0; 16];
        rand::fill(&mut bits).expect("the system has random numbers");
        Self(u128::from_be_bytes(bits))
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ObjectName {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let digits = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() != 32 || !digits {
            return Err(BadKey);
        }
        u128::from_str_radix(text, 16).map(Self).map_err(|_| BadKey)
    }
}

/// The name of one blob.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlobKey {
    /// An input picture as a user sent it, without its metadata.
    Upload {
        /// Whose it is.
        user: UserId,
        /// Its unguessable name.
        object: ObjectName,
        /// Its format.
        format: Format,
    },
    /// A finished picture.
    Work {
        /// Whose it is.
        user: UserId,
        /// Its unguessable name.
        object: ObjectName,
        /// Its format.
        format: Format,
    },
    /// A finished picture made small.
    Thumbnail {
        /// Whose it is.
        user: UserId,
        /// Its unguessable name.
        object: ObjectName,
        /// Its format.
        format: Format,
    },
}

impl BlobKey {
    /// A new key for an input picture.
    pub fn new_upload(user: UserId, format: Format) -> Self {
        let object = ObjectName::random();
        Self::Upload {
            user,
            object,
            format,
        }
    }

    /// A new key for a finished picture.
    pub fn new_work(user: UserId, format: Format) -> Self {
        let object = ObjectName::random();
        Self::Work {
            user,
            object,
            format,
        }
    }

    /// A new key for a small picture.
    pub fn new_thumbnail(user: UserId, format: Format) -> Self {
        let object = ObjectName::random();
        Self::Thumbnail {
            user,
            object,
            format,
        }
    }

    /// Whose blob it is.
    pub const fn owner(&self) -> UserId {
        self.parts().1
    }

    /// The media type it is served with.
    pub const fn content_type(&self) -> &'static str {
        self.parts().3.content_type()
    }

    /// The file format.
    pub const fn format(&self) -> Format {
        self.parts().3
    }

    /// The `Cache-Control` of its signed URLs: a blob never changes, and a URL lives at least 15 minutes.
    pub const fn cache_control(&self) -> &'static str {
        "private, max-age=900, immutable"
    }

    /// The path within the storage: folder, owner, object and extension.
    pub fn path(&self) -> String {
        let (folder, user, object, format) = self.parts();
        format!("{folder}/{user}/{object}.{}", format.extension())
    }

    const fn parts(&self) -> (&'static str, UserId, ObjectName, Format) {
        match *self {
            Self::Upload {
                user,
                object,
                format,
            } => ("uploads", user, object, format),
            Self::Work {
                user,
                object,
                format,
            } => ("works", user, object, format),
            Self::Thumbnail {
                user,
                object,
                format,
            } => ("thumbnails", user, object, format),
        }
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

impl fmt::Debug for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for BlobKey {
    type Err = BadKey;

    fn from_str(path: &str) -> Result<Self, BadKey> {
        let mut parts = path.split('/');
        let (Some(folder), Some(user), Some(file), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(BadKey);
        };
        let user = user.parse().map_err(|_| BadKey)?;
        let (object, extension) = file.split_once('.').ok_or(BadKey)?;
        let object = object.parse()?;
        let known = [Format::Jpeg, Format::Png, Format::Webp];
        let format = known
            .into_iter()
            .find(|f| f.extension() == extension)
            .ok_or(BadKey)?;
        match folder {
            "uploads" => Ok(Self::Upload {
                user,
                object,
                format,
            }),
            "works" => Ok(Self::Work {
                user,
                object,
                format,
            }),
            "thumbnails" => Ok(Self::Thumbnail {
                user,
                object,
                format,
            }),
            _ => Err(BadKey),
        }
    }
}

impl ToSql for BlobKey {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.path().into())
    }
}

impl FromSql for BlobKey {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value
            .as_str()?
            .parse()
            .map_err(|e: BadKey| FromSqlError::other(e))
    }
}

impl serde::Serialize for BlobKey {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for BlobKey {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_round_trip_and_never_leave_their_folder() {
        let user = UserId::new();
        for key in [
            BlobKey::new_upload(user, Format::Png),
            BlobKey::new_work(user, Format::Jpeg),
            BlobKey::new_thumbnail(user, Format::Webp),
        ] {
            assert_eq!(key.path().parse(), Ok(key));
            assert_eq!(key.owner(), user);
            assert_eq!(key.content_type(), key.format().content_type());
        }
        assert_ne!(
            BlobKey::new_work(user, Format::Jpeg),
            BlobKey::new_work(user, Format::Jpeg)
        );
        let good = BlobKey::new_work(user, Format::Jpeg).path();
        let bad = [
            String::new(),
            good.replace("works", "secrets"),
            good.replace(".jpg", ".svg"),
            format!("{good}/.."),
            format!("/{good}"),
            format!("works/../{good}"),
            good.to_uppercase(),
            format!("works/{user}/../../etc.jpg"),
        ];
        for path in bad {
            assert_eq!(path.parse::<BlobKey>(), Err(BadKey), "{path}");
        }
    }
}
