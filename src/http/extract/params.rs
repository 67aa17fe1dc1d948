//! Typed parts of the address: ids in the path and filters in the query.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use crate::http::{Code, Problem};

/// The `{id}` of the path. What is not an id of this type is an id that nothing has: 404.
#[derive(Clone, Copy, Debug)]
pub struct Id<T>(pub T);

impl<T: FromStr> FromRequest for Id<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request
            .match_info()
            .get("id")
            .and_then(|id| id.parse().ok());
        ready(id.map(Self).ok_or_else(|| Problem::new(Code::NotFound)))
    }
}

/// Filters from the query. Give `T` `deny_unknown_fields`; `cursor` and `limit` belong to
/// [`Page`](super::Page) and are left out.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()).map(Self))
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let pairs = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, value)| name != "cursor" && name != "limit" && !value.is_empty());
    let filters = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    match web::Query::<T>::from_query(&filters) {
        Ok(query) => Ok(query.into_inner()),
        Err(error) => Err(Problem::field(
            "",
            format!("查询参数无效：{error}"),
            error.to_string(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        year: Option<u16>,
    }

    #[test]
    fn filters_leave_the_page_alone_and_refuse_strangers() {
        let filter: Filter = parse("year=2026&limit=5&cursor=x").unwrap();
        assert_eq!(filter.year, Some(2026));
        assert_eq!(parse::<Filter>("year=").unwrap().year, None);
        assert!(parse::<Filter>("yaer=2026").is_err());
        assert!(parse::<Filter>("year=MM").is_err());
    }
}
