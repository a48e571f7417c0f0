//! The router's own pages, below `/wl/`.
//!
//! `payment.html` (`formUrl`) asks by which way to pay; `POST pay` with `mdOrder` and `way` answers.
//! `scan.html` shows the QR code of SBP. `back.html` is where banks send payers: on to the partner.

use bytes::Bytes;
use http::{Method as HttpMethod, Request, Response, StatusCode, header};
use payments_core::{
    id::OrderId,
    money::{Minor, Money},
    time::UnixMillis,
};

use super::{
    Call, Method, Router, house,
    order::{Order, Way},
    place,
};
use crate::{
    answer,
    answer::Refusal,
    pages::{self, Message, Notice, ScanPage, WayChoice, WayWords, WaysPage, Words, page},
    parse::Params,
    qr,
    settings::Partner,
};

impl Router {
    pub(super) fn page(
        &mut self,
        now: UnixMillis,
        path: &str,
        request: &Request<Bytes>,
    ) -> Response<Bytes> {
        let params = Params::of(request);
        let id = OrderId::from_bank(params.text("mdOrder").unwrap_or_default());
        let Some(order) = self.orders.get(&id).cloned() else { return unknown() };
        let known = self.partners.iter().find(|known| known.merchant.login == order.login);
        let Some(partner) = known.cloned() else { return unknown() };
        let posted = request.method() == HttpMethod::POST;
        match path {
            "back.html" => back(&order, params.text("to") != Some("fail")),
            _ if !self.is_payable(now, &partner, &order) => self.over(now, &partner, &order),
            "payment.html" => self.ways(&partner, &order, ""),
            "pay" if posted => {
                let wanted = params.text("way").unwrap_or_default().to_owned();
                let mut fields = device(request);
                fields.push(("mdOrder".to_owned(), order.id.to_string()));
                // Whoever registered a purpose wants what it is for, on this page as by the API.
                let subscribes = order.details.purpose.is_some() && order.details.client.is_some();
                fields.push(("createSubscription".to_owned(), subscribes.to_string()));
                let fields = Params::new(fields);
                let method = Method::Register;
                let call = Call { now, method, params: &fields, partner, delay_ms: 0 };
                self.pay_way(call, &order, &wanted)
            }
            "scan.html" => self.scan(&partner, &order),
            _ => answer::plain(StatusCode::NOT_FOUND, "no such page\n"),
        }
    }

    fn ways(&self, partner: &Partner, order: &Order, wrong: &str) -> Response<Bytes> {
        let words = Words::of(order.language());
        let own = WayWords::of(order.language());
        let offered = &order.details.ways;
        let set = [
            (Way::Sbp, own.sbp, !partner.sbp.is_empty()),
            (Way::TPay, own.tpay, partner.tpay_bank.is_some() && order.amount > 0),
            (Way::AlfaPay, own.alfapay, partner.alfapay_bank.is_some() && order.amount > 0),
            (Way::Card, own.card, partner.card_bank.is_some()),
        ];
        let may = |way: Way| offered.is_empty() || offered.iter().any(|name| name == way.name());
        let ways: Vec<WayChoice> = set
            .into_iter()
            .filter(|(way, _, set)| *set && may(*way))
            .map(|(way, name, _)| WayChoice { value: way.name(), name })
            .collect();
        let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
        let shown = WaysPage {
            words,
            own,
            merchant: &partner.merchant.full_name,
            order_number: order.number.as_str(),
            description: order.details.description.as_deref().unwrap_or_default(),
            amount: &amount(order, words),
            action: "/wl/pay",
            md_order: order.id.as_str(),
            wrong,
            ways: &ways,
        };
        page(status, &shown)
    }

