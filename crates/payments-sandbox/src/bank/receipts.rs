//! `POST rest/closeOfdReceipt.do` and `rest/getReceiptStatus.do`, and the fiscaliser behind them.
//!
//! An order that was registered with a cart gets a receipt for each debit and each refund. A
//! receipt is sent at once and delivered a while later.

mod cart;

use std::{collections::BTreeMap, time::Duration};

use payments_core::{id::OrderId, time::UnixMillis};

use super::{Bank, Call, Order};
use crate::{
    answer::Refusal,
    ids::Numbers,
    journal::Event,
    json::{Json, Object},
    ledger::Imbalance,
    parse,
    settings::Receipts as Settings,
};
pub(super) use cart::Items;

/// The fiscaliser: receipts and carts of the orders that have a cart.
pub(super) struct Fiscaliser {
    books: BTreeMap<OrderId, Book>,
    numbers: Numbers,
    /// How many documents were made.
    documents: u64,
    /// The positions that the call under way names.
    named: Option<Items>,
    next_fails: bool,
}

/// What the fiscaliser knows of one order.
struct Book {
    receipts: Vec<Receipt>,
    /// What was sold and not given back.
    left: Items,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sale,
    Refund,
    Closing,
}

/// One receipt.
struct Receipt {
    kind: Kind,
    uuid: String,
    ofd_uuid: String,
    at: UnixMillis,
    /// Minor units.
    amount: u64,
    document: u64,
    attribute: String,
    failed: bool,
    /// The cart that a closing receipt brought along.
    own: Option<Items>,
}

impl Fiscaliser {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            books: BTreeMap::new(),
            // A sequence of its own: whether orders have carts changes no other number.
            numbers: Numbers::new(seed ^ 0x0fd0_0fd0),
            documents: 0,
            named: None,
            next_fails: false,
        }
    }

    /// Lets the next receipt fail.
    pub(super) fn fail_next(&mut self) {
        self.next_fails = true;
    }

    /// Notes which positions a call names: those of a deposit or refund, or the one of a raw refund.
    pub(super) fn begin(&mut self, call: &Call<'_>) {
        self.named = Items::named(call.params);
    }

    /// Forgets them again.
    pub(super) fn end(&mut self) {
        self.named = None;
    }

    fn make(&mut self, now: UnixMillis, kind: Kind, amount: u64, own: Option<Items>) -> Receipt {
        self.documents += 1;
        Receipt {
            kind,
            uuid: self.numbers.id(),
            ofd_uuid: self.numbers.id(),
            at: now,
            amount,
            document: self.documents,
            attribute: self.numbers.digits(10),
            failed: std::mem::take(&mut self.next_fails),
            own,
        }
    }

    /// Makes the receipt of an event, if it is one that needs a receipt.
    pub(super) fn follow(&mut self, now: UnixMillis, order: &Order, event: &Event) {
        let (kind, amount) = match event {
            Event::Charged { amount } | Event::Deposited { amount, .. } => (Kind::Sale, amount),
            Event::Refunded { amount, .. } => (Kind::Refund, amount),
            // A two-phase order is reversed while it is held: nothing was sold.
            Event::Reversed { amount, .. } if !order.two_phase => (Kind::Refund, amount),
            _ => return,
        };
        let amount = amount.get();
        let cart = match order.details.bundle.as_deref().and_then(Items::of_bundle) {
            Some(cart) => cart,
            None if self.books.contains_key(&order.id) => Items::unnamed(amount),
            None => return,
        };
        let receipt = self.make(now, kind, amount, None);
        let named = self.named.take().filter(|items| items.total() == u128::from(amount));
        let empty = || Book { receipts: Vec::new(), left: Items::default() };
        let book = self.books.entry(order.id.clone()).or_insert_with(empty);
        book.receipts.push(receipt);
        if kind == Kind::Sale {
            book.left.add(named.unwrap_or_else(|| cart.scaled(amount)));
        } else {
            book.left.take(amount, named);
        }
    }

    /// Compares the cart that is left with the order's amounts.
    pub(super) fn check(&self, order: &Order) -> Result<(), Imbalance> {
        match self.books.get(&order.id) {
            Some(book) if book.left.total() != u128::from(order.deposited) => {
                Err(Imbalance::new(&order.id, "the cart that is left is not what was debited"))
            }
            _ => Ok(()),
        }
    }
}

