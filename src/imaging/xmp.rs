//! The label for machines: one `AIGC` block in XMP, as China's GB 45438-2025 (TC260) writes it.

use super::error::PictureError;
use super::metadata::replace_xmp;
use crate::kinds::Format;

/// Who made a picture and under which number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aigc {
    /// Who made it: the operator's code. Only printable ASCII without `"` and `\` is written.
    pub producer_code: String,
    /// Its number there: the job's id. Only printable ASCII without `"` and `\` is written.
    pub produce_id: String,
}

impl Aigc {
    /// The fields of the block, in the order of the standard.
    pub fn fields(&self) -> [(&'static str, String); 7] {
        let (code, id) = (clean(&self.producer_code), clean(&self.produce_id));
        [
            ("Label", "1".into()),
            ("ContentProducer", code.clone()),
            ("ProduceID", id.clone()),
            ("ReservedCode1", String::new()),
            ("ContentPropagator", code),
            ("PropagateID", id),
            ("ReservedCode2", String::new()),
        ]
    }

    /// The block as JSON.
    pub fn json(&self) -> String {
        let fields = self
            .fields()
            .map(|(name, value)| format!("\"{name}\":\"{value}\""));
        format!("{{{}}}", fields.join(","))
    }

    /// The whole XMP packet.
    pub fn packet(&self) -> String {
        let json = self.json();
        let json = json
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        let json = json.replace('"', "&quot;");
        format!(
            concat!(
                "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n",
                "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">",
                "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">",
                "<rdf:Description rdf:about=\"\" xmlns:TC260=\"http://www.tc260.org.cn/ns/AIGC/1.0/\">",
                "<TC260:AIGC>{}</TC260:AIGC>",
                "</rdf:Description></rdf:RDF></x:xmpmeta>\n",
                "<?xpacket end=\"w\"?>"
            ),
            json
        )
    }
}

/// The same file with this label as its only metadata besides orientation and ICC profile. Pixels stay as they are.
pub fn write_xmp(bytes: &[u8], format: Format, aigc: &Aigc) -> Result<Vec<u8>, PictureError> {
    replace_xmp(bytes, format, aigc.packet().as_bytes())
}

/// At most 200 characters that need no escaping in JSON.
fn clean(text: &str) -> String {
    let printable = |c: &char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
    text.chars().filter(printable).take(200).collect()
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, Rgba, RgbaImage};

    use super::*;
    use crate::imaging::codec::{Limits, decode};
    use crate::imaging::encode::encode;

    fn count(bytes: &[u8], needle: &str) -> usize {
        bytes
            .windows(needle.len())
            .filter(|w| *w == needle.as_bytes())
            .count()
    }

    #[test]
    fn every_format_holds_exactly_one_label_and_the_same_pixels() {
        let half = RgbaImage::from_fn(80, 70, |x, y| Rgba([x as u8, y as u8, 90, (x * 3) as u8]));
        let pictures = [
            DynamicImage::from(half.clone()),
            DynamicImage::from(half).to_rgb8().into(),
        ];
        let first = Aigc {
            producer_code: "91310000TEST".into(),
            produce_id: "job_1".into(),
        };
        let second = Aigc {
            producer_code: "a\"b\\c<&é".into(),
            produce_id: "job_2".into(),
        };
        for picture in pictures {
            for format in [Format::Jpeg, Format::Png, Format::Webp] {
                let plain = encode(&picture, format, 90).unwrap();
                let once = write_xmp(&plain, format, &first).unwrap();
                let twice = write_xmp(&once, format, &second).unwrap();
                assert_eq!(
                    count(&once, "<TC260:AIGC>{&quot;Label&quot;:&quot;1&quot;"),
                    1
                );
                assert_eq!(count(&once, "91310000TEST"), 2);
                assert_eq!((count(&twice, "xmpmeta>"), count(&twice, "job_1")), (1, 0));
                assert_eq!(count(&twice, "abc&lt;&amp;&quot;"), 2);
                assert_eq!(
                    decode(&plain, &Limits::UPLOAD),
                    decode(&twice, &Limits::UPLOAD),
                    "{format:?}"
                );
            }
        }
    }
}
