//! Settings are choices: an enum whose every variant has an id and a label in both languages.

use crate::i18n::Text;

/// One of a closed set of values that a caller may pick for a setting.
pub trait Choice: Copy + PartialEq + 'static {
    /// Every value, in the order a page shows them; the first is the default.
    const ALL: &'static [Self];

    /// The value's name on the wire.
    fn id(self) -> &'static str;

    /// The value's name for people.
    fn label(self) -> Text;

    /// The value with this id.
    fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|c| c.id() == id)
    }
}

/// Declares an enum of choices: `Variant = "id", "中文", "English";`, the first being the default.
macro_rules! choice {
    ($(#[$doc:meta])* $name:ident {
        $($variant:ident = $id:literal, $zh:literal, $en:literal;)+
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = $en] $variant,)+
        }

        impl $crate::kinds::Choice for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }

            fn label(self) -> $crate::i18n::Text {
                match self { $(Self::$variant => $crate::i18n::Text::new($zh, $en),)+ }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                <Self as $crate::kinds::Choice>::ALL[0]
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str($crate::kinds::Choice::id(*self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let id = std::borrow::Cow::<str>::deserialize(d)?;
                <Self as $crate::kinds::Choice>::from_id(&id)
                    .ok_or_else(|| serde::de::Error::custom(format!("unknown value {id:?}")))
            }
        }

        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok($crate::kinds::Choice::id(*self).into())
            }
        }

        impl rusqlite::types::FromSql for $name {
            fn column_result(
                value: rusqlite::types::ValueRef<'_>,
            ) -> rusqlite::types::FromSqlResult<Self> {
                <Self as $crate::kinds::Choice>::from_id(value.as_str()?)
                    .ok_or(rusqlite::types::FromSqlError::InvalidType)
            }
        }
    };
}
pub(crate) use choice;
