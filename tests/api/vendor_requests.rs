//! The shape of what is sent to each vendor, as their documents want it.

use atelier::kinds::{Choice, Kind, Quality, Role};
use atelier::mock::{Recorded, Vendor};
use atelier::providers::{Connected, Probed};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::vendors::{KEY, Stage, call};

/// What is sent for a try-on.
async fn sent(stage: &Stage, vendor: Vendor, quality: Quality) -> Recorded {
    let mut ask = stage.ask(Kind::VirtualTryon);
    ask.quality = quality;
    let model = stage.model(vendor, "image");
    call(&model, &ask).await.expect("a picture");
    let requests = stage.mock.requests();
    let call = requests.into_iter().rev().find(|r| r.scene.is_some());
    call.expect("a call for a picture")
}

fn base64_of(stage: &Stage, role: Role) -> String {
    STANDARD.encode(stage.photo(role))
}

fn data_url_of(stage: &Stage, role: Role) -> String {
    format!("data:image/jpeg;base64,{}", base64_of(stage, role))
}

#[tokio::test]
async fn gemini_gets_raw_base64_and_the_words_last() {
    let stage = Stage::new();
    let request = sent(&stage, Vendor::Gemini, Quality::Standard).await;
    let body = request.json();
    assert_eq!(
        request.path,
        "/v1beta/models/gemini-3.1-flash-image:generateContent"
    );
    let parts = body["contents"][0]["parts"].as_array().expect("parts");
    assert_eq!(parts.len(), 3);
    for (part, role) in parts.iter().zip([Role::Person, Role::Garment]) {
        assert_eq!(part["inlineData"]["mimeType"], "image/jpeg");
        assert_eq!(part["inlineData"]["data"], base64_of(&stage, role));
    }
    let words = parts[2]["text"].as_str().expect("the words come last");
    assert!(words.starts_with("Image 1 is the person, image 2 is the garment."));
    let generation = &body["generationConfig"];
    assert_eq!(generation["responseModalities"], json!(["TEXT", "IMAGE"]));
    assert_eq!(
        generation["imageConfig"],
        json!({"aspectRatio": "3:4", "imageSize": "1K"})
    );
    assert_eq!(generation["seed"], 7);
    let draft = sent(&stage, Vendor::Gemini, Quality::Draft).await;
    assert!(draft.path.contains("gemini-3.1-flash-lite-image"));
    let config = &draft.json()["generationConfig"]["imageConfig"];
    assert_eq!(
        config,
        &json!({"aspectRatio": "3:4"}),
        "it knows one size only"
    );
    stage.mock.stop().await;
}

#[tokio::test]
async fn ark_is_told_in_chinese_and_never_marks_the_picture() {
    let stage = Stage::new();
    let request = sent(&stage, Vendor::Ark, Quality::Standard).await;
    let body = request.json();
    assert_eq!(
        body["watermark"],
        json!(false),
        "explicit: left out it is true"
    );
    assert_eq!(body["size"], "1344x1792");
    assert_eq!(body["response_format"], "b64_json");
    assert_eq!(body["output_format"], "jpeg");
    let images = [Role::Person, Role::Garment].map(|role| data_url_of(&stage, role));
    assert_eq!(body["image"], json!(images));
    let words = body["prompt"].as_str().expect("a prompt");
    assert!(words.starts_with("图1是人物，图2是服装。"), "{words}");
    for never in [
        "n",
        "quality",
        "seed",
        "sequential_image_generation",
        "mask",
    ] {
        assert!(body[never].is_null(), "{never} is refused");
    }
    stage.mock.stop().await;
}

