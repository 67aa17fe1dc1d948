//! `atelier cutout`: the subject of one photo on transparency, without a server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use image::{DynamicImage, Rgba, RgbaImage};

use super::exit::Found;
use crate::config::Config;
use crate::imaging::{self, Limits, codec, encode};
use crate::kinds::{Choice, Format, Subject};
use crate::matting::{self, MattingError};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The photo: JPEG, PNG, WebP, GIF, BMP or TIFF
    #[arg(value_name = "IN")]
    photo: PathBuf,
    /// Where the cut-out goes: a .png, or a .webp
    #[arg(short = 'o', long, value_name = "OUT", value_parser = target)]
    out: Target,
    /// What to look for: auto, portrait or product
    #[arg(long, default_value = "auto", value_parser = subject)]
    subject: Subject,
    /// How to cut it out
    #[arg(long, value_enum, default_value_t = Method::Auto)]
    method: Method,
}

/// A file for a picture with transparency.
#[derive(Clone, Debug)]
struct Target {
    path: PathBuf,
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Method {
    /// Networks, and colour alone where they find nothing
    Auto,
    /// Networks
    Neural,
    /// Colour alone: for products on plain backgrounds
    Classical,
}

fn target(text: &str) -> Result<Target, String> {
    let path = PathBuf::from(text);
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    let format = match ending.to_ascii_lowercase().as_str() {
        "png" => Format::Png,
        "webp" => Format::Webp,
        _ => return Err("must end in .png or .webp: other formats hold no transparency".into()),
    };
    Ok(Target { path, format })
}

fn subject(id: &str) -> Result<Subject, String> {
    let ids: Vec<&str> = Subject::ALL.iter().map(|subject| subject.id()).collect();
    Subject::from_id(id).ok_or_else(|| format!("must be one of {}", ids.join(", ")))
}

impl Arguments {
    pub(super) fn run(&self, settings: &Config) -> anyhow::Result<()> {
        let (photo, out) = (self.photo.display(), self.out.path.display());
        if is_same(&self.photo, &self.out.path) {
            bail!("{out} is the photo itself: give the cut-out another name");
        }
        let bytes = std::fs::read(&self.photo).with_context(|| format!("cannot read {photo}"))?;
        let picture = imaging::decode(&bytes, &Limits::TRUSTED)
            .with_context(|| format!("{photo} cannot be used"))?;
        let mut cutout = match (self.method, own_transparency(&picture)) {
            (Method::Auto, Some(own)) => {
                eprintln!("{photo} is cut out already; its own transparency is kept");
                own
            }
            (Method::Auto | Method::Neural | Method::Classical, _) => {
                self.cut_out(picture, settings)?
            }
        };
        // Nothing of the background is left in the file.
        for pixel in cutout.pixels_mut().filter(|pixel| pixel[3] == 0) {
            *pixel = Rgba([0; 4]);
        }
        let written = imaging::encode(&cutout.into(), self.out.format, encode::QUALITY)?;
        std::fs::write(&self.out.path, written).with_context(|| format!("cannot write {out}"))?;
        println!("{out}");
        Ok(())
    }

    fn cut_out(&self, picture: DynamicImage, settings: &Config) -> anyhow::Result<RgbaImage> {
        let method = match self.method {
            Method::Auto => matting::Method::Auto,
            Method::Neural => matting::Method::Neural,
            Method::Classical => matting::Method::Classical,
        };
        let matting = method.local(Arc::new(settings.vision()?));
        let picture = codec::flatten(picture, [255, 255, 255]);
        matting.cut_out(&picture, self.subject).map_err(|error| {
            let photo = self.photo.display();
            Found(format!("{photo}: {error}{}", advice(error))).into()
        })
    }
}

/// The picture as it is, if a good part of it is transparent and something is not.
fn own_transparency(picture: &DynamicImage) -> Option<RgbaImage> {
    if !picture.color().has_alpha() {
        return None;
    }
    let picture = picture.to_rgba8();
    let share = |wanted: fn(u8) -> bool| {
        let found = picture.pixels().filter(|pixel| wanted(pixel[3])).count();
        found as f32 / (picture.width() * picture.height()) as f32
    };
    (share(|alpha| alpha < 16) > 0.05 && share(|alpha| alpha > 240) > 0.003).then_some(picture)
}

const fn advice(error: MattingError) -> &'static str {
    match error {
        MattingError::NothingFound => "; a plainer background or more light may help",
        MattingError::SubjectUnsupported => "; use --method auto or neural",
    }
}

fn is_same(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
