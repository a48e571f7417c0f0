//! A registration with a cart of 20 positions, built, checked and encoded, against serde_json and
//! form_urlencoded over plain structs that hold the same.

use std::{error::Error, hint::black_box};

use gateway_rest::{Context, Credentials, FullUrl, Profile, order::register::Register};
use http::Request;
use payments_core::{
    Endpoint as _, Minor, Prepared,
    id::{ClientId, OrderNumber},
    order::{
        PaymentMethod, PaymentObject, TaxType,
        cart::{CartItem, CustomerDetails, ItemAttributes, OrderBundle, Quantity, Tax},
    },
    time::UnixMillis,
};
use serde::Serialize;

use super::measure::{Measured, compare};

const POSITIONS: u32 = 20;
const PRICE: u64 = 12_345;
const VAT: u64 = 4_115;
const TOTAL: u64 = POSITIONS as u64 * 2 * PRICE;

pub(super) fn measure() -> Result<Measured, Box<dyn Error>> {
    let profile = Profile::vtb_test();
    let credentials = Credentials::login("test_user", "test_user_password")?;
    let context = Context::new(&profile, &credentials, UnixMillis::new(0));
    let ours = || {
        black_box(typed(black_box(&context)).expect("breaks no rule"));
    };
    let plain = || {
        black_box(plain(black_box(TOTAL)).expect("writes"));
    };
    Ok(compare(ours, plain))
}

fn typed(context: &Context<'_>) -> Result<Request<bytes::Bytes>, payments_core::Error> {
    let position = |number: u32| {
        let name = format!("Position number {number}");
        CartItem::new(number.into(), name, Quantity::pieces(2)).with(|item| {
            item.item_price = Some(Minor::new(PRICE));
            item.item_amount = Some(Minor::new(2 * PRICE));
            item.item_code = Some(format!("code-{number}"));
            item.tax = Some(Tax::new(TaxType::Vat20, Minor::new(VAT)));
            let attributes =
                ItemAttributes::new(PaymentMethod::FullPrepayment, PaymentObject::Commodity);
            item.item_attributes = Some(attributes);
        })
    };
    let items: Vec<CartItem> = (1..=POSITIONS).map(position).collect();
    let bundle = OrderBundle::new(items).with(|bundle| {
        let customer = CustomerDetails::new();
        let email = Some("payer@test.example".into());
        bundle.customer_details = Some(customer.with(|customer| customer.email = email));
    });
    let number = OrderNumber::new("1234567890ABCDEF")?;
    let back = FullUrl::new("https://merchant.example/return")?;
    let client = ClientId::new("259753456")?;
    let register = Register::new(number, Minor::new(TOTAL), back).with(|order| {
        order.client_id = Some(client);
        order.description = Some("Twenty positions".into());
        order.order_bundle = Some(bundle);
    });
    match register.prepare(context)? {
        Prepared::Ready(outgoing) => Ok(outgoing.into_request()),
        Prepared::ToSign(_) => Err(payments_core::Error::signing("nothing is to be signed")),
    }
}

/// The same as a programmer in a hurry writes it, unchecked.
fn plain(total: u64) -> Result<Request<bytes::Bytes>, Box<dyn Error>> {
    let position = |number: u32| PlainItem {
        position_id: number,
        name: format!("Position number {number}"),
        quantity: PlainQuantity { value: 2, measure: "0".to_owned() },
        item_amount: 2 * PRICE,
        item_price: PRICE,
        item_code: format!("code-{number}"),
        tax: PlainTax { tax_type: 6, tax_sum: VAT },
        item_attributes: PlainAttributes {
            attributes: vec![
                PlainPair { name: "paymentMethod".to_owned(), value: "1".to_owned() },
                PlainPair { name: "paymentObject".to_owned(), value: "1".to_owned() },
            ],
        },
    };
    let bundle = PlainBundle {
        customer_details: PlainCustomer { email: "payer@test.example".to_owned() },
        cart_items: PlainItems { items: (1..=POSITIONS).map(position).collect() },
    };
    let bundle = serde_json::to_string(&bundle)?;
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("amount", &total.to_string())
        .append_pair("clientId", "259753456")
        .append_pair("description", "Twenty positions")
        .append_pair("orderBundle", &bundle)
        .append_pair("orderNumber", "1234567890ABCDEF")
        .append_pair("password", "test_user_password")
        .append_pair("returnUrl", "https://merchant.example/return")
        .append_pair("userName", "test_user")
        .finish();
    let request = Request::post("https://vtb.rbsuat.com/payment/rest/register.do");
    let form = request.header("content-type", "application/x-www-form-urlencoded");
    Ok(form.body(body.into())?)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlainBundle {
    customer_details: PlainCustomer,
    cart_items: PlainItems,
}

#[derive(Serialize)]
struct PlainCustomer {
    email: String,
}

#[derive(Serialize)]
struct PlainItems {
    items: Vec<PlainItem>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlainItem {
    position_id: u32,
    name: String,
    quantity: PlainQuantity,
    item_amount: u64,
    item_price: u64,
    item_code: String,
    tax: PlainTax,
    item_attributes: PlainAttributes,
}

#[derive(Serialize)]
struct PlainQuantity {
    value: u64,
    measure: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlainTax {
    tax_type: u8,
    tax_sum: u64,
}

#[derive(Serialize)]
struct PlainAttributes {
    attributes: Vec<PlainPair>,
}

#[derive(Serialize)]
struct PlainPair {
    name: String,
    value: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is compared is the same to the byte.
    #[test]
    fn both_ways_write_the_same() {
        let profile = Profile::vtb_test();
        let credentials = Credentials::login("test_user", "test_user_password").expect("fits");
        let context = Context::new(&profile, &credentials, UnixMillis::new(0));
        let (ours, plain) = (typed(&context).expect("sends"), plain(TOTAL).expect("sends"));
        assert_eq!(ours.uri(), plain.uri());
        assert_eq!(ours.headers(), plain.headers());
        assert_eq!(ours.body(), plain.body());
    }
}
