//! `/v1/payments/{channel}/notify`: what payment channels report. Each verifies its own signatures.

use actix_web::{HttpRequest, HttpResponse, web};

use super::extract::{SMALL, header_text, read_body};
use super::{Code, Problem, State, reply};
use crate::billing::channels::Notice;
use crate::billing::order::ChannelId;
use crate::kinds::Choice;
use crate::time::Moment;

/// `POST /v1/payments/{channel}/notify`: 204 once it is written down; anything else makes the vendor send it again.
pub(super) async fn notify(
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let channel = request
        .match_info()
        .get("channel")
        .and_then(ChannelId::from_id);
    let channel = channel.ok_or_else(|| Problem::new(Code::NotFound))?;
    let body = read_body(&request, &mut payload.into_inner(), SMALL).await?;
    let names = [
        "wechatpay-timestamp",
        "wechatpay-nonce",
        "wechatpay-serial",
        "wechatpay-signature",
    ];
    let headers = names.map(|name| {
        (
            name,
            header_text(&request, name).unwrap_or_default().to_owned(),
        )
    });
    let header = |name: &str| {
        let found = headers.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let notice = Notice {
        header: &header,
        body: &body,
        now: Moment::now(),
    };
    let heard = state.till.heard(channel, &notice).await;
    let outcome = if heard.is_ok() { "taken" } else { "refused" };
    metrics::counter!("atelier_payment_callbacks_total", "channel" => channel.id(), "outcome" => outcome)
        .increment(1);
    heard?;
    Ok(reply::no_content())
}
