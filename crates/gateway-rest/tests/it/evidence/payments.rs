//! Payments by card data, and the simple way to the issuer.

use bytes::Bytes;
use gateway_rest::{
    Profile,
    order::{
        language::Language,
        params::Params,
        pay::{Card, ExternalThreeDs, PaymentOrder},
    },
    profile::TransIdSpelling,
    returned::Returned,
    three_ds::redirect::acs_redirect,
};
use http::{Request, header::LOCATION};
use payments_core::{
    Secret,
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{OrderId, ThreeDsServerTransId},
    order::{ThreeDsProtocolVersion, browser::ClientBrowserInfo},
};
use payments_sandbox::journal::Event;

use super::{
    Row, read, sent, sent_at,
    shop::{CHALLENGE, METHOD, PLAIN, payment},
};
use crate::samples;

pub(super) const ROWS: &[Row] = &[
    Row {
        path: "rest/paymentorder.do",
        requests: &[
            || {
                let pairs = [("param_1_name", "param_1_value"), ("param_2_name", "param_2_value")];
                sent(&by_card().with(|it| it.params = Some(Params::from_iter(pairs))))
            },
            || {
                let sampled =
                    Profile::vtb_test().with(|it| it.trans_id = TransIdSpelling::TransIdCapital);
                sent_at(&sampled, &by_card().after_method(authentication()))
            },
        ],
        answer: |answer| read(&by_card(), answer),
        fragments: &[browser],
        refused: || {
            samples::refused(&by_card().with(|it| {
                let cvc = Some(Cvc::new("1234").expect("four"));
                it.means = card().with(|card| card.cvc = cvc).into();
            }))
        },
        run: |shop| {
            let order = shop.order_to_hold();
            let first = shop.pay(&order, METHOD);
            assert_eq!(shop.books(&order).held, 0);
            let authentication = first.three_ds_server_trans_id.clone().expect("3-D Secure 2");
            let second = shop.call(&payment(&order, METHOD).after_method(authentication));
            assert!(second.acs_form(&order).is_some());
            assert!(matches!(shop.events(&order)[..], [_, Event::AcsStarted]));
            let plain = shop.order();
            let paid = shop.pay(&plain, PLAIN);
            assert_eq!(shop.books(&plain).merchant, 2000);
            format!("{first:#?}\n{second:#?}\n{paid:#?}")
        },
    },
    Row {
        path: "rest/paymentorder.do#external3ds",
        requests: &[|| sent(&external())],
        answer: |answer| read(&external(), answer),
        fragments: &[browser],
        refused: || {
            samples::refused(&external().with(|it| {
                let info = ClientBrowserInfo::new().with(|info| info.color_depth = Some(100));
                it.client_browser_info = Some(info);
            }))
        },
        run: |shop| {
            let order = shop.order();
            let proven = payment(&order, PLAIN).with(|it| it.external_three_ds = Some(found()));
            let answer = shop.call(&proven);
            assert_eq!(shop.books(&order).merchant, 2000);
            format!("{answer:#?}")
        },
    },
    Row {
        path: "acsRedirect.do",
        requests: &[|| redirect(&Profile::vtb_test(), "85eb9a84-2a47-7cca-b0ae-662c000016d1")],
        answer: |answer| {
            let text = std::str::from_utf8(answer.body()).expect("an address");
            let query = text.split_once('?').expect("a query").1;
            format!("{:#?}", Returned::from_query(query).expect("an order"))
        },
        fragments: &[],
        refused: || OrderId::new("").expect_err("empty").to_string(),
        run: |shop| {
            let order = shop.order();
            let (_, form) = shop.challenge(&order, CHALLENGE);
            let answer = shop.browse(redirect(shop.profile(), order.as_str()));
            let location = answer.headers().get(LOCATION).map(|to| to.to_str().expect("text"));
            let page = std::str::from_utf8(answer.body()).expect("text");
            let shown = location.unwrap_or(page);
            assert!(shown.contains(form.action()), "{shown}");
            format!("{} leads to {}", answer.status(), form.action())
        },
    },
];

fn redirect(profile: &Profile, order: &str) -> Request<Bytes> {
    let url = acs_redirect(profile, &OrderId::from_bank(order)).expect("joins");
    Request::get(url.as_str()).body(Bytes::new()).expect("valid")
}

pub(super) fn card() -> Card {
    let pan = Pan::new("4000001111111118").expect("the samples' test card");
    let expiry = Expiry::new(2030, 12).expect("valid");
    let holder = Cardholder::new("TEST CARDHOLDER").expect("valid");
    Card::new(pan, expiry, Cvc::new("123").expect("valid"), holder)
}

fn by_card() -> PaymentOrder {
    let order = OrderId::from_bank("64d3b8c2-5d87-7d92-bd20-d8db011b4f5b");
    PaymentOrder::new(order, card(), Language::English)
}

fn authentication() -> ThreeDsServerTransId {
    ThreeDsServerTransId::new("5802746e-3393-40c3-929a-dc966ebf08c6").expect("valid")
}

fn found() -> ExternalThreeDs {
    ExternalThreeDs::new().with(|found| {
        found.eci = Some("02".into());
        found.cavv = Some(Secret::new("AkZO5XQAA0rhBxoaufa+MAABAAA="));
        found.xid = Some(Secret::new("5010857f-8d3f-74e1-9c5a-54a000cc4110"));
        found.three_ds_protocol_version = Some(ThreeDsProtocolVersion::from("2.2.0"));
        found.three_ds_type = Some("5".into());
    })
}

fn external() -> PaymentOrder {
    let order = OrderId::from_bank("0140dda0-71ed-7706-a61f-36bd00a7d8c0");
    PaymentOrder::new(order, card(), Language::English)
        .with(|payment| payment.external_three_ds = Some(found()))
}

/// The browser of the printed `clientBrowserInfo`.
pub(super) fn browser() -> String {
    let info = ClientBrowserInfo::new().with(|info| {
        let agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like \
                     Gecko) Chrome/111.0.0.0 Safari/537.36 Edg/111.0.1661.41";
        info.user_agent = Some(agent.into());
        info.fingerprint = Some(850_891_523.into());
        info.os = Some("Windows".into());
        info.os_version = Some("10".into());
        info.is_mobile = Some(false);
        let screen = "Current Resolution: 1536x864, Available Resolution: 1536x824, Color Depth: \
                      24, Device XDPI: undefined, Device YDPI: undefined";
        info.screen_print = Some(screen.into());
        info.color_depth = Some(24);
        info.screen_height = Some(864);
        info.screen_width = Some(1536);
        let plugins = "PDF Viewer, Chrome PDF Viewer, Chromium PDF Viewer, Microsoft Edge PDF \
                       Viewer, WebKit built-in PDF";
        info.plugins = Some(plugins.into());
        info.java_enabled = Some(false);
        info.javascript_enabled = Some(true);
        info.browser_language = Some("it-IT".into());
        info.browser_time_zone = Some("Europe/Rome".into());
        info.browser_time_zone_offset = Some(-120);
        info.browser_accept_header = Some("gzip".into());
        info.browser_ip_address = Some("x.x.x.x".into());
    });
    serde_json::to_string(&info).expect("json")
}
