//! What can happen to a queue. Numbers are taken modulo what there is, so that every step can be taken at any time.

use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Done,
    Curable,
    Internal,
    Permanent,
    StorageRefused,
    HandedBack,
}

/// What a model answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Done,
    Failed,
    Unknown,
}

/// One thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Submit {
        user: usize,
        /// Orders of one user for the same picture share a cache key.
        picture: u8,
        fresh: bool,
        class: i64,
        price: u32,
        /// The idempotency key and what it stands for.
        key: Option<(u8, u8)>,
    },
    Claim {
        room: usize,
    },
    /// A run arrives at a station.
    Reach {
        claim: usize,
        progress: u32,
        cpu: bool,
    },
    /// A run asks a model.
    Ask {
        claim: usize,
    },
    Answered {
        claim: usize,
        answer: Answer,
    },
    /// A worker ends its run, also one that has lost its claim.
    Finish {
        claim: usize,
        how: How,
    },
    Cancel {
        user: usize,
        job: usize,
    },
    /// The operator ends a job.
    Stop {
        job: usize,
    },
    /// The operator repeats a failed job.
    Repeat {
        job: usize,
    },
    Grant {
        user: usize,
        credits: u32,
    },
    /// The sweep finds that only these claims still run.
    Sweep {
        running: u8,
    },
    /// The process dies, and another one starts with this limit.
    Crash {
        per_user: u32,
    },
    /// The machine's clock is set.
    Clock {
        secs: i64,
    },
}

pub(super) fn any_step() -> BoxedStrategy<Step> {
    let index = 0..64_usize;
    let key = proptest::option::weighted(0.3, (0..3_u8, 0..2_u8));
    let submit = (0..2_usize, 0..6_u8, any::<bool>(), 0..2_i64, 0..9_u32, key).prop_map(
        |(user, picture, fresh, class, price, key)| Step::Submit {
            user,
            picture,
            fresh,
            class,
            price,
            key,
        },
    );
    let reach = (index.clone(), 0..4_usize, any::<bool>());
    let reach = reach.prop_map(|(claim, station, cpu)| Step::Reach {
        claim,
        progress: [10, 30, 50, 80][station],
        cpu,
    });
    let answer = prop_oneof![
        Just(Answer::Done),
        Just(Answer::Failed),
        Just(Answer::Unknown)
    ];
    let how = prop_oneof![
        3 => Just(How::Done),
        3 => Just(How::Curable),
        1 => Just(How::Internal),
        1 => Just(How::Permanent),
        1 => Just(How::StorageRefused),
        1 => Just(How::HandedBack),
    ];
    prop_oneof![
        8 => submit,
        7 => (1..4_usize).prop_map(|room| Step::Claim { room }),
        3 => reach,
        3 => index.clone().prop_map(|claim| Step::Ask { claim }),
        3 => (index.clone(), answer).prop_map(|(claim, answer)| Step::Answered { claim, answer }),
        7 => (index.clone(), how).prop_map(|(claim, how)| Step::Finish { claim, how }),
        3 => (0..2_usize, index.clone()).prop_map(|(user, job)| Step::Cancel { user, job }),
        1 => index.clone().prop_map(|job| Step::Stop { job }),
        1 => index.prop_map(|job| Step::Repeat { job }),
        1 => (0..2_usize, 1..20_u32).prop_map(|(user, credits)| Step::Grant { user, credits }),
        1 => any::<u8>().prop_map(|running| Step::Sweep { running }),
        2 => (1..4_u32).prop_map(|per_user| Step::Crash { per_user }),
        3 => (-40..1000_i64).prop_map(|secs| Step::Clock { secs: if secs > 60 { secs / 20 } else { secs } }),
        1 => Just(Step::Clock { secs: 901 }),
    ]
    .boxed()
}
