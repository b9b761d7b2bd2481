//! `/stock`: keys as text and as a file, and what becomes of those that are known already.

use crate::harness::{Answer, Shop};

const GREEN: u64 = 0x2E_CC_71;

/// Added, repeated in the input, already in stock, already delivered.
fn counts(answer: &Answer) -> [u32; 4] {
    let embed = answer.ephemeral().embed();
    assert_eq!(embed.title(), "✅ Stock updated");
    ["Added", "Repeated in what you gave", "Already in stock", "Already delivered once before"]
        .map(|name| embed.field(name).parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_parted_by_blanks_commas_and_line_breaks() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    let answer = root.command("/stock product:Alpha duration:\"1 Day\" keys:\"k3y-1 k3y-2, k3y-3,k3y-4\nk3y-5\"").await;
    assert_eq!(counts(&answer), [5, 0, 0, 0]);
    assert!(answer.embed().description().contains("Alpha"));
    assert_eq!(shop.keys_in("stocked").await, 5);
    assert_eq!(shop.number("SELECT count(DISTINCT key) FROM keys WHERE key LIKE 'k3y-_'").await, 5);

    let entry = shop.entry("✅ Keys Stocked").await;
    assert_eq!(entry.color(), GREEN);
    let by = root.signature();
    let fields =
        [("Product", "Alpha"), ("Duration", "1 Day"), ("Keys added", "5"), ("Duplicates", "0"), ("Added by", &by)];
    assert_eq!(entry.fields(), fields);
    assert_eq!(entry.footer(), "Bot Logging System");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_come_from_a_file_too_and_from_both() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    let file = b"\xEF\xBB\xBFk3y-1\r\nk3y-2\r\n\r\n";
    let answer = root.command_with("/stock product:Alpha duration:\"1 Day\" file:keys.txt", "keys.txt", file).await;
    assert_eq!(counts(&answer), [2, 0, 0, 0]);
    let both = "/stock product:Alpha duration:\"1 Day\" keys:\"k3y-2 k3y-3\" file:more.txt";
    assert_eq!(counts(&root.command_with(both, "more.txt", b"k3y-3\nk3y-4").await), [2, 1, 1, 0]);
    assert_eq!(shop.keys_in("stocked").await, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_the_two_is_needed_and_it_must_be_text() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    let stock = "/stock product:Alpha duration:\"1 Day\"";
    root.command(stock).await.ephemeral().says("Give me keys");
    root.command(&format!("{stock} keys:\" , ,\"")).await.ephemeral().says("Give me keys");
    let picture = root.command_with(&format!("{stock} file:cat.png"), "cat.png", b"\x89PNG\xFF\xFE\x00").await;
    picture.ephemeral().says("I could not read that file").says("not a text file");
    let large = "k3y-large\n".repeat(200_000);
    let large = root.command_with(&format!("{stock} file:all.txt"), "all.txt", large.as_bytes()).await;
    large.ephemeral().says("I could not read that file").says("larger than 1 MiB");
    assert_eq!(shop.number("SELECT count(*) FROM keys").await, 0);
    assert!(shop.entries().is_empty(), "nothing was stocked, and nothing is logged");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_known_key_is_told_apart_by_what_became_of_it() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    let stock = |keys: &str| format!("/stock product:Alpha duration:\"1 Day\" keys:\"{keys}\"");
    assert_eq!(counts(&root.command(&stock("k3y-1 k3y-1 k3y-2 k3y-1")).await), [2, 2, 0, 0]);
    root.command("/send user:@ana product:Alpha duration:\"1 Day\"").await;
    assert_eq!(counts(&root.command(&stock("k3y-1 k3y-2 k3y-3")).await), [1, 0, 1, 1]);
    let entries = shop.logged(3).await;
    let entry = entries.iter().rev().find(|entry| entry.title() == "✅ Keys Stocked").expect("an entry");
    assert_eq!((entry.field("Keys added"), entry.field("Duplicates")), ("1", "2"));

    root.command("/clearstock product:Alpha duration:\"1 Day\"").await;
    assert_eq!(shop.keys_in("cleared").await, 2);
    assert_eq!(counts(&root.command(&stock("k3y-1 k3y-2 k3y-3 k3y-4")).await), [3, 0, 0, 1], "cleared ones come back");
    assert_eq!(shop.keys_in("stocked").await, 3);
    assert_eq!(shop.number("SELECT count(*) FROM keys").await, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_catalogue_spells_a_product_and_a_new_one_needs_no_edit() {
    let shop = Shop::open().await;
    let root = shop.as_("root");
    let answer = root.command("/stock product:aLPHA duration:\"1 dAY\" keys:k3y-1").await;
    assert_eq!(answer.embed().description(), "**Alpha** · 1 Day");
    root.command("/stock product:Delta duration:\"2 Days\" keys:k3y-1").await;
    root.command("/stock product:dELTA duration:\"2 days\" keys:\"k3y-1 k3y-2\"").await;
    let rows = shop.rows("SELECT lower(product), key FROM keys ORDER BY id").await;
    let rows: Vec<_> = rows.iter().map(|row| (row[0].as_deref().unwrap(), row[1].as_deref().unwrap())).collect();
    assert_eq!(rows, [("alpha", "k3y-1"), ("delta", "k3y-1"), ("delta", "k3y-2")], "case does not tell products apart");
    root.command("/send user:@ana product:DELTA duration:\"2 DAYS\"").await;
    assert_eq!(shop.as_("ana").keys(), ["k3y-1"]);
}