impl Bank {
    pub(super) fn close_receipt(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        if !call.merchant.permissions.receipts {
            return Err(Refusal::access("Access denied: no rights to make receipts"));
        }
        let missing = Refusal::new(4, "[mdOrder] or [orderNumber] is expected");
        let order = self.order_of(call, missing)?;
        let amount = call.params.text("amount");
        let amount = amount.ok_or_else(|| Refusal::new(4, "[amount] is empty"))?;
        let amount = parse::digits(amount, 12)
            .filter(|amount| *amount > 0)
            .ok_or_else(|| Refusal::value("amount", "must be 1 to 12 digits and more than zero"))?;
        if order.deposited == 0 {
            let text = match order.refunded {
                0 => "Nothing was debited for this order",
                _ => "The order was refunded in full",
            };
            return Err(Refusal::new(5, text));
        }
        let receipt_data = call.params.text("additionalOfdParams");
        if receipt_data.is_some_and(|json| parse::inner(json).is_none()) {
            return Err(Refusal::value("additionalOfdParams", "is no JSON object"));
        }
        let own = call.params.text("orderBundle").map(closing_cart).transpose()?;
        let id = order.id.clone();
        if own.is_none() && !self.fiscaliser.books.contains_key(&id) {
            return Err(Refusal::value("orderBundle", "is empty, as it was at registration"));
        }
        let receipt = self.fiscaliser.make(call.now, Kind::Closing, amount, own);
        if let Some(book) = self.fiscaliser.books.get_mut(&id) {
            book.receipts.push(receipt);
        } else if let Some(order) = self.orders.get(&id) {
            // Registered without a cart: what was debited so far has no positions.
            let left = Items::unnamed(order.deposited);
            let book = Book { receipts: vec![receipt], left };
            self.fiscaliser.books.insert(id, book);
        }
        Ok(Object::new().with("success", true))
    }

    pub(super) fn receipt_status(&mut self, call: &mut Call<'_>) -> Result<Object, Refusal> {
        let uuid = call.params.text("uuid");
        let by_order =
            ["orderId", "orderNumber"].iter().any(|name| call.params.text(name).is_some());
        let missing = || Refusal::new(1, "[orderId], [orderNumber] or [uuid] is expected");
        let order = match (by_order, uuid) {
            (true, _) => self.order_of(call, missing())?,
            (false, Some(uuid)) => self.order_of_receipt(call, uuid)?,
            (false, None) => return Err(missing()),
        };
        let only = uuid.filter(|_| !by_order);
        let settings = &call.merchant.receipts;
        let receipts = self.fiscaliser.books.get(&order.id).map(|book| {
            let wanted = |receipt: &&Receipt| only.is_none_or(|uuid| receipt.uuid == uuid);
            let wanted = book.receipts.iter().filter(wanted);
            wanted.map(|it| shown(it, book, call.now, settings).into()).collect()
        });
        Ok(Object::new()
            .with("errorCode", call.zero())
            .with("orderNumber", order.number.as_str())
            .with("orderId", order.id.as_str())
            .with("receipt", Json::Array(receipts.unwrap_or_default())))
    }

    fn order_of_receipt(&self, call: &Call<'_>, uuid: &str) -> Result<&Order, Refusal> {
        let holds = |book: &Book| book.receipts.iter().any(|receipt| receipt.uuid == uuid);
        let found = self.fiscaliser.books.iter().find(|(_, book)| holds(book));
        let order = found.and_then(|(id, _)| self.orders.get(id));
        order
            .filter(|order| order.login == call.merchant.login)
            .ok_or_else(|| Refusal::new(6, "Receipt not found"))
    }
}

