//! Bad files, in a table: each is sent as an upload and has its code beside it. What can be read is taken, whatever it
//! is called; the rest is refused with the rule it breaks, and the server stays up within its memory.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};
use reqwest::Method;
use reqwest::multipart::{Form, Part};

use crate::harness::{Answer, Server, User};
use crate::malformed::{bmp, gif, jpeg_of_size, png, png_chunk, tiff, webp_canvas, with_exif};
use crate::pictures::{self, decode};
use crate::shop::idle;

/// A file and the code of its refusal; none if it is taken.
type Row = (String, Vec<u8>, Option<&'static str>);

const UNREADABLE: Option<&str> = Some("unreadable_image");
const UNSUPPORTED: Option<&str> = Some("unsupported_format");
const HUGE: Option<&str> = Some("image_too_large");
const MANY: Option<&str> = Some("image_too_many_pixels");
const SMALL: Option<&str> = Some("image_too_small");
const HEIC: Option<&str> = Some("heic_unsupported");

fn row(what: &str, bytes: impl Into<Vec<u8>>, code: Option<&'static str>) -> Row {
    (what.to_owned(), bytes.into(), code)
}

fn written(format: ImageFormat) -> Vec<u8> {
    let picture = DynamicImage::ImageRgb8(decode(&pictures::product(1)).to_rgb8());
    let mut bytes = Vec::new();
    picture
        .write_to(&mut Cursor::new(&mut bytes), format)
        .expect("it can be encoded");
    bytes
}

/// Every format, cut at many places behind its magic bytes.
fn cut() -> Vec<Row> {
    let mut rows = Vec::new();
    for (format, name) in [
        (ImageFormat::Png, "PNG"),
        (ImageFormat::Jpeg, "JPEG"),
        (ImageFormat::WebP, "WebP"),
        (ImageFormat::Gif, "GIF"),
        (ImageFormat::Bmp, "BMP"),
        (ImageFormat::Tiff, "TIFF"),
    ] {
        let whole = written(format);
        for tenths in [1, 3, 5, 7, 9] {
            let length = whole.len() * tenths / 10;
            let what = format!("{name} cut at {length} of {}", whole.len());
            rows.push((what, whole[..length].to_vec(), UNREADABLE));
        }
        let what = format!("{name} of its first bytes alone");
        // A BMP is known by its header, the others by their first bytes.
        let code = if name == "BMP" {
            UNSUPPORTED
        } else {
            UNREADABLE
        };
        rows.push((what, whole[..20].to_vec(), code));
    }
    rows
}

/// Headers that promise far more than there is.
fn bombs() -> Vec<Row> {
    vec![
        row("PNG of 12,000 × 12,000", png(12_000, 12_000, 8, 2, 0), MANY),
        row("PNG of 30,000 × 30,000", png(30_000, 30_000, 8, 2, 0), HUGE),
        row(
            "PNG of all bits",
            png(u32::MAX, u32::MAX, 8, 2, 0),
            UNREADABLE,
        ),
        row("PNG of 12,001 × 64", png(12_001, 64, 8, 2, 0), HUGE),
        row(
            "PNG of 7,000 × 7,000 without its data",
            png(7_000, 7_000, 16, 6, 0),
            UNREADABLE,
        ),
        row(
            "JPEG of 65,535 × 65,535",
            jpeg_of_size(65_535, 65_535),
            HUGE,
        ),
        row(
            "JPEG of 12,000 × 12,000",
            jpeg_of_size(12_000, 12_000),
            MANY,
        ),
        row("JPEG of 12,001 × 64", jpeg_of_size(12_001, 64), HUGE),
        row(
            "WebP of 16,384 × 16,384",
            webp_canvas(16_384, 16_384),
            UNREADABLE,
        ),
        row(
            "WebP of 12,000 × 12,000",
            webp_canvas(12_000, 12_000),
            UNREADABLE,
        ),
        row("GIF of 65,535 × 65,535", gif(65_535, 65_535), HUGE),
        row("GIF of 12,000 × 12,000", gif(12_000, 12_000), MANY),
        row("TIFF of 100,000 × 100,000", tiff(100_000, 100_000), HUGE),
        row("TIFF of 12,000 × 12,000", tiff(12_000, 12_000), MANY),
        row("BMP of 30,000 × 30,000", bmp(30_000, 30_000, 24), HUGE),
        row("BMP of 12,000 × 12,000", bmp(12_000, 12_000, 24), MANY),
        row(
            "PNG with a profile that swells to 64 MB",
            png_chunk(b"iCCP", &swollen(b"x\0\0")),
            None,
        ),
        row(
            "PNG with a text that swells to 64 MB",
            png_chunk(b"zTXt", &swollen(b"x\0\0")),
            None,
        ),
    ]
}

/// 64 MB of zeros, deflated behind `head`.
fn swollen(head: &[u8]) -> Vec<u8> {
    let mut chunk = head.to_vec();
    chunk.extend(crate::malformed::deflated_zeros(64_000_000));
    chunk
}

/// Headers that say something else than what follows.
fn liars() -> Vec<Row> {
    let png_magic = b"\x89PNG\r\n\x1a\n";
    let jpeg = written(ImageFormat::Jpeg);
    let mut broken = pictures::product(1);
    let middle = broken.len() / 2;
    broken[middle] ^= 0xff;
    vec![
        row(
            "PNG magic, JPEG body",
            [&png_magic[..], &jpeg].concat(),
            UNREADABLE,
        ),
        row(
            "JPEG magic, PNG body",
            [&b"\xff\xd8\xff"[..], &pictures::product(1)].concat(),
            UNREADABLE,
        ),
        row(
            "JPEG magic, text",
            &b"\xff\xd8\xff\xe0 this is no picture at all, only text"[..],
            UNREADABLE,
        ),
        row(
            "RIFF that is a sound",
            &b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\0\0\0\0"[..],
            UNSUPPORTED,
        ),
        row("PNG with a flipped bit", broken, UNREADABLE),
        row("PNG of no colour type", png(64, 64, 8, 5, 0), UNREADABLE),
        row("PNG of 3 bits", png(64, 64, 3, 2, 0), UNREADABLE),
        row(
            "PNG with another interlace",
            png(64, 64, 8, 2, 7),
            UNREADABLE,
        ),
        row("PNG of no width", png(0, 64, 8, 2, 0), UNREADABLE),
        row("JPEG of no height", jpeg_of_size(64, 0), UNREADABLE),
        row("BMP of no bits", bmp(64, 64, 0), UNREADABLE),
        row(
            "TIFF whose directory is outside",
            &b"II*\0\xff\xff\xff\x7f\0\0\0\0"[..],
            UNREADABLE,
        ),
        row(
            "TIFF whose directory is itself",
            &b"II*\0\x08\0\0\0\x01\0\0\x01\x03\0\x01\0\0\0\x40\0\0\0\x08\0\0\0"[..],
            UNREADABLE,
        ),
        row(
            "GIF and JavaScript",
            &b"GIF89a/*xxxxxxxxxxxxxxxxxxxxx*/=1;alert(1)"[..],
            HUGE,
        ),
    ]
}

/// What is no picture of ours, or hardly one.
#[expect(clippy::too_many_lines, reason = "one table")]
fn strangers() -> Vec<Row> {
    let ftyp = |brand: &str| [&b"\0\0\0\x18ftyp"[..], brand.as_bytes(), &[0; 40][..]].concat();
    vec![
        row("nothing", &b""[..], Some("empty_file")),
        row("one byte", &b"\xff"[..], UNSUPPORTED),
        row("zeros", vec![0; 65_536], UNSUPPORTED),
        row("text", &b"hello"[..], UNSUPPORTED),
        row(
            "HTML",
            &b"<!doctype html><script>alert(1)</script>"[..],
            UNSUPPORTED,
        ),
        row(
            "SVG",
            &b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"[..],
            UNSUPPORTED,
        ),
        row("PDF", &b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"[..], UNSUPPORTED),
        row("ZIP", &b"PK\x03\x04\x14\0\0\0\0\0"[..], UNSUPPORTED),
        row(
            "a program",
            &b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"[..],
            UNSUPPORTED,
        ),
        row("PSD", &b"8BPS\0\x01\0\0\0\0\0\0\0\x03"[..], UNSUPPORTED),
        row(
            "ICO",
            &b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0"[..],
            UNSUPPORTED,
        ),
        row(
            "JPEG XL",
            &b"\xff\x0a\xfa\x7f\x01\x90\x08\x06"[..],
            UNSUPPORTED,
        ),
        row("MP4", ftyp("isom"), UNSUPPORTED),
        row("HEIC", ftyp("heic"), HEIC),
        row("AVIF", ftyp("avif"), HEIC),
        row("one pixel", pictures::plain(1, 1), SMALL),
        row("63 pixels wide", pictures::plain(63, 200), SMALL),
        row("a strip", pictures::plain(1, 64), SMALL),
        row(
            "EXIF of zeros",
            with_exif(&written(ImageFormat::Jpeg), &[0; 64]),
            None,
        ),
        row(
            "EXIF that points outside",
            with_exif(&written(ImageFormat::Jpeg), b"II*\0\xff\xff\xff\x7f"),
            None,
        ),
        row(
            "EXIF that points to itself",
            with_exif(
                &written(ImageFormat::Jpeg),
                b"MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x08\0\0\0\x08",
            ),
            None,
        ),
        row(
            "EXIF with an orientation of 99",
            with_exif(
                &written(ImageFormat::Jpeg),
                b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x63\0\0\0\0\0\0\0",
            ),
            None,
        ),
        row(
            "JPEG and ZIP",
            [written(ImageFormat::Jpeg), b"PK\x03\x04hidden".to_vec()].concat(),
            None,
        ),
    ]
}

async fn send(user: &User<'_>, bytes: Vec<u8>) -> Answer {
    // The type that is said is never believed.
    let request = user.request(Method::POST, "/v1/uploads");
    Answer::of(request.header("content-type", "image/png").body(bytes)).await
}

#[tokio::test]
async fn bad_files_break_a_rule_that_has_a_name() {
    let server = idle().await;
    let user = server.register("mei").await;
    let rows: Vec<Row> = [cut(), bombs(), liars(), strangers()].concat();
    assert!(rows.len() >= 90, "{} rows", rows.len());
    let mut wrong = Vec::new();
    for (what, bytes, code) in rows {
        let answer = send(&user, bytes).await;
        let expected = (if code.is_some() { 422 } else { 201 }, code);
        let seen = (answer.status, answer.body["code"].as_str());
        if seen != expected {
            wrong.push(format!("{what}: {seen:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!(server.get("/healthz").await.status, 200);
    assert!(resident_mb() < 1500, "{} MB are resident", resident_mb());
    server.stop().await;
}

/// The most memory this process held so far, in MB. All tests share it.
fn resident_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kb = line.and_then(|l| l.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kb.map_or(0, |kb| kb / 1000)
}

#[tokio::test]
async fn names_and_types_of_files_are_not_believed() {
    let server = idle().await;
    let user = server.register("mei").await;
    for (number, (name, media)) in [
        ("photo.jpg", "image/jpeg"),
        ("photo.exe", "application/x-msdownload"),
        ("../../atelier.db", "text/html"),
        ("照片\u{202e}gpj.png", "image/png"),
        ("", "image/heic"),
    ]
    .into_iter()
    .enumerate()
    {
        let number = u8::try_from(number).expect("few");
        let part = Part::bytes(pictures::product(number)).file_name(name);
        let part = part.mime_str(media).expect("a type");
        let form = Form::new().part("file", part);
        let request = user.request(Method::POST, "/v1/uploads").multipart(form);
        let answer = Answer::of(request).await;
        assert_eq!(
            (answer.status, answer.body["format"].as_str()),
            (201, Some("png")),
            "{name}"
        );
    }
    let hidden = [
        pictures::as_jpeg(&pictures::product(9)),
        b"PK\x03\x04hidden".to_vec(),
    ]
    .concat();
    let upload = send(&user, hidden).await;
    let stored = stored(&server, &upload).await;
    assert!(
        !pictures::holds(&stored, "hidden"),
        "what hangs on a picture is cut off"
    );
    server.stop().await;
}

async fn stored(server: &Server, upload: &Answer) -> Vec<u8> {
    assert_eq!(upload.status, 201, "{}", upload.body);
    server.picture(&upload.body["url"]).await
}
