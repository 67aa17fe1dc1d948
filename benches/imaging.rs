//! What pictures cost, by the functions that the product itself calls, on one thread and in processor time, which busy
//! neighbours do not change: `cargo bench --bench imaging`. `benches/imaging/compare.py` sets it beside sharp and
//! Pillow. `cargo bench --bench imaging -- memory` prints what one picture takes at most, in bytes a pixel.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use atelier::imaging::{self, Limits, scale};
use atelier::kinds::Format;
use image::{DynamicImage, RgbImage};

/// Width and height of what a phone sends, in pixels.
const PHOTO: (u32, u32) = (3000, 4000);
/// The height of the photos that the large one is laid out of.
const TILE: u32 = 700;
const QUALITY: u8 = 92;
/// How often each figure is taken.
const ROUNDS: usize = 15;

fn main() {
    // `cargo bench` adds a word of its own.
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|w| w != "--bench")
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => speed(&folder()),
        ["memory"] => memory(&folder()),
        ["one", way, file] => peak(way, Path::new(file)),
        other => eprintln!("unknown: {other:?}; give nothing, or `memory`"),
    }
}

/// Where the pictures of this bench lie.
fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-imaging");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn speed(folder: &Path) {
    let photo = jpeg(folder, PHOTO);
    let bytes = fs::read(&photo).expect("the photo");
    let mp = f64::from(PHOTO.0 * PHOTO.1) / 1e6;
    println!(
        "{}: {mp} megapixels, {} bytes",
        photo.display(),
        bytes.len()
    );
    let large = || imaging::prepare_jpeg(&bytes, 2048, 90).expect("a photo");
    let thumbnail = || imaging::prepare_jpeg(&bytes, 512, 80).expect("a photo");
    fs::write(folder.join("atelier-large.jpg"), large()).expect("written");
    fs::write(folder.join("atelier-thumbnail.jpg"), thumbnail()).expect("written");
    measure("large", || drop(large()));
    measure("thumbnail", || drop(thumbnail()));
    for side in [2048, 1600, 1024] {
        let name = format!("pixels {side}");
        measure(&name, || drop(imaging::prepare(&bytes, side)));
    }
    measure("decoded whole", || {
        drop(imaging::decode(&bytes, &Limits::TRUSTED))
    });
}

/// Prints the least and the middle of the milliseconds that some work takes this thread.
fn measure(name: &str, mut work: impl FnMut()) {
    work();
    let mut spent: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let before = processor_ms();
            work();
            processor_ms() - before
        })
        .collect();
    spent.sort_by(f64::total_cmp);
    println!(
        "{name}: {:.1} ms at least, {:.1} ms usually",
        spent[0],
        spent[ROUNDS / 2]
    );
}

/// Milliseconds that this thread has had a processor; elsewhere than on Linux the clock's.
fn processor_ms() -> f64 {
    let spent = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let spent = spent
        .split(' ')
        .next()
        .and_then(|ns| ns.parse::<f64>().ok());
    spent.unwrap_or_else(|| START.with(|start| start.elapsed().as_secs_f64() * 1e9)) / 1e6
}

thread_local! {
    static START: Instant = Instant::now();
}

/// A large photo with the detail of real ones: the samples of this repository, side by side.
fn mosaic((width, height): (u32, u32)) -> RgbImage {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/samples");
    let tiles: Vec<DynamicImage> = ["person", "portrait", "product", "garment"]
        .map(|name| {
            let sample = image::open(samples.join(name).with_extension("jpg")).expect("a sample");
            let width = sample.width() * TILE / sample.height();
            scale::scale(&sample.to_rgb8().into(), width, TILE)
        })
        .into();
    let mut photo = RgbImage::new(width, height);
    let mut next = 0;
    for y in (0..height).step_by(TILE as usize) {
        let mut x = 0;
        while x < width {
            let tile = &tiles[next % tiles.len()];
            let tile = if next % 3 == 2 {
                tile.fliph()
            } else {
                tile.clone()
            };
            image::imageops::replace(&mut photo, &tile.to_rgb8(), x.into(), y.into());
            x += tile.width();
            next += 1;
        }
    }
    photo
}

fn jpeg(folder: &Path, size: (u32, u32)) -> PathBuf {
    made(folder, &format!("{}x{}.jpg", size.0, size.1), || {
        imaging::encode(&mosaic(size).into(), Format::Jpeg, QUALITY).expect("a picture")
    })
}

fn made(folder: &Path, name: &str, make: impl FnOnce() -> Vec<u8>) -> PathBuf {
    let path = folder.join(name);
    if !path.exists() {
        fs::write(&path, make()).expect("written");
    }
    path
}

/// Pictures of 12, 24 and 50 megapixels, each in a process of its own.
fn memory(folder: &Path) {
    for (name, size) in [
        ("12", (3000, 4000)),
        ("24", (4000, 6000)),
        ("50", (7000, 7100)),
    ] {
        let progressive = format!("{}x{}-progressive.jpg", size.0, size.1);
        let deep = format!("{}x{}-16-bits.png", size.0, size.1);
        let mut files = vec![
            jpeg(folder, size),
            made(folder, &progressive, || progressive_jpeg(&mosaic(size))),
        ];
        // Of 50 megapixels it is a larger file than is ever read.
        if name != "50" {
            files.push(made(folder, &deep, || deep_png(&mosaic(size))));
        }
        for file in &files {
            for way in ["upload", "work"] {
                let own = std::env::current_exe().expect("this program");
                let run = Command::new(own).args(["one", way]).arg(file).output();
                let run = run.expect("it runs");
                print!(
                    "{name} megapixels, {}",
                    String::from_utf8_lossy(&run.stdout)
                );
            }
        }
    }
}

fn progressive_jpeg(picture: &RgbImage) -> Vec<u8> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let format = libjpeg_turbo_rs::PixelFormat::Rgb;
    let encoder = libjpeg_turbo_rs::Encoder::new(picture.as_raw(), width, height, format);
    let encoder = encoder.quality(QUALITY).progressive(true);
    encoder.encode().expect("a picture")
}

fn deep_png(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let deep = DynamicImage::from(picture.clone()).to_rgba16();
    deep.write_to(&mut bytes, image::ImageFormat::Png)
        .expect("a picture");
    bytes.into_inner()
}

/// What decoding one file adds to this process at its peak.
fn peak(way: &str, file: &Path) {
    let bytes = fs::read(file).expect("a file");
    let before = resident_kb("VmHWM:");
    let began = Instant::now();
    let (width, height) = match way {
        "upload" => {
            let seen = imaging::verify(&bytes, &Limits::TRUSTED).expect("a picture");
            (seen.width, seen.height)
        }
        _ => {
            let info = imaging::inspect(&bytes, &Limits::TRUSTED).expect("a picture");
            imaging::prepare(&bytes, 2048).expect("a picture");
            (info.width, info.height)
        }
    };
    let kb = resident_kb("VmHWM:") - before;
    let each = kb * 1000.0 / (f64::from(width) * f64::from(height));
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let mb = kb / 1000.0;
    println!(
        "{way:6} {name:30} {mb:4.0} MB, {each:4.1} bytes a pixel, {:.2} s",
        began.elapsed().as_secs_f64()
    );
}

fn resident_kb(line: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = status.lines().find_map(|l| l.strip_prefix(line));
    let kib = found.and_then(|l| l.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kib.unwrap_or_default() * 1.024
}
