//! The payer's browser, as far as the demo needs one: it posts forms and follows them.

use std::error::Error;

use bytes::Bytes;
use http::{
    Request, Response,
    header::{CONTENT_TYPE, LOCATION},
};
use payments_core::{Replay, Tag};
use payments_http::Transport;
use payments_sandbox::cards::ACS_CODE;

/// Named inputs of a form.
type Fields = Vec<(String, String)>;

/// A browser without a window.
pub(super) struct Payer(Transport);

impl Payer {
    pub(super) fn new(transport: Transport) -> Self {
        Self(transport)
    }

    /// Opens the issuer's page with what the shop handed over, types the code, and posts the form
    /// that the issuer answers with back to the shop.
    pub(super) async fn pass_challenge(
        &self,
        acs_url: &str,
        creq: &str,
    ) -> Result<(), Box<dyn Error>> {
        let page = self.post(acs_url, &[("creq", creq)]).await?;
        let (action, mut fields) = form(&page, acs_url)?;
        fields.retain(|(name, _)| name != "code" && name != "cancel");
        fields.push(("code".into(), ACS_CODE.into()));
        let page = self.post(&action, &borrowed(&fields)).await?;
        let (action, fields) = form(&page, acs_url)?;
        if !fields.iter().any(|(name, _)| name == "cres") {
            return Err("the issuer did not answer with a result".into());
        }
        self.post(&action, &borrowed(&fields)).await.map(|_| ())
    }

    /// Opens what an SBP code says and answers there; whether the bank took the answer.
    pub(super) async fn answer_code(
        &self,
        payload: &str,
        answer: &str,
    ) -> Result<bool, Box<dyn Error>> {
        let page = self.send(Request::get(payload).body(Bytes::new())?).await?;
        if !page.status().is_success() {
            return Ok(false);
        }
        let (action, _) = form(&String::from_utf8_lossy(page.body()), payload)?;
        let page = self.submit(&action, &[("answer", answer)]).await?;
        Ok(page.status().is_success())
    }

    /// Opens a payment link and pays by card; the order that the bank made of it.
    pub(super) async fn follow_link(
        &self,
        link: &str,
        number: &str,
    ) -> Result<String, Box<dyn Error>> {
        let page = self.submit(link, &[]).await?;
        let page = page.headers().get(LOCATION).ok_or("the link leads to no payment page")?;
        let page = page.to_str()?.to_owned();
        let (_, order) = page.split_once("mdOrder=").ok_or("the page names no order")?;
        let page = self.send(Request::get(&page).body(Bytes::new())?).await?;
        let (action, mut fields) = form(&String::from_utf8_lossy(page.body()), link)?;
        fields.retain(|(name, _)| name == "mdOrder");
        let card = [("pan", number), ("expiry", "12/34"), ("cvc", "123"), ("cardholder", "TEST")];
        let card = card.map(|(name, value)| (name.to_owned(), value.to_owned()));
        fields.extend(card);
        self.submit(&action, &borrowed(&fields)).await?;
        Ok(order.to_owned())
    }

    /// Opens the link of a bank's application and pays there, scanning the code that it may show,
    /// choosing a card if there is a choice, and typing the issuer's code if one asks. The address where
    /// that ends: the shop's, or the last page of somebody whose shop is on another screen.
    pub(super) async fn pay_by_link(
        &self,
        link: &str,
        card: Option<&str>,
    ) -> Result<String, Box<dyn Error>> {
        let mut address = link.to_owned();
        let mut page = self.send(Request::get(link).body(Bytes::new())?).await?;
        for _ in 0..10 {
            if let Some(to) = page.headers().get(LOCATION) {
                address = to.to_str()?.to_owned();
                page = self.send(Request::get(&address).body(Bytes::new())?).await?;
                if !same_place(&address, link)? {
                    return Ok(address);
                }
                continue;
            }
            let html = String::from_utf8_lossy(page.body()).into_owned();
            if let Some(app) = application(&html) {
                page = self.send(Request::get(&app).body(Bytes::new())?).await?;
                address = app;
                continue;
            }
            let Ok((action, mut fields)) = form(&html, &address) else { return Ok(address) };
            if fields.iter().any(|(name, _)| name == "acsTransID") {
                fields.retain(|(name, _)| name == "acsTransID");
                fields.push(("code".into(), ACS_CODE.into()));
            } else if html.contains("name=\"answer\"") {
                fields.retain(|(name, _)| name == "orderId" || name == "token");
                fields.extend(card.map(|card| ("card".into(), card.into())));
                fields.push(("answer".into(), "pay".into()));
            }
            page = self.submit(&action, &borrowed(&fields)).await?;
            address = action;
        }
        Err("the pages lead nowhere".into())
    }

    async fn post(&self, url: &str, fields: &[(&str, &str)]) -> Result<String, Box<dyn Error>> {
        let answer = self.submit(url, fields).await?;
        if !answer.status().is_success() {
            return Err(format!("a page answered {}", answer.status()).into());
        }
        Ok(String::from_utf8_lossy(answer.body()).into_owned())
    }

    async fn submit(
        &self,
        url: &str,
        fields: &[(&str, &str)],
    ) -> Result<Response<Bytes>, Box<dyn Error>> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::from(body))?;
        self.send(request).await
    }

    async fn send(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, Box<dyn Error>> {
        request.extensions_mut().insert(Tag::new("payer", Replay::Doubles));
        Ok(self.0.send(request).await.map_err(|error| error.to_string())?)
    }
}

/// Whether two addresses have the same scheme, host and port.
fn same_place(one: &str, other: &str) -> Result<bool, Box<dyn Error>> {
    Ok(url::Url::parse(one)?.origin() == url::Url::parse(other)?.origin())
}

/// Where the application is whose code a page shows.
fn application(page: &str) -> Option<String> {
    let links = page.split("<a ").skip(1);
    let mut links =
        links.filter_map(|tag| attribute(&format!(" {}", tag.split('>').next()?), "href"));
    links.find(|link| link.ends_with("/app"))
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// The first form of a page: where it goes, and its named inputs.
fn form(page: &str, from: &str) -> Result<(String, Fields), Box<dyn Error>> {
    let start = page.find("<form").ok_or("the page has no form")?;
    let page = page.get(start..).unwrap_or_default();
    let page = page.split("</form>").next().unwrap_or_default();
    let action = attribute(page, "action").ok_or("the form goes nowhere")?;
    let action = url::Url::parse(from)?.join(&action)?;
    let inputs = page.split("<input").skip(1);
    let fields = inputs
        .filter_map(|input| {
            let input = input.split('>').next()?;
            Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()))
        })
        .collect();
    Ok((action.into(), fields))
}

/// The value of an attribute, as the templates write it: in double quotes, escaped.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    let escapes = [("&#38;", "&"), ("&amp;", "&"), ("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\"")];
    Some(escapes.iter().fold(value.to_owned(), |text, (from, to)| text.replace(from, to)))
}
