//! Mixed load: customers who do everything at once until the server dies under them.

use std::process::Stdio;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::api::{Answer, Api, Gone};
use crate::cast::{self, CUSTOMERS};
use crate::dice::Dice;
use crate::server::atelier;
use crate::witness::{Grant, Submit};

/// Clients a customer uses at once.
const HANDS: usize = 2;

/// Goes on until the server is dead. `beside` lets commands run beside the server, on its folder.
pub(crate) async fn until_death(api: &Api, dice: &mut Dice, beside: Option<&std::path::Path>) {
    let mut everybody = JoinSet::new();
    for client in 0..CUSTOMERS * HANDS {
        let mut hand = Hand {
            api: api.clone(),
            member: client % CUSTOMERS,
            dice: dice.fork(),
        };
        everybody.spawn(async move { while !hand.api.is_over() && hand.act().await.is_ok() {} });
    }
    let (operator, mut luck) = (api.clone(), dice.fork());
    let beside = beside.map(std::path::Path::to_owned);
    everybody.spawn(async move {
        while !operator.is_over()
            && operate(&operator, &mut luck, beside.as_deref())
                .await
                .is_ok()
        {
            tokio::time::sleep(luck.millis(10, 120)).await;
        }
    });
    let leaver = api.clone();
    let stays = dice.below(3) > 0;
    everybody.spawn(async move {
        // A lost answer is what this is about.
        let _ = if stays { Ok(()) } else { leave(&leaver).await };
    });
    while let Some(ended) = everybody.join_next().await {
        ended.expect("a client does not panic");
    }
}

struct Hand {
    api: Api,
    member: usize,
    dice: Dice,
}

impl Hand {
    async fn act(&mut self) -> Result<(), Gone> {
        match self.dice.below(20) {
            0..=5 => self.order().await,
            6..=8 => self.order_the_same().await,
            9..=10 => self.repeat().await,
            11..=13 => self.cancel().await,
            14..=16 => self.wait().await,
            17 => self.cancel_twice().await,
            18 => cast::upload(&self.api, self.member).await,
            _ => self.ask_for_credits().await,
        }
    }

    fn an_upload(&mut self) -> String {
        let uploads = self.api.witness.book().members[self.member].uploads.clone();
        self.dice
            .pick(&uploads)
            .expect("everybody has pictures")
            .clone()
    }

    async fn order(&mut self) -> Result<(), Gone> {
        let number = self.api.witness.number();
        let mut body = cast::order(&self.an_upload(), number);
        let key = format!("key-{number}");
        body["reference"] = json!(key);
        body["fresh"] = json!(true);
        let submit = Submit {
            member: self.member,
            body,
            job: None,
        };
        self.api.witness.book().submits.insert(key.clone(), submit);
        self.api.submit(&key).await.map(drop)
    }

    /// A picture that was, is or will be made for somebody else's click: the cache answers.
    async fn order_the_same(&mut self) -> Result<(), Gone> {
        let upload = self.api.witness.book().members[self.member].uploads[0].clone();
        let body = cast::order(&upload, self.dice.below(4));
        let answer = self
            .api
            .post("/v1/jobs", &self.api.token(self.member), &body)
            .await?;
        match answer.status {
            200 | 202 => self.api.witness.heard(self.member, &answer.body, None),
            402 | 503 => {}
            status => self
                .api
                .witness
                .complain(format!("a submit was answered {status}: {}", answer.body)),
        }
        Ok(())
    }

    /// The same request under the same key, perhaps one whose answer was lost.
    async fn repeat(&mut self) -> Result<(), Gone> {
        let keys: Vec<String> = self.api.witness.book().submits.keys().cloned().collect();
        match self.dice.pick(&keys) {
            Some(key) => self.api.submit(key).await.map(drop),
            None => Ok(()),
        }
    }

    /// A job of this customer, most likely one of the latest.
    fn a_job(&mut self) -> Option<String> {
        let book = self.api.witness.book();
        let own = book
            .jobs
            .iter()
            .rev()
            .filter(|(_, job)| job.member == self.member);
        let some: Vec<String> = own.map(|(id, _)| id.clone()).take(12).collect();
        drop(book);
        self.dice.pick(&some).cloned()
    }

    async fn cancel(&mut self) -> Result<(), Gone> {
        match self.a_job() {
            Some(job) => self.api.cancel(&job).await,
            None => Ok(()),
        }
    }

    async fn cancel_twice(&mut self) -> Result<(), Gone> {
        let Some(job) = self.a_job() else {
            return Ok(());
        };
        let (one, other) = tokio::join!(self.api.cancel(&job), self.api.cancel(&job));
        one.and(other)
    }