/// The cart of a closing receipt, whose customer must be reached.
fn closing_cart(json: &str) -> Result<Items, Refusal> {
    let bundle = parse::inner(json);
    let bundle = bundle.ok_or_else(|| Refusal::value("orderBundle", "is no JSON object"))?;
    let customer = bundle.iter().find(|(name, _)| name == "customerDetails");
    if let Some((_, customer)) = customer {
        let customer = parse::inner(customer)
            .ok_or_else(|| Refusal::value("orderBundle.customerDetails", "is no JSON object"))?;
        let given =
            |wanted: &str| customer.iter().any(|(name, it)| name == wanted && !it.is_empty());
        if !given("email") && !given("phone") {
            return Err(Refusal::new(4, "[customerDetails.email] or [phone] is expected"));
        }
    }
    Items::of_bundle(json)
        .ok_or_else(|| Refusal::value("orderBundle.cartItems", "holds no positions"))
}

/// A receipt as the merchant's version of the answer shows it.
fn shown(receipt: &Receipt, book: &Book, now: UnixMillis, settings: &Settings) -> Object {
    let made_at = receipt.at.plus(Duration::from_secs(settings.delivery_secs));
    let made = !receipt.failed && made_at <= now;
    let refund = receipt.kind == Kind::Refund;
    let status: u64 = match (refund, receipt.failed, made) {
        (false, false, false) => 0,
        (false, false, true) => 1,
        (false, true, _) => 2,
        (true, false, false) => 3,
        (true, false, true) => 4,
        (true, true, _) => 5,
    };
    let from = |version: u8| settings.version >= version;
    let closing = receipt.kind == Kind::Closing;
    let object = Object::new()
        .with("receiptStatus", status)
        .with_if(from(3) && closing, "receiptType", "close")
        .with("uuid", receipt.uuid.as_str())
        .with_if(from(2), "original_ofd_uuid", receipt.ofd_uuid.as_str());
    let object = if made { fiscal(object, receipt, made_at, settings) } else { object };
    let items = receipt.own.as_ref().unwrap_or(&book.left);
    let queue = Object::new()
        .with("queuedDoc", u64::from(!made))
        .with_if(!made, "queuedFirstDocNum", receipt.document)
        .with_if(!made, "queuedFirstDocDate", cart::printed(receipt.at))
        .with("ffdVersion", "1.05")
        .with("internetSign", true);
    let params = Object::new().with("ofdReceiptStatus", queue).with("vatAmount", items.vat());
    object.with_if(from(4), "ofdReceiptParams", params).with_if(
        from(5),
        "ofdOrderBundle",
        Json::Array(items.shown(settings)),
    )
}

/// What the fiscal drive says of a receipt that it made.
fn fiscal(object: Object, receipt: &Receipt, at: UnixMillis, settings: &Settings) -> Object {
    let total = format!("{}.{:02}", receipt.amount / 100, receipt.amount % 100);
    let ofd = Object::new()
        .with("inn", "7700000000")
        .with("name", "Operator \"Sandbox\"")
        .with("website", "ofd.example");
    let object = object
        .with("shift_number", "1")
        .with("fiscal_receipt_number", receipt.document.to_string());
    let object = match settings.printed_time {
        true => object.with("receipt_datetime", cart::printed(at)),
        false => object.with("receipt_date_time", at.get()),
    };
    object
        .with("fn_number", "9999078900006364")
        .with("ecr_registration_number", "1234567890023481")
        .with("fiscal_document_number", receipt.document.to_string())
        .with("fiscal_document_attribute", receipt.attribute.as_str())
        .with("amount_total", total)
        .with("serial_number", "00000000000017")
        .with("ofd_receipt_url", "")
        .with("OFD", ofd)
}
