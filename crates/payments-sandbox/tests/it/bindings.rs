//! Stored credentials: how they come to be, what can be done with them, who pays with them.

use crate::support::*;

/// The credential that the status report names for an order.
fn stored(shop: &Shop, order: &str) -> Option<String> {
    shop.status(order)["bindingInfo"]["bindingId"].as_str().map(str::to_owned)
}

/// G-107, G-182: a card is stored by a payment of an order that names a customer, and the report
/// says so only to a merchant that may store cards.
#[test]
fn a_paid_order_of_a_customer_stores_the_card() {
    let shop = Shop::new();
    let order = shop.order(false, &[("clientId", "client-1")]);
    shop.pay(&order, PLAIN, &[]);
    let first = stored(&shop, &order).expect("stored");
    assert_eq!(shop.status(&order)["bindingInfo"]["clientId"], "client-1");

    let again = shop.order(false, &[("clientId", "client-1")]);
    shop.pay(&again, PLAIN, &[]);
    assert_eq!(stored(&shop, &again), Some(first.clone()), "one card, one credential");
    let other = shop.order(false, &[("clientId", "client-2")]);
    shop.pay(&other, PLAIN, &[]);
    assert_ne!(stored(&shop, &other), Some(first), "another customer's card");

    let nobodys = shop.order(false, &[]);
    shop.pay(&nobodys, PLAIN, &[]);
    assert_eq!(stored(&shop, &nobodys), None);
    let unpaid = shop.order(false, &[("clientId", "client-3")]);
    shop.pay(&unpaid, "4000000000000119", &[]);
    assert_eq!(stored(&shop, &unpaid), None, "it was declined");

    let shop = Shop::of(|merchant| merchant.permissions.stored_credentials = false);
    let order = shop.order(false, &[("clientId", "client-1")]);
    shop.pay(&order, PLAIN, &[]);
    assert_eq!(stored(&shop, &order), None);
}

/// G-103, G-107: `bindingNotNeeded` and a `tii` that uses a stored card store none.
#[test]
fn a_payment_may_say_that_nothing_is_stored() {
    let shop = Shop::new();
    for more in [[("bindingNotNeeded", "true")], [("tii", "F")], [("tii", "U")]] {
        let order = shop.order(false, &[("clientId", "client-1")]);
        shop.pay(&order, PLAIN, &more);
        assert_eq!(stored(&shop, &order), None, "{more:?}");
    }
    for more in [[("bindingNotNeeded", "false")], [("tii", "CI")], [("tii", "RI")]] {
        let order = shop.order(false, &[("clientId", "client-1")]);
        shop.pay(&order, PLAIN, &more);
        assert!(stored(&shop, &order).is_some(), "{more:?}");
    }
}
