//! Nothing of a request or an answer reaches a log or an error.

use std::{
    fmt::Write as _,
    io,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use payments_core::{Replay, Secret, Tag};
use payments_http::{Proxy, Roots, Stack};
use tokio::io::AsyncWriteExt as _;
use tower::ServiceExt as _;
use tracing_subscriber::fmt::MakeWriter;

use crate::bank::{Authority, acceptor, answering, listen, once, read_request, tls};

const MARK: &str = "MARKER";

/// Collects what is logged, by `tracing` here and by `log` in [`Log`].
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("whole").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// rustls speaks through `log`, which knows one logger a process.
struct Log(OnceLock<Mutex<String>>);

static LOG: Log = Log(OnceLock::new());

impl Log {
    fn lines(&self) -> &Mutex<String> {
        self.0.get_or_init(Mutex::default)
    }
}

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let mut lines = self.lines().lock().expect("whole");
        writeln!(lines, "{} {}", record.target(), record.args()).expect("to a string");
    }

    fn flush(&self) {}
}

/// A request with a mark wherever a secret may stand.
fn marked(address: &str, replay: Replay) -> Request<Bytes> {
    Request::post(format!("{address}?password={MARK}"))
        .header("authorization", format!("Bearer {MARK}"))
        .header("x-signature", MARK)
        .header("x-plain", MARK)
        .extension(Tag::new("test.marked", replay))
        .body(Bytes::from(format!("password={MARK}&pan={MARK}")))
        .expect("valid")
}

#[tokio::test]
async fn marks_in_requests_and_answers_show_nowhere() {
    log::set_logger(&LOG).expect("the only one in this binary");
    log::set_max_level(log::LevelFilter::Trace);
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(lines.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).expect("the only one in this binary");

    let errors = all_kinds_of_calls().await;
    assert!(!errors.contains(MARK), "{errors}");

    let traced = String::from_utf8(lines.0.lock().expect("whole").clone()).expect("text");
    let logged = LOG.lines().lock().expect("whole").clone();
    for (text, source) in [
        (&traced, "payments_http::layer::trace"),
        (&traced, "payments_http::layer::retry"),
        (&traced, "hyper_util"),
        (&logged, "rustls"),
    ] {
        assert!(text.contains(source), "{source} says nothing: the test would prove nothing");
    }
    assert!(traced.contains("endpoint=\"test.marked\"") && traced.contains("status=200"));
    for text in [traced, logged] {
        let line = text.lines().find(|line| line.contains(MARK));
        assert!(line.is_none(), "{line:?}");
    }
}

/// Calls that succeed and calls that fail in every way; gives the errors' texts.
async fn all_kinds_of_calls() -> String {
    let own = Authority::new();
    let (bank, _) = tls(acceptor(own.issue("localhost", false), None)).await;
    let secure = format!("https://localhost:{}/pay", bank.port());
    let builder = || Stack::builder().roots(Roots::OnlyExtra).extra_root_pem(own.pem());
    let answer = builder()
        .build()
        .expect("builds")
        .oneshot(marked(&secure, Replay::Doubles))
        .await
        .expect("answers");
    assert_eq!(answer.body(), "ok");

    let loud = b"HTTP/1.1 502 Bad\r\nX-Echo: MARKER\r\nContent-Length: 6\r\n\r\nMARKER";
    let (loud, _) = answering(loud).await;
    let (broken, _) = answering(b"MARKER MARKER\r\nMARKER: MARKER\r\n\r\n").await;
    let closing = listen(|mut stream, _| async move {
        read_request(&mut stream).await;
        let half = b"HTTP/1.1 200 OK\r\nX-Echo: MARKER\r\nContent-Length: 60\r\n\r\nMARKER";
        let _ = stream.write_all(half).await;
    })
    .await;
    let silent = listen(|mut stream, _| async move {
        read_request(&mut stream).await;
        tokio::time::sleep(Duration::from_secs(20)).await;
    })
    .await;
    let proxy = Proxy::new(&format!("http://{loud}"))
        .and_then(|proxy| proxy.with_credentials("user", Secret::new(MARK)))
        .expect("valid");
    let short = Duration::from_millis(100);
    let stacks = [
        (once().attempts(2), format!("http://{loud}/")),
        (once().answer_limit(3), format!("http://{loud}/")),
        (once(), format!("http://{broken}/")),
        (once(), format!("http://{closing}/")),
        (once().attempt_timeout(short), format!("http://{silent}/")),
        (once().call_deadline(short), format!("http://{silent}/")),
        (once(), "http://127.0.0.1:1/".to_owned()),
        (once(), "http://bank.example/".to_owned()),
        (once(), secure.clone()),
        (builder().attempts(1).proxy(proxy), secure),
    ];
    let mut errors = String::new();
    for (builder, address) in stacks {
        let stack = builder.build().expect("builds");
        if let Err(error) = stack.oneshot(marked(&address, Replay::Reads)).await {
            write!(errors, "{error} {error:?} ").expect("to a string");
            let mut cause = error.source();
            while let Some(error) = cause {
                write!(errors, "{error} ").expect("to a string");
                cause = error.source();
            }
        }
    }
    errors
}
