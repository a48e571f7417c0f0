//! Receipt data for all positions of a cart (documents/003, `additionalOfdParams`).

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{AgentType, Personal, Rule, Rules, write::Digits as _};
use crate::{Invalid, limit};

/// Receipt data for all positions of a cart; `itemAttributes` of a position beats it (G-086).
///
/// It stands in JSON as one flat object whose names hold dots, as the table prints them:
/// `{"agent_info.type": 7, "client.email": ".."}`. The documents show one sample with a plain name
/// alone; programs of other merchants of the same platform send it in this form.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct OfdParams {
    /// `agent_info.type`: kind of agent.
    pub agent_type: Option<AgentType>,
    /// `agent_info.paying.operation`: operation of the paying agent, 1 to 24 characters.
    pub paying_operation: Option<String>,
    /// `agent_info.paying.phones`: phones as `+` and digits.
    pub paying_phones: Vec<String>,
    /// `agent_info.paymentsoperator.phones`: phones as `+` and digits.
    pub payments_operator_phones: Vec<String>,
    /// `agent_info.mtoperator.address`: address of the transfer operator, 1 to 256 characters.
    pub mt_operator_address: Option<String>,
    /// `agent_info.MTOperator.inn`: taxpayer number of the transfer operator.
    pub mt_operator_inn: Option<String>,
    /// `agent_info.mtoperator.name`: name of the transfer operator, 1 to 256 characters.
    pub mt_operator_name: Option<String>,
    /// `agent_info.mtoperator.phones`: phones as `+` and digits.
    pub mt_operator_phones: Vec<String>,
    /// `supplier_info.phones`: phones as `+` and digits.
    pub supplier_phones: Vec<String>,
    /// `cashier`: name of the cashier, 1 to 256 characters.
    pub cashier: Option<Personal>,
    /// `additional_check_props`: further property of the receipt, 1 to 16 characters.
    pub additional_check_props: Option<String>,
    /// `additional_user_props.name`: name of a further property, 1 to 24 characters.
    pub user_props_name: Option<String>,
    /// `additional_user_props.value`: value of the further property, 1 to 24 characters.
    pub user_props_value: Option<String>,
    /// `cashier_inn`: taxpayer number of the cashier.
    pub cashier_inn: Option<Personal>,
    /// `client.address`: address of the customer, 1 to 256 characters.
    pub client_address: Option<Personal>,
    /// `client.birth_date`: birth date of the customer, `dd.mm.yyyy`.
    pub client_birth_date: Option<Personal>,
    /// `client.citizenship`: numeric code of a country, three digits.
    pub client_citizenship: Option<String>,
    /// `client.document_code`: numeric code of the kind of document, two digits, 21 for a Russian
    /// passport.
    pub client_document_code: Option<String>,
    /// `client.passport_number`: series, a blank and number, 11 characters.
    pub client_passport_number: Option<Personal>,
    /// `client.email`: e-mail of the customer, 1 to 64 characters; or else the phone.
    pub client_email: Option<Personal>,
    /// `client.phone`: phone of the customer with country code, only digits and `+`, at most 19
    /// characters; or else the e-mail.
    pub client_phone: Option<Personal>,
    /// `client.inn`: taxpayer number of the customer, 12 digits.
    pub client_inn: Option<Personal>,
    /// `client.name`: name of the customer, 1 to 256 characters.
    pub client_name: Option<Personal>,
    /// `operatingcheckprops.name`: "0" until the tax service defines it (G-091).
    pub operating_name: Option<String>,
    /// `operatingcheckprops.timestamp`: `dd.mm.yyyy HH:MM:SS`.
    pub operating_timestamp: Option<String>,
    /// `operatingcheckprops.value`: data of the operation, 1 to 64 characters.
    pub operating_value: Option<String>,
    /// `sectoralcheckprops.date`: day of the normative act, `dd.mm.yyyy`.
    pub sectoral_date: Option<String>,
    /// `sectoralcheckprops.federalid`: the federal body.
    pub sectoral_federal_id: Option<String>,
    /// `sectoralcheckprops.number`: number of the normative act, at most 32 characters.
    pub sectoral_number: Option<String>,
    /// `sectoralcheckprops.value`: value of the sectoral property, 1 to 256 characters.
    pub sectoral_value: Option<String>,
    /// `company.automat_number`: number of the vending machine.
    pub company_automat_number: Option<String>,
    /// `company.location`: place of settlement.
    pub company_location: Option<String>,
    /// `company.payment_address`: address of settlement.
    pub company_payment_address: Option<String>,
    /// `use_legacy_vat`: lets an outdated VAT rate pass.
    pub use_legacy_vat: Option<bool>,
}

