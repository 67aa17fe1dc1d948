//! What vendors say, made fit for logs, tables and administrators: no keys, no signatures, no pictures.

use crate::secret::Secret;

const LONGEST: usize = 300;
/// Longer words are data, not language.
const LONGEST_WORD: usize = 120;
/// So much of a key in common, at either end, gives it away.
const GIVEAWAY: usize = 6;
const KEY_MARKS: [&str; 4] = ["sk-", "AIza", "fa-", "Bearer"];
const HIDDEN: &str = "(hidden)";

/// The words without what looks like a key, without queries of URLs, and not too long.
pub(super) fn scrub(said: &str, secret: &Secret) -> String {
    let key = secret.expose();
    let said = if key.is_empty() {
        said.to_owned()
    } else {
        said.replace(key, HIDDEN)
    };
    let separator = |c: char| c.is_whitespace() || c.is_control() || "\"',<>()[]{}".contains(c);
    let mut clean = String::new();
    for word in said.split_inclusive(separator) {
        let (body, end) = match word.char_indices().next_back() {
            Some((at, last)) if separator(last) => (&word[..at], Some(last)),
            _ => (word, None),
        };
        clean.push_str(&harmless(body, key));
        clean.extend(end.map(|c| if c.is_control() { ' ' } else { c }));
        if clean.chars().count() > LONGEST {
            break;
        }
    }
    if clean.chars().count() > LONGEST {
        clean = clean.chars().take(LONGEST).collect();
        clean.push('…');
    }
    clean
}

fn harmless(word: &str, key: &str) -> String {
    if is_key(word, key) {
        return HIDDEN.into();
    }
    let word = match (word.contains("://"), word.find('?')) {
        (true, Some(at)) => &word[..at],
        (true, None) | (false, _) => word,
    };
    if word.len() > LONGEST_WORD {
        "(data)".into()
    } else {
        word.into()
    }
}

fn is_key(word: &str, key: &str) -> bool {
    let marked = KEY_MARKS.iter().any(|mark| word.starts_with(mark));
    let parts = key
        .get(..GIVEAWAY)
        .zip(key.get(key.len().saturating_sub(GIVEAWAY)..));
    let shared = parts.is_some_and(|(head, tail)| word.contains(head) || word.contains(tail));
    (marked && word.len() > GIVEAWAY) || shared
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_signatures_and_data_do_not_pass() {
        let key = Secret::new("gk-live-0123456789abcdef");
        let cases = [
            ("key gk-live-0123456789abcdef is bad", "key (hidden) is bad"),
            (
                "Incorrect API key provided: gk-live-****cdef.",
                "Incorrect API key provided: (hidden)",
            ),
            ("provided: sk-abc***xyz!", "provided: (hidden)"),
            (
                "at https://a.example/x.png?Signature=abc now",
                "at https://a.example/x.png now",
            ),
            ("what? nothing", "what? nothing"),
            ("two\nlines", "two lines"),
        ];
        for (said, clean) in cases {
            assert_eq!(scrub(said, &key), clean);
        }
        let data = "A".repeat(5000);
        assert_eq!(scrub(&format!("got {data}"), &key), "got (data)");
        assert!(scrub(&"word ".repeat(500), &key).chars().count() <= LONGEST + 1);
        assert_eq!(scrub("no key is set", &Secret::default()), "no key is set");
    }
}
