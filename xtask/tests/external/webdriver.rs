//! Chromium by way of chromedriver: JSON over HTTP, and no JavaScript runtime to install.

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

/// How WebDriver names an element in its answers.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser window. Closed when dropped.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    profile: PathBuf,
}

/// How a browser is to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wish<'a> {
    /// Names the folder of its profile, which must be new.
    pub(crate) test: &'a str,
    /// SHA-256 over the SPKI of the one certificate to accept, in base64.
    pub(crate) trusts: Option<&'a str>,
    /// Whether pages may run scripts.
    pub(crate) scripts: bool,
}

/// A window's size, as a phone or a desktop has it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Screen {
    Phone,
    Desktop,
}

impl Browser {
    pub(crate) fn open(wish: Wish<'_>) -> Self {
        let profile = crate::folder(&format!("chromium-{}", wish.test));
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver must be installed (Debian: chromium-driver)");
        let port = port_of(&mut driver);
        let mut browser = Self { driver, port, session: String::new(), profile };
        let options = json!({
            "args": browser.arguments(wish.trusts),
            // 2 is "block".
            "prefs": { "profile.managed_default_content_settings.javascript": if wish.scripts { 1 } else { 2 } },
        });
        let capabilities = json!({ "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "timeouts": { "pageLoad": 60_000, "implicit": 5_000 },
        } });
        let session = browser
            .call("POST", "", &json!({ "capabilities": capabilities }))
            .expect("chromium must be installed");
        browser.session = format!("/{}", session["sessionId"].as_str().expect("a session"));
        browser
    }

    fn arguments(&self, trusts: Option<&str>) -> Vec<String> {
        let mut arguments: Vec<String> = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
        ]
        .map(str::to_owned)
        .into();
        arguments.push(format!("--user-data-dir={}", self.profile.display()));
        arguments.extend(trusts.map(|key| format!("--ignore-certificate-errors-spki-list={key}")));
        arguments
    }

    /// Opens an address; the error is the browser's.
    pub(crate) fn go(&self, url: &str) -> Result<(), String> {
        self.call("POST", "/url", &json!({ "url": url })).map(drop)
    }

    pub(crate) fn url(&self) -> String {
        self.get("/url")
    }

    pub(crate) fn title(&self) -> String {
        self.get("/title")
    }

    pub(crate) fn source(&self) -> String {
        self.get("/source")
    }

    /// What a payer reads in the first element that fits.
    pub(crate) fn text(&self, css: &str) -> String {
        self.get(&format!("/element/{}/text", self.element(css)))
    }

    /// What stands in a field.
    pub(crate) fn value(&self, css: &str) -> String {
        self.get(&format!("/element/{}/property/value", self.element(css)))
    }

    /// Types over what stands in a field, key by key.
    pub(crate) fn fill(&self, css: &str, text: &str) {
        let element = self.element(css);
        self.must("POST", &format!("/element/{element}/clear"), &json!({}));
        self.must("POST", &format!("/element/{element}/value"), &json!({ "text": text }));
    }

    /// Clicks something that leads to no other page.
    pub(crate) fn press(&self, css: &str) {
        let element = self.element(css);
        self.must("POST", &format!("/element/{element}/click"), &json!({}));
    }

    /// Clicks, and waits until this page has made way for another.
    pub(crate) fn click(&self, css: &str) {
        let here = self.element("html");
        self.press(css);
        for _ in 0..200 {
            if self.call("GET", &format!("/element/{here}/name"), &Value::Null).is_err() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("{css} led nowhere from {}", self.url());
    }

    /// Evaluates an expression from outside the page, which works where its own scripts do not.
    pub(crate) fn evaluate(&self, expression: &str) -> Value {
        let parameters = json!({ "expression": expression, "returnByValue": true });
        let answer = self.devtools("Runtime.evaluate", parameters);
        assert!(answer.get("exceptionDetails").is_none(), "{answer}");
        answer["result"]["value"].clone()
    }

    pub(crate) fn resize(&self, screen: Screen) {
        let (width, height, scale, mobile) = match screen {
            Screen::Phone => (360, 740, 2, true),
            Screen::Desktop => (1280, 800, 1, false),
        };
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": mobile,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics);
    }

    /// Lets pages see that the payer prefers `light` or `dark`.
    pub(crate) fn prefer(&self, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": [feature] }));
    }

    /// What the window shows, as PNG.
    pub(crate) fn screenshot(&self) -> Vec<u8> {
        BASE64_STANDARD.decode(self.get("/screenshot")).expect("base64")
    }

    fn element(&self, css: &str) -> String {
        let found = json!({ "using": "css selector", "value": css });
        let found = self.must("POST", "/element", &found);
        found[ELEMENT].as_str().unwrap_or_else(|| panic!("{css}: {found}")).to_owned()
    }

    fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.must("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    fn get(&self, path: &str) -> String {
        let value = self.must("GET", path, &Value::Null);
        value.as_str().unwrap_or_else(|| panic!("{path}: {value}")).to_owned()
    }

    fn must(&self, method: &str, path: &str, body: &Value) -> Value {
        self.call(method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// One command of WebDriver, over a connection of its own.
    fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (session, length) = (&self.session, body.len());
        let head = format!(
            "{method} /session{session}{path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        );
        let text = exchange(self.port, &format!("{head}{body}"));
        let text = text.map_err(|error| format!("chromedriver: {error}"))?;
        let mut answer: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        match answer["value"]["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", answer["value"]["message"])),
            None => Ok(answer["value"].take()),
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Chromium ends with its session; chromedriver alone would leave it behind.
        let _ = self.call("DELETE", "", &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = fs::remove_dir_all(&self.profile);
    }
}

/// Sends a request and gives the answer's body. Chromedriver may leave the connection open.
fn exchange(port: u16, request: &str) -> io::Result<String> {
    let mut tcp = TcpStream::connect(("127.0.0.1", port))?;
    tcp.set_read_timeout(Some(Duration::from_secs(120)))?;
    tcp.write_all(request.as_bytes())?;
    let mut reader = BufReader::new(tcp);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    String::from_utf8(body).map_err(io::Error::other)
}

/// Reads where chromedriver listens, and keeps reading so that it never waits for us.
fn port_of(driver: &mut Child) -> u16 {
    let mut lines = BufReader::new(driver.stdout.take().expect("piped")).lines();
    let port = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        })
        .expect("chromedriver says where it listens");
    thread::spawn(move || lines.for_each(drop));
    port
}
