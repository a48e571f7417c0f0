//! Absolute figures of what the client does around the network: `cargo bench -p gateway-rest`.

use bytes::Bytes;
use divan::{Bencher, black_box};
use gateway_rest::{
    Context, Credentials, Profile,
    order::{register::Register, status::OrderStatus},
};
use payments_core::{
    Endpoint as _, Minor,
    id::{OrderId, OrderNumber},
    time::UnixMillis,
};

fn main() {
    divan::main();
}

/// The largest documented answer, every field filled.
#[divan::bench]
fn parse_full_status(bencher: Bencher<'_, '_>) {
    let body = include_str!("../../../testdata/wire/gateway/getOrderStatusExtended.json");
    let answer = http::Response::new(Bytes::from_static(body.as_bytes()));
    let request = OrderStatus::of_order(OrderId::from_bank("01491d0b-c848-7dd6-a20d-e96900a7d8c0"));
    bencher.bench(|| request.parse(black_box(&answer)).is_ok());
}

/// A registration without a cart, checked and encoded.
#[divan::bench]
fn prepare_registration(bencher: Bencher<'_, '_>) {
    let profile = Profile::vtb_test();
    let credentials = Credentials::login("test_user", "test_user_password");
    let (Ok(credentials), Ok(number), Ok(back)) =
        (credentials, OrderNumber::new("7005"), "https://shop.example/back".parse())
    else {
        return;
    };
    let context = Context::new(&profile, &credentials, UnixMillis::new(0));
    let request = Register::new(number, Minor::new(2000), back);
    bencher.bench(|| black_box(&request).prepare(&context).is_ok());
}
