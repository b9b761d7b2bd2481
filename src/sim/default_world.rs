//! The little server to play on: an administrator, a member of staff, two customers, and a bot.

use crate::flow::port::Clock;
use crate::sim::channel::{Overwrite, kind};
use crate::sim::hand::Impossible;
use crate::sim::id::Id;
use crate::sim::intent;
use crate::sim::permission::Permissions;
use crate::sim::world::World;
use std::sync::Arc;

/// The playground's world, with the names of what is in it.
#[derive(Clone)]
pub struct Playground {
    pub world: Arc<World>,
    pub guild: Id,
    /// An administrator.
    pub root: Id,
    /// Has the role Staff.
    pub sam: Id,
    /// A customer.
    pub ana: Id,
    /// A customer with closed DMs.
    pub bo: Id,
    pub staff: Id,
    pub general: Id,
    pub vouches: Id,
    /// Only staff sees it.
    pub staff_log: Id,
    /// The category of the channels.
    pub lobby: Id,
    /// The application and user of the bot.
    pub bot: Id,
    /// The bot's token.
    pub token: String,
    /// A webhook of `#staff-log`, and the path of its address below the host.
    pub webhook: Id,
    pub webhook_path: String,
}

impl Playground {
    /// `token` is what the bot signs with; `permissions` is what it was invited with.
    pub fn new(clock: Arc<dyn Clock>, token: &str, permissions: Permissions) -> Result<Self, Impossible> {
        let world = World::new(clock);
        let guild = world.add_guild("Botwright Playground");
        let [root, sam, ana, bo] = ["root", "sam", "ana", "bo"].map(|name| world.add_user(name));
        let admin = world.add_role(guild, "Admin", Permissions::ADMINISTRATOR, 2, 0xE7_4C_3C)?;
        let staff = world.add_role(guild, "Staff", Permissions::MANAGE_MESSAGES, 1, 0x34_98_DB)?;
        for (user, roles) in [(root, vec![admin]), (sam, vec![staff]), (ana, vec![]), (bo, vec![])] {
            world.add_member(guild, user, &roles)?;
        }
        world.set_owner(guild, root)?;
        world.set_dms(bo, false);
        let lobby = world.add_channel(guild, "Lobby", kind::CATEGORY, None, &[])?;
        let general = world.add_channel(guild, "general", kind::TEXT, Some(lobby), &[])?;
        let vouches = world.add_channel(guild, "vouches", kind::TEXT, Some(lobby), &[])?;
        let hidden = [
            Overwrite::role(guild, Permissions::NONE, Permissions::VIEW_CHANNEL),
            Overwrite::role(staff, Permissions::VIEW_CHANNEL, Permissions::NONE),
        ];
        let staff_log = world.add_channel(guild, "staff-log", kind::TEXT, Some(lobby), &hidden)?;
        let bot = world.add_bot("botwright", token).id;
        world.set_privileged(bot, intent::PRIVILEGED);
        world.invite(bot, guild, permissions)?;
        let (webhook, webhook_path) = world.add_webhook(staff_log, "Bot Logging System")?;
        let token = token.to_owned();
        Ok(Self {
            world,
            guild,
            root,
            sam,
            ana,
            bo,
            staff,
            general,
            vouches,
            staff_log,
            lobby,
            bot,
            token,
            webhook,
            webhook_path,
        })
    }
}
