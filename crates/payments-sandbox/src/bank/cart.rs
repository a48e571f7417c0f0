//! What the bank checks of carts before it takes them, and how reports give them back.

use std::collections::{BTreeMap, BTreeSet};

use payments_core::order::Decimal;
use serde_json::value::RawValue;

use super::{Call, Order};
use crate::{answer::Refusal, json::Json, parse};

type Members = Vec<(String, String)>;

/// Checks the cart and the customer of a registration.
pub(super) fn check_registered(call: &Call<'_>) -> Result<(), Refusal> {
    let bundle = object(call, "orderBundle")?;
    let receipt = object(call, "additionalOfdParams")?;
    if let Some(bundle) = &bundle
        && let Some(cart) = member(bundle, "cartItems")
    {
        check_items("orderBundle.cartItems", cart)?;
    }
    let customer = bundle.as_deref().and_then(|bundle| member(bundle, "customerDetails"));
    let customer = customer.and_then(parse::inner).unwrap_or_default();
    check_customer(&customer, &receipt.unwrap_or_default())
}

/// Checks the positions of a deposit or a refund; with their costs, if all are known.
pub(super) fn check_named(call: &Call<'_>, name: &str, amount: u64) -> Result<(), Refusal> {
    let Some(cart) = call.params.text(name) else { return Ok(()) };
    let costs = check_items(name, cart)?;
    // In a wider type: the costs are the merchant's own figures.
    let sum = costs.into_iter().map(|cost| cost.map(u128::from)).sum::<Option<u128>>();
    match sum {
        Some(sum) if amount != 0 && sum != u128::from(amount) => {
            Err(Refusal::value("amount", "is not the sum of the items"))
        }
        _ => Ok(()),
    }
}

fn object(call: &Call<'_>, name: &str) -> Result<Option<Members>, Refusal> {
    let Some(json) = call.params.text(name) else { return Ok(None) };
    parse::inner(json).map(Some).ok_or_else(|| Refusal::value(name, "is no JSON object"))
}

fn member<'a>(members: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = members.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
}

/// Checks `{"items": [..]}`; what each position costs.
fn check_items(path: &str, cart: &str) -> Result<Vec<Option<u64>>, Refusal> {
    let items = parse::inner(cart)
        .and_then(|cart| parse::items(member(&cart, "items")?))
        .ok_or_else(|| Refusal::value(path, "is no JSON object with items"))?;
    if items.is_empty() {
        return Err(Refusal::value(&format!("{path}.items"), "is empty"));
    }
    let mut seen = BTreeSet::new();
    let mut costs = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let path = format!("{path}.items[{place}]");
        let refuse = |field: &str, rule: &str| Refusal::value(&format!("{path}.{field}"), rule);
        let id = member(item, "positionId").and_then(|id| parse::digits(id, 12));
        let id = id.ok_or_else(|| refuse("positionId", "must be 1 to 12 digits"))?;
        if !seen.insert(id) {
            return Err(refuse("positionId", "stands twice"));
        }
        costs.push(check_cost(item, refuse)?);
    }
    Ok(costs)
}

/// `itemAmount` must be `itemPrice` times `quantity`, where both are sent.
fn check_cost(
    item: &[(String, String)],
    refuse: impl Fn(&str, &str) -> Refusal,
) -> Result<Option<u64>, Refusal> {
    let value = quantity(item);
    if value.is_none_or(|value| value.scale() > 3 || value.is_sign_negative()) {
        return Err(refuse("quantity.value", "must be a number with at most 3 decimals"));
    }
    let priced = match member(item, "itemPrice") {
        None => None,
        Some(price) => {
            let price = parse::digits(price, 18);
            let price = price.ok_or_else(|| refuse("itemPrice", "must be 1 to 18 digits"))?;
            value.and_then(|value| Decimal::from(price).checked_mul(value))
        }
    };
    let Some(amount) = member(item, "itemAmount") else {
        return Ok(priced.filter(Decimal::is_integer).and_then(|cost| u64::try_from(cost).ok()));
    };
    let amount = parse::digits(amount, 12);
    let amount = amount.ok_or_else(|| refuse("itemAmount", "must be 1 to 12 digits"))?;
    match priced {
        Some(priced) if priced != Decimal::from(amount) => {
            Err(refuse("itemAmount", "is not itemPrice * quantity"))
        }
        _ => Ok(Some(amount)),
    }
}

fn quantity(item: &[(String, String)]) -> Option<Decimal> {
    let quantity = parse::inner(member(item, "quantity")?)?;
    Some(member(&quantity, "value")?.parse::<Decimal>().ok()?.normalize())
}

/// Who names the customer names the taxpayer number, or else birth date, document code and document.
fn check_customer(cart: &[(String, String)], receipt: &[(String, String)]) -> Result<(), Refusal> {
    let has = |in_cart: &str, in_receipt: &str| {
        member(cart, in_cart).is_some() || member(receipt, in_receipt).is_some()
    };
    let inn = has("inn", "client.inn");
    let document = has("passport", "client.passport_number");
    let code = has("-", "client.document_code");
    let birth = has("-", "client.birth_date");
    let asked = document
        || code
        || birth
        || has("fullName", "client.name")
        || has("-", "client.citizenship");
    if asked && !inn && !(document && code && birth) {
        let rule =
            "or else birth date, document code and document are needed with a customer's data";
        return Err(Refusal::value("orderBundle.customerDetails.inn", rule));
    }
    Ok(())
}

/// A cart as reports of a version give it back: prices, and what was debited of each position, come
/// from version 34 on.
pub(super) fn shown(order: &Order, version: u8) -> Option<Json> {
    let bundle = order.details.bundle.as_deref()?;
    Some(Json::Raw(rewritten(bundle, order, version).unwrap_or_else(|| bundle.to_owned())))
}

type Raw = BTreeMap<String, Box<RawValue>>;

fn rewritten(bundle: &str, order: &Order, version: u8) -> Option<String> {
    let mut bundle: Raw = serde_json::from_str(bundle).ok()?;
    let mut cart: Raw = serde_json::from_str(bundle.get("cartItems")?.get()).ok()?;
    let mut items: Vec<Raw> = serde_json::from_str(cart.get("items")?.get()).ok()?;
    // What a part of a debit was for is not known here.
    let debited = order.deposited > 0 && order.deposited == order.amount;
    for item in &mut items {
        if version < 34 {
            item.remove("itemPrice");
            continue;
        }
        let members = parse::inner(&serde_json::to_string(item).ok()?)?;
        let cost = check_cost(&members, |_, _| Refusal::value("", "")).ok().flatten();
        if let Some(cost) = cost.filter(|_| debited) {
            let cost = RawValue::from_string(cost.to_string()).ok()?;
            item.insert("depositedItemAmount".into(), cost);
        }
    }
    cart.insert("items".into(), serde_json::value::to_raw_value(&items).ok()?);
    bundle.insert("cartItems".into(), serde_json::value::to_raw_value(&cart).ok()?);
    serde_json::to_string(&bundle).ok()
}
