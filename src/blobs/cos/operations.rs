//! What CI shall do with a picture that is being uploaded: the header `Pic-Operations`.

use serde_json::json;

/// The header's value: `rule` makes the object `target`, whose whole name in the bucket this is, of what is uploaded.
pub fn pic_operations(target: &str, rule: &str) -> String {
    let operations = json!({
        "is_pic_info": 1,
        "rules": [{"fileid": format!("/{target}"), "rule": rule}],
    });
    ascii(&operations.to_string())
}

/// JSON for a header: what is not ASCII is written as escapes.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_holds_only_ascii_and_means_the_same() {
        let header = pic_operations("商店/ci/𝄞.png", "ci-process=GoodsMatting");
        assert!(header.is_ascii());
        let read: serde_json::Value = serde_json::from_str(&header).expect("JSON");
        assert_eq!(read["rules"][0]["fileid"], "/商店/ci/𝄞.png");
        assert_eq!(read["rules"][0]["rule"], "ci-process=GoodsMatting");
    }
}
