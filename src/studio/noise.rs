//! Chance that repeats: a dice from a seed, and smooth noise for surfaces.

/// A sequence of random numbers fixed by its seed (SplitMix64). A clone throws the same numbers again.
#[derive(Clone)]
pub(super) struct Dice(u64);

impl Dice {
    /// A dice for one purpose of one picture.
    pub(super) fn new(seed: u64, purpose: &str) -> Self {
        let salt = purpose.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
            (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(seed ^ salt)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to 1.
    pub(super) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u64 << 24) as f32
    }

    /// A number from `low` to `high`.
    pub(super) fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// −1 or 1.
    pub(super) fn sign(&mut self) -> f32 {
        if self.unit() < 0.5 { -1.0 } else { 1.0 }
    }

    /// One of several.
    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[(self.next() % choices.len() as u64) as usize]
    }

    /// A salt for [`Noise`].
    pub(super) fn noise(&mut self) -> Noise {
        Noise((self.next() >> 32) as u32)
    }
}

/// Smooth noise over a plane.
#[derive(Clone, Copy)]
pub(super) struct Noise(u32);

impl Noise {
    /// A number from 0 to 1 for a whole-numbered place.
    pub(super) fn cell(self, x: i32, y: i32) -> f32 {
        let mut h =
            self.0 ^ (x as u32).wrapping_mul(0x8da6_b343) ^ (y as u32).wrapping_mul(0xd816_3841);
        h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
        h = (h ^ (h >> 12)).wrapping_mul(0x297a_2d39);
        ((h ^ (h >> 15)) >> 8) as f32 / (1_u32 << 24) as f32
    }

    /// Smooth noise from 0 to 1 with features of size 1.
    pub(super) fn at(self, x: f32, y: f32) -> f32 {
        let (fx, fy) = (x.floor(), y.floor());
        let (ix, iy) = (fx as i32, fy as i32);
        let ease = |t: f32| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
        let (tx, ty) = (ease(x - fx), ease(y - fy));
        let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
        let (nx, ny) = (ix.wrapping_add(1), iy.wrapping_add(1));
        let top = mix(self.cell(ix, iy), self.cell(nx, iy), tx);
        mix(top, mix(self.cell(ix, ny), self.cell(nx, ny), tx), ty)
    }

    /// Noise from 0 to 1 with finer and finer detail.
    pub(super) fn cloud(self, x: f32, y: f32, octaves: u32) -> f32 {
        let (mut sum, mut weight, mut total, mut size) = (0.0, 0.5, 0.0, 1.0);
        for i in 0..octaves {
            let turned = (x * 0.8 - y * 0.6, x * 0.6 + y * 0.8);
            let p = if i % 2 == 0 { (x, y) } else { turned };
            sum += weight * self.at(p.0 * size + 17.3 * i as f32, p.1 * size - 9.1 * i as f32);
            total += weight;
            weight *= 0.5;
            size *= 2.03;
        }
        sum / total
    }
}
