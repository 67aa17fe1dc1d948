//! The page: its shell, its files, the operator's colour and documents.

use reqwest::Method;

use crate::harness::{Answer, Server};

async fn page(server: &Server, path: &str, lang: &str) -> Answer {
    let request = server.request(Method::GET, path);
    Answer::of(request.header("Accept-Language", lang)).await
}

fn base(html: &str) -> &str {
    let at = html.find("/assets/").expect("files");
    let end = html[at + 8..].find('/').expect("a version");
    &html[at..at + 8 + end]
}

#[tokio::test]
async fn the_shell_carries_the_site_and_asks_no_other_host() {
    let server = Server::with(|config| {
        config.site.name.en = "Mei & </script>".into();
    })
    .await;
    let answer = page(&server, "/works", "en").await;
    let html = answer.body.as_str().expect("a page");
    assert!(html.contains("lang=\"en\"") && html.contains("Mei &amp; &lt;/script&gt;"));
    assert!(html.contains("Mei & \\u003c/script>"), "the site as data");
    assert!(!html.contains("{{") && !html.contains("//"), "{html}");
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'self'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.header("cache-control"), "no-cache");
    let again = server
        .request(Method::GET, "/works")
        .header("Accept-Language", "en")
        .header("If-None-Match", answer.header("etag"));
    let again = Answer::of(again).await;
    assert_eq!(again.status, 304);
    // Browsers take over the headers of a 304: a stricter policy would keep the page from running.
    assert_eq!(again.header("content-security-policy"), policy);
    let chinese = page(&server, "/", "zh").await;
    assert!(chinese.body.as_str().expect("a page").contains("zh-CN"));
    server.stop().await;
}

#[tokio::test]
async fn files_stay_for_ever_under_the_name_of_their_version() {
    let server = Server::with(|config| {
        config.site.accent = "#c02040".to_owned().try_into().expect("a colour");
    })
    .await;
    let shell = page(&server, "/", "en").await;
    let base = base(shell.body.as_str().expect("a page")).to_owned();
    let script = server.get(&format!("{base}/main.js")).await;
    assert_eq!(
        script.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert!(script.header("cache-control").contains("immutable"));
    let style = server.get(&format!("{base}/style.css")).await;
    let style = style.body.as_str().expect("a style sheet");
    assert!(
        style.contains("--accent-on-light:#c02040"),
        "the operator's"
    );
    for gone in [
        "/assets/0000000000000000/main.js",
        &format!("{base}/shell.html"),
    ] {
        assert_eq!(server.get(gone).await.refused(404), "not_found");
    }
    server.stop().await;
}

#[tokio::test]
async fn documents_are_the_operators_or_ours_with_the_facts_of_this_site() {
    let own = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(
        own.path(),
        "# House rules\n\n{{name}} <script>alert(1)</script>",
    )
    .expect("written");
    let server = Server::with(|config| {
        config.site.name.en = "Mei".into();
        config.retention.uploads_days = 17;
        config.site.terms.en = own.path().display().to_string();
    })
    .await;
    let privacy = page(&server, "/privacy", "en").await;
    let privacy = privacy.body.as_str().expect("a page");
    assert!(privacy.contains("17 days") && privacy.contains("Faces"));
    assert!(!privacy.contains("{{"), "{privacy}");
    let chinese = page(&server, "/privacy?lang=zh", "en").await;
    assert!(chinese.body.as_str().expect("a page").contains("人脸"));
    let terms = page(&server, "/terms", "en").await;
    let terms = terms.body.as_str().expect("a page");
    assert!(
        terms.contains("House rules") && terms.contains("Mei &lt;script&gt;"),
        "{terms}"
    );
    server.stop().await;
}

#[tokio::test]
async fn whoever_follows_a_dead_link_reads_a_page_and_programs_get_a_problem() {
    let server = Server::start().await;
    let browser = server
        .request(Method::GET, "/s/taken-back")
        .header("Accept", "text/html,*/*;q=0.8")
        .header("Accept-Language", "en");
    let answer = Answer::of(browser).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    let html = answer.body.as_str().expect("a page");
    assert!(html.contains("Not found") && !html.contains("{{"), "{html}");
    assert_eq!(server.get("/s/taken-back").await.refused(404), "not_found");
    server.stop().await;
}
