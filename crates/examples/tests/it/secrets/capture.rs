//! Everything that the process logs, by `tracing` and by `log`, at every level.

use std::{
    fmt::Write as _,
    io,
    sync::{Arc, Mutex, PoisonError},
};

use tracing_subscriber::fmt::{MakeWriter, format::FmtSpan};

/// What was logged so far. A process has one subscriber and one logger.
#[derive(Clone, Default)]
pub(super) struct Logged(Arc<Mutex<String>>);

impl Logged {
    /// Takes over both.
    pub(super) fn begin() -> Self {
        let logged = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(logged.clone())
            .finish();
        tracing::subscriber::set_global_default(subscriber).expect("the only one in this binary");
        log::set_logger(Box::leak(Box::new(logged.clone()))).expect("the only one in this binary");
        log::set_max_level(log::LevelFilter::Trace);
        logged
    }

    pub(super) fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl io::Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        text.push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Logged {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl log::Log for Logged {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(text, "{} {}", record.target(), record.args()).expect("to a string");
    }

    fn flush(&self) {}
}
