//! What every store promises, run against those that need nothing but this process. `postgres.rs` runs the same against
//! a database server.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod suite;

use authscope_store::{MemoryStore, OpenOptions, SqliteStore};
use std::sync::Arc;

/// Runs each named test against each store.
macro_rules! contract {
    ($($test:ident,)*) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::suite::$test(super::Arc::new(super::MemoryStore::new())).await;
            })*
        }
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let folder = tempfile::tempdir().unwrap();
                let options = super::OpenOptions::new(folder.path());
                let store = super::SqliteStore::open(options).await.unwrap();
                super::suite::$test(super::Arc::new(store.clone())).await;
                store.close().await;
            })*
        }
    };
}

suite::each_promise!(contract);
