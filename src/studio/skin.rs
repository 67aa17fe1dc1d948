//! Which colours are skin.

/// How much a Lab colour looks like human skin, 0 to 1: from pale to dark, within a band of hue and chroma.
pub(super) fn likeness(lab: [f32; 3]) -> f32 {
    let [l, a, b] = lab;
    let chroma = a.hypot(b);
    let hue = b.atan2(a).to_degrees();
    let band = |v: f32, low: f32, high: f32, soft: f32| {
        ((v - low) / soft + 0.5).clamp(0.0, 1.0) * ((high - v) / soft + 0.5).clamp(0.0, 1.0)
    };
    band(hue, 28.0, 72.0, 12.0) * band(chroma, 10.0, 42.0, 6.0) * band(l, 18.0, 92.0, 8.0)
}
