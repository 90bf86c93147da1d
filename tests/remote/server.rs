//! A server on this machine that gives fixed answers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Serves until the test ends.
pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers by path: the status, a header more, and the body. Anything else is not there.
    pub(crate) fn new(answers: &'static [(&'static str, u16, &'static str, &'static str)]) -> Self {
        Self::serving(move |stream, path| answer(stream, path, answers))
    }

    /// Answers with a file that does not end.
    pub(crate) fn without_end() -> Self {
        Self::serving(|mut stream, _| {
            write!(stream, "HTTP/1.1 200 X\r\nConnection: close\r\n\r\n").ok()?;
            let zeros = vec![b'0'; 1 << 20];
            while stream.write_all(&zeros).is_ok() {}
            Some(())
        })
    }

    /// Answers by what is done with the connection and the path that is asked for.
    fn serving(answer: impl Fn(TcpStream, &str) -> Option<()> + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                let (log, answer) = (Arc::clone(&log), answer.clone());
                thread::spawn(move || {
                    let request = read_request(&stream)?;
                    let path = request.split(' ').nth(1)?.to_owned();
                    log.lock().unwrap().push(request);
                    answer(stream, &path)
                });
            }
        });
        Self { url, asked }
    }

    /// The requests that came from render, each with its headers.
    pub(crate) fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let ours = asked.iter().filter(|request| request.contains("render/"));
        ours.cloned().collect()
    }
}

fn read_request(stream: &TcpStream) -> Option<String> {
    let mut request = String::new();
    let mut reader = BufReader::new(stream);
    while !request.ends_with("\r\n\r\n") {
        if reader.read_line(&mut request).ok()? == 0 {
            return None;
        }
    }
    Some(request)
}

fn answer(mut stream: TcpStream, path: &str, answers: &[(&str, u16, &str, &str)]) -> Option<()> {
    let found = answers.iter().find(|(known, ..)| *known == path);
    let (_, status, header, body) = found.unwrap_or(&("", 404, "", "nothing here"));
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n{header}\r\n{body}"
    )
    .ok()?;
    // The other side closes.
    stream.shutdown(std::net::Shutdown::Write).ok()?;
    drop(stream.read_to_end(&mut Vec::new()));
    Some(())
}
