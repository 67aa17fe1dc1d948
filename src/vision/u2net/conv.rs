//! Convolutions of 3 × 3 pixels, straight over the maps: sums of neighbouring pixels stay in registers, and the weights
//! of sixteen inputs in the nearest cache, while a row goes by.

use rten_simd::ops::{BitOps, FloatOps};
use rten_simd::{Isa, SimdOp};

use super::maps::{LANES, Maps, Pixel};

const TAPS: usize = 9;

/// The weights of one tap between two groups of channels: for each input, one number an output.
type Tap = [Pixel; LANES];

/// A convolution of 3 × 3 pixels that keeps the size.
pub(super) struct Conv {
    inputs: usize,
    /// By group of outputs, group of inputs: nine taps.
    taps: Vec<[Tap; TAPS]>,
    bias: Vec<Pixel>,
    /// Pixels between taps.
    reach: usize,
    /// The least answer: 0 where what is below becomes 0.
    least: f32,
}

impl Conv {
    /// From weights by output, input, row and column, and `reach` pixels between them.
    pub(super) fn new(inputs: usize, weights: &[f32], bias: &[f32], reach: usize) -> Self {
        let outputs = bias.len();
        let groups = inputs.div_ceil(LANES);
        let mut taps = vec![[[[0.0; LANES]; LANES]; TAPS]; outputs.div_ceil(LANES) * groups];
        for (i, weight) in weights.iter().enumerate() {
            let (tap, input, output) = (i % TAPS, i / TAPS % inputs, i / TAPS / inputs);
            let group = &mut taps[output / LANES * groups + input / LANES];
            group[tap][input % LANES][output % LANES] = *weight;
        }
        let mut padded = vec![[0.0; LANES]; outputs.div_ceil(LANES)];
        for (i, bias) in bias.iter().enumerate() {
            padded[i / LANES][i % LANES] = *bias;
        }
        Self {
            inputs,
            taps,
            bias: padded,
            reach,
            least: 0.0,
        }
    }

    /// The same with answers below 0.
    pub(super) fn signed(self) -> Self {
        Self {
            least: f32::MIN,
            ..self
        }
    }

    /// Runs over several maps of one size as if they were one.
    pub(super) fn run(&self, inputs: &[&Maps]) -> Maps {
        let wide: Vec<Maps>;
        let wider: Vec<&Maps>;
        let mut inputs = inputs;
        if inputs.iter().any(|maps| maps.border < self.reach) {
            wide = inputs
                .iter()
                .map(|maps| maps.bordered(self.reach))
                .collect();
            wider = wide.iter().collect();
            inputs = &wider;
        }
        let (w, h) = (inputs[0].w, inputs[0].h);
        Maps::from_rows(w, h, self.bias.len(), |y, out| {
            let row = Row {
                conv: self,
                inputs,
                y,
                out,
            };
            row.dispatch();
        })
    }
}

/// One row of outputs.
struct Row<'a> {
    conv: &'a Conv,
    inputs: &'a [&'a Maps],
    y: usize,
    out: &'a mut [Pixel],
}

impl SimdOp for Row<'_> {
    type Output = ();

    // As many sums as there are registers for: 32 of 16 numbers, 16 of 8, 32 of 4.
    #[inline(always)]
    fn eval<I: Isa>(mut self, isa: I) {
        let ops = isa.f32();
        let groups = self.conv.bias.len();
        match ops.len() {
            16 if groups % 2 == 0 => self.groups::<_, 2, 1, 10>(ops),
            16 => self.groups::<_, 1, 1, 20>(ops),
            8 => self.groups::<_, 1, 2, 5>(ops),
            _ => self.groups::<_, 1, 4, 5>(ops),
        }
    }
}

