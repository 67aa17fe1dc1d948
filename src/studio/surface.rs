//! Materials: what boards, stone, cloth and plaster look like, as colours over a plane measured in picture widths.

use super::noise::Noise;
use crate::imaging::colour::hex;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::Value;

/// A material; `tint` is its colour, `noise` which piece of it.
#[derive(Clone, Copy)]
pub(super) struct Surface {
    pub(super) kind: Material,
    pub(super) tint: [f32; 3],
    pub(super) noise: Noise,
}

/// The materials there are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Material {
    Smooth,
    Plaster,
    Concrete,
    Wood,
    Marble,
    Linen,
    Velvet,
    Sand,
    Brick,
}

impl Surface {
    /// The colour at a place.
    pub(super) fn at(self, x: f32, y: f32) -> [f32; 3] {
        let n = self.noise;
        match self.kind {
            Material::Smooth => self.tint,
            Material::Plaster => {
                let broad = n.cloud(x * 3.0, y * 3.0, 4) - 0.5;
                let stroke = n.cloud(x * 9.0 + broad * 4.0, y * 40.0, 3) - 0.5;
                let fine = n.at(x * 320.0, y * 320.0) - 0.5;
                self.tint
                    .times(1.0 + 0.2 * broad + 0.07 * stroke + 0.03 * fine)
            }
            Material::Concrete => {
                let broad = n.cloud(x * 2.2, y * 2.2, 5) - 0.5;
                let stain = smoothstep(0.55, 0.8, n.cloud(x * 5.0 + 9.0, y * 5.0, 4));
                let pore = smoothstep(0.8, 0.95, n.at(x * 130.0, y * 130.0));
                let fine = n.at(x * 420.0, y * 420.0) - 0.5;
                self.tint
                    .times((1.0 + 0.4 * broad - 0.1 * stain + 0.08 * fine) * (1.0 - 0.2 * pore))
            }
            Material::Wood => self.wood(x, y),
            Material::Marble => self.marble(x, y),
            Material::Linen => self.linen(x, y),
            Material::Velvet => {
                let broad = n.cloud(x * 2.5 + 0.6 * n.at(x * 3.0, y * 3.0), y * 2.5, 4) - 0.5;
                let pile = n.cloud(x * 160.0, y * 160.0, 2) - 0.5;
                self.tint.times((1.0 + 1.1 * broad + 0.25 * pile).max(0.2))
            }
            Material::Sand => {
                let drift = n.cloud(x * 1.4, y * 2.2, 3);
                let ripple = (y * 52.0 + drift * 26.0 + 3.0 * n.at(x * 4.0, y * 8.0)).sin();
                let fine = n.at(x * 520.0, y * 520.0) - 0.5;
                let grain = smoothstep(0.86, 1.0, n.at(x * 300.0 + 5.0, y * 300.0));
                self.tint.times(
                    (1.0 + 0.11 * ripple + 0.24 * (drift - 0.5) + 0.2 * fine)
                        * (1.0 - 0.25 * grain),
                )
            }
            Material::Brick => self.brick(x, y),
        }
    }

    fn wood(self, x: f32, y: f32) -> [f32; 3] {
        let n = self.noise;
        let board_height = 0.19;
        let board = (y / board_height).floor();
        let inside = y / board_height - board;
        let shade = n.cell(board as i32, 3) - 0.5;
        let x = x + 13.7 * n.cell(board as i32, 11);
        let bend = n.cloud(x * 0.9, y * 2.6 + board * 5.0, 3);
        let ring = ((bend * 9.0 + y * 16.0) * std::f32::consts::TAU).sin() * 0.5 + 0.5;
        let fibre = n.cloud(x * 5.0, y * 210.0 + board * 31.0, 3) - 0.5;
        let pore = smoothstep(0.68, 0.9, n.cloud(x * 16.0, y * 330.0, 2));
        let dark = self.tint.times(0.55);
        let body = dark.mix(
            self.tint.times(1.12),
            0.35 + 0.5 * ring * 0.6 + 0.35 * fibre + 0.3,
        );
        let gap = smoothstep(0.0, 0.02, inside) * smoothstep(1.0, 0.985, inside);
        body.times((1.0 + 0.3 * shade) * (1.0 - 0.22 * pore) * (0.35 + 0.65 * gap))
    }

