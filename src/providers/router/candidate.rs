//! The candidates of a choice, as `GET /v1/jobs/{id}/route` and the dry run show them.

use serde::Serialize;

use super::score::{Parts, Wish};
use crate::kinds::{Kind, choice};

/// What a job sends the router for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errand<'a> {
    /// Which picture.
    pub kind: Kind,
    /// The user's mode, which names a list: `personal` or `business`.
    pub mode: &'a str,
    /// What the choice depends on.
    pub wish: Wish,
}

choice! {
    /// Why a model of a list cannot be used.
    Unavailable {
        NotConfigured = "not_configured", "未配置", "It has no provider or no key";
        OtherKinds = "other_kinds", "不支持此类图片", "It makes other kinds of pictures";
        Disabled = "disabled", "已停用", "An operator has switched it off";
        BudgetReached = "budget_reached", "已达今日预算", "The budget of the day is reached";
    }
}

/// One row of a route: a name of the list, whether it can be used, and how good it is for the job.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// The logical name.
    pub model: String,
    /// Its place in the list, from 1.
    pub priority: usize,
    /// True if it can be used.
    pub available: bool,
    /// Why it cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unavailable: Option<Unavailable>,
    /// When it would be asked, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
    /// Its points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// Where they come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<Parts>,
    /// `closed`, `open` or `half_open`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub breaker: Option<&'static str>,
}

impl Candidate {
    pub(super) const fn unavailable(model: String, priority: usize, why: Unavailable) -> Self {
        Self {
            model,
            priority,
            available: false,
            unavailable: Some(why),
            rank: None,
            score: None,
            parts: None,
            breaker: None,
        }
    }

    pub(super) fn available(
        model: String,
        priority: usize,
        parts: Parts,
        breaker: &'static str,
    ) -> Self {
        Self {
            model,
            priority,
            available: true,
            unavailable: None,
            rank: None,
            score: Some(parts.total()),
            parts: Some(parts),
            breaker: Some(breaker),
        }
    }
}

/// Writes into each candidate when it would be asked: best score first, then the order of the list.
pub(super) fn rank(candidates: &mut [Candidate]) {
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.retain(|at| candidates[*at].available);
    order.sort_by(|a, b| {
        let score = |at: usize| candidates[at].score.unwrap_or(f64::MIN);
        score(*b).total_cmp(&score(*a)).then(a.cmp(b))
    });
    for (rank, at) in order.into_iter().enumerate() {
        candidates[at].rank = Some(rank + 1);
    }
}
