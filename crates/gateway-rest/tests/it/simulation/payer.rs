//! The payer: a browser that follows forms and redirects, and presses reload when nothing comes.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, header::LOCATION};
use payments_sandbox::{Sandbox, cards::ACS_CODE};
use tower::Service as _;

/// The shop's own pages.
pub(super) const SHOP: &str = "https://shop.example/";
/// Where the sandbox is.
const BANK: &str = "https://bank.example";

/// Named inputs of a form, or parameters of an address.
pub(super) type Fields = Vec<(String, String)>;

/// What the browser brings to the shop.
pub(super) enum Brought {
    /// The query of the address to which it was sent.
    Query(String),
    /// The body of a form that it posted.
    Body(String),
}

/// A browser without a window.
#[derive(Clone)]
pub(super) struct Payer(Sandbox);

impl Payer {
    pub(super) fn new(sandbox: Sandbox) -> Self {
        Self(sandbox)
    }

    /// Opens an address and goes on, whatever comes.
    pub(super) async fn glance(&mut self, address: &str) {
        if let Ok(request) = Request::get(address).body(Bytes::new()) {
            let _ = self.0.call(request).await;
        }
    }

    /// Opens an address; reloads it until a page comes.
    pub(super) async fn open(&mut self, address: &str) -> Option<Response<Bytes>> {
        self.load(|| Request::get(address).body(Bytes::new())).await
    }

    /// Posts a form; reloads what comes of it until it is a page.
    pub(super) async fn post(
        &mut self,
        address: &str,
        fields: &[(String, String)],
    ) -> Option<Response<Bytes>> {
        let body = Bytes::from(encoded(fields));
        self.load(|| Request::post(address).body(body.clone())).await
    }

    /// Presses a button, again where nothing comes of it.
    pub(super) async fn press(&mut self, address: &str, name: &str, value: &str) {
        let body = Bytes::from(encoded(&[(name.to_owned(), value.to_owned())]));
        for _ in 0..4 {
            let Ok(request) = Request::post(address).body(body.clone()) else { return };
            match self.0.call(request).await {
                Ok(page) if !page.status().is_server_error() => return,
                _ => tokio::time::sleep(Duration::from_secs(5)).await,
            }
        }
    }

    /// None once the payer has had enough.
    async fn load(
        &mut self,
        request: impl Fn() -> http::Result<Request<Bytes>>,
    ) -> Option<Response<Bytes>> {
        for _ in 0..4 {
            match self.0.call(request().ok()?).await {
                Ok(page) if page.status().is_redirection() => return Some(page),
                Ok(page) if form_of(&page).is_some() => return Some(page),
                _ => tokio::time::sleep(Duration::from_secs(5)).await,
            }
        }
        None
    }

    /// Types the issuer's code and follows where that leads; none if it does not lead to the shop.
    pub(super) async fn authenticate(&mut self, mut page: Response<Bytes>) -> Option<Brought> {
        for _ in 0..10 {
            if let Some(to) = page.headers().get(LOCATION) {
                let to = to.to_str().ok()?.to_owned();
                if let Some((_, query)) = to.strip_prefix(SHOP).and_then(|to| to.split_once('?')) {
                    return Some(Brought::Query(query.to_owned()));
                }
                page = self.open(&to).await?;
                continue;
            }
            let (action, mut fields) = form_of(&page)?;
            if action.starts_with(SHOP) {
                return Some(Brought::Body(encoded(&fields)));
            }
            fields.retain(|(name, _)| name == "acsTransID");
            fields.push(("code".into(), ACS_CODE.into()));
            page = self.post(&format!("{BANK}{action}"), &fields).await?;
        }
        None
    }
}

pub(super) fn encoded(fields: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The first form of a page: where it goes, and its fields.
pub(super) fn form_of(page: &Response<Bytes>) -> Option<(String, Fields)> {
    let text = std::str::from_utf8(page.body()).ok()?;
    let form = text.split_once("<form")?.1.split_once("</form>")?.0;
    let value = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        Some(rest.split_once('"')?.0.replace("&#38;", "&").replace("&#43;", "+"))
    };
    let inputs = form.split("<input").skip(1).filter_map(|input| {
        let input = input.split('>').next()?;
        Some((value(input, "name")?, value(input, "value").unwrap_or_default()))
    });
    let inputs = inputs.collect();
    Some((value(form, "action")?, inputs))
}
