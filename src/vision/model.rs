//! A network from bytes inside the binary, and running it on pixels.

use std::sync::OnceLock;

use image::RgbImage;
use rten::{Model, Value};
use rten_tensor::{AsView, Tensor};

/// BlazeFace, short range.
pub(super) const FACES: &[u8] =
    include_bytes!("../../assets/models/face_detection_short_range.onnx");
/// BlazePose landmarks, lite.
pub(super) const POSE: &[u8] = include_bytes!("../../assets/models/pose_landmark_lite.onnx");
/// MediaPipe selfie segmentation.
pub(super) const PERSON: &[u8] = include_bytes!("../../assets/models/selfie_segmentation.onnx");
/// U²-Net, small.
pub(super) const SALIENT: &[u8] = include_bytes!("../../assets/models/u2netp.onnx");

/// A network that is loaded when it is first needed.
#[derive(Default)]
pub(super) struct Network(OnceLock<Model>);

impl Network {
    /// The loaded network. The bytes are part of the binary, and a test compares their hashes.
    pub(super) fn load(&self, bytes: &'static [u8]) -> &Model {
        self.0
            .get_or_init(|| Model::load_static_slice(bytes).expect("the embedded network is whole"))
    }
}

/// How pixels become numbers.
#[derive(Clone, Copy)]
pub(super) enum Layer {
    /// Height, width, channel; from 0 to 1.
    Unit,
    /// Height, width, channel; from −1 to 1.
    Signed,
    /// Channel, height, width; divided by the brightest value, then normalised.
    Normal(Normal),
}

/// What networks subtract from each channel (red, green, blue) and then divide it by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    /// Subtracted.
    pub mean: [f32; 3],
    /// Divided by; none is 0.
    pub deviation: [f32; 3],
}

impl Normal {
    /// As the pictures of ImageNet are.
    pub const IMAGE_NET: Self = Self {
        mean: [0.485, 0.456, 0.406],
        deviation: [0.229, 0.224, 0.225],
    };
}

/// Runs a network on a picture of the size it wants; every output as flat numbers, in the network's order.
pub(super) fn run(
    model: &Model,
    picture: &RgbImage,
    layer: Layer,
    outputs: usize,
) -> Vec<Vec<f32>> {
    try_run(model, picture, layer, outputs)
        .expect("an embedded network accepts a picture of its own size and answers floats")
}

/// As [`run`], of a network that may be anything.
pub(super) fn try_run(
    model: &Model,
    picture: &RgbImage,
    layer: Layer,
    outputs: usize,
) -> Result<Vec<Vec<f32>>, String> {
    let input = tensor(picture, layer);
    let id = *model.input_ids().first().ok_or("it takes nothing in")?;
    let ids = model
        .output_ids()
        .get(..outputs)
        .ok_or("it answers too little")?;
    let values = model.run(vec![(id, input.into())], ids, None);
    let values = values.map_err(|error| error.to_string())?;
    let floats = |value: Value| -> Result<Vec<f32>, String> {
        let tensor: Tensor<f32> = value.try_into().map_err(|_| "it does not answer floats")?;
        Ok(tensor.to_vec())
    };
    values.into_iter().map(floats).collect()
}

fn tensor(picture: &RgbImage, layer: Layer) -> Tensor<f32> {
    let (w, h) = (picture.width() as usize, picture.height() as usize);
    let raw = picture.as_raw();
    match layer {
        Layer::Unit => {
            let data: Vec<f32> = raw.iter().map(|v| f32::from(*v) / 255.0).collect();
            Tensor::from_data(&[1, h, w, 3], data)
        }
        Layer::Signed => {
            let data: Vec<f32> = raw.iter().map(|v| f32::from(*v) / 127.5 - 1.0).collect();
            Tensor::from_data(&[1, h, w, 3], data)
        }
        Layer::Normal(Normal { mean, deviation }) => {
            let top = f32::from(raw.iter().copied().max().unwrap_or(1).max(1));
            let mut data = Vec::with_capacity(raw.len());
            for channel in 0..3 {
                let plane = raw.iter().skip(channel).step_by(3);
                data.extend(
                    plane.map(|v| (f32::from(*v) / top - mean[channel]) / deviation[channel]),
                );
            }
            Tensor::from_data(&[1, 3, h, w], data)
        }
    }
}

/// The logistic function.
pub(super) fn sigmoid(v: f32) -> f32 {
    1.0 / (1.0 + (-v).exp())
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::{SHA256, digest};

    use super::*;

    #[test]
    fn the_network_run_by_hand_answers_what_the_runtime_answers() {
        let photo = RgbImage::from_fn(320, 320, |x, y| {
            let disc = (x as f32 - 130.0).hypot(y as f32 - 170.0) < 70.0;
            let ground = [(x / 2) as u8, (y / 2) as u8, ((x * y) % 61) as u8];
            image::Rgb(if disc { [190, 40, 30] } else { ground })
        });
        let model = Model::load_static_slice(SALIENT).expect("a network");
        let want = run(&model, &photo, Layer::Normal(Normal::IMAGE_NET), 1).swap_remove(0);
        let network = u2net::U2Net::read(SALIENT).expect("a U²-Net");
        let got = network.look(&photo, 320, 320);
        let far = got.iter().zip(&want).map(|(a, b)| (a - b).abs());
        assert!(far.fold(0.0, f32::max) < 1e-3);
        assert!(got.iter().any(|v| *v > 0.9), "it sees the disc");
        for other in [FACES, POSE, PERSON, b"no network"] {
            assert!(u2net::U2Net::read(other).is_none());
        }
    }

    #[test]
    fn the_embedded_weights_are_the_published_ones() {
        let known = [
            (
                FACES,
                "9e2cb4f9c27f0a36a4358b9d3c11a346831a2a332a1381f1297dff4a8b74e1b8",
            ),
            (
                POSE,
                "679cc1c6a5698e03b2dfb46229fada641a4ed1758d01813a50179b7b45529421",
            ),
            (
                PERSON,
                "8b340ecbca4a0636ea319cac152fb071408c6f9f6176f792b9b394fce53dd4e6",
            ),
            (
                SALIENT,
                "309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8",
            ),
        ];
        for (bytes, want) in known {
            assert_eq!(crate::ids::hex(digest(&SHA256, bytes).as_ref()), want);
        }
    }
}
