//! What an order is: statuses, action codes and the other value lists that answers and callbacks share.
