//! The payer's browser, as far as the examples need one. With a real bank this is a person.

use bytes::Bytes;
use gateway_rest::three_ds::redirect::AcsForm;
use http::{Request, Response, header};
use payments_http::Transport;
use payments_sandbox::cards::ACS_CODE;
use url::Url;

use crate::Failure;

/// Names and values of a form's inputs.
type Fields = Vec<(String, String)>;

/// A browser without a window: it opens the sandbox's pages, fills their forms and posts them.
#[derive(Clone, Debug)]
pub struct Browser(Transport);

impl Browser {
    /// A browser that reaches the bank through a transport: the sandbox itself, or a stack.
    pub fn new(bank: Transport) -> Self {
        Self(bank)
    }

    /// Pays on the bank's payment page by a card without 3-D Secure; the address to which the bank
    /// then sends the payer.
    ///
    /// # Errors
    ///
    /// A page cannot be reached, or is not the one that was expected.
    pub async fn pay(&self, page: &str, card_number: &str) -> Result<String, Failure> {
        let opened = self.open(page).await?;
        let (action, mut fields) = form(text(&opened)?, page)?;
        fill(&mut fields, &[("pan", card_number), ("expiry", "12/34"), ("cvc", "123")]);
        let mut answer = self.post(&action, &fields).await?;
        loop {
            let next = answer.headers().get(header::LOCATION);
            let next = next.ok_or("the bank did not take the card")?.to_str()?.to_owned();
            if Url::parse(&next)?.origin() != Url::parse(page)?.origin() {
                return Ok(next);
            }
            answer = self.open(&next).await?;
        }
    }

    /// Opens the issuer's page with the merchant's form and types the right code; the body that the
    /// browser then posts to the merchant: `cres`, or `PaRes` and `MD`.
    ///
    /// # Errors
    ///
    /// A page cannot be reached, or is not the one that was expected.
    pub async fn pass_challenge(&self, form_of_merchant: &AcsForm) -> Result<String, Failure> {
        let acs = form_of_merchant.action();
        let sent: Fields = form_of_merchant
            .fields()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let page = self.post(acs, &sent).await?;
        let (action, mut fields) = form(text(&page)?, acs)?;
        fill(&mut fields, &[("code", ACS_CODE)]);
        let page = self.post(&action, &fields).await?;
        let (_, fields) = form(text(&page)?, acs)?;
        Ok(encoded(&fields))
    }

    /// Scans an SBP code and answers `pay` or `refuse` there; whether the payer's bank took the
    /// answer.
    ///
    /// # Errors
    ///
    /// A page cannot be reached, or is not the one that was expected.
    pub async fn answer_code(&self, payload: &str, answer: &str) -> Result<bool, Failure> {
        let page = self.open(payload).await?;
        if !page.status().is_success() {
            return Ok(false);
        }
        let (action, _) = form(text(&page)?, payload)?;
        let page = self.post(&action, &vec![("answer".into(), answer.into())]).await?;
        Ok(page.status().is_success())
    }

    /// Opens the link of a bank's application, scans the code there if it shows one, and answers `pay`
    /// or `refuse`, by the first card if there is a choice. The address to which the payer is then
    /// sent; none for somebody who scanned a code, whose shop is on another screen.
    ///
    /// # Errors
    ///
    /// A page cannot be reached, or is not the one that was expected.
    pub async fn answer_link(&self, link: &str, answer: &str) -> Result<Option<String>, Failure> {
        let (mut address, mut page) = (link.to_owned(), self.open(link).await?);
        if let Some(app) = scanned(text(&page)?) {
            (address, page) = (app.clone(), self.open(&app).await?);
        }
        let (action, mut fields) = form(text(&page)?, &address)?;
        fill(&mut fields, &[("answer", answer)]);
        if fields.iter().any(|(name, _)| name == "card") {
            fill(&mut fields, &[("card", "0")]);
        }
        let mut answered = self.post(&action, &fields).await?;
        while let Some(next) = answered.headers().get(header::LOCATION) {
            let next = next.to_str()?.to_owned();
            if Url::parse(&next)?.origin() != Url::parse(link)?.origin() {
                return Ok(Some(next));
            }
            answered = self.open(&next).await?;
        }
        text(&answered)?;
        Ok(None)
    }

