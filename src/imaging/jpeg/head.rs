//! What the head of a JPEG says before its coded data begins: size, components and tables.

use super::huffman::Table;
use super::{SOS, Segment};

/// Define quantisation tables.
const DQT: u8 = 0xDB;
/// Define Huffman tables.
const DHT: u8 = 0xC4;
/// Define the restart interval.
const DRI: u8 = 0xDD;

/// One colour component of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::imaging) struct Component {
    /// Blocks across in one unit of the coded data.
    pub(in crate::imaging) across: usize,
    /// Blocks down in one unit of the coded data.
    pub(in crate::imaging) down: usize,
    id: u8,
    quantizer: usize,
}

/// What the frame header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::imaging) struct Frame {
    /// Width in pixels.
    pub(in crate::imaging) width: usize,
    /// Height in pixels.
    pub(in crate::imaging) height: usize,
    /// Whether it is Huffman-coded in one go, the baseline way.
    pub(in crate::imaging) is_baseline: bool,
    /// One component for grey, three for colour.
    pub(in crate::imaging) components: Vec<Component>,
}

impl Frame {
    /// The frame of a picture of 8 bits that is grey or YCbCr; `None` if it is anything else.
    pub(in crate::imaging) fn of(head: &[Segment<'_>]) -> Option<Self> {
        let frame = head.iter().find(|s| super::is_frame(s.marker))?;
        let (facts, list) = frame.body.split_first_chunk::<6>()?;
        let [8, h1, h0, w1, w0, count] = *facts else {
            return None;
        };
        let rows = list.as_chunks::<3>().0;
        if rows.len() != usize::from(count) || !list.len().is_multiple_of(3) {
            return None;
        }
        let components: Vec<Component> = rows.iter().map(component).collect::<Option<_>>()?;
        let ids: Vec<u8> = components.iter().map(|c| c.id).collect();
        let is_ycc = match (components.len(), super::adobe_transform(head)) {
            (1, _) | (3, Some(1)) => true,
            (3, None) => ids != *b"RGB",
            (_, _) => false,
        };
        let frame = Self {
            width: usize::from(u16::from_be_bytes([w1, w0])),
            height: usize::from(u16::from_be_bytes([h1, h0])),
            is_baseline: matches!(frame.marker, 0xC0 | 0xC1),
            components,
        };
        (is_ycc && frame.width > 0 && frame.height > 0).then_some(frame)
    }

    /// The most blocks across and down that a component has in one unit.
    pub(in crate::imaging) fn unit(&self) -> (usize, usize) {
        let most = |side: fn(&Component) -> usize| self.components.iter().map(side).max();
        (
            most(|c| c.across).unwrap_or(1),
            most(|c| c.down).unwrap_or(1),
        )
    }
}

fn component(row: &[u8; 3]) -> Option<Component> {
    let [id, sampling, quantizer] = *row;
    let (across, down) = (usize::from(sampling >> 4), usize::from(sampling & 15));
    let sound = (1..=4).contains(&across) && (1..=4).contains(&down) && quantizer < 4;
    sound.then(|| Component {
        across,
        down,
        id,
        quantizer: usize::from(quantizer),
    })
}

/// The tables that one component is read with.
pub(super) struct Tables {
    /// Steps of the coefficients, in zigzag order.
    pub(super) steps: [u16; 64],
    /// Codes of the averages.
    pub(super) dc: Table,
    /// Codes of everything else.
    pub(super) ac: Table,
}

/// Everything that reading the one scan of a baseline picture needs.
pub(super) struct Plan {
    /// One for each component of the frame.
    pub(super) tables: Vec<Tables>,
    /// Units between restart markers; 0 if there are none.
    pub(super) restart: usize,
}

impl Plan {
    /// The plan of a picture whose first scan holds all components in the frame's order.
    pub(super) fn of(frame: &Frame, head: &[Segment<'_>]) -> Option<Self> {
        let scan = head.last().filter(|s| s.marker == SOS)?.body;
        let (&count, rows) = scan.split_first()?;
        let (rows, spectrum) = rows.split_at_checked(2 * usize::from(count))?;
        if usize::from(count) != frame.components.len() || spectrum != [0, 63, 0] {
            return None;
        }
        let chosen = frame.components.iter().zip(rows.as_chunks::<2>().0);
        let tables = chosen.map(|(component, &[id, tables])| {
            let same = id == component.id;
            let steps = quantizer(head, component.quantizer).filter(|_| same)?;
            Some(Tables {
                steps,
                dc: huffman(head, tables >> 4)?,
                ac: huffman(head, 0x10 | (tables & 15))?,
            })
        });
        let tables = tables.collect::<Option<_>>()?;
        Some(Self {
            tables,
            restart: restart(head)?,
        })
    }
}

/// The last definition of a quantisation table before the scan counts.
fn quantizer(head: &[Segment<'_>], number: usize) -> Option<[u16; 64]> {
    let mut found = None;
    for segment in head.iter().filter(|s| s.marker == DQT) {
        let mut rest = segment.body;
        while let Some((&kind, after)) = rest.split_first() {
            let wide = kind >> 4 == 1;
            let (steps, after) = after.split_at_checked(if wide { 128 } else { 64 })?;
            if usize::from(kind & 15) == number {
                found = Some(if wide {
                    let pairs = steps.as_chunks::<2>().0;
                    std::array::from_fn(|i| u16::from_be_bytes(pairs[i]))
                } else {
                    std::array::from_fn(|i| u16::from(steps[i]))
                });
            }
            rest = after;
        }
    }
    found
}

/// The last definition of a Huffman table before the scan counts; `kind` is its class and number.
fn huffman(head: &[Segment<'_>], kind: u8) -> Option<Table> {
    let mut found = None;
    for segment in head.iter().filter(|s| s.marker == DHT) {
        let mut rest = segment.body;
        while let Some((&defined, after)) = rest.split_first() {
            let (counts, after) = after.split_first_chunk::<16>()?;
            let total = counts.iter().map(|&n| usize::from(n)).sum();
            let (symbols, after) = after.split_at_checked(total)?;
            if defined == kind {
                found = Some((counts, symbols));
            }
            rest = after;
        }
    }
    let (counts, symbols) = found?;
    Table::new(counts, symbols)
}

fn restart(head: &[Segment<'_>]) -> Option<usize> {
    match head.iter().rfind(|s| s.marker == DRI) {
        None => Some(0),
        Some(s) => {
            let bytes = s.body.first_chunk::<2>()?;
            Some(usize::from(u16::from_be_bytes(*bytes)))
        }
    }
}
