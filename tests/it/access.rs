//! What is for administrators is refused by the bot itself, whatever Discord let through.

use crate::harness::Shop;

const ADMIN: [&str; 7] = [
    "/ticketpanel",
    "/stock product:Alpha duration:\"1 Day\" keys:k3y-bad",
    "/send user:@mallory product:Alpha duration:\"1 Day\"",
    "/clearstock product:Alpha duration:\"1 Day\"",
    "/inventory",
    "/logs",
    "/userhistory user:@ana",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_do_not_see_the_commands_of_administrators() {
    let shop = Shop::open().await;
    for (who, count) in [("root", 8), ("sam", 1), ("mallory", 1)] {
        let who = shop.as_(who);
        assert_eq!(shop.world.visible_commands(who.id, shop.general).len(), count);
    }
    for command in ADMIN {
        assert!(shop.as_("mallory").asks(command).is_err(), "{command}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_discord_lets_them_through_the_bot_refuses() {
    let shop = Shop::open().await;
    shop.as_("root").command("/stock product:Alpha duration:\"1 Day\" keys:k3y-1").await;
    shop.register_for_everyone();
    let before = shop.world.messages(shop.general).len();
    for who in ["mallory", "sam"] {
        for command in ADMIN {
            let answer = shop.as_(who).command(command).await;
            answer.ephemeral().says("not allowed");
            assert_eq!(answer.messages.len(), 1, "{command}");
        }
        let offered = shop.as_(who).types("/send user:@mallory product:").await;
        assert!(offered.is_empty(), "{who} is told what is in stock: {offered:?}");
    }
    let posted = shop.world.messages(shop.general).len() - before;
    assert_eq!(posted, 2 * ADMIN.len(), "nothing but the refusals");
    assert_eq!(shop.keys_in("stocked").await, 1);
    assert_eq!(shop.number("SELECT count(*) FROM keys").await, 1);
    assert!(shop.as_("mallory").letters().is_empty());

    shop.as_("root").command("/inventory").await;
    shop.entry("📊 Inventory Checked").await;
    assert_eq!(shop.titles(), ["✅ Keys Stocked", "📊 Inventory Checked"], "what was refused is not logged as done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_answers_to_administrators_are_theirs_alone() {
    let shop = Shop::open().await;
    shop.register_for_everyone();
    for command in ADMIN {
        shop.as_("root").command(command).await.ephemeral();
    }
}
