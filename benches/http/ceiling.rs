//! The bare ceilings: an actix handler that writes one row through the same group-commit writer, and one that reads one
//! row. No log-in, no job, no money: what the platform gives at most.

use std::net::SocketAddr;

use actix_web::{App, HttpResponse, HttpServer, web};
use atelier::db::{Db, DbError, Query};
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    name: String,
}

async fn insert(db: web::Data<Db>, row: web::Json<Row>) -> HttpResponse {
    let name = row.into_inner().name;
    let answer = serde_json::json!({ "name": name });
    let written = db.write(move |tx| {
        let sql = "INSERT INTO counters (name, value) VALUES (?1, 1)";
        Ok::<_, DbError>(tx.run(sql, [&name])?)
    });
    written.await.expect("a row is written");
    HttpResponse::Accepted().json(answer)
}

async fn find(db: web::Data<Db>, name: web::Path<String>) -> HttpResponse {
    let found: Result<Option<i64>, DbError> = db.read(|r| {
        let sql = "SELECT value FROM counters WHERE name = ?1";
        Ok(r.first(sql, [name.as_str()], |row| row.get(0))?)
    });
    let value = found.expect("it can be read");
    HttpResponse::Ok().json(serde_json::json!({ "name": *name, "value": value }))
}

/// Starts it on a free port with as many threads as the product.
pub(crate) fn start(db: Db) -> SocketAddr {
    let data = web::Data::new(db);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .route("/rows", web::post().to(insert))
            .route("/rows/{name}", web::get().to(find))
    })
    .workers(std::thread::available_parallelism().map_or(1, usize::from))
    .disable_signals()
    .bind("127.0.0.1:0")
    .expect("a free port");
    let address = server.addrs()[0];
    tokio::spawn(server.run());
    address
}
