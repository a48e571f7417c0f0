//! The sandbox as a program: two listeners, a file with the authority to trust, test cards.

use std::{error::Error, fs, net::SocketAddr, path::PathBuf, process::ExitCode};

use payments_core::Secret;
use payments_sandbox::{
    Merchant, Partner, Running, Sandbox, ServeConfig, Server, Settings,
    cards::{ACS_CODE, TEST_CARDS},
    serve::system_clock,
    settings::{CallbackMethod, Callbacks, Checksum},
};

const HELP: &str = "\
Plays the payment gateway, its payment page and its ACS on this machine, and the router in front of
several banks.

usage: payments-sandbox [OPTION...]

  --http ADDRESS:PORT       where to listen for HTTP             [127.0.0.1:8080]
  --https ADDRESS:PORT      where to listen for TLS              [127.0.0.1:8443]
  --base-url URL            where payers' browsers reach it      [the TLS listener]
  --name HOST               one more name for the TLS certificate; repeatable
  --ca FILE                 where to write the authority (PEM) that clients trust
                                                                 [payments-sandbox-ca.pem]
  --ca-key FILE             keeps the authority's key, so that later starts use the same authority
  --merchant LOGIN:PASSWORD a merchant; repeatable               [test_user:test_user_password]
  --callback URL            where the merchants get callbacks
  --callback-post           sends callbacks by POST instead of GET
  --callback-key KEY        signs callbacks with HMAC-SHA256 and this key
  --callback-rsa            signs callbacks with the sandbox's RSA key
  --callback-root FILE      trusts this root (PEM) when callbacks are delivered; repeatable
  --seed NUMBER             what identifiers are made from       [1]
  --help                    this text

Ctrl-C stops it. Everything is kept in memory. For tests only: no money moves, and real card
numbers do not belong here.";

/// What can be asked of the control address, in short.
const CONTROL: &str = "
The control address takes form fields, a query or JSON:

  GET  orders, journal, ledger    what happened; orderId or orderNumber picks one
  GET  cards                      the test cards
  GET  clock, POST clock          the bank's time; moves it forward by ms
  POST faults                     fault for the next request to path, or callback for the next one
  POST faults/clear               takes all faults back
  POST chargeback                 takes amount of orderId back
  POST router/answer              answers for the payer of an order of the router
  GET  router/orders              the router's orders with state, bank and the bank's own number
  POST reversal-fails             lets the next reversal fail";

/// What the command line asks for.
#[derive(Debug)]
struct Options {
    config: ServeConfig,
    settings: Settings,
    /// Whether the merchant is the one of the documents' samples, whose password is no secret.
    sample_merchant: bool,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--help" || word == "-h") {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let options = match Options::parse(words) {
        Ok(options) => options,
        Err(mistake) => {
            eprintln!("{mistake}\n\nSee payments-sandbox --help");
            return ExitCode::from(2);
        }
    };
    tracing_subscriber::fmt().with_target(false).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run(options)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let mut text = failure.to_string();
            let mut source = failure.source();
            while let Some(cause) = source {
                text = format!("{text}: {cause}");
                source = cause.source();
            }
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::with_clock(options.settings.clone(), system_clock);
    let running = Server::start(sandbox, options.config.clone()).await?;
    print!("{}", welcome(&options, &running));
    asked_to_stop().await?;
    println!("stopping");
    running.shutdown().await;
    Ok(())
}

/// Ctrl-C, or what a service manager sends.
async fn asked_to_stop() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

impl Options {
    fn parse(words: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut config = ServeConfig::default().with(|config| {
            config.http = SocketAddr::from(([127, 0, 0, 1], 8080));
            config.https = SocketAddr::from(([127, 0, 0, 1], 8443));
            config.ca = Some("payments-sandbox-ca.pem".into());
        });
        let mut settings = Settings::default();
        let mut merchants = Vec::new();
        let mut callbacks = Callbacks::default();
        let mut words = words.into_iter();
        while let Some(flag) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{flag} needs a value"));
            match flag.as_str() {
                "--http" => config.http = parsed(&flag, &value()?)?,
                "--https" => config.https = parsed(&flag, &value()?)?,
                "--base-url" => config.base_url = Some(value()?.trim_end_matches('/').to_owned()),
                "--name" => config.names.push(value()?),
                "--ca" => config.ca = Some(value()?.into()),
                "--ca-key" => config.ca_key = Some(value()?.into()),
                "--callback-root" => config.callback_roots.push(file(&value()?.into())?),
                "--merchant" => merchants.push(merchant(&value()?)?),
                "--callback" => callbacks.url = Some(value()?),
                "--callback-post" => callbacks.method = CallbackMethod::Post,
                "--callback-key" => callbacks.checksum = Checksum::Hmac(Secret::new(value()?)),
                "--callback-rsa" => callbacks.checksum = Checksum::Rsa,
                "--seed" => settings.seed = parsed(&flag, &value()?)?,
                _ => return Err(format!("unknown option {flag}")),
            }
        }
        let sample_merchant = merchants.is_empty();
        if !sample_merchant {
            settings.merchants = merchants;
        }
        for merchant in &mut settings.merchants {
            merchant.callbacks = callbacks.clone();
        }
        settings.partners = settings.merchants.iter().map(Partner::of).collect();
        Ok(Self { config, settings, sample_merchant })
    }
}

