//! Moments in UTC, and the operator's days.

use std::fmt;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

/// An hour in milliseconds.
pub const HOUR_MS: i64 = 3_600_000;

/// A moment: milliseconds since 1970-01-01 UTC. Stored as an integer, spoken as RFC 3339.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// The clock of this machine.
    pub fn now() -> Self {
        Self(Timestamp::now().as_millisecond())
    }

    /// From milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch.
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This moment moved by seconds, which may be negative.
    pub const fn plus_secs(self, secs: i64) -> Self {
        Self(self.0.saturating_add(secs.saturating_mul(1000)))
    }

    /// The first moment of the hour, in UTC, that holds this one.
    pub const fn hour_start(self) -> Self {
        Self(self.0.div_euclid(HOUR_MS) * HOUR_MS)
    }

    /// Milliseconds from `earlier` to this moment; negative if it came before.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// As `20261122T120000Z`.
    pub fn compact(self) -> String {
        self.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.timestamp())
    }
}

impl serde::Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let at = Timestamp::deserialize(d)?;
        Ok(Self(at.as_millisecond()))
    }
}

impl ToSql for Moment {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.into())
    }
}

impl FromSql for Moment {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}

/// The operator's time zone, by which days and months are counted.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of an IANA name such as `Asia/Shanghai`.
    pub fn named(name: &str) -> Result<Self, jiff::Error> {
        TimeZone::get(name).map(Self)
    }

    /// The first moment of the day that holds `at`.
    pub fn day_start(&self, at: Moment) -> Moment {
        let zoned = at.timestamp().to_zoned(self.0.clone());
        zoned
            .start_of_day()
            .map_or(at, |start| Moment(start.timestamp().as_millisecond()))
    }

    /// The same time of day so many months later; the last day of a shorter month stands in for one it has not.
    pub fn months_later(&self, at: Moment, months: u32) -> Moment {
        let zoned = at.timestamp().to_zoned(self.0.clone());
        let later = zoned.checked_add(jiff::Span::new().months(i64::from(months.min(12_000))));
        later.map_or(at, |later| Moment(later.timestamp().as_millisecond()))
    }

    /// The minute of `at`, as `2026-11-22 20:30`.
    pub fn minute(&self, at: Moment) -> String {
        let zoned = at.timestamp().to_zoned(self.0.clone());
        zoned.strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// The calendar month of `at`, as `2026-11`.
    pub fn month(&self, at: Moment) -> String {
        self.day(at)[..7].to_owned()
    }

    /// The moments that a month named `2026-11` lies between; the last is not part of it.
    pub fn month_span(&self, name: &str) -> Option<(Moment, Moment)> {
        let first: jiff::civil::Date = format!("{name}-01").parse().ok()?;
        let start = |date: jiff::civil::Date| {
            let zoned = date.to_zoned(self.0.clone()).ok()?;
            Some(Moment(zoned.timestamp().as_millisecond()))
        };
        let next = first.last_of_month().tomorrow().ok()?;
        Some((start(first)?, start(next)?))
    }

    /// The calendar day of `at`, as `2026-11-22`.
    pub fn day(&self, at: Moment) -> String {
        self.date(at).to_string()
    }

    /// The calendar day of `at`.
    pub fn date(&self, at: Moment) -> Date {
        at.timestamp().to_zoned(self.0.clone()).date()
    }
}

/// A duration in milliseconds as whole seconds, rounded up.
pub fn ceil_secs(millis: i64) -> i64 {
    let duration = SignedDuration::from_millis(millis);
    duration.as_secs() + i64::from(duration.subsec_millis() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operators_day_starts_at_their_midnight() {
        let zone = Zone::named("Asia/Shanghai").expect("a known zone");
        let evening: Moment = serde_json::from_str("\"2026-11-22T20:30:00Z\"").expect("a time");
        assert_eq!(
            zone.day_start(evening).to_string(),
            "2026-11-22T16:00:00.000Z"
        );
        assert_eq!(zone.day(evening), "2026-11-23");
        let (from, until) = zone.month_span("2026-12").expect("a month");
        assert_eq!(from.to_string(), "2026-11-30T16:00:00.000Z");
        assert_eq!(until.to_string(), "2026-12-31T16:00:00.000Z");
        assert_eq!(zone.month(from), "2026-12");
        for bad in ["2026-13", "2026", "november", "2026-11-01"] {
            assert_eq!(zone.month_span(bad), None, "{bad}");
        }
    }

    #[test]
    fn months_keep_the_day_where_they_can() {
        let zone = Zone::named("Asia/Shanghai").expect("a known zone");
        let start: Moment = serde_json::from_str("\"2027-01-30T17:00:00Z\"").expect("a time");
        let later = |months| zone.months_later(start, months).to_string();
        assert_eq!(later(1), "2027-02-27T17:00:00.000Z");
        assert_eq!(later(2), "2027-03-30T17:00:00.000Z");
    }
}
