//! The lower half of a body or of trousers, row by row: two halves that meet in the middle, and from the crotch on two
//! legs. A place on one is found again on the other, edge on edge.

use super::garment::Point;
use crate::imaging::filter::smoothstep;
use crate::imaging::grid::Plane;

/// Left outer edge, left inner, right inner, right outer.
type Row = [f32; 4];

/// A lower half, in pixels of the mask it was read from.
#[derive(Clone, Debug)]
pub(super) struct Strips {
    /// Row of the waistband's upper edge.
    pub(super) top: f32,
    /// Row where the legs part.
    pub(super) crotch: f32,
    /// Row where each leg ends, left then right in the picture.
    pub(super) hems: [f32; 2],
    /// The edges of each row from `first` on.
    rows: Vec<Row>,
    first: usize,
}

/// A place on a leg: which one, 0 at the waist, 1 at the crotch and 2 at the hem, and 0 at the outer edge to 1 at the
/// inner one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Seat {
    pub(super) side: usize,
    pub(super) along: f32,
    pub(super) across: f32,
}

impl Strips {
    /// Reads the rows of a mask. `middle` is where the legs part in each row, if nothing shows it. `None` where one of
    /// the legs is missing.
    pub(super) fn read(
        mask: &Plane,
        rows: std::ops::Range<usize>,
        crotch: f32,
        middle: &dyn Fn(f32) -> f32,
    ) -> Option<Self> {
        let first = rows.start;
        let mut found: Vec<[Option<(f32, f32)>; 2]> = rows
            .clone()
            .map(|y| halves(mask, y, middle(y as f32)))
            .collect();
        let hems = [0, 1].map(|side| found.iter().rposition(|row| row[side].is_some()));
        let hems = [hems[0]?, hems[1]?].map(|i| (first + i) as f32);
        if hems[0].min(hems[1]) < crotch + 8.0 || crotch < first as f32 + 4.0 {
            return None;
        }
        fill(&mut found)?;
        let mut rows: Vec<Row> = found
            .iter()
            .map(|row| match row {
                [Some(l), Some(r)] => Some([l.0, l.1, r.0, r.1]),
                [None, _] | [_, None] => None,
            })
            .collect::<Option<_>>()?;
        let at = ((crotch as usize) - first).min(rows.len() - 1);
        join(&mut rows[..=at]);
        let rows = steadied(&rows);
        Some(Self {
            top: first as f32,
            crotch,
            hems,
            rows,
            first,
        })
    }

    /// Width of the widest row above the crotch.
    pub(super) fn hips(&self) -> f32 {
        let at = self.crotch as usize - self.first;
        let widths = self.rows[..=at.min(self.rows.len() - 1)].iter();
        widths.map(|r| r[3] - r[0]).fold(0.0, f32::max)
    }

    /// The edges at a row; above the first and below the last they go on.
    pub(super) fn edges(&self, y: f32) -> Row {
        let t = (y - self.first as f32).clamp(0.0, (self.rows.len() - 1) as f32);
        let i = (t as usize).min(self.rows.len().saturating_sub(2));
        let (a, b) = (self.rows[i], self.rows[(i + 1).min(self.rows.len() - 1)]);
        let f = t - i as f32;
        [0, 1, 2, 3].map(|k| a[k] + (b[k] - a[k]) * f)
    }

    /// Where a point is.
    pub(super) fn locate(&self, p: Point) -> Seat {
        let e = self.edges(p.1);
        let side = usize::from(p.0 > (e[1] + e[2]) / 2.0);
        let (outer, inner) = if side == 0 {
            (e[0], e[1])
        } else {
            (e[3], e[2])
        };
        let along = if p.1 < self.crotch {
            (p.1 - self.top) / (self.crotch - self.top).max(1.0)
        } else {
            1.0 + (p.1 - self.crotch) / (self.hems[side] - self.crotch).max(1.0)
        };
        Seat {
            side,
            along,
            across: (p.0 - outer) / nonzero(inner - outer),
        }
    }