#[tokio::test]
async fn openai_gets_a_form_with_its_pictures_in_order() {
    let stage = Stage::new();
    let request = sent(&stage, Vendor::Openai, Quality::Draft).await;
    let kind = request.header("content-type").to_owned();
    assert!(kind.starts_with("multipart/form-data; boundary="), "{kind}");
    let text = String::from_utf8_lossy(&request.body);
    let fields: Vec<&str> = text
        .split("Content-Disposition: form-data; name=\"")
        .skip(1)
        .filter_map(|part| part.split('"').next())
        .collect();
    assert_eq!(
        fields,
        [
            "model", "prompt", "image[]", "image[]", "n", "size", "quality"
        ]
    );
    let at = |words: &str| text.find(words).expect("the field is there");
    assert!(at("filename=\"1-person.jpg\"") < at("filename=\"2-garment.jpg\""));
    assert_eq!(text.matches("Content-Type: image/jpeg\r\n").count(), 2);
    for (role, photo) in [Role::Person, Role::Garment].map(|r| (r, stage.photo(r))) {
        let found = request
            .body
            .windows(photo.len())
            .any(|bytes| bytes == photo);
        assert!(found, "{} arrives as it is", role.id());
    }
    assert!(text.contains("name=\"quality\"\r\n\r\nlow\r\n"));
    assert!(text.contains("name=\"size\"\r\n\r\n1024x1536\r\n"));
    assert!(!text.contains("input_fidelity") && !text.contains("response_format"));
    let length: usize = request.header("content-length").parse().expect("a length");
    assert_eq!(length, request.body.len());
    stage.mock.stop().await;
}

#[tokio::test]
async fn hosts_that_speak_like_openai_have_their_knobs() {
    let stage = Stage::new();
    let url = stage.mock.base_url(Vendor::Openai);
    let knobs = json!({
        "openai": {"image_field": "image", "response_format": "b64_json"},
        "headers": {"X-Title": "shop"}, "language": "zh",
    });
    let model = stage.models(Vendor::Openai, &url, &knobs).swap_remove(0);
    let ask = stage.ask(Kind::ProductPhoto);
    call(&model, &ask).await.expect("a picture");
    let request = stage.last_request();
    let text = String::from_utf8_lossy(&request.body).into_owned();
    assert!(text.contains("name=\"image\"; filename=\"1-product.jpg\""));
    assert!(text.contains("name=\"response_format\"\r\n\r\nb64_json\r\n"));
    assert!(text.contains("图1是商品。"));
    assert_eq!(request.header("x-title"), "shop");
    stage.mock.stop().await;
}

#[tokio::test]
async fn dashscope_writes_sizes_with_a_star() {
    let stage = Stage::new();
    let request = sent(&stage, Vendor::Dashscope, Quality::Standard).await;
    let body = request.json();
    let messages = body["input"]["messages"].as_array().expect("messages");
    assert_eq!(messages.len(), 1);
    let content = messages[0]["content"].as_array().expect("content");
    assert_eq!(content[0]["image"], data_url_of(&stage, Role::Person));
    assert_eq!(content[1]["image"], data_url_of(&stage, Role::Garment));
    assert!(content[2]["text"].is_string());
    let parameters = &body["parameters"];
    assert_eq!(parameters["size"], "1152*1536");
    assert_eq!(parameters["watermark"], json!(false));
    assert_eq!(
        (&parameters["n"], &parameters["seed"]),
        (&json!(1), &json!(7))
    );
    stage.mock.stop().await;
}

#[tokio::test]
async fn openrouter_gets_references_and_a_tier() {
    let stage = Stage::new();
    let body = sent(&stage, Vendor::Openrouter, Quality::High).await.json();
    let references = body["input_references"].as_array().expect("references");
    assert_eq!(references.len(), 2);
    let first = &references[0];
    assert_eq!(first["type"], "image_url");
    assert_eq!(first["image_url"]["url"], data_url_of(&stage, Role::Person));
    assert_eq!((&body["n"], &body["seed"]), (&json!(1), &json!(7)));
    assert!(body["size"].is_null() || body["aspect_ratio"].is_null());
    stage.mock.stop().await;
}