fn parsed<T: std::str::FromStr>(flag: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{flag} does not understand {value}"))
}

fn file(path: &PathBuf) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// The message repeats nothing: what was typed holds a password.
fn merchant(text: &str) -> Result<Merchant, String> {
    match text.split_once(':') {
        Some((login, password)) if !login.is_empty() && !password.is_empty() => {
            Ok(Merchant::new(login, password))
        }
        _ => Err("--merchant is written LOGIN:PASSWORD".into()),
    }
}

/// What is told at the start. Passwords only if they stand in the documents' samples.
fn welcome(options: &Options, running: &Running) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    let mut line = |text: String| {
        let _ = writeln!(out, "{text}");
    };
    line("The sandbox bank is open. No money moves here.\n".into());
    line(format!("  API over TLS    {}/payment/rest/", running.https_url()));
    line(format!("  API over HTTP   {}/payment/rest/", running.http_url()));
    line(format!("  router          {}/v1/", running.https_url()));
    line(format!("  router, HTTP    {}/v1/", running.http_url()));
    line(format!("  pages           {}/payment/merchants/", running.base_url()));
    line(format!("  control         {}/sandbox/", running.http_url()));
    if let Some(path) = &options.config.ca {
        line(format!("  authority       {}", path.display()));
    }
    line(format!("  certificate     sha256 {}", running.certificate_sha256()));
    line(format!(
        "  for Chromium    --ignore-certificate-errors-spki-list={}",
        running.spki_sha256()
    ));
    for merchant in &options.settings.merchants {
        line(match options.sample_merchant {
            true => {
                format!("  merchant        {} / {}", merchant.login, merchant.password.expose())
            }
            false => format!("  merchant        {}", merchant.login),
        });
        if let Some(url) = &merchant.callbacks.url {
            line(format!("  callbacks to    {url}"));
        }
    }
    line("\nTest cards; any later expiry and any three digits of CVC fit:\n".into());
    for card in TEST_CARDS {
        line(format!("  {:<18}{}", card.pan, card.about()));
    }
    line(CONTROL.into());
    line(format!("\nThe issuer's page takes the code {ACS_CODE}. Ctrl-C stops."));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn without_options_the_sample_merchant_is_served_on_loopback() {
        let options = parse("").expect("valid");
        assert!(options.sample_merchant);
        assert!(options.config.http.ip().is_loopback() && options.config.https.ip().is_loopback());
        assert_eq!(options.settings.merchants[0].login, "test_user");
    }

    #[test]
    fn options_reach_what_they_are_for() {
        let options = parse(
            "--callback http://127.0.0.1:9/cb --callback-key KEY --callback-post --merchant a:b:c \
             --merchant d:e --http 0.0.0.0:1 --seed 7 --base-url https://pay.example/",
        )
        .expect("valid");
        assert!(!options.sample_merchant);
        let [first, second] = &options.settings.merchants[..] else { panic!("two merchants") };
        assert_eq!((first.login.as_str(), first.password.expose().as_str()), ("a", "b:c"));
        assert_eq!(second.callbacks.url.as_deref(), Some("http://127.0.0.1:9/cb"));
        assert_eq!(second.callbacks.method, CallbackMethod::Post);
        assert!(matches!(&second.callbacks.checksum, Checksum::Hmac(key) if key.expose() == "KEY"));
        assert_eq!(options.config.http.port(), 1);
        assert_eq!(options.settings.seed, 7);
        assert_eq!(options.config.base_url.as_deref(), Some("https://pay.example"));
    }

    #[test]
    fn mistakes_are_told_without_what_may_be_secret() {
        for line in ["--http", "--http here", "--what", "--merchant MARKER", "--seed -1"] {
            let mistake = parse(line).expect_err(line);
            assert!(!mistake.contains("MARKER"), "{mistake}");
        }
        let options = parse("--merchant shop:MARKER --callback-key MARKER").expect("valid");
        assert!(!format!("{options:?}").contains("MARKER"));
    }

    #[tokio::test]
    async fn the_welcome_shows_no_password_of_ones_own() {
        for (line, shown) in [("", true), ("--merchant shop:MARKER --callback-key MARKER", false)] {
            let mut options = parse(line).expect("valid");
            options.config = ServeConfig::default();
            let sandbox = Sandbox::new(options.settings.clone());
            let running = Server::start(sandbox, options.config.clone()).await.expect("starts");
            let text = welcome(&options, &running);
            assert!(!text.contains("MARKER"));
            assert_eq!(text.contains("test_user_password"), shown);
            assert!(text.contains(running.https_url()) && text.contains("4111111111111111"));
            running.shutdown().await;
        }
    }
}
