//! User names: what they may hold, and when two are the same.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use super::AccountError;
use crate::ids::UserId;

/// A user name in its normal form (NFKC): 3 to 32 letters, digits, `_`, `.`, `-` or Chinese characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username {
    name: String,
    key: String,
}

impl Username {
    /// Reads a user name as people type it.
    pub fn parse(text: &str) -> Result<Self, AccountError> {
        // Long enough for any name in its widest form; what is longer need not be normalised.
        if text.len() > 512 {
            return Err(AccountError::BadUsername);
        }
        let name: String = text.trim().nfkc().collect();
        let length = name.chars().count();
        let key = name.to_lowercase();
        // Commands take a name or an id, so a name must not look like an id.
        let like_an_id = key.starts_with(UserId::PREFIX);
        if !(3..=32).contains(&length) || !name.chars().all(is_allowed) || like_an_id {
            return Err(AccountError::BadUsername);
        }
        Ok(Self { name, key })
    }

    /// As its owner wrote it.
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// Equal for names that differ only in case.
    pub(super) fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// Latin letters without accents and Chinese characters only: no look-alikes from other scripts.
const fn is_allowed(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '_' | '.' | '-')
        || matches!(c, '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalised_and_compared_without_case() {
        let name = Username::parse("  Ａｎｎａ.W ").expect("full-width letters");
        assert_eq!((name.as_str(), name.key()), ("Anna.W", "anna.w"));
        for good in ["abc", "小红书店铺", "a_b-c.d", &"x".repeat(32)] {
            assert!(Username::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "ab",
            "小红",
            "a b c",
            "аdmin",
            "e\u{301}lan",
            "a\u{200B}bc",
            "<b>",
            "usr_anna",
            &"x".repeat(33),
        ] {
            assert!(Username::parse(bad).is_err(), "{bad}");
        }
    }
}
