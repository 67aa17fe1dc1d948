//! Drawn avatars: comic, low poly, pixel art.

use rayon::prelude::*;

use super::avatar::Sitter;
use super::mesh;
use super::noise::Dice;
use super::strokes::{light, linear, lines, patches, perceptual};
use crate::imaging::colour::{self, from_hue, hex};
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::{Canvas, Plane, Value};

/// A comic panel: ink lines, flat tones, halftone dots in the shade, rays behind.
pub(super) fn comic(sitter: &Sitter, dice: &mut Dice) -> Canvas {
    let (w, h) = (sitter.alpha.w, sitter.alpha.h);
    let side = w.max(h) as f32;
    let hue = dice.unit();
    let (bright, deep) = (from_hue(hue, 0.5, 0.8), from_hue(hue + 0.04, 0.5, 0.64));
    let turn = dice.unit();
    let pitch = side / 92.0;
    let face = perceptual(&sitter.before(&Canvas::filled(w, h, [0.8; 3])));
    let flat = patches(
        &patches(&face, ((side / 1024.0) * 5.0).max(2.0) as i64),
        ((side / 1024.0) * 4.0).max(2.0) as i64,
    );
    let smooth = linear(&flat);
    let tone = light(&smooth);
    let thick = lines(&tone, side * 0.0021, 1.5);
    let thin = lines(&light(&linear(&face)), side * 0.0012, 1.15);
    let outline = sitter.alpha.blurred(side * 0.003);
    Canvas::from_fn(w, h, |x, y| {
        let (fx, fy) = (x as f32, y as f32);
        let dots = |angle: f32, cover: f32| {
            let (sin, cos) = angle.sin_cos();
            let (a, b) = ((fx * cos + fy * sin) / pitch, (fy * cos - fx * sin) / pitch);
            let d = (a - a.round()).hypot(b - b.round());
            let radius = 0.72 * cover.sqrt();
            smoothstep(radius + 0.07, radius - 0.07, d)
        };
        let (dx, dy) = (fx - sitter.face.0, fy - sitter.face.1);
        let angle = dy.atan2(dx) / std::f32::consts::TAU * 18.0 + turn;
        let ray = smoothstep(0.47, 0.5, (angle.fract() + 1.0).fract());
        let far = (dx.hypot(dy) / side * 1.3).min(1.0);
        let back = bright.mix(deep, ray);
        let back = back.mix([0.97; 3], 0.85 * dots(0.26, 0.55 * (1.0 - far).powi(2)));
        let [l, a, b] = colour::lab(smooth.at(x, y));
        let steps = [22.0, 44.0, 62.0, 78.0, 91.0];
        let mut level = 8.0;
        for (i, s) in steps.iter().enumerate() {
            let next = [30.0, 52.0, 70.0, 84.0, 96.0][i];
            level += (next - level) * smoothstep(s - 1.6, s + 1.6, l);
        }
        let own =
            colour::from_lab([level * 0.8 + l * 0.2, a * 1.4, b * 1.4]).map(|v| v.clamp(0.0, 1.0));
        let shade = smoothstep(60.0, 30.0, l) * 0.5;
        let own = own.mix(own.times(0.42), 0.7 * dots(0.785, shade));
        let alpha = sitter.alpha.at(x, y);
        let c = back.mix(own, alpha);
        let contour =
            smoothstep(0.06, 0.3, outline.at(x, y)) * smoothstep(0.94, 0.62, outline.at(x, y));
        let ink = ((1.0 - thick.at(x, y)) * alpha)
            .max((1.0 - thin.at(x, y)) * 0.8 * alpha)
            .max(contour);
        c.mix(hex(0x14121a), ink.min(1.0))
    })
}

/// A mosaic of triangles, small where the face has detail.
pub(super) fn low_poly(sitter: &Sitter, dice: &mut Dice) -> Canvas {
    let (w, h) = (sitter.alpha.w, sitter.alpha.h);
    let hue = dice.unit();
    let lamp = dice.sign();
    let (a, b) = (from_hue(hue, 0.24, 0.34), from_hue(hue + 0.1, 0.3, 0.66));
    let back = Canvas::from_fn(w, h, |x, y| {
        let t = (x as f32 / w as f32 - 0.5) * lamp + 1.0 - y as f32 / h as f32;
        b.mix(a, smoothstep(1.2, 0.0, t))
    });
    let picture = perceptual(&sitter.before(&back));
    let smooth = patches(&picture, 2);
    let points = scatter(&light(&linear(&smooth)), sitter, dice);
    let shapes = mesh::triangles(&points, w as f32, h as f32);
    let jitter = dice.noise();
    let mut out = back;
    let fills: Vec<([usize; 3], [f32; 3])> = shapes
        .par_iter()
        .enumerate()
        .map(|(i, t)| {
            let c = mean_inside(&smooth, t.map(|k| points[k]));
            let shade = 1.0 + 0.09 * (jitter.cell(i as i32, 1) - 0.5);
            let grey = (c[0] + c[1] + c[2]) / 3.0;
            (
                *t,
                c.map(|v| ((grey + (v - grey) * 1.2) * shade).clamp(0.0, 1.0).powi(2)),
            )
        })
        .collect();
    for (t, c) in fills {
        fill(&mut out, t.map(|k| points[k]), c);
    }
    out
}

