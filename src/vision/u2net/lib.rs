//! U²-Net, the network of main subjects, run by hand: a general runtime spends more time on moving its many small maps
//! than on computing. Weights come from the ONNX file, in the order in which the network uses them.
//!
//! Qin et al., U²-Net: going deeper with nested U-structure for salient object detection, 2020.

mod conv;
mod maps;
mod weights;

use conv::Conv;
use maps::{LANES, Maps};
use weights::Weights;

/// The loaded network.
pub struct U2Net {
    encoders: Vec<Block>,
    decoders: Vec<Block>,
    sides: Vec<Conv>,
    fuse: Vec<f32>,
    fuse_bias: f32,
}

/// The levels of each block on the way down; the last two look wider instead of smaller.
const LEVELS: [(usize, Scale); 6] = [
    (7, Scale::Halved),
    (6, Scale::Halved),
    (5, Scale::Halved),
    (4, Scale::Halved),
    (4, Scale::Kept),
    (4, Scale::Kept),
];

/// What it was trained to subtract from red, green and blue (0 to 1), and to divide them by then.
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];

impl U2Net {
    /// Reads an ONNX file; `None` if it is another network.
    pub fn read(onnx: &[u8]) -> Option<Self> {
        let mut weights = Weights::read(onnx)?;
        let mut block = |(levels, scale)| Block::read(&mut weights, levels, scale);
        let encoders = LEVELS.into_iter().map(&mut block).collect::<Option<_>>()?;
        let decoders = LEVELS[..5].iter().rev().copied().map(&mut block);
        let decoders = decoders.collect::<Option<_>>()?;
        let sides = LEVELS.iter().map(|_| weights.side());
        let sides = sides.collect::<Option<_>>()?;
        let (fuse, bias) = weights.last()?;
        (fuse.len() == LEVELS.len()).then_some(Self {
            encoders,
            decoders,
            sides,
            fuse,
            fuse_bias: bias,
        })
    }

    /// How much each pixel belongs to the subject, 0 to 1, row by row. The picture is red, green and blue, row by row;
    /// its sides are multiples of 32 (the network was trained on 320 × 320).
    ///
    /// # Panics
    /// If the picture has not three bytes a pixel.
    pub fn look(&self, picture: &[u8], w: usize, h: usize) -> Vec<f32> {
        assert_eq!(picture.len(), 3 * w * h, "three bytes a pixel");
        let mut passed: Vec<Maps> = Vec::new();
        for block in &self.encoders {
            let maps = match passed.last() {
                None => block.run(&[&normalised(picture, w, h)]),
                Some(above) => block.run(&[&above.pooled()]),
            };
            passed.push(maps);
        }
        let mut maps = passed.pop().expect("there are six blocks");
        let mut sum = vec![self.fuse_bias; w * h];
        let mut sides = self.sides.iter().zip(&self.fuse).rev();
        let mut tell = |maps: &Maps| {
            let (side, weight) = sides.next().expect("a side for each level");
            let told = side.run(&[maps]).resized(w, h);
            told.add_first_to(&mut sum, *weight);
        };
        tell(&maps);
        for block in &self.decoders {
            let beside = passed.pop().expect("a level for each decoder");
            maps = block.run(&[&maps.resized(beside.w, beside.h), &beside]);
            tell(&maps);
        }
        sum.into_iter().map(|v| 1.0 / (1.0 + (-v).exp())).collect()
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Scale {
    Halved,
    Kept,
}

/// A small U of its own: down through its levels, up again beside them, and its entry added.
struct Block {
    enter: Conv,
    down: Vec<Conv>,
    up: Vec<Conv>,
    scale: Scale,
}

impl Block {
    fn read(weights: &mut Weights, levels: usize, scale: Scale) -> Option<Self> {
        Some(Self {
            enter: weights.conv()?,
            down: (0..levels).map(|_| weights.conv()).collect::<Option<_>>()?,
            up: (1..levels).map(|_| weights.conv()).collect::<Option<_>>()?,
            scale,
        })
    }

    fn run(&self, inputs: &[&Maps]) -> Maps {
        let entry = self.enter.run(inputs);
        let mut levels = vec![self.down[0].run(&[&entry])];
        for (i, conv) in self.down.iter().enumerate().skip(1) {
            let above = &levels[i - 1];
            let halved = self.scale == Scale::Halved && i + 1 < self.down.len();
            let level = if halved {
                conv.run(&[&above.pooled()])
            } else {
                conv.run(&[above])
            };
            levels.push(level);
        }
        let mut maps = levels.pop().expect("every block has levels");
        for conv in &self.up {
            let beside = levels.pop().expect("a level for each step up");
            maps = if (maps.w, maps.h) == (beside.w, beside.h) {
                conv.run(&[&maps, &beside])
            } else {
                conv.run(&[&maps.resized(beside.w, beside.h), &beside])
            };
        }
        maps.add(&entry);
        maps
    }
}

fn normalised(picture: &[u8], w: usize, h: usize) -> Maps {
    let top = f32::from(picture.iter().copied().max().unwrap_or(1).max(1));
    Maps::from_fn(w, h, 1, |x, y, _| {
        let mut maps = [0.0; LANES];
        let pixel = &picture[3 * (y * w + x)..];
        for i in 0..3 {
            maps[i] = (f32::from(pixel[i]) / top - MEAN[i]) / DEVIATION[i];
        }
        maps
    })
}
