//! One table per vendor: this body, this class. And what a picture costs, whatever disguise it comes in.

use atelier::kinds::{Choice, Kind};
use atelier::mock::{SIDES, Vendor};
use atelier::providers::{Action, Class};

use crate::vendors::{KEY, Stage, call};

/// Plays every scene of a vendor and looks at what the adapter makes of it.
async fn every_scene(vendor: Vendor) {
    let stage = Stage::new();
    let ask = stage.ask(Kind::VirtualTryon);
    let mut wrong = Vec::new();
    for scene in vendor.scenes() {
        let model = stage.model(vendor, scene.name);
        let seen = match call(&model, &ask).await {
            Ok(picture) => {
                let decoded = image::load_from_memory(&picture.bytes).expect("a picture");
                assert_eq!((decoded.width(), decoded.height()), SIDES, "{}", scene.name);
                assert!(picture.cost_micros.is_some(), "{}: no cost", scene.name);
                None
            }
            Err(error) => {
                assert!(!error.detail.contains(KEY), "{}: {error}", scene.name);
                assert!(error.detail.len() < 500, "{}: {error}", scene.name);
                Some(error.class)
            }
        };
        if seen != scene.class {
            wrong.push(format!("{}: {seen:?}, not {:?}", scene.name, scene.class));
        }
    }
    stage.mock.stop().await;
    assert!(wrong.is_empty(), "{}\n{}", vendor.id(), wrong.join("\n"));
}

#[tokio::test]
async fn gemini_bodies_have_their_classes() {
    every_scene(Vendor::Gemini).await;
}

#[tokio::test]
async fn ark_bodies_have_their_classes() {
    every_scene(Vendor::Ark).await;
}

#[tokio::test]
async fn openai_bodies_have_their_classes() {
    every_scene(Vendor::Openai).await;
}

#[tokio::test]
async fn dashscope_bodies_have_their_classes() {
    every_scene(Vendor::Dashscope).await;
}

#[tokio::test]
async fn openrouter_bodies_have_their_classes() {
    every_scene(Vendor::Openrouter).await;
}

#[tokio::test]
async fn fashn_bodies_have_their_classes() {
    every_scene(Vendor::Fashn).await;
}

#[tokio::test]
async fn pauses_are_read_wherever_they_stand() {
    let stage = Stage::new();
    let ask = stage.ask(Kind::VirtualTryon);
    for (vendor, scene, millis) in [
        (Vendor::Gemini, "rate-limited", 12_770),
        (Vendor::Openai, "rate-limited", 12_000),
        (Vendor::Openai, "rate-limited-ms", 1_500),
        (Vendor::Openai, "rate-limited-secs", 7_000),
    ] {
        let error = call(&stage.model(vendor, scene), &ask).await;
        let wait = error.expect_err("a refusal").retry_after.expect("a pause");
        assert_eq!(wait.as_millis(), millis, "{vendor:?} {scene}");
    }
    stage.mock.stop().await;
}

#[tokio::test]
async fn answers_say_what_a_picture_cost() {
    let stage = Stage::new();
    let ask = stage.ask(Kind::VirtualTryon);
    for (vendor, micros) in [
        // (180 + 1120) · 0.5 + 1120 · 60 dollars for a million tokens
        (Vendor::Gemini, 67_850),
        // The table of prices: Ark's answers count pictures, not money.
        (Vendor::Ark, 44_000),
        (Vendor::Openai, 181_638),
        (Vendor::Dashscope, 30_000),
        (Vendor::Openrouter, 67_100),
        (Vendor::Fashn, 75_000),
    ] {
        let picture = call(&stage.model(vendor, "image"), &ask).await;
        let cost = picture.expect("a picture").cost_micros;
        assert_eq!(cost, Some(micros), "{vendor:?}");
    }
    stage.mock.stop().await;
}

#[test]
fn every_class_that_a_vendor_can_cause_has_its_action() {
    let classes: Vec<Class> = Vendor::ALL
        .iter()
        .flat_map(|vendor| vendor.scenes())
        .filter_map(|scene| scene.class)
        .collect();
    for class in Class::ALL {
        // Only we ourselves cause this one.
        if *class != Class::Internal {
            assert!(classes.contains(class), "no scene shows {}", class.id());
        }
    }
    assert_eq!(Class::BlockedSevere.action(), Action::GiveUp);
    assert_eq!(Class::BlockedInput.action(), Action::Next);
}

#[tokio::test]
async fn what_was_charged_for_nothing_is_counted() {
    let stage = Stage::new();
    let ask = stage.ask(Kind::VirtualTryon);
    let made = call(&stage.model(Vendor::Ark, "image"), &ask).await;
    let price = made.expect("a picture").cost_micros;
    assert!(price.is_some());
    for (vendor, scene, micros) in [
        // 1,300 tokens at half a dollar a million; no picture was answered.
        (Vendor::Gemini, "image-safety", Some(650)),
        // The picture was made, and charged, and its address is over.
        (Vendor::Ark, "expired-link", price),
        // Nobody charges for a refused key.
        (Vendor::Gemini, "expired-key", None),
    ] {
        let failed = call(&stage.model(vendor, scene), &ask).await;
        let failed = failed.expect_err(scene);
        assert_eq!(failed.cost_micros, micros, "{vendor:?} {scene}: {failed}");
    }
    stage.mock.stop().await;
}