    /// Opens a payment link, agrees to it and pays by a card without 3-D Secure; the number of the
    /// order that the bank made of it.
    ///
    /// # Errors
    ///
    /// A page cannot be reached, or is not the one that was expected.
    pub async fn follow_link(&self, link: &str, card_number: &str) -> Result<String, Failure> {
        let opened = self.open(link).await?;
        let (action, fields) = form(text(&opened)?, link)?;
        let page = self.post(&action, &fields).await?;
        let page = page.headers().get(header::LOCATION);
        let page = page.ok_or("the link leads to no payment page")?.to_str()?;
        let (_, order) = page.split_once("mdOrder=").ok_or("the page names no order")?;
        let opened = self.open(page).await?;
        let (action, mut fields) = form(text(&opened)?, page)?;
        fill(&mut fields, &[("pan", card_number), ("expiry", "12/34"), ("cvc", "123")]);
        let paid = self.post(&action, &fields).await?;
        if paid.status().is_redirection() {
            Ok(order.to_owned())
        } else {
            Err("the bank did not take the card".into())
        }
    }

    async fn open(&self, url: &str) -> Result<Response<Bytes>, Failure> {
        self.0.send(Request::get(url).body(Bytes::new())?).await
    }

    async fn post(&self, url: &str, fields: &Fields) -> Result<Response<Bytes>, Failure> {
        let request = Request::post(url)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::from(encoded(fields)))?;
        self.0.send(request).await
    }
}

fn encoded(fields: &Fields) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn text(page: &Response<Bytes>) -> Result<&str, Failure> {
    if page.status().is_success() {
        Ok(std::str::from_utf8(page.body())?)
    } else {
        Err(format!("a page was answered with {}", page.status()).into())
    }
}

/// Puts values into inputs of these names.
fn fill(fields: &mut Fields, values: &[(&str, &str)]) {
    for (name, value) in values {
        fields.retain(|(found, _)| found != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
}

/// The first form of a page: where it goes, and its inputs with what stands in them.
fn form(page: &str, address: &str) -> Result<(String, Fields), Failure> {
    let (_, form) = page.split_once("<form").ok_or("the page has no form")?;
    let (form, _) = form.split_once("</form>").ok_or("the form does not end")?;
    let action = attribute(form, "action").ok_or("the form goes nowhere")?;
    let action = Url::parse(address)?.join(&action)?.into();
    let inputs = form.split("<input").skip(1).filter_map(|input| {
        let input = input.split('>').next()?;
        Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()))
    });
    Ok((action, inputs.collect()))
}

/// What the code on a page says, if the page shows one: it stands beside it as a link.
fn scanned(page: &str) -> Option<String> {
    let (before, _) = page.split_once(" id=\"open\"")?;
    attribute(before.rsplit_once("<a")?.1, "href")
}

/// The value of an attribute, as the sandbox's pages write it: in double quotes, escaped.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    let escapes = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    Some(escapes.iter().fold(value.to_owned(), |text, (from, to)| text.replace(from, to)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_it_stands() {
        let page = "<p><form method=\"post\" action=\"/a?b=1&#38;c=2\"><input type=\"hidden\" \
                    name=\"x\" value=\"&#38;#34;\">\n<input id=\"y\" name=\"y\"></form>";
        let (action, mut fields) = form(page, "https://bank.example/page").expect("reads");
        assert_eq!(action, "https://bank.example/a?b=1&c=2");
        fill(&mut fields, &[("y", "2")]);
        assert_eq!(encoded(&fields), "x=%26%2334%3B&y=2");
        assert!(form("<p>", "https://bank.example/").is_err());
        let shown =
            "<a href=\"/\">x</a><p><a href=\"https://bank.example/?a=1&#38;b=2\" id=\"open\">";
        assert_eq!(scanned(shown).as_deref(), Some("https://bank.example/?a=1&b=2"));
        assert_eq!(scanned(page), None);
    }
}