/// Points: dense along edges, most of all in the face; corners and rim always.
fn scatter(tone: &Plane, sitter: &Sitter, dice: &mut Dice) -> Vec<(f32, f32)> {
    let (w, h) = (tone.w, tone.h);
    let edges = Plane::from_fn(w, h, |x, y| {
        let (x, y) = (x as i64, y as i64);
        (tone.near(x + 2, y) - tone.near(x - 2, y)).hypot(tone.near(x, y + 2) - tone.near(x, y - 2))
    });
    let (fw, fh) = (w as f32 - 1.0, h as f32 - 1.0);
    let mut points = Vec::new();
    for i in 0..=8 {
        let t = i as f32 / 8.0 + 0.0004 * (i % 3) as f32;
        let t = t.min(1.0);
        points.extend([(fw * t, 0.0), (fw * t, fh), (0.0, fh * t), (fw, fh * t)]);
    }
    let wanted = 1500;
    for _ in 0..wanted * 40 {
        if points.len() >= wanted {
            break;
        }
        let (x, y) = (dice.range(2.0, fw - 2.0), dice.range(2.0, fh - 2.0));
        let e = edges.at(x as usize, y as usize);
        let d = (x - sitter.face.0).hypot(y - sitter.face.1) / sitter.face_width;
        let inside = sitter.alpha.at(x as usize, y as usize);
        let near_face = smoothstep(0.75, 0.35, d);
        let chance =
            0.01 + (e * (1.2 + 5.0 * near_face)).min(1.0) + 0.05 * near_face + 0.015 * inside;
        if dice.unit() > chance {
            continue;
        }
        let gap = fw.max(fh)
            * (0.009
                + 0.03 * (1.0 - near_face) * (1.0 - (e * 4.0).min(1.0))
                + 0.006 * (1.0 - near_face));
        if points
            .iter()
            .all(|p: &(f32, f32)| (p.0 - x).hypot(p.1 - y) > gap)
        {
            points.push((x, y));
        }
    }
    points
}

fn mean_inside(picture: &Canvas, [a, b, c]: [(f32, f32); 3]) -> [f32; 3] {
    let mut sum = [0.0; 3];
    let mut count = 0.0_f32;
    for i in 0..6 {
        for j in 0..6 - i {
            let (s, t) = ((i as f32 + 0.34) / 6.0, (j as f32 + 0.34) / 6.0);
            let x = a.0 + s * (b.0 - a.0) + t * (c.0 - a.0);
            let y = a.1 + s * (b.1 - a.1) + t * (c.1 - a.1);
            sum = sum.plus(picture.near(x.round() as i64, y.round() as i64));
            count += 1.0;
        }
    }
    sum.times(1.0 / count)
}

fn fill(out: &mut Canvas, [a, b, c]: [(f32, f32); 3], colour: [f32; 3]) {
    let clip = |v: f32, top: usize| v.clamp(0.0, top as f32) as usize;
    let (x0, x1) = (a.0.min(b.0).min(c.0), a.0.max(b.0).max(c.0));
    let (y0, y1) = (a.1.min(b.1).min(c.1), a.1.max(b.1).max(c.1));
    let area = (b.0 - a.0) * (c.1 - a.1) - (c.0 - a.0) * (b.1 - a.1);
    let sign = if area < 0.0 { -1.0 } else { 1.0 };
    let side = |p: (f32, f32), q: (f32, f32), x: f32, y: f32| {
        sign * ((q.0 - p.0) * (y - p.1) - (q.1 - p.1) * (x - p.0))
            / (q.0 - p.0).hypot(q.1 - p.1).max(1e-6)
    };
    let w = out.w;
    for y in clip(y0 - 1.0, out.h)..clip(y1 + 2.0, out.h) {
        for x in clip(x0 - 1.0, w)..clip(x1 + 2.0, w) {
            let (fx, fy) = (x as f32, y as f32);
            let inside = side(a, b, fx, fy)
                .min(side(b, c, fx, fy))
                .min(side(c, a, fx, fy));
            let cover = (inside + 0.5).clamp(0.0, 1.0);
            if cover > 0.0 {
                let i = y * w + x;
                out.px[i] = out.px[i].mix(colour, cover);
            }
        }
    }
}

