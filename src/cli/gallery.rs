//! `atelier gallery`: makes the pictures of README again from the photos in this repository, through the real server,
//! and says how long each kind took. For whoever changes how pictures look; it is run in a checkout.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Args;
use image::{DynamicImage, Rgb, RgbImage};
use serde::Deserialize;
use serde_json::{Value, json};

use super::demo::reason;
use super::exit::Found;
use super::session::Session;
use crate::config::Config;
use crate::imaging::{self, Aigc, FinishSpec, Limits, transform};
use crate::kinds::{Choice, Format, Kind};

/// The longer side of a picture in pixels.
const SIDE: u32 = 520;
/// The largest file of a picture in kB.
const MOST_KB: u32 = 60;
/// Height of README's first picture, and its largest file in kB.
const STRIP: (u32, u32) = (480, 180);

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder with samples/ and gallery/pictures.toml; the pictures go to its gallery/
    #[arg(long, value_name = "DIR", default_value = "assets")]
    assets: PathBuf,
    /// Only pictures whose name begins so; README's first picture is then left as it is
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
}

/// `pictures.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    pictures: Vec<Row>,
}

/// One picture of the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// Its file without the extension.
    name: String,
    kind: Kind,
    /// Files of `samples/` by input.
    inputs: BTreeMap<String, OneOrMany>,
    #[serde(default)]
    settings: BTreeMap<String, String>,
    #[serde(default)]
    seed: u64,
    /// Whether it is one of the row that README begins with.
    #[serde(default)]
    first: bool,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// A picture that was made, and how long it took.
struct Made {
    picture: RgbImage,
    aigc: Aigc,
    ms: u64,
}

impl Arguments {
    pub(super) async fn run(&self, settings: Config) -> anyhow::Result<()> {
        let list = read(&self.assets)?;
        let producer_code = settings.label.producer_code.clone();
        let session = Session::start(settings).await?;
        let mut times: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        let mut strip = Vec::new();
        let mut failed = 0;
        for row in list.pictures.iter().filter(|row| self.wants(row)) {
            match make(&session, row, &self.assets, &producer_code).await? {
                Ok(made) => {
                    let kb = save(&made, &self.file(&row.name))?;
                    println!("{:26} {:>6} ms {kb:>4} kB", row.name, made.ms);
                    times.entry(row.kind.id()).or_default().push(made.ms);
                    if row.first {
                        strip.push(made);
                    }
                }
                Err(reason) => {
                    println!("{:26} {reason}", row.name);
                    failed += 1;
                }
            }
        }
        session.stop().await?;
        if self.only.is_none() && failed == 0 {
            beside(&strip, &self.file("demo"))?;
        }
        report(&mut times);
        if failed > 0 {
            return Err(Found(format!("{failed} pictures were not made")).into());
        }
        Ok(())
    }

    fn wants(&self, row: &Row) -> bool {
        let only = self.only.as_deref().unwrap_or_default();
        row.name.starts_with(only)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.assets.join("gallery").join(name).with_extension("jpg")
    }
}

fn read(assets: &Path) -> anyhow::Result<List> {
    let file = assets.join("gallery/pictures.toml");
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    toml::from_str(&text).with_context(|| format!("{} is not a list", file.display()))
}

/// Makes one picture at 1K; the inner error is why the server made none.
async fn make(
    session: &Session,
    row: &Row,
    assets: &Path,
    producer_code: &str,
) -> anyhow::Result<Result<Made, String>> {
    let mut inputs = json!({});
    for (role, files) in &row.inputs {
        inputs[role] = match files {
            OneOrMany::One(file) => json!(upload(session, assets, file).await?),
            OneOrMany::Many(files) => {
                let mut ids = Vec::new();
                for file in files {
                    ids.push(upload(session, assets, file).await?);
                }
                json!(ids)
            }
        };
    }
    let mut settings = json!(row.settings);
    settings["quality"] = json!("standard");
    let body = json!({
        "kind": row.kind, "inputs": inputs, "settings": settings, "seed": row.seed, "output": "original",
    });
    let job = session.run(&body, |_, _| ()).await?;
    let Some(url) = job["result"]["images"][0]["url"].as_str() else {
        return Ok(Err(reason(&job)));
    };
    let bytes = session.download(url).await?;
    Ok(Ok(Made {
        picture: imaging::decode(&bytes, &Limits::TRUSTED)?.into_rgb8(),
        aigc: Aigc {
            producer_code: producer_code.to_owned(),
            produce_id: text(&job, "/id"),
        },
        ms: job["result"]["processing_ms"].as_u64().unwrap_or(0),
    }))
}

