//! The little server to play on: an administrator, a member of staff, and two customers.

use crate::flow::port::Clock;
use crate::sim::channel::kind;
use crate::sim::hand::Impossible;
use crate::sim::id::Id;
use crate::sim::intent;
use crate::sim::permission::Permissions;
use crate::sim::world::World;
use std::sync::Arc;

/// What a bot is usually invited with: much, but it is no administrator.
pub const INVITED: Permissions = Permissions(
    Permissions::VIEW_CHANNEL.0
        | Permissions::SEND_MESSAGES.0
        | Permissions::EMBED_LINKS.0
        | Permissions::ATTACH_FILES.0
        | Permissions::READ_MESSAGE_HISTORY.0
        | Permissions::ADD_REACTIONS.0
        | Permissions::USE_EXTERNAL_EMOJIS.0
        | Permissions::USE_APPLICATION_COMMANDS.0
        | Permissions::MANAGE_CHANNELS.0
        | Permissions::MANAGE_ROLES.0
        | Permissions::MANAGE_MESSAGES.0
        | Permissions::MANAGE_THREADS.0
        | Permissions::MANAGE_NICKNAMES.0
        | Permissions::KICK_MEMBERS.0
        | Permissions::BAN_MEMBERS.0
        | Permissions::MODERATE_MEMBERS.0,
);

/// The playground's world, with the names of what is in it.
#[derive(Clone)]
pub struct Playground {
    pub world: Arc<World>,
    pub guild: Id,
    /// An administrator, and the owner.
    pub root: Id,
    /// Has the role Staff.
    pub sam: Id,
    /// A customer.
    pub ana: Id,
    /// A customer with closed DMs.
    pub bo: Id,
    pub staff: Id,
    pub general: Id,
}

impl Playground {
    pub fn new(clock: Arc<dyn Clock>) -> Result<Self, Impossible> {
        let world = World::new(clock);
        let guild = world.add_guild("Playground");
        Self::furnish(world, guild)
    }

    /// With an id that is known from elsewhere.
    pub fn new_as(clock: Arc<dyn Clock>, guild: Id) -> Result<Self, Impossible> {
        let world = World::new(clock);
        world.add_guild_as(guild, "Playground")?;
        Self::furnish(world, guild)
    }

    fn furnish(world: Arc<World>, guild: Id) -> Result<Self, Impossible> {
        let [root, sam, ana, bo] = ["root", "sam", "ana", "bo"].map(|name| world.add_user(name));
        let admin = world.add_role(guild, "Admin", Permissions::ADMINISTRATOR, 2, 0xE7_4C_3C)?;
        let staff = world.add_role(guild, "Staff", Permissions::MANAGE_MESSAGES, 1, 0x34_98_DB)?;
        for (user, roles) in [(root, vec![admin]), (sam, vec![staff]), (ana, vec![]), (bo, vec![])] {
            world.add_member(guild, user, &roles)?;
        }
        world.set_owner(guild, root)?;
        world.set_dms(bo, false);
        let general = world.add_channel(guild, "general", kind::TEXT, None, &[])?;
        Ok(Self { world, guild, root, sam, ana, bo, staff, general })
    }

    /// A bot that signs with `token` comes in with what bots are usually invited with, and every privileged intent.
    pub fn invite(&self, name: &str, token: &str) -> Result<Id, Impossible> {
        let bot = self.world.add_bot(name, token).id;
        self.world.set_privileged(bot, intent::PRIVILEGED);
        self.world.invite(bot, self.guild, INVITED)?;
        Ok(bot)
    }
}
