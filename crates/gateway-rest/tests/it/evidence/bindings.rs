//! Stored credentials.

use gateway_rest::{
    bindings::{
        BindCard, CardBindings, ClientBindings, CreateBinding, ExtendBinding, PayByBinding,
        UnBindCard,
    },
    order::{language::Language, params::Params},
};
use payments_core::{
    card::{Cardholder, Cvc, Expiry, Pan},
    id::{BindingId, ClientId, OrderId},
    order::{BindingType, Tii},
};

use super::{
    Row,
    payments::browser,
    read, refused_login, sent,
    shop::{PLAIN, Shop},
};
use crate::samples;

pub(super) const ROWS: &[Row] = &[
    Row {
        path: "rest/paymentOrderBinding.do",
        requests: &[|| sent(&pay())],
        answer: |answer| read(&pay(), answer),
        fragments: &[browser],
        refused: || samples::refused(&pay().with(|it| it.tii = Tii::Recurrent)),
        run: |shop| {
            let binding = shop.stored();
            let order = shop.order();
            let code = Cvc::new("123").expect("three");
            let by_customer = PayByBinding::by_customer(order.clone(), binding.clone(), Some(code));
            let answer = shop.call(&by_customer);
            assert_eq!(shop.books(&order).merchant, 2000);
            let later = shop.order();
            shop.call(&PayByBinding::by_merchant(later.clone(), binding.clone()));
            assert_eq!(shop.books(&later).merchant, 2000);
            let report = shop.report(&later);
            assert_eq!(report.binding_info.and_then(|info| info.binding_id), Some(binding));
            format!("{answer:#?}")
        },
    },
    Row {
        path: "rest/getBindings.do",
        requests: &[|| {
            let client = ClientId::new("dos-clientos").expect("fits");
            sent(
                &ClientBindings::new(client).with(|it| it.binding_type = Some(BindingType::Common)),
            )
        }],
        answer: |answer| read(&list(), answer),
        fragments: &[],
        refused: || refused_login(&list()),
        run: |shop| {
            assert_eq!(shop.refused(&list()), "2");
            let binding = shop.stored();
            let answer = shop.call(&list());
            assert_eq!(answer.bindings[0].binding_id, Some(binding));
            format!("{answer:#?}")
        },
    },
    Row {
        path: "rest/getBindingsByCardOrId.do",
        requests: &[|| sent(&by_card("4000001111111118"))],
        answer: |answer| read(&by_card("4000001111111118"), answer),
        fragments: &[],
        refused: || samples::refused(&by_card(PLAIN).with(|it| it.pan = None)),
        run: |shop| {
            let binding = shop.stored();
            let answer = shop.call(&by_card(PLAIN));
            assert_eq!(shop.call(&CardBindings::of_binding(binding)), answer);
            format!("{answer:#?}")
        },
    },
    Row {
        path: "rest/unBindCard.do",
        requests: &[|| sent(&UnBindCard::new(sampled()))],
        answer: |answer| read(&UnBindCard::new(sampled()), answer),
        fragments: &[],
        refused: || BindingId::new("").expect_err("empty").to_string(),
        run: |shop| {
            let binding = shop.stored();
            let answer = shop.call(&UnBindCard::new(binding.clone()));
            let order = shop.order();
            let late = PayByBinding::by_merchant(order.clone(), binding.clone());
            assert_eq!(shop.refused(&late), "2");
            assert_eq!(shop.books(&order).merchant, 0);
            assert_eq!(shop.refused(&UnBindCard::new(binding)), "2");
            format!("{answer:#?}")
        },
    },
    Row {
        path: "rest/bindCard.do",
        requests: &[|| sent(&BindCard::new(sampled()))],
        answer: |answer| read(&BindCard::new(sampled()), answer),
        fragments: &[],
        refused: || BindingId::new("b".repeat(256)).expect_err("long").to_string(),
        run: |shop| {
            let binding = shop.stored();
            assert_eq!(shop.refused(&BindCard::new(binding.clone())), "2");
            shop.call(&UnBindCard::new(binding.clone()));
            let answer = shop.call(&BindCard::new(binding.clone()));
            let order = shop.order();
            shop.call(&PayByBinding::by_merchant(order.clone(), binding));
            assert_eq!(shop.books(&order).merchant, 2000);
            format!("{answer:#?}")
        },
    },
    Row {
        path: "rest/extendBinding.do",
        requests: &[|| sent(&extend(sampled(), 2022))],
        answer: |answer| read(&extend(sampled(), 2022), answer),
        fragments: &[],
        refused: || {
            samples::refused(&extend(sampled(), 2022).with(|it| it.language = "english".into()))
        },
        run: |shop| {
            let binding = shop.stored();
            let answer = shop.call(&extend(binding.clone(), 2040));
            shop.call(&extend(binding, 2040));
            let listed = shop.call(&list());
            assert_eq!(listed.bindings[0].expiry(), Expiry::new(2040, 12).ok());
            format!("{answer:#?}")
        },
    },
    Row {
        path: "rest/createBindingNoPayment.do",
        requests: &[|| sent(&create("159753456", "TEST CARDHOLDER"))],
        answer: |answer| read(&create("159753456", "TEST CARDHOLDER"), answer),
        fragments: &[|| {
            let pairs =
                [("firstParamName", "firstParamValue"), ("secondParamName", "secondParamValue")];
            serde_json::to_string(&Params::from_iter(pairs)).expect("json")
        }],
        refused: || samples::refused(&create("159753456", "O'NEIL")),
        run: |shop| {
            let answer = shop.call(&create(CLIENT, "TEST CARDHOLDER"));
            let binding = answer.binding_id.clone().expect("stored");
            let order = shop.order();
            shop.call(&PayByBinding::by_merchant(order.clone(), binding));
            assert_eq!(shop.books(&order).merchant, 2000);
            format!("{answer:#?}")
        },
    },
];

/// The customer of the shop's orders.
const CLIENT: &str = "259753456";

impl Shop {
    /// A credential of the shop's customer, from a paid order.
    fn stored(&self) -> BindingId {
        let order = self.paid();
        let info = self.report(&order).binding_info;
        info.and_then(|info| info.binding_id).expect("the payment stored the card")
    }
}

fn pay() -> PayByBinding {
    let order = OrderId::from_bank("01491d0b-c848-7dd6-a20d-e96900a7d8c0");
    let binding = BindingId::new("01491394-63a6-7d45-a88f-7bce00a7d8c0").expect("fits");
    let code = Cvc::new("123").expect("three");
    PayByBinding::by_customer(order, binding, Some(code))
        .with(|it| it.language = Some(Language::English))
}

fn list() -> ClientBindings {
    ClientBindings::new(ClientId::new(CLIENT).expect("fits"))
}

fn by_card(pan: &str) -> CardBindings {
    CardBindings::of_card(Pan::new(pan).expect("a test card"))
}

fn sampled() -> BindingId {
    BindingId::new("fd3afc57-c6d0-4e08-aaef-1b7cfeb093dc").expect("fits")
}

fn extend(binding: BindingId, year: u16) -> ExtendBinding {
    ExtendBinding::new(binding, Expiry::new(year, 12).expect("valid"), Language::English)
}

fn create(client: &str, name: &str) -> CreateBinding {
    let pan = Pan::new("5555555555555599").expect("the sample's test card");
    let (client, expiry) = (ClientId::new(client).expect("fits"), Expiry::new(2034, 12));
    let holder = Cardholder::new(name).expect("fits");
    CreateBinding::new(client, pan, expiry.expect("valid"), holder)
}
