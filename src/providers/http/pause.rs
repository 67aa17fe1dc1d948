//! How long a vendor asks to wait, in every form they say it.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};

const SHORTEST: f64 = 0.5;
const LONGEST: f64 = 60.0;

/// So many seconds, within what is worth waiting.
pub(in crate::providers) fn clamped(secs: f64) -> Duration {
    let secs = if secs.is_finite() { secs } else { LONGEST };
    Duration::from_secs_f64(secs.clamp(SHORTEST, LONGEST))
}

/// `retry-after-ms`, or `retry-after` in seconds (also fractions) or as a date.
pub(in crate::providers) fn from_headers(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let millis = text("retry-after-ms").and_then(|text| text.trim().parse::<f64>().ok());
    if let Some(millis) = millis {
        return Some(clamped(millis / 1000.0));
    }
    let text = text(RETRY_AFTER.as_str())?.trim();
    let secs = text.parse::<f64>().ok().or_else(|| {
        let at = httpdate::parse_http_date(text).ok()?;
        let wait = at.duration_since(SystemTime::now()).unwrap_or_default();
        Some(wait.as_secs_f64())
    });
    secs.map(clamped)
}

/// "Please try again in 12s", "retry in 12.77s", "try again in 350ms", "in 1m30s".
pub(in crate::providers) fn from_text(text: &str) -> Option<Duration> {
    let at = ["again in ", "retry in "].iter().find_map(|words| {
        let at = text.find(words)?;
        Some(at + words.len())
    })?;
    let (mut secs, mut rest, mut found) = (0.0, &text[at..], false);
    loop {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let Ok(number) = rest[..digits].parse::<f64>() else {
            return found.then(|| clamped(secs));
        };
        let (unit, after) = split_unit(&rest[digits..])?;
        secs += number * unit;
        (rest, found) = (after, true);
    }
}

fn split_unit(text: &str) -> Option<(f64, &str)> {
    let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
    units
        .into_iter()
        .find_map(|(word, secs)| Some((secs, text.strip_prefix(word)?)))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn header(name: &'static str, value: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_str(value).expect("a value"));
        from_headers(&headers)
    }

    #[test]
    fn every_form_of_a_pause_is_understood() {
        let secs = |secs: f64| Some(Duration::from_secs_f64(secs));
        assert_eq!(header("retry-after-ms", "1500"), secs(1.5));
        assert_eq!(header("retry-after", "7"), secs(7.0));
        assert_eq!(header("retry-after", "0.75"), secs(0.75));
        assert_eq!(header("retry-after", "0"), secs(0.5), "not at once");
        assert_eq!(header("retry-after", "86400"), secs(60.0), "not a day");
        assert_eq!(header("retry-after", "soon"), None);
        let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(20));
        let wait = header("retry-after", &date).expect("a date").as_secs_f64();
        assert!((18.0..=20.0).contains(&wait), "{wait}");
        let past = header("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(past, secs(0.5));
        for (text, wait) in [
            ("Limit 5, Used 5. Please try again in 12s.", secs(12.0)),
            ("Please retry in 12.77s.", None),
            ("Please try again in 350ms.", secs(0.5)),
            ("try again in 1m30s", secs(60.0)),
            ("try again in a while", None),
            ("slow down", None),
        ] {
            let wait = if text.contains("12.77") {
                secs(12.77)
            } else {
                wait
            };
            assert_eq!(from_text(text), wait, "{text}");
        }
    }
}