fn text(job: &Value, pointer: &str) -> String {
    let value = job.pointer(pointer).and_then(Value::as_str);
    value.unwrap_or_default().to_owned()
}

async fn upload(session: &Session, assets: &Path, file: &str) -> anyhow::Result<String> {
    let path = assets.join("samples").join(file);
    let bytes =
        std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    session.upload(bytes.into()).await
}

/// Writes a small JPEG that carries the same label; answers its size in kB.
fn save(made: &Made, file: &Path) -> anyhow::Result<usize> {
    write(made.picture.clone(), &made.aigc, (SIDE, MOST_KB), file)
}

/// Writes the pictures in a row, as high as each other.
fn beside(row: &[Made], file: &Path) -> anyhow::Result<()> {
    let Some(first) = row.first() else {
        return Ok(());
    };
    let (height, most_kb) = STRIP;
    let scaled: Vec<RgbImage> = row
        .iter()
        .map(|made| {
            let (w, h) = made.picture.dimensions();
            transform::resize(&made.picture, w * height / h.max(1), height)
        })
        .collect();
    let gap = 6;
    let width = scaled.iter().map(|p| p.width() + gap).sum::<u32>() - gap;
    let mut strip = RgbImage::from_pixel(width, height, Rgb([255; 3]));
    let mut x = 0;
    for picture in &scaled {
        image::imageops::replace(&mut strip, picture, i64::from(x), 0);
        x += picture.width() + gap;
    }
    write(strip, &first.aigc, (width, most_kb), file)?;
    Ok(())
}

fn write(
    picture: RgbImage,
    aigc: &Aigc,
    (long_side, max_kb): (u32, u32),
    file: &Path,
) -> anyhow::Result<usize> {
    let spec = FinishSpec {
        width: 0,
        height: 0,
        long_side,
        format: Format::Jpeg,
        max_kb,
        backdrop: None,
        // It is in the pixels already.
        visible_label: None,
        aigc: aigc.clone(),
    };
    let done = imaging::finish(DynamicImage::ImageRgb8(picture), &spec)?;
    ensure!(
        done.bytes.len() <= max_kb as usize * 1000,
        "{} does not fit into {max_kb} kB",
        file.display()
    );
    std::fs::write(file, &done.bytes)
        .with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(done.bytes.len().div_ceil(1000))
}

/// The times by kind, from the claim of the job to its end, everything included.
fn report(times: &mut BTreeMap<&str, Vec<u64>>) {
    println!(
        "\n{:14} {:>8} {:>10} {:>10}",
        "1K", "pictures", "fastest", "median"
    );
    for (kind, ms) in times {
        ms.sort_unstable();
        let median = ms[ms.len() / 2];
        println!("{kind:14} {:>8} {:>7} ms {median:>7} ms", ms.len(), ms[0]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Settings;

    fn root() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
    }

    #[test]
    fn the_list_holds_three_inputs_of_every_kind_and_only_settings_that_exist() {
        let list = read(&root().join("assets")).unwrap();
        for kind in Kind::ALL {
            let rows: Vec<&Row> = list.pictures.iter().filter(|r| r.kind == *kind).collect();
            let inputs: std::collections::BTreeSet<String> =
                rows.iter().map(|r| format!("{:?}", r.inputs)).collect();
            assert!(inputs.len() >= 3, "{} has too few inputs", kind.id());
            for row in rows {
                let settings = json!(row.settings).as_object().unwrap().clone();
                Settings::parse(*kind, &settings).unwrap();
                let roles: Vec<&str> = kind.inputs().iter().map(|i| i.role.id()).collect();
                assert!(row.inputs.keys().all(|k| roles.contains(&k.as_str())));
            }
        }
        assert_eq!(list.pictures.iter().filter(|r| r.first).count(), 4);
    }

    #[test]
    fn every_picture_is_there_small_and_shown_in_both_languages() {
        let readme = ["README.md", "README.zh-CN.md"]
            .map(|name| std::fs::read_to_string(root().join(name)).unwrap());
        for row in read(&root().join("assets")).unwrap().pictures {
            let file = format!("assets/gallery/{}.jpg", row.name);
            let size = std::fs::metadata(root().join(&file)).unwrap().len();
            assert!(size <= u64::from(MOST_KB) * 1000, "{file} has {size} bytes");
            for text in &readme {
                assert!(text.contains(&file), "{file} is not in both READMEs");
            }
        }
    }
}
