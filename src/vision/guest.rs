//! A stronger network that the operator brings as an ONNX file: it is held against what a mask needs and tried out when
//! it is opened, so that a picture never meets one that does not work.

use std::path::Path;

use image::RgbImage;
use rten::{Dimension, Model};

use super::mask::{closer, stretched};
use super::model::{Layer, Normal, sigmoid, try_run};
use crate::imaging::grid::Plane;
use crate::imaging::transform;

/// Side in pixels of what a network gets whose file does not say.
const OPEN_SIDE: usize = 1024;
/// Longest side that is believed: more is a mistake in the file and would take all memory.
const LONGEST_SIDE: usize = 4096;
/// From this side on one look shows enough detail.
const FINE_SIDE: u32 = 640;

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
pub enum GuestError {
    /// The file cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// It holds no network, or one with parts that are not known here.
    #[error("{path} is no network that can be run: {reason}")]
    NoNetwork {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// It is a network that does something else.
    #[error("{path} is no network that cuts out: {reason}")]
    NoMask {
        /// The file.
        path: String,
        /// What a mask needs and it has not.
        reason: String,
    },
}

/// A network from outside that marks the subject of a picture.
pub struct Guest {
    model: Model,
    normal: Normal,
    w: u32,
    h: u32,
}

impl Guest {
    /// Opens an ONNX file: one picture in (1 × 3 × height × width), the first answer a mask of that height and width.
    /// Where the file leaves the size open it is `side`, or 1024 if that is 0.
    pub fn open(path: &Path, normal: Normal, side: u32) -> Result<Self, GuestError> {
        let name = || path.display().to_string();
        let unreadable = |source| GuestError::Unreadable {
            path: name(),
            source,
        };
        let bytes = std::fs::read(path).map_err(unreadable)?;
        let model = Model::load(bytes).map_err(|error| GuestError::NoNetwork {
            path: name(),
            reason: error.to_string(),
        })?;
        let no_mask = |reason| GuestError::NoMask {
            path: name(),
            reason,
        };
        let (w, h) = size(&model, side as usize).map_err(no_mask)?;
        let guest = Self {
            model,
            normal,
            w,
            h,
        };
        guest.look(&RgbImage::new(w, h)).map_err(no_mask)?;
        Ok(guest)
    }

    /// The subject, 0 to 1: a plane stretched over the whole picture.
    pub(super) fn mask(&self, picture: &RgbImage) -> Plane {
        let look = |part: &RgbImage| {
            self.look(part)
                .expect("it was tried with this size when it was opened")
        };
        let first = look(picture);
        if self.w.max(self.h) >= FINE_SIDE {
            return first;
        }
        closer(picture, &first, look).unwrap_or(first)
    }

    fn look(&self, picture: &RgbImage) -> Result<Plane, String> {
        let input = transform::resize(picture, self.w, self.h);
        let mut answers = try_run(&self.model, &input, Layer::Normal(self.normal), 1)?;
        let (w, h) = (self.w as usize, self.h as usize);
        let px = answers.swap_remove(0);
        if px.len() != w * h {
            let want = format!("{w} × {h} = {}", w * h);
            return Err(format!("it answers {} numbers, not {want}", px.len()));
        }
        if px.iter().any(|v| !v.is_finite()) {
            return Err("it answers what is no number".into());
        }
        // Some networks leave the last step, from any number to one between 0 and 1, to their users.
        let open = px.iter().any(|v| !(-0.01..=1.01).contains(v));
        let px = if open {
            px.into_iter().map(sigmoid).collect()
        } else {
            px
        };
        Ok(stretched(Plane { w, h, px }))
    }
}

/// Width and height of what the network takes.
fn size(model: &Model, side: usize) -> Result<(u32, u32), String> {
    if model.input_ids().len() != 1 {
        return Err(format!(
            "it takes {} inputs, not 1",
            model.input_ids().len()
        ));
    }
    let shape = model
        .input_shape(0)
        .ok_or("it does not say what it takes")?;
    let [batch, channels, height, width] = shape.as_slice() else {
        return Err(format!("its input has {} dimensions, not 4", shape.len()));
    };
    let is = |dimension: &Dimension, want: usize| match dimension {
        Dimension::Fixed(n) => *n == want,
        Dimension::Symbolic(_) => true,
    };
    if !is(batch, 1) || !is(channels, 3) {
        return Err("its input is not 1 × 3 × height × width".into());
    }
    let open = if side == 0 { OPEN_SIDE } else { side };
    let length = |dimension: &Dimension| match dimension {
        Dimension::Fixed(n) => *n,
        Dimension::Symbolic(_) => open,
    };
    let (w, h) = (length(width), length(height));
    if !(32..=LONGEST_SIDE).contains(&w.min(h)) || w.max(h) > LONGEST_SIDE {
        return Err(format!("its input is {w} × {h} pixels"));
    }
    Ok((w as u32, h as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("assets/models")
            .join(name)
    }

    fn refused(path: &Path) -> String {
        let opened = Guest::open(path, Normal::IMAGE_NET, 0);
        opened.err().expect("it is refused").to_string()
    }

    #[test]
    fn what_is_no_mask_network_is_refused_with_its_reason() {
        let missing = refused(Path::new("no/such.onnx"));
        assert!(missing.contains("no/such.onnx cannot be read"), "{missing}");
        let folder = tempfile::tempdir().expect("a folder");
        let whole = std::fs::read(model("u2netp.onnx")).expect("the model");
        for (name, bytes) in [
            ("text", &b"[matting]"[..]),
            ("half", &whole[..whole.len() / 2]),
        ] {
            let path = folder.path().join(format!("{name}.onnx"));
            std::fs::write(&path, bytes).expect("a file");
            let said = refused(&path);
            assert!(said.contains("is no network that can be run"), "{said}");
        }
        // A network of faces: other dimensions.
        let faces = refused(&model("face_detection_short_range.onnx"));
        assert!(faces.contains("is no network that cuts out"), "{faces}");
    }

    #[test]
    fn the_built_in_network_as_a_guest_sees_the_same() {
        let guest = Guest::open(&model("u2netp.onnx"), Normal::IMAGE_NET, 0).expect("a network");
        let photo = RgbImage::from_fn(300, 200, |x, y| {
            let disc = (x as f32 - 130.0).hypot(y as f32 - 100.0) < 60.0;
            image::Rgb(if disc { [190, 40, 30] } else { [200, 204, 210] })
        });
        let own = super::super::Vision::new();
        let subject = crate::kinds::Subject::Product;
        let brought = super::super::Vision::with_guest(guest, false);
        let (theirs, ours) = (
            brought.salient_mask(&photo, subject),
            own.salient_mask(&photo, subject),
        );
        let apart = theirs.px.iter().zip(&ours.px).map(|(a, b)| (a - b).abs());
        let apart = apart.sum::<f32>() / ours.px.len() as f32;
        assert!(apart < 0.01 && ours.max() > 0.9, "they differ by {apart}");
    }
}
