//! The blocks about the payer that registrations and payments share, borrowed from a request.

use payments_core::{
    Invalid, limit,
    order::{
        AddressMatchIndicator, Rules,
        payer::{BillingPayerData, OrderPayerData, PreOrderPayerData, ShippingPayerData},
    },
};

use crate::encode::{Form, json::JsonBody};

/// The blocks about the payer and the mark whether both addresses are the same.
#[derive(Clone, Copy)]
pub(crate) struct PayerBlocks<'a> {
    pub(crate) billing: Option<&'a BillingPayerData>,
    pub(crate) shipping: Option<&'a ShippingPayerData>,
    pub(crate) pre_order: Option<&'a PreOrderPayerData>,
    pub(crate) order: Option<&'a OrderPayerData>,
    pub(crate) address_match: Option<&'a AddressMatchIndicator>,
}

const MATCH: &str = "billingAndShippingAddressMatchIndicator";

impl<'a> PayerBlocks<'a> {
    pub(crate) fn validate(self, rules: Rules) -> Result<(), Invalid> {
        BillingPayerData::validate_verifiable(self.billing, "billingPayerData", rules)?;
        if let Some(data) = self.billing {
            data.validate("billingPayerData")?;
        }
        if let Some(data) = self.shipping {
            data.validate_with("shippingPayerData", rules)?;
        }
        if let Some(data) = self.pre_order {
            data.validate("preOrderPayerData")?;
        }
        if let Some(data) = self.order {
            data.validate_with("orderPayerData", rules)?;
        }
        let one = self.address_match.map(AddressMatchIndicator::as_str);
        limit::opt_chars(MATCH, &one, 1, 1)
    }

    /// Puts each block into a form as JSON text.
    pub(crate) fn put_into_form(self, form: &mut Form<'a>) -> Result<(), Invalid> {
        form.opt_json("billingPayerData", self.billing)?;
        form.opt_json("shippingPayerData", self.shipping)?;
        form.opt_json("preOrderPayerData", self.pre_order)?;
        form.opt_json("orderPayerData", self.order)?;
        form.opt(MATCH, self.address_match.map(AddressMatchIndicator::as_str));
        Ok(())
    }

    /// Puts each block into a JSON body as an object.
    pub(crate) fn put_into_json(self, body: &mut JsonBody<'_>) -> Result<(), Invalid> {
        body.opt("billingPayerData", self.billing)?;
        body.opt("shippingPayerData", self.shipping)?;
        body.opt("preOrderPayerData", self.pre_order)?;
        body.opt("orderPayerData", self.order)?;
        body.opt(MATCH, self.address_match.map(AddressMatchIndicator::as_str))
    }
}
