//! The input pictures of a kind.

use super::choice;
use crate::i18n::Text;

choice! {
    /// What an input picture is for.
    Role {
        Person = "person", "人物照片", "Person";
        Garment = "garment", "服装照片", "Garment";
        Product = "product", "商品照片", "Product";
        Photos = "photos", "本人照片", "Photos of you";
    }
}

choice! {
    /// What matting should look for in a picture.
    Subject {
        Auto = "auto", "自动", "Automatic";
        Portrait = "portrait", "人像", "Portrait";
        Product = "product", "商品", "Product";
    }
}

/// One input of a kind: its role, how many pictures, and whether they are cut out first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InputSpec {
    /// The field of `inputs` it comes in.
    pub role: Role,
    /// Fewest and most pictures.
    pub count: (usize, usize),
    /// What matting cuts out, or `None` if the picture is used whole.
    pub cutout: Option<Subject>,
    /// How to shoot it well.
    pub guide: Text,
}
