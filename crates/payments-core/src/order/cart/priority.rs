//! What a receipt says of a position, where several places speak.

use super::{AgentInfo, ItemAttributes, MtOperator, Paying, PaymentsOperator, SupplierInfo};
use crate::order::{PaymentMethod, PaymentObject, ofd::OfdParams};

impl ItemAttributes {
    /// What the receipt says of a position: its own attributes first, then the receipt data for the
    /// whole cart, then the shop's settings at the bank, then the defaults, which are full prepayment
    /// and goods (documents/003, `itemAttributes` and `additionalOfdParams`; G-074, G-086).
    ///
    /// Each field counts for itself: a position that names its agent's phones keeps the cart's name
    /// of the transfer operator. Codes and marks are the position's alone.
    #[must_use]
    pub fn on_receipt(own: Option<&Self>, cart: Option<&OfdParams>, shop: &Self) -> Self {
        let own = own.cloned().unwrap_or_default();
        let cart = cart.map(of_cart).unwrap_or_default();
        let method = own.payment_method.or_else(|| shop.payment_method.clone());
        let object = own.payment_object.or_else(|| shop.payment_object.clone());
        let agent = agents(own.agent_info, cart.agent_info);
        let supplier = suppliers(own.supplier_info, cart.supplier_info);
        Self {
            payment_method: method.or(Some(PaymentMethod::FullPrepayment)),
            payment_object: object.or(Some(PaymentObject::Commodity)),
            agent_info: agents(agent, shop.agent_info.clone()),
            supplier_info: suppliers(supplier, shop.supplier_info.clone()),
            ..own
        }
    }
}

/// The part of the receipt data that a position could say as well.
fn of_cart(cart: &OfdParams) -> ItemAttributes {
    let paying =
        Paying { operation: cart.paying_operation.clone(), phones: cart.paying_phones.clone() };
    let operator = PaymentsOperator { phones: cart.payments_operator_phones.clone() };
    let transfer = MtOperator {
        phones: cart.mt_operator_phones.clone(),
        name: cart.mt_operator_name.clone(),
        address: cart.mt_operator_address.clone(),
        inn: cart.mt_operator_inn.clone(),
    };
    let agent = AgentInfo {
        kind: cart.agent_type.clone().unwrap_or_else(|| "".into()),
        paying: Some(paying).filter(|it| *it != Paying::default()),
        payments_operator: Some(operator).filter(|it| *it != PaymentsOperator::default()),
        mt_operator: Some(transfer).filter(|it| *it != MtOperator::default()),
    };
    let supplier = SupplierInfo { phones: cart.supplier_phones.clone(), ..SupplierInfo::default() };
    ItemAttributes {
        agent_info: Some(agent).filter(|it| *it != AgentInfo::unknown()),
        supplier_info: Some(supplier).filter(|it| *it != SupplierInfo::default()),
        ..ItemAttributes::default()
    }
}

/// Joins two, of which the first counts where both speak.
fn both<T>(one: Option<T>, two: Option<T>, join: impl FnOnce(T, T) -> T) -> Option<T> {
    match (one, two) {
        (Some(one), Some(two)) => Some(join(one, two)),
        (one, two) => one.or(two),
    }
}

fn list(one: Vec<String>, two: Vec<String>) -> Vec<String> {
    if one.is_empty() { two } else { one }
}

fn agents(one: Option<AgentInfo>, two: Option<AgentInfo>) -> Option<AgentInfo> {
    both(one, two, |one, two| AgentInfo {
        kind: if one.kind.as_str().is_empty() { two.kind } else { one.kind },
        paying: both(one.paying, two.paying, |one, two| Paying {
            operation: one.operation.or(two.operation),
            phones: list(one.phones, two.phones),
        }),
        payments_operator: both(one.payments_operator, two.payments_operator, |one, two| {
            PaymentsOperator { phones: list(one.phones, two.phones) }
        }),
        mt_operator: both(one.mt_operator, two.mt_operator, |one, two| MtOperator {
            phones: list(one.phones, two.phones),
            name: one.name.or(two.name),
            address: one.address.or(two.address),
            inn: one.inn.or(two.inn),
        }),
    })
}