/// Pixel art: few pixels, few colours, a dark outline.
pub(super) fn pixel(sitter: &Sitter, dice: &mut Dice) -> Canvas {
    let (w, h) = (sitter.alpha.w, sitter.alpha.h);
    let cells = 88.0;
    let step = (w.max(h) as f32 / cells).max(1.0);
    let (cw, ch) = (
        (w as f32 / step).round() as usize,
        (h as f32 / step).round() as usize,
    );
    let weighted = Canvas::from_fn(w, h, |x, y| {
        sitter.colours.at(x, y).times(sitter.alpha.at(x, y))
    });
    let alpha = sitter.alpha.resized(cw, ch);
    let small = weighted.resized(cw, ch);
    let small = Canvas::from_fn(cw, ch, |x, y| {
        small.at(x, y).times(1.0 / alpha.at(x, y).max(0.02))
    });
    let soft = small.blurred(1.2);
    // A little sharpening keeps eyes and mouth readable.
    let lab = Canvas::from_fn(cw, ch, |x, y| {
        let (c, s) = (colour::lab(small.at(x, y)), colour::lab(soft.at(x, y)));
        [c[0] + 0.9 * (c[0] - s[0]), c[1] * 1.2, c[2] * 1.2]
    });
    let inside = |x: usize, y: usize| alpha.at(x, y) > 0.5;
    let palette = palette(&lab, &alpha, 18);
    let hue = dice.unit();
    let (sky, low) = (from_hue(hue, 0.32, 0.62), from_hue(hue + 0.12, 0.3, 0.84));
    let stars = dice.noise();
    let bayer = [
        0.0, 8.0, 2.0, 10.0, 12.0, 4.0, 14.0, 6.0, 3.0, 11.0, 1.0, 9.0, 15.0, 7.0, 13.0, 5.0,
    ];
    let art = Canvas::from_fn(cw, ch, |x, y| {
        let threshold = (bayer[(y % 4) * 4 + x % 4] + 0.5) / 16.0;
        if inside(x, y) {
            let mut c = lab.at(x, y);
            c[0] += (threshold - 0.5) * 4.0;
            return colour::from_lab(nearest(&palette, c)).map(|v| v.clamp(0.0, 1.0));
        }
        let touches = [(-1, 0), (1, 0), (0, -1), (0, 1)]
            .iter()
            .any(|(dx, dy)| alpha.near(x as i64 + dx, y as i64 + dy) > 0.5);
        if touches {
            return hex(0x1b1a26);
        }
        let t = y as f32 / ch as f32 * 4.0;
        let band = (t.floor() + f32::from(u8::from(t.fract() > threshold))) / 4.0;
        if stars.cell(x as i32, y as i32) > 0.994 {
            low.mix([1.0; 3], 0.6)
        } else {
            sky.mix(low, band.min(1.0))
        }
    });
    Canvas::from_fn(w, h, |x, y| {
        art.at((x * cw / w).min(cw - 1), (y * ch / h).min(ch - 1))
    })
}

/// The colours that stand best for a picture (k-means in Lab, started from the spread of lightness).
fn palette(lab: &Canvas, alpha: &Plane, count: usize) -> Vec<[f32; 3]> {
    let mut pixels: Vec<[f32; 3]> = lab
        .px
        .iter()
        .zip(&alpha.px)
        .filter(|(_, a)| **a > 0.5)
        .map(|(c, _)| *c)
        .collect();
    if pixels.is_empty() {
        return vec![[50.0, 0.0, 0.0]];
    }
    pixels.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let mut centres: Vec<[f32; 3]> = (0..count)
        .map(|i| pixels[(pixels.len() - 1) * (2 * i + 1) / (2 * count)])
        .collect();
    for _ in 0..12 {
        let mut sums = vec![([0.0_f32; 3], 0.0_f32); centres.len()];
        for c in &pixels {
            let i = index(&centres, *c);
            sums[i].0 = sums[i].0.plus(*c);
            sums[i].1 += 1.0;
        }
        for (centre, (sum, n)) in centres.iter_mut().zip(sums) {
            if n > 0.0 {
                *centre = sum.times(1.0 / n);
            }
        }
    }
    centres
}

fn index(palette: &[[f32; 3]], c: [f32; 3]) -> usize {
    let distance = |p: &[f32; 3]| p.iter().zip(c).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
    let best = palette
        .iter()
        .enumerate()
        .min_by(|a, b| distance(a.1).total_cmp(&distance(b.1)));
    best.map_or(0, |(i, _)| i)
}

fn nearest(palette: &[[f32; 3]], c: [f32; 3]) -> [f32; 3] {
    palette[index(palette, c)]
}
