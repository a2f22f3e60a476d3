//! Exceptions to opening hours: closed days, days with hours of their own, stretches of
//! maintenance.

mod body;
mod covered;
mod many;
mod one;

use axum::routing::{delete, get, post};

use super::{Routes, unexpected};

pub(crate) use body::ExceptionBody;
pub(crate) use covered::__path_covered;
pub(crate) use many::__path_add_to_many;
pub(crate) use one::{__path_add, __path_list, __path_remove};

pub(super) fn routes() -> Routes {
    Routes::default()
        .at("/v1/exceptions", post(many::add_to_many))
        .at(
            "/v1/resources/{resourceId}/exceptions",
            get(one::list).post(one::add),
        )
        .at(
            "/v1/resources/{resourceId}/exceptions/bookings",
            get(covered::covered),
        )
        .at(
            "/v1/resources/{resourceId}/exceptions/{exceptionId}",
            delete(one::remove),
        )
}
