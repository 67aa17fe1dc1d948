//! Nobody reaches what is not theirs: a walk over the whole route table, and every way to bend a signed link.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Server, User};
use crate::shop::{each, image, play, quick, text};

/// Routes that answer anybody, without a log-in.
const PUBLIC: &[&str] = &[
    "/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/docs/{file}",
    "/llms.txt",
    "/v1/site",
    "/v1/catalog",
    "/v1/auth/register",
    "/v1/auth/login",
    "/v1/auth/refresh",
    "/v1/auth/logout",
    "/v1/auth/wechat",
    "/v1/wechat/push",
    "/v1/credits/packages",
    "/v1/plans",
    "/v1/payments/{channel}/notify",
    "/v1/links/{token}",
    "/v1/shared/{token}",
    "/v1/reports",
    "/s/{token}",
    "/s/{token}/image",
    "/files/{key:.*}",
    "/assets/{version}/{name:.*}",
    "/terms",
    "/privacy",
];

/// Routes whose parameter is the caller's own word, not the id of a thing: somebody else's batch is an empty one.
const OWN_WORDS: &[&str] = &["/v1/batches/{batch}"];

/// One method of one path.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: String,
}

/// The route table, read where it stands.
pub(crate) fn routes() -> Vec<Route> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/routes.rs");
    let table = std::fs::read_to_string(root).expect("the route table");
    let table: String = table.split_whitespace().collect();
    let mut routes = Vec::new();
    for resource in table.split("at(\"").skip(1) {
        let (path, rest) = resource.split_once('"').expect("a path");
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
            let call = format!(".{}(", method.as_str().to_lowercase());
            if rest.contains(&call) {
                let path = path.to_owned();
                routes.push(Route { method, path });
            }
        }
    }
    assert!(routes.len() > 60, "{} routes were found", routes.len());
    routes
}

/// A body that the route would take, so that only who asks can be wrong.
fn body(route: &Route) -> Value {
    match route.path.as_str() {
        "/v1/jobs/{id}/feedback" => json!({"rating": 5}),
        "/v1/orders/{id}/invoice" => json!({"title": "Mei", "email": "mei@example.com"}),
        "/v1/works/{id}" => json!({"title": "mine now"}),
        _ => json!({}),
    }
}

async fn ask(server: &Server, route: &Route, path: &str, token: Option<&str>) -> Answer {
    let mut request = server.request(route.method.clone(), path);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if route.method != Method::GET {
        request = request.json(&body(route));
    }
    Answer::of(request).await
}

/// What somebody owns: one of each thing that routes name by an id.
struct Things {
    upload: String,
    job: String,
    work: String,
    key: String,
    order: String,
    webhook: String,
}

impl Things {
    async fn of(user: &User<'_>) -> Self {
        let job = user.photo(1).await;
        let key = json!({"name": "mine", "scopes": ["jobs"]});
        let key = user.post("/v1/api-keys", key).await;
        assert_eq!(key.status, 201, "{}", key.body);
        let order = json!({"package": "small", "channel": "sandbox"});
        let order = user.post("/v1/orders", order).await;
        assert_eq!(order.status, 201, "{}", order.body);
        let webhook = json!({"url": "https://93.184.216.34/hook"});
        let webhook = user.post("/v1/webhooks", webhook).await;
        assert_eq!(webhook.status, 201, "{}", webhook.body);
        Self {
            order: text(&order.body["id"]),
            webhook: text(&webhook.body["id"]),
            upload: each(&user.get("/v1/uploads").await.body, "id").remove(0),
            work: text(&job["result"]["work_id"]),
            job: text(&job["id"]),
            key: text(&key.body["id"]),
        }
    }

    /// The path with the id of what its owner has there.
    fn path(&self, route: &Route) -> String {
        let things = [
            ("/v1/uploads/", &self.upload),
            ("/v1/jobs/", &self.job),
            ("/v1/works/", &self.work),
            ("/v1/api-keys/", &self.key),
            ("/v1/orders/", &self.order),
            ("/v1/webhooks/", &self.webhook),
        ];
        let known = things
            .iter()
            .find(|(start, _)| route.path.starts_with(start));
        let (_, id) =
            known.unwrap_or_else(|| panic!("{route:?} names a thing this test has none of"));
        route.path.replace("{id}", id)
    }
}

