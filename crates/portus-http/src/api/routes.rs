//! The table of routes: a router, and a list of what it holds to check the document against.

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, delete, get, patch, post, put};

use crate::Shared;

type State = Arc<Shared>;

/// Routes, one method of one path at a time.
#[derive(Default)]
pub(super) struct Routes {
    router: Router<State>,
    known: Vec<(&'static str, &'static str)>,
}

macro_rules! methods {
    ($($method:ident)*) => {$(
        pub(super) fn $method<H, T>(self, path: &'static str, handler: H) -> Self
        where
            H: Handler<T, State>,
            T: 'static,
        {
            self.add(stringify!($method), path, $method(handler))
        }
    )*};
}

impl Routes {
    methods!(delete get patch post put);

    fn add(
        mut self,
        method: &'static str,
        path: &'static str,
        handler: MethodRouter<State>,
    ) -> Self {
        self.known.push((method, path));
        Self { router: self.router.route(path, handler), known: self.known }
    }

    pub(super) fn into_router(self) -> Router<State> {
        self.router
    }

    /// Method and path of each, as the router has them.
    #[cfg(test)]
    pub(super) fn known(&self) -> &[(&'static str, &'static str)] {
        &self.known
    }
}
