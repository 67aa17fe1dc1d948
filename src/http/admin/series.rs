//! `/v1/admin/series` and `/v1/admin/failures`: what curves are drawn from, and why jobs failed.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde::Serialize;
use serde_json::json;

use super::overview::Window;
use crate::db::DbError;
use crate::http::extract::{Admin, Query};
use crate::http::{Problem, State, reply};
use crate::jobs::series::{self, Ended};
use crate::time::{Moment, Zone};
use crate::traffic::{self, Calls};

/// Windows up to this many hours are shown by the hour, longer ones by the day.
const BY_THE_HOUR: u32 = 72;

/// How wide the steps of a curve are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Hour,
    /// A day of the operator.
    Day,
}

impl Step {
    const fn of(hours: u32) -> Self {
        if hours <= BY_THE_HOUR {
            Self::Hour
        } else {
            Self::Day
        }
    }

    const fn secs(self) -> i64 {
        match self {
            Self::Hour => 3600,
            Self::Day => 86_400,
        }
    }

    /// The beginning of the step that holds `at`.
    fn start(self, zone: &Zone, at: Moment) -> Moment {
        match self {
            Self::Hour => at.hour_start(),
            Self::Day => zone.day_start(at),
        }
    }

    /// The beginnings of all steps from the one that holds `from` to the one that holds `until`.
    fn starts(self, zone: &Zone, (from, until): (Moment, Moment)) -> Vec<Moment> {
        // When clocks change a day has 23 or 25 hours: 26 later it is the next one in any case.
        let later = match self {
            Self::Hour => 3600,
            Self::Day => 26 * 3600,
        };
        let next = |at: &Moment| Some(self.start(zone, at.plus_secs(later)));
        std::iter::successors(Some(self.start(zone, from)), next)
            .take_while(|at| *at <= until)
            .collect()
    }
}

/// What happened in one step.
#[derive(Debug, Serialize)]
struct Point {
    at: Moment,
    #[serde(flatten)]
    jobs: Ended,
    calls: Calls,
    cost_micros: i64,
}

impl Point {
    fn new(at: Moment) -> Self {
        Self {
            at,
            jobs: Ended::default(),
            calls: Calls::default(),
            cost_micros: 0,
        }
    }

    fn add_jobs(&mut self, jobs: Ended) {
        self.jobs.completed += jobs.completed;
        self.jobs.failed += jobs.failed;
        self.jobs.cancelled += jobs.cancelled;
    }

    fn add_calls(&mut self, calls: Calls) {
        self.calls.calls += calls.calls;
        self.calls.refused += calls.refused;
        self.calls.failed += calls.failed;
    }
}

/// Adds hours to the steps that they begin in; an hour that began before all of them goes to the first.
fn fold<T>(points: &mut [Point], hours: Vec<(Moment, T)>, add: impl Fn(&mut Point, T)) {
    for (hour, what) in hours {
        let after = points.partition_point(|point| point.at <= hour);
        if let Some(point) = points.get_mut(after.saturating_sub(1)) {
            add(point, what);
        }
    }
}

/// `GET /v1/admin/series?hours=24`: every step of the window, also those in which nothing happened.
pub(in crate::http) async fn show(
    state: Data<State>,
    _: Admin,
    Query(window): Query<Window>,
) -> Result<HttpResponse, Problem> {
    let (hours, now) = (window.hours()?, Moment::now());
    let step = Step::of(hours);
    let from = now.plus_secs(-i64::from(hours) * 3600);
    let since = step.start(&state.zone, from);
    let (jobs, calls, cost) = state
        .db
        .report(move |r| {
            let jobs = series::ended_by_hour(r, since)?;
            let calls = traffic::by_hour(r, since)?;
            Ok::<_, DbError>((jobs, calls, series::cost_by_hour(r, since)?))
        })
        .await?;
    let starts = step.starts(&state.zone, (from, now));
    let mut points: Vec<Point> = starts.into_iter().map(Point::new).collect();
    fold(&mut points, jobs, Point::add_jobs);
    fold(&mut points, calls, Point::add_calls);
    fold(&mut points, cost, |point, cost| point.cost_micros += cost);
    Ok(reply::ok(&json!({
        "hours": hours,
        "step_seconds": step.secs(),
        "points": points,
    })))
}

/// `GET /v1/admin/failures?hours=24`: failed jobs by cause, the most frequent first.
pub(in crate::http) async fn failures(
    state: Data<State>,
    _: Admin,
    Query(window): Query<Window>,
) -> Result<HttpResponse, Problem> {
    let hours = window.hours()?;
    let since = Moment::now().plus_secs(-i64::from(hours) * 3600);
    let groups = state.db.report(move |r| series::failures(r, since)).await?;
    Ok(reply::ok(&json!({ "hours": hours, "items": groups })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        serde_json::from_value(json!(text)).expect("a time")
    }

    #[test]
    fn days_are_the_operators_also_when_clocks_change() {
        let texts = |zone: &str, from: &str, until: &str| {
            let zone = Zone::named(zone).expect("a known zone");
            let starts = Step::Day.starts(&zone, (moment(from), moment(until)));
            starts.iter().map(Moment::to_string).collect::<Vec<_>>()
        };
        let shanghai = texts(
            "Asia/Shanghai",
            "2026-11-20T15:00:00Z",
            "2026-11-21T16:00:00Z",
        );
        let midnights = ["19T16:00:00", "20T16:00:00", "21T16:00:00"];
        assert_eq!(shanghai, midnights.map(|at| format!("2026-11-{at}.000Z")));
        let berlin = texts(
            "Europe/Berlin",
            "2026-10-24T12:00:00Z",
            "2026-10-26T12:00:00Z",
        );
        let midnights = ["23T22:00:00", "24T22:00:00", "25T23:00:00"];
        assert_eq!(berlin, midnights.map(|at| format!("2026-10-{at}.000Z")));
    }

    #[test]
    fn every_hour_is_in_the_step_that_it_begins_in() {
        let starts = ["2026-11-19T16:00:00Z", "2026-11-20T16:00:00Z"];
        let mut points = starts.map(|at| Point::new(moment(at)));
        let cost = ["19T15:00", "19T16:00", "20T15:00", "20T16:00", "22T03:00"];
        let cost = cost.map(|at| (moment(&format!("2026-11-{at}:00Z")), 1));
        fold(&mut points, cost.to_vec(), |point, cost| {
            point.cost_micros += cost
        });
        assert_eq!(points.map(|point| point.cost_micros), [3, 2]);
    }
}
