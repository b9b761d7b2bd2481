//! `botwright check` on pages: the bots between fences, at the lines of the page.

use crate::harness::{Folder, botwright};

const PAGE: &str = "# Käse\n\nText with `bot: x`.\n\n1. A list:\n\n   ```yaml\n   bot: cafe\n   commands:\n     hi:\n       description: Hi\n       steps: [{ reply: \"{{user.naem}}\" }]\n   ```\n\n```yaml\nreply: a fragment {{\n```\n\n```yaml fails\nbot: broken\nnonsense: [\n```\n\n```yaml bot\n{ bot: cafe, descripton: Coffee }\n```\n";

#[test]
fn places_are_those_of_the_page() {
    let folder = Folder::new();
    folder.write("page.md", PAGE);
    let checked = botwright(folder.path(), &["check", "page.md"]);
    assert_eq!(checked.code, Some(1));
    for words in [
        "error[E0302]: `user` has no `naem`\n  --> page.md:12:33\n   |\n12 |        steps: [{ reply: \"{{user.naem}}\" }]\n",
        "\n\nerror[E0201]: `descripton` is not a key of a bot\n  --> page.md:25:14\n",
        "\npage.md: 2 bots, 2 mistakes\n",
    ] {
        assert!(checked.stderr.contains(words), "{words}\n{}", checked.stderr);
    }
    assert!(!checked.stderr.contains("nonsense"), "{}", checked.stderr);
}

#[test]
fn a_page_is_fixed_as_a_file_is() {
    let folder = Folder::new();
    let path = folder.write("page.md", PAGE);
    let fixed = botwright(folder.path(), &["check", "--fix", "page.md"]);
    assert_eq!(fixed.code, Some(0), "{}", fixed.stderr);
    let now = std::fs::read_to_string(path).expect("the page can be read");
    assert_eq!(now, PAGE.replace("naem", "name").replace("descripton", "description"));
    assert!(fixed.stderr.ends_with("page.md: 2 bots, no mistakes\n"), "{}", fixed.stderr);
}

#[test]
fn a_page_without_bots_says_so() {
    let folder = Folder::new();
    folder.write("page.md", "# Nothing\n\n```yaml\nreply: Hi\n```\n");
    let checked = botwright(folder.path(), &["check", "page.md"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (Some(0), "page.md: no bots in it\n"));
}

#[test]
fn a_mark_in_front_moves_nothing() {
    let folder = Folder::new();
    let page = format!("\u{feff}{}", PAGE.replace('\n', "\r\n"));
    let path = folder.write("page.markdown", &page);
    let fixed = botwright(folder.path(), &["check", "--fix", "page.markdown"]);
    let told = "fixed 2 mistakes in page.markdown:\n  line 12: E0302 `naem` → `name`\n  line 25: E0201 `descripton` → `description`\n";
    assert!(fixed.stderr.starts_with(told), "{}", fixed.stderr);
    let now = std::fs::read_to_string(path).expect("the page can be read");
    assert_eq!(now, page.replace("naem", "name").replace("descripton", "description"));
}

#[test]
fn a_page_that_is_no_text_is_one_mistake() {
    let folder = Folder::new();
    let path = folder.write("page.md", "");
    std::fs::write(path, b"# caf\xe9\n\n```yaml\nbot: 1\n```\n").expect("the page can be written");
    let checked = botwright(folder.path(), &["check", "--format", "json", "page.md"]);
    assert_eq!((checked.code, checked.stdout.lines().count()), (Some(1), 1), "{}", checked.stdout);
    assert!(checked.stdout.contains("\"code\":\"E0003\""), "{}", checked.stdout);
}

#[test]
fn a_syntax_mistake_in_a_list_hides_nothing_else() {
    let folder = Folder::new();
    let bot = "bot: cafe\ncommands: [\n  x\nbuttons:\n  go:\n    label: Go\n    stepss: [{ reply: Hi }]\n";
    let listed: String = bot.lines().map(|line| format!("   {line}\n")).collect();
    folder.write("page.md", &format!("1. So:\n\n   ```yaml\n{listed}   ```\n"));
    folder.write("bot.yaml", bot);
    let codes = |name: &str| {
        let checked = botwright(folder.path(), &["check", "--format", "json", name]);
        let codes = checked.stdout.lines().map(|line| line[9..14].to_owned());
        codes.collect::<Vec<_>>()
    };
    let (in_a_list, alone) = (codes("page.md"), codes("bot.yaml"));
    assert_eq!(in_a_list, alone);
    assert!(alone.contains(&"E0201".to_owned()), "{alone:?}");
}
