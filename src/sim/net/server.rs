//! The simulated Discord as a server on loopback, and the handles by which a test makes it misbehave.

use super::close::Close;
use super::order::Order;
use super::requests::Received;
use super::settings::Settings;
use super::wire::Wire;
use crate::sim::state::Hosts;
use crate::sim::world::World;
use axum::serve::ListenerExt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::timeout;

/// How long a shutdown waits for what is under way.
const GRACE: Duration = Duration::from_secs(5);

/// A running server. Dropping it stops it; [`Server::shutdown`] also waits until it has stopped.
pub struct Server {
    pub(super) wire: Arc<Wire>,
}

impl Server {
    /// Serves `world` at `address`, which must be a loopback one; port 0 takes any that is free.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::InvalidInput`] for an address that others could reach; what the system says when the port
    /// cannot be had.
    pub async fn bind(world: Arc<World>, address: SocketAddr) -> io::Result<Self> {
        Self::bind_with(world, address, Settings::default()).await
    }

    /// [`Server::bind`] with other times and limits than Discord's.
    ///
    /// # Errors
    ///
    /// See [`Server::bind`].
    pub async fn bind_with(world: Arc<World>, address: SocketAddr, settings: Settings) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the simulated Discord is for loopback only"));
        }
        let listener = TcpListener::bind(address).await?;
        let wire = Arc::new(Wire::new(world, settings, listener.local_addr()?));
        wire.world.set_hosts(Hosts { gateway: wire.gateway(), cdn: wire.http() });
        wire.tasks.spawn(wire.clone().keep_journal(wire.world.watch()));
        let listener = listener.tap_io(|stream| {
            // Small frames go out at once; a stream that cannot do so is only slower.
            let _ = stream.set_nodelay(true);
        });
        let router = super::router::router(wire.clone());
        let serve = axum::serve(listener, router).with_graceful_shutdown(wire.stop.clone().cancelled_owned());
        wire.tasks.spawn(async move { serve.await });
        Ok(Self { wire })
    }

    pub fn address(&self) -> SocketAddr {
        self.wire.address
    }

    /// `http://127.0.0.1:PORT`, the base of the REST API: what `DISCORD_API_URL` takes.
    pub fn http(&self) -> String {
        self.wire.http()
    }

    /// `ws://127.0.0.1:PORT/`, the gateway.
    pub fn gateway(&self) -> String {
        self.wire.gateway()
    }

    /// Stops: connections get close code 1001, requests under way are finished, those that meet silence are cut off.
    pub async fn shutdown(&self) {
        self.wire.stop.cancel();
        self.wire.tasks.close();
        let _ = timeout(GRACE, self.wire.tasks.wait()).await;
    }

    /// The latest 10,000 REST requests, oldest first, without their tokens.
    pub fn requests(&self) -> Vec<Received> {
        self.wire.requests.since(0).into_iter().map(|(_, request)| request).collect()
    }

    /// Kills every gateway socket without a word, as a lost network does. Sessions can be resumed.
    pub fn drop_connections(&self) {
        self.wire.order(Order::Drop);
    }

    /// Closes every gateway connection with that code; `None` sends a close frame without one.
    pub fn close_with(&self, code: Option<u16>) {
        self.wire.order(Order::Close(code.map(Close::ordered)));
    }

    /// Op 7: clients shall reconnect and resume.
    pub fn reconnect(&self) {
        self.wire.order(Order::Reconnect);
    }

    /// Op 9: clients shall resume or, when not `resumable`, identify anew.
    pub fn invalid_session(&self, resumable: bool) {
        self.wire.order(Order::InvalidSession(resumable));
    }

    /// Op 1: clients shall send a heartbeat at once.
    pub fn ask_heartbeat(&self) {
        self.wire.order(Order::Heartbeat);
    }

    /// The next interaction is delivered twice, as two events with the same id. Each call adds one.
    pub fn duplicate_next_interaction(&self) {
        self.wire.duplicate_next();
    }

    /// Gateway connections stay open but say nothing, not even heartbeat acknowledgements, until
    /// [`Server::unpause`]; then everything comes in order. What REST answers is not held back.
    pub fn pause(&self) {
        self.wire.pause(true);
    }

    pub fn unpause(&self) {
        self.wire.pause(false);
    }

    /// The gateway connections that are open right now.
    pub fn connections(&self) -> usize {
        self.wire.orders.receiver_count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.wire.stop.cancel();
    }
}
