//! The connections whose request has not been read yet: never more than a limit, and the oldest makes room for the
//! newest.
//!
//! A browser sends its request at once. Whoever only holds connections open is therefore among the oldest, and does not
//! keep the browser out.

use std::collections::VecDeque;
use std::io;
use std::net::{Shutdown, TcpStream};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The connections, oldest first.
pub(super) struct Unread {
    limit: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    next_number: u64,
    connections: VecDeque<(u64, TcpStream)>,
}

impl Unread {
    /// Returns an empty list for at most `limit` connections.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            state: Mutex::default(),
        }
    }

    /// Adds a connection, and returns the number to remove it by. The oldest ones over the limit are shut down: whoever
    /// reads from them gets the end of the input. Fails if the connection cannot be kept.
    pub(super) fn add(&self, connection: &TcpStream) -> io::Result<u64> {
        let connection = connection.try_clone()?;
        let mut state = self.state();
        let number = state.next_number;
        state.next_number += 1;
        state.connections.push_back((number, connection));
        while state.connections.len() > self.limit {
            if let Some((_, oldest)) = state.connections.pop_front() {
                // It fails only if the other side has gone already.
                let _ = oldest.shutdown(Shutdown::Both);
            }
        }
        Ok(number)
    }

    /// Removes a connection, whose request has been read or which has ended; does nothing if it is not there any more.
    pub(super) fn remove(&self, number: u64) {
        let mut state = self.state();
        state.connections.retain(|(known, _)| *known != number);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock can leave the list half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{Ipv4Addr, TcpListener};

    use super::*;

    #[test]
    fn the_oldest_makes_room_and_one_that_was_read_does_not() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let connect = || {
            let client = TcpStream::connect(address).expect("a connection");
            (client, listener.accept().expect("a connection").0)
        };
        let unread = Unread::new(2);
        let mut pairs: Vec<_> = (0..4).map(|_| connect()).collect();
        let first = unread.add(&pairs[0].1).expect("a number");
        unread.add(&pairs[1].1).expect("a number");
        unread.remove(first);
        unread.add(&pairs[2].1).expect("a number");
        unread.add(&pairs[3].1).expect("a number");
        for open in [0, 2, 3] {
            let (client, server) = &mut pairs[open];
            server.write_all(b"x").expect("an open connection");
            assert_eq!(client.read(&mut [0]).expect("a byte"), 1, "{open}");
        }
        // The reader of the second and its client both see the end.
        let (client, server) = &mut pairs[1];
        assert_eq!(server.read(&mut [0]).expect("an end"), 0);
        assert_eq!(client.read(&mut [0]).expect("an end"), 0);
    }
}