#[tokio::test]
async fn fashn_keeps_nothing_of_what_it_gets() {
    let stage = Stage::new();
    let body = sent(&stage, Vendor::Fashn, Quality::Standard).await.json();
    assert_eq!(body["model_name"], "tryon-v1.6");
    let inputs = &body["inputs"];
    assert_eq!(inputs["model_image"], data_url_of(&stage, Role::Person));
    assert_eq!(inputs["garment_image"], data_url_of(&stage, Role::Garment));
    assert_eq!(inputs["return_base64"], json!(true));
    assert_eq!(
        (&inputs["category"], &inputs["mode"]),
        (&json!("auto"), &json!("balanced"))
    );
    let best = sent(&stage, Vendor::Fashn, Quality::High).await.json();
    assert_eq!(best["model_name"], "tryon-max");
    assert_eq!(
        best["inputs"]["product_image"],
        data_url_of(&stage, Role::Garment)
    );
    assert_eq!(best["inputs"]["resolution"], "2k");
    stage.mock.stop().await;
}

#[tokio::test]
async fn keys_stand_in_one_header_and_nowhere_else() {
    let stage = Stage::new();
    for vendor in Vendor::ALL {
        let request = sent(&stage, *vendor, Quality::Standard).await;
        assert!(!request.path.contains(KEY), "{vendor:?}: a key in the URL");
        let body = String::from_utf8_lossy(&request.body);
        assert!(!body.contains(KEY), "{vendor:?}: a key in the body");
        let carriers: Vec<&str> = request
            .headers
            .iter()
            .filter(|(_, value)| value.contains(KEY))
            .map(|(name, _)| name.as_str())
            .collect();
        let right = match vendor {
            Vendor::Gemini => "x-goog-api-key",
            Vendor::Ark
            | Vendor::Openai
            | Vendor::Dashscope
            | Vendor::Openrouter
            | Vendor::Fashn => "authorization",
        };
        assert_eq!(carriers, [right], "{vendor:?}");
    }
    stage.mock.stop().await;
}

#[tokio::test]
async fn an_avatar_sends_as_many_photos_as_the_model_takes() {
    let stage = Stage::new();
    let ask = stage.ask(Kind::DigitalAvatar);
    call(&stage.model(Vendor::Gemini, "image"), &ask)
        .await
        .expect("a picture");
    let body = stage.last_request().json();
    let parts = body["contents"][0]["parts"]
        .as_array()
        .expect("parts")
        .clone();
    assert_eq!(parts.len(), 4);
    let words = parts[3]["text"].as_str().expect("words");
    assert!(words.starts_with("Images 1 to 3 show the same person."));
    stage.mock.stop().await;
}

#[tokio::test]
async fn a_proxy_is_asked_instead_of_the_vendor() {
    let stage = Stage::new();
    let proxy = json!({"proxy": stage.mock.url()});
    // Nobody answers to this name: only the proxy can.
    let url = "http://vendor.invalid/ark/api/v3";
    let model = stage.models(Vendor::Ark, url, &proxy).swap_remove(0);
    call(&model, &stage.ask(Kind::ProductPhoto))
        .await
        .expect("a picture through the proxy");
    assert_eq!(stage.last_request().header("host"), "vendor.invalid");
    stage.mock.stop().await;
}

#[tokio::test]
async fn free_questions_tell_whether_key_and_model_are_good() {
    let stage = Stage::new();
    let probe = async |model: &Connected| model.provider.probes().expect("it can").probe().await;
    for (vendor, told) in [
        (Vendor::Gemini, Probed::Ready),
        (Vendor::Ark, Probed::Ready),
        (Vendor::Openai, Probed::Ready),
        (Vendor::Openrouter, Probed::ModelListed),
        (Vendor::Fashn, Probed::KeyGood),
    ] {
        let model = stage.model(vendor, "image");
        assert_eq!(probe(&model).await.expect("a good key"), told, "{vendor:?}");
        assert!(stage.last_request().scene.is_none(), "it costs nothing");
    }
    let dashscope = stage.model(Vendor::Dashscope, "image");
    assert!(
        dashscope.provider.probes().is_none(),
        "it has no free question"
    );
    let nobody = stage.models(
        Vendor::Gemini,
        "http://127.0.0.1:1",
        &Value::Object(Default::default()),
    );
    assert!(probe(&nobody[0]).await.is_err());
    stage.mock.stop().await;
}
