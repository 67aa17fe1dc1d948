//! One path with its methods; any other method is a 405 that names them.

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::guard::{Any, Get, Guard, Head, Patch, Put};
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{FromRequest, Handler, Resource, Responder, Route, web};

use super::{Code, Problem};

/// A path that is being described.
pub(super) struct Endpoint {
    resource: Resource,
    allow: Vec<&'static str>,
}

/// Begins a path.
pub(super) fn at(path: &str) -> Endpoint {
    Endpoint {
        resource: web::resource(path),
        allow: Vec::new(),
    }
}

impl Endpoint {
    /// Answers GET and HEAD.
    pub(super) fn get<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(&["GET", "HEAD"], Any(Get()).or(Head()), handler)
    }

    /// Answers POST.
    pub(super) fn post<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(&["POST"], actix_web::guard::Post(), handler)
    }

    /// Answers PUT, and PATCH as the same.
    pub(super) fn put<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(&["PUT", "PATCH"], Any(Put()).or(Patch()), handler)
    }

    /// Answers DELETE.
    pub(super) fn delete<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.route(&["DELETE"], actix_web::guard::Delete(), handler)
    }

    fn route<F, Args>(
        mut self,
        methods: &[&'static str],
        guard: impl Guard + 'static,
        handler: F,
    ) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.allow.extend(methods);
        let route = Route::new().guard(guard).to(handler);
        self.resource = self.resource.route(route);
        self
    }
}

impl HttpServiceFactory for Endpoint {
    fn register(self, config: &mut AppService) {
        let allow = self.allow.join(", ");
        let refuse = move || {
            let allow = HeaderValue::try_from(allow.clone()).expect("method names");
            std::future::ready(Err::<&str, _>(
                Problem::new(Code::MethodNotAllowed).header(ALLOW, allow),
            ))
        };
        self.resource
            .default_service(web::to(refuse))
            .register(config);
    }
}
