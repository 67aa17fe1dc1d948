//! What becomes of each call: by dice that fall the same way for the same seed.

/// Dice that can be thrown again.
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice of this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn throw(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number of a range.
    pub(crate) fn among(&mut self, range: std::ops::Range<u64>) -> u64 {
        range.start + self.throw() % (range.end - range.start)
    }
}

/// What becomes of a call for a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The picture, at once.
    Picture,
    /// The picture is made, and the connection breaks in the middle of the answer.
    Cut,
    /// The picture is made, too late.
    Slow,
    /// 503.
    Overloaded,
    /// 429 with a time to wait.
    Limited,
    /// 502 with a page for people.
    Html,
    /// 200 without a picture.
    Nothing,
    /// The result is refused.
    Unsafe,
    /// The input is refused.
    Refused,
}

impl Fate {
    /// The fate of the `call`th call for job `job`: three in ten go wrong.
    pub(crate) fn of(seed: u64, job: u64, call: u64) -> Self {
        let mut dice = Dice::new(seed ^ job.rotate_left(20) ^ call.rotate_left(50));
        match dice.among(0..100) {
            0..5 => Self::Cut,
            5..7 => Self::Slow,
            7..14 => Self::Overloaded,
            14..18 => Self::Limited,
            18..22 => Self::Html,
            22..26 => Self::Nothing,
            26..29 => Self::Unsafe,
            29 => Self::Refused,
            _ => Self::Picture,
        }
    }

    /// True if the vendor makes the picture, and charges for it.
    pub(crate) const fn is_paid(self) -> bool {
        match self {
            Self::Picture | Self::Cut | Self::Slow => true,
            Self::Overloaded
            | Self::Limited
            | Self::Html
            | Self::Nothing
            | Self::Unsafe
            | Self::Refused => false,
        }
    }
}
