//! The score of matting: IoU and MAE of every product with exact alpha on six backgrounds, with and without networks.
//!
//! `ATELIER_SHARED=… cargo bench --bench matting` prints the table; `-- stand DIR` writes 1-megapixel composites and
//! their alpha, and `-- each` cuts out the files named on its standard input, a photo and a PNG a line, and answers
//! with milliseconds: `benches/rembg.py` sets these against rembg.

#[path = "../tests/matting/scenes.rs"]
mod scenes;

use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use atelier::kinds::Subject;
use atelier::matting::Method;
use atelier::vision::Vision;
use scenes::Background;

const SIDE: u32 = 800;

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|w| w != "--bench")
        .collect();
    match words
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => table(),
        ["stand", folder] => stand(Path::new(folder)),
        ["each"] => each(),
        _ => eprintln!("say nothing, `stand DIR` or `each`"),
    }
}

fn subjects() -> Vec<scenes::Subject> {
    match scenes::shared() {
        Some(folder) => scenes::products(&folder),
        None => {
            eprintln!("ATELIER_SHARED names no folder with photos: two drawn subjects stand in");
            scenes::drawn()
        }
    }
}

fn table() {
    let subjects = subjects();
    println!("| background | neural IoU / MAE | classical IoU / MAE |\n|---|---|---|");
    let methods = [Method::Neural, Method::Classical];
    let methods = methods.map(|method| method.local(Arc::new(Vision::new())));
    let mut all = [Vec::new(), Vec::new()];
    for background in Background::ALL {
        let mut row = format!("| {} |", background.name());
        for (matting, all) in methods.iter().zip(&mut all) {
            let scores = subjects.iter().map(|subject| {
                let scene = scenes::scene(subject, background, SIDE);
                let cutout = matting.cut_out(&scene.photo, Subject::Product).ok();
                let score = scenes::score(cutout.as_ref(), &scene.truth);
                eprintln!(
                    "{:32} {:12} {:.4} {:.4}",
                    subject.name,
                    background.name(),
                    score.iou,
                    score.mae
                );
                score
            });
            let scores: Vec<_> = scores.collect();
            let mean = scenes::mean(&scores);
            row += &format!(" {:.3} / {:.3} |", mean.iou, mean.mae);
            all.extend(scores);
        }
        println!("{row}");
    }
    let [neural, classical] = all.map(|scores| scenes::mean(&scores));
    println!(
        "| all | {:.3} / {:.3} | {:.3} / {:.3} |",
        neural.iou, neural.mae, classical.iou, classical.mae
    );
}

fn stand(folder: &Path) {
    std::fs::create_dir_all(folder).expect("a folder");
    for (n, subject) in subjects().iter().enumerate() {
        let background = Background::ALL[n % Background::ALL.len()];
        let scene = scenes::scene(subject, background, 1000);
        let side = scene.photo.width();
        scene
            .photo
            .save(folder.join(format!("{}.photo.png", subject.name)))
            .expect("a file");
        let truth = image::GrayImage::from_raw(side, side, scene.truth).expect("a byte a pixel");
        truth
            .save(folder.join(format!("{}.truth.png", subject.name)))
            .expect("a file");
    }
}

fn each() {
    let matting = Method::Neural.local(Arc::new(Vision::new()));
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("text");
        let (photo, out) = line.split_once('\t').expect("two files");
        let photo = image::open(photo).expect("a photo").into_rgb8();
        let began = Instant::now();
        let cutout = matting
            .cut_out(&photo, Subject::Product)
            .expect("a subject");
        println!("{:.1}", began.elapsed().as_secs_f64() * 1e3);
        std::io::stdout().flush().expect("a reader");
        cutout.save(out).expect("a file");
    }
}