/// How four names of [`OfdParams`] are spelled: the table and its own neighbours disagree (G-094).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OfdSpelling {
    /// As documents/003 prints them: `agent_info.paymentsoperator.phones`,
    /// `agent_info.mtoperator.name`, `.address` and `.phones`.
    #[default]
    Printed,
    /// As sibling banks write them: `agent_info.paymentsOperator.phones`,
    /// `agent_info.MTOperator.name`, `.address` and `.phones`.
    MixedCase,
}

/// [`OfdParams`] with the spelling in which they are written.
#[derive(Clone, Copy, Debug)]
pub struct Spelled<'a> {
    params: &'a OfdParams,
    spelling: OfdSpelling,
}

impl OfdParams {
    /// Nothing is set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets fields.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The same data, to be written in this spelling.
    pub const fn spelled(&self, spelling: OfdSpelling) -> Spelled<'_> {
        Spelled { params: self, spelling }
    }

    /// Checks limits and the rules that are on by default.
    ///
    /// # Errors
    ///
    /// The first field that breaks a limit or a rule, by its wire path under `path`.
    pub fn validate(&self, path: &str) -> Result<(), Invalid> {
        self.validate_with(path, Rules::default())
    }

    /// Checks limits and the given rules.
    ///
    /// # Errors
    ///
    /// The first field that breaks a limit or a rule, by its wire path under `path`.
    pub fn validate_with(&self, path: &str, rules: Rules) -> Result<(), Invalid> {
        self.check_lengths()
            .and_then(|()| self.check_phones(rules))
            .and_then(|()| self.check_client(rules))
            .and_then(|()| self.check_forms(rules))
            .map_err(|wrong| wrong.under(path))
    }

    fn check_lengths(&self) -> Result<(), Invalid> {
        limit::opt_chars("agent_info.paying.operation", &self.paying_operation, 1, 24)?;
        limit::opt_chars("agent_info.mtoperator.address", &self.mt_operator_address, 1, 256)?;
        limit::opt_chars("agent_info.mtoperator.name", &self.mt_operator_name, 1, 256)?;
        limit::opt_chars("cashier", &self.cashier, 1, 256)?;
        limit::opt_chars("additional_check_props", &self.additional_check_props, 1, 16)?;
        limit::opt_chars("additional_user_props.name", &self.user_props_name, 1, 24)?;
        limit::opt_chars("additional_user_props.value", &self.user_props_value, 1, 24)?;
        limit::opt_chars("client.address", &self.client_address, 1, 256)?;
        limit::opt_chars("client.birth_date", &self.client_birth_date, 10, 10)?;
        limit::opt_chars("client.citizenship", &self.client_citizenship, 3, 3)?;
        limit::opt_chars("client.document_code", &self.client_document_code, 2, 2)?;
        limit::opt_chars("client.passport_number", &self.client_passport_number, 11, 11)?;
        limit::opt_chars("client.email", &self.client_email, 1, 64)?;
        limit::opt_chars("client.phone", &self.client_phone, 1, 19)?;
        limit::opt_chars("client.inn", &self.client_inn, 12, 12)?;
        limit::opt_chars("client.name", &self.client_name, 1, 256)?;
        limit::opt_chars("operatingcheckprops.timestamp", &self.operating_timestamp, 1, 19)?;
        limit::opt_chars("operatingcheckprops.value", &self.operating_value, 1, 64)?;
        limit::opt_chars("sectoralcheckprops.date", &self.sectoral_date, 10, 10)?;
        limit::opt_chars("sectoralcheckprops.number", &self.sectoral_number, 1, 32)?;
        limit::opt_chars("sectoralcheckprops.value", &self.sectoral_value, 1, 256)
    }

    fn check_phones(&self, rules: Rules) -> Result<(), Invalid> {
        use super::cart::plus_phones;
        plus_phones("agent_info.paying.phones", &self.paying_phones, rules)?;
        let operator = &self.payments_operator_phones;
        plus_phones("agent_info.paymentsoperator.phones", operator, rules)?;
        plus_phones("agent_info.mtoperator.phones", &self.mt_operator_phones, rules)?;
        plus_phones("supplier_info.phones", &self.supplier_phones, rules)
    }

    fn check_client(&self, rules: Rules) -> Result<(), Invalid> {
        let both = self.client_email.is_some() && self.client_phone.is_some();
        let text = "must not be sent beside client.phone";
        rules.ensure(Rule::OneContact, || !both, "client.email", text)?;
        let mail = || is(&self.client_email, limit::is_email);
        rules.ensure(Rule::Email, mail, "client.email", "must be an e-mail address")?;
        let number = |phone: &str| limit::all_digits(phone.strip_prefix('+').unwrap_or(phone));
        let text = "must hold only digits, after + or nothing";
        rules.ensure(Rule::Phone, || is(&self.client_phone, number), "client.phone", text)?;
        let text = "must be a day as dd.mm.yyyy";
        let day = || is(&self.client_birth_date, limit::is_day);
        rules.ensure(Rule::ReceiptDates, day, "client.birth_date", text)?;
        let text = "must be digits";
        let code = || is(&self.client_citizenship, limit::all_digits);
        rules.ensure(Rule::NumericCodes, code, "client.citizenship", text)?;
        let code = || is(&self.client_document_code, limit::all_digits);
        rules.ensure(Rule::NumericCodes, code, "client.document_code", text)?;
        let inn = || is(&self.client_inn, limit::is_inn);
        rules.ensure(Rule::Inn, inn, "client.inn", "must be 12 digits")
    }

    fn check_forms(&self, rules: Rules) -> Result<(), Invalid> {
        let text = "must be 10 or 12 digits";
        let inn = || is(&self.mt_operator_inn, limit::is_inn);
        rules.ensure(Rule::Inn, inn, "agent_info.MTOperator.inn", text)?;
        let inn = || is(&self.cashier_inn, limit::is_inn);
        rules.ensure(Rule::Inn, inn, "cashier_inn", text)?;
        let text = "must be a day and time as dd.mm.yyyy HH:MM:SS";
        let moment = || is(&self.operating_timestamp, limit::is_day_and_time);
        rules.ensure(Rule::ReceiptDates, moment, "operatingcheckprops.timestamp", text)?;
        let text = "must be a day as dd.mm.yyyy";
        let day = || is(&self.sectoral_date, limit::is_day);
        rules.ensure(Rule::ReceiptDates, day, "sectoralcheckprops.date", text)?;
        let zero = || is(&self.operating_name, |name| name == "0");
        let text = "must be 0 until the tax service defines it";
        rules.ensure(Rule::NumericCodes, zero, "operatingcheckprops.name", text)
    }
}

