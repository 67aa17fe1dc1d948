//! The intake: whatever way an input is given, it becomes an upload of the customer.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::desk::{Customer, Jobs};
use super::request::{JobRequest, Parsed, Refused};
use crate::ids::UploadId;
use crate::kinds::{BadParam, Choice, InputRef, Role};
use crate::time::Moment;
use crate::uploads::{self, Upload};

/// A request with more bytes of inputs than this carries pictures.
const LIGHT_BYTES: usize = 64 * 1024;

impl Jobs {
    /// Checks the fields of a request. One that carries pictures does not keep other requests waiting.
    pub(super) async fn parse(
        &self,
        customer: &Customer,
        request: JobRequest,
    ) -> Result<Parsed, Refused> {
        let quality = customer.quality;
        if request.input_bytes() <= LIGHT_BYTES {
            return Ok(Parsed::new(request, &self.desk.outputs, quality)?);
        }
        let desk = Arc::clone(&self.desk);
        let parse = move || Parsed::new(request, &desk.outputs, quality);
        Ok(self.desk.pool.run(parse).await??)
    }

    /// Every input as an upload of the customer.
    pub(super) async fn resolve(
        &self,
        customer: &Customer,
        parsed: &Parsed,
        now: Moment,
    ) -> Result<Vec<(Role, Upload)>, Refused> {
        let params = &parsed.params;
        let mut resolved = Vec::with_capacity(params.inputs.len());
        for (index, (role, input)) in params.inputs.iter().enumerate() {
            let pointer = pointer_of(parsed, index);
            let upload = match input {
                InputRef::Upload(id) => self.owned(customer, *id, &pointer)?,
                InputRef::Data(url) => {
                    let url = url.clone();
                    let bytes = self.desk.pool.run(move || decode_data_url(&url)).await?;
                    let bytes = bytes.ok_or_else(|| bad_data(&pointer))?;
                    self.take(customer, bytes, &pointer, now).await?
                }
                InputRef::Url(url) => {
                    let max = self.desk.uploads.limits().max_bytes;
                    let fetched = self.desk.fetcher.fetch(url, max, &["image/*"]).await;
                    let fetched = fetched.map_err(|error| Refused::Fetch {
                        pointer: pointer.clone(),
                        error,
                    })?;
                    self.take(customer, fetched.bytes, &pointer, now).await?
                }
            };
            resolved.push((*role, upload));
        }
        Ok(resolved)
    }

    fn owned(&self, customer: &Customer, id: UploadId, pointer: &str) -> Result<Upload, Refused> {
        let found = self.desk.db.read(|r| uploads::find(r, id))?;
        let own = found.filter(|u| u.user == customer.account.user && !u.held);
        own.ok_or_else(|| Refused::InputUnknown(pointer.to_owned()))
    }

    async fn take(
        &self,
        customer: &Customer,
        bytes: Bytes,
        pointer: &str,
        now: Moment,
    ) -> Result<Upload, Refused> {
        let (uploads, user) = (&self.desk.uploads, customer.account.user);
        let taken = uploads.add(user, bytes, now).await;
        let refused = |error| Refused::Upload {
            pointer: pointer.to_owned(),
            error,
        };
        taken.map(|(upload, _)| upload).map_err(refused)
    }
}

/// JSON Pointer to the input at `index` of the flat list.
fn pointer_of(parsed: &Parsed, index: usize) -> String {
    let inputs = &parsed.params.inputs;
    let role = inputs[index].0;
    let before = inputs[..index].iter().filter(|(r, _)| *r == role).count();
    let role = role.id();
    if parsed.listed.iter().any(|listed| listed == role) {
        format!("/inputs/{role}/{before}")
    } else {
        format!("/inputs/{role}")
    }
}

fn decode_data_url(url: &str) -> Option<Bytes> {
    let (head, body) = url.strip_prefix("data:")?.split_once(',')?;
    let is_base64 = head.rsplit(';').next() == Some("base64");
    if !is_base64 {
        return None;
    }
    STANDARD.decode(body.trim()).ok().map(Bytes::from)
}

fn bad_data(pointer: &str) -> Refused {
    Refused::Params(vec![BadParam::new(
        pointer,
        "data: 地址必须是 base64 编码的图片",
        "a data: URL must hold a picture in base64",
    )])
}
