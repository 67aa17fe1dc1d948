//! What a running mock remembers: its settings, the requests that came, the predictions that were started.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde_json::{Value, json};

use super::scene::{Play, Scene};
use super::vendor::Vendor;
use super::{MockSettings, pictures::Pictures};
use crate::kinds::Choice;

/// A request that came.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Who was asked.
    pub vendor: Vendor,
    /// The method.
    pub method: String,
    /// The path below the base URL, with its query.
    pub path: String,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// The scene that answered, if it was a call for a picture.
    pub scene: Option<&'static str>,
}

impl Recorded {
    /// A header; empty if it did not come.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, value)| value)
    }

    /// The body as JSON; null if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// As `GET /mock/requests` shows it.
    pub(super) fn shown(&self) -> Value {
        let (vendor, scene) = (self.vendor.id(), self.scene);
        let body = match self.json() {
            Value::Null => json!(String::from_utf8_lossy(&self.body)),
            body @ (Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_)) => body,
        };
        json!({
            "vendor": vendor, "method": self.method, "path": self.path,
            "headers": self.headers, "body": body, "scene": scene,
        })
    }
}

/// Everything that a mock shares between its threads.
pub(super) struct Shared {
    pub(super) pictures: Pictures,
    scenes: BTreeMap<&'static str, Vec<Scene>>,
    inner: Mutex<Inner>,
}

struct Inner {
    settings: MockSettings,
    records: VecDeque<Recorded>,
    predictions: HashMap<String, (Scene, u32)>,
    calls: u64,
}

impl Shared {
    pub(super) fn new(settings: MockSettings) -> Self {
        let scenes = Vendor::ALL.iter().map(|v| (v.id(), v.scenes())).collect();
        Self {
            pictures: Pictures::new(),
            scenes,
            inner: Mutex::new(Inner {
                settings,
                records: VecDeque::new(),
                predictions: HashMap::new(),
                calls: 0,
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn settings(&self) -> MockSettings {
        self.lock().settings.clone()
    }

    pub(super) fn set(&self, settings: MockSettings) {
        self.lock().settings = settings;
    }

    pub(super) fn records(&self) -> Vec<Recorded> {
        self.lock().records.iter().cloned().collect()
    }

    pub(super) fn forget(&self) {
        self.lock().records.clear();
    }

    pub(super) fn record(&self, request: Recorded) {
        let mut inner = self.lock();
        inner.records.push_back(request);
        while inner.records.len() > inner.settings.keep {
            inner.records.pop_front();
        }
    }

    pub(super) fn scene(&self, vendor: Vendor, name: &str) -> Option<Scene> {
        let scenes = self.scenes.get(vendor.id())?;
        scenes.iter().find(|scene| scene.name == name).cloned()
    }

    /// The scene of the next call for a picture: by the script, then by the rate, then a picture. The sequence of faults
    /// is the same in every run.
    pub(super) fn next_scene(&self, vendor: Vendor) -> Option<Scene> {
        let mut inner = self.lock();
        inner.calls += 1;
        let (calls, settings) = (inner.calls, &mut inner.settings);
        if !settings.script.is_empty() {
            let name = settings.script.remove(0);
            return self.scene(vendor, &name);
        }
        let dice = scatter(calls);
        if (dice % 10_000) as f64 >= settings.fault_rate * 10_000.0 {
            return self.scene(vendor, "image");
        }
        let scenes = self.scenes.get(vendor.id())?;
        let is_fault = |scene: &&Scene| match settings.faults.as_slice() {
            [] => scene.class.is_some() && !matches!(scene.play, Play::Huge),
            names => names.iter().any(|name| name == scene.name),
        };
        let faults: Vec<&Scene> = scenes.iter().filter(is_fault).collect();
        let pick = usize::try_from(dice / 10_000).unwrap_or(0) % faults.len().max(1);
        let fault = faults.get(pick).map(|scene| (*scene).clone());
        fault.or_else(|| self.scene(vendor, "image"))
    }

    /// Starts a prediction that ends as this scene says, and names it.
    pub(super) fn predict(&self, scene: Scene) -> String {
        let mut inner = self.lock();
        let id = format!("mock-{}", inner.calls);
        inner.predictions.insert(id.clone(), (scene, 0));
        id
    }

    /// Asks for a prediction: `None` if there is none of this name, and within it `None` while it is being made.
    pub(super) fn poll(&self, id: &str) -> Option<Option<Scene>> {
        let mut inner = self.lock();
        let polls = inner.settings.polls;
        let (scene, asked) = inner.predictions.get_mut(id)?;
        *asked += 1;
        Some((*asked > polls).then(|| scene.clone()))
    }
}

/// A number without any pattern that a test could lean on, and the same in every run.
fn scatter(n: u64) -> u64 {
    let mut x = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}