impl Row<'_> {
    /// All outputs, `G` groups at a time, each of `P` vectors, and `T` pixels at a time.
    #[inline(always)]
    fn groups<O: FloatOps<f32>, const G: usize, const P: usize, const T: usize>(&mut self, ops: O) {
        let (w, stride) = (self.inputs[0].w, self.inputs[0].w + 2);
        for (part, bias) in self.out.chunks_exact_mut(stride).zip(&self.conv.bias) {
            part[1..=w].fill(*bias);
        }
        let all = self.conv.inputs.div_ceil(LANES);
        for output in (0..self.conv.bias.len()).step_by(G) {
            let (inputs, mut input) = (self.inputs, 0);
            for maps in inputs {
                for group in 0..maps.groups {
                    let live = (self.conv.inputs - input * LANES).min(LANES);
                    let mut taps = [&self.conv.taps[0]; G];
                    for (i, to) in taps.iter_mut().enumerate() {
                        *to = &self.conv.taps[(output + i) * all + input];
                    }
                    let pass = Pass {
                        maps,
                        group,
                        live,
                        taps,
                        output,
                    };
                    self.tiles::<O, G, P, T>(ops, &pass);
                    input += 1;
                }
            }
        }
        for pixel in self.out.iter_mut() {
            for v in pixel {
                *v = v.max(self.conv.least);
            }
        }
    }

    #[inline(always)]
    fn tiles<O: FloatOps<f32>, const G: usize, const P: usize, const T: usize>(
        &mut self,
        ops: O,
        pass: &Pass<'_, G>,
    ) {
        let w = pass.maps.w;
        let mut x = 0;
        while x + T <= w {
            self.tile::<O, G, P, T>(ops, pass, x);
            x += T;
        }
        while x < w {
            self.tile::<O, G, P, 1>(ops, pass, x);
            x += 1;
        }
    }

    // Loops and no closures: what is not inlined knows nothing of wide registers.
    #[inline(always)]
    fn tile<O: FloatOps<f32>, const G: usize, const P: usize, const T: usize>(
        &mut self,
        ops: O,
        pass: &Pass<'_, G>,
        x: usize,
    ) {
        let (maps, reach) = (pass.maps, self.conv.reach);
        let stride = maps.w + 2;
        let mut sums = [[[ops.splat(0.0); T]; P]; G];
        for g in 0..G {
            let out = &self.out[(pass.output + g) * stride + x + 1..];
            let out: &[Pixel; T] = out.first_chunk().expect("a row has this many pixels");
            for p in 0..P {
                for t in 0..T {
                    sums[g][p][t] = ops.load(&out[t][p * ops.len()..]);
                }
            }
        }
        for tap in 0..TAPS {
            let y = self.y + maps.border - reach + tap / 3 * reach;
            let from = x + maps.border - reach + tap % 3 * reach;
            let row = &maps.row(y, pass.group)[from..];
            let pixels: &[Pixel; T] = row.first_chunk().expect("the border is wide enough");
            for channel in 0..pass.live {
                let channel = channel % LANES;
                let mut weights = [[ops.splat(0.0); P]; G];
                for g in 0..G {
                    for p in 0..P {
                        weights[g][p] = ops.load(&pass.taps[g][tap][channel][p * ops.len()..]);
                    }
                }
                for t in 0..T {
                    let pixel = ops.splat(pixels[t][channel]);
                    for g in 0..G {
                        for p in 0..P {
                            sums[g][p][t] = ops.mul_add(pixel, weights[g][p], sums[g][p][t]);
                        }
                    }
                }
            }
        }
        for g in 0..G {
            let out = &mut self.out[(pass.output + g) * stride + x + 1..];
            let out: &mut [Pixel; T] = out.first_chunk_mut().expect("a row has this many pixels");
            for p in 0..P {
                for t in 0..T {
                    ops.store(sums[g][p][t], &mut out[t][p * ops.len()..]);
                }
            }
        }
    }
}

/// What one group of inputs adds to some groups of outputs.
struct Pass<'a, const G: usize> {
    maps: &'a Maps,
    group: usize,
    /// How many of the group's sixteen inputs there are.
    live: usize,
    taps: [&'a [Tap; TAPS]; G],
    /// The first group of outputs.
    output: usize,
}
