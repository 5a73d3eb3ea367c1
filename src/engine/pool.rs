//! A memory pool in which exchanges between partitions never spill.
//!
//! DataFusion 55's RepartitionExec can deadlock once two of its inputs have spilled: every thread parks, and the query
//! neither returns nor fails. Its buffers are small and drained at once, so it may exceed the limit (its bytes still
//! count). The operators that hold real memory, sorts and aggregates, spill as before.

use std::fmt;

use datafusion::error::Result;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation};

/// Prefix of the names of exchange reservations.
const EXCHANGE: &str = "RepartitionExec";

/// Wraps another pool.
#[derive(Debug)]
pub(super) struct ExchangeFriendlyPool<P> {
    inner: P,
}

impl<P> ExchangeFriendlyPool<P> {
    pub(super) fn new(inner: P) -> Self {
        Self { inner }
    }
}

impl<P: MemoryPool> fmt::Display for ExchangeFriendlyPool<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.inner, f)
    }
}

impl<P: MemoryPool> MemoryPool for ExchangeFriendlyPool<P> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.inner.register(consumer);
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.inner.unregister(consumer);
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.inner.grow(reservation, additional);
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.inner.shrink(reservation, shrink);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        let granted = self.inner.try_grow(reservation, additional);
        if granted.is_err() && reservation.consumer().name().starts_with(EXCHANGE) {
            self.inner.grow(reservation, additional);
            return Ok(());
        }
        granted
    }

    fn reserved(&self) -> usize {
        self.inner.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        self.inner.memory_limit()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::execution::memory_pool::FairSpillPool;

    use super::*;

    #[test]
    fn only_exchanges_may_exceed_the_limit() {
        let pool: Arc<dyn MemoryPool> = Arc::new(ExchangeFriendlyPool::new(FairSpillPool::new(100)));
        let exchange = MemoryConsumer::new("RepartitionExec[0]").with_can_spill(true).register(&pool);
        let sort = MemoryConsumer::new("ExternalSorter[0]").with_can_spill(true).register(&pool);
        exchange.try_grow(1000).unwrap();
        assert_eq!(pool.reserved(), 1000);
        assert!(sort.try_grow(1000).is_err());
        drop(exchange);
        assert_eq!(pool.reserved(), 0);
    }
}
