//! Discord and the web, as the doors that a run knows.

use crate::discord::rest::{Rest, Unread, client, read};
use crate::flow::effect::{Effect, Outcome};
use crate::flow::port::{Discord, Http};
use crate::flow::refusal::Refusal;
use async_trait::async_trait;
use reqwest::Url;
use reqwest::redirect::Policy;
use std::time::Duration;

const DOWNLOAD: Duration = Duration::from_secs(30);
const REDIRECTS: usize = 3;

/// Performs effects over REST and downloads what Discord points at.
#[derive(Clone)]
pub struct Adapter {
    rest: Rest,
    web: reqwest::Client,
}

impl Adapter {
    pub fn new(rest: Rest) -> Self {
        let web = client(rest.base(), same_host()).timeout(DOWNLOAD).build();
        let web = web.expect("a client with bundled roots needs nothing of the system");
        Self { rest, web }
    }

    pub fn rest(&self) -> &Rest {
        &self.rest
    }
}

#[async_trait]
impl Discord for Adapter {
    async fn perform(&self, effect: &Effect) -> Result<Outcome, Refusal> {
        let request = effect.request()?;
        Effect::outcome(self.rest.send(&request).await?)
    }
}

#[async_trait]
impl Http for Adapter {
    /// Only `http` and `https`; a redirect is followed within the host. The limit holds while the body arrives. No
    /// message repeats the address, which may be a credential.
    async fn get(&self, url: &str, limit: usize) -> Result<Vec<u8>, Refusal> {
        let url = Url::parse(url).map_err(|_| Refusal::new(400, 0, "not a web address"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::new(400, 0, "only http and https addresses can be downloaded"));
        }
        let answer = self.web.get(url).send().await.map_err(|error| unreached(&error))?;
        if !answer.status().is_success() {
            return Err(Refusal::new(answer.status().as_u16(), 0, "the download was refused"));
        }
        let too_long = || Refusal::new(413, 0, format!("the download is larger than {limit} bytes"));
        if answer.content_length().is_some_and(|length| length > limit as u64) {
            return Err(too_long());
        }
        read(answer, limit).await.map_err(|unread| match unread {
            Unread::TooLong => too_long(),
            Unread::Broken => Refusal::new(0, 0, "the download broke off"),
        })
    }
}

/// A download changes nothing, so it is never `unknown`.
fn unreached(error: &reqwest::Error) -> Refusal {
    let message = if error.is_redirect() {
        "the download leads to another host"
    } else if error.is_timeout() {
        "the download took too long"
    } else {
        "the download could not be reached"
    };
    Refusal::new(0, 0, message)
}

fn same_host() -> Policy {
    Policy::custom(|attempt| {
        let next = attempt.url();
        let same = attempt.previous().first().is_some_and(|first| first.origin() == next.origin());
        let stays = same && attempt.previous().len() <= REDIRECTS;
        if stays { attempt.follow() } else { attempt.error("leads elsewhere") }
    })
}