    /// The point at a place.
    pub(super) fn at(&self, seat: Seat) -> Point {
        let y = self.row(seat);
        let e = self.edges(y);
        let (outer, inner) = if seat.side == 0 {
            (e[0], e[1])
        } else {
            (e[3], e[2])
        };
        (outer + (inner - outer) * seat.across, y)
    }

    /// The row of a place.
    fn row(&self, seat: Seat) -> f32 {
        if seat.along < 1.0 {
            self.top + seat.along * (self.crotch - self.top)
        } else {
            self.crotch + (seat.along - 1.0) * (self.hems[seat.side] - self.crotch)
        }
    }

    /// The same lower half with its waist at another row.
    pub(super) fn with_top(self, top: f32) -> Self {
        Self { top, ..self }
    }

    /// As wide as `other` is at the same places, this one being `scale` times as large, and nowhere narrower than it
    /// was. `room` is how much of the missing width is given, from 0 to 1.
    pub(super) fn widened(&self, other: &Self, scale: f32, room: f32) -> Self {
        let mut rows = self.rows.clone();
        for (i, row) in rows.iter_mut().enumerate() {
            let y = (self.first + i) as f32;
            let old = *row;
            for (side, outer, inner) in [(0, 0, 1), (1, 3, 2)] {
                let width = (old[inner] - old[outer]).abs();
                let seat = self.locate((old[outer], y));
                let theirs = other.edges(other.row(Seat { side, ..seat }));
                let wanted = (theirs[inner] - theirs[outer]).abs() * scale;
                let room = room * smoothstep(1.0, 1.3, seat.along);
                let grow = room * (wanted - width).clamp(0.0, 0.6 * width);
                let out = if side == 0 { -1.0 } else { 1.0 };
                let gap = (old[2] - old[1]).max(0.0) / 2.0;
                row[outer] += 0.6 * grow * out;
                row[inner] -= (0.4 * grow).min(gap) * out;
            }
        }
        Self {
            rows: steadied(&rows),
            ..self.clone()
        }
    }
}

fn nonzero(v: f32) -> f32 {
    if v.abs() < 1.0 {
        1.0_f32.copysign(v)
    } else {
        v
    }
}

/// What of a row lies left and right of where the legs part: the background between them, or `middle`.
fn halves(mask: &Plane, y: usize, middle: f32) -> [Option<(f32, f32)>; 2] {
    let inside: Vec<usize> = (0..mask.w).filter(|x| mask.at(*x, y) > 0.5).collect();
    let (Some(left), Some(right)) = (inside.first(), inside.last()) else {
        return [None, None];
    };
    let across = (right - left) as f32;
    let gap = inside
        .windows(2)
        .filter(|w| w[1] - w[0] > 2)
        .map(|w| ((w[0] + w[1]) as f32 / 2.0, w[1] - w[0]))
        .filter(|(x, _)| (x - middle).abs() < 0.3 * across)
        .max_by_key(|(_, wide)| *wide);
    let part = gap.map_or(middle, |(x, _)| x);
    let ends = |half: Vec<f32>| {
        let (a, b) = (half.first()?, half.last()?);
        (b - a > 2.0).then_some((*a, *b + 1.0))
    };
    let (l, r): (Vec<f32>, Vec<f32>) = inside.iter().map(|x| *x as f32).partition(|x| *x < part);
    [ends(l), ends(r)]
}

/// Rows where a half is missing take it from the nearest row that has it.
fn fill(rows: &mut [[Option<(f32, f32)>; 2]]) -> Option<()> {
    for side in 0..2 {
        let mut last = rows.iter().find_map(|row| row[side])?;
        for row in rows.iter_mut() {
            last = row[side].unwrap_or(last);
            row[side] = Some(last);
        }
    }
    Some(())
}