    async fn wait(&mut self) -> Result<(), Gone> {
        let Some(job) = self.a_job() else {
            return Ok(());
        };
        let job = self.api.look(&job, 1).await?;
        self.api.fetch(&job).await
    }

    async fn ask_for_credits(&mut self) -> Result<(), Gone> {
        let user = self.api.witness.book().members[self.member].id.clone();
        grant(&self.api, &user).await
    }
}

/// Gives credits under a reason that stands for nothing else.
pub(crate) async fn grant(api: &Api, user: &str) -> Result<(), Gone> {
    let (place, grant) = note_grant(api);
    let admin = api.witness.book().admin.clone();
    let body = json!({"credits": grant.credits, "reason": grant.reason});
    let answer = api
        .post(&format!("/v1/admin/users/{user}/grants"), &admin, &body)
        .await?;
    match answer.status {
        200 => api.witness.book().grants[place].acknowledged = true,
        status => api
            .witness
            .complain(format!("a grant was answered {status}: {}", answer.body)),
    }
    Ok(())
}

fn note_grant(api: &Api) -> (usize, Grant) {
    let number = api.witness.number();
    let grant = Grant {
        reason: format!("grant-{number}"),
        credits: 20 + i64::try_from(number % 9).expect("a digit"),
        acknowledged: false,
    };
    let mut book = api.witness.book();
    book.grants.push(grant.clone());
    (book.grants.len() - 1, grant)
}

/// What the operator does meanwhile.
async fn operate(api: &Api, dice: &mut Dice, beside: Option<&std::path::Path>) -> Result<(), Gone> {
    let recent: Vec<String> = api
        .witness
        .book()
        .jobs
        .keys()
        .rev()
        .take(20)
        .cloned()
        .collect();
    let Some(job) = dice.pick(&recent) else {
        return Ok(());
    };
    let admin = api.witness.book().admin.clone();
    match (dice.below(6), beside) {
        (0, Some(directory)) => grant_by_command(api, directory).await,
        (0..=2, _) => by_operator(api, job, "fail").await,
        (3, _) => by_operator(api, job, "retry").await,
        _ => api.get("/v1/admin/overview", &admin).await.map(drop),
    }
}

async fn by_operator(api: &Api, job: &str, deed: &str) -> Result<(), Gone> {
    let Some(known) = api.witness.known(job) else {
        return Ok(());
    };
    let admin = api.witness.book().admin.clone();
    let answer = api
        .post(&format!("/v1/admin/jobs/{job}/{deed}"), &admin, &json!({}))
        .await?;
    match answer {
        Answer {
            status: 200, body, ..
        } if deed == "fail" => {
            let job = whole(&body);
            api.witness.heard(known.member, job, Some(&known));
        }
        Answer {
            status: 200..=202,
            body,
            ..
        } => api.witness.heard(known.member, whole(&body), None),
        Answer {
            status: 404 | 409 | 410 | 503,
            ..
        } => {}
        Answer { status, body, .. } => {
            api.witness.complain(format!(
                "the operator's {deed} was answered {status}: {body}"
            ));
        }
    }
    Ok(())
}

fn whole(body: &Value) -> &Value {
    if body["job"].is_object() {
        &body["job"]
    } else {
        body
    }
}

/// `atelier credits grant` beside the running server.
async fn grant_by_command(api: &Api, directory: &std::path::Path) -> Result<(), Gone> {
    let user = api.witness.book().members[0].id.clone();
    let (place, grant) = note_grant(api);
    let credits = grant.credits.to_string();
    let arguments = [
        "credits",
        "grant",
        &user,
        &credits,
        "--reason",
        &grant.reason,
    ];
    let mut command = atelier(directory, &arguments);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let status = tokio::task::spawn_blocking(move || command.status()).await;
    let done = status.expect("no panic").expect("it runs").success();
    api.witness.book().grants[place].acknowledged = done;
    Ok(())
}

/// Somebody opens an account, orders, and leaves for good.
pub(crate) async fn leave(api: &Api) -> Result<(), Gone> {
    let name = format!("guest{}", api.witness.number());
    let member = cast::join(api, &name).await?;
    cast::upload(api, member).await?;
    let (id, token, upload) = {
        let book = api.witness.book();
        let guest = &book.members[member];
        (
            guest.id.clone(),
            guest.token.clone(),
            guest.uploads[0].clone(),
        )
    };
    for _ in 0..5 {
        let body = cast::order(&upload, api.witness.number());
        api.post("/v1/jobs", &token, &body).await?;
    }
    let answer = api
        .send(api.request(Method::DELETE, "/v1/me", &token))
        .await?;
    match answer.status {
        202 => {
            api.witness.book().erased.insert(id);
        }
        status => api
            .witness
            .complain(format!("an erasure was answered {status}: {}", answer.body)),
    }
    Ok(())
}
