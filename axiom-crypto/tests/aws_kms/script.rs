//! A server that follows a script.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What the server does with one request.
#[derive(Clone)]
pub(crate) enum Act {
    /// Answers with this status and body.
    Answer(u16, String),
    /// Ends the connection without an answer.
    HangUp,
    /// Never answers.
    Silence,
}

/// A server on this machine; it does with each request what is next in the script, and the last thing with all others.
pub(crate) struct Server {
    url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

/// One request: the operation that its header names, and its body.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) operation: String,
    pub(crate) body: String,
}

impl Server {
    pub(crate) fn start(script: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (script, seen): (Vec<Act>, _) = (script.into_iter().collect(), Arc::clone(&requests));
        // It ends with the process; a test has nothing to wait for.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (script, seen) = (script.clone(), Arc::clone(&seen));
                thread::spawn(move || serve(&stream, &script, &seen));
            }
        });
        Self { url, requests }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn serve(stream: &TcpStream, script: &[Act], seen: &Mutex<Vec<Request>>) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader) {
        let mut requests = seen.lock().unwrap();
        requests.push(request);
        let act = script[requests.len().min(script.len()) - 1].clone();
        drop(requests);
        match act {
            Act::Answer(status, body) => answer(stream, status, &body),
            Act::HangUp => return,
            Act::Silence => drop(reader.read_to_end(&mut Vec::new())),
        }
    }
}

fn answer(mut stream: &TcpStream, status: u16, body: &str) {
    let head = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: application/x-amz-json-1.1\r\nx-amzn-requestid: req-1\r\ncontent-length: {}",
        body.len()
    );
    // A client that has given up is not waiting for it.
    let _ = stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes());
}

fn read(reader: &mut impl BufRead) -> Option<Request> {
    let (mut operation, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let line = line.trim_end().to_ascii_lowercase();
        match line.split_once(": ") {
            Some(("content-length", value)) => length = value.parse().unwrap(),
            Some(("x-amz-target", value)) => operation = value.rsplit('.').next().unwrap().to_owned(),
            _ if line.is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { operation, body: String::from_utf8(body).unwrap() })
}
