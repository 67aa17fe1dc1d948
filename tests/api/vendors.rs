//! Adapters against the mocks, over real HTTP: what one call needs, and what came of it.

use std::sync::Arc;
use std::time::Duration;

use atelier::ids::JobId;
use atelier::imaging::CpuPool;
use atelier::kinds::{Ask, Choice, InputFile, Kind, Quality, Role, Settings as KindSettings};
use atelier::mock::{MockServer, MockSettings, Recorded, Vendor};
use atelier::net::{self, Fetcher};
use atelier::providers::{
    Adapters, Connected, Picture, Polled, ProviderError, Sandbox, SandboxSettings, Settings,
    Started,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::pictures;

/// The key of every account.
pub(crate) const KEY: &str = "key-7f3a9c51e2d84b06";

/// A mock, and photos to send to it.
pub(crate) struct Stage {
    /// The vendors.
    pub(crate) mock: MockServer,
    folder: TempDir,
}

impl Stage {
    /// A mock whose slow answers are not slow, and polls are answered at once.
    pub(crate) fn new() -> Self {
        let settings = MockSettings {
            slow_ms: 50,
            polls: 0,
            ..MockSettings::default()
        };
        let folder = TempDir::new().expect("a folder");
        for (role, seed) in Role::ALL.iter().zip(1..) {
            let picture = pictures::as_jpeg(&pictures::noise(160, seed));
            std::fs::write(folder.path().join(role.id()), picture).expect("a photo");
        }
        Self {
            mock: MockServer::start("127.0.0.1:0", settings).expect("a mock"),
            folder,
        }
    }

    /// What the server would ask for.
    pub(crate) fn ask(&self, kind: Kind) -> Ask {
        let roles: &[Role] = match kind {
            Kind::VirtualTryon => &[Role::Person, Role::Garment],
            Kind::FashionPhoto | Kind::ProductPhoto => &[Role::Product],
            Kind::DigitalAvatar => &[Role::Photos, Role::Photos, Role::Photos],
        };
        let input = |role: &Role| InputFile {
            role: *role,
            picture: self.folder.path().join(role.id()),
            cutout: None,
        };
        Ask {
            job: JobId::new(),
            kind,
            settings: KindSettings::parse(kind, &serde_json::Map::new()).expect("defaults"),
            quality: Quality::Standard,
            size: (768, 1024),
            backdrop: None,
            seed: 7,
            inputs: roles.iter().map(input).collect(),
        }
    }

    /// The bytes of the input of a role.
    pub(crate) fn photo(&self, role: Role) -> Vec<u8> {
        std::fs::read(self.folder.path().join(role.id())).expect("a photo")
    }

    /// The shipped models of a vendor, with `more` over the provider's row.
    pub(crate) fn models(&self, vendor: Vendor, base_url: &str, more: &Value) -> Vec<Connected> {
        let mut row = json!({"kind": vendor.id(), "api_key": KEY, "base_url": base_url});
        for (name, value) in more.as_object().expect("an object") {
            row[name] = value.clone();
        }
        let mut settings = shipped();
        let row = serde_json::from_value(row).expect("a provider's row");
        settings.providers.insert(vendor.id().to_owned(), row);
        let opened = json!({"allow": ["127.0.0.1/32"]});
        let opened: net::Settings = serde_json::from_value(opened).expect("settings");
        let adapters = Adapters {
            studio: Arc::new(Sandbox::new(SandboxSettings::default())),
            pool: CpuPool::new(&atelier::imaging::Settings::default()).expect("threads"),
            fetcher: Arc::new(Fetcher::new(opened)),
        };
        adapters.connect(&settings).expect("good settings")
    }

    /// The first shipped model of a vendor whose server plays one scene.
    pub(crate) fn model(&self, vendor: Vendor, scene: &str) -> Connected {
        let url = self.mock.scene_url(vendor, scene);
        self.models(vendor, &url, &json!({})).swap_remove(0)
    }

    /// The last request that came.
    pub(crate) fn last_request(&self) -> Recorded {
        self.mock.requests().pop().expect("a request came")
    }
}

fn shipped() -> Settings {
    let folder = TempDir::new().expect("a folder");
    let sources = atelier::config::Sources {
        file: None,
        data_dir: Some(folder.path().to_owned()),
    };
    let config = atelier::config::Config::load(&sources).expect("the shipped settings");
    config.model_settings()
}

/// Calls a model, and polls it where it makes us wait.
pub(crate) async fn call(model: &Connected, ask: &Ask) -> Result<Picture, ProviderError> {
    let upstream = match model.provider.start(ask).await? {
        Started::Done(picture) => return Ok(picture),
        Started::Waiting(upstream) => upstream,
    };
    let polls = model.provider.polls().expect("it can be polled");
    for _ in 0..200 {
        match polls.poll(&upstream).await? {
            Polled::Done(picture) => return Ok(picture),
            Polled::Failed(error) => return Err(error),
            Polled::Waiting => {}
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it waits without end");
}
