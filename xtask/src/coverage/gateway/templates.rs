//! Payment links: requests with every field set and what the answers show.

use bytes::Bytes;
use gateway_rest::{
    Context, Credentials, Profile,
    order::language::Language,
    templates::{
        AdditionalParam, Commission, CreateTemplate, ListTemplates, ParamChange, QrTemplate,
        ReadTemplate, TemplateAmount, TemplateSpelling, UpdateTemplate, Validity,
    },
};
use payments_core::{
    Currency, Endpoint, Minor, Prepared,
    id::TemplateId,
    order::{Decimal, TemplateParamMode, TemplateStatus},
    time::{LocalDateTime, UnixMillis},
};

use super::{blocks, by_login, merchant};
use crate::{coverage::Sent, project::Outcome};

type Answer = http::Response<Bytes>;

fn link() -> TemplateId {
    TemplateId::from_bank("umoPoMUCbGrsKRKT")
}

fn qr() -> Option<QrTemplate> {
    Some(QrTemplate::png(150, 150).with(|qr| {
        qr.payment_purpose = Some("A gift".into());
        qr.qrc_id = Some("17".into());
    }))
}

fn field() -> AdditionalParam {
    AdditionalParam::new("Size", "size", true).with(|it| {
        it.placeholder = Some("42".into());
        it.regexp = Some("\\w+".into());
        it.value = Some("41".into());
        it.visible = Some(true);
    })
}

fn fees() -> [Commission; 2] {
    let range = Commission::percentage(Minor::new(14), Minor::new(1400), Decimal::new(33, 1));
    [range, Commission::fixed(Minor::new(34))]
}

fn dates() -> Outcome<[Option<LocalDateTime>; 2]> {
    Ok([Some("2027-01-02T03:04:05".parse()?), Some("2027-02-02T03:04:05".parse()?)])
}

fn create_request() -> CreateTemplate {
    CreateTemplate::new("gift", "A gift", TemplateAmount::PayerChooses)
}

pub(super) fn create() -> Outcome<Vec<Sent>> {
    let [start, end] = dates()?;
    let mut request = create_request();
    request.amount = TemplateAmount::exactly(blocks::AMOUNT)?;
    request.pre_auth = Some(true);
    request.currency = Some(Currency::RUB);
    request.description = Some("A gift".into());
    (request.start_date, request.end_date) = (start, end);
    request.description_for_client = Some("For you".into());
    request.single_payment = Some(true);
    request.additional_params = vec![field()];
    request.qr_template = qr();
    request.language = Some(Language::English);
    let with = |fee| by_login(&request.clone().with(|it| it.commission = Some(fee)));
    fees().into_iter().map(with).collect()
}

pub(super) fn create_shown(answer: &Answer) -> Option<String> {
    create_request().parse(answer).ok().map(|value| format!("{value:?}"))
}

pub(super) fn read() -> Outcome<Vec<Sent>> {
    Ok(vec![by_login(&ReadTemplate::new(link()).with(|it| it.qr_template = qr()))?])
}

pub(super) fn read_shown(answer: &Answer) -> Option<String> {
    ReadTemplate::new(link()).parse(answer).ok().map(|value| format!("{value:?}"))
}

pub(super) fn update() -> Outcome<Vec<Sent>> {
    let [start, end] = dates()?;
    let amount = TemplateAmount::exactly(blocks::AMOUNT)?;
    let add = ParamChange::add(field()).with(|it| it.mode = Some(TemplateParamMode::Add));
    let dated = UpdateTemplate::new(link()).with(|request| {
        request.name = Some("gift".into());
        request.pre_auth = Some(true);
        request.status = Some(TemplateStatus::Active);
        request.amount = Some(amount);
        request.currency = Some(Currency::RUB);
        request.description = Some("A gift".into());
        request.validity = Some(Validity::Dates { start, end });
        request.name_for_client = Some("A gift".into());
        request.description_for_client = Some("For you".into());
        request.single_payment = Some(true);
        request.additional_params = vec![add];
        request.qr_template = qr();
        request.language = Some(Language::English);
    });
    let free = dated.clone().with(|request| {
        request.amount = Some(TemplateAmount::PayerChooses);
        request.validity = Some(Validity::Indefinite);
    });
    let requests = [dated, free].into_iter().zip(fees());
    requests.map(|(it, fee)| by_login(&it.with(|it| it.commission = Some(fee)))).collect()
}

pub(super) fn update_shown(answer: &Answer) -> Option<String> {
    UpdateTemplate::new(link()).parse(answer).ok().map(|value| format!("{value:?}"))
}

/// At a bank that spells the merchant as the table prints it.
pub(super) fn list() -> Outcome<Vec<Sent>> {
    let merchant = merchant()?;
    let request = ListTemplates::of_status(TemplateStatus::Active).with(|it| {
        it.merchant_login = merchant;
        it.qr_template = qr();
    });
    let profile = Profile::vtb_test().with(|it| it.templates = TemplateSpelling::TABLES);
    let login = Credentials::login("test_user", "test_user_password")?;
    match request.prepare(&Context::new(&profile, &login, UnixMillis::new(0)))? {
        Prepared::Ready(outgoing) => Ok(vec![outgoing.into_request()]),
        Prepared::ToSign(_) => Err("the request waits for a signature".into()),
    }
}

pub(super) fn list_shown(answer: &Answer) -> Option<String> {
    ListTemplates::active().parse(answer).ok().map(|value| format!("{value:?}"))
}
