//! Waiting until it is known how the payment of an order ended.

use payments_core::{Answer, time::UnixMillis};
use payments_http::{Poll, poll::Time};

use crate::{
    Client,
    order::status::{OrderReport, OrderStatus},
};

impl Client {
    /// Asks for an order at growing intervals until it is known how its payment ended, or until its
    /// lifetime ends, which is when `until` says: 20 minutes after registration unless that or the
    /// bank's settings say otherwise.
    ///
    /// A callback that is proven genuine ends the waiting at once, if it is given the
    /// [`callbacks`](Poll::callbacks); `payments_notify`'s `Event::standing` says what each means.
    /// Time passes by the client's clock.
    ///
    /// Paid is an order that is held or debited. [`Outcome::Unknown`](payments_core::poll::Outcome) is
    /// no failure: somebody may have paid at the last moment.
    ///
    /// ```no_run
    /// # async fn wait(client: gateway_rest::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    /// use gateway_rest::order::status::OrderStatus;
    /// use payments_core::{id::OrderId, poll::Outcome};
    ///
    /// let order = OrderStatus::of_order(OrderId::from_bank("70906e55-7114-41d6-8332-4609dc6590f4"));
    /// let until = client.now().plus(Duration::from_secs(20 * 60));
    /// let polled = client.poll(order, until).outcome().await?;
    /// if polled.outcome == Outcome::Paid {
    ///     println!("paid");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn poll(&self, order: OrderStatus, until: UnixMillis) -> Poll<'static, Box<OrderReport>> {
        let (client, clock) = (self.clone(), self.clone());
        let ask = move || {
            let (client, order) = (client.clone(), order.clone());
            Box::pin(async move { client.call(&order).await.map(Answer::into_inner) }) as _
        };
        Poll::new(Time::tokio(move || clock.now()), until, ask, |report| (report.standing(), None))
    }
}