    /// Takes the payer on by the way that was chosen.
    fn pay_way(&mut self, mut call: Call<'_>, order: &Order, wanted: &str) -> Response<Bytes> {
        let partner = call.partner.clone();
        let on = match wanted {
            "SBP_C2B" => self
                .sbp_get(&mut call)
                .map(|_| Some(format!("{}/wl/scan.html?mdOrder={}", self.base_url, order.id))),
            "TCB_TPAY" => self.tpay(&mut call).map(|_| self.link_of(order)),
            "ALFAPAY" => self.alfapay(&mut call).map(|_| self.link_of(order)),
            "CARD" => self.card_page(&call, order),
            _ => Err(Refusal::value("way", "is none")),
        };
        match on {
            Ok(Some(address)) => answer::see_other(&address),
            Ok(None) | Err(_) => self.ways(&partner, order, WayWords::of(order.language()).no_way),
        }
    }

    fn link_of(&self, order: &Order) -> Option<String> {
        self.orders.get(&order.id)?.link.clone()
    }

    /// Brings the order to the bank for cards; that bank's own payment page.
    fn card_page(&mut self, call: &Call<'_>, order: &Order) -> Result<Option<String>, Refusal> {
        place::open(order, call.now)?;
        let Some(bank) = call.partner.card_bank.as_deref().and_then(house) else {
            return Ok(None);
        };
        let at_bank = self.place(call, &order.id, bank, Way::Card)?;
        Ok(self.banks.get(bank).and_then(|bank| bank.page_of(&at_bank)))
    }

    /// The code that the payer scans; a new page of the same leads back to the shop in the end.
    fn scan(&mut self, partner: &Partner, order: &Order) -> Response<Bytes> {
        let (words, own) = (Words::of(order.language()), WayWords::of(order.language()));
        let Some(code) = &order.code else { return self.ways(partner, order, "") };
        let Some(drawn) = qr::svg(&code.payload) else { return unknown() };
        let shown = ScanPage {
            words,
            own,
            merchant: &partner.merchant.full_name,
            order_number: order.number.as_str(),
            amount: &amount(order, words),
            title: own.sbp,
            hint: own.scan_sbp,
            code: &drawn,
            link: &code.payload,
            link_name: own.open_bank,
            again: "/wl/scan.html",
            md_order: order.id.as_str(),
        };
        page(StatusCode::OK, &shown)
    }

    fn is_payable(&mut self, now: UnixMillis, partner: &Partner, order: &Order) -> bool {
        use super::status::State;
        let seen = self.seen(now, &partner.merchant, order, None).state;
        matches!(seen, State::Preregistered | State::Created | State::Pending)
    }

    /// The way back of an order that nobody can pay any more.
    fn over(&mut self, now: UnixMillis, partner: &Partner, order: &Order) -> Response<Bytes> {
        use super::status::State;
        let seen = self.seen(now, &partner.merchant, order, None).state;
        back(order, seen != State::Declined)
    }
}

/// Sends the payer to the partner, with the router's number of the order.
fn back(order: &Order, good: bool) -> Response<Bytes> {
    let details = &order.details;
    let address = match (&details.fail_url, good) {
        (Some(fail), false) => fail,
        _ => &details.return_url,
    };
    let Ok(mut url) = url::Url::parse(address) else { return unknown() };
    url.query_pairs_mut()
        .append_pair("orderId", order.id.as_str())
        .append_pair("lang", order.language());
    answer::see_other(url.as_str())
}

/// What the payer's browser says about the device, as the partner would have to tell it.
fn device(request: &Request<Bytes>) -> Vec<(String, String)> {
    let agent = request.headers().get(header::USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let mobile = ["Mobile", "Android", "iPhone"].iter().any(|word| agent.contains(word));
    let device = if mobile { "Mobile" } else { "Desktop" };
    [("device", device), ("browser", "Chrome"), ("os", "Linux"), ("webView", "false")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

fn amount(order: &Order, words: &Words) -> String {
    pages::amount(Money::new(Minor::new(order.amount), order.currency), words)
}

fn unknown() -> Response<Bytes> {
    page(StatusCode::NOT_FOUND, &Message::new(Words::of("en"), Notice::Unknown, ""))
}
