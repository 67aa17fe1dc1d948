//! The local engine as a provider: reads the prepared files, computes on the bounded pool, answers a lossless picture.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use super::{Class, Picture, Provider, ProviderError, Started};
use crate::imaging::{self, CpuPool};
use crate::kinds::{Ask, Format, InputFile, Role};
use crate::studio::{Photo, Shoot, StudioError, make};
use crate::vision::Vision;

/// The logical name of the local engine.
pub const STUDIO: &str = "studio";

/// The local engine behind the provider trait.
pub struct Studio {
    vision: Arc<Vision>,
    pool: CpuPool,
}

impl Studio {
    /// An engine that computes on `pool` with these networks.
    pub const fn new(vision: Arc<Vision>, pool: CpuPool) -> Self {
        Self { vision, pool }
    }
}

#[async_trait]
impl Provider for Studio {
    fn name(&self) -> &'static str {
        STUDIO
    }

    fn is_local(&self) -> bool {
        true
    }

    async fn start(&self, ask: &Ask) -> Result<Started, ProviderError> {
        let vision = Arc::clone(&self.vision);
        let ask = ask.clone();
        let bytes = self
            .pool
            .run(move || compute(&ask, &vision))
            .await
            .map_err(|e| ProviderError::new(Class::Internal, e.to_string()))??;
        Ok(Started::Done(Picture {
            bytes,
            cost_micros: Some(0),
        }))
    }
}

fn compute(ask: &Ask, vision: &Vision) -> Result<Bytes, ProviderError> {
    let photos: Vec<(Role, Photo)> = ask.inputs.iter().map(load).collect::<Result<_, _>>()?;
    let shoot = Shoot {
        settings: ask.settings,
        photos: &photos,
        size: ask.size,
        backdrop: ask.backdrop,
        seed: ask.seed,
    };
    let picture = make(&shoot, vision).map_err(|e| refused(&e))?;
    let bytes = imaging::encode(&picture, Format::Png, 100)
        .map_err(|e| ProviderError::new(Class::Internal, e.to_string()))?;
    Ok(bytes.into())
}

fn load(input: &InputFile) -> Result<(Role, Photo), ProviderError> {
    let open = |path: &std::path::Path| {
        image::open(path).map_err(|e| ProviderError::new(Class::Internal, e.to_string()))
    };
    let cutout = input.cutout.as_deref().map(open).transpose()?;
    let photo = Photo {
        picture: open(&input.picture)?.into_rgb8(),
        cutout: cutout.map(image::DynamicImage::into_rgba8),
    };
    Ok((input.role, photo))
}

fn refused(error: &StudioError) -> ProviderError {
    let mut refused = ProviderError::new(Class::BadInput, error.to_string());
    refused.code = Some(error.code());
    refused
}