fn suppliers(one: Option<SupplierInfo>, two: Option<SupplierInfo>) -> Option<SupplierInfo> {
    both(one, two, |one, two| SupplierInfo {
        phones: list(one.phones, two.phones),
        name: one.name.or(two.name),
        inn: one.inn.or(two.inn),
        document_id: one.document_id.or(two.document_id),
        payer_name: one.payer_name.or(two.payer_name),
        payer_ls: one.payer_ls.or(two.payer_ls),
        ls: one.ls.or(two.ls),
        bank_bic: one.bank_bic.or(two.bank_bic),
        bank_name: one.bank_name.or(two.bank_name),
        kpp: one.kpp.or(two.kpp),
        rs: one.rs.or(two.rs),
        commission: one.commission.or(two.commission),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::AgentType;

    fn phones(phone: &str) -> Vec<String> {
        vec![phone.to_owned()]
    }

    /// G-074: the position, then the shop's settings, then full prepayment of goods.
    #[test]
    fn the_position_beats_the_shop_and_the_shop_the_defaults() {
        let nothing = ItemAttributes::default();
        let said = |own: Option<&ItemAttributes>, shop: &ItemAttributes| {
            let receipt = ItemAttributes::on_receipt(own, None, shop);
            (receipt.payment_method.expect("said"), receipt.payment_object.expect("said"))
        };
        let defaults = (PaymentMethod::FullPrepayment, PaymentObject::Commodity);
        assert_eq!(said(None, &nothing), defaults);
        let shop = ItemAttributes::new(PaymentMethod::Advance, PaymentObject::Job);
        assert_eq!(said(None, &shop), (PaymentMethod::Advance, PaymentObject::Job));
        let own = ItemAttributes::default().with(|it| {
            it.payment_object = Some(PaymentObject::Service);
            it.nomenclature = Some("44 4D".into());
        });
        assert_eq!(said(Some(&own), &shop), (PaymentMethod::Advance, PaymentObject::Service));
        assert_eq!(said(Some(&own), &nothing).0, PaymentMethod::FullPrepayment);
        let receipt = ItemAttributes::on_receipt(Some(&own), None, &shop);
        assert_eq!(receipt.nomenclature, own.nomenclature);
    }

    /// G-086: the receipt data is for every position, and a position beats it where both speak.
    #[test]
    fn the_position_beats_the_receipt_data_of_the_cart() {
        let cart = OfdParams::new().with(|cart| {
            cart.agent_type = Some(AgentType::PayingAgent);
            cart.paying_phones = phones("+71");
            cart.mt_operator_name = Some("the cart's".into());
            cart.supplier_phones = phones("+72");
        });
        let own = ItemAttributes::default().with(|it| {
            it.agent_info = Some(AgentInfo::new(AgentType::OtherAgent).with(|agent| {
                agent.mt_operator =
                    Some(MtOperator { phones: phones("+73"), ..MtOperator::default() });
            }));
        });
        let shop = ItemAttributes::default().with(|it| {
            it.supplier_info = Some(SupplierInfo {
                phones: phones("+74"),
                name: Some("the shop's".into()),
                ..SupplierInfo::default()
            });
        });
        for own in [None, Some(&own)] {
            let receipt = ItemAttributes::on_receipt(own, Some(&cart), &shop);
            let agent = receipt.agent_info.expect("said");
            let kind = if own.is_some() { AgentType::OtherAgent } else { AgentType::PayingAgent };
            assert_eq!(agent.kind, kind);
            assert_eq!(agent.paying.expect("the cart's").phones, ["+71"]);
            let transfer = agent.mt_operator.expect("of both");
            assert_eq!(transfer.name.as_deref(), Some("the cart's"));
            let want: &[&str] = if own.is_some() { &["+73"] } else { &[] };
            assert_eq!(transfer.phones, want);
            let supplier = receipt.supplier_info.expect("of both");
            assert_eq!(supplier.phones, ["+72"], "the cart beats the shop");
            assert_eq!(supplier.name.as_deref(), Some("the shop's"));
        }
        let none = ItemAttributes::on_receipt(None, Some(&OfdParams::new()), &own);
        assert_eq!(none.agent_info, own.agent_info, "the shop's own");
        assert_eq!(none.supplier_info, None);
    }
}
