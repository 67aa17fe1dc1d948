//! Stand-ins for the vendors of image models, over real HTTP: every answer of theirs that matters, good and bad, can be
//! asked for by name. Tests use them, and `atelier mock-providers` runs them for trying things out without a key.

mod answer;
mod ark;
mod dashscope;
mod fashn;
mod gemini;
mod openai;
mod openrouter;
mod pictures;
mod scene;
mod settings;
mod state;
mod vendor;

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use tokio::task::JoinHandle;

pub use pictures::SIDES;
pub use scene::{Disguise, Play, Scene};
pub use settings::MockSettings;
pub use state::Recorded;
pub use vendor::Vendor;

use state::Shared;

/// A few pictures of two megabytes in base64 fit in.
const BODY_MAX: usize = 128 << 20;

/// A running server that plays all vendors.
pub struct MockServer {
    url: String,
    shared: Arc<Shared>,
    handle: ServerHandle,
    serving: JoinHandle<std::io::Result<()>>,
}

impl MockServer {
    /// Starts one at this address, such as `127.0.0.1:0`.
    pub fn start(bind: &str, settings: MockSettings) -> std::io::Result<Self> {
        let listener = TcpListener::bind(bind)?;
        let url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared::new(settings));
        let state = web::Data::from(Arc::clone(&shared));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(state.clone())
                .app_data(web::PayloadConfig::new(BODY_MAX))
                .service(
                    web::resource("/mock/requests")
                        .get(answer::requests)
                        .delete(answer::forget),
                )
                .service(
                    web::resource("/mock/settings")
                        .get(answer::settings)
                        .put(answer::set),
                )
                .default_service(web::to(answer::vendor))
        });
        let server = server
            .workers(1)
            .max_connections(10_000)
            .disable_signals()
            .shutdown_timeout(1)
            .listen(listener)?
            .run();
        Ok(Self {
            url,
            shared,
            handle: server.handle(),
            serving: tokio::spawn(server),
        })
    }

    /// Where it listens, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The base URL for a vendor's adapter.
    pub fn base_url(&self, vendor: Vendor) -> String {
        format!("{}{}", self.url, vendor.base_path())
    }

    /// The base URL under which a vendor plays only this scene.
    pub fn scene_url(&self, vendor: Vendor, scene: &str) -> String {
        format!("{}/scene/{scene}{}", self.url, vendor.base_path())
    }

    /// How it behaves.
    pub fn settings(&self) -> MockSettings {
        self.shared.settings()
    }

    /// Changes how it behaves.
    pub fn set(&self, settings: MockSettings) {
        self.shared.set(settings);
    }

    /// The last requests that came.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.records()
    }

    /// Ends it.
    pub async fn stop(self) {
        self.handle.stop(false).await;
        // It has been told to end; how it did is of no interest to anybody.
        let _ = self.serving.await;
    }
}