/// Above the crotch both halves meet on a line from the middle of the waist to the crotch. Where what hangs in front,
/// such as a hand or the hem of a top, hides one side, the other one tells how far it goes.
fn join(rows: &mut [Row]) {
    let last = rows.len() - 1;
    let crotch = (rows[last][1] + rows[last][2]) / 2.0;
    let widest = rows.iter().map(|r| r[3] - r[0]).fold(0.0, f32::max);
    let full = rows.iter().position(|r| r[3] - r[0] > 0.85 * widest);
    let full = full.unwrap_or(0);
    for i in 0..full {
        rows[i] = rows[full];
    }
    let waist = (rows[0][0] + rows[0][3]) / 2.0;
    for (i, row) in rows.iter_mut().enumerate() {
        let middle = waist + (crotch - waist) * i as f32 / last.max(1) as f32;
        let (l, r) = (middle - row[0], row[3] - middle);
        if l < 0.8 * r {
            row[0] = middle - 0.96 * r;
        } else if r < 0.8 * l {
            row[3] = middle + 0.96 * l;
        }
        row[1] = middle;
        row[2] = middle;
    }
}

/// The edges without jumps: medians over a window of rows, then means.
fn steadied(rows: &[Row]) -> Vec<Row> {
    let reach = (rows.len() / 40).max(2);
    let window = |i: usize| i.saturating_sub(reach)..(i + reach + 1).min(rows.len());
    let middle: Vec<Row> = (0..rows.len())
        .map(|i| {
            [0, 1, 2, 3].map(|k| {
                let mut values: Vec<f32> = rows[window(i)].iter().map(|r| r[k]).collect();
                values.sort_unstable_by(f32::total_cmp);
                values[values.len() / 2]
            })
        })
        .collect();
    (0..rows.len())
        .map(|i| {
            let part = &middle[window(i)];
            [0, 1, 2, 3].map(|k| part.iter().map(|r| r[k]).sum::<f32>() / part.len() as f32)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Trousers with a straight leg on each side of `middle`.
    fn trousers(w: usize, h: usize, middle: f32, crotch: usize, leg: f32) -> (Plane, Strips) {
        let mask = Plane::from_fn(w, h, |x, y| {
            let off = (x as f32 - middle).abs();
            let from = if y < crotch { 0.0 } else { 4.0 };
            f32::from(u8::from(
                (5..h - 5).contains(&y) && (from..leg).contains(&off),
            ))
        });
        let strips = Strips::read(&mask, 5..h - 5, crotch as f32, &|_| middle);
        (mask, strips.expect("both legs are there"))
    }

    #[test]
    fn a_place_on_one_pair_is_the_same_place_on_another() {
        let (_, small) = trousers(100, 140, 50.0, 45, 22.0);
        let (_, large) = trousers(300, 400, 160.0, 120, 70.0);
        let hem = large.locate((95.0, 394.0));
        assert!((hem.along - 2.0).abs() < 0.02 && hem.side == 0);
        let at = small.at(hem);
        assert!(
            (at.0 - 29.5).abs() < 3.0 && (at.1 - 134.0).abs() < 2.0,
            "{at:?}"
        );
        let seat = small.locate(small.at(Seat {
            side: 1,
            along: 1.4,
            across: 0.3,
        }));
        assert!((seat.along - 1.4).abs() < 0.01 && (seat.across - 0.3).abs() < 0.05);
    }

    #[test]
    fn narrow_legs_take_the_width_of_wide_ones_and_wide_ones_keep_theirs() {
        let (_, slim) = trousers(200, 300, 100.0, 90, 30.0);
        let (_, wide) = trousers(200, 300, 100.0, 90, 50.0);
        let leg = |s: &Strips| s.edges(200.0)[1] - s.edges(200.0)[0];
        assert!(leg(&slim.widened(&wide, 1.0, 1.0)) > leg(&slim) + 8.0);
        assert!((leg(&wide.widened(&slim, 1.0, 1.0)) - leg(&wide)).abs() < 0.5);
    }
}
