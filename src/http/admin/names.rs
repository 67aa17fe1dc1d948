//! The names of users beside their ids, in what operators read.

use std::collections::HashSet;
use std::slice;

use serde::Serialize;
use serde_json::{Value, json, to_value};

use crate::accounts::users;
use crate::http::{Problem, State};
use crate::ids::UserId;

/// `body`, one thing or a page of them, with the name of each user whose id stands at one of `pointers`: beside
/// `user_id` comes `user_name`, beside `target` comes `target_name`; null where a user has no name, or no longer.
pub(super) async fn with_names(
    state: &State,
    body: &impl Serialize,
    pointers: &[&str],
) -> Result<Value, Problem> {
    let mut body = to_value(body).map_err(Problem::internal)?;
    let mut known = HashSet::new();
    for thing in things(&mut body) {
        known.extend(pointers.iter().filter_map(|at| user_at(thing, at)));
    }
    let names = state.db.report(move |r| users::names(r, &known)).await?;
    for thing in things(&mut body) {
        for at in pointers {
            let Some(user) = user_at(thing, at) else {
                continue;
            };
            let (parent, member) = at.rsplit_once('/').unwrap_or_default();
            let stem = member.strip_suffix("_id").unwrap_or(member);
            if let Some(parent) = thing.pointer_mut(parent) {
                parent[format!("{stem}_name")] = json!(names.get(&user));
            }
        }
    }
    Ok(body)
}

fn things(body: &mut Value) -> &mut [Value] {
    if body["items"].is_array() {
        return body["items"].as_array_mut().map_or(&mut [], |items| items);
    }
    slice::from_mut(body)
}

fn user_at(thing: &Value, pointer: &str) -> Option<UserId> {
    thing.pointer(pointer)?.as_str()?.parse().ok()
}