    fn marble(self, x: f32, y: f32) -> [f32; 3] {
        let n = self.noise;
        let warp = (
            n.cloud(x * 1.8, y * 1.8, 4) - 0.5,
            n.cloud(x * 1.8 + 40.0, y * 1.8, 4) - 0.5,
        );
        let vein = |k: f32, sharp: f32, ox: f32| {
            let v = n.cloud(
                x * k + warp.0 * 2.6 + ox,
                y * k * 1.3 + warp.1 * 2.6 + x * 0.8,
                4,
            );
            (1.0 - (2.0 * v - 1.0).abs() * 2.2).max(0.0).powf(sharp)
        };
        let bold = vein(1.1, 9.0, 0.0) * smoothstep(0.35, 0.7, n.cloud(x * 1.6 + 7.0, y * 1.6, 2));
        let thin = vein(2.6, 16.0, 31.0);
        let cloud = n.cloud(x * 1.5 - 20.0, y * 1.5, 4) - 0.5;
        let body = self.tint.times(1.0 + 0.16 * cloud);
        let grey = [0.30, 0.30, 0.31];
        body.mix(grey, 0.55 * bold).mix(hex(0x9c8a72), 0.3 * thin)
    }

    fn linen(self, x: f32, y: f32) -> [f32; 3] {
        let n = self.noise;
        let (tx, ty) = (x * 190.0, y * 190.0);
        let weft = 0.5 + 0.5 * (ty * std::f32::consts::PI + 0.7 * n.at(tx * 0.2, ty * 0.05)).sin();
        let warp = 0.5 + 0.5 * (tx * std::f32::consts::PI + 0.7 * n.at(tx * 0.05, ty * 0.2)).sin();
        let over = ((tx.floor() + ty.floor()) as i32).rem_euclid(2) == 0;
        let thread = if over { weft } else { warp };
        let slub = n.cloud(tx * 0.03, ty * 0.9, 2) + n.cloud(tx * 0.9, ty * 0.03 + 50.0, 2) - 1.0;
        // Gentle folds, lit from one side.
        let fold = |x: f32, y: f32| n.cloud(x * 1.5 + y * 0.7, y * 0.9, 3);
        let slope = (fold(x + 0.01, y + 0.006) - fold(x - 0.01, y - 0.006)) * 6.0;
        self.tint
            .times((1.0 + 0.1 * (thread - 0.5) + 0.16 * slub) * (1.0 + slope.clamp(-0.22, 0.22)))
    }

    fn brick(self, x: f32, y: f32) -> [f32; 3] {
        let n = self.noise;
        let (bw, bh) = (0.15, 0.052);
        let row = (y / bh).floor();
        let shift = if (row as i32).rem_euclid(2) == 0 {
            0.0
        } else {
            0.5
        };
        let column = (x / bw + shift).floor();
        let wobble = 0.012 * (n.at(x * 40.0, y * 40.0) - 0.5);
        let (ix, iy) = (
            x / bw + shift - column + wobble,
            y / bh - row + wobble * 3.0,
        );
        let joint = smoothstep(0.0, 0.05, ix)
            * smoothstep(1.0, 0.95, ix)
            * smoothstep(0.0, 0.13, iy)
            * smoothstep(1.0, 0.87, iy);
        let shade = n.cell(column as i32, row as i32) - 0.5;
        let rough = n.cloud(x * 30.0, y * 30.0, 3) - 0.5;
        let stone = self.tint.times(1.0 + 0.4 * shade + 0.5 * rough);
        let mortar = hex(0xb5aea4).times(0.8 + 0.3 * rough);
        mortar.mix(stone, joint)
    }
}
