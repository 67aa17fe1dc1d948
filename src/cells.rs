//! Cells of tables that are opened in spreadsheets: words that people wrote must not be taken for formulas.

use serde::{Serialize, Serializer};

/// Writes a cell of words, for `#[serde(serialize_with)]` in the rows of a table.
pub fn words<S: Serializer>(text: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    text.as_deref().map(harmless).serialize(serializer)
}

/// A text that spreadsheets do not take for a formula.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_no_formulas() {
        assert_eq!(harmless("=1+1"), "'=1+1");
        assert_eq!(harmless("-2"), "'-2");
        assert_eq!(harmless("杭州某某有限公司"), "杭州某某有限公司");
    }
}
