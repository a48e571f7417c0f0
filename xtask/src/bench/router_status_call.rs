//! A status call of the router through the whole client, against hyper-util and serde_json by hand, in
//! the way of `status_call`.

use std::{error::Error, hint::black_box};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use payments_core::id::OrderId;
use router_json::{Client, Credentials, Profile, order::status::OrderStatus};
use serde::{Deserialize, Serialize};

use super::{
    measure::Measured,
    plain_status::PlainStatus,
    status_call::{ByHand, measure_at, plain, rounds, sample, transport},
};
use crate::project::Outcome;

/// The word by which the pinned process is started.
pub(super) const CHILD: &str = "router_status_call-client";

const ORDER: &str = "01491d0b-c848-7dd6-a20d-e96900a7d8c0";

pub(super) fn measure() -> Result<Measured, Box<dyn Error>> {
    measure_at(CHILD, wrapped()?)
}

/// The router's wrapper around a bank's report, which is the sample of the gateway's document.
fn wrapped() -> Result<Bytes, Box<dyn Error>> {
    let report = String::from_utf8(sample().to_vec())?;
    let state = r#""state": "DEPOSITED", "depositedAmount": 2000"#;
    Ok(Bytes::from(format!(r#"{{{state}, "orderStatusResultModel": {report}}}"#)))
}

/// The pinned process.
pub(super) fn child(words: &[String]) -> Outcome {
    let port: u16 = words.get(1).ok_or("a port is missing")?.parse()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let base = format!("http://127.0.0.1:{port}/v1/");
        let credentials = Credentials::login("test_user", "test_user_password")?;
        let profile = Profile::at("bench", &base)?;
        let ours = Client::builder(profile, credentials, transport()?).build();
        let plain = plain();
        let uri: http::Uri = format!("{base}getOrderStatusExtended.do").parse()?;
        rounds(|| call_ours(ours.clone()), || call_plain(plain.clone(), uri.clone())).await;
        Ok(())
    })
}

async fn call_ours(client: Client) {
    let request = OrderStatus::of_order(OrderId::from_bank(ORDER));
    let answer = client.call(&request).await.expect("the sample parses");
    assert_eq!(answer.order_number().map(|number| number.as_str()), Some("7005"));
    black_box(answer);
}

/// What a programmer in a hurry sends.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Question<'a> {
    user_name: &'a str,
    password: &'a str,
    order_id: &'a str,
}

/// What he reads: the wrapper, plainly typed.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Answer {
    error_code: Option<String>,
    error_message: Option<String>,
    state: Option<String>,
    deposited_amount: Option<u64>,
    binding_id: Option<String>,
    order_status_result_model: PlainStatus,
}

async fn call_plain(client: ByHand, uri: http::Uri) {
    let (user_name, password) = ("test_user", "test_user_password");
    let body = serde_json::to_vec(&Question { user_name, password, order_id: ORDER });
    let request = http::Request::post(uri)
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body.expect("text"))))
        .expect("valid");
    let answer = client.request(request).await.expect("the server answers");
    let body = answer.into_body().collect().await.expect("the body comes").to_bytes();
    let answer: Answer = serde_json::from_slice(&body).expect("the sample parses");
    assert_eq!(answer.order_status_result_model.order_number.as_deref(), Some("7005"));
    let Answer { error_code, error_message, state, deposited_amount, binding_id, .. } = &answer;
    black_box((error_code, error_message, state, deposited_amount, binding_id));
    black_box(answer);
}
