//! The bytes of a work, in the format that its owner likes: the labels stay.

use crate::pictures::{decode, holds};
use crate::shop::{pointers, quick, text};

#[tokio::test]
async fn every_format_has_the_same_size_and_the_label_for_machines() {
    let server = quick().await;
    let anna = server.register("anna").await;
    let job = anna.photo(1).await;
    let path = format!("/v1/works/{}/file", text(&job["result"]["work_id"]));
    let made = anna.get(&path).await;
    assert_eq!(made.header("content-type"), "image/jpeg");
    let size = decode(&made.bytes);
    for format in ["jpeg", "png", "webp"] {
        let answer = anna.get(&format!("{path}?format={format}")).await;
        assert_eq!(answer.status, 200, "{format}");
        assert_eq!(answer.header("content-type"), format!("image/{format}"));
        let picture = decode(&answer.bytes);
        assert_eq!(
            (picture.width(), picture.height()),
            (size.width(), size.height())
        );
        let label = "TC260:AIGC";
        assert!(holds(&answer.bytes, label), "{format} is labelled");
        assert!(holds(&answer.bytes, &text(&job["id"])), "with its number");
    }
    let strange = anna.get(&format!("{path}?format=gif")).await;
    assert_eq!(strange.refused(422), "invalid_parameters");
    assert_eq!(pointers(&strange), ["/format"]);
    let other = server.register("lin").await;
    assert_eq!(other.get(&path).await.refused(404), "not_found");
    server.stop().await;
}
