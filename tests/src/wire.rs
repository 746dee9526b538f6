//! HTTP, blocking, as the tests speak it.

use std::sync::LazyLock;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use tokio::runtime::Runtime;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    client.timeout(Duration::from_secs(60)).build().unwrap()
});

/// The runtime of stand-ins and requests.
pub fn runtime() -> &'static Runtime {
    &RUNTIME
}

/// A request, to be sent with [`Ask::ask`].
pub fn request(method: &str, url: &str) -> RequestBuilder {
    CLIENT.request(Method::from_bytes(method.as_bytes()).unwrap(), url)
}

/// A GET request.
pub fn get(url: &str) -> RequestBuilder {
    request("GET", url)
}

/// A POST request.
pub fn post(url: &str) -> RequestBuilder {
    request("POST", url)
}

/// `pairs` as a query or a form.
pub fn encoded<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Sending a request and waiting for the answer.
pub trait Ask {
    /// The answer, or why there is none.
    fn try_ask(self) -> Result<Reply, reqwest::Error>;

    /// The answer.
    fn ask(self) -> Reply;
}

impl Ask for RequestBuilder {
    fn try_ask(self) -> Result<Reply, reqwest::Error> {
        RUNTIME.block_on(async {
            let response = self.send().await?;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            Ok(Reply { status, headers, body: response.bytes().await?.to_vec() })
        })
    }

    #[track_caller]
    fn ask(self) -> Reply {
        match self.try_ask() {
            Ok(reply) => reply,
            Err(error) => panic!("no answer: {error:?}"),
        }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Such as 200.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body, read as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body, read as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("{} is not JSON: {error}: {}", self.status, self.text()),
        }
    }

    /// A header, empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The same answer, which has to be some success.
    #[track_caller]
    pub fn expect_success(self) -> Self {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.text());
        self
    }

    /// The same answer, which has to have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}