/// Whether a value is of a form, if it is there.
fn is<T: AsRef<str>>(value: &Option<T>, form: impl FnOnce(&str) -> bool) -> bool {
    value.as_ref().is_none_or(|value| form(value.as_ref()))
}

impl Serialize for OfdParams {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.spelled(OfdSpelling::default()).serialize(to)
    }
}

impl Serialize for Spelled<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        self.agent(&mut map)?;
        self.user(&mut map)?;
        self.client(&mut map)?;
        self.props(&mut map)?;
        map.end()
    }
}

fn put<M: SerializeMap, T: Serialize>(
    map: &mut M,
    name: &str,
    value: &Option<T>,
) -> Result<(), M::Error> {
    value.as_ref().map_or(Ok(()), |value| map.serialize_entry(name, value))
}

fn put_list<M: SerializeMap>(map: &mut M, name: &str, list: &[String]) -> Result<(), M::Error> {
    if list.is_empty() { Ok(()) } else { map.serialize_entry(name, list) }
}

/// A code as a JSON number.
struct Number<'a>(&'a AgentType);

impl Serialize for Number<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        super::write::digits(self.0.digits(), to)
    }
}

impl Spelled<'_> {
    fn agent<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let [payments, address, name, phones] = match self.spelling {
            OfdSpelling::Printed => [
                "agent_info.paymentsoperator.phones",
                "agent_info.mtoperator.address",
                "agent_info.mtoperator.name",
                "agent_info.mtoperator.phones",
            ],
            OfdSpelling::MixedCase => [
                "agent_info.paymentsOperator.phones",
                "agent_info.MTOperator.address",
                "agent_info.MTOperator.name",
                "agent_info.MTOperator.phones",
            ],
        };
        let this = self.params;
        put(map, "agent_info.type", &this.agent_type.as_ref().map(Number))?;
        put(map, "agent_info.paying.operation", &this.paying_operation)?;
        put_list(map, "agent_info.paying.phones", &this.paying_phones)?;
        put_list(map, payments, &this.payments_operator_phones)?;
        put(map, address, &this.mt_operator_address)?;
        put(map, "agent_info.MTOperator.inn", &this.mt_operator_inn)?;
        put(map, name, &this.mt_operator_name)?;
        put_list(map, phones, &this.mt_operator_phones)?;
        put_list(map, "supplier_info.phones", &this.supplier_phones)
    }

    fn user<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let this = self.params;
        put(map, "cashier", &this.cashier)?;
        put(map, "additional_check_props", &this.additional_check_props)?;
        put(map, "additional_user_props.name", &this.user_props_name)?;
        put(map, "additional_user_props.value", &this.user_props_value)?;
        put(map, "cashier_inn", &this.cashier_inn)
    }

    fn client<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let this = self.params;
        put(map, "client.address", &this.client_address)?;
        put(map, "client.birth_date", &this.client_birth_date)?;
        put(map, "client.citizenship", &this.client_citizenship)?;
        put(map, "client.document_code", &this.client_document_code)?;
        put(map, "client.passport_number", &this.client_passport_number)?;
        put(map, "client.email", &this.client_email)?;
        put(map, "client.phone", &this.client_phone)?;
        put(map, "client.inn", &this.client_inn)?;
        put(map, "client.name", &this.client_name)
    }

    fn props<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let this = self.params;
        put(map, "operatingcheckprops.name", &this.operating_name)?;
        put(map, "operatingcheckprops.timestamp", &this.operating_timestamp)?;
        put(map, "operatingcheckprops.value", &this.operating_value)?;
        put(map, "sectoralcheckprops.date", &this.sectoral_date)?;
        put(map, "sectoralcheckprops.federalid", &this.sectoral_federal_id)?;
        put(map, "sectoralcheckprops.number", &this.sectoral_number)?;
        put(map, "sectoralcheckprops.value", &this.sectoral_value)?;
        put(map, "company.automat_number", &this.company_automat_number)?;
        put(map, "company.location", &this.company_location)?;
        put(map, "company.payment_address", &this.company_payment_address)?;
        put(map, "use_legacy_vat", &this.use_legacy_vat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(change: impl FnOnce(&mut OfdParams)) -> Invalid {
        let params = OfdParams::new().with(change);
        params.validate("additionalOfdParams").expect_err("breaks a rule")
    }

    /// G-094: four names are spelled as the table prints them, or as its neighbours do.
    #[test]
    fn both_spellings() {
        let params = OfdParams::new().with(|params| {
            params.agent_type = Some(AgentType::OtherAgent);
            params.payments_operator_phones = vec!["+71111111111".into()];
            params.mt_operator_inn = Some("0123456789".into());
            params.mt_operator_name = Some("operator".into());
            params.additional_check_props = Some("test".into());
            params.use_legacy_vat = Some(true);
        });
        assert_eq!(params.validate("additionalOfdParams"), Ok(()));
        insta::assert_snapshot!(
            serde_json::to_string(&params).expect("writes"),
            @r#"{"agent_info.type":7,"agent_info.paymentsoperator.phones":["+71111111111"],"agent_info.MTOperator.inn":"0123456789","agent_info.mtoperator.name":"operator","additional_check_props":"test","use_legacy_vat":true}"#
        );
        insta::assert_snapshot!(
            serde_json::to_string(&params.spelled(OfdSpelling::MixedCase)).expect("writes"),
            @r#"{"agent_info.type":7,"agent_info.paymentsOperator.phones":["+71111111111"],"agent_info.MTOperator.inn":"0123456789","agent_info.MTOperator.name":"operator","additional_check_props":"test","use_legacy_vat":true}"#
        );
    }

    /// G-087, G-088: one way to reach the customer; its phone holds digits and `+` alone.
    #[test]
    fn one_contact() {
        let refused = refusal(|params| {
            params.client_email = Some("test@test.com".into());
            params.client_phone = Some("+37121234567".into());
        });
        assert_eq!(refused.field(), "additionalOfdParams.client.email");
        assert_eq!(refused.name(), Some("one-contact"));
        let refused = refusal(|params| params.client_phone = Some("+371 2 1234567".into()));
        assert_eq!(refused.field(), "additionalOfdParams.client.phone");
        let phone = OfdParams::new().with(|it| it.client_phone = Some("+37121234567".into()));
        assert_eq!(phone.validate("additionalOfdParams"), Ok(()));
    }

    /// G-089, G-090, G-091: forms of dates and codes.
    #[test]
    fn dates_and_codes() {
        let right = OfdParams::new().with(|params| {
            params.client_birth_date = Some("31.12.1990".into());
            params.client_citizenship = Some("643".into());
            params.client_document_code = Some("21".into());
            params.client_passport_number = Some("2222 888888".into());
            params.operating_name = Some("0".into());
            params.operating_timestamp = Some("01.02.2027 03:04:05".into());
            params.sectoral_date = Some("01.02.2027".into());
        });
        assert_eq!(right.validate("additionalOfdParams"), Ok(()));
        assert!(!format!("{right:?}").contains("2222"), "the passport does not show");
        type Change = fn(&mut OfdParams);
        let table: [(Change, &str); 7] = [
            (|it| it.client_birth_date = Some("1990-12-31".into()), "client.birth_date"),
            (|it| it.client_citizenship = Some("RUS".into()), "client.citizenship"),
            (|it| it.client_document_code = Some("2".into()), "client.document_code"),
            (|it| it.client_passport_number = Some("2222888888".into()), "client.passport_number"),
            (|it| it.operating_name = Some("1".into()), "operatingcheckprops.name"),
            (
                |it| it.operating_timestamp = Some("01.02.2027".into()),
                "operatingcheckprops.timestamp",
            ),
            (|it| it.sectoral_date = Some("01.13.2027".into()), "sectoralcheckprops.date"),
        ];
        for (change, field) in table {
            assert_eq!(refusal(change).field(), format!("additionalOfdParams.{field}"));
        }
    }
}
