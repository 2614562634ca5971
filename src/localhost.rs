//! Whether the name `localhost` is this machine.
//!
//! RFC 6761 §6.3 asks resolvers to answer it with loopback addresses, but many look into a hosts file or ask DNS, and
//! those may say another machine. So before anything secret goes to `localhost` by plain http, its addresses are looked
//! up: one that is not a loopback address is enough to refuse it. Nothing is looked up for https, where a certificate
//! says which server it is, nor for an address in numbers.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;

use crate::deadline::Deadline;

/// The name that RFC 6761 §6.3 reserves for the loopback addresses, in lower case, as hosts of URLs are compared.
pub(crate) const NAME: &str = "localhost";

/// Why `localhost` is not taken for this machine.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum LocalhostError {
    #[error("localhost has the address {address}, which is not this machine's own")]
    Elsewhere { address: IpAddr },
    #[error("localhost has no address")]
    NoAddress,
    #[error("localhost cannot be resolved: {reason}")]
    Unresolved { reason: String },
    #[error("localhost was not resolved in time")]
    Timeout,
}

/// Returns the addresses of `localhost`, all of them loopback ones and at least one; their port is 0.
///
/// A lookup may ask the network and cannot be interrupted, so a thread makes it, which is left behind at the deadline.
///
/// # Errors
///
/// When there is no address before the deadline, or one of them is not a loopback address.
pub(crate) fn addresses(deadline: Deadline) -> Result<Vec<SocketAddr>, LocalhostError> {
    let look_up = || (NAME, 0).to_socket_addrs().map(Vec::from_iter);
    addresses_from(look_up, deadline)
}

/// Does as [`addresses`], with this function as the lookup.
fn addresses_from(
    look_up: impl FnOnce() -> io::Result<Vec<SocketAddr>> + Send + 'static,
    deadline: Deadline,
) -> Result<Vec<SocketAddr>, LocalhostError> {
    let (sender, receiver) = channel();
    let send_found = move || {
        // Nobody listens any more after the deadline.
        let _ = sender.send(look_up());
    };
    thread::Builder::new()
        .spawn(send_found)
        .map_err(|error| unresolved(&error))?;
    match receiver.recv_timeout(deadline.remaining()) {
        Ok(Ok(found)) => only_loopback(found),
        Ok(Err(error)) => Err(unresolved(&error)),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            Err(LocalhostError::Timeout)
        }
    }
}

/// Returns the error of a lookup that failed.
fn unresolved(error: &io::Error) -> LocalhostError {
    LocalhostError::Unresolved {
        reason: error.to_string(),
    }
}

/// Returns the addresses. Fails if there are none, or one is neither in 127.0.0.0/8, also as IPv6 writes those, nor
/// `::1`.
fn only_loopback(addresses: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, LocalhostError> {
    let mut all = addresses.iter().map(SocketAddr::ip);
    match all.find(|address| !address.to_canonical().is_loopback()) {
        Some(address) => Err(LocalhostError::Elsewhere { address }),
        None if addresses.is_empty() => Err(LocalhostError::NoAddress),
        None => Ok(addresses),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_address_has_to_be_a_loopback_one() {
        let judge = |texts: &[&str]| {
            let addresses = texts.iter().map(|it| it.parse::<IpAddr>().expect(it));
            only_loopback(addresses.map(|it| (it, 0).into()).collect())
        };
        for good in [
            &["127.0.0.1"][..],
            &["::1", "127.0.0.1"],
            &["127.8.9.1", "::ffff:127.0.0.1"],
        ] {
            assert_eq!(judge(good).map(|found| found.len()), Ok(good.len()));
        }
        for (bad, found) in [
            (&["192.0.2.7"][..], "192.0.2.7"),
            (&["127.0.0.1", "::1", "192.0.2.7"], "192.0.2.7"),
            (&["::1", "2001:db8::1"], "2001:db8::1"),
            (&["0.0.0.0"], "0.0.0.0"),
            (&["::"], "::"),
            (&["::ffff:192.0.2.7"], "::ffff:192.0.2.7"),
            (&["::127.0.0.1"], "::127.0.0.1"),
            (&["fe80::1"], "fe80::1"),
        ] {
            let address = found.parse().expect(found);
            assert_eq!(judge(bad), Err(LocalhostError::Elsewhere { address }));
        }
        assert_eq!(judge(&[]), Err(LocalhostError::NoAddress));
    }

    #[test]
    fn a_lookup_is_left_behind_at_the_deadline() {
        let (resolver, answer) = channel::<Vec<SocketAddr>>();
        let look_up = move || answer.recv().map_err(io::Error::other);
        let passed = Deadline::passed(Duration::from_secs(1));
        // The lookup does not end before `resolver` is dropped.
        let result = addresses_from(look_up, passed);
        assert_eq!(result, Err(LocalhostError::Timeout));
        drop(resolver);
    }

    #[test]
    fn what_the_lookup_says_is_judged() {
        let judged = |found| addresses_from(move || found, Deadline::after(Duration::from_mins(1)));
        let [here, elsewhere] = ["127.0.0.1:0", "192.0.2.7:0"].map(|it| it.parse().expect(it));
        assert_eq!(judged(Ok(vec![here])), Ok(vec![here]));
        let address = SocketAddr::ip(&elsewhere);
        assert_eq!(
            judged(Ok(vec![here, elsewhere])),
            Err(LocalhostError::Elsewhere { address })
        );
        let reason = "no answer".to_owned();
        assert_eq!(
            judged(Err(io::Error::other("no answer"))),
            Err(LocalhostError::Unresolved { reason })
        );
    }
}
