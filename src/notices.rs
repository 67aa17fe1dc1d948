//! Notices: when a job has ended its owner is told on WeChat, once, if they want to be. Best effort: nothing waits for it.
//! The only file that writes notices.

use std::time::Duration;

use crate::accounts::{Accounts, User};
use crate::db::{Db, DbError, Query, Tx};
use crate::i18n::Lang;
use crate::ids::JobId;
use crate::jobs::{Job, Status, job};
use crate::kinds::Choice;
use crate::time::{Moment, Zone};
use crate::wechat::{Meaning, SubscribeMessage, Template, Wechat, Word};

/// What telling needs.
pub struct Notices {
    /// The database.
    pub db: Db,
    /// Who wants to be told, and who they are on WeChat.
    pub accounts: Accounts,
    /// Calls out.
    pub wechat: Wechat,
    /// The operator's time, which messages are written in.
    pub zone: Zone,
}

/// How often it is looked who is to be told, and how far back: what ended before a restart is told after it.
const ROUND: Duration = Duration::from_secs(2);
const BACK_SECS: i64 = 600;
const AT_ONCE: u32 = 100;

impl Notices {
    /// Tells of every job that ends, until it is aborted.
    pub async fn work(&self) {
        let mut rounds = tokio::time::interval(ROUND);
        loop {
            rounds.tick().await;
            if let Err(error) = self.round(Moment::now()).await {
                tracing::warn!(%error, "nobody was told this time");
            }
        }
    }

    /// Tells of the jobs that ended lately and were not told of.
    async fn round(&self, now: Moment) -> Result<(), DbError> {
        let since = now.plus_secs(-BACK_SECS);
        let ended = self.db.report(move |r| {
            Ok::<_, DbError>(r.all(
                "SELECT j.id FROM jobs j CROSS JOIN identities i ON i.user_id = j.user_id
                 WHERE j.completed_at >= ?1 AND j.status IN ('completed', 'failed') AND j.cache IS NULL
                   AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.job_id = j.id)
                 ORDER BY j.completed_at LIMIT ?2",
                (since, AT_ONCE),
                |row| row.get(0),
            )?)
        });
        let ended: Vec<JobId> = ended.await?;
        for id in ended {
            // Noted first: one that is told twice is worse than one that is not told.
            self.note(id, now).await?;
            let Some(job) = self.db.read(|r| job::find(r, id))? else {
                continue;
            };
            let (user, identity) = (
                self.accounts.user(job.user),
                self.accounts.wechat_of(job.user)?,
            );
            if let (Ok(user), Some(identity)) = (user, identity)
                && user.notifications
            {
                self.send(&job, &user, identity.openid).await;
            }
        }
        Ok(())
    }

    async fn note(&self, job: JobId, now: Moment) -> Result<(), DbError> {
        let note = move |tx: &Tx<'_>| {
            tx.run(
                "INSERT OR IGNORE INTO notices (job_id, created_at) VALUES (?1, ?2)",
                (job, tx.clamp(now)),
            )?;
            Ok::<_, DbError>(())
        };
        self.db.write(note).await
    }

    async fn send(&self, job: &Job, user: &User, openid: String) {
        let settings = self.wechat.settings();
        let template = &settings.templates.job;
        let lang = user.language.unwrap_or_default();
        let message = SubscribeMessage {
            touser: openid,
            template_id: template.id.clone(),
            page: template.page.replace("{job}", &job.id.to_string()),
            miniprogram_state: settings.state.clone(),
            lang: match lang {
                Lang::Zh => "zh_CN",
                Lang::En => "en_US",
            },
            data: self.fields(template, job, lang),
        };
        let sent = self.wechat.send(&message, Moment::now()).await;
        let outcome = match &sent {
            Ok(()) => "sent",
            Err(error) if error.meaning() == Meaning::NotSubscribed => "not_subscribed",
            Err(error) => {
                tracing::warn!(job = %job.id, %error, "WeChat did not take a message");
                "failed"
            }
        };
        metrics::counter!("atelier_notices_total", "outcome" => outcome).increment(1);
    }

    fn fields(&self, template: &Template, job: &Job, lang: Lang) -> serde_json::Value {
        let done = job.status == Status::Completed;
        let say = |word: Word| match (word, lang) {
            (Word::Kind, lang) => job.kind.label().get(lang).to_owned(),
            (Word::Status, Lang::Zh) => if done { "已完成" } else { "未成功" }.to_owned(),
            (Word::Status, Lang::En) => if done { "done" } else { "failed" }.to_owned(),
            (Word::Time, _) => self.zone.minute(job.completed_at.unwrap_or(job.updated_at)),
            (Word::Reference, _) => job.reference.clone().unwrap_or_else(|| job.id.to_string()),
            (Word::Tip, Lang::Zh) => if done {
                "点击查看作品"
            } else {
                "积分已退还，可重试"
            }
            .to_owned(),
            (Word::Tip, Lang::En) => if done {
                "Tap to see it"
            } else {
                "Credits returned"
            }
            .to_owned(),
        };
        let field = |(name, word): (&String, &Word)| {
            let value = Template::fit(name, &say(*word));
            (name.clone(), serde_json::json!({ "value": value }))
        };
        template.data.iter().map(field).collect()
    }
}