#[tokio::test]
async fn strangers_are_asked_who_they_are() {
    let server = quick().await;
    for route in routes() {
        if PUBLIC.contains(&route.path.as_str()) {
            continue;
        }
        let path = route.path.replace("{id}", "job_00000000000000000000000000");
        let answer = ask(&server, &route, &path, None).await;
        assert_eq!(answer.refused(401), "unauthorized", "{route:?}");
        let forged = ask(&server, &route, &path, Some("eyJhbGciOiJub25lIn0.e30.")).await;
        assert_eq!(forged.refused(401), "unauthorized", "{route:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn what_belongs_to_another_is_not_there() {
    let server = Server::with(|config| {
        play(config, &json!({}));
        config.billing.sandbox.enabled = true;
    })
    .await;
    let (owner, other) = (server.register("mei").await, server.register("lin").await);
    let things = Things::of(&owner).await;
    let before = owner.get("/v1/credits/entries").await.body;
    for route in routes() {
        let names_a_thing = route.path.contains('{') && !OWN_WORDS.contains(&route.path.as_str());
        if !names_a_thing
            || PUBLIC.contains(&route.path.as_str())
            || route.path.starts_with("/v1/admin/")
        {
            continue;
        }
        let path = things.path(&route);
        let answer = ask(&server, &route, &path, Some(&other.token)).await;
        assert_eq!(answer.refused(404), "not_found", "{route:?}");
    }
    let batch = other.get("/v1/batches/mine").await;
    assert_eq!(batch.refused(404), "not_found");
    assert_eq!(owner.get("/v1/credits/entries").await.body, before);
    let job = owner.job(&things.job).await;
    assert_eq!(text(&job["result"]["work_id"]), things.work);
    server.stop().await;
}

#[tokio::test]
async fn users_are_no_administrators() {
    let server = quick().await;
    let user = server.register("mei").await;
    let mut walked = 0;
    for route in routes() {
        if !route.path.starts_with("/v1/admin/") {
            continue;
        }
        let path = route.path.replace("{id}", &user.id);
        let answer = ask(&server, &route, &path, Some(&user.token)).await;
        assert_eq!(answer.refused(403), "forbidden", "{route:?}");
        walked += 1;
    }
    assert!(walked >= 15, "{walked} routes of administrators were found");
    assert_eq!(user.get("/v1/me").await.body["role"], "user");
    server.stop().await;
}

#[tokio::test]
async fn signed_links_open_one_picture_for_one_time() {
    let server = quick().await;
    let user = server.register("mei").await;
    let (one, two) = (user.photo(1).await, user.photo(2).await);
    let one = text(&image(&one)["url"]);
    let two = text(&image(&two)["url"]);
    let path = |url: &str| url.strip_prefix(&server.url).expect("our own").to_owned();
    let (one, two) = (path(&one), path(&two));
    assert_eq!(server.get(&one).await.status, 200);

    let (file, query) = one.split_once('?').expect("a query");
    let (other, _) = two.split_once('?').expect("a query");
    let (exp, sig) = query.split_once("&sig=").expect("a signature");
    let at: i64 = exp
        .strip_prefix("exp=")
        .and_then(|t| t.parse().ok())
        .expect("a time");
    let flipped: String = sig
        .chars()
        .rev()
        .map(|c| if c == 'a' { 'b' } else { 'a' })
        .collect();
    for (what, bent) in [
        ("another picture", format!("{other}?{query}")),
        ("a later time", format!("{file}?exp={}&sig={sig}", at + 900)),
        (
            "an earlier time",
            format!("{file}?exp={}&sig={sig}", at - 900),
        ),
        ("no end", format!("{file}?exp={}&sig={sig}", i64::MAX)),
        (
            "another signature",
            format!("{file}?exp={at}&sig={flipped}"),
        ),
        (
            "a cut signature",
            format!("{file}?exp={at}&sig={}", &sig[..sig.len() - 1]),
        ),
        ("hardly a signature", format!("{file}?exp={at}&sig=AA")),
        ("a longer path", format!("{file}/x?{query}")),
        ("a path twice", format!("/files{file}?{query}")),
    ] {
        let answer = server.get(&bent).await;
        assert_eq!(answer.status, 404, "{what}: {}", answer.body);
        assert_eq!(answer.refused(404), "link_invalid", "{what}");
    }
    for (what, bent) in [
        ("no signature", format!("{file}?exp={at}&sig=")),
        ("no time", format!("{file}?sig={sig}")),
        ("a time that is none", format!("{file}?exp=soon&sig={sig}")),
        ("twice the time", format!("{file}?exp={}&{query}", at + 900)),
        ("another parameter", format!("{file}?{query}&key={other}")),
    ] {
        let answer = server.get(&bent).await;
        assert_eq!(answer.status, 422, "{what}: {}", answer.body);
        assert_eq!(answer.refused(422), "invalid_parameters", "{what}");
    }
    assert_eq!(server.get(&two).await.status, 200);
    server.stop().await;
}
