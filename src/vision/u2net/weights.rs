//! The weights of a network's convolutions, from its ONNX file, in the order of use.

use std::collections::HashMap;
use std::vec;

use rten_onnx::onnx::{GraphProto, ModelProto, NodeProto, TensorProto};

use super::conv::Conv;

/// What is left of the convolutions.
pub(super) struct Weights(vec::IntoIter<Raw>);

struct Raw {
    dims: Vec<usize>,
    weights: Vec<f32>,
    bias: Vec<f32>,
    reach: usize,
}

impl Weights {
    pub(super) fn read(onnx: &[u8]) -> Option<Self> {
        let graph = ModelProto::parse_buf(onnx).ok()?.graph?;
        let tensors = by_name(&graph);
        let convs = graph
            .node
            .iter()
            .filter(|n| n.op_type.as_deref() == Some("Conv"));
        let raw: Option<Vec<Raw>> = convs.map(|node| Raw::read(node, &tensors)).collect();
        Some(Self(raw?.into_iter()))
    }

    /// The next convolution of 3 × 3 pixels; what is below 0 becomes 0 after it.
    pub(super) fn conv(&mut self) -> Option<Conv> {
        let raw = self.0.next()?;
        let &[_, inputs, 3, 3] = raw.dims.as_slice() else {
            return None;
        };
        Some(Conv::new(inputs, &raw.weights, &raw.bias, raw.reach))
    }

    /// The next convolution of 3 × 3 pixels, to one number of any sign.
    pub(super) fn side(&mut self) -> Option<Conv> {
        self.conv().map(Conv::signed)
    }

    /// The last convolution, of one pixel: a weight for each channel, and the bias.
    pub(super) fn last(mut self) -> Option<(Vec<f32>, f32)> {
        let raw = self.0.next()?;
        let fits = matches!(raw.dims.as_slice(), [1, _, 1, 1]) && self.0.next().is_none();
        fits.then(|| (raw.weights, raw.bias[0]))
    }
}

fn by_name(graph: &GraphProto) -> HashMap<&str, &TensorProto> {
    let named = graph.initializer.iter();
    named
        .filter_map(|t| Some((t.name.as_deref()?, t)))
        .collect()
}

impl Raw {
    fn read(node: &NodeProto, tensors: &HashMap<&str, &TensorProto>) -> Option<Self> {
        let [_, weights, bias] = node.input.as_slice() else {
            return None;
        };
        let weights = tensors.get(weights.as_str())?;
        let dims: Vec<usize> = weights.dims.iter().map(|d| *d as usize).collect();
        let reach = node
            .attribute
            .iter()
            .find(|a| a.name.as_deref() == Some("dilations"));
        let raw = Self {
            weights: floats(weights)?,
            bias: floats(tensors.get(bias.as_str())?)?,
            reach: reach
                .and_then(|a| a.ints.first())
                .map_or(1, |r| *r as usize),
            dims,
        };
        let whole = raw.weights.len() == raw.dims.iter().product::<usize>();
        (whole && raw.dims.first() == Some(&raw.bias.len())).then_some(raw)
    }
}

fn floats(tensor: &TensorProto) -> Option<Vec<f32>> {
    let bytes = tensor.raw_data.as_ref()?.borrow();
    let (numbers, rest) = bytes.as_chunks::<4>();
    rest.is_empty()
        .then(|| numbers.iter().map(|b| f32::from_le_bytes(*b)).collect())
}
