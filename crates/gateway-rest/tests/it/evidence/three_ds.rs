//! The calls of 3-D Secure.

use gateway_rest::{
    returned::{CResReturned, PaResReturned},
    three_ds::{
        finish::Finish3dsPayment, finish_v2::Finish3dsVer2Payment, proceed::Continue3ds,
        redirect::AcsForm,
    },
};
use payments_core::{
    Secret,
    id::{OrderId, ThreeDsServerTransId},
};
use payments_sandbox::journal::Event;

use super::{
    Row, read, refused_login, sent, sent_as,
    shop::{BACK, CHALLENGE, FIRST_PROTOCOL, METHOD},
};
use crate::samples;

pub(super) const ROWS: &[Row] = &[
    Row {
        path: "rest/finish3dsPayment.do",
        requests: &[|| sent(&finish())],
        answer: |answer| read(&finish(), answer),
        fragments: &[],
        refused: || samples::refused(&finish().with(|it| it.pa_res = Secret::new(""))),
        run: |shop| {
            let order = shop.order();
            let answer = shop.pay(&order, FIRST_PROTOCOL);
            let issuer = answer.acs_url.as_deref().expect("a challenge");
            let pa_req = answer.pa_req.clone().expect("a challenge");
            let form = AcsForm::pa_req(issuer, &pa_req, BACK, &order);
            let body = shop.pass_challenge(&form);
            assert_eq!(shop.books(&order).taken, 0, "what the browser says is no payment");
            let returned = PaResReturned::from_body(&body).expect("from the issuer");
            assert_eq!(returned.md, order.as_str());
            let finished = shop.call(&Finish3dsPayment::new(order.clone(), returned.pa_res));
            assert_eq!(shop.books(&order).merchant, 2000);
            format!("{finished:#?}")
        },
    },
    Row {
        path: "rest/finish3dsVer2Payment.do",
        requests: &[|| sent(&finish_v2())],
        answer: |answer| read(&finish_v2(), answer),
        fragments: &[],
        refused: || ThreeDsServerTransId::new("1".repeat(37)).expect_err("too long").to_string(),
        run: |shop| {
            let order = shop.order();
            let (authentication, form) = shop.challenge(&order, CHALLENGE);
            CResReturned::from_body(&shop.pass_challenge(&form)).expect("from the issuer");
            assert_eq!(shop.books(&order).taken, 0, "what the browser says is no payment");
            let finished = shop.call(&Finish3dsVer2Payment::new(authentication, order.clone()));
            assert_eq!(shop.books(&order).merchant, 2000);
            format!("{finished:#?}")
        },
    },
    Row {
        path: "rest/3ds/continue.do",
        requests: &[|| sent_as("test-user", "test-password", &proceed())],
        answer: |answer| read(&proceed(), answer),
        fragments: &[],
        refused: || refused_login(&proceed()),
        run: |shop| {
            let order = shop.order();
            shop.pay(&order, METHOD);
            let continued = shop.call(&Continue3ds::new(order.clone()));
            assert!(continued.packed_c_req.is_some());
            assert!(matches!(shop.events(&order)[..], [_, Event::AcsStarted]));
            format!("{continued:#?}")
        },
    },
];

fn finish() -> Finish3dsPayment {
    let order = OrderId::from_bank("906bf262-bd53-4ac7-983c-07127954681b");
    Finish3dsPayment::new(order, Secret::new("eJzFV2uTokoS%...%ADPms%0D%0A"))
}

fn finish_v2() -> Finish3dsVer2Payment {
    let authentication = ThreeDsServerTransId::from_bank("33b17cb5-b4a5-48ac-a3b8-bc8d6d979a46");
    Finish3dsVer2Payment::new(authentication, OrderId::from_bank("f61e2a41"))
}

fn proceed() -> Continue3ds {
    Continue3ds::new(OrderId::from_bank("eb708f0a-2683-7437-b458-f80400b40dc0"))
}
